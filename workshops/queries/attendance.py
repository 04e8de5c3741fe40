"""Who was there: by what the door scanned."""

from collections import defaultdict

from django.db.models import Prefetch

from participation.actors import Actor
from workshops import policy
from workshops.models import Booking, Scan, Slot, Ticket

Seat = tuple[int | None, int]


def seats_let_in(slot: Slot, *, booking: Booking | None = None) -> set[Seat]:
    """Booking id and seat number of each seat that came, of all or of one booking: one statement.

    An undo takes the seat's last move back, an exit leaves them counted.
    """
    moves: defaultdict[Seat, list[str]] = defaultdict(list)
    scans = Scan.objects.filter(
        slot=slot, outcome__in=(Scan.Outcome.ADMITTED, Scan.Outcome.UNDONE)
    ).order_by("received_at", "pk")
    if booking is not None:
        scans = scans.filter(booking=booking)
    for booking_id, seats, kind in scans.values_list("booking_id", "seats", "kind"):
        for seq in seats:
            stack = moves[booking_id, seq]
            if kind == Scan.Kind.UNDO:
                del stack[-1:]
            else:
                stack.append(kind)
    return {seat for seat, stack in moves.items() if Scan.Kind.ENTRY in stack}


def names_that_came(booking: Booking) -> list[str]:
    """The names of the booking's seats that were let in, in order; seats without one are left out.

    The first seat is the booker's own unless it says another name. Two statements at most.
    """
    came = seats_let_in(booking.slot, booking=booking)
    return [
        name
        for ticket in booking.tickets.all()
        if (booking.pk, ticket.seq) in came and (name := seat_name(booking, ticket))
    ]


def all_names_that_came(actor: Actor, slot: Slot) -> list[str]:
    """The same of all bookings of a date, by name; for the desk. Three statements."""
    policy.run_programme(actor)
    came = seats_let_in(slot)
    tickets = Prefetch("tickets", Ticket.objects.order_by("seq", "pk"))
    bookings = Booking.objects.of(actor.town).filter(slot=slot).prefetch_related(tickets)
    return [
        name
        for booking in bookings.order_by("name", "pk")
        for ticket in booking.tickets.all()
        if (booking.pk, ticket.seq) in came and (name := seat_name(booking, ticket))
    ]


def seat_name(booking: Booking, ticket: Ticket) -> str:
    """What a badge or a certificate may call this seat; empty where nobody told."""
    return ticket.name or (booking.name if ticket.seq == 1 else "")
