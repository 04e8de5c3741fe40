"""Figures: of a town for its desk, of the network for its coordinator."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api_base import ApiView
from workshops.queries import figures

GROUPS = ("workshop", "venue", "month")


class PeriodFilter(serializers.Serializer[Any]):
    """Days in Südwestfalen, the last one included; this year unless given."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # `from` is a word of Python: it cannot be an attribute.
        first, last = (serializers.DateField(required=False) for _ in range(2))
        return {"from": first, "to": last, **super().get_fields()}

    def period(self) -> figures.Period:
        """Raises InvalidInput."""
        year, asked = figures.year_of(timezone.localdate()), self.validated_data
        return figures.period(asked.get("from", year.first), asked.get("to", year.last))


class FiguresFilter(PeriodFilter):
    by = serializers.ChoiceField(choices=GROUPS, required=False, default="workshop")


class SumsOut(serializers.Serializer[figures.Sums]):
    """Of dates that are over, in seats. `booked = came + no_show`; walk-ins are beside them, so
    `came + walk_ins` people were there. `waiting` counts parties that ever waited."""

    dates = serializers.IntegerField()
    capacity = serializers.IntegerField()
    booked = serializers.IntegerField()
    came = serializers.IntegerField()
    no_show = serializers.IntegerField()
    no_show_rate = serializers.FloatField(allow_null=True)
    cancelled = serializers.IntegerField()
    walk_ins = serializers.IntegerField()
    waiting = serializers.IntegerField()


class FiguresRowOut(serializers.Serializer[figures.Row]):
    """`id` of the workshop or venue (null: online), or the first day of the `month`."""

    id = serializers.IntegerField(allow_null=True)
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    month = serializers.DateField(allow_null=True)
    sums = SumsOut()


class ComingOut(serializers.Serializer[figures.Coming]):
    dates = serializers.IntegerField()
    capacity = serializers.IntegerField()
    booked = serializers.IntegerField()
    waiting = serializers.IntegerField()


class PeriodOut(serializers.Serializer[Any]):
    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        first, last = serializers.DateField(), serializers.DateField()
        return {"from": first, "to": last, **super().get_fields()}


class FiguresOut(PeriodOut):
    """`coming` is what stands in the programme now, whatever the period."""

    total = SumsOut()
    rows = FiguresRowOut(many=True)
    coming = ComingOut()


class TownSumsOut(serializers.Serializer[figures.TownRow]):
    """`sums` is null where so few seats stand behind them that they might tell of a person."""

    municipality = serializers.SerializerMethodField()
    dates = serializers.IntegerField()
    sums = SumsOut(allow_null=True)

    @extend_schema_field(str)
    def get_municipality(self, row: figures.TownRow) -> str:
        return row.town.slug


class NetworkFiguresOut(PeriodOut):
    """`total` is of the towns whose sums are told."""

    total = SumsOut()
    towns = TownSumsOut(many=True)


class TownFigures(ApiView):
    @extend_schema(operation_id="figures", parameters=[FiguresFilter], responses=FiguresOut)
    def get(self, request: Request, slug: str) -> Response:
        """Desk: what became of the town's dates."""
        asked = FiguresFilter(data=request.query_params)
        asked.is_valid(raise_exception=True)
        during = asked.period()
        answer = {
            "from": during.first,
            "to": during.last,
            "total": figures.totals(self.actor, during),
            "rows": figures.rows(figures.by(self.actor, during, asked.validated_data["by"])),
            "coming": figures.coming(self.actor, timezone.now()),
        }
        return Response(FiguresOut(answer).data)


class NetworkFigures(ApiView):
    @extend_schema(
        operation_id="network_figures", parameters=[PeriodFilter], responses=NetworkFiguresOut
    )
    def get(self, request: Request) -> Response:
        """Coordinator: sums of each town, and never anything smaller."""
        asked = PeriodFilter(data=request.query_params)
        asked.is_valid(raise_exception=True)
        during = asked.period()
        towns = figures.by_town(self.actor, during)
        answer = {
            "from": during.first,
            "to": during.last,
            "total": figures.network_total(towns),
            "towns": towns,
        }
        return Response(NetworkFiguresOut(answer).data)


urlpatterns = [
    path("municipalities/<slug:slug>/figures/", TownFigures.as_view(), name="api_figures"),
    path("figures/", NetworkFigures.as_view(), name="api_network_figures"),
]
