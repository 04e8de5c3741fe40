"""What is printed of workshops: tickets, signs, badges, the month's leaflet, certificates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from participation import documents
from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from workshops import policy, queries, tickets
from workshops.errors import NobodyCame, NotATicket
from workshops.models import Booking, OpenDay, Slot, Ticket, Workshop
from workshops.queries import attendance

# The same leaflet and the same sign are asked for again and again.
KEEP_PUBLIC_SECONDS = 3600
MOST_BLANK_BADGES = 200
# Above this, the dates of a month are a book.
MOST_LEAFLET_DATES = 300
CERTIFICATE_SALT = "workshops.certificate"
# The length of a title from which the letters of a poster shrink, and by which class.
TITLE_SIZES = ((95, "tiny"), (54, "small"), (36, "medium"))
# The same for the facts of a booking, so that its sheet stays one page.
CROWDS = ((750, "packed"), (400, "crowded"))


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code as it stands on paper: the picture's address, and what it is in words."""

    src: str
    alt: str


def qr(content: str, alt: str) -> Code:
    return Code(documents.picture(tickets.qr_svg(content)), alt)


# --- Tickets -------------------------------------------------------------------------------------


def booking_tickets(booking: Booking) -> bytes:
    """All valid seats of a booking: its own code first, then one card a seat to cut out.

    Raises NotATicket for a booking without valid seats.
    """
    return _tickets(booking, _valid_tickets(booking))


def one_ticket(ticket: Ticket) -> bytes:
    """A single seat, for who holds no more than this."""
    return _tickets(ticket.booking, [ticket])


def _tickets(booking: Booking, seats: Sequence[Ticket]) -> bytes:
    with translation.override(booking.language):
        cards = [(ticket, _seat_code(ticket)) for ticket in seats]
        context = {
            **_about(booking.slot),
            "booking": booking,
            "online_url": tickets.online_url_for(booking),
            "cards": cards,
            "code": _booking_code(booking) if len(seats) > 1 else cards[0][1],
        }
    return documents.pdf("print/tickets.html", context, language=booking.language)


def booking_sheet(booking: Booking) -> bytes:
    """One page in large letters for who has no e-mail: to be handed over or sent by post.

    Raises NotATicket for a booking without valid seats.
    """
    seats = len(_valid_tickets(booking))
    with translation.override(booking.language):
        context = {
            **_about(booking.slot),
            "booking": booking,
            "online_url": tickets.online_url_for(booking),
            "seats": seats,
            "size": _title_size(booking.slot.workshop.title),
            "crowd": _crowd(booking),
            "code": _booking_code(booking),
        }
    return documents.pdf("print/booking_sheet.html", context, language=booking.language)


def _crowd(booking: Booking) -> str:
    workshop, place = booking.slot.workshop, tickets.place_of(booking.slot)
    told = (workshop.title, workshop.bring, place, booking.name, booking.organisation)
    letters = sum(map(len, told))
    return next((name for least, name in CROWDS if letters > least), "")


def _valid_tickets(booking: Booking) -> list[Ticket]:
    valid = [ticket for ticket in booking.tickets.all() if ticket.revoked_at is None]
    if not valid or booking.state not in Booking.COMING:
        raise NotATicket
    return valid


def _booking_code(booking: Booking) -> Code:
    return qr(tickets.booking_url(booking), _("QR-Code der ganzen Buchung, für den Einlass"))


def _seat_code(ticket: Ticket) -> Code:
    words = _("QR-Code für den Einlass, Platz %(number)s") % {"number": ticket.seq}
    return qr(tickets.ticket_url(ticket), words)


# --- Signs ---------------------------------------------------------------------------------------


def door_sign(slot: Slot) -> bytes:
    """A poster for the door of the room. The code leads to the workshop's page."""
    workshop = slot.workshop
    with translation.override(workshop.language):
        context = {
            **_about(slot),
            "size": _title_size(workshop.title),
            "code": qr(_workshop_url(workshop), _("QR-Code zur Seite des Angebots")),
        }
    return documents.pdf(
        "print/door_sign.html",
        context,
        language=workshop.language,
        keep_seconds=KEEP_PUBLIC_SECONDS,
    )


