"""Series: the dates of a recurrence rule, made at once and changed together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from workshops import emails, policy
from workshops.errors import DateInUse, DateTooFull, IllegalStep
from workshops.models import Series, Slot, WaitEntry
from workshops.services import scheduling, waiting
from workshops.services.programme import locked_workshop
from workshops.services.recurrence import (
    PlannedDate,
    normal_rule,
    planned_dates,
    wall_moment,
    wall_offset,
    wall_shifted,
)
from workshops.services.scheduling import SlotDetails

# Besides its start, these are at a distance from it, so that each date has its own.
RELATIVE = (
    "booking_opens_at",
    "booking_closes_at",
    "cancel_until_at",
    "check_in_opens_at",
    "check_in_closes_at",
    "decides_at",
    "confirm_by_at",
)


class Reach(models.TextChoices):
    """Which dates of its series a change of one date is for."""

    ONE = "one", _("nur diesen Termin")
    FOLLOWING = "following", _("diesen und die folgenden")
    ALL = "all", _("alle Termine der Reihe")


@dataclass(frozen=True, slots=True)
class Pattern:
    """What the edited date says to the others: other day, clock, length, distances and values."""

    days: timedelta
    start: datetime | None
    length: timedelta | None
    offsets: Mapping[str, timedelta | None]
    values: Mapping[str, Any]


def preview(
    *, actor: Actor, rule: str, starts_at: datetime, ends_at: datetime
) -> list[PlannedDate]:
    """The dates that `create_series` would make. Raises InvalidInput (`rrule`, `ends_at`)."""
    policy.run_programme(actor)
    scheduling.check_values(Slot(starts_at=starts_at, ends_at=ends_at, capacity=1))
    return planned_dates(rule, starts_at, ends_at)


@transaction.atomic
def create_series(
    *,
    actor: Actor,
    workshop_id: int,
    rule: str,
    first: SlotDetails,
    state: str = Slot.State.DRAFT,
) -> Series:
    """One date for each day of the rule, which begins on the day of `first`, at most 500.

    They are like `first`: the same wall time in Europe/Berlin, the same length, each deadline as
    far from the start on the wall clock. Locks the workshop. Raises NotFound, InvalidInput.
    """
    policy.run_programme(actor)
    workshop = locked_workshop(actor, workshop_id)
    if state not in (Slot.State.DRAFT, Slot.State.OPEN):
        message = _("Ein Termin beginnt als Entwurf oder offen.")
        raise InvalidInput("state", "invalid_choice", message)
    scheduling.check_slot(actor, _slot(first))
    planned = planned_dates(rule, first.starts_at, first.ends_at)
    start = timezone.localtime(first.starts_at)
    series = Series.objects.create(
        workshop=workshop,
        rrule=normal_rule(rule),
        first_date=planned[0].day,
        starts_at_time=start.time(),
        minutes=_minutes(first.ends_at - first.starts_at),
    )
    slots = []
    for row in planned:
        slot = _slot(_on(first, row), workshop=workshop, series=series, state=state)
        slot.series_date = row.day
        scheduling.check_values(slot)
        slots.append(slot)
    Slot.objects.bulk_create(slots)
    return series


@transaction.atomic
def change_dates(
    *, actor: Actor, slot_id: int, changes: Mapping[str, Any], reach: str, now: datetime
) -> int:
    """Change a date and, by `reach`, those of its series from there on or all that are to come.

    `changes` as for `scheduling.change_slot`; what they leave as it is in this date stays in the
    others. A new start moves the others by as many days and to the same wall time; deadlines keep
    their distance. Dates that were changed one by one, are over or cancelled stay as they are. Who
    has booked a moved date is told by mail, freed seats are offered. Returns how many changed.

    Locks the dates in the order of their ids. Raises NotFound, InvalidInput, IllegalStep,
    CapacityTooSmall, and DateTooFull which names the date.
    """
    if reach == Reach.ONE:
        scheduling.change_slot(actor=actor, slot_id=slot_id, changes=changes, now=now)
        return 1
    slots = _locked_dates(actor, slot_id, reach, now)
    chosen = next(slot for slot in slots if slot.pk == slot_id)
    if chosen.state not in scheduling.CHANGEABLE_STATES:
        raise IllegalStep
    names = scheduling.CHANGEABLE & changes.keys()
    given = {name: changes[name] for name in names if getattr(chosen, name) != changes[name]}
    if not given:
        return 0
    pattern = _pattern(chosen, given)
    touched = [slot for slot in slots if slot.pk == slot_id or not slot.leaves_series]
    moved = [slot for slot in touched if _apply(slot, given if slot is chosen else {}, pattern)]
    for slot in touched:
        scheduling.check_values(slot)
        if slot.capacity < slot.seats_taken:
            raise DateTooFull(
                slot_id=slot.pk, starts_at=slot.starts_at, seats_taken=slot.seats_taken
            )
    scheduling.check_room(actor, chosen.room_id, chosen.capacity)
    written = given.keys() | ({"ends_at"} if "starts_at" in given else set())
    Slot.objects.bulk_update(touched, [*sorted(written), "sequence"])
    for slot in moved:
        if slot.seats_taken:
            emails.send_slot_changed.enqueue(slot.pk)
    _offer_freed_seats(touched, now)
    return len(touched)


@transaction.atomic
def open_dates(*, actor: Actor, slot_id: int, now: datetime) -> int:
    """Open all drafts of the date's series for booking. Locks them. Raises NotFound."""
    drafts = [
        slot.pk
        for slot in _locked_dates(actor, slot_id, Reach.ALL, now)
        if slot.state == Slot.State.DRAFT
    ]
    return Slot.objects.filter(pk__in=drafts).update(state=Slot.State.OPEN)


