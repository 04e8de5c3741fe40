"""The stands of an open day, and their counters: for the desk, and for who holds a QR code."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from participation import rates, secrets
from participation.api_base import ApiView
from participation.errors import RuleBroken
from workshops import tickets
from workshops.api.fields import AwareTimeField, line
from workshops.api.open_days import OF_TOWN, OpenDayOut, StandOut
from workshops.models import Stand
from workshops.queries import open_days as days
from workshops.services import open_days, stand_counts
from workshops.services.stand_counts import Counted, Tap

MAX_BATCH = 200


class DeskStandOut(StandOut):
    """`counter_url` is what the QR code says: whoever has it may count."""

    counter_url = serializers.SerializerMethodField()

    class Meta(StandOut.Meta):
        fields: tuple[str, ...] = (*StandOut.Meta.fields, "counter_url")
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(str)
    def get_counter_url(self, stand: Stand) -> str:
        return tickets.stand_url(stand)


class StandIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=open_days.MAX_NAME)
    text = line(open_days.MAX_STAND_TEXT)


class PlaceIn(serializers.Serializer[Any]):
    to = serializers.IntegerField(
        min_value=1, max_value=1000, help_text="The number it gets; the others close up."
    )


class TapIn(serializers.Serializer[Any]):
    """`client_uuid` is new for each tap and the same for each try to send it."""

    client_uuid = serializers.UUIDField()
    amount = serializers.IntegerField(
        min_value=-stand_counts.MOST_AT_ONCE,
        max_value=stand_counts.MOST_AT_ONCE,
        help_text="Visitors; negative to correct. Not 0.",
    )
    tapped_at = AwareTimeField(
        required=False, help_text="By the device's clock; now unless given. See `sent_at`."
    )


class TapsIn(serializers.Serializer[Any]):
    sent_at = AwareTimeField(
        required=False,
        help_text="The device's clock at sending: what it is wrong by is taken off each tap.",
    )
    counts = serializers.ListField(child=TapIn(), allow_empty=False, max_length=MAX_BATCH)


class DeskTapIn(TapIn):
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=("desk", "paper"), required=False, default="desk", help_text="`paper`: a tally."
    )


class CountedOut(serializers.Serializer[Counted]):
    """`count` of this quarter of an hour now; `repeated`: it had been counted before."""

    quarter_at = serializers.DateTimeField()
    count = serializers.IntegerField()
    repeated = serializers.BooleanField()


class TapResultOut(serializers.Serializer[Any]):
    """`refused` says by its `code` why: sending it again will not help."""

    client_uuid = serializers.UUIDField()
    outcome = serializers.ChoiceField(choices=("counted", "repeated", "refused"))
    code = serializers.CharField(allow_blank=True)


class TapsOut(serializers.Serializer[Any]):
    results = TapResultOut(many=True)
    total = serializers.IntegerField(help_text="Counted at this stand altogether.")


class CounterOut(serializers.Serializer[Any]):
    stand = StandOut()
    open_day = OpenDayOut()
    total = serializers.IntegerField()


def tap_of(row: dict[str, Any], ahead: timedelta = timedelta()) -> Tap:
    """`ahead` is by how much the device's clock is fast."""
    tapped_at = row.get("tapped_at") or timezone.now()
    return Tap(client_uuid=row["client_uuid"], amount=row["amount"], tapped_at=tapped_at - ahead)


class StandList(ApiView):
    @extend_schema(operation_id="stands", responses=DeskStandOut(many=True))
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: the stands with the addresses of their counters."""
        return Response(DeskStandOut(days.stands(self.actor, pk), many=True).data)

    @extend_schema(operation_id="add_stand", request=StandIn, responses={201: DeskStandOut})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: one more stand, with the next number."""
        body = StandIn(data=request.data)
        body.is_valid(raise_exception=True)
        details = open_days.StandDetails(**body.validated_data)
        stand = open_days.add_stand(actor=self.actor, open_day_id=pk, details=details)
        return Response(DeskStandOut(stand).data, status=201)


