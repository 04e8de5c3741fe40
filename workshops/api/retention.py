"""Retention: what is due to be erased, holds, erasure records; and what a person may ask for."""

from typing import Any

from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api_base import ApiView, PageFilter, page_of, paged
from workshops import privacy, queries
from workshops.api.fields import MANAGE_TOKEN
from workshops.api.prints import PDF, PdfView
from workshops.models import Booking, ErasureRecord, Slot
from workshops.queries import retention

COUNTS = "Rows of each data class: {name: number}."


class DateRetentionOut(serializers.Serializer[Slot]):
    """When the personal data of a date goes, and whether a legal hold stands against it."""

    id = serializers.IntegerField()
    workshop = serializers.IntegerField(source="workshop_id")
    title = serializers.CharField(source="workshop.title")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    purge_at = serializers.DateTimeField()
    legal_hold = serializers.CharField(allow_blank=True)
    legal_hold_at = serializers.DateTimeField(allow_null=True)
    legal_hold_by = serializers.CharField(
        allow_blank=True, help_text="`user-3`, `key-7`: who set it, as the log names them."
    )


class PlannedOut(serializers.Serializer[retention.Planned]):
    slot = serializers.IntegerField(source="slot.pk")
    title = serializers.CharField(source="slot.workshop.title")
    starts_at = serializers.DateTimeField(source="slot.starts_at")
    rule = serializers.CharField(help_text="early, after_<n>_days or on_request")
    counts = serializers.DictField(child=serializers.IntegerField(), help_text=COUNTS)
    held_by = serializers.CharField(allow_blank=True, help_text="Why a run leaves this date out.")


class DryRunOut(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    dates = PlannedOut(many=True)


class DryRunFilter(serializers.Serializer[Any]):
    at = serializers.DateTimeField(required=False, help_text="As if it were this moment; now.")


class HoldIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=privacy.MAX_REASON)


class ErasureOut(serializers.ModelSerializer[ErasureRecord]):
    counts = serializers.DictField(child=serializers.IntegerField(), help_text=COUNTS)

    class Meta:
        model = ErasureRecord
        fields: tuple[str, ...] = (
            "id",
            "slot",
            "workshop_title",
            "slot_starts_at",
            "rule",
            "counts",
            "erased_by",
            "erased_at",
            "held_at",
            "hold_lifted_at",
            "sha256",
        )
        read_only_fields: tuple[str, ...] = fields


class ErasureDetailOut(ErasureOut):
    canonical_json = serializers.SerializerMethodField(help_text="What sha256 is the hash of.")

    class Meta(ErasureOut.Meta):
        fields = (*ErasureOut.Meta.fields, "canonical_json")
        read_only_fields = fields

    def get_canonical_json(self, record: ErasureRecord) -> str:
        return retention.canonical_json(record)


class Coming(ApiView):
    @extend_schema(
        operation_id="retention",
        parameters=[PageFilter],
        responses=page_of("RetentionPage", DateRetentionOut),
    )
    def get(self, request: Request, slug: str) -> Response:
        """Admin: dates whose personal data goes within thirty days."""
        found = retention.coming(self.actor, timezone.now())
        return paged(self, found, DateRetentionOut, ("purge_at", "pk"))


class DryRun(ApiView):
    @extend_schema(operation_id="dry_run", parameters=[DryRunFilter], responses=DryRunOut)
    def get(self, request: Request, slug: str) -> Response:
        """Admin: what the clock would erase, now or at another moment, and what is on hold."""
        asked = DryRunFilter(data=request.query_params)
        asked.is_valid(raise_exception=True)
        at = asked.validated_data.get("at") or timezone.now()
        return Response(DryRunOut({"at": at, "dates": retention.dry_run(self.actor, at)}).data)


class Holds(ApiView):
    @extend_schema(
        operation_id="legal_holds",
        parameters=[PageFilter],
        responses=page_of("LegalHoldPage", DateRetentionOut),
    )
    def get(self, request: Request, slug: str) -> Response:
        """Admin: the dates on legal hold."""
        return paged(self, retention.held_slots(self.actor), DateRetentionOut, ("ends_at", "pk"))


