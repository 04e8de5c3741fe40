"""The technical view of workshops; towns work on their own pages."""

from django.contrib import admin
from django.http import HttpRequest

from workshops.models import (
    Booking,
    OpenDay,
    Room,
    Scan,
    Slot,
    Stand,
    Ticket,
    Venue,
    WaitEntry,
    Workshop,
)


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that only services may write: their rules would be passed by here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Venue)
class VenueAdmin(admin.ModelAdmin[Venue]):
    list_display = ("name", "municipality", "city")
    list_select_related = ("municipality",)
    search_fields = ("name",)


@admin.register(Room)
class RoomAdmin(admin.ModelAdmin[Room]):
    list_display = ("name", "venue", "seats")
    list_select_related = ("venue",)


@admin.register(Workshop)
class WorkshopAdmin(admin.ModelAdmin[Workshop]):
    list_display = ("title", "municipality", "theme", "state")
    list_select_related = ("municipality", "theme")
    list_filter = ("state",)
    search_fields = ("title",)


@admin.register(Slot)
class SlotAdmin(ReadOnly):
    list_display = ("workshop", "starts_at", "capacity", "seats_taken", "state")
    list_select_related = ("workshop",)
    list_filter = ("state",)


@admin.register(Booking)
class BookingAdmin(ReadOnly):
    list_display = ("code", "slot", "party_size", "state", "source", "created_at")
    list_select_related = ("slot",)
    list_filter = ("state", "source")
    search_fields = ("code",)
    exclude = ("seed", "confirm_token_hash", "manage_token_hash")


@admin.register(Ticket)
class TicketAdmin(ReadOnly):
    list_display = ("booking", "seq", "revoked_at", "entered_at")
    list_select_related = ("booking",)
    exclude = ("secret",)


@admin.register(WaitEntry)
class WaitEntryAdmin(ReadOnly):
    list_display = ("slot", "party_size", "min_party", "priority", "state", "created_at")
    list_select_related = ("slot",)
    exclude = ("seed", "token_hash")


@admin.register(Scan)
class ScanAdmin(ReadOnly):
    list_display = ("slot", "kind", "outcome", "reason", "gate", "received_at")
    list_select_related = ("slot",)
    list_filter = ("outcome", "reason")


@admin.register(OpenDay)
class OpenDayAdmin(ReadOnly):
    list_display = ("title", "municipality", "venue", "starts_at", "state")
    list_select_related = ("municipality", "venue")
    list_filter = ("state",)


@admin.register(Stand)
class StandAdmin(ReadOnly):
    list_display = ("name", "open_day", "number")
    list_select_related = ("open_day",)
    exclude = ("seed", "token_hash")
