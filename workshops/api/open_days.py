"""Open days: public to read, run by the desk."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api_base import ApiView, PageFilter, page_of, paged
from participation.guest_pages import same_for_guests
from workshops import tickets
from workshops.api.fields import AwareTimeField, line
from workshops.models import OpenDay, Stand
from workshops.queries import open_days as days
from workshops.services import open_days


class StandOut(serializers.ModelSerializer[Stand]):
    class Meta:
        model = Stand
        fields: tuple[str, ...] = ("id", "number", "name", "text")
        read_only_fields: tuple[str, ...] = fields


class OpenDayOut(serializers.ModelSerializer[OpenDay]):
    url = serializers.SerializerMethodField()

    class Meta:
        model = OpenDay
        fields: tuple[str, ...] = (
            "id",
            "title",
            "text",
            "venue",
            "starts_at",
            "ends_at",
            "state",
            "url",
        )
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(str)
    def get_url(self, open_day: OpenDay) -> str:
        return tickets.open_day_url(open_day)


class OpenDayDetailOut(OpenDayOut):
    stands = StandOut(many=True, read_only=True)

    class Meta(OpenDayOut.Meta):
        fields: tuple[str, ...] = (*OpenDayOut.Meta.fields, "stands")
        read_only_fields: tuple[str, ...] = fields


class OpenDayChanges(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=open_days.MAX_TITLE)
    text = line(open_days.MAX_TEXT)
    venue = serializers.IntegerField(min_value=1, max_value=2**63 - 1, source="venue_id")
    starts_at = AwareTimeField()
    ends_at = AwareTimeField()


class OpenDayIn(OpenDayChanges):
    state = serializers.ChoiceField(choices=("draft", "published"), required=False, default="draft")


class StandHoursOut(serializers.Serializer[days.StandRow]):
    stand = StandOut()
    counts = serializers.SerializerMethodField(help_text="One for each of `hours`.")
    total = serializers.IntegerField()

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_counts(self, row: days.StandRow) -> list[int]:
        return [cell.count for cell in row.cells]


class PictureOut(serializers.Serializer[days.Picture]):
    """`hours` are the starts of whole hours; `peak` is the one with most visitors."""

    hours = serializers.ListField(child=serializers.DateTimeField())
    stands = StandHoursOut(source="rows", many=True)
    hour_totals = serializers.ListField(child=serializers.IntegerField())
    total = serializers.IntegerField()
    peak = serializers.DateTimeField(allow_null=True)


class OpenDayList(ApiView):
    @extend_schema(
        operation_id="open_days",
        parameters=[PageFilter],
        responses=page_of("OpenDayPage", OpenDayOut),
    )
    def get(self, request: Request, slug: str) -> Response:
        """The town's open days, the latest first."""
        return paged(self, days.open_days(self.actor), OpenDayOut, ("-starts_at", "-pk"))

    @extend_schema(
        operation_id="create_open_day", request=OpenDayIn, responses={201: OpenDayDetailOut}
    )
    def post(self, request: Request, slug: str) -> Response:
        """Desk: a new open day, without stands yet."""
        body = OpenDayIn(data=request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        state = values.pop("state")
        details = open_days.OpenDayDetails(**values)
        made = open_days.create_open_day(actor=self.actor, details=details, state=state)
        return Response(OpenDayDetailOut(made).data, status=201)


class OpenDayDetail(ApiView):
    @extend_schema(operation_id="open_day", responses=OpenDayDetailOut)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One open day with its stands."""
        return Response(OpenDayDetailOut(days.open_day(self.actor, pk)).data)

    @extend_schema(
        operation_id="change_open_day", request=OpenDayChanges, responses=OpenDayDetailOut
    )
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: change what is named."""
        body = OpenDayChanges(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        changed = open_days.change_open_day(
            actor=self.actor, open_day_id=pk, changes=body.validated_data
        )
        return Response(OpenDayDetailOut(changed).data)


class OpenDayPublish(ApiView):
    @extend_schema(operation_id="publish_open_day", request=None, responses=OpenDayOut)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: announce it."""
        return Response(
            OpenDayOut(open_days.publish_open_day(actor=self.actor, open_day_id=pk)).data
        )


class OpenDayCancel(ApiView):
    @extend_schema(operation_id="cancel_open_day", request=None, responses=OpenDayOut)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: call it off."""
        return Response(
            OpenDayOut(open_days.cancel_open_day(actor=self.actor, open_day_id=pk)).data
        )


class OpenDayCounts(ApiView):
    @extend_schema(operation_id="open_day_counts", responses=PictureOut)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """How many came, by hour and stand. Light to poll: it is kept for two seconds."""
        return Response(PictureOut(days.picture(days.open_day(self.actor, pk))).data)


OF_TOWN = "municipalities/<slug:slug>/open-days/"

urlpatterns = [
    path(OF_TOWN, same_for_guests(OpenDayList.as_view()), name="api_open_days"),
    path(f"{OF_TOWN}<int:pk>/", same_for_guests(OpenDayDetail.as_view()), name="api_open_day"),
    path(f"{OF_TOWN}<int:pk>/publish/", OpenDayPublish.as_view(), name="api_open_day_publish"),
    path(f"{OF_TOWN}<int:pk>/cancel/", OpenDayCancel.as_view(), name="api_open_day_cancel"),
    path(
        f"{OF_TOWN}<int:pk>/counts/",
        same_for_guests(OpenDayCounts.as_view()),
        name="api_open_day_counts",
    ),
]
