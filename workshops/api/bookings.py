"""Book, confirm, see, cancel; the QR code of a ticket."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from participation.actors import Actor
from participation.api_base import (
    ApiView,
    PageFilter,
    client_address,
    page_of,
    paged,
    resolve_actor,
)
from participation.api_formats import JSONRenderer
from participation.errors import LoginRequired, NotFound
from participation.models.access import Scope
from workshops import queries, tickets
from workshops.api.fields import MANAGE_TOKEN, PartyIn
from workshops.api.shapes import BookingOut, DeskBookingOut, ManagedBookingOut
from workshops.models import Booking
from workshops.services import bookings
from workshops.services.parties import Party


class ConfirmIn(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=200)


class CancelIn(serializers.Serializer[Any]):
    seats = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=100),
        required=False,
        allow_empty=False,
        max_length=100,
        help_text="The numbers of the seats to give back; all unless said.",
    )


# Built once, for every booking: building them anew costs more than using them, and they hold
# nothing of the request they serve.
PARTY_IN, BOOKING_OUT = PartyIn(), BookingOut()


def party_in(data: Any) -> Party:
    given = dict(PARTY_IN.run_validation(data))
    return Party(size=given.pop("party_size"), **given)


class SlotBookings(ApiView):
    @extend_schema(
        operation_id="bookings",
        parameters=[PageFilter],
        responses=page_of("BookingPage", DeskBookingOut),
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: the bookings of a date, by name."""
        found = queries.bookings(self.actor, queries.slot(self.actor, pk).pk)
        return paged(self, found, DeskBookingOut, ("name", "pk"))

    @extend_schema(operation_id="book_slot", request=PartyIn, responses={201: BookingOut})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Hold seats for 30 minutes and mail the confirm link; the desk gets tickets at once."""
        at_desk = self.actor.may(Scope.DESK)
        booking = bookings.book_slot(
            actor=self.actor,
            slot_id=pk,
            party=party_in(request.data),
            now=timezone.now(),
            source=Booking.Source.DESK if at_desk else Booking.Source.WEB,
            network=client_address(request),
        )
        return Response(BOOKING_OUT.to_representation(booking), status=201)


class BookingConfirm(ApiView):
    @extend_schema(operation_id="confirm_booking", request=ConfirmIn, responses=ManagedBookingOut)
    def post(self, request: Request) -> Response:
        """Turn the hold into tickets; again gives the same answer."""
        body = ConfirmIn(data=request.data)
        body.is_valid(raise_exception=True)
        booking, _token = bookings.confirm_booking(
            token=body.validated_data["token"], now=timezone.now()
        )
        return Response(ManagedBookingOut(booking).data)


class BookingDetail(ApiView):
    @extend_schema(operation_id="booking", parameters=[MANAGE_TOKEN], responses=BookingOut)
    def get(self, request: Request, code: str) -> Response:
        """By the token of the mail's link, or for the town's staff."""
        if token := request.headers.get("X-Manage-Token"):
            return Response(BookingOut(queries.booking_by_manage_token(code, token)).data)
        actor = staff_of_booking(request, self.actor, code)
        return Response(BookingOut(queries.booking(actor, code)).data)


class BookingCancel(ApiView):
    @extend_schema(
        operation_id="cancel_booking",
        parameters=[MANAGE_TOKEN],
        request=CancelIn,
        responses=BookingOut,
    )
    def post(self, request: Request, code: str) -> Response:
        """Give back all seats or some: the citizen until the deadline, the desk always."""
        body = CancelIn(data=request.data)
        body.is_valid(raise_exception=True)
        actor = None
        if token := request.headers.get("X-Manage-Token"):
            found = queries.booking_by_manage_token(code, token)
        else:
            actor = staff_of_booking(request, self.actor, code)
            found = queries.booking(actor, code)
        booking = bookings.cancel_booking(
            booking_id=found.pk,
            now=timezone.now(),
            seats=body.validated_data.get("seats"),
            by="desk" if actor else "citizen",
            actor=actor,
        )
        return Response(BookingOut(booking).data)


def staff_of_booking(request: Request, actor: Actor, code: str) -> Actor:
    """Who asks, as staff of the booking's town: the address names no town.

    Raises LoginRequired, and NotFound for everyone from elsewhere.
    """
    if actor.principal == "guest":
        raise LoginRequired
    found = queries.town_of_booking(code)
    if found is None:
        raise NotFound
    there = resolve_actor(request, found.slot.workshop.municipality.slug)
    if not there.is_staff:
        raise NotFound
    return there


class SvgRenderer(BaseRenderer):
    media_type = "image/svg+xml"
    format = "svg"
    charset = "utf-8"

    def render(self, data: Any, media_type: str | None = None, context: Any = None) -> bytes:
        return data.encode() if isinstance(data, str) else JSONRenderer().render(data)


class OneFormat(BaseContentNegotiation):
    """An image is an image, whatever the reader prefers."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> Any:
        return renderers[0], renderers[0].media_type


class TicketQr(ApiView):
    renderer_classes = (SvgRenderer,)
    content_negotiation_class = OneFormat

    @extend_schema(
        operation_id="ticket_qr",
        responses={(200, "image/svg+xml"): OpenApiResponse(OpenApiTypes.STR)},
    )
    def get(self, request: Request, secret: str) -> Response:
        """The QR code of a valid ticket."""
        ticket = queries.ticket_by_secret(secret)
        return Response(tickets.qr_svg(tickets.ticket_url(ticket)))


urlpatterns = [
    path(
        "municipalities/<slug:slug>/slots/<int:pk>/bookings/",
        SlotBookings.as_view(),
        name="api_bookings",
    ),
    path("bookings/confirm/", BookingConfirm.as_view(), name="api_booking_confirm"),
    path("bookings/<str:code>/", BookingDetail.as_view(), name="api_booking"),
    path("bookings/<str:code>/cancel/", BookingCancel.as_view(), name="api_booking_cancel"),
    path("tickets/<str:secret>/qr.svg", TicketQr.as_view(), name="api_ticket_qr"),
]
