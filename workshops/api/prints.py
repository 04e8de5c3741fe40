"""Documents for paper, as tagged PDF; and what a printed certificate's code proves."""

from typing import Any

from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api_base import ApiView
from participation.api_formats import OneFormat, PdfRenderer
from workshops import documents, queries
from workshops.api.bookings import staff_of_booking
from workshops.api.fields import MANAGE_TOKEN
from workshops.models import Booking
from workshops.queries import open_days

PDF = {(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY)}


class MonthFilter(serializers.Serializer[Any]):
    month = serializers.CharField(
        required=False, max_length=7, help_text="Such as 2026-11; this month unless said."
    )


class BadgesFilter(serializers.Serializer[Any]):
    blank = serializers.IntegerField(
        required=False,
        default=0,
        min_value=1,
        max_value=documents.MOST_BLANK_BADGES,
        help_text="So many without a name, to write on, instead of the guests' own.",
    )


class CertificateOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    workshop = serializers.CharField(source="slot.workshop.title")
    municipality = serializers.CharField(source="slot.workshop.municipality.slug")
    starts_at = serializers.DateTimeField(source="slot.starts_at")
    ends_at = serializers.DateTimeField(source="slot.ends_at")


class PdfView(ApiView):
    renderer_classes = (PdfRenderer,)
    content_negotiation_class = OneFormat

    def document(self, content: bytes, name: str) -> Response:
        headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
        return Response(content, headers=headers)


# --- A month and a date --------------------------------------------------------------------------


class ProgrammePrint(PdfView):
    @extend_schema(operation_id="print_programme", parameters=[MonthFilter], responses=PDF)
    def get(self, request: Request, slug: str) -> Response:
        """The leaflet of a month, for everybody."""
        asked = MonthFilter(data=request.query_params)
        asked.is_valid(raise_exception=True)
        typed = asked.validated_data.get("month") or f"{timezone.localdate():%Y-%m}"
        year, month = documents.month_in(typed)
        language = get_language() or "de"
        content = documents.programme_leaflet(self.actor, year, month, language=language)
        return self.document(content, f"programm-{typed}")


class DoorSignPrint(PdfView):
    @extend_schema(operation_id="print_door_sign", responses=PDF)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """An A4 poster for the door: what, when, in which room; public, as the date is."""
        return self.document(documents.door_sign(queries.slot(self.actor, pk)), f"schild-{pk}")


class BadgesPrint(PdfView):
    @extend_schema(operation_id="print_badges", parameters=[BadgesFilter], responses=PDF)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: name badges, eight a page."""
        slot = queries.slot(self.actor, pk)
        asked = BadgesFilter(data=request.query_params)
        asked.is_valid(raise_exception=True)
        content = documents.name_badges(self.actor, slot, blank=asked.validated_data["blank"])
        return self.document(content, f"namensschilder-{pk}")


class CertificatesPrint(PdfView):
    @extend_schema(operation_id="print_certificates", responses=PDF)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: a certificate for every named seat that came."""
        slot = queries.slot(self.actor, pk)
        content = documents.slot_certificates(self.actor, slot)
        return self.document(content, f"bescheinigungen-{pk}")


# --- An open day ---------------------------------------------------------------------------------


class StandSignsPrint(PdfView):
    @extend_schema(operation_id="print_stand_signs", responses=PDF)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """An A4 poster for each stand, its code for visitors; public, as the day is."""
        day = open_days.open_day(self.actor, pk)
        content = documents.stand_signs(day, language=get_language() or "de")
        return self.document(content, f"standschilder-{pk}")


class StandCardsPrint(PdfView):
    @extend_schema(operation_id="print_stand_cards", responses=PDF)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: a card for each stand's team, its code opens the counter."""
        day = open_days.open_day(self.actor, pk)
        content = documents.stand_cards(self.actor, day, language=get_language() or "de")
        return self.document(content, f"zaehlkarten-{pk}")


# --- A booking -----------------------------------------------------------------------------------


class BookingPrint(PdfView):
    def booking(self, request: Request, code: str) -> Booking:
        """By the token of the mail's link, or for the town's staff."""
        if token := request.headers.get("X-Manage-Token"):
            return queries.booking_by_manage_token(code, token)
        return queries.booking(staff_of_booking(request, self.actor, code), code)


class TicketsPrint(BookingPrint):
    @extend_schema(operation_id="print_tickets", parameters=[MANAGE_TOKEN], responses=PDF)
    def get(self, request: Request, code: str) -> Response:
        """All valid seats: the booking's own code, then one card a seat."""
        booking = self.booking(request, code)
        return self.document(documents.booking_tickets(booking), f"tickets-{booking.code}")


class BookingSheetPrint(BookingPrint):
    @extend_schema(operation_id="print_booking_sheet", parameters=[MANAGE_TOKEN], responses=PDF)
    def get(self, request: Request, code: str) -> Response:
        """One page in large letters for who has no e-mail."""
        booking = self.booking(request, code)
        return self.document(documents.booking_sheet(booking), f"buchung-{booking.code}")


class BookingCertificatesPrint(BookingPrint):
    @extend_schema(
        operation_id="print_booking_certificates", parameters=[MANAGE_TOKEN], responses=PDF
    )
    def get(self, request: Request, code: str) -> Response:
        """A certificate for each named seat of this booking that came."""
        booking = self.booking(request, code)
        content = documents.booking_certificates(booking)
        return self.document(content, f"bescheinigung-{booking.code}")


class CertificateCheck(ApiView):
    @extend_schema(operation_id="check_certificate", responses=CertificateOut)
    def get(self, request: Request, token: str) -> Response:
        """What a certificate's code proves: who came to what."""
        return Response(CertificateOut(documents.read_certificate(token)).data)


TOWN = "municipalities/<slug:slug>/"
urlpatterns = [
    path(f"{TOWN}programme/print/", ProgrammePrint.as_view(), name="api_print_programme"),
    path(f"{TOWN}slots/<int:pk>/print/door-sign/", DoorSignPrint.as_view(), name="api_print_sign"),
    path(f"{TOWN}slots/<int:pk>/print/badges/", BadgesPrint.as_view(), name="api_print_badges"),
    path(
        f"{TOWN}slots/<int:pk>/print/certificates/",
        CertificatesPrint.as_view(),
        name="api_print_certificates",
    ),
    path(
        f"{TOWN}open-days/<int:pk>/print/signs/",
        StandSignsPrint.as_view(),
        name="api_print_stand_signs",
    ),
    path(
        f"{TOWN}open-days/<int:pk>/print/cards/",
        StandCardsPrint.as_view(),
        name="api_print_stand_cards",
    ),
    path("bookings/<str:code>/print/tickets/", TicketsPrint.as_view(), name="api_print_tickets"),
    path("bookings/<str:code>/print/sheet/", BookingSheetPrint.as_view(), name="api_print_sheet"),
    path(
        "bookings/<str:code>/print/certificates/",
        BookingCertificatesPrint.as_view(),
        name="api_print_booking_certificates",
    ),
    path("certificates/<str:token>/", CertificateCheck.as_view(), name="api_certificate"),
]
