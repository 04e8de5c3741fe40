"""Dates that hold one row of each kind of personal data."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from participation import actors
from participation.models import Municipality
from tests.workshops.factories import NOW, book, make_slot, party, staff
from workshops.models import (
    AccessNeeds,
    Answer,
    Booking,
    GuestMessage,
    Question,
    Slot,
    Ticket,
)
from workshops.services import bookings, door, scheduling, waiting

DAY = timedelta(days=1)


def ask(slot: Slot, keep_days: int) -> Question:
    return Question.objects.create(workshop=slot.workshop, text="Woher?", keep_days=keep_days)


def answer(question: Question, booking: Booking, value: str = "Zeitung") -> Answer:
    return Answer.objects.create(question=question, booking=booking, value=value)


def scan(slot: Slot, shown: str, *, at: datetime | None = None) -> door.ScanResult:
    return door.scan(
        actor=staff(slot.workshop.municipality),
        slot_id=slot.pk,
        secret_or_code=shown,
        client_uuid=uuid4(),
        now=at or slot.starts_at,
    )


def past_slot(town: Municipality, **fields: Any) -> Slot:
    """A date that is done: two bookings of two, one of them came; one that cancelled, a
    party too large that waits; answers, needs, a guardian, scans and a message."""
    slot = make_slot(town, capacity=6, **fields)
    question = ask(slot, keep_days=3)
    before = slot.starts_at - 2 * DAY
    came, absent, left = (book(slot, 2, name=name, now=before) for name in ("Kim", "Mika", "Toni"))
    for one in (came, absent, left):
        answer(question, one)
    AccessNeeds.objects.create(booking=came, text="Rollstuhl")
    Booking.objects.filter(pk=came.pk).update(guardian_name="Alex", guardian_phone="0 23 73")
    Ticket.objects.filter(booking=left).update(name="Toni")
    waiting.join(actor=actors.guest(town), slot_id=slot.pk, party=party(3), now=before)
    bookings.cancel_booking(booking_id=left.pk, now=slot.starts_at - timedelta(hours=3))
    scan(slot, came.code)
    scan(slot, came.code)
    scan(slot, "ABCDEF")
    GuestMessage.objects.create(
        slot=slot, subject="Hallo", text="Bis morgen", sent_by="user-1", sent_at=NOW
    )
    scheduling.finish_past_slots(now=slot.ends_at + timedelta(hours=1))
    slot.refresh_from_db()
    return slot


def stored(slot: Slot) -> dict[str, int]:
    """What there is of a date, whoever it says."""
    return {
        "bookings": Booking.objects.filter(slot=slot).count(),
        "tickets": Ticket.objects.filter(booking__slot=slot).count(),
        "scans": slot.scans.count(),
        "answers": Answer.objects.filter(booking__slot=slot).count(),
        "needs": AccessNeeds.objects.filter(booking__slot=slot).count(),
        "waiting": slot.wait_entries.count(),
        "messages": slot.messages.count(),
    }
