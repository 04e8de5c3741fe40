"""The facilitator's preparing and steering: settings, copies, templates, order, next, bans."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api_base import ApiView, paged
from polls import policy, queries
from polls.api import shapes, stage_shapes
from polls.api.base import LiveView, given
from polls.api.voting import SnapshotView
from polls.models import Round
from polls.services import bans, copies, order, rehearsals, rounds, sessions, steering


def _rounds(found: list[Round]) -> Response:
    return Response(shapes.RoundShape(found, many=True).data)


class SessionView(SnapshotView):
    @extend_schema(
        operation_id="live_settings",
        request=stage_shapes.SettingsRequest,
        responses=shapes.SessionShape,
    )
    def patch(self, request: Request, code: str) -> Response:
        """Change settings. Who may vote is fixed from the start on; the rest stands at the end."""
        changes = given(stage_shapes.SettingsRequest(data=request.data))
        session = sessions.change_settings(
            actor=self.actor, code=code, changes=changes, now=timezone.now()
        )
        return Response(shapes.SessionShape(session).data)

    @extend_schema(operation_id="live_remove", responses={204: None})
    def delete(self, request: Request, code: str) -> Response:
        """Delete a template, or a session that was never started."""
        copies.remove_prepared(actor=self.actor, code=code)
        return Response(status=204)


class CopiesView(ApiView):
    @extend_schema(
        operation_id="live_copy",
        request=stage_shapes.CopyRequest,
        responses={201: shapes.SessionShape},
    )
    def post(self, request: Request, slug: str) -> Response:
        """A new draft with the same questions: the next evening, a template, or a rehearsal."""
        asked = given(stage_shapes.CopyRequest(data=request.data))
        fresh = copies.copy_session(actor=self.actor, now=timezone.now(), **asked)
        return Response(shapes.SessionShape(fresh).data, status=201)


class TemplatesView(ApiView):
    @extend_schema(operation_id="live_templates", responses=stage_shapes.TemplateShape(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """This town's templates, and those that others share."""
        rows = queries.templates(self.actor)
        return paged(self, rows, stage_shapes.TemplateShape, ("-created_at", "-pk"))


