"""The entrances of a venue."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api_base import ApiView, PageFilter, page_of, paged
from workshops import queries
from workshops.api.door_shapes import GateOut
from workshops.services import gates


class GateIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=gates.MAX_NAME)


class GateList(ApiView):
    @extend_schema(
        operation_id="gates", parameters=[PageFilter], responses=page_of("GatePage", GateOut)
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Desk and door: the entrances of a venue, by name."""
        return paged(self, queries.gates(self.actor, pk), GateOut, ("name", "pk"))

    @extend_schema(operation_id="add_gate", request=GateIn, responses={201: GateOut})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: one more entrance."""
        body = GateIn(data=request.data)
        body.is_valid(raise_exception=True)
        gate = gates.add_gate(actor=self.actor, venue_id=pk, **body.validated_data)
        return Response(GateOut(gate).data, status=201)


class GateDetail(ApiView):
    @extend_schema(operation_id="rename_gate", request=GateIn, responses=GateOut)
    def patch(self, request: Request, slug: str, pk: int, gate: int) -> Response:
        """Desk: another name; scans keep the one they came with."""
        body = GateIn(data=request.data)
        body.is_valid(raise_exception=True)
        renamed = gates.rename_gate(
            actor=self.actor, venue_id=pk, gate_id=gate, **body.validated_data
        )
        return Response(GateOut(renamed).data)

    @extend_schema(operation_id="remove_gate", request=None, responses={204: None})
    def delete(self, request: Request, slug: str, pk: int, gate: int) -> Response:
        """Desk: the entrance is gone; scans keep its name."""
        gates.remove_gate(actor=self.actor, venue_id=pk, gate_id=gate)
        return Response(status=204)


VENUE = "municipalities/<slug:slug>/venues/<int:pk>/gates/"
urlpatterns = [
    path(VENUE, GateList.as_view(), name="api_gates"),
    path(f"{VENUE}<int:gate>/", GateDetail.as_view(), name="api_gate"),
]