@transaction.atomic
def cancel_dates(*, actor: Actor, slot_id: int, reach: str, now: datetime) -> int:
    """Call a date off, by `reach` with others of its series; who has tickets is told by mail.

    Drafts, which nobody has seen, are removed. Locks the dates in the order of their ids, then
    their bookings. Raises NotFound, IllegalStep where nothing is left to call off.
    """
    slots = [
        slot
        for slot in _locked_dates(actor, slot_id, reach, now)
        if slot.state in (Slot.State.DRAFT, Slot.State.OPEN, Slot.State.CLOSED)
    ]
    if not slots:
        raise IllegalStep
    for slot in slots:
        if slot.state == Slot.State.DRAFT:
            slot.delete()
        else:
            scheduling.call_off(slot, now)
    return len(slots)


@transaction.atomic
def remove_dates(*, actor: Actor, slot_id: int, reach: str, now: datetime) -> int:
    """Take a date out of the programme, by `reach` with others, as if it had never been there.

    Locks the dates in the order of their ids. Raises NotFound, DateInUse which names a date that
    someone has booked or waits for, IllegalStep for one that is over.
    """
    slots = _locked_dates(actor, slot_id, reach, now)
    rows = Slot.objects.filter(pk__in=[slot.pk for slot in slots])
    used = rows.filter(Q(bookings__isnull=False) | Q(wait_entries__isnull=False))
    if taken := used.order_by("starts_at", "pk").first():
        raise DateInUse(slot_id=taken.pk, starts_at=taken.starts_at)
    try:
        rows.delete()
    except models.ProtectedError as error:
        raise IllegalStep from error
    return len(slots)


def _locked_dates(actor: Actor, slot_id: int, reach: str, now: datetime) -> list[Slot]:
    """The date and those of its series it is to reach that are not over. Raises NotFound."""
    policy.run_programme(actor)
    chosen = Slot.objects.of(actor.town).filter(pk=slot_id).first()
    if chosen is None:
        raise NotFound
    reached = Q(pk=slot_id) | _others(chosen, Reach(reach)) & Q(ends_at__gt=now)
    rows: QuerySet[Slot] = Slot.objects.of(actor.town).select_related("workshop__municipality")
    locked = rows.select_for_update(of=("self",), no_key=True).filter(reached).order_by("pk")
    slots = [
        slot for slot in locked if slot.pk == slot_id or slot.state in scheduling.CHANGEABLE_STATES
    ]
    if not any(slot.pk == slot_id for slot in slots):
        raise NotFound
    return slots


def _others(chosen: Slot, reach: Reach) -> Q:
    if chosen.series_id is None or reach == Reach.ONE:
        return Q(pk__in=())
    if reach == Reach.ALL:
        return Q(series_id=chosen.series_id)
    return Q(series_id=chosen.series_id, series_date__gte=chosen.series_date)


def _pattern(chosen: Slot, given: Mapping[str, Any]) -> Pattern:
    start = given.get("starts_at", chosen.starts_at)
    moves = "starts_at" in given
    resized = moves or "ends_at" in given
    return Pattern(
        days=timezone.localdate(start) - timezone.localdate(chosen.starts_at),
        start=start if moves else None,
        length=given.get("ends_at", chosen.ends_at) - start if resized else None,
        offsets={
            name: wall_offset(start, given[name]) if given[name] else None
            for name in RELATIVE
            if name in given
        },
        values={
            name: value
            for name, value in given.items()
            if name not in RELATIVE and name not in ("starts_at", "ends_at")
        },
    )


def _apply(slot: Slot, given: Mapping[str, Any], pattern: Pattern) -> bool:
    """Change the row in memory (the edited one to what was given); whether its guests must know."""
    before = [getattr(slot, name) for name in scheduling.TIME_AND_PLACE]
    if not given:
        given = _like(slot, pattern)
    for name, value in given.items():
        setattr(slot, name, value)
    slot.sequence += 1
    return before != [getattr(slot, name) for name in scheduling.TIME_AND_PLACE]


def _like(slot: Slot, pattern: Pattern) -> dict[str, Any]:
    changes = dict(pattern.values)
    start = slot.starts_at
    if pattern.start is not None:
        clock = timezone.localtime(pattern.start).time()
        start = wall_moment(timezone.localdate(slot.starts_at) + pattern.days, clock)
        changes["starts_at"] = start
    if pattern.length is not None:
        changes["ends_at"] = start + pattern.length
    for name, offset in pattern.offsets.items():
        changes[name] = None if offset is None else wall_shifted(start, offset)
    return changes


def _on(first: SlotDetails, row: PlannedDate) -> SlotDetails:
    """`first` on another day."""
    deadlines: dict[str, Any] = {
        name: wall_shifted(row.starts_at, wall_offset(first.starts_at, moment))
        for name in RELATIVE
        if (moment := getattr(first, name)) is not None
    }
    return replace(first, starts_at=row.starts_at, ends_at=row.ends_at, **deadlines)


def _slot(details: SlotDetails, **more: Any) -> Slot:
    values = {field.name: getattr(details, field.name) for field in fields(details)}
    return Slot(**values, **more)


def _minutes(length: timedelta) -> int:
    minutes = int(length.total_seconds() // 60)
    if not 1 <= minutes <= 7 * 24 * 60:
        raise InvalidInput("ends_at", "max_value", _("Ein Termin dauert höchstens eine Woche."))
    return minutes


def _offer_freed_seats(slots: Iterable[Slot], now: datetime) -> None:
    waited_for = WaitEntry.objects.filter(
        slot__in=[slot.pk for slot in slots], state=WaitEntry.State.WAITING
    )
    for slot_id in sorted(set(waited_for.values_list("slot_id", flat=True))):
        waiting.offer_freed_seats(slot_id=slot_id, now=now)