class RehearsalsView(ApiView):
    @extend_schema(operation_id="live_rehearsals", responses=shapes.SessionShape(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Rehearsals of the last day."""
        rows = queries.rehearsals(self.actor)
        return paged(self, rows, shapes.SessionShape, ("-created_at", "-pk"))


class ShareView(LiveView):
    @extend_schema(
        operation_id="live_share",
        request=stage_shapes.ShareRequest,
        responses=shapes.SessionShape,
    )
    def post(self, request: Request, code: str) -> Response:
        """Show a template to the facilitators of all towns, or no longer."""
        shared = given(stage_shapes.ShareRequest(data=request.data))["shared"]
        session = copies.share_template(actor=self.actor, code=code, shared=shared)
        return Response(shapes.SessionShape(session).data)


class NextView(LiveView):
    @extend_schema(
        operation_id="live_next",
        request=stage_shapes.NextRequest,
        responses=stage_shapes.StepShape,
    )
    def post(self, request: Request, code: str) -> Response:
        """The obvious next step: start, open, close, or show; never end or publish."""
        asked = given(stage_shapes.NextRequest(data=request.data or {}))
        done = steering.next_step(actor=self.actor, code=code, now=timezone.now(), **asked)
        return Response(stage_shapes.StepShape(done).data)


class OpenAllView(LiveView):
    @extend_schema(
        operation_id="live_open_all",
        request=stage_shapes.ClockRequest,
        responses=shapes.RoundShape(many=True),
    )
    def post(self, request: Request, code: str) -> Response:
        """Open every prepared question, where everyone has a pace of their own."""
        asked = given(stage_shapes.ClockRequest(data=request.data or {}))
        now = timezone.now()
        return _rounds(steering.open_all(actor=self.actor, code=code, now=now, **asked))


class CloseAllView(LiveView):
    @extend_schema(
        operation_id="live_close_all", request=None, responses=shapes.RoundShape(many=True)
    )
    def post(self, request: Request, code: str) -> Response:
        """Close every open question."""
        now = timezone.now()
        return _rounds(steering.close_all(actor=self.actor, code=code, now=now))


class FocusView(LiveView):
    @extend_schema(
        operation_id="live_focus",
        request=stage_shapes.FocusRequest,
        responses=stage_shapes.FocusShape,
    )
    def post(self, request: Request, code: str) -> Response:
        """Turn all screens to a round, or with null to none."""
        round_id = given(stage_shapes.FocusRequest(data=request.data))["round"]
        rounds.set_focus(actor=self.actor, code=code, round_id=round_id, now=timezone.now())
        return Response({"focus": round_id})


class HoldView(LiveView):
    @extend_schema(operation_id="live_round_hold", request=None, responses=shapes.RoundShape)
    def post(self, request: Request, code: str, round_id: int) -> Response:
        """Wait for a person: neither clock nor hand closes the round until it is released."""
        held = steering.hold_round(
            actor=self.actor, code=code, round_id=round_id, now=timezone.now()
        )
        return Response(shapes.RoundShape(held).data)


class ReleaseView(LiveView):
    @extend_schema(operation_id="live_round_release", request=None, responses=shapes.RoundShape)
    def post(self, request: Request, code: str, round_id: int) -> Response:
        """Nobody is waited for any more."""
        freed = steering.release_round(
            actor=self.actor, code=code, round_id=round_id, now=timezone.now()
        )
        return Response(shapes.RoundShape(freed).data)


class CloseSoonView(LiveView):
    @extend_schema(
        operation_id="live_round_close_soon",
        request=stage_shapes.ClockRequest,
        responses=shapes.RoundShape,
    )
    def post(self, request: Request, code: str, round_id: int) -> Response:
        """Count down to the close, ten seconds unless said."""
        asked = given(stage_shapes.ClockRequest(data=request.data or {}))
        soon = steering.close_soon(
            actor=self.actor, code=code, round_id=round_id, now=timezone.now(), **asked
        )
        return Response(shapes.RoundShape(soon).data)


class ExtendView(LiveView):
    @extend_schema(
        operation_id="live_round_extend",
        request=stage_shapes.ExtendRequest,
        responses=shapes.RoundShape,
    )
    def post(self, request: Request, code: str, round_id: int) -> Response:
        """More time on the clock of an open round."""
        asked = given(stage_shapes.ExtendRequest(data=request.data))
        later = rounds.extend_timer(
            actor=self.actor, code=code, round_id=round_id, now=timezone.now(), **asked
        )
        return Response(shapes.RoundShape(later).data)


class MoveView(LiveView):
    @extend_schema(
        operation_id="live_question_move",
        request=stage_shapes.MoveRequest,
        responses=stage_shapes.PlaceShape,
    )
    def post(self, request: Request, code: str, question_id: int) -> Response:
        """Let a question change places with the one before or after it, until it is put."""
        direction = given(stage_shapes.MoveRequest(data=request.data))["direction"]
        moved = order.move_question(
            actor=self.actor, code=code, question_id=question_id, up=direction == "up"
        )
        return Response(stage_shapes.PlaceShape(moved).data)


class DuplicateView(LiveView):
    @extend_schema(
        operation_id="live_question_duplicate", request=None, responses={201: shapes.QuestionShape}
    )
    def post(self, request: Request, code: str, question_id: int) -> Response:
        """A second question like this one, at the end."""
        fresh = order.duplicate_question(actor=self.actor, code=code, question_id=question_id)
        return Response(shapes.QuestionShape(fresh).data, status=201)


class BansView(LiveView):
    @extend_schema(operation_id="live_bans", responses=stage_shapes.BanShape(many=True))
    def get(self, request: Request, code: str) -> Response:
        """Seats that are kept out, the newest first."""
        policy.must_facilitate(self.actor, self.session)
        return Response(stage_shapes.BanShape(queries.bans(self.session), many=True).data)

    @extend_schema(
        operation_id="live_ban",
        request=stage_shapes.BanRequest,
        responses={201: stage_shapes.BanShape(many=True)},
    )
    def post(self, request: Request, code: str) -> Response:
        """Keep out the seat that wrote a contribution, or those that said a word. What is counted
        stays counted.
        """
        asked = given(stage_shapes.BanRequest(data=request.data))
        at: dict[str, Any] = {"actor": self.actor, "code": code, "now": timezone.now()}
        if "contribution" in asked:
            banned = [bans.ban_author(**at, contribution=asked["contribution"])]
        else:
            banned = bans.ban_word(**at, round_id=asked["round"], word=asked["word"])
        return Response(stage_shapes.BanShape(banned, many=True).data, status=201)


class BanView(LiveView):
    @extend_schema(operation_id="live_unban", responses={204: None})
    def delete(self, request: Request, code: str, ban: str) -> Response:
        """Let the seat in again."""
        bans.unban(actor=self.actor, code=code, ban=ban)
        return Response(status=204)


class VotersView(LiveView):
    @extend_schema(
        operation_id="live_rehearsal_voters",
        request=stage_shapes.VotersRequest,
        responses={201: stage_shapes.VotersShape},
    )
    def post(self, request: Request, code: str) -> Response:
        """Invented voters in a rehearsal: each votes in every open round."""
        count = given(stage_shapes.VotersRequest(data=request.data))["count"]
        counted = rehearsals.simulate_voters(
            actor=self.actor, code=code, count=count, now=timezone.now()
        )
        return Response({"ballots": counted}, status=201)
