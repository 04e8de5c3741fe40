"""The door: scans one by one and in batches, what a scanner needs offline, walk-ins."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from participation import secrets
from participation.api_base import ApiView
from workshops import queries
from workshops.api.fields import AwareTimeField, PartySizeField
from workshops.api.shapes import BookingOut
from workshops.models import Booking, Scan, Ticket
from workshops.services import door

MAX_BATCH = 500
MAX_PRESENTED = 4096


@extend_schema_field({"type": "string", "minLength": 1})
class PresentedField(serializers.CharField):
    """Whatever a scanner read, a bus ticket too: nobody here made it, so nothing is refused."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.validators = []

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data)[:MAX_PRESENTED]


class ScanIn(serializers.Serializer[Any]):
    """`secret` (or the whole address in the QR code) or `code`: one of them."""

    secret = PresentedField(required=False)
    code = PresentedField(required=False, help_text="The six characters of a booking.")
    client_uuid = serializers.UUIDField(
        help_text="Made by the scanner; the same again gives the first answer again."
    )
    kind = serializers.ChoiceField(choices=Scan.Kind.choices, required=False, default="entry")
    occurred_at = AwareTimeField(
        required=False, allow_null=True, default=None, help_text="By the scanner's clock."
    )
    gate = serializers.CharField(
        required=False, allow_blank=True, allow_null=True, max_length=60, default=""
    )
    force = serializers.CharField(
        required=False,
        allow_blank=True,
        allow_null=True,
        max_length=200,
        default="",
        help_text="A reason to admit although too early, too late or inside already.",
    )
    seats = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=100),
        required=False,
        allow_null=True,
        max_length=100,
        default=None,
        help_text="With a booking code: these seats only.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("secret") and not attrs.get("code"):
            self.fields["secret"].fail("required")
        return attrs


class BatchIn(serializers.Serializer[Any]):
    scans = serializers.ListField(
        child=ScanIn(), allow_empty=False, max_length=MAX_BATCH, help_text="The oldest first."
    )


class ScannedTicketOut(serializers.Serializer[Ticket]):
    seq = serializers.IntegerField()
    name = serializers.SerializerMethodField()
    code = serializers.CharField(source="booking.code")
    party_size = serializers.IntegerField(source="booking.party_size")

    @extend_schema_field(str)
    def get_name(self, ticket: Ticket) -> str:
        return ticket.name or ticket.booking.name


class ScannedBookingOut(serializers.Serializer[Booking]):
    code = serializers.CharField()
    name = serializers.CharField()
    party_size = serializers.IntegerField()


class FirstScanOut(serializers.Serializer[Scan]):
    occurred_at = serializers.DateTimeField()
    gate = serializers.CharField(allow_blank=True)


class ScanOut(serializers.Serializer[door.ScanResult]):
    """`seats`: the numbers that this scan moved; `expected`: all with a valid ticket."""

    outcome = serializers.ChoiceField(choices=Scan.Outcome.choices)
    reason = serializers.ChoiceField(choices=Scan.Reason.choices)
    kind = serializers.ChoiceField(choices=Scan.Kind.choices)
    ticket = ScannedTicketOut(allow_null=True)
    booking = ScannedBookingOut(allow_null=True)
    seats = serializers.ListField(child=serializers.IntegerField())
    first_scan = FirstScanOut(allow_null=True)
    inside = serializers.IntegerField()
    expected = serializers.IntegerField()


# Built once, for every scan: building one anew costs more than using it, and it holds nothing of
# the request it serves.
SCAN_IN, SCAN_OUT = ScanIn(), ScanOut()


class BatchRowOut(ScanOut):
    client_uuid = serializers.UUIDField()
    replay = serializers.BooleanField()


class BatchOut(serializers.Serializer[Any]):
    results = BatchRowOut(many=True)


class DoorFilter(serializers.Serializer[Any]):
    since = AwareTimeField(
        required=False, help_text="Only what has changed since; `as_of` of the answer before."
    )


class WindowOut(serializers.Serializer[Any]):
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()


class DoorTicketOut(serializers.Serializer[Ticket]):
    """No names: `secret_hash` and `code_hash` are SHA-256, in hexadecimal."""

    secret_hash = serializers.SerializerMethodField()
    code_hash = serializers.SerializerMethodField()
    seq = serializers.IntegerField()
    state = serializers.SerializerMethodField()
    inside = serializers.SerializerMethodField()

    @extend_schema_field(str)
    def get_secret_hash(self, ticket: Ticket) -> str:
        return secrets.hashed(ticket.secret)

    @extend_schema_field(str)
    def get_code_hash(self, ticket: Ticket) -> str:
        return secrets.hashed(ticket.booking.code)

    @extend_schema_field(serializers.ChoiceField(choices=("valid", "cancelled", "revoked")))
    def get_state(self, ticket: Ticket) -> str:
        if ticket.booking.state == Booking.State.CANCELLED:
            return "cancelled"
        return "revoked" if ticket.revoked_at else "valid"

    @extend_schema_field(bool)
    def get_inside(self, ticket: Ticket) -> bool:
        return ticket.entered_at is not None


