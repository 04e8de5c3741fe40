"""Figures of workshops: how many seats, booked, came, stayed away. Counts alone, never a person.

What is over is read from SlotFigures, what is to come from the dates themselves; both are summed by
the database within a period, so that the cost does not grow with a town's history.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput
from participation.models import Municipality
from workshops import policy
from workshops.models import Slot, SlotFigures

COUNTS = ("capacity", "booked", "came", "no_show", "cancelled", "walk_ins", "waiting")
COMING_STATES = (Slot.State.OPEN, Slot.State.CLOSED, Slot.State.RUNNING)
WAITING = Q(wait_entries__state__in=("waiting", "offered"))
LONGEST_PERIOD = timedelta(days=3660)
# The network sees a town's counts only where this many seats stand behind them: of two guests one
# of whom stayed away, the town would say too much.
SMALL = 10


@dataclass(frozen=True, slots=True)
class Period:
    """Days in Südwestfalen, the last one included."""

    first: date
    last: date

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        zone = timezone.get_default_timezone()
        start, end = self.first, self.last + timedelta(days=1)
        return (
            datetime.combine(start, datetime.min.time(), tzinfo=zone),
            datetime.combine(end, datetime.min.time(), tzinfo=zone),
        )


def year_of(day: date) -> Period:
    return Period(day.replace(month=1, day=1), day.replace(month=12, day=31))


def period(first: date, last: date) -> Period:
    """Raises InvalidInput for a period that ends before it begins, or is longer than ten years."""
    if last < first:
        raise InvalidInput("to", "min_value", _("„Bis“ liegt vor „von“."))
    if last - first > LONGEST_PERIOD or not 2000 <= first.year <= last.year <= 2200:
        raise InvalidInput("to", "max_value", _("Bitte wählen Sie höchstens zehn Jahre."))
    return Period(first, last)


@dataclass(frozen=True, slots=True)
class Sums:
    """Seats (`waiting`: parties) of `dates` dates; see `services.figures.record` for each."""

    dates: int = 0
    capacity: int = 0
    booked: int = 0
    came: int = 0
    no_show: int = 0
    cancelled: int = 0
    walk_ins: int = 0
    waiting: int = 0

    @property
    def no_show_rate(self) -> float | None:
        """Of the seats booked; None where there were none."""
        return self.no_show / self.booked if self.booked else None

    @property
    def there(self) -> int:
        return self.came + self.walk_ins


@dataclass(frozen=True, slots=True)
class Coming:
    """Dates still to come: seats, seats taken, parties waiting now."""

    dates: int = 0
    capacity: int = 0
    booked: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """`id` of the workshop or venue (None: no venue), `label` its name; for months the first day
    stands in `month`."""

    id: int | None
    label: str
    sums: Sums
    month: date | None = None


def totals(actor: Actor, during: Period) -> Sums:
    """Of all dates of the town that are over: one statement. Raises LoginRequired, NotAllowed."""
    policy.run_programme(actor)
    return _sums(_of_town(actor, during).aggregate(**_aggregates()))


def of_date(slot: Slot) -> Sums:
    """What is kept of a date that is over: one statement; nothing where it was never counted."""
    kept = SlotFigures.objects.filter(slot=slot).values(*COUNTS).first()
    return Sums(dates=1, **kept) if kept else Sums()


def by(actor: Actor, during: Period, group: str) -> QuerySet[SlotFigures, Any]:
    """Dates that are over, grouped by `workshop`, `venue` or `month`; `rows` reads them.

    One statement. Raises InvalidInput for another grouping.
    """
    policy.run_programme(actor)
    rows = _of_town(actor, during)
    if group == "month":
        starts = TruncMonth("slot__starts_at", tzinfo=timezone.get_default_timezone())
        keyed = rows.annotate(key=starts, label=starts)
    elif group == "venue":
        keyed = rows.annotate(
            key=Coalesce("slot__room__venue_id", "slot__workshop__venue_id"),
            label=Coalesce("slot__room__venue__name", "slot__workshop__venue__name"),
        )
    elif group == "workshop":
        keyed = rows.annotate(key=F("slot__workshop_id"), label=F("slot__workshop__title"))
    else:
        raise InvalidInput("by", "invalid_choice", _("Möglich sind workshop, venue und month."))
    return (
        keyed.values("key", "label")
        .annotate(**_aggregates())
        .order_by(*(("key",) if group == "month" else ("label", "key")))
    )


def rows(found: Iterable[dict[str, Any]]) -> list[Row]:
    """What `by` found, as rows."""
    return [_row(values) for values in found]


def _row(values: dict[str, Any]) -> Row:
    key, label = values["key"], values["label"]
    if isinstance(key, datetime):
        return Row(None, "", _sums(values), timezone.localtime(key).date())
    return Row(key, label or "", _sums(values))


def coming(actor: Actor, now: datetime) -> Coming:
    """All dates of the town that are to come: two statements."""
    policy.run_programme(actor)
    slots = Slot.objects.of(actor.town).filter(state__in=COMING_STATES, ends_at__gt=now)
    seats = slots.aggregate(dates=Count("pk"), capacity=Sum("capacity"), booked=Sum("seats_taken"))
    waiting = slots.filter(WAITING).aggregate(waiting=Count("wait_entries"))
    return Coming(**{name: value or 0 for name, value in {**seats, **waiting}.items()})


# --- The network ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TownRow:
    """`sums` is None where fewer than SMALL seats stand behind them; `dates` is always told."""

    town: Municipality
    dates: int
    sums: Sums | None


def by_town(actor: Actor, during: Period) -> list[TownRow]:
    """Sums of each active town, by name; for the coordinator: two statements.

    Nothing smaller than a town is ever told here. Raises LoginRequired, NotAllowed.
    """
    policy.see_network_figures(actor)
    found = (
        _during(during)
        .values(key=F("slot__workshop__municipality_id"))
        .annotate(**_aggregates())
        .order_by("key")
    )
    sums = {values["key"]: _sums(values) for values in found}
    towns = Municipality.objects.filter(state=Municipality.State.ACTIVE).order_by("name", "pk")
    return [_town_row(town, sums.get(town.pk, Sums())) for town in towns]


def network_total(found: Sequence[TownRow]) -> Sums:
    """Of the towns whose sums are told: from the others nothing can be taken back out."""
    told = [row.sums for row in found if row.sums is not None]
    return Sums(**{name: sum(getattr(sums, name) for sums in told) for name in ("dates", *COUNTS)})


def _town_row(town: Municipality, sums: Sums) -> TownRow:
    enough = sums.booked + sums.walk_ins >= SMALL
    return TownRow(town, sums.dates, sums if enough else None)


# --- Sums ----------------------------------------------------------------------------------------


def _during(during: Period) -> QuerySet[SlotFigures]:
    start, end = during.bounds
    return SlotFigures.objects.filter(slot__starts_at__gte=start, slot__starts_at__lt=end)


def _of_town(actor: Actor, during: Period) -> QuerySet[SlotFigures]:
    return _during(during).of(actor.town)  # type: ignore[attr-defined,no-any-return]


def _aggregates() -> dict[str, Any]:
    # Named apart from the columns, which Django would otherwise take them for.
    return {"dates": Count("pk"), **{f"{name}_sum": Sum(name) for name in COUNTS}}


def _sums(values: Mapping[str, Any]) -> Sums:
    counts = {name: values[f"{name}_sum"] or 0 for name in COUNTS}
    return Sums(dates=values["dates"], **counts)
