"""Counting visitors at the stands of an open day: nothing lost, nothing twice, and nobody known."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from workshops import policy
from workshops.errors import BelowZero, CountingClosed, CountingNotOpen, OpenDayCancelled
from workshops.models import OpenDay, Stand, StandCount, StandTally
from workshops.queries import open_days

Source = StandCount.Source

QUARTER = timedelta(minutes=15)
# Doors open a little before and close a little after what was announced.
MARGIN = timedelta(hours=1)
# A phone that was in a drawer over a long weekend may still send what it counted.
SENDS_UNTIL = timedelta(days=7)
MOST_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """`amount` visitors (negative: a correction), counted at `tapped_at`; `client_uuid` names the
    tap, so that sending it again counts nothing twice."""

    client_uuid: UUID
    amount: int
    tapped_at: datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """`count` is the stand's count of that quarter of an hour now; `repeated` says that this tap
    was counted before."""

    count: int
    quarter_at: datetime
    repeated: bool


def count_by_token(*, token: str, tap: Tap, now: datetime) -> Counted:
    """Count for whoever holds the stand's QR code. Needs no log-in and keeps nothing about them.

    The quarter of an hour is that of `tapped_at`, drawn into the day (an hour more on either side)
    and never ahead of the server's clock. One transaction: a tap is stored and in the tally, or
    neither. Raises NotFound, OpenDayCancelled, CountingNotOpen, CountingClosed (a week after the
    end), BelowZero, InvalidInput.
    """
    return _count(open_days.stand_by_token(token), tap, Source.COUNTER, now)


def count_at_desk(
    *, actor: Actor, stand_id: int, tap: Tap, now: datetime, source: str = Source.DESK
) -> Counted:
    """Count as staff, or enter a paper tally (`paper`), also long after the day.

    Otherwise as `count_by_token`. Raises LoginRequired and NotAllowed, too.
    """
    policy.run_programme(actor)
    if source not in (Source.DESK, Source.PAPER):
        raise InvalidInput("source", "invalid_choice", _("Möglich sind desk und paper."))
    return _count(open_days.stand(actor, stand_id), tap, Source(source), now)


def _count(stand: Stand, tap: Tap, source: Source, now: datetime) -> Counted:
    if (earlier := _earlier(stand, tap)) is not None:
        return earlier
    _check(stand.open_day, tap, source, now)
    quarter_at = quarter_of(stand.open_day, tap.tapped_at, now)
    try:
        with transaction.atomic():
            StandCount.objects.create(
                stand=stand,
                client_uuid=tap.client_uuid,
                quarter_at=quarter_at,
                amount=tap.amount,
                source=source,
                received_at=now,
            )
            count = _add(stand, quarter_at, tap.amount)
    except IntegrityError:
        # The same tap came twice at once: the other one is stored now. Or the stand is gone.
        earlier = _earlier(stand, tap)
        if earlier is None:
            raise NotFound from None
        return earlier
    return Counted(count, quarter_at, repeated=False)


def _earlier(stand: Stand, tap: Tap) -> Counted | None:
    """What this tap counted when it came first."""
    found = StandCount.objects.filter(client_uuid=tap.client_uuid).first()
    if found is None:
        return None
    if found.stand_id != stand.pk:
        raise InvalidInput(
            "client_uuid", "taken", _("Diese Kennung gehört zu einem anderen Stand.")
        )
    return Counted(_count_of(stand, found.quarter_at), found.quarter_at, repeated=True)


def _check(open_day: OpenDay, tap: Tap, source: Source, now: datetime) -> None:
    if not 1 <= abs(tap.amount) <= MOST_AT_ONCE:
        wrong = _("Möglich sind 1 bis %(max)s auf einmal.") % {"max": MOST_AT_ONCE}
        raise InvalidInput("amount", "invalid", wrong)
    if open_day.is_cancelled:
        raise OpenDayCancelled
    opens_at = open_day.starts_at - MARGIN
    if not open_day.is_published or now < opens_at:
        raise CountingNotOpen(opens_at=opens_at.isoformat())
    if source == Source.COUNTER and now > open_day.ends_at + SENDS_UNTIL:
        raise CountingClosed


def is_counting(open_day: OpenDay, now: datetime) -> bool:
    """Whether its stands count for who comes now; what was tapped before may arrive later."""
    return open_day.is_published and open_day.starts_at - MARGIN <= now < open_day.ends_at + MARGIN


def quarters_of(open_day: OpenDay, now: datetime) -> list[datetime]:
    """The starts of those quarters of an hour in which it has counted until now."""
    first, last = _floor(open_day.starts_at - MARGIN), min(now, open_day.ends_at + MARGIN)
    return [first + n * QUARTER for n in range(max(0, -((first - last) // QUARTER)))]


def quarter_of(open_day: OpenDay, moment: datetime, now: datetime) -> datetime:
    """The start of the quarter of an hour in which a tap counts."""
    last = min(now, open_day.ends_at + MARGIN - QUARTER)
    return _floor(max(open_day.starts_at - MARGIN, min(moment, last)))


def _floor(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)


def _add(stand: Stand, quarter_at: datetime, amount: int) -> int:
    """One guarded UPDATE; the first count of a quarter makes its row."""
    rows = StandTally.objects.filter(stand=stand, quarter_at=quarter_at)
    guarded = rows.filter(count__gte=-amount)
    if not guarded.update(count=F("count") + amount):
        fresh = StandTally(stand=stand, quarter_at=quarter_at)
        StandTally.objects.bulk_create([fresh], ignore_conflicts=True)
        if not guarded.update(count=F("count") + amount):
            raise BelowZero(count=_count_of(stand, quarter_at))
    return _count_of(stand, quarter_at)


def _count_of(stand: Stand, quarter_at: datetime) -> int:
    rows = StandTally.objects.filter(stand=stand, quarter_at=quarter_at)
    return rows.values_list("count", flat=True).first() or 0


@transaction.atomic
def rebuild_tallies(*, actor: Actor, open_day_id: int) -> int:
    """Fold all tallies of an open day anew from its counts. Returns the sum of all stands.

    Locks the tallies in their order: a tap that is being counted is waited for, and one that
    arrives meanwhile adds to the new number. Raises NotFound.
    """
    open_days.open_day(actor, open_day_id)
    policy.run_programme(actor)
    counts = StandCount.objects.filter(stand__open_day=open_day_id).order_by()
    keys = counts.values_list("stand_id", "quarter_at").distinct()
    empty = [StandTally(stand_id=stand_id, quarter_at=at) for stand_id, at in keys]
    StandTally.objects.bulk_create(empty, ignore_conflicts=True)
    tallies = StandTally.objects.filter(stand__open_day=open_day_id).order_by("pk")
    locked = list(tallies.select_for_update(of=("self",)))
    sums = counts.values_list("stand_id", "quarter_at").annotate(total=Sum("amount"))
    folded = {(stand_id, at): total for stand_id, at, total in sums}
    for tally in locked:
        tally.count = folded.get((tally.stand_id, tally.quarter_at), 0)
    StandTally.objects.bulk_update(locked, ["count"])
    return sum(tally.count for tally in locked)