class DoorOut(serializers.Serializer[Any]):
    as_of = serializers.DateTimeField()
    window = WindowOut()
    inside = serializers.IntegerField()
    expected = serializers.IntegerField()
    seats = serializers.IntegerField()
    tickets = DoorTicketOut(many=True)


class WalkInIn(serializers.Serializer[Any]):
    party_size = PartySizeField()
    name = serializers.CharField(required=False, allow_blank=True, default="", max_length=120)


class WalkInOut(BookingOut):
    """The party is inside at once."""

    inside = serializers.IntegerField()
    expected = serializers.IntegerField()

    class Meta(BookingOut.Meta):
        fields: tuple[str, ...] = (*BookingOut.Meta.fields, "inside", "expected")
        read_only_fields: tuple[str, ...] = fields


class SlotScans(ApiView):
    @extend_schema(operation_id="scan", request=ScanIn, responses={201: ScanOut, 200: ScanOut})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Door: one scan. 201 with its outcome, refused or not; 200 when it came before."""
        row = SCAN_IN.run_validation(request.data)
        result = run_scan(self, pk, row, offline=False)
        answer = SCAN_OUT.to_representation(result)
        return Response(answer, status=200 if result.replay else 201)


class SlotScansBatch(ApiView):
    @extend_schema(operation_id="scan_batch", request=BatchIn, responses={201: BatchOut})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Door: what a scanner did offline, at most 500 scans; one result each, in their order."""
        body = BatchIn(data=request.data)
        body.is_valid(raise_exception=True)
        results = []
        for row in body.validated_data["scans"]:
            result = run_scan(self, pk, row, offline=True)
            answer = {"client_uuid": str(row["client_uuid"]), "replay": result.replay}
            results.append({**answer, **SCAN_OUT.to_representation(result)})
        return Response({"results": results}, status=201)


def run_scan(view: ApiView, slot_id: int, row: dict[str, Any], *, offline: bool) -> door.ScanResult:
    return door.scan(
        actor=view.actor,
        slot_id=slot_id,
        secret_or_code=row.get("secret") or row["code"],
        client_uuid=row["client_uuid"],
        now=timezone.now(),
        kind=row["kind"],
        occurred_at=row["occurred_at"],
        gate=row["gate"] or "",
        force=row["force"] or "",
        seats=row["seats"],
        offline=offline,
    )


class SlotDoor(ApiView):
    @extend_schema(operation_id="door_list", parameters=[DoorFilter], responses=DoorOut)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Door: what a scanner needs to go on without a network."""
        asked = DoorFilter(data=request.query_params)
        asked.is_valid(raise_exception=True)
        now = timezone.now()
        found = queries.door_list(self.actor, pk, since=asked.validated_data.get("since"))
        slot = queries.slot(self.actor, pk)
        answer = {
            "as_of": now - queries.DOOR_OVERLAP,
            "window": {"opens_at": slot.door_opens_at, "closes_at": slot.door_closes_at},
            "tickets": found,
            **queries.door_counts(slot),
        }
        return Response(DoorOut(answer).data)


class SlotWalkIns(ApiView):
    @extend_schema(operation_id="walk_in", request=WalkInIn, responses={201: WalkInOut})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Door: people without a booking, inside at once."""
        body = WalkInIn(data=request.data)
        body.is_valid(raise_exception=True)
        booking = door.walk_in(
            actor=self.actor,
            slot_id=pk,
            party_size=body.validated_data["party_size"],
            name=body.validated_data["name"],
            now=timezone.now(),
        )
        counts = queries.door_counts(booking.slot)
        answer = {
            **BookingOut(booking).data,
            "inside": counts["inside"],
            "expected": counts["expected"],
        }
        return Response(answer, status=201)


urlpatterns = [
    path(
        "municipalities/<slug:slug>/slots/<int:pk>/scans/",
        SlotScans.as_view(),
        name="api_scans",
    ),
    path(
        "municipalities/<slug:slug>/slots/<int:pk>/scans/batch/",
        SlotScansBatch.as_view(),
        name="api_scans_batch",
    ),
    path("municipalities/<slug:slug>/slots/<int:pk>/door/", SlotDoor.as_view(), name="api_door"),
    path(
        "municipalities/<slug:slug>/slots/<int:pk>/walk-ins/",
        SlotWalkIns.as_view(),
        name="api_walk_ins",
    ),
]
