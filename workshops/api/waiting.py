"""The waiting list: join, and answer an offer by the token of its mail."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api_base import ApiView, PageFilter, client_address, page_of, paged
from participation.errors import NotFound
from workshops import queries
from workshops.api.fields import AddressField, PartySizeField, proof_field
from workshops.api.shapes import WaitEntryOut
from workshops.models import WaitEntry
from workshops.services import waiting
from workshops.services.limits import Caller
from workshops.services.parties import MAX_NAME, Party

WAIT_TOKEN = OpenApiParameter(
    "X-Manage-Token",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The token of the mail's link.",
)


class WaitIn(serializers.Serializer[Any]):
    party_size = PartySizeField()
    min_party = PartySizeField(required=False, help_text="So many would do; all unless said.")
    name = serializers.CharField(
        required=False, allow_blank=True, default="", help_text=f"At most {MAX_NAME} characters."
    )
    email = AddressField(help_text="Required unless the desk puts somebody on the list.")
    phone = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)
    language = serializers.ChoiceField(choices=("de", "en"), required=False, default="de")
    proof = proof_field()


class DeskWaitEntryOut(WaitEntryOut):
    """Who has no `email` is called while an offer holds (`expires_at`)."""

    expires_at = serializers.DateTimeField(
        source="offer.hold_expires_at", read_only=True, allow_null=True, default=None
    )

    class Meta(WaitEntryOut.Meta):
        fields: tuple[str, ...] = (
            *WaitEntryOut.Meta.fields,
            "name",
            "email",
            "phone",
            "expires_at",
            "priority",
            "created_at",
        )
        read_only_fields: tuple[str, ...] = fields


class PlacedWaitEntryOut(WaitEntryOut):
    """`place_in_line` counts the parties that are served before, plus one; a smaller one may still
    be served sooner. Null once it is no longer waiting."""

    place_in_line = serializers.SerializerMethodField()
    expires_at = serializers.DateTimeField(
        source="offer.hold_expires_at",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="Until when the offer holds.",
    )

    class Meta(WaitEntryOut.Meta):
        fields: tuple[str, ...] = (*WaitEntryOut.Meta.fields, "place_in_line", "expires_at")
        read_only_fields: tuple[str, ...] = fields

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_place_in_line(self, entry: WaitEntry) -> int | None:
        return queries.place_in_line(entry) if entry.state == WaitEntry.State.WAITING else None


class PriorityIn(serializers.Serializer[Any]):
    priority = serializers.IntegerField(
        min_value=-100, max_value=100, help_text="Higher is served sooner; 0 unless said."
    )


class SlotWaiting(ApiView):
    @extend_schema(
        operation_id="waiting",
        parameters=[PageFilter],
        responses=page_of("WaitPage", DeskWaitEntryOut),
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: who waits, in the order they are served."""
        found = queries.waiting(self.actor, queries.slot(self.actor, pk).pk)
        return paged(self, found, DeskWaitEntryOut, ("-priority", "created_at", "pk"))

    @extend_schema(operation_id="join_waiting", request=WaitIn, responses={201: WaitEntryOut})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Wait for seats of a full date; an offer comes by mail."""
        body = WaitIn(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        min_party = given.pop("min_party", None)
        caller = Caller(client_address(request), given.pop("proof"))
        entry = waiting.join(
            actor=self.actor,
            slot_id=pk,
            party=Party(size=given.pop("party_size"), **given),
            min_party=min_party,
            now=timezone.now(),
            caller=caller,
        )
        return Response(WaitEntryOut(entry).data, status=201)


class WaitEntryDetail(ApiView):
    @extend_schema(operation_id="wait_entry", parameters=[WAIT_TOKEN], responses=PlacedWaitEntryOut)
    def get(self, request: Request, code: str) -> Response:
        """How it stands: the place in line, or the offer."""
        return Response(PlacedWaitEntryOut(own_entry(request, code)).data)


class DeskWaitEntry(ApiView):
    @extend_schema(
        operation_id="prioritise_waiting", request=PriorityIn, responses=DeskWaitEntryOut
    )
    def patch(self, request: Request, slug: str, code: str) -> Response:
        """Desk: serve an entry sooner or later."""
        body = PriorityIn(data=request.data)
        body.is_valid(raise_exception=True)
        entry = waiting.set_priority(
            actor=self.actor,
            entry_id=queries.wait_entry_by_code(self.actor, code).pk,
            **body.validated_data,
        )
        return Response(DeskWaitEntryOut(entry).data)


class DeskWaitOffer(ApiView):
    @extend_schema(operation_id="offer_seats", request=None, responses=DeskWaitEntryOut)
    def post(self, request: Request, slug: str, code: str) -> Response:
        """Desk: offer the free seats to this entry now, out of turn."""
        entry = waiting.offer_by_hand(
            actor=self.actor,
            entry_id=queries.wait_entry_by_code(self.actor, code).pk,
            now=timezone.now(),
        )
        return Response(DeskWaitEntryOut(entry).data)


class DeskWaitAccept(ApiView):
    @extend_schema(operation_id="accept_offer_by_phone", request=None, responses=DeskWaitEntryOut)
    def post(self, request: Request, slug: str, code: str) -> Response:
        """Desk: take the seats offered, for somebody who was called."""
        found = queries.wait_entry_by_code(self.actor, code)
        entry = waiting.accept(entry_id=found.pk, now=timezone.now(), actor=self.actor)
        return Response(DeskWaitEntryOut(entry).data)


class DeskWaitRemove(ApiView):
    @extend_schema(operation_id="remove_waiting", request=None, responses=DeskWaitEntryOut)
    def post(self, request: Request, slug: str, code: str) -> Response:
        """Desk: take an entry off the list; an open offer goes to the next."""
        found = queries.wait_entry_by_code(self.actor, code)
        entry = waiting.leave(entry_id=found.pk, now=timezone.now())
        return Response(DeskWaitEntryOut(entry).data)


class WaitAccept(ApiView):
    @extend_schema(
        operation_id="accept_offer",
        parameters=[WAIT_TOKEN],
        request=None,
        responses=WaitEntryOut,
    )
    def post(self, request: Request, code: str) -> Response:
        """Take the seats offered; the tickets come by mail."""
        entry = waiting.accept(entry_id=own_entry(request, code).pk, now=timezone.now())
        return Response(WaitEntryOut(entry).data)


class WaitDecline(ApiView):
    @extend_schema(
        operation_id="decline_offer",
        parameters=[WAIT_TOKEN],
        request=None,
        responses=WaitEntryOut,
    )
    def post(self, request: Request, code: str) -> Response:
        """Leave the seats to the next."""
        entry = waiting.decline(entry_id=own_entry(request, code).pk, now=timezone.now())
        return Response(WaitEntryOut(entry).data)


class WaitLeave(ApiView):
    @extend_schema(
        operation_id="leave_waiting",
        parameters=[WAIT_TOKEN],
        request=None,
        responses=WaitEntryOut,
    )
    def post(self, request: Request, code: str) -> Response:
        """Stop waiting."""
        entry = waiting.leave(entry_id=own_entry(request, code).pk, now=timezone.now())
        return Response(WaitEntryOut(entry).data)


def own_entry(request: Request, code: str) -> WaitEntry:
    """Raises NotFound unless the header's token is this entry's."""
    entry = queries.wait_entry_by_token(request.headers.get("X-Manage-Token", ""))
    if entry.code != code:
        raise NotFound
    return entry


urlpatterns = [
    path(
        "municipalities/<slug:slug>/slots/<int:pk>/waiting/",
        SlotWaiting.as_view(),
        name="api_waiting",
    ),
    path(
        "municipalities/<slug:slug>/waiting/<str:code>/",
        DeskWaitEntry.as_view(),
        name="api_desk_wait",
    ),
    path(
        "municipalities/<slug:slug>/waiting/<str:code>/offer/",
        DeskWaitOffer.as_view(),
        name="api_desk_wait_offer",
    ),
    path(
        "municipalities/<slug:slug>/waiting/<str:code>/accept/",
        DeskWaitAccept.as_view(),
        name="api_desk_wait_accept",
    ),
    path(
        "municipalities/<slug:slug>/waiting/<str:code>/remove/",
        DeskWaitRemove.as_view(),
        name="api_desk_wait_remove",
    ),
    path("waiting/<str:code>/", WaitEntryDetail.as_view(), name="api_wait_entry"),
    path("waiting/<str:code>/accept/", WaitAccept.as_view(), name="api_wait_accept"),
    path("waiting/<str:code>/decline/", WaitDecline.as_view(), name="api_wait_decline"),
    path("waiting/<str:code>/leave/", WaitLeave.as_view(), name="api_wait_leave"),
]
