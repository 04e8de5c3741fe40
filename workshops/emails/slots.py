"""Mails to all who booked a date.

One task finds the guests and queues a task for each: a mail server that refuses one address keeps
no one else waiting, and a worker killed half way mails nobody twice (each mail has its receipt).
"""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from workshops import queries, tickets
from workshops.emails.parts import CALENDAR, booked, mail_once
from workshops.models import Booking, GuestMessage


@task()
@transaction.atomic
def send_slot_cancelled(booking_ids: list[int]) -> None:
    for booking_id in booking_ids:
        send_slot_cancelled_to.enqueue(booking_id)


@task()
def send_slot_cancelled_to(booking_id: int) -> None:
    """The reason, the other dates that have seats, and the entry out of the calendar.

    Nothing to those who never confirmed: they have no tickets.
    """
    booking = booked(booking_id)
    if booking is None or booking.cancelled_at is None or not booking.tickets.all():
        return
    calendar = tickets.calendar_of(
        booking.slot, now=timezone.now(), booking=booking, cancelled=True
    )
    mail_once(
        booking,
        "slot-cancelled",
        "slot_cancelled",
        attachments=[("absage.ics", calendar, CALENDAR)],
        others=queries.dates_with_seats(booking.slot, after=booking.cancelled_at),
    )


@task()
@transaction.atomic
def send_slot_changed(slot_id: int) -> None:
    rows = Booking.objects.filter(slot_id=slot_id, state=Booking.State.CONFIRMED)
    for booking_id in rows.order_by("pk").values_list("pk", flat=True):
        send_slot_changed_to.enqueue(booking_id)


@task()
def send_slot_changed_to(booking_id: int) -> None:
    """The newest time and place, once for each version, with the calendar entry to match."""
    booking = booked(booking_id)
    if booking is None or booking.state != Booking.State.CONFIRMED:
        return
    calendar = tickets.calendar_of(booking.slot, now=timezone.now(), booking=booking)
    mail_once(
        booking,
        f"slot-changed-{booking.slot.sequence}",
        "slot_changed",
        attachments=[("termin.ics", calendar, CALENDAR)],
    )


@task()
@transaction.atomic
def send_guest_message(message_id: int) -> None:
    message = GuestMessage.objects.filter(pk=message_id).first()
    if message is None:
        return
    rows = Booking.objects.filter(slot_id=message.slot_id).to_be_written_to()
    for booking_id in rows.order_by("pk").values_list("pk", flat=True):
        send_guest_message_to.enqueue(message_id, booking_id)


@task()
def send_guest_message_to(message_id: int, booking_id: int) -> None:
    message, booking = GuestMessage.objects.filter(pk=message_id).first(), booked(booking_id)
    if message and booking and booking.is_active:
        mail_once(
            booking,
            f"message-{message_id}",
            "guest_message",
            message=message,
            town_email=booking.slot.workshop.municipality.contact_email or settings.SITE_URL,
        )
