"""Seats taken, held, confirmed and given back: what bookings, waiting list and door have in common.

Lock order is slot before booking, always: a booking that waited for another with the same address
while it held the slot would otherwise meet one that waits for the slot. Locks are taken with
`no_key`: they keep out each other and every UPDATE, but not the key locks by which a new row (a
scan, whose ticket is locked already) refers to its slot and booking.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from participation import secrets
from participation.errors import InvalidInput
from workshops import emails
from workshops.errors import BookingClosed, SlotCancelled, SlotFull
from workshops.models import AccessNeeds, Booking, Slot, Ticket, WaitEntry
from workshops.services.parties import Party

HOLD = timedelta(minutes=30)


def take_seats(slot: Slot, seats: int) -> None:
    """Raises SlotFull with the seats left; SlotCancelled or BookingClosed where the state by which
    the caller judged has changed since."""
    judged = slot.state
    if Slot.objects.filter(state=judged).take_seats(slot.pk, seats):
        return
    slot.refresh_from_db(fields=["seats_taken", "capacity", "state"])
    if slot.is_cancelled:
        raise SlotCancelled
    if slot.state != judged:
        raise BookingClosed
    raise slot_full(slot)


def slot_full(slot: Slot) -> SlotFull:
    town = slot.workshop.municipality.slug
    return SlotFull(
        seats_left=max(slot.seats_left, 0),
        waiting_url=f"{settings.SITE_URL}/api/v1/municipalities/{town}/slots/{slot.pk}/waiting/",
    )


def new_booking(slot: Slot, party: Party, *, source: str, now: datetime) -> Booking:
    """A booking not stored yet, with its code and the hashes of its two tokens."""
    booking = Booking(
        slot=slot,
        code=secrets.new_code(),
        party_size=party.size,
        name=party.name,
        seat_names=list(party.names),
        email=party.email,
        organisation=party.organisation,
        phone=party.phone,
        guardian_name=party.guardian_name,
        guardian_phone=party.guardian_phone,
        language=party.language,
        source=source,
        created_at=now,
    )
    booking.renew_tokens()
    return booking


def store_booking(booking: Booking, party: Party) -> None:
    booking.save(force_insert=True)
    if party.access_needs:
        AccessNeeds.objects.create(booking=booking, text=party.access_needs)


def issue_tickets(
    booking: Booking, *, now: datetime, entered_at: datetime | None = None
) -> list[Ticket]:
    """One ticket a seat, in one INSERT; `booking.issued` holds them."""
    names = [*booking.seat_names, *[""] * booking.party_size][: booking.party_size]
    booking.issued = Ticket.objects.bulk_create(
        Ticket(
            booking=booking,
            seq=seq,
            name=name,
            secret=secrets.new_token(),
            entered_at=entered_at,
            changed_at=now,
        )
        for seq, name in enumerate(names, start=1)
    )
    return booking.issued


def give_back(
    booking: Booking, seats: Collection[int] | None, *, now: datetime, by: Booking.CancelledBy
) -> int:
    """Cancel all seats (None) or those with these numbers; the slot and the booking are locked.

    Returns how many; the caller frees them and offers them on. Raises InvalidInput.
    """
    tickets = Ticket.objects.filter(booking=booking, revoked_at=None, released_at=None)
    valid = {ticket.seq for ticket in lock_in_order(tickets)} or set(
        range(1, booking.party_size + 1)
    )
    chosen = valid if seats is None else set(seats)
    if not chosen or not chosen <= valid:
        raise InvalidInput("seats", "unknown_seat", _("Bitte wählen Sie Plätze Ihrer Buchung."))
    tickets.filter(seq__in=chosen).update(revoked_at=now, entered_at=None, changed_at=now)
    if chosen != valid:
        booking.party_size -= len(chosen)
        booking.save(update_fields=["party_size"])
        return len(chosen)
    booking.state, booking.cancelled_at = Booking.State.CANCELLED, now
    booking.cancelled_by, booking.hold_expires_at = by, None
    booking.save(update_fields=["state", "cancelled_at", "cancelled_by", "hold_expires_at"])
    WaitEntry.objects.filter(offer=booking, state=WaitEntry.State.OFFERED).update(
        state=WaitEntry.State.DECLINED
    )
    return booking.party_size


def lock_slot(slot_id: int) -> Slot:
    """The slot, locked until the end of the transaction. Raises Slot.DoesNotExist."""
    return (
        Slot.objects.select_for_update(no_key=True, of=("self",))
        .select_related("workshop__municipality")
        .get(pk=slot_id)
    )


def lock_in_order(tickets: QuerySet[Ticket]) -> list[Ticket]:
    """The tickets, locked by their key: a gate that admits a whole party locks them so, too."""
    return list(tickets.select_for_update(no_key=True, of=("self",)).order_by("pk"))


def expire_holds(slot_id: int, now: datetime) -> int:
    """Give back the seats of holds that nobody confirmed in time. The slot must be locked.

    Returns how many seats came free.
    """
    freed = 0
    for booking_id, size in list(
        Booking.objects.expired(now)
        .filter(slot_id=slot_id)
        .order_by("pk")
        .values_list("pk", "party_size")
    ):
        # Guarded once more: the citizen may be confirming at this very moment.
        if (
            Booking.objects.expired(now)
            .filter(pk=booking_id)
            .update(state=Booking.State.EXPIRED, hold_expires_at=None)
        ):
            freed += size
            _lapse_offer(booking_id)
    if freed:
        Slot.objects.free_seats(slot_id, freed)
    return freed


def _lapse_offer(booking_id: int) -> None:
    entry = WaitEntry.objects.filter(offer_id=booking_id, state=WaitEntry.State.OFFERED).first()
    if entry is not None:
        entry.state = WaitEntry.State.LAPSED
        entry.save(update_fields=["state"])
        if entry.email:
            emails.send_offer_lapsed.enqueue(entry.pk)
