"""The programme: workshops, and the life of a slot."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from participation import queries as town_queries
from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from workshops import emails, policy, queries
from workshops.errors import CapacityTooSmall, IllegalStep
from workshops.models import Booking, Room, Scan, Slot, Ticket, Venue, WaitEntry, Workshop
from workshops.services import seats as seating
from workshops.services import waiting

State = Slot.State
EARLIEST_YEAR, LATEST_YEAR = 2000, 2200
# So that a door which was without a network can still send what it scanned.
FINISH_AFTER = timedelta(minutes=30)
FINISH_AT_ONCE = 100

# That a date is on right now follows from the clock, as "full" follows from the seats: `running` is
# for who starts it by hand.
NEXT_STATE: Mapping[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.OPEN}),
    State.OPEN: frozenset({State.CLOSED, State.RUNNING, State.CANCELLED, State.DONE}),
    State.CLOSED: frozenset({State.OPEN, State.RUNNING, State.CANCELLED, State.DONE}),
    State.RUNNING: frozenset({State.DONE}),
    State.DONE: frozenset({State.PURGED}),
    State.PURGED: frozenset(),
    State.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkshopDetails:
    """`theme` is a slug; `venue_id` one of the town's places."""

    title: str
    text: str
    theme: str
    venue_id: int | None = None
    audience: str = ""
    age_min: int | None = None
    age_max: int | None = None
    language: str = "de"
    bring: str = ""
    is_online: bool = False
    online_url: str = ""
    asks_organisation: bool = False
    staff_only: bool = False
    max_party: int = 10


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


CHANGEABLE = frozenset(field.name for field in fields(SlotDetails))
WORKSHOP_CHANGEABLE = frozenset(field.name for field in fields(WorkshopDetails))
CHANGEABLE_STATES = frozenset({State.DRAFT, State.OPEN, State.CLOSED, State.RUNNING})
TIME_AND_PLACE = frozenset({"starts_at", "ends_at", "room_id", "online_url"})
# What stands in a guest's calendar entry besides the times.
IN_CALENDAR = frozenset({"title", "venue_id", "is_online", "online_url"})


# --- Workshops -----------------------------------------------------------------------------------


@transaction.atomic
def create_workshop(
    *, actor: Actor, details: WorkshopDetails, state: str = Workshop.State.DRAFT
) -> Workshop:
    """A draft, or at once published. Raises InvalidInput for a theme or venue of another town."""
    policy.run_programme(actor)
    values = {field.name: getattr(details, field.name) for field in fields(details)}
    values["theme"] = town_queries.theme_by_slug(actor, details.theme)
    workshop = Workshop(municipality=actor.town, state=Workshop.State(state), **values)
    _check_workshop(actor, workshop)
    workshop.save(force_insert=True)
    return workshop


@transaction.atomic
def change_workshop(*, actor: Actor, workshop_id: int, changes: Mapping[str, Any]) -> Workshop:
    """`changes` has field names of WorkshopDetails; bookings that are there stay as they are.

    A new title or place is a new version of the calendar entries of the dates to come. Locks the
    workshop, then its slots. Raises NotFound, InvalidInput, IllegalStep for an archived one.
    """
    policy.run_programme(actor)
    workshop = _workshop(actor, workshop_id)
    if workshop.state == Workshop.State.ARCHIVED:
        raise IllegalStep
    names = WORKSHOP_CHANGEABLE & changes.keys()
    values = {name: changes[name] for name in names}
    if "theme" in values:
        values["theme"] = town_queries.theme_by_slug(actor, values["theme"])
    is_moved = any(getattr(workshop, name) != values[name] for name in IN_CALENDAR & names)
    for name, value in values.items():
        setattr(workshop, name, value)
    _check_workshop(actor, workshop)
    workshop.save(update_fields=sorted(WORKSHOP_CHANGEABLE))
    if is_moved:
        workshop.slots.filter(state__in=(State.OPEN, State.CLOSED)).update(
            sequence=F("sequence") + 1
        )
    return workshop


def _check_workshop(actor: Actor, workshop: Workshop) -> None:
    venues = Venue.objects.of(actor.town)
    if workshop.venue_id is not None and not venues.filter(pk=workshop.venue_id).exists():
        raise InvalidInput("venue", "unknown_venue", _("Diesen Ort gibt es hier nicht."))
    youngest, oldest = workshop.age_min, workshop.age_max
    if youngest is not None and oldest is not None and youngest > oldest:
        raise InvalidInput("age_max", "min_value", _("„Bis“ liegt unter „ab“."))
    if not 1 <= workshop.max_party <= 100:
        raise InvalidInput("max_party", "invalid", _("Möglich sind 1 bis 100 Plätze je Buchung."))