class StandDetail(ApiView):
    @extend_schema(operation_id="stand", responses=DeskStandOut)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: one stand."""
        return Response(DeskStandOut(days.stand(self.actor, pk)).data)

    @extend_schema(operation_id="change_stand", request=StandIn, responses=DeskStandOut)
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: change its name or what there is."""
        body = StandIn(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        stand = open_days.change_stand(actor=self.actor, stand_id=pk, changes=body.validated_data)
        return Response(DeskStandOut(stand).data)

    @extend_schema(operation_id="remove_stand", responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: only a stand that has not counted."""
        open_days.remove_stand(actor=self.actor, stand_id=pk)
        return Response(status=204)


class StandMove(ApiView):
    @extend_schema(operation_id="move_stand", request=PlaceIn, responses=DeskStandOut)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: put it at another place in the order."""
        body = PlaceIn(data=request.data)
        body.is_valid(raise_exception=True)
        stand = open_days.move_stand(actor=self.actor, stand_id=pk, to=body.validated_data["to"])
        return Response(DeskStandOut(stand).data)


class StandRenew(ApiView):
    @extend_schema(operation_id="renew_stand", request=None, responses=DeskStandOut)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: a new QR code; the old one ends at once."""
        return Response(DeskStandOut(open_days.renew_stand(actor=self.actor, stand_id=pk)).data)


class StandDeskCounts(ApiView):
    @extend_schema(
        operation_id="count_at_desk",
        request=DeskTapIn,
        responses={201: CountedOut, 200: CountedOut},
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: count, or enter a paper tally for a quarter of an hour. 200 if it was there."""
        body = DeskTapIn(data=request.data)
        body.is_valid(raise_exception=True)
        counted = stand_counts.count_at_desk(
            actor=self.actor,
            stand_id=pk,
            tap=tap_of(body.validated_data),
            now=timezone.now(),
            source=body.validated_data["source"],
        )
        return Response(CountedOut(counted).data, status=200 if counted.repeated else 201)


# --- The counter ---------------------------------------------------------------------------------


class Counter(ApiView):
    @extend_schema(operation_id="counter", responses=CounterOut, auth=[])
    def get(self, request: Request, token: str) -> Response:
        """The stand whose QR code has this token."""
        stand = days.stand_by_token(token)
        answer = {
            "stand": stand,
            "open_day": stand.open_day,
            "total": days.stand_total(stand),
        }
        return Response(CounterOut(answer).data)


class CounterCounts(ApiView):
    # A hall full of counters shares one address: they are limited by their stand instead.
    counts_guests = False

    @extend_schema(operation_id="count_visitors", request=TapsIn, responses=TapsOut, auth=[])
    def post(self, request: Request, token: str) -> Response:
        """Count with the stand's QR code, without a log-in: at most 200 taps, each for itself."""
        stand = days.stand_by_token(token)
        rates.limit("counter", secrets.hashed(token), settings.COUNTS_A_MINUTE, 60)
        body = TapsIn(data=request.data)
        body.is_valid(raise_exception=True)
        sent_at = body.validated_data.get("sent_at")
        ahead = sent_at - timezone.now() if sent_at else timedelta()
        results = [self._count(token, tap_of(row, ahead)) for row in body.validated_data["counts"]]
        answer = {"results": results, "total": days.stand_total(stand)}
        return Response(TapsOut(answer).data)

    def _count(self, token: str, tap: Tap) -> dict[str, Any]:
        answer = {"client_uuid": tap.client_uuid, "outcome": "refused", "code": ""}
        try:
            counted = stand_counts.count_by_token(token=token, tap=tap, now=timezone.now())
        except RuleBroken as error:
            return {**answer, "code": error.code}
        return {**answer, "outcome": "repeated" if counted.repeated else "counted"}


urlpatterns = [
    path(f"{OF_TOWN}<int:pk>/stands/", StandList.as_view(), name="api_stands"),
    path("municipalities/<slug:slug>/stands/<int:pk>/", StandDetail.as_view(), name="api_stand"),
    path(
        "municipalities/<slug:slug>/stands/<int:pk>/move/",
        StandMove.as_view(),
        name="api_stand_move",
    ),
    path(
        "municipalities/<slug:slug>/stands/<int:pk>/renew/",
        StandRenew.as_view(),
        name="api_stand_renew",
    ),
    path(
        "municipalities/<slug:slug>/stands/<int:pk>/counts/",
        StandDeskCounts.as_view(),
        name="api_stand_counts",
    ),
    path("stands/<str:token>/", Counter.as_view(), name="api_counter"),
    path("stands/<str:token>/counts/", CounterCounts.as_view(), name="api_counter_counts"),
]
