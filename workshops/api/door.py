"""The door: scans one by one and in batches, what a scanner needs offline, walk-ins, conflicts."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api_base import ApiView, PageFilter, page_of, paged
from participation.api_formats import DeviceCookieAuthentication
from workshops import queries
from workshops.api.door_shapes import (
    BatchIn,
    BatchOut,
    ConflictOut,
    CountsOut,
    DoorFilter,
    DoorOut,
    RefusedWalkInOut,
    ScanIn,
    ScanOut,
    SettleIn,
    WalkInIn,
    WalkInOut,
)
from workshops.api.shapes import BookingOut
from workshops.services import conflicts, door, refused_walk_ins

# Built once, for every scan: building one anew costs more than using it, and it holds nothing of
# the request it serves.
SCAN_IN, SCAN_OUT = ScanIn(), ScanOut()


class DoorView(ApiView):
    """Keys, devices, people at work, and browsers that are paired as a device."""

    authentication_classes = (*ApiView.authentication_classes, DeviceCookieAuthentication)


class SlotScans(DoorView):
    @extend_schema(operation_id="scan", request=ScanIn, responses={201: ScanOut, 200: ScanOut})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Door: one scan. 201 with its outcome, refused or not; 200 when it came before."""
        row = SCAN_IN.run_validation(request.data)
        result = door.scan(
            actor=self.actor,
            slot_id=pk,
            secret_or_code=presented(row),
            client_uuid=row["client_uuid"],
            now=timezone.now(),
            **options(row),
        )
        answer = SCAN_OUT.to_representation(result)
        return Response(answer, status=200 if result.replay else 201)


class SlotScansBatch(DoorView):
    @extend_schema(operation_id="scan_batch", request=BatchIn, responses={201: BatchOut})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Door: what a scanner did offline, at most 500 scans; one result each, in their order."""
        body = BatchIn(data=request.data)
        body.is_valid(raise_exception=True)
        scans = [
            door.BatchScan(presented(row), row["client_uuid"], {**options(row), "offline": True})
            for row in body.validated_data["scans"]
        ]
        done = door.scan_batch(actor=self.actor, slot_id=pk, scans=scans, clock=timezone.now)
        results = [
            {
                "client_uuid": str(client_uuid),
                "replay": result.replay,
                **SCAN_OUT.to_representation(result),
            }
            for client_uuid, result in done
        ]
        return Response({"results": results}, status=201)


def presented(row: dict[str, Any]) -> str:
    return str(row.get("secret") or row.get("code") or "")


def options(row: dict[str, Any]) -> door.ScanOptions:
    return {
        "kind": row["kind"],
        "walk_in": row["walk_in"],
        "occurred_at": row["occurred_at"],
        "sent_at": row["sent_at"],
        "gate": row["gate"] or "",
        "force": row["force"] or "",
        "seats": row["seats"],
        "offline": row["offline"],
        "answers": row["answers"],
    }


class SlotDoor(DoorView):
    @extend_schema(operation_id="door_list", parameters=[DoorFilter], responses=DoorOut)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Door: what a scanner needs to go on without a network."""
        asked = DoorFilter(data=request.query_params)
        asked.is_valid(raise_exception=True)
        since = asked.validated_data.get("since")
        answer = queries.door_list(self.actor, pk, now=timezone.now(), since=since)
        return Response(DoorOut(answer).data)


class SlotWalkIns(DoorView):
    @extend_schema(operation_id="walk_in", request=WalkInIn, responses={201: WalkInOut})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Door: people without a booking, inside at once. What was taken without a network and does
        not fit is refused and kept: see `walk-ins/refused/`."""
        body = WalkInIn(data=request.data)
        body.is_valid(raise_exception=True)
        booking = door.walk_in(
            actor=self.actor, slot_id=pk, now=timezone.now(), **body.validated_data
        )
        counts = queries.door_counts(booking.slot)
        answer = {
            **BookingOut(booking).data,
            "inside": counts["inside"],
            "expected": counts["expected"],
        }
        return Response(answer, status=201)


class SlotCounts(DoorView):
    @extend_schema(operation_id="door_counts", responses=CountsOut)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Door: who is inside, by gate too; counted anew three times a second, so ask often."""
        counted = queries.live_counts(self.actor, pk)
        return Response(CountsOut(counted).data, headers={"Cache-Control": "no-store"})


