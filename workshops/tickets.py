"""What a ticket is made of: its QR code, and the entry for a calendar."""

from datetime import datetime
from urllib.parse import urlsplit

import qrcode
from django.conf import settings
from icalendar import Calendar, Event
from qrcode.image.svg import SvgPathImage

from participation.secrets import normal_code
from workshops.models import Booking, Slot, Ticket

CODE_LENGTH = 6


def ticket_url(ticket: Ticket) -> str:
    """What the QR code of a seat says."""
    return f"{settings.SITE_URL}/t/{ticket.secret}/"


def qr_svg(content: str) -> str:
    """A QR code as an SVG element, four modules of quiet zone, to be put into a page or served."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4)
    code.add_data(content)
    code.make(fit=True)
    svg: str = code.make_image(image_factory=SvgPathImage).to_string(encoding="unicode")
    # Several codes may stand on one page, where an id may stand once.
    return svg.replace(' id="qr-path"', "")


def secret_in(presented: str) -> str:
    """The secret in what a scanner read: our address `…/t/<secret>/`, or the bare secret."""
    text = presented.strip()
    if "/t/" in text:
        return text.partition("/t/")[2].partition("?")[0].strip("/")
    return text


def code_in(presented: str) -> str:
    """The booking code in what somebody typed; empty where it cannot be one."""
    if len(presented) > 4 * CODE_LENGTH:
        return ""
    code = normal_code(presented)
    return code if len(code) == CODE_LENGTH and code.isascii() else ""


def place_of(slot: Slot) -> str:
    """Where it takes place, in one line."""
    workshop = slot.workshop
    if workshop.is_online:
        return slot.online_url or workshop.online_url
    venue = slot.room.venue if slot.room else workshop.venue
    if venue is None:
        return workshop.municipality.name
    room = f"{slot.room.name}, " if slot.room else ""
    return f"{room}{venue.name}, {venue.full_address}"


def calendar_of(
    slot: Slot, *, now: datetime, booking: Booking | None = None, cancelled: bool = False
) -> bytes:
    """The slot as an iCalendar file. A booking has an entry of its own, which a later file with
    METHOD:CANCEL takes out of the calendar again."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    event = Event()
    event.add("uid", f"booking-{booking.code}@{host}" if booking else f"slot-{slot.pk}@{host}")
    event.add("dtstamp", now)
    event.add("sequence", slot.sequence + cancelled)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("summary", slot.workshop.title)
    event.add("dtstart", slot.starts_at)
    event.add("dtend", slot.ends_at)
    event.add("location", place_of(slot))
    town = slot.workshop.municipality
    event.add("url", f"{settings.SITE_URL}/{town.slug}/angebote/{slot.workshop_id}/")
    if town.contact_email:
        event.add("organizer", f"mailto:{town.contact_email}")
    calendar = Calendar()
    calendar.add("prodid", "-//Mitwirk//Termine//DE")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
