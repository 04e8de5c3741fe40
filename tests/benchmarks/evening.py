"""A live session to measure with, in the database that DATABASE_URL names."""

from dataclasses import dataclass, replace
from datetime import datetime

import django

django.setup(set_prefix=False)

from django.utils import timezone  # noqa: E402

from participation import actors  # noqa: E402
from participation.actors import Actor  # noqa: E402
from participation.models import Municipality  # noqa: E402
from participation.services.municipalities import (  # noqa: E402
    activate_municipality,
    load_municipalities,
)
from polls.models import Ballot  # noqa: E402
from polls.services import questions, rounds, sessions  # noqa: E402
from polls.services.ballots import Cast  # noqa: E402
from polls.services.wording import Wording  # noqa: E402

__all__ = ["Cast", "Room", "ballots_of", "next_round", "open_room", "show"]


@dataclass(frozen=True)
class Room:
    actor: Actor
    session_id: int
    code: str
    round_id: int
    options: list[int]


def open_room(visibility: str = "live") -> Room:
    """A session with one open round of four answers."""
    load_municipalities()
    now: datetime = timezone.now()
    town = Municipality.objects.get(slug="menden")
    activate_municipality(municipality_id=town.pk, now=now)
    actor = actors.system(town)
    session = sessions.create_session(actor=actor, title="Messung", now=now, visibility=visibility)
    wording = Wording("single", "Was zuerst?", options=[(name, "") for name in "ABCD"])
    question = questions.add_question(actor=actor, code=session.code, wording=wording)
    sessions.start_session(actor=actor, code=session.code, now=now)
    round_ = question.rounds.get()
    rounds.open_round(actor=actor, code=session.code, round_id=round_.pk, now=now)
    return Room(
        actor,
        session.pk,
        session.code,
        round_.pk,
        list(question.options.order_by("position").values_list("pk", flat=True)),
    )


def next_round(room: Room) -> Room:
    now = timezone.now()
    rounds.close_round(actor=room.actor, code=room.code, round_id=room.round_id, now=now)
    fresh = rounds.again(actor=room.actor, code=room.code, round_id=room.round_id, now=now)
    rounds.open_round(actor=room.actor, code=room.code, round_id=fresh.pk, now=now)
    return replace(room, round_id=fresh.pk)


def show(room: Room, *, revealed: bool) -> None:
    service = rounds.reveal_round if revealed else rounds.hide_round
    now = timezone.now()
    service(actor=room.actor, code=room.code, round_id=room.round_id, now=now)


def ballots_of(room: Room) -> int:
    return Ballot.objects.filter(round_id=room.round_id).count()
