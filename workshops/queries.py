"""What is read of workshops; every query takes the actor and sees only what they may see."""

import hmac
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TypedDict

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils import timezone

from participation import secrets
from participation.actors import Actor
from participation.errors import NotFound
from participation.models.access import Scope
from workshops import policy
from workshops.models import Booking, Room, Slot, Ticket, Venue, WaitEntry, Workshop


class DoorCounts(TypedDict):
    """People inside, people with a valid ticket, seats of the slot."""

    inside: int
    expected: int
    seats: int


def _slots(actor: Actor) -> QuerySet[Slot]:
    return Slot.objects.visible_to(actor).select_related(
        "workshop__municipality", "workshop__theme", "workshop__venue", "room__venue"
    )


def day_start(day: date) -> datetime:
    """Midnight in Südwestfalen, right on the days of 23 and 25 hours."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def _moment(day: date, *, days: int = 0) -> datetime:
    return day if isinstance(day, datetime) else day_start(day + timedelta(days=days))


def programme(  # noqa: PLR0913  (one keyword per filter of the page)
    actor: Actor,
    *,
    text: str = "",
    theme: str = "",
    venue: str = "",
    free: bool = False,
    from_date: date | None = None,
    to_date: date | None = None,
) -> QuerySet[Slot]:
    """The dates that match, soonest first: one statement.

    `from_date` and `to_date` are days (the last one included) or aware times.
    """
    slots = _slots(actor).order_by("starts_at", "pk")
    if text := text.replace("\x00", "").strip():
        slots = slots.filter(
            Q(workshop__title__icontains=text)
            | Q(workshop__text__icontains=text)
            | Q(workshop__venue__name__icontains=text)
        )
    if theme:
        slots = slots.filter(workshop__theme__slug=theme)
    if venue:
        slots = slots.filter(workshop__venue__slug=venue)
    if free:
        slots = slots.filter(state=Slot.State.OPEN, seats_taken__lt=F("capacity"))
    if from_date:
        slots = slots.filter(starts_at__gte=_moment(from_date))
    if to_date:
        slots = slots.filter(starts_at__lt=_moment(to_date, days=1))
    return slots


def month(actor: Actor, year: int, month: int) -> QuerySet[Slot]:
    """All dates of a calendar month. Raises NotFound for a month that does not exist."""
    try:
        first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
        return programme(actor, from_date=first, to_date=last)
    except (ValueError, IndexError, OverflowError) as error:
        raise NotFound from error


def workshops(actor: Actor, *, text: str = "", theme: str = "") -> QuerySet[Workshop]:
    """What is offered, by title."""
    rows = Workshop.objects.visible_to(actor).select_related("venue", "theme", "municipality")
    if text := text.replace("\x00", "").strip():
        rows = rows.filter(Q(title__icontains=text) | Q(text__icontains=text))
    if theme:
        rows = rows.filter(theme__slug=theme)
    return rows.order_by("title", "pk")


def workshop(actor: Actor, pk: int) -> Workshop:
    """With `upcoming` (slots not over yet, soonest first): two statements. Raises NotFound."""
    upcoming = (
        Slot.objects.visible_to(actor)
        .filter(ends_at__gt=timezone.now())
        .select_related("room__venue")
        .order_by("starts_at", "pk")
    )
    found = (
        workshops(actor)
        .filter(pk=pk)
        .prefetch_related(Prefetch("slots", upcoming, to_attr="upcoming"))
        .first()
    )
    if found is None:
        raise NotFound
    return found


def slot(actor: Actor, pk: int) -> Slot:
    """Raises NotFound."""
    found = _slots(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def slots_of_workshop(actor: Actor, workshop_id: int) -> QuerySet[Slot]:
    """All dates of one workshop, the latest first; for the desk."""
    return _slots(actor).filter(workshop_id=workshop_id).order_by("-starts_at", "-pk")


def venues(actor: Actor) -> QuerySet[Venue]:
    """The town's places with their rooms: two statements."""
    rooms = Prefetch("rooms", Room.objects.order_by("name", "pk"))
    return Venue.objects.of(actor.town).prefetch_related(rooms).order_by("name", "pk")