@transaction.atomic
def publish_workshop(*, actor: Actor, workshop_id: int) -> Workshop:
    """Show it to the public. Raises NotFound, IllegalStep for an archived one."""
    policy.run_programme(actor)
    workshop = _workshop(actor, workshop_id)
    if workshop.state == Workshop.State.ARCHIVED:
        raise IllegalStep
    workshop.state = Workshop.State.PUBLISHED
    workshop.save(update_fields=["state"])
    return workshop


@transaction.atomic
def archive_workshop(*, actor: Actor, workshop_id: int, now: datetime) -> Workshop:
    """Take it out of the programme. Raises NotFound, IllegalStep while dates are to come."""
    policy.run_programme(actor)
    workshop = _workshop(actor, workshop_id)
    if workshop.slots.filter(state__in=(State.OPEN, State.CLOSED), ends_at__gt=now).exists():
        raise IllegalStep(_("Sagen Sie zuerst die kommenden Termine ab."))
    workshop.state = Workshop.State.ARCHIVED
    workshop.save(update_fields=["state"])
    return workshop


def _workshop(actor: Actor, workshop_id: int) -> Workshop:
    workshop = Workshop.objects.of(actor.town).select_for_update().filter(pk=workshop_id).first()
    if workshop is None:
        raise NotFound
    return workshop


# --- Slots ---------------------------------------------------------------------------------------


@transaction.atomic
def create_slot(
    *, actor: Actor, workshop_id: int, details: SlotDetails, state: str = State.DRAFT
) -> Slot:
    """A draft, or at once open for booking. Raises NotFound, InvalidInput."""
    policy.run_programme(actor)
    workshop = _workshop(actor, workshop_id)
    if state not in (State.DRAFT, State.OPEN):
        message = _("Ein Termin beginnt als Entwurf oder offen.")
        raise InvalidInput("state", "invalid_choice", message)
    values = {field.name: getattr(details, field.name) for field in fields(details)}
    slot = Slot(workshop=workshop, state=state, **values)
    _check_slot(actor, slot)
    slot.save(force_insert=True)
    return slot


@transaction.atomic
def change_slot(*, actor: Actor, slot_id: int, changes: Mapping[str, Any], now: datetime) -> Slot:
    """Change times, room or capacity; `changes` has field names of SlotDetails.

    More capacity is offered to who waits; another time or place is mailed to who has booked.
    Locks the slot. Raises NotFound, InvalidInput, CapacityTooSmall, and IllegalStep for a slot
    that is over or cancelled.
    """
    slot = _locked_slot(actor, slot_id)
    if slot.state not in CHANGEABLE_STATES:
        raise IllegalStep
    names = CHANGEABLE & changes.keys()
    is_moved = any(getattr(slot, name) != changes[name] for name in TIME_AND_PLACE & names)
    for name in names:
        setattr(slot, name, changes[name])
    _check_slot(actor, slot)
    if slot.capacity < slot.seats_taken:
        raise CapacityTooSmall(seats_taken=slot.seats_taken)
    slot.sequence += 1
    slot.save(update_fields=[*sorted(CHANGEABLE), "sequence"])
    if is_moved:
        emails.send_slot_changed.enqueue(slot.pk)
    waiting.offer_freed_seats(slot_id=slot.pk, now=now)
    slot.refresh_from_db(fields=["seats_taken"])
    return slot


def _check_slot(actor: Actor, slot: Slot) -> None:
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
    if slot.room_id is not None:
        room = Room.objects.of(actor.town).filter(pk=slot.room_id).first()
        if room is None:
            raise InvalidInput("room", "unknown_room", _("Diesen Raum gibt es hier nicht."))
        if slot.capacity > room.seats:
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


@transaction.atomic
def cancel_slot(*, actor: Actor, slot_id: int, now: datetime) -> Slot:
    """Call the date off: all bookings and waiting entries end, and who had tickets is told by mail.

    Locks the slot, then its bookings. Raises NotFound, IllegalStep.
    """
    slot = _step(_locked_slot(actor, slot_id), State.CANCELLED)
    bookings = Booking.objects.filter(slot=slot)
    tickets = Ticket.objects.filter(booking__in=bookings.seated(), revoked_at=None)
    seating.lock_in_order(tickets)
    tickets.update(revoked_at=now, entered_at=None, changed_at=now)
    bookings.seated().update(state=Booking.State.CANCELLED, cancelled_at=now, hold_expires_at=None)
    WaitEntry.objects.filter(
        slot=slot, state__in=(WaitEntry.State.WAITING, WaitEntry.State.OFFERED)
    ).update(state=WaitEntry.State.CLOSED)
    slot.seats_taken = 0
    slot.sequence += 1
    slot.save(update_fields=["seats_taken", "sequence"])
    emails.send_slot_cancelled.enqueue(slot.pk)
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
