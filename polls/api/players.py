"""The nickname of a seat on the quiz's list, and the facilitator's hand on it."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from participation.errors import NotFound
from polls import queries, tickets
from polls.api import shapes
from polls.api.base import LiveView, seat_token
from polls.api.voting import SEAT_HEADER
from polls.errors import SeatRequired
from polls.services import players


class PlayerView(LiveView):
    # As for ballots: only the seat has a say.
    authentication_classes = ()

    @extend_schema(
        operation_id="live_player", parameters=[SEAT_HEADER], responses=shapes.PlayerShape
    )
    def get(self, request: Request, code: str) -> Response:
        player = queries.player_of(self._seat(request))
        if player is None:
            raise NotFound
        return Response(shapes.PlayerShape(player).data)

    @extend_schema(
        operation_id="live_player_choose",
        parameters=[SEAT_HEADER],
        request=shapes.NicknameRequest,
        responses={201: shapes.PlayerShape},
    )
    def post(self, request: Request, code: str) -> Response:
        """Stand on the quiz's list under a nickname, or under another one."""
        seat = self._seat(request)
        form = shapes.NicknameRequest(data=request.data)
        form.is_valid(raise_exception=True)
        player = players.choose_nickname(
            code=code, seat=seat, nickname=form.validated_data["nickname"], now=timezone.now()
        )
        return Response(shapes.PlayerShape(player).data, status=201)

    @extend_schema(
        operation_id="live_player_leave", parameters=[SEAT_HEADER], responses={204: None}
    )
    def delete(self, request: Request, code: str) -> Response:
        """Leave the list; nickname and points are erased."""
        players.leave_list(code=code, seat=self._seat(request))
        return Response(status=204)

    def _seat(self, request: Request) -> UUID:
        seat = tickets.seat_of(seat_token(request), self.session.code)
        if seat is None:
            raise SeatRequired
        return seat


class RemovePlayerView(LiveView):
    @extend_schema(operation_id="live_player_remove", request=None, responses={204: None})
    def post(self, request: Request, code: str, player_id: int) -> Response:
        """Take a nickname off the list that does not belong there."""
        players.remove_player(actor=self.actor, code=code, player_id=player_id)
        return Response(status=204)
