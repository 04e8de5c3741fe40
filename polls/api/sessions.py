"""Prepare, start, end and publish live sessions."""

from typing import Any

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
        wording = Wording(**_words(form.validated_data))
        question = sessions.add_question(actor=self.actor, code=code, wording=wording)
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
        question = sessions.change_question(
            actor=self.actor,
            code=code,
            question_id=question_id,
            changes=_words(form.validated_data),
        )
        return Response(shapes.QuestionShape(question).data)

    @extend_schema(operation_id="live_question_remove", responses={204: None})
    def delete(self, request: Request, code: str, question_id: int) -> Response:
        """Take it back, until it is put for the first time."""
        sessions.remove_question(actor=self.actor, code=code, question_id=question_id)
        return Response(status=204)


def _words(given: dict[str, Any]) -> dict[str, Any]:
    """The members of a request as fields of a Wording: the answers in both languages, in pairs."""
    words = {name: value for name, value in given.items() if name != "options_en"}
    if "options" in words:
        german, english = words["options"], given.get("options_en", [])
        english = english + [""] * (len(german) - len(english))
        words["options"] = list(zip(german, english, strict=False))
    return words


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
