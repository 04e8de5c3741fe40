"""What stays of a date that is over: how many, never who."""

from django.db import transaction

from workshops.models import Booking, Slot, SlotFigures, Ticket, WaitEntry
from workshops.queries import attendance

GUEST_LIST = (Booking.State.CONFIRMED, Booking.State.ATTENDED, Booking.State.NO_SHOW)


@transaction.atomic
def record(slot: Slot) -> SlotFigures:
    """Count a date anew and keep the counts; the same rows always give the same counts.

    Called when the date is done, and again for every scan that arrives after that. All are seats,
    but for `waiting`:

    - `capacity`: seats the date had at its end.
    - `booked`: seats booked beforehand, confirmed and not given back; `booked = came + no_show`.
    - `came`: those of them that were let in at least once, an entry taken back (undo) aside.
    - `no_show`: those of them that never were.
    - `cancelled`: seats that had been confirmed and were given back, by whomever.
    - `walk_ins`: seats taken at the door without a booking; they are in none of the above, so that
      `came + walk_ins` people were there.
    - `waiting`: parties (not seats) that ever stood on the waiting list, whatever became of them.

    A date whose rows are purged keeps the counts it has. Locks the figures, so that of two scans
    that arrive at once the later one counts both. Raises SlotFigures.DoesNotExist for a purged date
    that never had any.
    """
    if slot.state == Slot.State.PURGED:
        return SlotFigures.objects.get(slot=slot)
    SlotFigures.objects.select_for_update().filter(slot=slot).first()
    counts = dict.fromkeys(("booked", "came", "no_show", "cancelled", "walk_ins"), 0)
    were_in = attendance.seats_let_in(slot)
    for booking_id, seq, source, revoked_at in Ticket.objects.filter(
        booking__slot=slot, booking__state__in=(*GUEST_LIST, Booking.State.CANCELLED)
    ).values_list("booking_id", "seq", "booking__source", "revoked_at"):
        came = (booking_id, seq) in were_in
        if source == Booking.Source.WALK_IN:
            counts["walk_ins"] += came
        elif revoked_at:
            counts["cancelled"] += 1
        else:
            counts["booked"] += 1
            counts["came" if came else "no_show"] += 1
    counts["capacity"] = slot.capacity
    counts["waiting"] = WaitEntry.objects.filter(slot=slot).count()
    figures, _created = SlotFigures.objects.update_or_create(slot=slot, defaults=counts)
    return figures