def stand_signs(open_day: OpenDay, *, language: str) -> bytes:
    """A poster for each stand. The code leads to the page of the open day, for visitors.

    Raises NotFound for a day without stands.
    """
    stands = list(open_day.stands.all())
    if not stands:
        raise NotFound(_("Dieser Offene Tag hat noch keine Stände."))
    town = open_day.municipality
    url = f"{settings.SITE_URL}/{town.slug}/offene-tage/{open_day.pk}/"
    with translation.override(language):
        context = {
            "town": town,
            "open_day": open_day,
            "stands": [(stand, _title_size(stand.name)) for stand in stands],
            "code": qr(url, _("QR-Code zur Seite des Offenen Tages")),
            "url": _readable(url),
        }
    return documents.pdf("print/stand_signs.html", context, language=language)


def stand_cards(actor: Actor, open_day: OpenDay, *, language: str) -> bytes:
    """A card for the people at each stand: its code opens the counter, so it does not hang out.

    Raises LoginRequired, NotAllowed, and NotFound for a day without stands.
    """
    policy.run_programme(actor)
    stands = list(open_day.stands.all())
    if not stands:
        raise NotFound(_("Dieser Offene Tag hat noch keine Stände."))
    with translation.override(language):
        words = _("QR-Code zum Zähler des Standes")
        cards = [(one, qr(f"{settings.SITE_URL}/stand/{one.token}/", words)) for one in stands]
        context = {"town": open_day.municipality, "open_day": open_day, "cards": cards}
    return documents.pdf("print/stand_cards.html", context, language=language)


