"""Another date of the same workshop, in one step: the old seats are given up for the new, or not at
all."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from participation import secrets
from participation.actors import Actor
from participation.errors import InvalidInput, NotFound, VersionConflict
from workshops import emails, policy, queries
from workshops.errors import (
    AlreadyAdmitted,
    AlreadyBooked,
    BookingCancelled,
    BookingClosed,
    ChangeTooLate,
    NotConfirmed,
    SlotCancelled,
)
from workshops.models import Booking, Scan, Slot, Ticket, Workshop
from workshops.services import seats as seating
from workshops.services import waiting


@transaction.atomic
def move_booking(
    *, booking_id: int, to_slot_id: int, now: datetime, actor: Actor | None = None
) -> Booking:
    """Move all seats to another date of the workshop; the seats that come free are offered on.

    The citizen, whose token the caller has checked, may until the old date's deadline, to a date
    that can be booked; the desk (`actor`) as long as the new date is open. Who had seats when the
    venue called a date off may take them to another at any time. The tickets get new secrets,
    because the old ones name the old date; links, code and answers stay. To move to where the
    booking is already changes nothing.

    Locks both slots in the order of their keys, then the booking, then its tickets. Raises
    NotFound, InvalidInput for a date of another workshop, ChangeTooLate, BookingCancelled,
    NotConfirmed, AlreadyAdmitted, AlreadyBooked, SlotCancelled, BookingClosed, SlotFull, and
    VersionConflict where the booking was moved elsewhere in this moment.
    """
    before = _present(booking_id, actor)
    here, there = before.slot, _target(before, to_slot_id, actor)
    slots = {pk: seating.lock_slot(pk) for pk in sorted({here.pk, there.pk})}
    booking = Booking.objects.select_for_update(no_key=True).get(pk=booking_id)
    if booking.slot_id == there.pk:
        return queries.booking_by_pk(booking_id)
    if booking.slot_id != here.pk:
        raise VersionConflict
    old, new = slots[here.pk], slots[there.pk]
    booking.slot = old
    _check_booking(booking, old, now, at_desk=actor is not None)
    _check_target(booking, new, now, at_desk=actor is not None)
    seating.take_seats(new, booking.party_size)
    if booking.was_called_off:
        _revive(booking, now)
    else:
        Slot.objects.free_seats(old.pk, booking.party_size)
    _write(booking, old, new, now)
    waiting.offer_freed_seats(slot_id=old.pk, now=now)
    if booking.email:
        emails.send_moved.enqueue(booking.pk, old.pk, booking.sequence)
    return queries.booking_by_pk(booking_id)


def _present(booking_id: int, actor: Actor | None) -> Booking:
    rows = Booking.objects.select_related("slot__workshop__municipality")
    if actor is not None:
        policy.run_programme(actor)
        rows = rows.of(actor.town)
    found = rows.filter(pk=booking_id).first()
    if found is None:
        raise NotFound
    return found


def _target(booking: Booking, slot_id: int, actor: Actor | None) -> Slot:
    workshop = booking.slot.workshop
    # Whoever has a booking may see the other dates, of a staff-only workshop too.
    dates = Slot.objects.filter(workshop=workshop).exclude(state=Slot.State.DRAFT)
    if actor is None:
        dates = dates.filter(workshop__state=Workshop.State.PUBLISHED)
    found = dates.filter(pk=slot_id).first()
    if found is None:
        message = _("Bitte wählen Sie einen anderen Termin desselben Angebots.")
        raise InvalidInput("slot", "unknown_slot", message)
    return found


def _check_booking(booking: Booking, slot: Slot, now: datetime, *, at_desk: bool) -> None:
    if booking.was_called_off:
        # Not one that never was confirmed: it has no tickets.
        if _seats_called_off(booking).count() != booking.party_size:
            raise BookingCancelled
        return
    if booking.state == Booking.State.HELD:
        raise NotConfirmed
    if booking.state == Booking.State.ATTENDED:
        raise AlreadyAdmitted
    if booking.state != Booking.State.CONFIRMED:
        raise BookingCancelled
    if not at_desk and now >= slot.cancellable_until:
        raise ChangeTooLate(until=slot.cancellable_until, town=slot.workshop.municipality)
    tickets = seating.lock_in_order(Ticket.objects.filter(booking=booking, revoked_at=None))
    admitted = Scan.objects.filter(
        booking=booking, kind=Scan.Kind.ENTRY, outcome=Scan.Outcome.ADMITTED
    )
    if any(one.entered_at or one.released_at for one in tickets) or admitted.exists():
        raise AlreadyAdmitted


def _check_target(booking: Booking, slot: Slot, now: datetime, *, at_desk: bool) -> None:
    if slot.is_cancelled:
        raise SlotCancelled
    open_now = slot.state == Slot.State.OPEN and now < slot.ends_at
    if not (open_now if at_desk else slot.takes_bookings(now)):
        raise BookingClosed
    if slot.seats_left < booking.party_size and seating.expire_holds(slot.pk, now):
        slot.refresh_from_db(fields=["seats_taken"])
    same = Booking.objects.seated().filter(slot=slot, email__iexact=booking.email)
    if booking.email and same.exists():
        raise AlreadyBooked


def _seats_called_off(booking: Booking) -> QuerySet[Ticket]:
    """Those it had when the date was called off, and none that were given back before."""
    return Ticket.objects.filter(booking=booking, revoked_at=booking.cancelled_at)


def _revive(booking: Booking, now: datetime) -> None:
    _seats_called_off(booking).update(revoked_at=None, changed_at=now)
    booking.state, booking.cancelled_at, booking.cancelled_by = Booking.State.CONFIRMED, None, ""
    booking.sequence += 1  # above that of the entry that took the date out of the calendar
    booking.save(update_fields=["state", "cancelled_at", "cancelled_by"])


def _write(booking: Booking, old: Slot, new: Slot, now: datetime) -> None:
    booking.slot = new
    # The calendar entry keeps its name; its version rises although the new date may be younger.
    booking.sequence += 1 + max(old.sequence - new.sequence, 0)
    booking.secret = secrets.new_token()
    # Where the new date has been confirmed by all others already, choosing it is as good.
    booking.reconfirmed_at = now if new.reconfirm_asked_at else None
    booking.reconfirm_asked_at = None
    booking.save(
        update_fields=["slot", "sequence", "secret", "reconfirmed_at", "reconfirm_asked_at"]
    )
    tickets = list(Ticket.objects.filter(booking=booking).order_by("pk"))
    for ticket in tickets:
        ticket.secret, ticket.changed_at = secrets.new_token(), now
    Ticket.objects.bulk_update(tickets, ["secret", "changed_at"])
