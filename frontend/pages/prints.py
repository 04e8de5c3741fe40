"""Documents for paper: links that open a PDF, and the desk's page of what a date can print."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from frontend.pages.bookings import private, stand_in_town
from frontend.town import town_page
from participation.actors import Actor
from participation.errors import NotFound
from participation.models.access import Scope
from workshops import documents, queries
from workshops.queries import open_days


def document(content: bytes, name: str) -> HttpResponse:
    """Shown in the browser; saved under this name."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )


def personal(content: bytes, name: str) -> HttpResponse:
    """The same, for what no cache may keep."""
    response = document(content, name)
    response["Cache-Control"] = "no-store, private"
    return response


# --- For citizens --------------------------------------------------------------------------------


@require_safe
@private
def booking_tickets(request: HttpRequest, code: str, token: str) -> HttpResponse:
    booking = queries.booking_by_manage_token(code, token)
    stand_in_town(request, booking.slot.workshop.municipality)
    return document(documents.booking_tickets(booking), f"tickets-{booking.code}")


@require_safe
@private
def booking_certificates(request: HttpRequest, code: str, token: str) -> HttpResponse:
    booking = queries.booking_by_manage_token(code, token)
    stand_in_town(request, booking.slot.workshop.municipality)
    return document(documents.booking_certificates(booking), f"bescheinigung-{booking.code}")


@require_safe
@private
def ticket(request: HttpRequest, secret: str) -> HttpResponse:
    """The one seat whose code it is, or all of the booking's."""
    try:
        found = queries.ticket_by_secret(secret)
    except NotFound:
        booking = queries.booking_by_secret(secret)
        return document(documents.booking_tickets(booking), f"tickets-{booking.code}")
    return document(documents.one_ticket(found), f"ticket-{found.booking.code}-{found.seq}")


@require_safe
@private
def certificate(request: HttpRequest, token: str) -> HttpResponse:
    """Where the code on a certificate leads."""
    try:
        proven = documents.read_certificate(token)
    except NotFound:
        return render(request, "prints/no_certificate.html", status=404)
    stand_in_town(request, proven.slot.workshop.municipality)
    return render(request, "prints/certificate.html", {"proven": proven, "slot": proven.slot})


@require_safe
@town_page()
def leaflet(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?monat=2026-11`; this month unless said."""
    typed = request.GET.get("monat") or f"{timezone.localdate():%Y-%m}"
    year, month = documents.month_in(typed)
    content = documents.programme_leaflet(actor, year, month, language=get_language() or "de")
    return document(content, f"programm-{typed}")


# --- For the desk --------------------------------------------------------------------------------


@require_safe
@town_page(Scope.DESK)
def slot(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """What can be printed for a date."""
    context = {"slot": queries.slot(actor, pk), "most_blank": documents.MOST_BLANK_BADGES}
    return render(request, "desk/prints/slot.html", context)


@require_safe
@town_page(Scope.DESK)
def door_sign(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    return document(documents.door_sign(queries.slot(actor, pk)), f"schild-{pk}")


@require_safe
@town_page(Scope.DESK)
def badges(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """`?leer=16`: so many to write on instead of the guests' own."""
    found = queries.slot(actor, pk)
    typed = request.GET.get("leer", "0")
    blank = int(typed[:6]) if typed.isdecimal() else 0
    return personal(documents.name_badges(actor, found, blank=blank), f"namensschilder-{pk}")


@require_safe
@town_page(Scope.DESK)
def certificates(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = queries.slot(actor, pk)
    return personal(documents.slot_certificates(actor, found), f"bescheinigungen-{pk}")


@require_safe
@town_page(Scope.DESK)
def desk_tickets(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    booking = queries.booking(actor, code)
    return personal(documents.booking_tickets(booking), f"tickets-{booking.code}")


@require_safe
@town_page(Scope.DESK)
def desk_sheet(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    booking = queries.booking(actor, code)
    return personal(documents.booking_sheet(booking), f"buchung-{booking.code}")


@require_safe
@town_page(Scope.DESK)
def stand_signs(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    day = open_days.open_day(actor, pk)
    return document(
        documents.stand_signs(day, language=get_language() or "de"), f"standschilder-{pk}"
    )


@require_safe
@town_page(Scope.DESK)
def stand_cards(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    day = open_days.open_day(actor, pk)
    content = documents.stand_cards(actor, day, language=get_language() or "de")
    return personal(content, f"zaehlkarten-{pk}")
