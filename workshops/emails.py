"""Mails about bookings and the waiting list. Tasks take ids and derive the tokens."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from participation.emails import Mail, send_once
from workshops import tickets
from workshops.models import Booking, Slot, WaitEntry

CALENDAR = "text/calendar"


def _booking(booking_id: int) -> Booking | None:
    """None when it was purged meanwhile: then there is nobody to mail to."""
    return (
        Booking.objects.select_related(
            "slot__workshop__municipality", "slot__workshop__venue", "slot__room__venue"
        )
        .prefetch_related("tickets")
        .filter(pk=booking_id)
        .exclude(email="")
        .first()
    )


def _about(slot: Slot) -> dict[str, Any]:
    workshop = slot.workshop
    town = workshop.municipality
    return {
        "slot": slot,
        "workshop": workshop,
        "town": town,
        "place": tickets.place_of(slot),
        "workshop_url": f"{settings.SITE_URL}/{town.slug}/angebote/{workshop.pk}/",
    }


def _mail(
    booking: Booking,
    event: str,
    template: str,
    attachments: Sequence[tuple[str, bytes, str]] = (),
    **more: Any,
) -> None:
    send_once(
        Mail(
            event=f"booking-{booking.pk}-{event}",
            to=booking.email,
            template=template,
            language=booking.language,
            context={"booking": booking, **_about(booking.slot), **_links(booking), **more},
            attachments=attachments,
        )
    )


def _links(booking: Booking) -> dict[str, str]:
    return {
        "confirm_url": f"{settings.SITE_URL}/buchung/bestaetigen/{booking.confirm_token}/",
        "manage_url": f"{settings.SITE_URL}/buchung/{booking.code}/{booking.manage_token}/",
    }


@task()
def send_confirm_link(booking_id: int) -> None:
    if booking := _booking(booking_id):
        _mail(booking, "confirm", "booking_confirm")


@task()
def send_already_booked(booking_id: int, hour: str) -> None:
    """Somebody booked again with this address: at most one mail an hour says so."""
    if booking := _booking(booking_id):
        template = (
            "booking_confirm" if booking.state == Booking.State.HELD else "booking_already_booked"
        )
        _mail(booking, f"again-{hour}", template, again=True)


@task()
def send_tickets(booking_id: int) -> None:
    """The tickets' address and the date as a calendar file."""
    booking = _booking(booking_id)
    if booking is None or not booking.is_active:
        return
    calendar = tickets.calendar_of(booking.slot, now=timezone.now(), booking=booking)
    valid = [ticket for ticket in booking.tickets.all() if ticket.revoked_at is None]
    send_once(
        Mail(
            event=f"booking-{booking.pk}-tickets",
            to=booking.email,
            template="booking_tickets",
            language=booking.language,
            context={
                "booking": booking,
                "tickets": [(ticket, tickets.ticket_url(ticket)) for ticket in valid],
                **_about(booking.slot),
                **_links(booking),
            },
            attachments=[("termin.ics", calendar, CALENDAR)],
        )
    )


@task()
def send_cancelled(booking_id: int, seats_kept: int) -> None:
    """The citizen's or the desk's cancellation, of all seats or (`seats_kept`) of some."""
    if booking := _booking(booking_id):
        _farewell(booking, "booking_cancelled", event=f"cancelled-{seats_kept}", kept=seats_kept)


@task()
def send_slot_cancelled(slot_id: int) -> None:
    """One task a slot; each booking has its own receipt, so that a retry mails nobody twice."""
    booked = Booking.objects.filter(slot_id=slot_id, state=Booking.State.CANCELLED).exclude(
        tickets=None
    )
    for booking_id in booked.order_by("pk").values_list("pk", flat=True).distinct():
        if booking := _booking(booking_id):
            _farewell(booking, "slot_cancelled", event="slot-cancelled")


@task()
def send_slot_changed(slot_id: int) -> None:
    """The newest time and place, once for each version, with the calendar entry to match."""
    booked = Booking.objects.filter(slot_id=slot_id, state=Booking.State.CONFIRMED)
    for booking_id in booked.order_by("pk").values_list("pk", flat=True):
        if booking := _booking(booking_id):
            calendar = tickets.calendar_of(booking.slot, now=timezone.now(), booking=booking)
            _mail(
                booking,
                f"slot-changed-{booking.slot.sequence}",
                "slot_changed",
                attachments=[("termin.ics", calendar, CALENDAR)],
            )


def _farewell(booking: Booking, template: str, *, event: str, kept: int = 0) -> None:
    calendar = tickets.calendar_of(
        booking.slot, now=timezone.now(), booking=booking, cancelled=True
    )
    send_once(
        Mail(
            event=f"booking-{booking.pk}-{event}",
            to=booking.email,
            template=template,
            language=booking.language,
            context={
                "booking": booking,
                "kept": kept,
                **_about(booking.slot),
                **_links(booking),
            },
            attachments=[] if kept else [("absage.ics", calendar, CALENDAR)],
        )
    )


def _entry(entry_id: int) -> WaitEntry | None:
    return (
        WaitEntry.objects.select_related(
            "slot__workshop__municipality", "slot__workshop__venue", "slot__room__venue", "offer"
        )
        .filter(pk=entry_id)
        .first()
    )


@task()
def send_waiting(entry_id: int) -> None:
    if entry := _entry(entry_id):
        send_once(
            Mail(
                event=f"wait-{entry.pk}-joined",
                to=entry.email,
                template="waiting_joined",
                language=entry.language,
                context={
                    "entry": entry,
                    "wait_url": f"{settings.SITE_URL}/warteliste/{entry.token}/",
                    **_about(entry.slot),
                },
            )
        )


@task()
def send_offer(entry_id: int, booking_id: int) -> None:
    booking = _booking(booking_id)
    if booking is not None and booking.state == Booking.State.HELD:
        send_once(
            Mail(
                event=f"wait-{entry_id}-offer-{booking.pk}",
                to=booking.email,
                template="waiting_offer",
                language=booking.language,
                context={"booking": booking, **_about(booking.slot), **_links(booking)},
            )
        )
