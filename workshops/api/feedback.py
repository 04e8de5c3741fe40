"""The question after a date: answered by the link of the mail, read by the desk."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api_base import ApiView
from workshops import queries
from workshops.models import Feedback
from workshops.queries import feedback as said
from workshops.services import feedback


class FeedbackAskedOut(serializers.Serializer[Any]):
    question = serializers.CharField(
        source="slot.workshop.feedback_question",
        help_text="Empty where nothing is asked (any more).",
    )
    workshop = serializers.CharField(source="slot.workshop.title")
    municipality = serializers.CharField(source="slot.workshop.municipality.slug")
    starts_at = serializers.DateTimeField(source="slot.starts_at")
    is_answered = serializers.BooleanField()


class FeedbackIn(serializers.Serializer[Any]):
    stars = serializers.IntegerField(min_value=1, max_value=5)
    text = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=feedback.LONGEST_TEXT
    )


class FeedbackOut(serializers.ModelSerializer[Feedback]):
    class Meta:
        model = Feedback
        fields = ("stars", "text")


class FeedbackTextOut(serializers.ModelSerializer[Feedback]):
    class Meta:
        model = Feedback
        fields = ("id", "stars", "text")


class StarCountOut(serializers.Serializer[Any]):
    stars = serializers.IntegerField()
    count = serializers.IntegerField()
    percent = serializers.IntegerField()


class FeedbackResultOut(serializers.Serializer[Any]):
    answers = serializers.IntegerField()
    is_small = serializers.BooleanField(
        help_text=f"Fewer than {said.FEWEST_TOLD}: nothing is told but how many."
    )
    average = serializers.FloatField(allow_null=True)
    counts = StarCountOut(many=True)
    texts = FeedbackTextOut(many=True)


class FeedbackByToken(ApiView):
    @extend_schema(operation_id="feedback_asked", responses=FeedbackAskedOut)
    def get(self, request: Request, token: str) -> Response:
        """What the mail's link asks, and whether it was answered."""
        return Response(FeedbackAskedOut(said.feedback_asked(token)).data)

    @extend_schema(operation_id="give_feedback", request=FeedbackIn, responses={201: FeedbackOut})
    def post(self, request: Request, token: str) -> Response:
        """Answer, once and without a name."""
        body = FeedbackIn(data=request.data)
        body.is_valid(raise_exception=True)
        answer = feedback.give(token=token, now=timezone.now(), **body.validated_data)
        return Response(FeedbackOut(answer).data, status=201)


class SlotFeedback(ApiView):
    @extend_schema(operation_id="slot_feedback", responses=FeedbackResultOut)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Desk: what guests said."""
        found = queries.slot(self.actor, pk)
        return Response(FeedbackResultOut(said.feedback_of(self.actor, found.pk)).data)


class FeedbackText(ApiView):
    @extend_schema(operation_id="erase_feedback_text", responses={204: None})
    def delete(self, request: Request, slug: str, pk: int, feedback_id: int) -> Response:
        """Desk: take a text away that names somebody or insults; the stars stay."""
        feedback.erase_text(actor=self.actor, slot_id=pk, feedback_id=feedback_id)
        return Response(status=204)


SLOT = "municipalities/<slug:slug>/slots/<int:pk>/feedback/"
urlpatterns = [
    path("feedback/<str:token>/", FeedbackByToken.as_view(), name="api_feedback"),
    path(SLOT, SlotFeedback.as_view(), name="api_slot_feedback"),
    path(f"{SLOT}<int:feedback_id>/", FeedbackText.as_view(), name="api_feedback_text"),
]
