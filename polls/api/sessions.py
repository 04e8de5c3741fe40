"""Prepare, start, end and publish live sessions."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api_base import ApiView, paged
from polls import queries
from polls.api import shapes
from polls.api.base import LiveView
from polls.services import sessions
from polls.services.sessions import Wording


class SessionsView(ApiView):
    @extend_schema(operation_id="live_sessions", responses=shapes.SessionShape(many=True))
    def get(self, request: Request, slug: str) -> Response:
        rows = queries.sessions(self.actor)
        return paged(self, rows, shapes.SessionShape, ("-created_at", "-pk"))

    @extend_schema(
        operation_id="live_create",
        request=shapes.NewSession,
        responses={201: shapes.SessionShape},
    )
    def post(self, request: Request, slug: str) -> Response:
        form = shapes.NewSession(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        session = sessions.create_session(
            actor=self.actor,
            title=given["title"],
            now=timezone.now(),
            eligibility=given["eligibility"],
            slot_id=given.get("slot"),
            visibility=given["visibility"],
        )
        return Response(shapes.SessionShape(session).data, status=201)


class QuestionsView(LiveView):
    @extend_schema(
        operation_id="live_question_create",
        request=shapes.NewQuestion,
        responses={201: shapes.QuestionShape},
    )
    def post(self, request: Request, code: str) -> Response:
        form = shapes.NewQuestion(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        german, english = given.get("options", []), given.get("options_en", [])
        english = english + [""] * (len(german) - len(english))
        wording = Wording(
            type=given["type"],
            text=given["text"],
            text_en=given["text_en"],
            options=list(zip(german, english, strict=False)),
            config=given.get("config", {}),
            visibility=given.get("visibility", ""),
        )
        question = sessions.add_question(actor=self.actor, code=code, wording=wording)
        return Response(shapes.QuestionShape(question).data, status=201)


class StartView(LiveView):
    @extend_schema(operation_id="live_start", request=None, responses=shapes.SessionShape)
    def post(self, request: Request, code: str) -> Response:
        session = sessions.start_session(actor=self.actor, code=code, now=timezone.now())
        return Response(shapes.SessionShape(session).data)


class EndView(LiveView):
    @extend_schema(operation_id="live_end", request=None, responses=shapes.SessionShape)
    def post(self, request: Request, code: str) -> Response:
        session = sessions.end_session(actor=self.actor, code=code, now=timezone.now())
        return Response(shapes.SessionShape(session).data)


class PublishView(LiveView):
    @extend_schema(operation_id="live_publish", request=None, responses=shapes.RecordShape)
    def post(self, request: Request, code: str) -> Response:
        record = sessions.publish_session(actor=self.actor, code=code, now=timezone.now())
        return Response(
            {
                "sha256": record.sha256,
                "code": self.session.code,
                "published_at": record.published_at.isoformat(),
            }
        )


class AccessCodesView(LiveView):
    @extend_schema(
        operation_id="live_codes_create",
        request=shapes.CodesRequest,
        responses={201: shapes.CodesShape},
    )
    def post(self, request: Request, code: str) -> Response:
        form = shapes.CodesRequest(data=request.data)
        form.is_valid(raise_exception=True)
        count: int = form.validated_data["count"]
        codes = sessions.issue_access_codes(actor=self.actor, code=code, count=count)
        return Response({"codes": codes}, status=201)
