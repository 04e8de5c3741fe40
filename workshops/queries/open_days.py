"""Open days, their stands, and the picture of how many came where and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Prefetch, QuerySet, Sum
from django.db.models.functions import TruncHour
from django.utils import timezone

from participation import secrets
from participation.actors import Actor
from participation.errors import NotFound
from workshops import policy
from workshops.models import OpenDay, Stand, StandTally

HOUR = timedelta(hours=1)
# So many shades has the picture; 0 is "nobody".
LEVELS = 5


def open_days(actor: Actor) -> QuerySet[OpenDay]:
    """All this actor sees, the latest first, with `stand_count`: one statement."""
    return (
        OpenDay.objects.visible_to(actor)
        .select_related("municipality", "venue")
        .annotate(stand_count=Count("stands"))
        .order_by("-starts_at", "-pk")
    )


def coming_open_days(actor: Actor, now: datetime) -> QuerySet[OpenDay]:
    """Announced and not over, soonest first: one statement."""
    announced = open_days(actor).exclude(state=OpenDay.State.DRAFT)
    return announced.filter(ends_at__gt=now).order_by("starts_at", "pk")


def open_days_between(actor: Actor, first: date, last: date) -> QuerySet[OpenDay]:
    """Announced ones that begin on a day from `first` to `last`, soonest first: one statement."""
    return (
        open_days(actor)
        .exclude(state=OpenDay.State.DRAFT)
        .filter(starts_at__gte=_midnight(first), starts_at__lt=_midnight(last + timedelta(days=1)))
        .order_by("starts_at", "pk")
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=timezone.get_default_timezone())


def open_day(actor: Actor, pk: int) -> OpenDay:
    """With its stands, in their order: two statements. Raises NotFound."""
    stands = Prefetch("stands", Stand.objects.order_by("number", "pk"))
    found = open_days(actor).filter(pk=pk).prefetch_related(stands).first()
    if found is None:
        raise NotFound
    return found


def stands(actor: Actor, open_day_id: int) -> list[Stand]:
    """Of one open day, with what opens their counters; for the desk. Raises NotFound, …"""
    policy.run_programme(actor)
    return list(open_day(actor, open_day_id).stands.all())


def stand(actor: Actor, pk: int) -> Stand:
    """For the desk. Raises NotFound, LoginRequired, NotAllowed."""
    policy.run_programme(actor)
    found = _stands().filter(open_day__municipality=actor.town, pk=pk).first()
    if found is None:
        raise NotFound
    return found


def stand_by_token(token: str) -> Stand:
    """The stand whose QR code says this; also of a day that is a draft or over. Raises NotFound."""
    hashed = secrets.hashed(token.encode("utf-8", "replace").decode()[:200])
    found = _stands().filter(token_hash=hashed).first()
    if found is None or not found.open_day.municipality.is_active:
        raise NotFound
    return found


def _stands() -> QuerySet[Stand]:
    return Stand.objects.select_related("open_day__municipality", "open_day__venue")


def stand_total(stand: Stand) -> int:
    """How many were counted at one stand: one statement."""
    return StandTally.objects.filter(stand=stand).aggregate(total=Sum("count"))["total"] or 0


# --- The picture of the day ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """`level` is 0 where nobody came and LEVELS where most did."""

    count: int
    level: int


@dataclass(frozen=True, slots=True)
class StandRow:
    stand: Stand
    cells: Sequence[Cell]
    total: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Hour by stand. `hours` are the starts of whole hours, in order; each row has one cell for
    each, `hour_totals` their sums over all stands. `peak` is the hour with most, None if empty."""

    hours: Sequence[datetime]
    rows: Sequence[StandRow]
    hour_totals: Sequence[int]
    total: int
    peak: datetime | None

    @property
    def busiest(self) -> StandRow | None:
        """The stand with most visitors; of two the first. None if nobody came."""
        return max(self.rows, key=lambda row: row.total) if self.total else None


def picture(open_day: OpenDay) -> Picture:
    """Of an open day with its stands fetched: one statement, however much was counted."""
    counted = (
        StandTally.objects.filter(stand__open_day=open_day, count__gt=0)
        .annotate(hour=TruncHour("quarter_at", tzinfo=UTC))
        .values_list("stand_id", "hour")
        .order_by("stand_id", "hour")
        .annotate(total=Sum("count"))
    )
    counts = {(stand_id, hour): total for stand_id, hour, total in counted}
    hours = _hours(open_day, {hour for _stand, hour in counts})
    most = max(counts.values(), default=0)
    rows = [_row(stand, hours, counts, most) for stand in open_day.stands.all()]
    hour_totals = [sum(row.cells[n].count for row in rows) for n in range(len(hours))]
    busiest = max(hour_totals, default=0)
    return Picture(
        hours=hours,
        rows=rows,
        hour_totals=hour_totals,
        total=sum(hour_totals),
        peak=hours[hour_totals.index(busiest)] if busiest else None,
    )


def _row(
    stand: Stand, hours: Sequence[datetime], counts: dict[tuple[int, datetime], int], most: int
) -> StandRow:
    found = [counts.get((stand.pk, hour), 0) for hour in hours]
    cells = [Cell(count, -(-count * LEVELS // most) if count else 0) for count in found]
    return StandRow(stand, cells, sum(found))


def _hours(open_day: OpenDay, counted: set[datetime]) -> list[datetime]:
    """The announced hours, and any in which somebody came earlier or later."""
    start = open_day.starts_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    first = min({start, *counted})
    last = max({open_day.ends_at.astimezone(UTC) - timedelta(microseconds=1), *counted})
    return [first + HOUR * n for n in range((last - first) // HOUR + 1)]


def quarters(actor: Actor, open_day_id: int) -> QuerySet[StandTally]:
    """Every quarter of an hour counted, by stand, for a spreadsheet. Raises NotFound."""
    policy.run_programme(actor)
    return (
        StandTally.objects.of(actor.town)
        .filter(stand__open_day=open_day_id)
        .select_related("stand")
        .order_by("stand__number", "quarter_at", "pk")
    )
