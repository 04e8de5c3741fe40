"""One booking: see and change it, move it, give seats back, have its link mailed again."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from participation.actors import Actor
from participation.api_base import ApiView, client_address
from participation.models.access import Scope
from workshops import queries
from workshops.api.bookings import staff_of_booking
from workshops.api.fields import MANAGE_TOKEN, AnswerField, line
from workshops.api.shapes import BookingOut, HeldBookingOut, OwnBookingOut
from workshops.errors import UnknownToken
from workshops.models import Booking
from workshops.services import bookings, changes, holds, moves
from workshops.services.parties import MAX_ACCESS_NEEDS, MAX_NAME, MAX_PARTY


class ChangeIn(serializers.Serializer[Any]):
    """Only what is named changes."""

    name = line(MAX_NAME)
    names = serializers.ListField(
        child=serializers.CharField(allow_blank=True, max_length=MAX_NAME),
        required=False,
        max_length=MAX_PARTY,
        help_text="For the seats still valid, in order.",
    )
    language = serializers.ChoiceField(choices=("de", "en"), required=False)
    organisation = line(MAX_NAME)
    phone = line(40)
    guardian_name = line(MAX_NAME)
    guardian_phone = line(40)
    access_needs = line(MAX_ACCESS_NEEDS)
    answers = serializers.DictField(
        child=AnswerField(allow_null=True),
        required=False,
        help_text="Question id → answer; null takes one back. Those not named stay.",
    )


class MoveIn(serializers.Serializer[Any]):
    slot = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, help_text="Another date of the same workshop."
    )


class EmailIn(serializers.Serializer[Any]):
    hold_token = serializers.CharField(max_length=200, help_text="Of the answer to the booking.")
    email = serializers.CharField(max_length=254)


class CancelIn(serializers.Serializer[Any]):
    seats = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=100),
        required=False,
        allow_empty=False,
        max_length=100,
        help_text="The numbers of the seats to give back; all unless said.",
    )


class BookingView(ApiView):
    """Of one booking: for who has its token, or for the town's staff."""

    def found(self, code: str) -> tuple[Booking, Actor | None]:
        """The booking, and as which of the staff; None for who has its token. Raises LoginRequired,
        and NotFound for everyone from elsewhere."""
        if token := self.request.headers.get("X-Manage-Token"):
            return queries.booking_by_manage_token(code, token), None
        actor = staff_of_booking(self.request, self.actor, code)
        return queries.booking(actor, code), actor


# The door's staff see the seats and the name alone.
BOOKING_VIEW = PolymorphicProxySerializer(
    component_name="BookingView",
    serializers=[OwnBookingOut, BookingOut],
    resource_type_field_name=None,
)


class BookingDetail(BookingView):
    @extend_schema(operation_id="booking", parameters=[MANAGE_TOKEN], responses=BOOKING_VIEW)
    def get(self, request: Request, code: str) -> Response:
        """By the token of the mail's link, or for the town's staff."""
        found, actor = self.found(code)
        shape = BookingOut if actor and not actor.may(Scope.DESK) else OwnBookingOut
        return Response(shape(found).data)

    @extend_schema(
        operation_id="change_booking",
        parameters=[MANAGE_TOKEN],
        request=ChangeIn,
        responses=OwnBookingOut,
    )
    def patch(self, request: Request, code: str) -> Response:
        """Names, answers and the like: the citizen until the deadline, the desk always."""
        found, actor = self.found(code)
        body = ChangeIn(data=request.data)
        body.is_valid(raise_exception=True)
        booking = changes.change_booking(
            booking_id=found.pk, changes=body.validated_data, now=timezone.now(), actor=actor
        )
        return Response(OwnBookingOut(booking).data)


class BookingCancel(BookingView):
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
        found, actor = self.found(code)
        booking = bookings.cancel_booking(
            booking_id=found.pk,
            now=timezone.now(),
            seats=body.validated_data.get("seats"),
            by="desk" if actor else "citizen",
            actor=actor,
        )
        return Response(BookingOut(booking).data)


class BookingMove(BookingView):
    @extend_schema(
        operation_id="move_booking",
        parameters=[MANAGE_TOKEN],
        request=MoveIn,
        responses=OwnBookingOut,
    )
    def post(self, request: Request, code: str) -> Response:
        """To another date of the workshop, in one step: all seats, or none where it is full."""
        found, actor = self.found(code)
        body = MoveIn(data=request.data)
        body.is_valid(raise_exception=True)
        booking = moves.move_booking(
            booking_id=found.pk,
            to_slot_id=body.validated_data["slot"],
            now=timezone.now(),
            actor=actor,
        )
        return Response(OwnBookingOut(booking).data)


class BookingResend(ApiView):
    @extend_schema(operation_id="resend_link", request=None, responses={202: None})
    def post(self, request: Request, code: str) -> Response:
        """Mail the link again to the booking's own address; the same answer whatever the code."""
        holds.resend_link(code=code, now=timezone.now(), network=client_address(request))
        return Response(status=202)


class BookingEmail(ApiView):
    @extend_schema(operation_id="correct_email", request=EmailIn, responses=HeldBookingOut)
    def post(self, request: Request, code: str) -> Response:
        """Send the confirm link to another address; the one mailed before leads nowhere."""
        body = EmailIn(data=request.data)
        body.is_valid(raise_exception=True)
        token = body.validated_data["hold_token"]
        if token.partition("-")[0] != code:
            raise UnknownToken
        booking = holds.correct_email(
            token=token,
            email=body.validated_data["email"],
            now=timezone.now(),
            network=client_address(request),
        )
        return Response(HeldBookingOut(booking).data)


urlpatterns = [
    path("bookings/<str:code>/", BookingDetail.as_view(), name="api_booking"),
    path("bookings/<str:code>/cancel/", BookingCancel.as_view(), name="api_booking_cancel"),
    path("bookings/<str:code>/move/", BookingMove.as_view(), name="api_booking_move"),
    path("bookings/<str:code>/resend/", BookingResend.as_view(), name="api_booking_resend"),
    path("bookings/<str:code>/email/", BookingEmail.as_view(), name="api_booking_email"),
]
