"""The participant's half: snapshot, seat, ballot, results, records."""

import json
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from participation import rates
from participation.api_base import ApiView, client_address
from polls import policy, queries, room_door, tickets
from polls.api import shapes
from polls.api.base import LiveView, seat_token
from polls.errors import SeatRequired
from polls.live import presence
from polls.services import ballots, seats

SEAT_HEADER = OpenApiParameter(
    "Authorization",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="`Seat <token>` of `seats/`",
)


# A hall whose network blocks websockets votes here, thousands of phones behind one address.
WRITES_OF_A_NETWORK = 20_000  # a minute
BALLOTS_OF_A_SEAT = 120  # a minute


PREFER_HEADER = OpenApiParameter(
    "Prefer",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="`wait=15`: answer when the picture is another than that of `If-None-Match`, or "
    "304 after so many seconds (at most 20). For guests and seats, while the session is open; "
    "others are answered at once, without an `ETag`.",
)
LAST_TAG_HEADER = OpenApiParameter(
    "If-None-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="With `Prefer`: the `ETag` of the last picture.",
)


class SnapshotView(LiveView):
    @extend_schema(
        operation_id="live_snapshot",
        parameters=[SEAT_HEADER, PREFER_HEADER, LAST_TAG_HEADER],
        responses={200: shapes.SnapshotShape, 304: None},
    )
    def get(self, request: Request, code: str) -> Response:
        """What a screen needs to start from; with a seat, its own ballots, too.

        Who polls this with a seat counts as present until 30 seconds after the last time.
        """
        staff = policy.facilitates(self.actor, self.session)
        seat = tickets.seat_of(seat_token(request), self.session.code)
        audience: queries.Audience = "facilitator" if staff else "voter"
        presence.saw(self.session.code, seat, presence.POLL_SECONDS)
        return Response(
            queries.snapshot(
                self.session,
                now=timezone.now(),
                audience=audience,
                seat=seat,
                presence=None if seat else presence.number(self.session.code),
            )
        )


class SeatsView(LiveView):
    authentication_classes = ()
    counts_guests = False

    @extend_schema(
        operation_id="live_seat_take",
        request=shapes.SeatRequest,
        responses={201: shapes.SeatShape},
    )
    def post(self, request: Request, code: str) -> Response:
        _limit_network(request)
        form = shapes.SeatRequest(data=request.data or {})
        form.is_valid(raise_exception=True)
        token = seats.take_seat(
            code=code,
            now=timezone.now(),
            ticket_secret=form.validated_data.get("ticket_secret", ""),
            access_code=form.validated_data.get("code", ""),
            address=client_address(request),
        )
        return Response({"token": token}, status=201)


class BallotsView(LiveView):
    # The seat alone votes: neither a log-in nor a key has a say here.
    authentication_classes = ()
    counts_guests = False

    @extend_schema(
        operation_id="live_ballot_cast",
        parameters=[SEAT_HEADER],
        request=shapes.BallotShape,
        responses={201: shapes.AckShape},
    )
    def post(self, request: Request, code: str) -> Response:
        _limit_network(request)
        seat = tickets.seat_of(seat_token(request), self.session.code)
        if seat is None:
            raise SeatRequired
        rates.limit("ballots", str(seat), BALLOTS_OF_A_SEAT, 60)
        form = shapes.BallotShape(data=request.data)
        form.is_valid(raise_exception=True)
        given: dict[str, Any] = form.validated_data
        cast = ballots.Cast(
            session_id=self.session.pk,
            round_id=given["round"],
            seat=seat,
            ballot=given["ballot"],
            version=given["version"],
            value=given["value"],
        )
        ack = ballots.cast_one(cast, timezone.now())
        return Response(room_door.counted(ack), status=201)


class ResultsView(LiveView):
    @extend_schema(operation_id="live_results", responses=shapes.ResultsShape)
    def get(self, request: Request, code: str) -> Response:
        return Response(queries.results(self.session, self.actor))


class RecordView(ApiView):
    @extend_schema(operation_id="record", responses=shapes.RecordBody)
    def get(self, request: Request, sha256: str) -> Response:
        record = queries.record(sha256)
        return Response(
            {
                "sha256": record.sha256,
                "published_at": record.published_at.isoformat(),
                "supersedes": record.supersedes.sha256 if record.supersedes else None,
                "reason": record.reason,
                "superseded_by": queries.superseding(record),
                "canonical": record.body,
                "body": json.loads(record.body),
            }
        )


def _limit_network(request: Request) -> None:
    rates.limit("live-writes", rates.network(client_address(request)), WRITES_OF_A_NETWORK, 60)
