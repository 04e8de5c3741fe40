"""Whom the door has before it: the party behind a code, and parties by name."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from workshops import queries
from workshops.api.door import DoorView
from workshops.api.door_shapes import PresentedField
from workshops.models import Booking


class DoorPartyIn(serializers.Serializer[Any]):
    """`secret` (or the whole address in the QR code) or `code`: one of them."""

    secret = PresentedField(required=False)
    code = PresentedField(required=False, help_text="The six characters of a booking.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("secret") and not attrs.get("code"):
            self.fields["secret"].fail("required")
        return attrs


class PartySeatOut(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
    name = serializers.CharField()
    inside = serializers.BooleanField()


class PartyOut(serializers.Serializer[Any]):
    """The valid seats of a booking; no e-mail address."""

    code = serializers.CharField()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=Booking.State.choices)
    seats = PartySeatOut(many=True)


class PartiesOut(serializers.Serializer[Any]):
    results = PartyOut(many=True)


class NameFilter(serializers.Serializer[Any]):
    q = serializers.CharField(
        min_length=3, max_length=60, help_text="Part of a name, from three letters."
    )


class SlotDoorParty(DoorView):
    @extend_schema(operation_id="door_party", request=DoorPartyIn, responses=PartyOut)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Door: who is behind a booking's QR code or its six characters; 404 for anything else."""
        body = DoorPartyIn(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        found = queries.party(self.actor, pk, given.get("secret") or given["code"])
        return Response(PartyOut(found).data)


class SlotDoorSearch(DoorView):
    @extend_schema(operation_id="door_search", parameters=[NameFilter], responses=PartiesOut)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Door: at most 20 parties of the date with this in their names."""
        asked = NameFilter(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = queries.parties_named(self.actor, pk, asked.validated_data["q"])
        return Response(PartiesOut({"results": found}).data)


urlpatterns = [
    path(
        "municipalities/<slug:slug>/slots/<int:pk>/door/party/",
        SlotDoorParty.as_view(),
        name="api_door_party",
    ),
    path(
        "municipalities/<slug:slug>/slots/<int:pk>/door/search/",
        SlotDoorSearch.as_view(),
        name="api_door_search",
    ),
]
