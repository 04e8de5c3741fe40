"""Words that the facilitator takes off a cloud, and puts back."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from polls.api import shapes
from polls.api.base import LiveView, given
from polls.models import Round
from polls.services import clouds


def _answer(round_: Round) -> Response:
    return Response({"id": round_.pk, "hidden_words": round_.hidden_words})


class HideWordView(LiveView):
    @extend_schema(
        operation_id="live_word_hide",
        request=shapes.WordRequest,
        responses=shapes.HiddenWordsShape,
    )
    def post(self, request: Request, code: str, round_id: int) -> Response:
        """Off every screen, in all its spellings; its ballots stay."""
        asked = given(shapes.WordRequest(data=request.data))
        return _answer(
            clouds.hide_word(
                actor=self.actor, code=code, round_id=round_id, now=timezone.now(), **asked
            )
        )


class ShowWordView(LiveView):
    @extend_schema(
        operation_id="live_word_show",
        request=shapes.WordRequest,
        responses=shapes.HiddenWordsShape,
    )
    def post(self, request: Request, code: str, round_id: int) -> Response:
        """Back on the cloud."""
        asked = given(shapes.WordRequest(data=request.data))
        return _answer(
            clouds.show_word(
                actor=self.actor, code=code, round_id=round_id, now=timezone.now(), **asked
            )
        )
