"""Joint questions: made, joined and left by each town; read by everyone."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api_base import ApiView
from polls import queries
from polls.api import shapes
from polls.services import joint as joints
from polls.services.wording import Wording


class JointsView(ApiView):
    @extend_schema(operation_id="joint_parts", responses=shapes.JointPartShape(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """What this town takes part in or is asked to, the newest hundred."""
        rows = queries.joint_sessions(self.actor)[:100]
        return Response(shapes.JointPartShape(rows, many=True).data)

    @extend_schema(
        operation_id="joint_create", request=shapes.NewJoint, responses={201: shapes.JointPartShape}
    )
    def post(self, request: Request, slug: str) -> Response:
        """Ask other municipalities to put a question, too."""
        form = shapes.NewJoint(data=request.data)
        form.is_valid(raise_exception=True)
        given = dict(form.validated_data)
        title, towns = given.pop("title"), given.pop("towns")
        joint = joints.create_joint(
            actor=self.actor,
            title=title,
            wording=Wording(**shapes.words_of(given)),
            towns=towns,
            now=timezone.now(),
        )
        part = queries.joint_part(self.actor, joint.code)
        return Response(shapes.JointPartShape(part).data, status=201)


class JointInviteView(ApiView):
    @extend_schema(
        operation_id="joint_invite",
        request=shapes.JointInvite,
        responses={201: shapes.JointTownShape},
    )
    def post(self, request: Request, slug: str, code: str) -> Response:
        """Ask one more municipality; only by the one that made the joint question."""
        form = shapes.JointInvite(data=request.data)
        form.is_valid(raise_exception=True)
        part = joints.invite_town(actor=self.actor, code=code, town=form.validated_data["town"])
        return Response(shapes.JointTownShape(part).data, status=201)


class JointJoinView(ApiView):
    @extend_schema(
        operation_id="joint_join", request=shapes.JointJoin, responses=shapes.JointPartShape
    )
    def post(self, request: Request, slug: str, code: str) -> Response:
        """Put the question in a live session of this town, a new one unless `live` names it."""
        form = shapes.JointJoin(data=request.data)
        form.is_valid(raise_exception=True)
        live_code = form.validated_data.get("live", "")
        joints.join(actor=self.actor, code=code, live_code=live_code, now=timezone.now())
        return Response(shapes.JointPartShape(queries.joint_part(self.actor, code)).data)


class JointDeclineView(ApiView):
    @extend_schema(operation_id="joint_decline", request=None, responses=shapes.JointPartShape)
    def post(self, request: Request, slug: str, code: str) -> Response:
        """Do not take part."""
        joints.decline(actor=self.actor, code=code)
        return Response(shapes.JointPartShape(queries.joint_part(self.actor, code)).data)


class JointLeaveView(ApiView):
    @extend_schema(operation_id="joint_leave", request=None, responses=shapes.JointPartShape)
    def post(self, request: Request, slug: str, code: str) -> Response:
        """Stop to stand beside the others; question and ballots stay this town's."""
        joints.leave(actor=self.actor, code=code)
        return Response(shapes.JointPartShape(queries.joint_part(self.actor, code)).data)


class JointResultView(ApiView):
    @extend_schema(operation_id="joint_result", responses=shapes.JointResultShape)
    def get(self, request: Request, code: str) -> Response:
        """Side by side, and in sum over the municipalities that show their counts."""
        found = queries.joint_results(queries.joint_by_code(code))
        options = [
            {"text": text, "text_en": text_en} for text, text_en in joints.lines_of(found.joint)
        ]
        return Response(shapes.JointResultShape({"result": found, "options": options}).data)
