"""Bookings: hold, confirm, cancel, and the end of holds."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from workshops import emails, policy, queries
from workshops.errors import (
    AlreadyBooked,
    BookingCancelled,
    BookingClosed,
    CancelTooLate,
    HoldExpired,
    SlotCancelled,
    TooManyHolds,
    UnknownToken,
)
from workshops.models import Booking, Slot, Ticket, WaitEntry
from workshops.services import seats as seating
from workshops.services import waiting
from workshops.services.parties import Party, clean_party

__all__ = ["Party", "book_slot", "cancel_booking", "confirm_booking", "release_expired_holds"]

HOLDS_PER_ADDRESS = 3
ATTEMPTS = 3


def book_slot(
    *,
    actor: Actor,
    slot_id: int,
    party: Party,
    now: datetime,
    source: str = Booking.Source.WEB,
    network: str = "",
) -> Booking:
    """Take `party.size` seats: held for 30 minutes for the public, confirmed at once at the desk.

    The public gets a mail with the confirm link. Where the address has an active booking of this
    slot already, the answer looks the same (a booking that is not stored, `pk` None) and the mail
    says so: nobody learns from the answer who comes. With the scope `desk`, any source but `web`
    gives tickets at once, with or without an e-mail address. `network` is the caller's network
    address; it limits how many holds may wait for their confirmation.

    Locks the slot. Raises NotFound, BookingClosed, SlotCancelled, SlotFull (with the seats left),
    InvalidInput, TooManyHolds, TooManyRequests; AlreadyBooked at the desk only.
    """
    at_desk = source != Booking.Source.WEB
    if at_desk:
        policy.run_programme(actor)
    slot = bookable_slot(actor, slot_id, now, at_desk=at_desk)
    party = clean_party(party, max_size=slot.workshop.max_party, needs_email=not at_desk)
    if not at_desk and network:
        seating.limit_holds(network)
    for _attempt in range(ATTEMPTS):
        try:
            return _book(slot, party, source=source, now=now, at_desk=at_desk)
        except IntegrityError:
            # The same address booked in this very moment (then the next turn sees it), or two
            # bookings drew the same code.
            continue
    raise BookingClosed


def bookable_slot(actor: Actor, slot_id: int, now: datetime, *, at_desk: bool) -> Slot:
    """Raises NotFound, SlotCancelled, BookingClosed."""
    try:
        slot = Slot.objects.visible_to(actor).select_related("workshop").get(pk=slot_id)
    except Slot.DoesNotExist:
        raise NotFound from None
    slot.workshop.municipality = actor.town
    if slot.is_cancelled:
        raise SlotCancelled
    open_now = slot.state == Slot.State.OPEN and now < slot.ends_at
    if not (open_now if at_desk else slot.takes_bookings(now)):
        raise BookingClosed
    return slot


@transaction.atomic
def _book(slot: Slot, party: Party, *, source: str, now: datetime, at_desk: bool) -> Booking:
    earlier = _holds_and_bookings(slot, party.email)
    if any(one.slot_id == slot.pk and _has_ended(one, now) for one in earlier) or (
        slot.seats_left < party.size
    ):
        _release_slot(slot.pk, now)
        slot.refresh_from_db(fields=["seats_taken", "capacity"])
        earlier = _holds_and_bookings(slot, party.email)
    booking = seating.new_booking(slot, party, source=source, now=now)
    booking.hold_expires_at = now + seating.HOLD
    # First, so that it does not tell who has booked: three holds are refused either way.
    if not at_desk and sum(_is_held(one, now) for one in earlier) >= HOLDS_PER_ADDRESS:
        raise TooManyHolds(int(seating.HOLD.total_seconds()))
    if same := next((one for one in earlier if one.slot_id == slot.pk), None):
        if at_desk:
            raise AlreadyBooked
        if slot.seats_left < party.size:
            raise seating.slot_full(slot)
        emails.send_already_booked.enqueue(same.pk, f"{now:%Y%m%d%H}")
        return booking
    seating.take_seats(slot, party.size)
    if at_desk:
        booking.state, booking.hold_expires_at = Booking.State.CONFIRMED, None
    seating.store_booking(booking, party)
    if not at_desk:
        emails.send_confirm_link.enqueue(booking.pk)
        return booking
    seating.issue_tickets(booking, now=now)
    if booking.email:
        emails.send_tickets.enqueue(booking.pk)
    return booking


def _holds_and_bookings(slot: Slot, email: str) -> list[Booking]:
    """What this address has: its active booking of the slot, its unconfirmed holds anywhere."""
    if not email:
        return []
    return list(
        Booking.objects.seated()
        .filter(Q(slot=slot) | Q(state=Booking.State.HELD), email__iexact=email)
        .only("pk", "slot_id", "state", "hold_expires_at")
        .order_by("pk")[:20]
    )


def _has_ended(booking: Booking, now: datetime) -> bool:
    return booking.hold_expires_at is not None and booking.hold_expires_at <= now


def _is_held(booking: Booking, now: datetime) -> bool:
    return booking.state == Booking.State.HELD and not _has_ended(booking, now)


# --- Confirm -------------------------------------------------------------------------------------


@transaction.atomic
def confirm_booking(*, token: str, now: datetime) -> tuple[Booking, str]:
    """Turn a hold into a booking with tickets and mail them. Returns it with its manage token.

    Confirming again changes nothing and gives the same answer. Raises UnknownToken, HoldExpired,
    BookingCancelled.
    """
    booking = queries.booking_by_confirm_token(token)
    if booking is None:
        raise UnknownToken
    confirmed = Booking.objects.filter(
        pk=booking.pk, state=Booking.State.HELD, hold_expires_at__gt=now
    ).update(state=Booking.State.CONFIRMED, verified_at=now, hold_expires_at=None)
    if confirmed:
        # Seats may have been given back between the look-up and the UPDATE.
        booking.refresh_from_db(fields=["party_size", "seat_names"])
        seating.issue_tickets(booking, now=now)
        if booking.source == Booking.Source.WAITING_LIST:
            WaitEntry.objects.filter(offer=booking).update(state=WaitEntry.State.ACCEPTED)
        emails.send_tickets.enqueue(booking.pk)
    written = queries.booking_by_pk(booking.pk)
    if not confirmed:
        _refuse_unconfirmed(written)
    return written, written.manage_token


def _refuse_unconfirmed(booking: Booking) -> None:
    if booking.state in (Booking.State.HELD, Booking.State.EXPIRED):
        raise HoldExpired
    if booking.state == Booking.State.CANCELLED:
        raise SlotCancelled if booking.slot.is_cancelled else BookingCancelled


# --- Cancel --------------------------------------------------------------------------------------


@transaction.atomic
def cancel_booking(
    *,
    booking_id: int,
    now: datetime,
    seats: Collection[int] | None = None,
    by: str = "citizen",
    actor: Actor | None = None,
) -> Booking:
    """Give back all seats, or those with the numbers in `seats`, and offer them to who waits.

    The citizen (`by="citizen"`, whose token the caller has checked) may until `cancel_until_at`;
    the desk (`by="desk"`, which takes an `actor`) always. Cancelling what is cancelled changes
    nothing. Locks the slot, then the booking. Raises NotFound, CancelTooLate, InvalidInput.
    """
    found = Booking.objects.filter(pk=booking_id)
    if actor is not None:
        policy.run_programme(actor)
        found = found.of(actor.town)
    elif by == "desk":
        raise NotFound
    slot_id = found.values_list("slot_id", flat=True).first()
    if slot_id is None:
        raise NotFound
    slot = seating.lock_slot(slot_id)
    booking = Booking.objects.select_for_update(no_key=True).get(pk=booking_id)
    if not booking.is_active:
        return queries.booking_by_pk(booking_id)
    if by == "citizen" and now >= slot.cancellable_until:
        town = slot.workshop.municipality
        raise CancelTooLate(until=slot.cancellable_until, contact=town.contact_phone)
    told = bool(booking.email) and booking.state != Booking.State.HELD
    freed = _cancel_seats(booking, seats, now)
    Slot.objects.free_seats(slot_id, freed)
    waiting.offer_freed_seats(slot_id=slot_id, now=now)
    if told:
        emails.send_cancelled.enqueue(booking.pk, booking.party_size if booking.is_active else 0)
    return queries.booking_by_pk(booking_id)


def _cancel_seats(booking: Booking, seats: Collection[int] | None, now: datetime) -> int:
    """Returns the number of seats given back."""
    tickets = Ticket.objects.filter(booking=booking, revoked_at=None)
    locked = seating.lock_in_order(tickets)
    valid = {ticket.seq for ticket in locked} or set(range(1, booking.party_size + 1))
    chosen = valid if seats is None else set(seats)
    if not chosen or not chosen <= valid:
        raise InvalidInput("seats", "unknown_seat", _("Bitte wählen Sie Plätze Ihrer Buchung."))
    if chosen == valid:
        freed = booking.party_size
        booking.state, booking.cancelled_at = Booking.State.CANCELLED, now
        booking.hold_expires_at = None
        booking.save(update_fields=["state", "cancelled_at", "hold_expires_at"])
        WaitEntry.objects.filter(offer=booking, state=WaitEntry.State.OFFERED).update(
            state=WaitEntry.State.DECLINED
        )
        tickets.update(revoked_at=now, entered_at=None, changed_at=now)
        return freed
    tickets.filter(seq__in=chosen).update(revoked_at=now, entered_at=None, changed_at=now)
    booking.party_size -= len(chosen)
    booking.save(update_fields=["party_size"])
    return len(chosen)


# --- The end of holds ----------------------------------------------------------------------------


def release_expired_holds(*, now: datetime) -> int:
    """Give back the seats of holds whose time is over; slot by slot, each in its transaction.

    Slots that are being booked this moment are left for the next run. Returns the seats freed.
    """
    slot_ids = list(
        Booking.objects.expired(now)
        .order_by("slot_id")
        .values_list("slot_id", flat=True)
        .distinct()
    )
    return sum(_release_if_free(slot_id, now) for slot_id in slot_ids)


@transaction.atomic
def _release_if_free(slot_id: int, now: datetime) -> int:
    if (
        not Slot.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(pk=slot_id)
        .exists()
    ):
        return 0
    return _expire_and_offer(slot_id, now)


def _release_slot(slot_id: int, now: datetime) -> None:
    """On demand, where somebody wants a seat now."""
    if Booking.objects.expired(now).filter(slot_id=slot_id).exists():
        seating.lock_slot(slot_id)
        _expire_and_offer(slot_id, now)


def _expire_and_offer(slot_id: int, now: datetime) -> int:
    freed = seating.expire_holds(slot_id, now)
    if freed:
        waiting.offer_freed_seats(slot_id=slot_id, now=now)
    return freed
