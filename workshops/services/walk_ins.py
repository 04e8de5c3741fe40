"""People who come without a booking, and the seats of those who did not come."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction

from participation.actors import Actor
from participation.errors import NotFound
from workshops import policy, queries
from workshops.errors import BookingClosed, SlotCancelled
from workshops.models import Booking, Scan, Slot, Ticket
from workshops.services import seats as seating
from workshops.services.parties import Party, clean_party

ABSENT_AFTER = timedelta(minutes=10)
LARGEST_GROUP = 100


@transaction.atomic
def walk_in(*, actor: Actor, slot_id: int, party_size: int, name: str, now: datetime) -> Booking:
    """People at the door without a booking: seats, tickets and inside at once.

    From ten minutes after the start, seats of bookings nobody came for are given away too.
    Locks the slot. Raises NotFound, SlotCancelled, BookingClosed, SlotFull, InvalidInput.
    """
    policy.run_door(actor)
    slot = _open_door(actor, slot_id, now)
    party = clean_party(Party(party_size, name), max_size=LARGEST_GROUP, needs_email=False)
    if slot.seats_left < party.size:
        free = slot.seats_left + seating.expire_holds(slot.pk, now)
        if free < party.size and now >= slot.starts_at + ABSENT_AFTER:
            _release_absent(slot, party.size - free)
    seating.take_seats(slot, party.size)
    booking = seating.new_booking(slot, party, source=Booking.Source.WALK_IN, now=now)
    booking.state = Booking.State.CONFIRMED
    seating.store_booking(booking, party)
    issued = seating.issue_tickets(booking, now=now, entered_at=now)
    Scan.objects.create(
        slot=slot,
        booking=booking,
        seats=[ticket.seq for ticket in issued],
        principal=actor.principal,
        client_uuid=uuid4(),
        kind=Scan.Kind.ENTRY,
        outcome=Scan.Outcome.ADMITTED,
        reason=Scan.Reason.OK,
        occurred_at=now,
        received_at=now,
    )
    return queries.booking_by_pk(booking.pk)


def _open_door(actor: Actor, slot_id: int, now: datetime) -> Slot:
    if not Slot.objects.of(actor.town).filter(pk=slot_id).exists():
        raise NotFound
    slot = seating.lock_slot(slot_id)
    if slot.is_cancelled:
        raise SlotCancelled
    if slot.state not in queries.DOOR_STATES or now >= slot.door_closes_at:
        raise BookingClosed
    return slot


def _release_absent(slot: Slot, wanted: int) -> None:
    """Make bookings no-shows, the first booked first, until `wanted` seats are free."""
    came = Scan.objects.filter(slot=slot, kind=Scan.Kind.ENTRY, outcome=Scan.Outcome.ADMITTED)
    absent = (
        Booking.objects.select_for_update(no_key=True)
        .filter(slot=slot, state=Booking.State.CONFIRMED)
        .exclude(pk__in=came.filter(booking__isnull=False).values("booking_id"))
        .order_by("pk")
    )
    released: list[int] = []
    freed = 0
    for booking in absent:
        if freed >= wanted:
            break
        # Waits for a gate that is admitting them, and keeps it waiting until they are no-shows.
        seats = seating.lock_in_order(Ticket.objects.filter(booking=booking))
        if any(ticket.entered_at for ticket in seats):
            continue
        released.append(booking.pk)
        freed += booking.party_size
    if freed >= wanted:
        Booking.objects.filter(pk__in=released).update(state=Booking.State.NO_SHOW)
        Slot.objects.free_seats(slot.pk, freed)
