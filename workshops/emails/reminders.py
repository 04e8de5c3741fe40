"""Before a date, on its day, and after it.

One task finds the guests and queues a task for each. Who cancelled or moved on meanwhile gets
nothing, and no reminder leaves once the date has begun, however late its task runs.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from django_tasks import task

from workshops import documents, tickets
from workshops.emails.parts import booked, mail_once
from workshops.models import Booking, Slot

# Who booked later than this before the reminder has just had the tickets' mail.
FRESH = timedelta(hours=2)


@task()
@transaction.atomic
def send_reminders(slot_id: int, *, on_day: bool) -> None:
    slot = Slot.objects.filter(pk=slot_id).first()
    marked_at = (slot.reminded_on_day_at if on_day else slot.reminded_at) if slot else None
    if marked_at is None:
        return
    rows = (
        Booking.objects.filter(slot=slot, state=Booking.State.CONFIRMED)
        .exclude(email="")
        .annotate(booked_at=Coalesce("verified_at", "created_at"))
        .filter(booked_at__lte=marked_at - FRESH)
    )
    for booking_id in rows.order_by("pk").values_list("pk", flat=True):
        send_reminder.enqueue(booking_id, slot_id, on_day=on_day)


@task()
def send_reminder(booking_id: int, slot_id: int, *, on_day: bool) -> None:
    """Once for each start a date has: one that was moved is reminded of anew."""
    booking = booked(booking_id)
    if (
        booking is None
        or booking.slot_id != slot_id
        or booking.state != Booking.State.CONFIRMED
        or booking.slot.is_cancelled
        or timezone.now() >= booking.slot.starts_at
    ):
        return
    kind = "on-day" if on_day else "before"
    venue = booking.slot.room.venue if booking.slot.room else booking.slot.workshop.venue
    mail_once(
        booking,
        f"reminder-{kind}-{slot_id}-{booking.slot.starts_at:%Y%m%d%H%M}",
        "booking_reminder",
        is_today=timezone.localdate(booking.slot.starts_at) == timezone.localdate(),
        venue=None if booking.slot.workshop.is_online else venue,
    )


@task()
@transaction.atomic
def send_questions_afterwards(slot_id: int) -> None:
    rows = Booking.objects.filter(slot_id=slot_id, state=Booking.State.ATTENDED).exclude(email="")
    for booking_id in rows.order_by("pk").values_list("pk", flat=True):
        send_question_afterwards.enqueue(booking_id)


@task()
def send_question_afterwards(booking_id: int) -> None:
    """The question, the certificate, or both."""
    booking = booked(booking_id)
    if booking is None or booking.state != Booking.State.ATTENDED:
        return
    workshop = booking.slot.workshop
    manage = f"{settings.SITE_URL}/buchung/{booking.code}/{booking.manage_token}"
    mail_once(
        booking,
        f"afterwards-{booking.slot_id}",
        "booking_afterwards",
        question=workshop.feedback_question,
        feedback_url=f"{settings.SITE_URL}/rueckmeldung/{tickets.feedback_token(booking)}/",
        certificate_url=f"{manage}/druck/bescheinigung/"
        if documents.has_certificate(booking)
        else "",
    )
