"""What several services do to contributions: hold the session, keep seats, cut them off."""

import random
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from polls.live import announcements
from polls.models import Contribution, LiveSession, Seat, Upvote
from polls.models.answers.rude import is_rude

_shuffled = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Card:
    """A ballot of an open question, as far as its card on the wall goes; None: taken back."""

    session: LiveSession
    round_id: int
    seat: UUID
    text: str | None
    moderation: str


def hold_sessions(session_ids: Iterable[int]) -> None:
    """Keep the sessions as they are until the commit, beside other writers: an end waits.

    On SQLite the transaction (IMMEDIATE) is alone already.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM polls_livesession WHERE id = ANY(%s) ORDER BY id FOR SHARE",
                [sorted(set(session_ids))],
            )


def keep_seats(seats: Mapping[UUID, int], now: datetime) -> set[UUID]:
    """Write the seats (with their sessions) that are not there yet; returns those not banned."""
    Seat.objects.bulk_create(
        (
            Seat(pk=seat, session_id=session_id, taken_at=now)
            for seat, session_id in sorted(seats.items())
        ),
        ignore_conflicts=True,
    )
    good = Seat.objects.filter(pk__in=list(seats), banned_at=None).order_by("pk")
    return set(good.values_list("pk", flat=True))


def first_state(moderation: str, text: str) -> str:
    """Shown at once only where someone looks afterwards, and no word of it is rude."""
    at_once = moderation == LiveSession.Moderation.AFTER and not is_rude(text)
    return Contribution.State.SHOWN if at_once else Contribution.State.PENDING


def tell(code: str, author: UUID | None = None) -> None:
    """The screens hear of it after the commit; `author` also what became of its own."""
    message = {"kind": "room", "seats": [author.hex] if author else []}
    transaction.on_commit(partial(announcements.announce_soon, code, message))


def write_cards(cards: Mapping[UUID, Card], now: datetime) -> None:
    """Bring the cards of an open question to what its ballots, by uuid, say: in their transaction.

    A changed text waits for a look again. Two statements for cards there are, two for cards taken
    back, whatever their number. The rounds must be held.
    """
    there = [
        Contribution(
            pk=uuid.uuid4(),
            session=card.session,
            round_id=card.round_id,
            kind=Contribution.Kind.ANSWER,
            text=card.text,
            state=first_state(card.moderation, card.text),
            seat_id=card.seat,
            ballot=ballot,
            created_at=now,
        )
        for ballot, card in sorted(cards.items())
        if card.text is not None
    ]
    gone = [ballot for ballot, card in cards.items() if card.text is None]
    if there:
        Contribution.objects.bulk_create(
            there,
            update_conflicts=True,
            unique_fields=["ballot"],
            update_fields=["text", "state", "pinned"],
        )
    if gone:
        Contribution.objects.filter(ballot__in=gone).delete()
    for code in {card.session.code for card in cards.values()}:
        tell(code)


def cut_round(round_id: int) -> None:
    """Part the answers of a closed round from seats, ballots and times. The round is locked."""
    _cut(Contribution.objects.filter(round_id=round_id, seat__isnull=False))


def cut_session(session: LiveSession) -> None:
    """Part all that is left from its seats and forget who agreed. The session is locked.

    How many agreed stays.
    """
    Upvote.objects.filter(contribution__session=session).delete()
    _cut(Contribution.objects.filter(session=session, seat__isnull=False))


def _cut(contributions: QuerySet[Contribution, Contribution]) -> None:
    """Write the rows anew, under fresh keys, in an order drawn by the system's random numbers."""
    rows: list[Any] = list(contributions.select_for_update(of=("self",)).order_by("pk"))
    if not rows:
        return
    Contribution.objects.filter(pk__in=[row.pk for row in rows]).delete()
    _shuffled.shuffle(rows)
    for row in rows:
        row.pk = uuid.uuid4()
        row.seat = row.ballot = row.created_at = None
    Contribution.objects.bulk_create(rows)
