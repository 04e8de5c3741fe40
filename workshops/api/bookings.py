"""Book and confirm; the desk's list; the QR code of a ticket."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
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
from participation.api_formats import JSONRenderer, OneFormat
from participation.errors import LoginRequired, NotFound
from participation.models.access import Scope
from workshops import queries, tickets
from workshops.api.fields import BookingIn, PartyIn
from workshops.api.shapes import DeskBookingOut, HeldBookingOut, ManagedBookingOut
from workshops.models import Booking
from workshops.services import bookings
from workshops.services.limits import Caller
from workshops.services.parties import Party


class ConfirmIn(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=200)


# Built once, for every booking: building them anew costs more than using them, and they hold
# nothing of the request they serve.
PARTY_IN, BOOKING_IN, BOOKING_OUT = PartyIn(), BookingIn(), HeldBookingOut()


def party_in(data: Any) -> Party:
    return party_of(dict(PARTY_IN.run_validation(data)))


def party_of(given: dict[str, Any]) -> Party:
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

    @extend_schema(operation_id="book_slot", request=BookingIn, responses={201: HeldBookingOut})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Hold seats for 30 minutes and mail the confirm link; the desk gets tickets at once."""
        at_desk = self.actor.may(Scope.DESK)
        given = dict(BOOKING_IN.run_validation(request.data))
        caller = Caller(client_address(request), given.pop("proof"))
        is_meant = given.pop("email_is_meant")
        booking = bookings.book_slot(
            actor=self.actor,
            slot_id=pk,
            party=party_of(given),
            now=timezone.now(),
            source=Booking.Source.DESK if at_desk else Booking.Source.WEB,
            caller=caller,
        )
        answer = BOOKING_OUT.to_representation(booking)
        return Response({**answer, "hints": [] if is_meant else answer["hints"]}, status=201)


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


class TicketQr(ApiView):
    renderer_classes = (SvgRenderer,)
    content_negotiation_class = OneFormat

    @extend_schema(
        operation_id="ticket_qr",
        responses={(200, "image/svg+xml"): OpenApiResponse(OpenApiTypes.STR)},
    )
    def get(self, request: Request, secret: str) -> Response:
        """The QR code of a valid ticket, or of a whole booking."""
        return Response(tickets.qr_svg(qr_content(secret)))


def qr_content(secret: str) -> str:
    """Raises NotFound."""
    try:
        return tickets.ticket_url(queries.ticket_by_secret(secret))
    except NotFound:
        return tickets.booking_url(queries.booking_by_secret(secret))


urlpatterns = [
    path(
        "municipalities/<slug:slug>/slots/<int:pk>/bookings/",
        SlotBookings.as_view(),
        name="api_bookings",
    ),
    path("bookings/confirm/", BookingConfirm.as_view(), name="api_booking_confirm"),
    path("tickets/<str:secret>/qr.svg", TicketQr.as_view(), name="api_ticket_qr"),
]
