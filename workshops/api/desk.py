"""The desk: how a date stands, its guests, messages to them, decisions, and who comes."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from participation import sheets
from participation.api_base import ApiView, PageFilter, page_of, paged
from participation.api_formats import CsvRenderer, OneFormat, XlsxRenderer
from workshops import queries
from workshops.api.bookings import party_in, staff_of_booking
from workshops.api.fields import MANAGE_TOKEN, PartyIn
from workshops.api.shapes import BookingOut, HeldBookingOut, SlotOut
from workshops.models import Booking, GuestMessage, Slot
from workshops.services import bookings, decisions, messages, reconfirmations

# --- The date ------------------------------------------------------------------------------------


class MinimumOut(serializers.Serializer[Any]):
    """`light` is red below half of what is needed, yellow below it, else green."""

    light = serializers.ChoiceField(choices=("red", "yellow", "green"))
    needed = serializers.IntegerField()
    taken = serializers.IntegerField()
    missing = serializers.IntegerField()
    is_decided = serializers.BooleanField(help_text="The date takes place, however many come.")


class GuestCountsOut(serializers.Serializer[Any]):
    """Bookings by what `shown` of the guest list shows, and seats."""

    coming = serializers.IntegerField()
    held = serializers.IntegerField()
    answered = serializers.IntegerField()
    silent = serializers.IntegerField()
    no_email = serializers.IntegerField()
    no_show = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    seats_confirmed = serializers.IntegerField()
    seats_held = serializers.IntegerField()


class SlotDeskOut(SlotOut):
    minimum = serializers.SerializerMethodField()
    guests = serializers.SerializerMethodField()
    waiting = serializers.SerializerMethodField(help_text="Entries waiting or offered.")

    class Meta(SlotOut.Meta):
        fields: tuple[str, ...] = (
            *SlotOut.Meta.fields,
            "decided_at",
            "cancel_reason",
            "reconfirm_asked_at",
            "answers_due_at",
            "minimum",
            "guests",
            "waiting",
        )
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(MinimumOut(allow_null=True))
    def get_minimum(self, slot: Slot) -> Any:
        found = queries.minimum(slot)
        return MinimumOut(found).data if found else None

    @extend_schema_field(GuestCountsOut())
    def get_guests(self, slot: Slot) -> Any:
        return queries.guest_counts(self.context["actor"], slot.pk)

    @extend_schema_field(int)
    def get_waiting(self, slot: Slot) -> int:
        return queries.waiting(self.context["actor"], slot.pk).count()


class SlotDesk(ApiView):
    @extend_schema(operation_id="slot_desk", responses=SlotDeskOut)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: how the date stands with seats, its minimum, answers and the waiting list."""
        return Response(_standing(self, pk))


class SlotGo(ApiView):
    @extend_schema(operation_id="decide_slot", request=None, responses=SlotDeskOut)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: the date takes place, however many come. To call it off: `cancel`."""
        decisions.decide_go(actor=self.actor, slot_id=pk, now=timezone.now())
        return Response(_standing(self, pk))


def _standing(view: ApiView, pk: int) -> Any:
    found = queries.slot(view.actor, pk)
    return SlotDeskOut(found, context={"actor": view.actor}).data


# --- Guests --------------------------------------------------------------------------------------


class GuestOut(serializers.ModelSerializer[Booking]):
    """One booking; `seats_present` of its `seats` are inside this moment."""

    seats = serializers.IntegerField(source="party_size", read_only=True)
    seats_present = serializers.IntegerField(read_only=True)
    access_needs = serializers.SerializerMethodField()

    class Meta:
        model = Booking
        fields: tuple[str, ...] = (
            "code",
            "state",
            "name",
            "organisation",
            "seats",
            "seats_present",
            "email",
            "phone",
            "source",
            "access_needs",
            "reconfirm_asked_at",
            "reconfirmed_at",
            "cancelled_by",
            "created_at",
        )
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(str)
    def get_access_needs(self, booking: Booking) -> str:
        return queries.needs_of(booking)


class GuestSearch(serializers.Serializer[Any]):
    q = serializers.CharField(
        required=False, default="", help_text="Part of a name, organisation or address; a code."
    )
    shown = serializers.ChoiceField(
        choices=tuple(queries.SHOWN), required=False, default=queries.DEFAULT_SHOWN
    )


class GuestFilter(GuestSearch, PageFilter):
    pass


class SheetFilter(GuestSearch):
    needs = serializers.BooleanField(
        required=False, default=False, help_text="With what the parties need to take part."
    )


def _asked(shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    asked = shape(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


class Guests(ApiView):
    @extend_schema(
        operation_id="guests", parameters=[GuestFilter], responses=page_of("GuestPage", GuestOut)
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: the guest list, by name; searched by `q`, narrowed by `shown`."""
        slot, asked = queries.slot(self.actor, pk), _asked(GuestFilter, request)
        found = queries.guests(self.actor, slot.pk, text=asked["q"], shown=asked["shown"])
        return paged(self, found, GuestOut, ("name", "pk"))


