"""Confirm or lose: guests say again that they come, and the seats of the silent go to others.

For workshops that ask for it. Asked is who has confirmed and left an e-mail address, 48 hours
before the start (sooner where the answer is due sooner), reminded half way, and heard until
`Slot.answers_due_at`. Who books after the question is not asked, and whoever answers before the
clock has taken the seats keeps them.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from participation.actors import Actor
from participation.errors import NotFound
from workshops import emails, policy, queries
from workshops.errors import BookingCancelled, IllegalStep, ReplyTooLate, SlotCancelled
from workshops.models import Booking, Slot
from workshops.models.workshop import ANSWERS_DUE_BEFORE
from workshops.services import seats as seating
from workshops.services import waiting
from workshops.services.parties import check_size

ASK_BEFORE_START = timedelta(hours=48)
ASK_BEFORE_DUE = timedelta(hours=24)
# Nobody loses a seat who had less than this to answer.
LEAST_TIME = timedelta(hours=6)
TAKING_ANSWERS = (Slot.State.OPEN, Slot.State.CLOSED)


@transaction.atomic
def answer(*, booking_id: int, seats: int, now: datetime, actor: Actor | None = None) -> Booking:
    """`seats` of the party come: all, fewer (the last tickets end) or 0, which cancels.

    What comes free is offered to who waits. May be answered again, as long as the seats are there.
    The caller has checked the citizen's token, or gives the desk's `actor`. Locks the slot, then
    the booking. Raises NotFound, NotAllowed, InvalidInput, ReplyTooLate, BookingCancelled,
    SlotCancelled, IllegalStep once the date has begun.
    """
    slot_id = _found(booking_id, actor).values_list("slot_id", flat=True).first()
    if slot_id is None:
        raise NotFound
    slot = seating.lock_slot(slot_id)
    booking = Booking.objects.select_for_update(no_key=True).get(pk=booking_id)
    _check_open(booking, slot, now)
    if seats:
        check_size(seats, max_size=booking.party_size, attr="seats")
        booking.reconfirmed_at = now
        booking.save(update_fields=["reconfirmed_at"])
    if seats < booking.party_size:
        last = (
            booking.tickets.filter(revoked_at=None).order_by("-seq").values_list("seq", flat=True)
        )
        by = Booking.CancelledBy.VENUE if actor else Booking.CancelledBy.CITIZEN
        given = seating.give_back(
            booking, list(last[: booking.party_size - seats]) if seats else None, now=now, by=by
        )
        Slot.objects.free_seats(slot.pk, given)
        waiting.offer_freed_seats(slot_id=slot.pk, now=now)
        if booking.email:
            emails.send_cancelled.enqueue(booking.pk, seats)
    return queries.booking_by_pk(booking_id)


def _found(booking_id: int, actor: Actor | None) -> QuerySet[Booking]:
    rows = Booking.objects.filter(pk=booking_id)
    if actor is None:
        return rows
    policy.run_programme(actor)
    return rows.of(actor.town)


def _check_open(booking: Booking, slot: Slot, now: datetime) -> None:
    if slot.is_cancelled:
        raise SlotCancelled
    if booking.cancelled_by == Booking.CancelledBy.NO_REPLY:
        raise ReplyTooLate
    if booking.state == Booking.State.CANCELLED:
        raise BookingCancelled
    if (
        booking.state != Booking.State.CONFIRMED
        or slot.state not in TAKING_ANSWERS
        or now >= slot.starts_at
    ):
        raise IllegalStep


# --- By the clock --------------------------------------------------------------------------------


def ask_who_comes(*, now: datetime) -> int:
    """Ask, and remind half way. Returns how many dates it was done for."""
    asked = [_ask(pk, now) for pk in _ids(_to_ask(now))]
    reminded = [_remind(pk, now) for pk in _ids(_to_remind(now))]
    return sum(asked) + sum(reminded)


def give_up_silent_seats(*, now: datetime) -> int:
    """Cancel what nobody spoke for in time and offer it to who waits. Returns the seats freed."""
    due = _running(now).filter(
        Q(confirm_by_at__lte=now) | Q(confirm_by_at=None, starts_at__lte=now + ANSWERS_DUE_BEFORE),
        bookings__in=Booking.objects.silent(),
    )
    return sum(_give_up(pk, now) for pk in _ids(due.distinct()))


def _running(now: datetime) -> QuerySet[Slot]:
    return Slot.objects.filter(
        workshop__asks_reconfirmation=True, state__in=TAKING_ANSWERS, starts_at__gt=now
    )


def _to_ask(now: datetime) -> QuerySet[Slot]:
    return _running(now).filter(
        Q(starts_at__lte=now + ASK_BEFORE_START) | Q(confirm_by_at__lte=now + ASK_BEFORE_DUE),
        reconfirm_asked_at=None,
    )


def _to_remind(now: datetime) -> QuerySet[Slot]:
    return _running(now).filter(reconfirm_asked_at__isnull=False, reconfirm_reminded_at=None)


def _ids(rows: QuerySet[Slot]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _free_slot(slot_id: int) -> Slot | None:
    """Locked; None for one that is locked this moment, which is left for the next run."""
    rows = Slot.objects.select_for_update(no_key=True, skip_locked=True)
    return rows.filter(pk=slot_id).first()


@transaction.atomic
def _ask(slot_id: int, now: datetime) -> bool:
    """Where too little time is left, nobody is asked, and nobody loses a seat."""
    slot = _free_slot(slot_id)
    if slot is None or slot.reconfirm_asked_at is not None:
        return False
    slot.reconfirm_asked_at = now
    slot.save(update_fields=["reconfirm_asked_at"])
    if slot.answers_due_at - now < LEAST_TIME:
        return False
    coming = Booking.objects.filter(slot=slot, state=Booking.State.CONFIRMED, reconfirmed_at=None)
    if coming.exclude(email="").update(reconfirm_asked_at=now):
        emails.send_reconfirmation_requests.enqueue(slot.pk)
    return True


@transaction.atomic
def _remind(slot_id: int, now: datetime) -> bool:
    slot = _free_slot(slot_id)
    if slot is None or slot.reconfirm_reminded_at or slot.reconfirm_asked_at is None:
        return False
    half_way = slot.reconfirm_asked_at + (slot.answers_due_at - slot.reconfirm_asked_at) / 2
    if not half_way <= now < slot.answers_due_at:
        return False
    slot.reconfirm_reminded_at = now
    slot.save(update_fields=["reconfirm_reminded_at"])
    emails.send_reconfirmation_reminders.enqueue(slot.pk)
    return True


@transaction.atomic
def _give_up(slot_id: int, now: datetime) -> int:
    """All at once, then one offer: a family that waits needs the seats of several."""
    slot = _free_slot(slot_id)
    if slot is None or now < slot.answers_due_at or slot.state not in TAKING_ANSWERS:
        return 0
    silent = (
        Booking.objects.silent()
        .filter(slot=slot, reconfirm_asked_at__lte=now - LEAST_TIME)
        .select_for_update(no_key=True)
        .order_by("pk")
    )
    freed = 0
    for booking in silent:
        freed += seating.give_back(booking, None, now=now, by=Booking.CancelledBy.NO_REPLY)
        emails.send_seats_given_up.enqueue(booking.pk)
    if freed:
        Slot.objects.free_seats(slot.pk, freed)
        waiting.offer_freed_seats(slot_id=slot.pk, now=now)
    return freed
