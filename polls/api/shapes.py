"""The JSON of live sessions, for input checks and the schema."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from polls.models import LiveSession, Question
from polls.models.answers import MAX_OPTIONS, QuestionType
from polls.models.sessions import Visibility
from polls.services.ballots import MAX_ID, MAX_VERSION


class NewSession(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=160)
    eligibility = serializers.ChoiceField(
        LiveSession.Eligibility.choices, default=LiveSession.Eligibility.ANYONE
    )
    slot = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=MAX_ID)
    visibility = serializers.ChoiceField(Visibility.choices, default=Visibility.HIDDEN)


class SessionShape(serializers.ModelSerializer[LiveSession]):
    class Meta:
        model = LiveSession
        fields = (
            "code",
            "title",
            "eligibility",
            "visibility",
            "slot",
            "state",
            "created_at",
            "started_at",
            "ended_at",
        )


class NewQuestion(serializers.Serializer[Any]):
    type = serializers.ChoiceField(QuestionType.choices)
    text = serializers.CharField(max_length=300)
    text_en = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    options = serializers.ListField(
        child=serializers.CharField(max_length=200), required=False, max_length=MAX_OPTIONS
    )
    options_en = serializers.ListField(
        child=serializers.CharField(max_length=200, allow_blank=True),
        required=False,
        max_length=MAX_OPTIONS,
    )
    config = serializers.DictField(required=False)
    visibility = serializers.ChoiceField(Visibility.choices, required=False)


class QuestionChanges(NewQuestion):
    """`options` replaces all answers, in both languages."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "options_en" in attrs and "options" not in attrs:
            message = _("Bitte geben Sie die Antworten in beiden Sprachen an.")
            raise serializers.ValidationError({"options": [message]}, code="required")
        return attrs


class OptionShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    text = serializers.CharField()
    text_en = serializers.CharField()


class RoundShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    n = serializers.IntegerField()
    state = serializers.CharField()
    visibility = serializers.ChoiceField(Visibility.choices)
    revealed = serializers.BooleanField()
    closes_at = serializers.DateTimeField(allow_null=True)


class QuestionShape(serializers.ModelSerializer[Question]):
    options = OptionShape(many=True)
    rounds = RoundShape(many=True)

    class Meta:
        model = Question
        fields = ("id", "type", "text", "text_en", "config", "options", "rounds")


class CountedRound(RoundShape):
    rev = serializers.IntegerField()
    ballots = serializers.IntegerField(allow_null=True)
    counts = serializers.DictField(child=serializers.IntegerField(), allow_null=True)
    final = serializers.BooleanField()


class CountedQuestion(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    type = serializers.ChoiceField(QuestionType.choices)
    text = serializers.CharField()
    text_en = serializers.CharField()
    options = OptionShape(many=True)
    rounds = CountedRound(many=True)


class SnapshotQuestion(CountedQuestion):
    config = serializers.DictField()
    frozen = serializers.BooleanField()


class TownShape(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class OwnBallot(serializers.Serializer[Any]):
    ballot = serializers.UUIDField()
    version = serializers.IntegerField()
    value = serializers.DictField(allow_null=True)


class SnapshotShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(LiveSession.State.choices)
    eligibility = serializers.ChoiceField(LiveSession.Eligibility.choices)
    municipality = TownShape()
    focus = serializers.IntegerField(allow_null=True)
    now = serializers.DateTimeField()
    questions = SnapshotQuestion(many=True)
    own = serializers.DictField(child=OwnBallot())
    presence = serializers.IntegerField(allow_null=True)


class ResultsShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(LiveSession.State.choices)
    record = serializers.CharField(allow_null=True)
    questions = CountedQuestion(many=True)


class SeatRequest(serializers.Serializer[Any]):
    ticket_secret = serializers.CharField(max_length=300, required=False, allow_blank=True)
    code = serializers.CharField(max_length=40, required=False, allow_blank=True)


class SeatShape(serializers.Serializer[Any]):
    token = serializers.CharField()


class BallotShape(serializers.Serializer[Any]):
    """`value` null takes the ballot back."""

    round = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    ballot = serializers.UUIDField()
    version = serializers.IntegerField(min_value=1, max_value=MAX_VERSION)
    value = serializers.DictField(allow_null=True)


class AckShape(serializers.Serializer[Any]):
    ballot = serializers.UUIDField()
    version = serializers.IntegerField()
    at = serializers.DateTimeField()


class OpenRequest(serializers.Serializer[Any]):
    seconds = serializers.IntegerField(required=False, min_value=5, max_value=3600)


class CodesRequest(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=1, max_value=2000)


class CodesShape(serializers.Serializer[Any]):
    codes = serializers.ListField(child=serializers.CharField())


class RecordShape(serializers.Serializer[Any]):
    sha256 = serializers.CharField()
    code = serializers.CharField()
    published_at = serializers.DateTimeField()


class RecordBody(serializers.Serializer[Any]):
    sha256 = serializers.CharField()
    published_at = serializers.DateTimeField()
    superseded_by = serializers.CharField(allow_null=True)
    canonical = serializers.CharField(help_text="The bytes (UTF-8) that were hashed")
    body = serializers.DictField()