class SlotConflicts(DoorView):
    @extend_schema(
        operation_id="door_conflicts",
        parameters=[PageFilter],
        responses=page_of("ConflictPage", ConflictOut),
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Door: what a door without a network did and the server would not have."""

        def described(scans: Any, **options: Any) -> ConflictOut:
            return ConflictOut(queries.described(self.actor, scans), **options)

        found = queries.door_conflicts(self.actor, pk)
        return paged(self, found, described, ("occurred_at", "pk"))


class ConflictSettle(DoorView):
    @extend_schema(operation_id="settle_conflict", request=SettleIn, responses=ConflictOut)
    def post(self, request: Request, slug: str, pk: int, conflict: int) -> Response:
        """Door: somebody has seen to it; the scan stays as it is. Again: the first note stays."""
        body = SettleIn(data=request.data)
        body.is_valid(raise_exception=True)
        scan = conflicts.settle(
            actor=self.actor,
            slot_id=pk,
            scan_id=conflict,
            now=timezone.now(),
            **body.validated_data,
        )
        (answer,) = queries.described(self.actor, [scan])
        return Response(ConflictOut(answer).data)


class SlotRefusedWalkIns(DoorView):
    @extend_schema(
        operation_id="refused_walk_ins",
        parameters=[PageFilter],
        responses=page_of("RefusedWalkInPage", RefusedWalkInOut),
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Door: people without a booking whom a door without a network let in beyond the seats."""

        def described(rows: Any, **options: Any) -> RefusedWalkInOut:
            return RefusedWalkInOut(queries.refused_described(self.actor, rows), **options)

        found = queries.refused_walk_ins(self.actor, pk)
        return paged(self, found, described, ("occurred_at", "pk"))


class RefusedWalkInSeat(DoorView):
    @extend_schema(operation_id="seat_refused_walk_in", request=None, responses=BookingOut)
    def post(self, request: Request, slug: str, pk: int, refused: int) -> Response:
        """Door: give them seats after all, as far as there are any now."""
        seated = refused_walk_ins.seat(
            actor=self.actor, slot_id=pk, refused_id=refused, now=timezone.now()
        )
        return Response(BookingOut(seated).data)


class RefusedWalkInSettle(DoorView):
    @extend_schema(
        operation_id="settle_refused_walk_in", request=SettleIn, responses=RefusedWalkInOut
    )
    def post(self, request: Request, slug: str, pk: int, refused: int) -> Response:
        """Door: somebody has seen to it without a booking. Again: the first note stays."""
        body = SettleIn(data=request.data)
        body.is_valid(raise_exception=True)
        settled = refused_walk_ins.settle(
            actor=self.actor,
            slot_id=pk,
            refused_id=refused,
            now=timezone.now(),
            **body.validated_data,
        )
        (answer,) = queries.refused_described(self.actor, [settled])
        return Response(RefusedWalkInOut(answer).data)


SLOT = "municipalities/<slug:slug>/slots/<int:pk>/"
urlpatterns = [
    path(f"{SLOT}scans/", SlotScans.as_view(), name="api_scans"),
    path(f"{SLOT}scans/batch/", SlotScansBatch.as_view(), name="api_scans_batch"),
    path(f"{SLOT}door/", SlotDoor.as_view(), name="api_door"),
    path(f"{SLOT}door/counts/", SlotCounts.as_view(), name="api_door_counts"),
    path(f"{SLOT}conflicts/", SlotConflicts.as_view(), name="api_conflicts"),
    path(
        f"{SLOT}conflicts/<int:conflict>/settle/",
        ConflictSettle.as_view(),
        name="api_conflict_settle",
    ),
    path(f"{SLOT}walk-ins/", SlotWalkIns.as_view(), name="api_walk_ins"),
    path(f"{SLOT}walk-ins/refused/", SlotRefusedWalkIns.as_view(), name="api_refused_walk_ins"),
    path(
        f"{SLOT}walk-ins/refused/<int:refused>/seat/",
        RefusedWalkInSeat.as_view(),
        name="api_refused_walk_in_seat",
    ),
    path(
        f"{SLOT}walk-ins/refused/<int:refused>/settle/",
        RefusedWalkInSettle.as_view(),
        name="api_refused_walk_in_settle",
    ),
]