class GuestSheet(ApiView):
    content_negotiation_class = OneFormat

    def table(self, request: Request, pk: int) -> queries.Table:
        slot, asked = queries.slot(self.actor, pk), _asked(SheetFilter, request)
        return queries.guest_table(
            self.actor, slot, text=asked["q"], shown=asked["shown"], needs=asked["needs"]
        )


class GuestsXlsx(GuestSheet):
    renderer_classes = (XlsxRenderer,)

    @extend_schema(
        operation_id="guests_xlsx",
        parameters=[SheetFilter],
        responses={(200, XlsxRenderer.media_type): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: the guest list as XLSX; no cell is a formula."""
        table = self.table(request, pk)
        return Response(sheets.xlsx(table.title, table.columns, table.rows))


class GuestsCsv(GuestSheet):
    renderer_classes = (CsvRenderer,)

    @extend_schema(
        operation_id="guests_csv",
        parameters=[SheetFilter],
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR)},
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: the guest list as CSV (UTF-8 with a byte order mark, `;`); no cell is a formula."""
        table = self.table(request, pk)
        return Response(sheets.csv(table.columns, table.rows))


class SlotGroups(ApiView):
    @extend_schema(operation_id="book_group", request=PartyIn, responses={201: HeldBookingOut})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: a class or a club as one booking, up to 100 seats, names optional, one QR code."""
        booking = bookings.book_slot(
            actor=self.actor,
            slot_id=pk,
            party=party_in(request.data),
            now=timezone.now(),
            source=Booking.Source.GROUP,
        )
        return Response(HeldBookingOut(booking).data, status=201)


# --- Messages ------------------------------------------------------------------------------------


class MessageIn(serializers.Serializer[Any]):
    subject = serializers.CharField(max_length=messages.MAX_SUBJECT)
    text = serializers.CharField(max_length=messages.MAX_TEXT)


class MessageOut(serializers.ModelSerializer[GuestMessage]):
    class Meta:
        model = GuestMessage
        fields: tuple[str, ...] = ("id", "subject", "text", "sent_at")
        read_only_fields: tuple[str, ...] = fields


class SlotMessages(ApiView):
    @extend_schema(
        operation_id="guest_messages",
        parameters=[PageFilter],
        responses=page_of("MessagePage", MessageOut),
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: what was written to the guests, the newest first."""
        found = queries.messages(self.actor, queries.slot(self.actor, pk).pk)
        return paged(self, found, MessageOut, ("-sent_at", "-pk"))

    @extend_schema(operation_id="write_to_guests", request=MessageIn, responses={201: MessageOut})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: one mail to each confirmed guest who left an address."""
        body = MessageIn(data=request.data)
        body.is_valid(raise_exception=True)
        message = messages.write_to_guests(
            actor=self.actor, slot_id=pk, now=timezone.now(), **body.validated_data
        )
        return Response(MessageOut(message).data, status=201)


# --- Who comes -----------------------------------------------------------------------------------


class ReconfirmIn(serializers.Serializer[Any]):
    seats = serializers.IntegerField(
        min_value=0, max_value=100, help_text="How many of the party come; 0 cancels."
    )


class BookingReconfirm(ApiView):
    @extend_schema(
        operation_id="reconfirm_booking",
        parameters=[MANAGE_TOKEN],
        request=ReconfirmIn,
        responses=BookingOut,
    )
    def post(self, request: Request, code: str) -> Response:
        """Answer the question before the date: so many of us come."""
        body = ReconfirmIn(data=request.data)
        body.is_valid(raise_exception=True)
        actor = None
        if token := request.headers.get("X-Manage-Token"):
            found = queries.booking_by_manage_token(code, token)
        else:
            actor = staff_of_booking(request, self.actor, code)
            found = queries.booking(actor, code)
        booking = reconfirmations.answer(
            booking_id=found.pk, now=timezone.now(), actor=actor, **body.validated_data
        )
        return Response(BookingOut(booking).data)


SLOT = "municipalities/<slug:slug>/slots/<int:pk>"
urlpatterns = [
    path(f"{SLOT}/desk/", SlotDesk.as_view(), name="api_slot_desk"),
    path(f"{SLOT}/go/", SlotGo.as_view(), name="api_slot_go"),
    path(f"{SLOT}/guests/", Guests.as_view(), name="api_guests"),
    path(f"{SLOT}/guests.xlsx", GuestsXlsx.as_view(), name="api_guests_xlsx"),
    path(f"{SLOT}/guests.csv", GuestsCsv.as_view(), name="api_guests_csv"),
    path(f"{SLOT}/groups/", SlotGroups.as_view(), name="api_groups"),
    path(f"{SLOT}/messages/", SlotMessages.as_view(), name="api_messages"),
    path(
        "bookings/<str:code>/reconfirm/",
        BookingReconfirm.as_view(),
        name="api_booking_reconfirm",
    ),
]