def _title_size(title: str) -> str:
    """By its length, or by the longest word where that asks for smaller letters."""
    longest = max(map(len, title.split()), default=0)
    asked = max(len(title), longest * 5 // 2)
    return next((name for length, name in TITLE_SIZES if asked > length), "large")


# --- Badges --------------------------------------------------------------------------------------


def name_badges(actor: Actor, slot: Slot, *, blank: int = 0) -> bytes:
    """Eight badges a page with the names of the seats, or `blank` ones to write on.

    Raises LoginRequired, NotAllowed, and InvalidInput for more than MOST_BLANK_BADGES or none.
    """
    policy.run_programme(actor)
    if not 0 <= blank <= MOST_BLANK_BADGES:
        message = _("Möglich sind 1 bis %(most)s Schilder.") % {"most": MOST_BLANK_BADGES}
        raise InvalidInput("blank", "max_value", message)
    badges = [("", "")] * blank if blank else _badges(actor, slot)
    if not badges:
        raise NobodyCame(_("Für diesen Termin hat noch niemand mit Namen gebucht."))
    context = {**_about(slot), "badges": badges}
    return documents.pdf("print/badges.html", context, language=slot.workshop.language)


def _badges(actor: Actor, slot: Slot) -> list[tuple[str, str]]:
    """Name and organisation of each seat; a seat nobody named gets a badge to write on."""
    return [
        (attendance.seat_name(booking, ticket), booking.organisation)
        for booking in queries.bookings(actor, slot.pk, states=Booking.COMING)
        for ticket in booking.tickets.all()
        if ticket.revoked_at is None
    ]


# --- The month -----------------------------------------------------------------------------------


def programme_leaflet(actor: Actor, year: int, month: int, *, language: str) -> bytes:
    """The published dates of a month, day by day in two columns. Raises NotFound for no month."""
    public = (
        queries.month(actor, year, month)
        .filter(workshop__state=Workshop.State.PUBLISHED, workshop__staff_only=False)
        .exclude(state__in=(Slot.State.DRAFT, Slot.State.CANCELLED, Slot.State.PURGED))
    )
    town = actor.town
    url = f"{settings.SITE_URL}/{town.slug}/angebote/"
    with translation.override(language):
        days = [
            (day, [(slot, tickets.place_of(slot)) for slot in rows])
            for day, rows in groupby(public[:MOST_LEAFLET_DATES], key=_day)
        ]
        context = {
            "town": town,
            "first": date(year, month, 1),
            "days": days,
            "code": qr(url, _("QR-Code zum Programm")),
            "url": _readable(url),
        }
    return documents.pdf(
        "print/leaflet.html", context, language=language, keep_seconds=KEEP_PUBLIC_SECONDS
    )


def month_in(typed: str) -> tuple[int, int]:
    """Year and month of `2026-11`. Raises InvalidInput."""
    year, _dash, month = typed.partition("-")
    if not (year.isdecimal() and month.isdecimal() and len(year) == 4 and 1 <= int(month) <= 12):
        raise InvalidInput("month", "invalid", _("Bitte geben Sie den Monat so an: 2026-11."))
    return int(year), int(month)


def _day(slot: Slot) -> date:
    return timezone.localdate(slot.starts_at)


# --- Certificates --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Certificate:
    """That `name` came to `slot`."""

    slot: Slot
    name: str


def has_certificate(booking: Booking) -> bool:
    """Whether there may be one: only the names that came get theirs."""
    return booking.slot.workshop.gives_certificate and booking.state == Booking.State.ATTENDED


def booking_certificates(booking: Booking) -> bytes:
    """A page for each named seat that came. Raises NotFound, NobodyCame."""
    if not has_certificate(booking):
        raise NotFound
    names = attendance.names_that_came(booking)
    return _certificates(booking.slot, names, language=booking.language)


def slot_certificates(actor: Actor, slot: Slot) -> bytes:
    """Those of all guests, for the desk. Raises LoginRequired, NotAllowed, NobodyCame."""
    names = attendance.all_names_that_came(actor, slot)
    return _certificates(slot, names, language=slot.workshop.language)


def certificate_url(slot: Slot, name: str) -> str:
    """Where a certificate can be checked: its token is signed by us and names slot and person, so
    that it still proves itself when the booking is erased."""
    token = signing.Signer(salt=CERTIFICATE_SALT).sign_object([slot.pk, name], compress=True)
    return f"{settings.SITE_URL}/bescheinigung/{token}/"


def read_certificate(token: str) -> Certificate:
    """Raises NotFound for anything we have not signed."""
    try:
        slot_id, name = signing.Signer(salt=CERTIFICATE_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError) as error:
        raise NotFound from error
    slots = Slot.objects.select_related("workshop__municipality", "workshop__venue", "room__venue")
    slot = slots.filter(pk=slot_id).first()
    if slot is None:
        raise NotFound
    return Certificate(slot, name)


def _certificates(slot: Slot, names: Sequence[str], *, language: str) -> bytes:
    if not names:
        raise NobodyCame
    with translation.override(language):
        words = _("QR-Code zur Prüfung dieser Bescheinigung")
        pages = [(name, qr(certificate_url(slot, name), words)) for name in names]
        context = {**_about(slot), "pages": pages, "hours": _hours(slot)}
    return documents.pdf("print/certificates.html", context, language=language)


def _hours(slot: Slot) -> float:
    return round((slot.ends_at - slot.starts_at).total_seconds() / 3600, 1)


# --- Shared --------------------------------------------------------------------------------------


def _about(slot: Slot) -> dict[str, Any]:
    """What every sheet about a date says; texts are in the language of the moment."""
    workshop = slot.workshop
    venue = slot.room.venue if slot.room else workshop.venue
    return {
        "slot": slot,
        "workshop": workshop,
        "town": workshop.municipality,
        "venue": None if workshop.is_online else venue,
        "place": tickets.place_of(slot),
        "url": _readable(_workshop_url(workshop)),
    }


def _workshop_url(workshop: Workshop) -> str:
    return f"{settings.SITE_URL}/{workshop.municipality.slug}/angebote/{workshop.pk}/"


def _readable(url: str) -> str:
    """An address as people type it."""
    return url.partition("://")[2].rstrip("/")
