"""Agree with a question of the room, and take it back: what arrives together is written together.

When a good question appears a whole hall agrees within seconds, all with the same row.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, IntegerField, Value, When

from participation.errors import RuleBroken
from polls.errors import NoSuchContribution, RoomClosed, SeatBanned, SessionNotLive
from polls.models import Contribution, LiveSession, Upvote
from polls.services import contribution_rows

Pair = tuple[UUID, UUID]  # (contribution, seat)


@dataclass(frozen=True, slots=True)
class Wish:
    """`up` False takes the agreement back."""

    session_id: int
    seat: UUID
    contribution: UUID
    up: bool


@dataclass(frozen=True, slots=True)
class Agreed:
    contribution: UUID
    up: bool


Outcome = Agreed | RuleBroken


@transaction.atomic
def cast_upvotes(batch: Sequence[Wish], now: datetime) -> list[Outcome]:
    """Bring each seat's agreement to what it wishes; the answers stand in the batch's order.

    What is so already is no error; of several wishes of one seat the last one holds. Holds the
    sessions, locks the contributions in the order of their keys. At most eight statements, whatever
    the batch's size. Refused wishes carry NoSuchContribution, SessionNotLive, RoomClosed,
    SeatBanned.
    """
    contribution_rows.hold_sessions(wish.session_id for wish in batch)
    asked = _locked({wish.contribution for wish in batch})
    answers: list[Outcome] = [_judged(wish, asked.get(wish.contribution)) for wish in batch]
    good = [wish for wish, answer in zip(batch, answers, strict=True) if isinstance(answer, Agreed)]
    seated = contribution_rows.keep_seats({wish.seat: wish.session_id for wish in good}, now)
    wanted = {(wish.contribution, wish.seat): wish.up for wish in good if wish.seat in seated}
    changes = _write(wanted)
    _count(changes)
    for code in {asked[pk].session.code for pk in changes}:
        contribution_rows.tell(code)
    return [
        SeatBanned() if isinstance(answer, Agreed) and wish.seat not in seated else answer
        for wish, answer in zip(batch, answers, strict=True)
    ]


def cast_one(wish: Wish, now: datetime) -> Agreed:
    """A batch of one, for REST and the plain form. Raises what refuses it."""
    outcome = cast_upvotes([wish], now)[0]
    if isinstance(outcome, RuleBroken):
        raise outcome
    return outcome


def _locked(keys: set[UUID]) -> dict[UUID, Contribution]:
    rows = (
        Contribution.objects.select_for_update(no_key=True, of=("self",))
        .select_related("session")
        .filter(pk__in=keys)
        .order_by("pk")
    )
    return {row.pk: row for row in rows}


def _judged(wish: Wish, asked: Contribution | None) -> Outcome:
    if asked is None or asked.session_id != wish.session_id:
        return NoSuchContribution()
    if not asked.session.is_live:
        return SessionNotLive()
    if asked.kind != Contribution.Kind.QUESTION or asked.state != Contribution.State.SHOWN:
        # One that waits or was put away is not there for the room.
        return NoSuchContribution()
    if asked.session.qa == LiveSession.Moderation.OFF:
        return RoomClosed()
    return Agreed(wish.contribution, wish.up)


def _write(wanted: dict[Pair, bool]) -> Counter[UUID]:
    """Insert and delete what differs; returns by how much each contribution's votes change."""
    if not wanted:
        return Counter()
    rows = Upvote.objects.filter(
        contribution_id__in={pk for pk, _seat in wanted}, seat_id__in={seat for _pk, seat in wanted}
    )
    there = {(pk, seat): row for row, pk, seat in rows.values_list("pk", "contribution", "seat")}
    new = sorted(pair for pair, up in wanted.items() if up and pair not in there)
    # By the seats' random keys: the order of the rows does not say who was first.
    Upvote.objects.bulk_create(Upvote(contribution_id=pk, seat_id=seat) for pk, seat in new)
    old = [pair for pair, up in wanted.items() if not up and pair in there]
    if old:
        Upvote.objects.filter(pk__in=[there[pair] for pair in old]).delete()
    changes = Counter(pk for pk, _seat in new)
    changes.subtract(pk for pk, _seat in old)
    return changes


def _count(changes: Counter[UUID]) -> None:
    moved = {pk: n for pk, n in changes.items() if n}
    if not moved:
        return
    cases = [When(pk=pk, then=Value(n)) for pk, n in moved.items()]
    delta = Case(*cases, default=Value(0), output_field=IntegerField())
    Contribution.objects.filter(pk__in=list(moved)).update(votes=F("votes") + delta)
