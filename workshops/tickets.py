"""What a ticket is made of: its QR code, and the entry for a calendar."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from urllib.parse import urlsplit

import qrcode
from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vInt, vText

from participation.errors import NotFound
from participation.models import Municipality
from participation.secrets import hashed, normal_code
from workshops.models import Booking, OpenDay, Slot, Stand, Ticket

CODE_LENGTH = 6


def ticket_url(ticket: Ticket) -> str:
    """What the QR code of a seat says."""
    return f"{settings.SITE_URL}/t/{ticket.secret}/"


def booking_url(booking: Booking) -> str:
    """What the QR code of a whole booking says."""
    return f"{settings.SITE_URL}/t/{booking.secret}/"


def stand_url(stand: Stand) -> str:
    """What the QR code of an open day's stand says: it opens the counter."""
    return f"{settings.SITE_URL}/stand/{stand.token}/"


def open_day_url(open_day: OpenDay) -> str:
    return f"{settings.SITE_URL}/{open_day.municipality.slug}/offene-tage/{open_day.pk}/"


def qr_svg(content: str) -> str:
    """A QR code as an SVG element, four modules of quiet zone, to be put into a page or served.

    A row's neighbours are one stroke: a square for each module made a sheet of codes slow to print.
    """
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4)
    code.add_data(content)
    code.make(fit=True)
    rows = code.get_matrix()
    strokes = "".join(
        f"M{start} {y}.5h{length}"
        for y, row in enumerate(rows)
        for start, length in _dark_runs(row)
    )
    side = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}mm" height="{side}mm"'
        f' viewBox="0 0 {side} {side}"><path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/>'
        f'<path stroke="#000" d="{strokes}"/></svg>'
    )


def _dark_runs(row: Sequence[bool | None]) -> Iterator[tuple[int, int]]:
    """Where dark modules begin, and how many stand side by side."""
    x = 0
    for is_dark, run in groupby(row):
        length = len(list(run))
        if is_dark:
            yield x, length
        x += length


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
    """Where it takes place, in one line that everybody may read: an online date's link is not."""
    workshop = slot.workshop
    if workshop.is_online:
        return _("Online")
    venue = slot.room.venue if slot.room else workshop.venue
    if venue is None:
        return workshop.municipality.name
    room = f"{slot.room.name}, " if slot.room else ""
    return f"{room}{venue.name}, {venue.full_address}"


def online_url_of(slot: Slot) -> str:
    """The link of an online date: for staff, and for guests by `online_url_for`."""
    return (slot.online_url or slot.workshop.online_url) if slot.workshop.is_online else ""


def online_url_for(booking: Booking) -> str:
    """The link of an online date, for who has confirmed seats; empty for everyone else."""
    confirmed = booking.state in (Booking.State.CONFIRMED, Booking.State.ATTENDED)
    return online_url_of(booking.slot) if confirmed else ""


def calendar_of(
    slot: Slot, *, now: datetime, booking: Booking | None = None, cancelled: bool = False
) -> bytes:
    """The slot as an iCalendar file. A booking has an entry of its own, which a later file with
    METHOD:CANCEL takes out of the calendar again."""
    event = _event(slot, now=now, cancelled=cancelled)
    if booking:
        event["uid"] = vText(f"booking-{booking.code}@{_host()}")
        event["sequence"] = vInt(slot.sequence + booking.sequence + cancelled)
        if not cancelled and (link := online_url_for(booking)):
            event["location"] = vText(link)
    return _calendar(event, cancelled=cancelled)


def feed_of(slots: Iterable[Slot], *, name: str, now: datetime) -> bytes:
    """A calendar to subscribe to, asked again every two hours. The same dates give the same bytes
    all day long; a date called off stays in it as such."""
    stamp = now.replace(hour=0, minute=0, second=0, microsecond=0)
    calendar = _empty_calendar("PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=2), {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", timedelta(hours=2))
    for slot in slots:
        calendar.add_component(_event(slot, now=stamp, cancelled=slot.is_cancelled))
    return bytes(calendar.to_ical())


def feed_url(town: Municipality, *, venue_id: int = 0, workshop_id: int = 0) -> str:
    """To be opened by a calendar program: of the town, of one place or of one offer."""
    path = "angebote.ics"
    if venue_id:
        path = f"orte/{venue_id}/termine.ics"
    elif workshop_id:
        path = f"angebote/{workshop_id}/termine.ics"
    return f"webcal://{urlsplit(settings.SITE_URL).netloc}/{town.slug}/{path}"


def _event(slot: Slot, *, now: datetime, cancelled: bool) -> Event:
    """As everybody may read it."""
    event = Event()
    event.add("uid", f"slot-{slot.pk}@{_host()}")
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
    return event


def calendar_of_open_day(open_day: OpenDay, *, now: datetime) -> bytes:
    """The open day as an iCalendar file."""
    event = Event()
    event.add("uid", f"open-day-{open_day.pk}@{_host()}")
    event.add("dtstamp", now)
    event.add("sequence", int(open_day.is_cancelled))
    event.add("status", "CANCELLED" if open_day.is_cancelled else "CONFIRMED")
    event.add("summary", open_day.title)
    event.add("dtstart", open_day.starts_at)
    event.add("dtend", open_day.ends_at)
    event.add("location", f"{open_day.venue.name}, {open_day.venue.full_address}")
    event.add("url", open_day_url(open_day))
    return _calendar(event, cancelled=open_day.is_cancelled)


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _empty_calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Mitwirk//Termine//DE")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _calendar(event: Event, *, cancelled: bool) -> bytes:
    calendar = _empty_calendar("CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


# --- The link of the question afterwards ---------------------------------------------------------

FEEDBACK_SALT = "workshops.feedback"


def feedback_token(booking: Booking) -> str:
    """Names the date, and stands for one booking without naming it: no row holds it or its hash
    before the answer does."""
    nonce = salted_hmac(FEEDBACK_SALT, booking.seed, algorithm="sha256").hexdigest()[:32]
    return signing.Signer(salt=FEEDBACK_SALT).sign_object([booking.slot_id, nonce])


def feedback_slot(token: str) -> int:
    """The id of the date it asks about. Raises NotFound for anything we have not signed."""
    try:
        slot_id, _nonce = signing.Signer(salt=FEEDBACK_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError) as error:
        raise NotFound from error
    return int(slot_id)


def feedback_hash(token: str) -> str:
    """What is stored with an answer, so that a link answers once."""
    return hashed(token)