class HoldSet(ApiView):
    @extend_schema(operation_id="set_hold", request=HoldIn, responses=DateRetentionOut)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Admin: erase nothing of this date until the hold is lifted."""
        body = HoldIn(data=request.data)
        body.is_valid(raise_exception=True)
        privacy.set_hold(actor=self.actor, slot_id=pk, now=timezone.now(), **body.validated_data)
        return Response(DateRetentionOut(retention.slot_to_hold(self.actor, pk)).data)


class HoldLift(ApiView):
    @extend_schema(operation_id="lift_hold", request=None, responses=DateRetentionOut)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Admin: let the clock erase again what is due."""
        privacy.lift_hold(actor=self.actor, slot_id=pk, now=timezone.now())
        return Response(DateRetentionOut(retention.slot_to_hold(self.actor, pk)).data)


class Erasures(ApiView):
    @extend_schema(
        operation_id="erasures",
        parameters=[PageFilter],
        responses=page_of("ErasurePage", ErasureOut),
    )
    def get(self, request: Request, slug: str) -> Response:
        """Admin: what was erased, newest first."""
        found = retention.erasure_records(self.actor)
        return paged(self, found, ErasureOut, ("-erased_at", "-pk"))


class Erasure(ApiView):
    @extend_schema(operation_id="erasure", responses=ErasureDetailOut)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Admin: one erasure record, with the text that its hash proves."""
        return Response(ErasureDetailOut(retention.erasure_record(self.actor, pk)).data)


class ErasurePdf(PdfView):
    @extend_schema(operation_id="erasure_pdf", responses=PDF)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Admin: the record as a document for the data protection officer."""
        record = retention.erasure_record(self.actor, pk)
        content = privacy.record_pdf(record, language=get_language() or "de")
        return self.document(content, f"loeschprotokoll-{record.pk}")


class OwnData(ApiView):
    @extend_schema(
        operation_id="own_data",
        parameters=[MANAGE_TOKEN],
        responses=OpenApiResponse(OpenApiTypes.OBJECT),
    )
    def get(self, request: Request, code: str) -> Response:
        """All that is stored about a booking, by the token of its mail's link."""
        return Response(privacy.data_of(_own(request, code)))


class OwnErasure(ApiView):
    @extend_schema(
        operation_id="erase_booking",
        parameters=[MANAGE_TOKEN],
        request=None,
        responses=ErasureOut,
    )
    def post(self, request: Request, code: str) -> Response:
        """Erase at once what says who booked; seats of a date to come are given back."""
        booking = _own(request, code)
        record = privacy.erase_booking(booking_id=booking.pk, now=timezone.now())
        return Response(ErasureOut(record).data)


def _own(request: Request, code: str) -> Booking:
    """By the header's token. Raises NotFound, Purged."""
    return queries.booking_by_manage_token(code, request.headers.get("X-Manage-Token", ""))


TOWN = "municipalities/<slug:slug>"

urlpatterns = [
    path(f"{TOWN}/retention/", Coming.as_view(), name="api_retention"),
    path(f"{TOWN}/retention/dry-run/", DryRun.as_view(), name="api_dry_run"),
    path(f"{TOWN}/retention/holds/", Holds.as_view(), name="api_holds"),
    path(f"{TOWN}/slots/<int:pk>/hold/", HoldSet.as_view(), name="api_hold_set"),
    path(f"{TOWN}/slots/<int:pk>/hold/lift/", HoldLift.as_view(), name="api_hold_lift"),
    path(f"{TOWN}/erasures/", Erasures.as_view(), name="api_erasures"),
    path(f"{TOWN}/erasures/<int:pk>/", Erasure.as_view(), name="api_erasure"),
    path(f"{TOWN}/erasures/<int:pk>/record.pdf", ErasurePdf.as_view(), name="api_erasure_pdf"),
    path("bookings/<str:code>/data/", OwnData.as_view(), name="api_own_data"),
    path("bookings/<str:code>/erase/", OwnErasure.as_view(), name="api_own_erasure"),
]
