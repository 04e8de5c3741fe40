"""What a workshop asks: public for who books, kept by the desk."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api_base import ApiView
from participation.models.access import Scope
from workshops import queries
from workshops.api.fields import line, row_id
from workshops.models import Question
from workshops.services import questions
from workshops.services.questions import QuestionDetails


class QuestionIn(serializers.Serializer[Any]):
    """`options` for the kinds `choice` and `several`; with `depends_on` the question is asked only
    where that one is answered with `depends_value` (an option, `yes` or `no`)."""

    text = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=Question.Kind.choices, required=False, default="text")
    asked = serializers.ChoiceField(
        choices=Question.Asked.choices, required=False, default="booking"
    )
    help_text = serializers.CharField(  # type: ignore[assignment]  # a field has one, too
        source="hint", max_length=300, required=False, allow_blank=True, default=""
    )
    options = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, default=list, max_length=30
    )
    is_required = serializers.BooleanField(required=False, default=False)
    depends_on = row_id(default=None)
    depends_value = line(200)
    keep_days = serializers.IntegerField(
        min_value=0, max_value=3650, required=False, default=30, help_text="After the date."
    )

    def details(self) -> QuestionDetails:
        given = dict(self.validated_data)
        given["help_text"] = given.pop("hint")
        given["depends_on_id"] = given.pop("depends_on")
        return QuestionDetails(**given)


class QuestionOut(serializers.ModelSerializer[Question]):
    depends_on = serializers.IntegerField(source="depends_on_id", read_only=True, allow_null=True)

    class Meta:
        model = Question
        fields: tuple[str, ...] = (
            "id",
            "position",
            "kind",
            "asked",
            "text",
            "help_text",
            "options",
            "is_required",
            "depends_on",
            "depends_value",
            "keep_days",
        )
        read_only_fields: tuple[str, ...] = fields
        extra_kwargs = {
            "options": {"help_text": "The texts to choose from."},
        }


class StepIn(serializers.Serializer[Any]):
    up = serializers.BooleanField()


class WorkshopQuestions(ApiView):
    @extend_schema(operation_id="questions", responses=QuestionOut(many=True))
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """In order: for the public what is asked at booking, for the desk all."""
        workshop = queries.workshop(self.actor, pk)
        if self.actor.may(Scope.DESK):
            rows = list(queries.questions(self.actor, workshop.pk))
        else:
            rows = queries.asked_questions(
                workshop.pk, asked=Question.Asked.BOOKING, now=timezone.now()
            )
        return Response(QuestionOut(rows, many=True).data)

    @extend_schema(operation_id="add_question", request=QuestionIn, responses={201: QuestionOut})
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: ask one more thing, last."""
        queries.questions(self.actor, pk)
        body = QuestionIn(data=request.data)
        body.is_valid(raise_exception=True)
        question = questions.add_question(actor=self.actor, workshop_id=pk, details=body.details())
        return Response(QuestionOut(question).data, status=201)


class QuestionDetail(ApiView):
    @extend_schema(operation_id="change_question", request=QuestionIn, responses=QuestionOut)
    def put(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: reword it. What its answers mean is fixed once there is one."""
        queries.question(self.actor, pk)
        body = QuestionIn(data=request.data)
        body.is_valid(raise_exception=True)
        question = questions.change_question(
            actor=self.actor, question_id=pk, details=body.details()
        )
        return Response(QuestionOut(question).data)

    @extend_schema(operation_id="retire_question", responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: ask it no more; its answers stay until their time."""
        questions.retire_question(actor=self.actor, question_id=pk, now=timezone.now())
        return Response(status=204)


class QuestionMove(ApiView):
    @extend_schema(operation_id="move_question", request=StepIn, responses=QuestionOut)
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: one place up or down."""
        queries.question(self.actor, pk)
        body = StepIn(data=request.data)
        body.is_valid(raise_exception=True)
        question = questions.move_question(
            actor=self.actor, question_id=pk, up=body.validated_data["up"]
        )
        return Response(QuestionOut(question).data)


TOWN = "municipalities/<slug:slug>"

urlpatterns = [
    path(
        f"{TOWN}/workshops/<int:pk>/questions/", WorkshopQuestions.as_view(), name="api_questions"
    ),
    path(f"{TOWN}/questions/<int:pk>/", QuestionDetail.as_view(), name="api_question"),
    path(f"{TOWN}/questions/<int:pk>/move/", QuestionMove.as_view(), name="api_question_move"),
]
