"""Mails about one booking."""

from typing import Any

from django.utils import timezone
from django_tasks import task

from participation import secrets
from participation.emails import Mail, send_once
from workshops import queries, tickets
from workshops.emails.parts import CALENDAR, about, booked, farewell, mail_once
from workshops.models import Booking, Slot


@task()
def send_confirm_link(booking_id: int) -> None:
    """Once for each link: a corrected address has a new one."""
    if booking := booked(booking_id):
        mail_once(booking, f"confirm-{booking.confirm_token_hash[:16]}", "booking_confirm")


@task()
def send_link_again(booking_id: int, minute: str) -> None:
    """Somebody has lost the mail: the link to confirm, or the tickets; at most one a minute."""
    if booking := booked(booking_id):
        if booking.state == Booking.State.HELD:
            mail_once(booking, f"again-{minute}", "booking_confirm", again=True)
        elif booking.is_active:
            mail_tickets(booking, f"tickets-{minute}", "booking_tickets")


@task()
def send_already_booked(booking_id: int, hour: str) -> None:
    """Somebody booked again with this address: at most one mail an hour says so."""
    if booking := booked(booking_id):
        template = (
            "booking_confirm" if booking.state == Booking.State.HELD else "booking_already_booked"
        )
        mail_once(booking, f"again-{hour}", template, again=True)


@task()
def send_not_held(slot_id: int, email: str, language: str, hour: str) -> None:
    """No seats for an address that was given later, although its page looked as if: the date had
    filled or closed meanwhile. At most one mail an hour."""
    slot = Slot.objects.select_related(
        "workshop__municipality", "workshop__venue", "room__venue"
    ).get(pk=slot_id)
    send_once(
        Mail(
            event=f"slot-{slot_id}-not-held-{secrets.hashed(email)[:16]}-{hour}",
            to=email,
            template="booking_not_held",
            language=language,
            context=about(slot),
        )
    )


@task()
def send_tickets(booking_id: int) -> None:
    """The tickets' address and the date as a calendar file."""
    booking = booked(booking_id)
    if booking is not None and booking.is_active:
        mail_tickets(booking, "tickets", "booking_tickets")


@task()
def send_moved(booking_id: int, old_slot_id: int, sequence: int) -> None:
    """The new date, and which it was; nothing where it was moved on before this mail left."""
    booking = booked(booking_id)
    if booking is None or not booking.is_active or booking.sequence != sequence:
        return
    old = Slot.objects.get(pk=old_slot_id)
    mail_tickets(booking, f"moved-{sequence}", "booking_moved", old_starts_at=old.starts_at)


@task()
def send_changed(booking_id: int, sequence: int) -> None:
    """What the booking says now; only the newest version is mailed."""
    booking = booked(booking_id)
    if booking is not None and booking.is_active and booking.sequence == sequence:
        valid = [ticket for ticket in booking.tickets.all() if ticket.revoked_at is None]
        mail_once(booking, f"changed-{sequence}", "booking_changed", tickets=valid)


def mail_tickets(booking: Booking, event: str, template: str, **more: Any) -> None:
    """With the date for the calendar, and a word on other dates booked for the same time."""
    calendar = tickets.calendar_of(booking.slot, now=timezone.now(), booking=booking)
    valid = [ticket for ticket in booking.tickets.all() if ticket.revoked_at is None]
    mail_once(
        booking,
        event,
        template,
        attachments=[("termin.ics", calendar, CALENDAR)],
        tickets=[(ticket, tickets.ticket_url(ticket)) for ticket in valid],
        overlaps=queries.overlapping(booking),
        **more,
    )


@task()
def send_cancelled(booking_id: int, seats_kept: int) -> None:
    """The citizen's or the desk's cancellation, of all seats or (`seats_kept`) of some."""
    if booking := booked(booking_id):
        farewell(booking, "booking_cancelled", event=f"cancelled-{seats_kept}", kept=seats_kept)
