"""What the API answers: rows as they are shown outside."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from workshops import tickets
from workshops.api.fields import ANSWER
from workshops.models import Booking, Room, Slot, Ticket, Venue, WaitEntry, Workshop
from workshops.services.parties import suggest_email


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
            "check_in_opens_at",
            "check_in_closes_at",
            "decides_at",
            "confirm_by_at",
            "series",
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
    image = serializers.SerializerMethodField()

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
            "parent",
            "asks_guardian",
            "asks_reconfirmation",
            "remind_hours_before",
            "remind_on_day_at",
            "feedback_question",
            "gives_certificate",
            "keep_days",
            "state",
        )
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_image(self, workshop: Workshop) -> str | None:
        return f"{settings.SITE_URL}{workshop.image.url}" if workshop.image else None


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
    """`seats` is the number of seats. Once the booking is confirmed it has tickets, and a QR code
    of its own for all of them (`url` is what it says)."""

    slot = serializers.IntegerField(source="slot_id", read_only=True)
    seats = serializers.IntegerField(source="party_size", read_only=True)
    expires_at = serializers.DateTimeField(source="hold_expires_at", read_only=True)
    url = serializers.SerializerMethodField()
    qr_svg_url = serializers.SerializerMethodField()
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
            "url",
            "qr_svg_url",
            "tickets",
        )
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_url(self, booking: Booking) -> str | None:
        return None if booking.state == Booking.State.HELD else tickets.booking_url(booking)

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_qr_svg_url(self, booking: Booking) -> str | None:
        held = booking.state == Booking.State.HELD
        return None if held else f"{settings.SITE_URL}/api/v1/tickets/{booking.secret}/qr.svg"

    @extend_schema_field(TicketOut(many=True))
    def get_tickets(self, booking: Booking) -> Any:
        # A booking that is only held has none, stored or not.
        held = booking.state == Booking.State.HELD
        return [] if held else TicketOut(booking.issued or booking.tickets.all(), many=True).data


class ConfirmedBookingOut(BookingOut):
    """`online_url` is the link of an online date: null before the booking is confirmed."""

    online_url = serializers.SerializerMethodField()

    class Meta(BookingOut.Meta):
        fields: tuple[str, ...] = (*BookingOut.Meta.fields, "online_url")
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_online_url(self, booking: Booking) -> str | None:
        return tickets.online_url_for(booking) or None


class ManagedBookingOut(ConfirmedBookingOut):
    """With the token that shows and cancels this booking (header `X-Manage-Token`)."""

    manage_token = serializers.CharField(read_only=True)

    class Meta(ConfirmedBookingOut.Meta):
        fields: tuple[str, ...] = (*ConfirmedBookingOut.Meta.fields, "manage_token")
        read_only_fields: tuple[str, ...] = fields


class HintOut(serializers.Serializer[Any]):
    """`suggestion` is what was perhaps meant; nothing waits for it."""

    attr = serializers.CharField()
    code = serializers.CharField(help_text="`mistyped_domain`")
    detail = serializers.CharField()
    suggestion = serializers.CharField()


class HeldBookingOut(BookingOut):
    """`hold_token` corrects the address until that is confirmed; null for a confirmed booking."""

    hold_token = serializers.SerializerMethodField()
    hints = serializers.SerializerMethodField()

    class Meta(BookingOut.Meta):
        fields: tuple[str, ...] = (*BookingOut.Meta.fields, "hold_token", "hints")
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(HintOut(many=True))
    def get_hints(self, booking: Booking) -> list[dict[str, str]]:
        meant = suggest_email(booking.email)
        if not meant:
            return []
        detail = gettext("Meinten Sie %(address)s?") % {"address": meant}
        return [{"attr": "email", "code": "mistyped_domain", "detail": detail, "suggestion": meant}]

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_hold_token(self, booking: Booking) -> str | None:
        return booking.hold_token if booking.state == Booking.State.HELD else None


class OwnBookingOut(ConfirmedBookingOut):
    """All that the party has said about itself, and until when it may change that, move to another
    date or give seats back: for the party and for the desk."""

    access_needs = serializers.SerializerMethodField()
    answers = serializers.SerializerMethodField(help_text="Question id → answer.")
    changeable_until = serializers.DateTimeField(source="slot.cancellable_until", read_only=True)

    class Meta(ConfirmedBookingOut.Meta):
        fields: tuple[str, ...] = (
            *ConfirmedBookingOut.Meta.fields,
            "email",
            "phone",
            "organisation",
            "guardian_name",
            "guardian_phone",
            "language",
            "access_needs",
            "answers",
            "changeable_until",
        )
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(str)
    def get_access_needs(self, booking: Booking) -> str:
        return str(getattr(booking, "access_needs", ""))

    @extend_schema_field({"type": "object", "additionalProperties": ANSWER})
    def get_answers(self, booking: Booking) -> dict[str, Any]:
        return {str(one.question_id): one.value for one in booking.given_answers.all()}


class DeskBookingOut(OwnBookingOut):
    """What the desk sees besides."""

    class Meta(OwnBookingOut.Meta):
        fields: tuple[str, ...] = (*OwnBookingOut.Meta.fields, "source", "created_at")
        read_only_fields: tuple[str, ...] = fields


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
