"""Series of dates by a recurrence rule: made and called off by the desk."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api_base import ApiView
from workshops import queries
from workshops.api.fields import AwareTimeField
from workshops.api.programme import ReachIn, SlotIn
from workshops.models import Series
from workshops.services import series
from workshops.services.scheduling import SlotDetails

RULE = "RFC 5545: FREQ (DAILY, WEEKLY, MONTHLY) with COUNT or UNTIL, e. g. FREQ=WEEKLY;COUNT=10."


def rule_field() -> serializers.CharField:
    return serializers.CharField(max_length=200, help_text=RULE)


class SeriesIn(SlotIn):
    """The first date, and the rule by which the others follow in local wall time."""

    rrule = rule_field()


class PreviewIn(serializers.Serializer[Any]):
    rrule = rule_field()
    starts_at = AwareTimeField()
    ends_at = AwareTimeField()


class PlannedDateOut(serializers.Serializer[Any]):
    day = serializers.DateField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    is_shifted = serializers.BooleanField(
        help_text="The clock jumps over the time on this day: it begins an hour later."
    )


class SeriesOut(serializers.ModelSerializer[Series]):
    slots = serializers.SerializerMethodField(help_text="The ids of its dates, soonest first.")

    class Meta:
        model = Series
        fields: tuple[str, ...] = (
            "id",
            "workshop",
            "rrule",
            "first_date",
            "starts_at_time",
            "minutes",
            "slots",
        )
        read_only_fields: tuple[str, ...] = fields

    def get_slots(self, row: Series) -> list[int]:
        return [slot.pk for slot in row.slots.all()]


class ReachedOut(serializers.Serializer[Any]):
    dates = serializers.IntegerField(help_text="How many were called off.")


class WorkshopSeries(ApiView):
    @extend_schema(operation_id="create_series", request=SeriesIn, responses={201: SeriesOut})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: the dates of a rule, drafts unless said, at most 500."""
        body = SeriesIn(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        rule, state = given.pop("rrule"), given.pop("state")
        made = series.create_series(
            actor=self.actor, workshop_id=pk, rule=rule, first=SlotDetails(**given), state=state
        )
        return Response(SeriesOut(queries.series(self.actor, made.pk)).data, status=201)


class SeriesPreview(ApiView):
    @extend_schema(
        operation_id="preview_series", request=PreviewIn, responses=PlannedDateOut(many=True)
    )
    def post(self, request: Request, slug: str) -> Response:
        """Desk: the dates that a rule would give; writes nothing."""
        body = PreviewIn(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        planned = series.preview(actor=self.actor, rule=given.pop("rrule"), **given)
        return Response(PlannedDateOut(planned, many=True).data)


class SeriesDetail(ApiView):
    @extend_schema(operation_id="series", responses=SeriesOut)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: one series and its dates."""
        return Response(SeriesOut(queries.series(self.actor, pk)).data)


class SlotCancelDates(ApiView):
    @extend_schema(operation_id="cancel_dates", request=ReachIn, responses=ReachedOut)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: call off several dates of a series; who has tickets is told by mail."""
        body = ReachIn(data=request.data)
        body.is_valid(raise_exception=True)
        dates = series.cancel_dates(
            actor=self.actor,
            slot_id=pk,
            reach=body.validated_data["applies_to"],
            now=timezone.now(),
        )
        return Response(ReachedOut({"dates": dates}).data)


class SlotOpenDates(ApiView):
    @extend_schema(operation_id="open_dates", request=None, responses=ReachedOut)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: open all drafts of the date's series for booking."""
        dates = series.open_dates(actor=self.actor, slot_id=pk, now=timezone.now())
        return Response(ReachedOut({"dates": dates}).data)


TOWN = "municipalities/<slug:slug>"
urlpatterns = [
    path(f"{TOWN}/workshops/<int:pk>/series/", WorkshopSeries.as_view(), name="api_series_new"),
    path(f"{TOWN}/series/preview/", SeriesPreview.as_view(), name="api_series_preview"),
    path(f"{TOWN}/series/<int:pk>/", SeriesDetail.as_view(), name="api_series"),
    path(f"{TOWN}/slots/<int:pk>/cancel-dates/", SlotCancelDates.as_view(), name="api_slots_off"),
    path(f"{TOWN}/slots/<int:pk>/open-dates/", SlotOpenDates.as_view(), name="api_slots_open"),
]
