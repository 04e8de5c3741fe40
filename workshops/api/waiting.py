"""The waiting list: join, and answer an offer by the token of its mail."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api_base import ApiView, PageFilter, client_address, page_of, paged
from participation.errors import NotFound
from workshops import queries
from workshops.api.fields import AddressField, PartySizeField
from workshops.api.shapes import WaitEntryOut
from workshops.models import WaitEntry
from workshops.services import waiting
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
    email = AddressField()
    language = serializers.ChoiceField(choices=("de", "en"), required=False, default="de")


class DeskWaitEntryOut(WaitEntryOut):
    class Meta(WaitEntryOut.Meta):
        fields: tuple[str, ...] = (
            *WaitEntryOut.Meta.fields,
            "name",
            "email",
            "priority",
            "created_at",
        )
        read_only_fields: tuple[str, ...] = fields


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
        entry = waiting.join(
            actor=self.actor,
            slot_id=pk,
            party=Party(size=given.pop("party_size"), **given),
            min_party=min_party,
            now=timezone.now(),
            network=client_address(request),
        )
        return Response(WaitEntryOut(entry).data, status=201)


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
    path("waiting/<str:code>/accept/", WaitAccept.as_view(), name="api_wait_accept"),
    path("waiting/<str:code>/decline/", WaitDecline.as_view(), name="api_wait_decline"),
    path("waiting/<str:code>/leave/", WaitLeave.as_view(), name="api_wait_leave"),
]
