"""The facilitator's hand on a round, for programs and for networks without websockets."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from polls.api import shapes
from polls.api.base import LiveView
from polls.models import Round
from polls.services import rounds


def _answer(round_: Round) -> Response:
    return Response(shapes.RoundShape(round_).data)


class OpenView(LiveView):
    @extend_schema(
        operation_id="live_round_open", request=shapes.OpenRequest, responses=shapes.RoundShape
    )
    def post(self, request: Request, code: str, round_id: int) -> Response:
        form = shapes.OpenRequest(data=request.data or {})
        form.is_valid(raise_exception=True)
        seconds: int | None = form.validated_data.get("seconds")
        now = timezone.now()
        return _answer(
            rounds.open_round(
                actor=self.actor, code=code, round_id=round_id, now=now, seconds=seconds
            )
        )


class CloseView(LiveView):
    @extend_schema(operation_id="live_round_close", request=None, responses=shapes.RoundShape)
    def post(self, request: Request, code: str, round_id: int) -> Response:
        now = timezone.now()
        return _answer(rounds.close_round(actor=self.actor, code=code, round_id=round_id, now=now))


class RevealView(LiveView):
    @extend_schema(operation_id="live_round_reveal", request=None, responses=shapes.RoundShape)
    def post(self, request: Request, code: str, round_id: int) -> Response:
        now = timezone.now()
        return _answer(rounds.reveal_round(actor=self.actor, code=code, round_id=round_id, now=now))


class HideView(LiveView):
    @extend_schema(operation_id="live_round_hide", request=None, responses=shapes.RoundShape)
    def post(self, request: Request, code: str, round_id: int) -> Response:
        now = timezone.now()
        return _answer(rounds.hide_round(actor=self.actor, code=code, round_id=round_id, now=now))


class AgainView(LiveView):
    @extend_schema(
        operation_id="live_round_again", request=None, responses={201: shapes.RoundShape}
    )
    def post(self, request: Request, code: str, round_id: int) -> Response:
        now = timezone.now()
        fresh = rounds.again(actor=self.actor, code=code, round_id=round_id, now=now)
        return Response(shapes.RoundShape(fresh).data, status=201)
