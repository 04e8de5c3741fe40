"""The town's places and rooms: public to read, written by the desk."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api_base import ApiView, PageFilter, page_of, paged
from workshops import queries
from workshops.api.fields import line
from workshops.api.shapes import RoomOut, VenueOut
from workshops.services import places


class VenueChanges(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    address = serializers.CharField(max_length=160)
    postal_code = serializers.RegexField(r"^[0-9]{5}$")
    city = serializers.CharField(max_length=80)
    lat = serializers.FloatField(min_value=-90, max_value=90, required=False, allow_null=True)
    lon = serializers.FloatField(min_value=-180, max_value=180, required=False, allow_null=True)
    access_info = line(places.MAX_TEXT)
    opening_hours = line(places.MAX_TEXT)
    directions = line(places.MAX_TEXT)


class RoomIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    seats = serializers.IntegerField(min_value=1, max_value=places.MAX_ROOM_SEATS)


class VenueList(ApiView):
    @extend_schema(
        operation_id="venues", parameters=[PageFilter], responses=page_of("VenuePage", VenueOut)
    )
    def get(self, request: Request, slug: str) -> Response:
        """The town's places and their rooms, by name."""
        return paged(self, queries.venues(self.actor), VenueOut, ("name", "pk"))

    @extend_schema(operation_id="create_venue", request=VenueChanges, responses={201: VenueOut})
    def post(self, request: Request, slug: str) -> Response:
        """Desk: a new place, without rooms yet."""
        body = VenueChanges(data=request.data)
        body.is_valid(raise_exception=True)
        details = places.VenueDetails(**body.validated_data)
        venue = places.create_venue(actor=self.actor, details=details)
        return Response(VenueOut(venue).data, status=201)


class VenueDetail(ApiView):
    @extend_schema(operation_id="venue", responses=VenueOut)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One place with its rooms."""
        return Response(VenueOut(queries.venue(self.actor, pk)).data)

    @extend_schema(operation_id="change_venue", request=VenueChanges, responses=VenueOut)
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: another name, address or word about access; the slug stays."""
        body = VenueChanges(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        venue = places.change_venue(actor=self.actor, venue_id=pk, changes=body.validated_data)
        return Response(VenueOut(venue).data)


class VenueRooms(ApiView):
    @extend_schema(operation_id="create_room", request=RoomIn, responses={201: RoomOut})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: a room of this place."""
        body = RoomIn(data=request.data)
        body.is_valid(raise_exception=True)
        room = places.create_room(actor=self.actor, venue_id=pk, **body.validated_data)
        return Response(RoomOut(room).data, status=201)


class RoomChanges(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80, required=False)
    seats = serializers.IntegerField(min_value=1, max_value=places.MAX_ROOM_SEATS, required=False)


class RoomDetail(ApiView):
    @extend_schema(operation_id="change_room", request=RoomChanges, responses=RoomOut)
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: another name, more or fewer seats."""
        body = RoomChanges(data=request.data)
        body.is_valid(raise_exception=True)
        room = places.change_room(actor=self.actor, room_id=pk, changes=body.validated_data)
        return Response(RoomOut(room).data)

    @extend_schema(operation_id="remove_room", responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: take away a room in which no date ever took place."""
        places.remove_room(actor=self.actor, room_id=pk)
        return Response(status=204)


urlpatterns = [
    path("municipalities/<slug:slug>/venues/", VenueList.as_view(), name="api_venues"),
    path("municipalities/<slug:slug>/venues/<int:pk>/", VenueDetail.as_view(), name="api_venue"),
    path(
        "municipalities/<slug:slug>/venues/<int:pk>/rooms/",
        VenueRooms.as_view(),
        name="api_venue_rooms",
    ),
    path("municipalities/<slug:slug>/rooms/<int:pk>/", RoomDetail.as_view(), name="api_room"),
]
