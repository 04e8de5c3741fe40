"""What the mails about bookings have in common."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone

from participation.emails import Mail, send_once
from workshops import tickets
from workshops.models import Booking, Slot

CALENDAR = "text/calendar"


def booked(booking_id: int) -> Booking | None:
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


def about(slot: Slot) -> dict[str, Any]:
    workshop = slot.workshop
    town = workshop.municipality
    return {
        "slot": slot,
        "workshop": workshop,
        "town": town,
        "place": tickets.place_of(slot),
        "workshop_url": f"{settings.SITE_URL}/{town.slug}/angebote/{workshop.pk}/",
    }


def links(booking: Booking) -> dict[str, str]:
    return {
        "confirm_url": f"{settings.SITE_URL}/buchung/bestaetigen/{booking.confirm_token}/",
        "online_url": tickets.online_url_for(booking),
        "manage_url": f"{settings.SITE_URL}/buchung/{booking.code}/{booking.manage_token}/",
    }


def mail_once(
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
            context={"booking": booking, **about(booking.slot), **links(booking), **more},
            attachments=attachments,
        )
    )


def farewell(booking: Booking, template: str, *, event: str, kept: int = 0) -> None:
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
                **about(booking.slot),
                **links(booking),
            },
            attachments=[] if kept else [("absage.ics", calendar, CALENDAR)],
        )
    )
