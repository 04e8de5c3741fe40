"""The dates of the programme: the life of a slot."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from workshops import emails, policy, queries
from workshops.errors import CapacityTooSmall, IllegalStep
from workshops.models import Booking, Room, Scan, Slot, Ticket
from workshops.services import figures, waiting
from workshops.services import seats as seating
from workshops.services.parties import clean_line
from workshops.services.programme import check_keep_days, locked_workshop

State = Slot.State
EARLIEST_YEAR, LATEST_YEAR = 2000, 2200
# So that a door which was without a network can still send what it scanned.
FINISH_AFTER = timedelta(minutes=30)
FINISH_AT_ONCE = 100
MAX_REASON = 500

# That a date is on right now follows from the clock, as "full" follows from the seats: `running` is
# for who starts it by hand.
NEXT_STATE: Mapping[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.OPEN}),
    State.OPEN: frozenset({State.CLOSED, State.RUNNING, State.CANCELLED, State.DONE}),
    State.CLOSED: frozenset({State.OPEN, State.RUNNING, State.CANCELLED, State.DONE}),
    State.RUNNING: frozenset({State.DONE}),
    State.DONE: frozenset({State.PURGED}),
    State.PURGED: frozenset(),
    State.CANCELLED: frozenset({State.PURGED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotDetails:
    """Times are aware."""

    starts_at: datetime
    ends_at: datetime
    capacity: int
    room_id: int | None = None
    online_url: str = ""
    min_seats: int | None = None
    booking_opens_at: datetime | None = None
    booking_closes_at: datetime | None = None
    cancel_until_at: datetime | None = None
    check_in_opens_at: datetime | None = None
    check_in_closes_at: datetime | None = None
    decides_at: datetime | None = None
    confirm_by_at: datetime | None = None
    keep_days: int | None = None


CHANGEABLE = frozenset(field.name for field in fields(SlotDetails))
CHANGEABLE_STATES = frozenset({State.DRAFT, State.OPEN, State.CLOSED, State.RUNNING})
TIME_AND_PLACE = frozenset({"starts_at", "ends_at", "room_id", "online_url"})


@transaction.atomic
def create_slot(
    *, actor: Actor, workshop_id: int, details: SlotDetails, state: str = State.DRAFT
) -> Slot:
    """A draft, or at once open for booking. Raises NotFound, InvalidInput."""
    policy.run_programme(actor)
    workshop = locked_workshop(actor, workshop_id)
    if state not in (State.DRAFT, State.OPEN):
        message = _("Ein Termin beginnt als Entwurf oder offen.")
        raise InvalidInput("state", "invalid_choice", message)
    values = {field.name: getattr(details, field.name) for field in fields(details)}
    slot = Slot(workshop=workshop, state=state, **values)
    check_slot(actor, slot)
    slot.save(force_insert=True)
    return slot


@transaction.atomic
def change_slot(*, actor: Actor, slot_id: int, changes: Mapping[str, Any], now: datetime) -> Slot:
    """Change times, room or capacity; `changes` has field names of SlotDetails.

    More capacity is offered to who waits; another time or place is mailed to who has booked. A date
    of a series leaves it: the series changes it no more. Locks the slot. Raises NotFound,
    InvalidInput, CapacityTooSmall, and IllegalStep for a slot that is over or cancelled.
    """
    slot = _locked_slot(actor, slot_id)
    if slot.state not in CHANGEABLE_STATES:
        raise IllegalStep
    names = CHANGEABLE & changes.keys()
    changed = {name for name in names if getattr(slot, name) != changes[name]}
    for name in changed:
        setattr(slot, name, changes[name])
    check_slot(actor, slot)
    if slot.capacity < slot.seats_taken:
        held = Booking.objects.filter(slot=slot, state=Booking.State.HELD)
        raise CapacityTooSmall(
            seats_taken=slot.seats_taken,
            seats_held=held.aggregate(n=Coalesce(Sum("party_size"), 0))["n"],
        )
    slot.sequence += 1
    slot.leaves_series = slot.leaves_series or bool(slot.series_id and changed)
    slot.save(update_fields=[*sorted(CHANGEABLE), "sequence", "leaves_series"])
    if TIME_AND_PLACE & changed:
        emails.send_slot_changed.enqueue(slot.pk)
    waiting.offer_freed_seats(slot_id=slot.pk, now=now)
    slot.refresh_from_db(fields=["seats_taken"])
    return slot


def check_slot(actor: Actor, slot: Slot) -> None:
    """Raises InvalidInput. One statement, for the room."""
    check_values(slot)
    check_room(actor, slot.room_id, slot.capacity)


def check_values(slot: Slot) -> None:
    """What needs no other row. Raises InvalidInput."""
    if not EARLIEST_YEAR <= slot.starts_at.year <= slot.ends_at.year <= LATEST_YEAR:
        raise InvalidInput("starts_at", "invalid", _("Bitte prüfen Sie das Jahr."))
    if slot.ends_at <= slot.starts_at:
        raise InvalidInput("ends_at", "min_value", _("Das Ende liegt nicht nach dem Beginn."))
    spans = (
        ("booking_closes_at", slot.booking_opens_at, slot.booking_closes_at),
        ("check_in_closes_at", slot.check_in_opens_at, slot.check_in_closes_at),
    )
    for attr, first, last in spans:
        if first is not None and last is not None and last <= first:
            raise InvalidInput(attr, "min_value", _("„Bis“ liegt nicht nach „ab“."))
    if not 1 <= slot.capacity <= 10000:
        raise InvalidInput("capacity", "invalid", _("Möglich sind 1 bis 10.000 Plätze."))
    if slot.min_seats is not None and not 1 <= slot.min_seats <= slot.capacity:
        raise InvalidInput("min_seats", "invalid", _("Die Mindestzahl passt nicht zu den Plätzen."))
    _check_promises(slot)


def _check_promises(slot: Slot) -> None:
    if slot.decides_at is not None and slot.min_seats is None:
        missing = _("Ohne Mindestzahl gibt es nichts zu entscheiden.")
        raise InvalidInput("min_seats", "required", missing)
    for attr in ("decides_at", "confirm_by_at"):
        if (moment := getattr(slot, attr)) is not None and moment >= slot.starts_at:
            raise InvalidInput(attr, "max_value", _("Das liegt nicht vor dem Beginn."))
    if slot.keep_days is not None:
        check_keep_days(slot.keep_days)


def check_room(actor: Actor, room_id: int | None, capacity: int) -> None:
    """Locks the room, so that it is not made smaller meanwhile.

    Raises InvalidInput for one that is another town's or too small.
    """
    if room_id is not None:
        rooms = Room.objects.of(actor.town).select_for_update(of=("self",), no_key=True)
        room = rooms.filter(pk=room_id).first()
        if room is None:
            raise InvalidInput("room", "unknown_room", _("Diesen Raum gibt es hier nicht."))
        if capacity > room.seats:
            raise InvalidInput("capacity", "max_value", _("Der Raum hat nicht so viele Plätze."))


def open_slot(*, actor: Actor, slot_id: int, now: datetime) -> Slot:
    """Open for booking. Raises NotFound, IllegalStep."""
    with transaction.atomic():
        slot = _step(_locked_slot(actor, slot_id), State.OPEN)
        waiting.offer_freed_seats(slot_id=slot.pk, now=now)
        return slot


def close_slot(*, actor: Actor, slot_id: int) -> Slot:
    """Take no more bookings; those there are stay. Raises NotFound, IllegalStep."""
    with transaction.atomic():
        return _step(_locked_slot(actor, slot_id), State.CLOSED)


def cancel_slot(*, actor: Actor, slot_id: int, now: datetime, reason: str = "") -> Slot:
    """Call the date off: all bookings and waiting entries end, and who had tickets is told by mail,
    with the `reason` (one line) and the other dates.

    Locks the slot, then its bookings. Raises NotFound, IllegalStep, InvalidInput.
    """
    reason = clean_line("reason", reason, longest=MAX_REASON)
    with transaction.atomic():
        slot = _locked_slot(actor, slot_id)
        slot.cancel_reason, slot.decided_at = reason, None
        return call_off(slot, now)


def call_off(slot: Slot, now: datetime) -> Slot:
    """The slot is locked; its `cancel_reason` and `decided_at` are set. Raises IllegalStep."""
    _step(slot, State.CANCELLED)
    bookings = Booking.objects.filter(slot=slot)
    tickets = Ticket.objects.filter(booking__in=bookings.seated(), revoked_at=None)
    seating.lock_in_order(tickets)
    tickets.update(revoked_at=now, entered_at=None, changed_at=now)
    told = list(bookings.seated().exclude(email="").order_by("pk").values_list("pk", flat=True))
    bookings.seated().update(
        state=Booking.State.CANCELLED,
        cancelled_at=now,
        cancelled_by=Booking.CancelledBy.VENUE,
        hold_expires_at=None,
    )
    waiting.close_waiting(slot=slot)
    slot.seats_taken = 0
    slot.sequence += 1
    slot.save(update_fields=["seats_taken", "sequence", "cancel_reason", "decided_at"])
    emails.send_slot_cancelled.enqueue(told)
    return slot


@transaction.atomic
def finish_slot(*, actor: Actor, slot_id: int, now: datetime) -> Slot:
    """After the end: who came has attended, who did not is a no-show and gives the seats back.

    Raises NotFound, IllegalStep before the end.
    """
    slot = _locked_slot(actor, slot_id)
    if now < slot.ends_at:
        raise IllegalStep(_("Der Termin ist noch nicht vorbei."))
    _finish(slot)
    slot.refresh_from_db(fields=["seats_taken"])
    return slot


def finish_past_slots(*, now: datetime) -> int:
    """Finish, as `finish_slot` does, what ended half an hour ago and takes no one in any more.

    At most a hundred a run, each in its own transaction; slots locked this moment are left for the
    next run. Returns how many.
    """
    limit = now - FINISH_AFTER
    past = Slot.objects.filter(state__in=queries.DOOR_STATES, ends_at__lte=limit).exclude(
        check_in_closes_at__gt=limit
    )
    slot_ids = past.order_by("ends_at", "pk").values_list("pk", flat=True)[:FINISH_AT_ONCE]
    return sum(_finish_if_free(slot_id) for slot_id in list(slot_ids))


@transaction.atomic
def _finish_if_free(slot_id: int) -> bool:
    rows = Slot.objects.select_for_update(no_key=True, skip_locked=True)
    slot = rows.filter(pk=slot_id, state__in=queries.DOOR_STATES).first()
    if slot is None:
        return False
    _finish(slot)
    return True


def _finish(slot: Slot) -> None:
    """The slot must be locked."""
    _step(slot, State.DONE)
    seating.expire_holds(slot.pk, slot.ends_at)
    confirmed = Booking.objects.filter(slot=slot, state=Booking.State.CONFIRMED)
    came = Scan.objects.filter(
        slot=slot, kind=Scan.Kind.ENTRY, outcome=Scan.Outcome.ADMITTED
    ).values("booking_id")
    confirmed.filter(pk__in=came).update(state=Booking.State.ATTENDED)
    # Locked, so that what is counted is what changes: a link may be clicked at this very moment.
    absent = dict(
        confirmed.select_for_update(no_key=True).order_by("pk").values_list("pk", "party_size")
    )
    Booking.objects.filter(pk__in=absent).update(state=Booking.State.NO_SHOW)
    Slot.objects.free_seats(slot.pk, sum(absent.values()))
    figures.record(slot)
    waiting.close_waiting(slot=slot)


def _locked_slot(actor: Actor, slot_id: int) -> Slot:
    policy.run_programme(actor)
    try:
        slot = seating.lock_slot(slot_id)
    except Slot.DoesNotExist:
        raise NotFound from None
    if slot.workshop.municipality_id != actor.town.pk:
        raise NotFound
    return slot


def _step(slot: Slot, state: Slot.State) -> Slot:
    if state not in NEXT_STATE[slot.state]:
        raise IllegalStep(current=slot.state)
    slot.state = state
    slot.save(update_fields=["state"])
    return slot