def venue(actor: Actor, pk: int) -> Venue:
    """With its rooms: two statements. Raises NotFound."""
    found = venues(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


# --- Bookings ------------------------------------------------------------------------------------


def _bookings() -> QuerySet[Booking]:
    return Booking.objects.select_related(
        "slot__workshop__municipality", "slot__workshop__venue", "slot__room__venue", "access_needs"
    ).prefetch_related(Prefetch("tickets", Ticket.objects.order_by("seq", "pk")))


def bookings(actor: Actor, slot_id: int, *, states: Iterable[str] = ()) -> QuerySet[Booking]:
    """The bookings of one slot for the desk, by name: two statements."""
    policy.run_programme(actor)
    rows = _bookings().filter(slot__workshop__municipality=actor.town, slot_id=slot_id)
    if states := tuple(states):
        rows = rows.filter(state__in=states)
    return rows.order_by("name", "pk")


def booking(actor: Actor, code: str) -> Booking:
    """For the desk and the door of its town. Raises NotFound, LoginRequired, NotAllowed."""
    if not actor.may(Scope.DOOR):
        policy.run_programme(actor)
    found = (
        _bookings()
        .filter(slot__workshop__municipality=actor.town, code=secrets.normal_code(code))
        .first()
    )
    if found is None:
        raise NotFound
    return found


def booking_by_pk(pk: int) -> Booking:
    """With its tickets and its slot, for one who has just written it. Raises NotFound."""
    found = _bookings().filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def booking_by_manage_token(code: str, token: str) -> Booking:
    """The citizen's own booking. Raises NotFound, the same for a wrong code and a wrong token."""
    found = _bookings().filter(code=secrets.normal_code(code)).first()
    if found is None or not hmac.compare_digest(found.manage_token_hash, hashed(token)):
        raise NotFound
    return found


def booking_by_confirm_token(token: str) -> Booking | None:
    """The booking a confirm link belongs to, in whatever state; None for a foreign link."""
    return _bookings().filter(confirm_token_hash=hashed(token)).first()


def town_of_booking(code: str) -> Booking | None:
    """Only to learn which town's staff may see it."""
    return (
        Booking.objects.select_related("slot__workshop__municipality")
        .filter(code=secrets.normal_code(code))
        .first()
    )


def hashed(token: str) -> str:
    """The stored form of a token; anything that is no token becomes one that nobody has."""
    return secrets.hashed(token.encode("utf-8", "replace").decode()[:200])


def ticket_by_secret(secret: str) -> Ticket:
    """Raises NotFound, also for a ticket that was revoked or whose booking is no longer valid."""
    found = (
        Ticket.objects.valid()
        .select_related(
            "booking__slot__workshop__municipality",
            "booking__slot__workshop__venue",
            "booking__slot__room__venue",
        )
        .filter(secret=secret.replace("\x00", ""))
        .first()
    )
    if found is None:
        raise NotFound
    return found


# --- Waiting list --------------------------------------------------------------------------------


def wait_entry_by_token(token: str) -> WaitEntry:
    """The entry its mail links to. Raises NotFound."""
    found = (
        WaitEntry.objects.select_related("slot__workshop__municipality", "offer")
        .filter(token_hash=hashed(token))
        .first()
    )
    if found is None:
        raise NotFound
    return found


def waiting(actor: Actor, slot_id: int) -> QuerySet[WaitEntry]:
    """Who waits for a slot, in the order they are served; for the desk."""
    policy.run_programme(actor)
    return (
        WaitEntry.objects.of(actor.town)
        .filter(slot_id=slot_id, state__in=(WaitEntry.State.WAITING, WaitEntry.State.OFFERED))
        .order_by("-priority", "created_at", "pk")
    )


# --- Door ----------------------------------------------------------------------------------------

DOOR_STATES = (Slot.State.OPEN, Slot.State.CLOSED, Slot.State.RUNNING)


# A change is stamped a moment before it is committed: the next look goes back this far.
DOOR_OVERLAP = timedelta(seconds=10)


def door_slots(actor: Actor, now: datetime) -> QuerySet[Slot]:
    """The slots a door may be needed for: over at most two hours ago, starting within 18 hours."""
    policy.run_door(actor)
    return (
        _slots(actor)
        .filter(
            state__in=DOOR_STATES,
            ends_at__gt=now - timedelta(hours=2),
            starts_at__lt=now + timedelta(hours=18),
        )
        .order_by("starts_at", "pk")
    )


def door_list(actor: Actor, slot_id: int, *, since: datetime | None = None) -> QuerySet[Ticket]:
    """The slot's tickets with their bookings; `since`: only those that have changed after it."""
    policy.run_door(actor)
    tickets = (
        Ticket.objects.of(actor.town).filter(booking__slot_id=slot_id).select_related("booking")
    )
    if since:
        tickets = tickets.filter(changed_at__gt=since)
    return tickets.order_by("booking__name", "booking_id", "seq", "pk")


def door_counts(slot: Slot) -> DoorCounts:
    """One statement."""
    counted = (
        Ticket.objects.valid()
        .filter(booking__slot_id=slot.pk)
        .aggregate(inside=Count("entered_at"), expected=Count("pk"))
    )
    return {"inside": counted["inside"], "expected": counted["expected"], "seats": slot.capacity}
