"""What a room writes, for the tests."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from participation.models import Municipality, Theme
from polls.models import Contribution, LiveSession
from polls.services import contributions, upvotes
from polls.services.contributions import Words
from polls.services.wording import Wording
from tests.factories import make_theme
from tests.polls.factories import Evening, make_evening

CARDS = Wording("text", "Was fehlt Ihnen in der Stadt?", config={"moderation": "after"})
ASKED = "Warum fährt abends kein Bus mehr?"


def make_room(town: Municipality, now: datetime, **settings: Any) -> Evening:
    """A live session that takes questions (shown at once), cards and reactions, unless told."""
    evening = make_evening(town, now, wording=settings.pop("wording", CARDS))
    if not Theme.objects.filter(slug="kultur").exists():
        make_theme("kultur")
    given = {"qa": "after", "cards": True, "reactions": True, **settings}
    LiveSession.objects.filter(pk=evening.session.pk).update(**given)
    evening.session.refresh_from_db()
    return evening


def ask(evening: Evening, text: str = ASKED, **fields: Any) -> Contribution:
    """A question (or `kind="card"`) from a fresh seat."""
    seat: UUID = fields.pop("seat", None) or evening.seat()
    now = fields.pop("now", evening.now)
    words = Words(**{"id": uuid4(), "kind": "question", "text": text, **fields})
    return contributions.contribute(code=evening.code, seat=seat, words=words, now=now)


def agree(evening: Evening, question: Contribution, seat: UUID, *, up: bool = True) -> None:
    wish = upvotes.Wish(evening.session.pk, seat, question.pk, up)
    upvotes.cast_one(wish, evening.now)


def moderate(evening: Evening, row: Contribution, **to: Any) -> Contribution:
    return contributions.moderate(
        actor=evening.actor, code=evening.code, contribution_id=row.pk, **to
    )


def say(evening: Evening, text: str, **fields: Any) -> Any:
    """A ballot of the open question."""
    return evening.cast(value={"text": text}, **fields)
