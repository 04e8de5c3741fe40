"""Confirm or lose: the question whether a booking still stands, its reminder, and what follows."""

from django.conf import settings
from django.db import transaction
from django_tasks import task

from workshops.emails.parts import booked, farewell, mail_once
from workshops.models import Booking


@task()
@transaction.atomic
def send_reconfirmation_requests(slot_id: int) -> None:
    for booking_id in _silent(slot_id):
        send_reconfirmation_request.enqueue(booking_id)


@task()
@transaction.atomic
def send_reconfirmation_reminders(slot_id: int) -> None:
    for booking_id in _silent(slot_id):
        send_reconfirmation_reminder.enqueue(booking_id)


@task()
def send_reconfirmation_request(booking_id: int) -> None:
    _ask(booking_id, "reconfirm", is_reminder=False)


@task()
def send_reconfirmation_reminder(booking_id: int) -> None:
    _ask(booking_id, "reconfirm-reminder", is_reminder=True)


@task()
def send_seats_given_up(booking_id: int) -> None:
    """Nobody answered in time: the seats go to the next."""
    booking = booked(booking_id)
    if booking and booking.cancelled_by == Booking.CancelledBy.NO_REPLY:
        farewell(booking, "booking_given_up", event="no-reply")


def _silent(slot_id: int) -> list[int]:
    rows = Booking.objects.silent().filter(slot_id=slot_id)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _ask(booking_id: int, event: str, *, is_reminder: bool) -> None:
    """Nothing to those who have answered or cancelled since; once for each time they are asked."""
    booking = booked(booking_id)
    if booking is None or not booking.is_silent or booking.reconfirm_asked_at is None:
        return
    mail_once(
        booking,
        f"{event}-{booking.slot_id}",
        "booking_reconfirm",
        answer_url=f"{settings.SITE_URL}/buchung/{booking.code}/{booking.manage_token}/zusage/",
        is_reminder=is_reminder,
        deadline=booking.slot.answers_due_at,
    )
