"""The programme of all towns, public to read."""

from typing import Any

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api_base import ApiView, PageFilter, page_of, paged
from participation.guest_pages import same_for_guests
from workshops import queries
from workshops.api.fields import DayOrTimeField
from workshops.api.programme import WorkshopFilter
from workshops.api.shapes import SlotOut
from workshops.models import Slot


class NetworkSlotFilter(WorkshopFilter):
    municipality = serializers.CharField(
        required=False, allow_blank=True, max_length=60, help_text="The slug of a town."
    )
    near = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=60,
        help_text="A postal code, the name of a town, or `51.44,7.79`: nearest first, not online.",
    )
    free = serializers.BooleanField(required=False, default=False)

    def get_fields(self) -> dict[str, Any]:
        day = DayOrTimeField(required=False, help_text="A day or a time; today unless said.")
        last = DayOrTimeField(required=False, help_text="A day (included), or a time with offset.")
        return {"from": day, "to": last, **super().get_fields()}

    def validate_near(self, value: str) -> queries.Point | None:
        if not value:
            return None
        point = queries.point_of(value)
        if point is None:
            raise serializers.ValidationError(
                _("Diesen Ort finden wir in Südwestfalen nicht."), code="unknown_place"
            )
        return point


class NetworkSlotOut(SlotOut):
    """`municipality` is a slug; `distance_km` is there with `near`."""

    municipality = serializers.CharField(source="workshop.municipality.slug", read_only=True)
    distance_km = serializers.SerializerMethodField()

    class Meta(SlotOut.Meta):
        fields: tuple[str, ...] = (*SlotOut.Meta.fields, "municipality", "distance_km")
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(serializers.FloatField(allow_null=True))
    def get_distance_km(self, slot: Slot) -> float | None:
        distance = getattr(slot, "distance_km", None)
        return None if distance is None else round(distance, 1)


class NetworkSlots(ApiView):
    @extend_schema(
        operation_id="network_slots",
        parameters=[NetworkSlotFilter, PageFilter],
        responses=page_of("NetworkSlotPage", NetworkSlotOut),
    )
    def get(self, request: Request) -> Response:
        """The dates of all towns, soonest first, or nearest first with `near`."""
        asked = NetworkSlotFilter(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        near = given.get("near")
        found = queries.network_programme(
            self.actor,
            town=given.get("municipality", ""),
            near=near,
            text=given.get("q", ""),
            theme=given.get("theme", ""),
            free=given["free"],
            from_date=given.get("from") or timezone.localdate(),
            to_date=given.get("to"),
        )
        order = ("distance_km", "starts_at", "pk") if near else ("starts_at", "pk")
        return paged(self, found, NetworkSlotOut, order)


urlpatterns = [
    path("slots/", same_for_guests(NetworkSlots.as_view()), name="api_network_slots"),
]
