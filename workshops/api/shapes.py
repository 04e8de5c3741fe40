"""What the API answers: rows as they are shown outside."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from workshops import tickets
from workshops.models import Booking, Room, Slot, Ticket, Venue, WaitEntry, Workshop


class RoomOut(serializers.ModelSerializer[Room]):
    class Meta:
        model = Room
        fields: tuple[str, ...] = ("id", "name", "seats")


class VenueOut(serializers.ModelSerializer[Venue]):
    rooms = RoomOut(many=True, read_only=True)

    class Meta:
        model = Venue
        fields: tuple[str, ...] = (
            "id",
            "slug",
            "name",
            "address",
            "postal_code",
            "city",
            "lat",
            "lon",
            "access_info",
            "opening_hours",
            "directions",
            "rooms",
        )
        read_only_fields: tuple[str, ...] = fields


class WorkshopBrief(serializers.ModelSerializer[Workshop]):
    theme = serializers.CharField(source="theme.slug", read_only=True)

    class Meta:
        model = Workshop
        fields: tuple[str, ...] = ("id", "title", "theme")
        read_only_fields: tuple[str, ...] = fields


class SlotOut(serializers.ModelSerializer[Slot]):
    """`state` may be `open` where nothing is left; `seats_left` says so."""

    workshop = WorkshopBrief(read_only=True)
    seats_left = serializers.IntegerField(read_only=True)
    place = serializers.SerializerMethodField()
    booking_url = serializers.SerializerMethodField()

    class Meta:
        model = Slot
        fields: tuple[str, ...] = (
            "id",
            "workshop",
            "room",
            "place",
            "starts_at",
            "ends_at",
            "capacity",
            "seats_left",
            "min_seats",
            "booking_opens_at",
            "booking_closes_at",
            "cancel_until_at",
            "state",
            "booking_url",
        )
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(str)
    def get_place(self, slot: Slot) -> str:
        return tickets.place_of(slot)

    @extend_schema_field(str)
    def get_booking_url(self, slot: Slot) -> str:
        town = slot.workshop.municipality.slug
        return f"{settings.SITE_URL}/{town}/termine/{slot.pk}/buchen/"


class WorkshopOut(serializers.ModelSerializer[Workshop]):
    theme = serializers.CharField(source="theme.slug", read_only=True)

    class Meta:
        model = Workshop
        fields: tuple[str, ...] = (
            "id",
            "title",
            "text",
            "theme",
            "venue",
            "audience",
            "age_min",
            "age_max",
            "language",
            "bring",
            "image",
            "image_alt",
            "is_online",
            "asks_organisation",
            "staff_only",
            "max_party",
            "state",
        )
        read_only_fields: tuple[str, ...] = fields


class UpcomingSlotOut(serializers.ModelSerializer[Slot]):
    seats_left = serializers.IntegerField(read_only=True)

    class Meta:
        model = Slot
        fields: tuple[str, ...] = ("id", "starts_at", "ends_at", "capacity", "seats_left", "state")
        read_only_fields: tuple[str, ...] = fields


class WorkshopDetailOut(WorkshopOut):
    slots = UpcomingSlotOut(source="upcoming", many=True, read_only=True)

    class Meta(WorkshopOut.Meta):
        fields: tuple[str, ...] = (*WorkshopOut.Meta.fields, "slots")
        read_only_fields: tuple[str, ...] = fields


class TicketOut(serializers.ModelSerializer[Ticket]):
    """`url` is what the QR code says; `valid` is false for a seat given back."""

    url = serializers.SerializerMethodField()
    qr_svg_url = serializers.SerializerMethodField()
    valid = serializers.SerializerMethodField()

    class Meta:
        model = Ticket
        fields: tuple[str, ...] = ("seq", "name", "secret", "url", "qr_svg_url", "valid")
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(str)
    def get_url(self, ticket: Ticket) -> str:
        return tickets.ticket_url(ticket)

    @extend_schema_field(str)
    def get_qr_svg_url(self, ticket: Ticket) -> str:
        return f"{settings.SITE_URL}/api/v1/tickets/{ticket.secret}/qr.svg"

    @extend_schema_field(bool)
    def get_valid(self, ticket: Ticket) -> bool:
        return ticket.revoked_at is None


class BookingOut(serializers.ModelSerializer[Booking]):
    """`seats` is the number of seats; tickets are there once the booking is confirmed."""

    slot = serializers.IntegerField(source="slot_id", read_only=True)
    seats = serializers.IntegerField(source="party_size", read_only=True)
    expires_at = serializers.DateTimeField(source="hold_expires_at", read_only=True)
    tickets = serializers.SerializerMethodField()

    class Meta:
        model = Booking
        fields: tuple[str, ...] = (
            "code",
            "state",
            "slot",
            "seats",
            "name",
            "expires_at",
            "tickets",
        )
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(TicketOut(many=True))
    def get_tickets(self, booking: Booking) -> Any:
        # A booking that is only held has none, stored or not.
        held = booking.state == Booking.State.HELD
        return [] if held else TicketOut(booking.tickets.all(), many=True).data


class ManagedBookingOut(BookingOut):
    """With the token that shows and cancels this booking (header `X-Manage-Token`)."""

    manage_token = serializers.CharField(read_only=True)

    class Meta(BookingOut.Meta):
        fields: tuple[str, ...] = (*BookingOut.Meta.fields, "manage_token")
        read_only_fields: tuple[str, ...] = fields


class DeskBookingOut(BookingOut):
    """What the desk sees besides."""

    access_needs = serializers.SerializerMethodField()

    class Meta(BookingOut.Meta):
        fields: tuple[str, ...] = (
            *BookingOut.Meta.fields,
            "email",
            "organisation",
            "language",
            "source",
            "answers",
            "access_needs",
            "created_at",
        )
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(str)
    def get_access_needs(self, booking: Booking) -> str:
        return str(getattr(booking, "access_needs", ""))


class WaitEntryOut(serializers.ModelSerializer[WaitEntry]):
    id = serializers.CharField(source="code", read_only=True)
    booking = serializers.SerializerMethodField(help_text="The code of the seats offered.")

    class Meta:
        model = WaitEntry
        fields: tuple[str, ...] = ("id", "state", "party_size", "min_party", "booking")
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_booking(self, entry: WaitEntry) -> str | None:
        return entry.offer.code if entry.offer else None
