"""The JSON of what a facilitator prepares and steers, for input checks and the schema."""

from typing import Any

from rest_framework import serializers

from polls.models import LiveSession, Question
from polls.models.sessions import Visibility
from polls.services import bans
from polls.services.ballots import MAX_ID


class SettingsRequest(serializers.Serializer[Any]):
    """What is left out stays."""

    title = serializers.CharField(max_length=160, required=False)
    eligibility = serializers.ChoiceField(LiveSession.Eligibility.choices, required=False)
    slot = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=MAX_ID)
    visibility = serializers.ChoiceField(Visibility.choices, required=False)
    pace = serializers.ChoiceField(LiveSession.Pace.choices, required=False)
    qa = serializers.ChoiceField(LiveSession.Moderation.choices, required=False)
    cards = serializers.BooleanField(required=False)
    reactions = serializers.BooleanField(required=False)
    leaderboard = serializers.BooleanField(required=False)
    eligible = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=10_000_000,
        help_text="How many people may vote; null where nobody knows.",
    )


class CopyRequest(serializers.Serializer[Any]):
    code = serializers.CharField(
        max_length=20, help_text="A session of this town, or a template that another one shares."
    )
    kind = serializers.ChoiceField(LiveSession.Kind.choices, default=LiveSession.Kind.REAL)
    title = serializers.CharField(max_length=160, required=False, default="")


class TemplateShape(serializers.ModelSerializer[LiveSession]):
    town = serializers.CharField(source="municipality.slug")
    questions = serializers.SerializerMethodField()

    class Meta:
        model = LiveSession
        fields = ("code", "title", "town", "shared", "pace", "questions", "created_at")

    def get_questions(self, session: LiveSession) -> list[str]:
        return [question.text for question in session.questions.all()]


class ShareRequest(serializers.Serializer[Any]):
    shared = serializers.BooleanField()


class NextRequest(serializers.Serializer[Any]):
    seq = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=MAX_ID,
        help_text="Where the presser saw the session: of two presses at once, one is refused.",
    )


class StepShape(serializers.Serializer[Any]):
    step = serializers.ChoiceField(
        ["start", "open", "open_all", "close", "close_all", "reveal"], source="name"
    )
    rounds = serializers.ListField(child=serializers.IntegerField())


class ClockRequest(serializers.Serializer[Any]):
    seconds = serializers.IntegerField(required=False, min_value=5, max_value=3600)


class ExtendRequest(serializers.Serializer[Any]):
    seconds = serializers.IntegerField(min_value=5, max_value=3600)


class FocusRequest(serializers.Serializer[Any]):
    round = serializers.IntegerField(allow_null=True, min_value=1, max_value=MAX_ID)


class FocusShape(serializers.Serializer[Any]):
    focus = serializers.IntegerField(allow_null=True)


class MoveRequest(serializers.Serializer[Any]):
    direction = serializers.ChoiceField(["up", "down"])


class PlaceShape(serializers.ModelSerializer[Question]):
    class Meta:
        model = Question
        fields = ("id", "position")


class BanRequest(serializers.Serializer[Any]):
    """Whose: who wrote this contribution, or put this word into the cloud of this open round."""

    contribution = serializers.UUIDField(required=False)
    round = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    word = serializers.CharField(required=False, max_length=60)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "contribution" not in attrs and not {"round", "word"} <= set(attrs):
            raise serializers.ValidationError(code="required")
        return attrs


class BanShape(serializers.Serializer[Any]):
    """`ban` names the ban, and nothing else of the seat."""

    ban = serializers.SerializerMethodField()
    at = serializers.DateTimeField(source="banned_at")

    def get_ban(self, seat: Any) -> str:
        return bans.name_of(seat.pk)


class VotersRequest(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=1, max_value=500)


class VotersShape(serializers.Serializer[Any]):
    ballots = serializers.IntegerField(help_text="How many were counted, over all open rounds.")
