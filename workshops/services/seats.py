"""Seats taken, held, confirmed and given back: what bookings, waiting list and door have in common.

Lock order is slot before booking, always: a booking that waited for another with the same address
while it held the slot would otherwise meet one that waits for the slot. Locks are taken with
`no_key`: they keep out each other and every UPDATE, but not the key locks by which a new row (a
scan, whose ticket is locked already) refers to its slot and booking.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from participation import rates, secrets
from workshops.errors import BookingClosed, SlotCancelled, SlotFull
from workshops.models import AccessNeeds, Booking, Slot, Ticket, WaitEntry
from workshops.services.parties import Party

HOLD = timedelta(minutes=30)


def limit_holds(network: str) -> None:
    """Count what one network address asks for without a log-in. Raises TooManyRequests."""
    caller = rates.network(network)
    rates.limit("holds", caller, settings.HOLDS_PER_NETWORK, int(HOLD.total_seconds()))


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
        language=party.language,
        answers=dict(party.answers),
        source=source,
        seed=secrets.new_token(),
        created_at=now,
    )
    booking.confirm_token_hash = secrets.hashed(booking.confirm_token)
    booking.manage_token_hash = secrets.hashed(booking.manage_token)
    return booking


def store_booking(booking: Booking, party: Party) -> None:
    booking.save(force_insert=True)
    if party.access_needs:
        AccessNeeds.objects.create(booking=booking, text=party.access_needs)


def issue_tickets(
    booking: Booking, *, now: datetime, entered_at: datetime | None = None
) -> list[Ticket]:
    """One ticket a seat, in one INSERT."""
    names = [*booking.seat_names, *[""] * booking.party_size][: booking.party_size]
    return Ticket.objects.bulk_create(
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
            WaitEntry.objects.filter(offer_id=booking_id, state=WaitEntry.State.OFFERED).update(
                state=WaitEntry.State.LAPSED
            )
    if freed:
        Slot.objects.free_seats(slot_id, freed)
    return freed
