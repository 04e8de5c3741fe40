"""Prepare, start, end and publish live sessions."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api_base import ApiView, paged
from polls import queries
from polls.api import shapes
from polls.api.base import LiveView
from polls.services import access_codes, questions, records, sessions
from polls.services.wording import Wording


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
        wording = Wording(**shapes.words_of(form.validated_data))
        question = questions.add_question(actor=self.actor, code=code, wording=wording)
        return Response(shapes.QuestionShape(question).data, status=201)


class QuestionView(LiveView):
    @extend_schema(
        operation_id="live_question_change",
        request=shapes.QuestionChanges,
        responses=shapes.QuestionShape,
    )
    def patch(self, request: Request, code: str, question_id: int) -> Response:
        """Word it anew, until it is put for the first time."""
        form = shapes.QuestionChanges(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        question = questions.change_question(
            actor=self.actor,
            code=code,
            question_id=question_id,
            changes=shapes.words_of(form.validated_data),
        )
        return Response(shapes.QuestionShape(question).data)

    @extend_schema(operation_id="live_question_remove", responses={204: None})
    def delete(self, request: Request, code: str, question_id: int) -> Response:
        """Take it back, until it is put for the first time."""
        questions.remove_question(actor=self.actor, code=code, question_id=question_id)
        return Response(status=204)


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
        record = records.publish_session(actor=self.actor, code=code, now=timezone.now())
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
        codes = access_codes.issue_access_codes(actor=self.actor, code=code, count=count)
        return Response({"codes": codes}, status=201)
