"""Bookings and tickets, and who waits for a seat."""

import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from participation import secrets
from participation.actors import Actor
from participation.errors import NotFound, RuleBroken
from participation.models.access import Scope
from workshops import policy
from workshops.errors import Purged
from workshops.models import Booking, ErasedLink, Slot, Ticket, WaitEntry, Workshop

# Looked back for dates that may still be on: so that the index on the start serves.
LONGEST_DATE = timedelta(days=14)


def _bookings() -> QuerySet[Booking]:
    return Booking.objects.select_related(
        "slot__workshop__municipality", "slot__workshop__venue", "slot__room__venue", "access_needs"
    ).prefetch_related(Prefetch("tickets", Ticket.objects.order_by("seq", "pk")))


def bookings(actor: Actor, slot_id: int, *, states: Iterable[str] = ()) -> QuerySet[Booking]:
    """The bookings of one slot for the desk, by name: three statements."""
    policy.run_programme(actor)
    rows = (
        _bookings()
        .filter(slot__workshop__municipality=actor.town, slot_id=slot_id)
        .prefetch_related("given_answers")
    )
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
    """The citizen's own booking. Raises NotFound, the same for a wrong code and a wrong token;
    Purged where it is erased."""
    found = _bookings().filter(code=secrets.normal_code(code)).first()
    if found is None or not hmac.compare_digest(found.manage_token_hash, hashed(token)):
        raise _unknown_or_erased(token)
    return _not_erased(found)


def booking_by_confirm_token(token: str) -> Booking | None:
    """The booking a confirm link belongs to, in whatever state; None for a foreign link.

    Raises Purged where it is erased.
    """
    found = _bookings().filter(confirm_token_hash=hashed(token)).first()
    if found is not None:
        return _not_erased(found)
    if _was_erased(token):
        raise Purged
    return None


def _not_erased(booking: Booking) -> Booking:
    """Raises Purged."""
    if booking.erased_at is not None or booking.slot.state == Slot.State.PURGED:
        raise Purged
    return booking


def _unknown_or_erased(secret: str) -> RuleBroken:
    return Purged() if _was_erased(secret) else NotFound()


def _was_erased(secret: str) -> bool:
    return ErasedLink.objects.filter(token_hash=hashed(secret)).exists()


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
    """Raises NotFound, also for a ticket that was revoked or whose booking is no longer valid;
    Purged where it is erased."""
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
        raise _unknown_or_erased(secret)
    _not_erased(found.booking)
    return found


def overlapping(booking: Booking) -> list[Slot]:
    """Other dates of the same address at the same time, the earliest first; for a mail to that
    address or the page behind its link, never for who only types the address. One statement."""
    return overlaps_of(booking.slot, email=booking.email)


def overlapping_here(actor: Actor, booking: Booking) -> list[Slot]:
    """The same for this town's desk, which sees its own dates only."""
    policy.run_programme(actor)
    town = actor.town.pk
    return [one for one in overlapping(booking) if one.workshop.municipality_id == town]


def overlaps_of(slot: Slot, *, email: str = "", slot_ids: Sequence[int] = ()) -> list[Slot]:
    """The dates at the same time as this one: of `slot_ids`, or booked with this address, which the
    caller must know to be the reader's own. One statement, or none."""
    if not email and not slot_ids:
        return []
    booked = Q(
        bookings__state__in=(Booking.State.HELD, Booking.State.CONFIRMED),
        bookings__email__iexact=email,
    )
    return list(
        Slot.objects.filter(
            (booked | Q(pk__in=slot_ids)) if email else Q(pk__in=slot_ids),
            starts_at__gt=slot.starts_at - LONGEST_DATE,
            starts_at__lt=slot.ends_at,
            ends_at__gt=slot.starts_at,
        )
        .exclude(pk=slot.pk)
        .select_related("workshop__municipality")
        .order_by("starts_at", "pk")
        .distinct()[:5]
    )


def other_dates(booking: Booking, actor: Actor, now: datetime) -> list[Slot]:
    """The dates of the same workshop to which a booking may be moved now, the full ones too."""
    slots = Slot.objects.filter(
        workshop=booking.slot.workshop_id, state=Slot.State.OPEN, ends_at__gt=now
    ).exclude(pk=booking.slot_id)
    if not actor.is_staff:
        slots = slots.filter(workshop__state=Workshop.State.PUBLISHED)
    slots = slots.order_by("starts_at", "pk")[:60]
    return [slot for slot in slots if actor.is_staff or slot.takes_bookings(now)]


def booking_by_secret(secret: str) -> Booking:
    """The booking whose own QR code was read, with its tickets. Raises NotFound, also for a booking
    that is not or no longer valid; Purged where it is erased."""
    found = (
        _bookings()
        .filter(
            secret=secret.replace("\x00", ""),
            state__in=(Booking.State.CONFIRMED, Booking.State.ATTENDED),
        )
        .first()
    )
    if found is None:
        raise _unknown_or_erased(secret)
    return _not_erased(found)


# --- Waiting list --------------------------------------------------------------------------------


def wait_entry_by_token(token: str) -> WaitEntry:
    """The entry its mail links to. Raises NotFound; Purged where it is erased."""
    found = (
        WaitEntry.objects.select_related("slot__workshop__municipality", "offer")
        .filter(token_hash=hashed(token))
        .first()
    )
    if found is None:
        raise _unknown_or_erased(token)
    if not found.email or found.slot.state == Slot.State.PURGED:
        raise Purged
    return found


def waiting(actor: Actor, slot_id: int) -> QuerySet[WaitEntry]:
    """Who waits for a slot, in the order they are served; for the desk."""
    policy.run_programme(actor)
    return (
        WaitEntry.objects.of(actor.town)
        .select_related("offer")
        .filter(slot_id=slot_id, state__in=(WaitEntry.State.WAITING, WaitEntry.State.OFFERED))
        .order_by("-priority", "created_at", "pk")
    )


def waiting_to_call(actor: Actor, slot_id: int) -> int:
    """How many of them no mail reaches."""
    return waiting(actor, slot_id).filter(email="").count()
