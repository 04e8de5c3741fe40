"""The JSON of live sessions, for input checks and the schema."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from polls.api.answer_words import CONFIGS, VALUES
from polls.api.record_shapes import JointPaperShape, OutcomeShown, PaperShown, TurnoutShape
from polls.api.room_shapes import OwnRoomShape, RoomShape
from polls.models import JointPart, LiveSession, Player, Question, Round
from polls.models.answers import LONGEST_WORD, MAX_OPTIONS, QuestionType
from polls.models.languages import Language
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
            "kind",
            "shared",
            "pace",
            "qa",
            "cards",
            "reactions",
            "leaderboard",
            "eligible",
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
    config = serializers.DictField(required=False, help_text=CONFIGS)
    visibility = serializers.ChoiceField(Visibility.choices, required=False)
    texts = serializers.DictField(
        child=serializers.CharField(max_length=300, allow_blank=True),
        required=False,
        help_text="The question in further languages: " + ", ".join(Language.values),
    )
    option_texts = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField(max_length=200, allow_blank=True)),
        required=False,
        max_length=MAX_OPTIONS,
        help_text="The answers in further languages, in the order of `options`.",
    )


class QuestionChanges(NewQuestion):
    """`options` replaces all answers, in both languages; those worded anew keep their pictures and
    further languages. What is not named stays.
    """

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "options_en" in attrs and "options" not in attrs:
            message = _("Bitte geben Sie die Antworten in beiden Sprachen an.")
            raise serializers.ValidationError({"options": [message]}, code="required")
        return attrs


def words_of(given: dict[str, Any]) -> dict[str, Any]:
    """The members of a request as fields of a Wording: the answers in both languages, in pairs."""
    words = {name: value for name, value in given.items() if name != "options_en"}
    if "options" in words:
        german, english = words["options"], given.get("options_en", [])
        english = english + [""] * (len(german) - len(english))
        words["options"] = list(zip(german, english, strict=False))
    return words


def picture_url(row: Any) -> str | None:
    """Of a row, or as a snapshot tells it already."""
    if isinstance(row, dict):
        return row["image"]  # type: ignore[no-any-return]
    return row.image.url if row.image else None


class OptionShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    text = serializers.CharField()
    text_en = serializers.CharField()
    texts = serializers.DictField(child=serializers.CharField())
    image = serializers.SerializerMethodField(help_text="Its address; `text` says what it shows.")

    def get_image(self, option: Any) -> str | None:
        return picture_url(option)


class RoundShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    n = serializers.IntegerField()
    state = serializers.CharField()
    visibility = serializers.ChoiceField(Visibility.choices)
    revealed = serializers.BooleanField()
    closes_at = serializers.DateTimeField(allow_null=True)
    held = serializers.SerializerMethodField(help_text="Whether its close waits for a person.")

    def get_held(self, round_: Round | dict[str, Any]) -> bool:
        """Of a row, or of a snapshot's or result's own member."""
        return bool(round_["held"]) if isinstance(round_, dict) else round_.held_at is not None


class QuestionShape(serializers.ModelSerializer[Question]):
    options = OptionShape(many=True)
    rounds = RoundShape(many=True)
    texts = serializers.DictField(child=serializers.CharField())
    image = serializers.SerializerMethodField()

    class Meta:
        model = Question
        fields = (
            *("id", "type", "text", "text_en", "texts", "image", "image_alt"),
            *("config", "options", "rounds"),
        )

    def get_image(self, question: Question) -> str | None:
        return picture_url(question)


class CountedRound(RoundShape):
    rev = serializers.IntegerField()
    ballots = serializers.IntegerField(allow_null=True)
    counts = serializers.DictField(child=serializers.IntegerField(), allow_null=True)
    paper = PaperShown(
        many=True, allow_null=True, help_text="Countersigned counts by hand; null as `counts` is."
    )
    final = serializers.BooleanField()
    hidden = serializers.IntegerField(help_text="How many words the facilitator took off the cloud")
    hidden_words = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="For facilitators"
    )


class LeaderShape(serializers.Serializer[Any]):
    place = serializers.IntegerField()
    nickname = serializers.CharField()
    score = serializers.IntegerField()


class CountedQuestion(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    type = serializers.ChoiceField(QuestionType.choices)
    text = serializers.CharField()
    text_en = serializers.CharField()
    texts = serializers.DictField(child=serializers.CharField())
    image = serializers.CharField(allow_null=True)
    image_alt = serializers.CharField()
    config = serializers.DictField(
        help_text="As set; of a quiz, `right` is told with the result of a closed round."
    )
    options = OptionShape(many=True)
    rounds = CountedRound(many=True)


class ResultRound(CountedRound):
    """Counts by hand stand apart, and only what is countersigned."""

    paper = PaperShown(many=True)
    turnout = TurnoutShape(allow_null=True)


class ResultQuestion(CountedQuestion):
    config = serializers.DictField()
    rounds = ResultRound(many=True)


class SnapshotQuestion(CountedQuestion):
    frozen = serializers.BooleanField()


class TownShape(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class OwnBallot(serializers.Serializer[Any]):
    ballot = serializers.UUIDField()
    version = serializers.IntegerField()
    value = serializers.DictField(allow_null=True, help_text=VALUES)


class SnapshotShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(LiveSession.State.choices)
    kind = serializers.ChoiceField(LiveSession.Kind.choices)
    eligibility = serializers.ChoiceField(LiveSession.Eligibility.choices)
    pace = serializers.ChoiceField(LiveSession.Pace.choices)
    qa = serializers.ChoiceField(LiveSession.Moderation.choices)
    cards = serializers.BooleanField()
    reactions = serializers.BooleanField()
    leaderboard = serializers.BooleanField()
    municipality = TownShape()
    focus = serializers.IntegerField(allow_null=True)
    now = serializers.DateTimeField()
    questions = SnapshotQuestion(many=True)
    own = serializers.DictField(child=OwnBallot())
    room = RoomShape()
    own_room = OwnRoomShape()
    presence = serializers.IntegerField(allow_null=True)
    leaders = LeaderShape(many=True, allow_null=True)


class ResultsShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(LiveSession.State.choices)
    record = serializers.CharField(allow_null=True)
    eligible = serializers.IntegerField(allow_null=True)
    outcome = OutcomeShown(allow_null=True)
    leaders = LeaderShape(many=True, allow_null=True)
    questions = ResultQuestion(many=True)


class NicknameRequest(serializers.Serializer[Any]):
    nickname = serializers.CharField(max_length=20)


class PlayerShape(serializers.ModelSerializer[Player]):
    class Meta:
        model = Player
        fields = ("id", "nickname", "score")


class WordRequest(serializers.Serializer[Any]):
    word = serializers.CharField(max_length=LONGEST_WORD)


class HiddenWordsShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    hidden_words = serializers.ListField(child=serializers.CharField())


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
    value = serializers.DictField(allow_null=True, help_text=VALUES)


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
    supersedes = serializers.CharField(allow_null=True)
    superseded_by = serializers.CharField(allow_null=True)
    reason = serializers.CharField(help_text="Why it corrects the record before.")
    canonical = serializers.CharField(help_text="The bytes (UTF-8) that were hashed")
    body = serializers.DictField()


class NewJoint(NewQuestion):
    texts = None  # type: ignore[assignment]  # worded in German and English alone
    option_texts = None  # type: ignore[assignment]
    title = serializers.CharField(max_length=160)
    towns = serializers.ListField(
        child=serializers.CharField(max_length=50),
        max_length=60,
        help_text="Slugs of the other municipalities that are asked.",
    )


class JointInvite(serializers.Serializer[Any]):
    town = serializers.CharField(max_length=50)


class JointJoin(serializers.Serializer[Any]):
    live = serializers.CharField(
        max_length=6, required=False, help_text="The code of one of this town's live sessions."
    )


class JointTownShape(serializers.ModelSerializer[JointPart]):
    town = serializers.CharField(source="municipality.slug")

    class Meta:
        model = JointPart
        fields = ("town", "state")


class JointPartShape(serializers.ModelSerializer[JointPart]):
    """A municipality's own part, with the wording and where it puts the question."""

    code = serializers.CharField(source="joint.code")
    title = serializers.CharField(source="joint.title")
    text = serializers.CharField(source="joint.text")
    host = serializers.CharField(source="joint.municipality.slug")
    live = serializers.SerializerMethodField()

    class Meta:
        model = JointPart
        fields = ("code", "title", "text", "host", "state", "live", "question")

    def get_live(self, part: JointPart) -> str | None:
        return part.question.session.code if part.question else None


class WordsShape(serializers.Serializer[Any]):
    text = serializers.CharField()
    text_en = serializers.CharField()


class JointTownResult(serializers.Serializer[Any]):
    municipality = serializers.CharField(source="town.slug")
    live = serializers.CharField(source="live_code")
    state = serializers.ChoiceField(Round.State.choices)
    ballots = serializers.IntegerField()
    counts = serializers.ListField(
        child=serializers.IntegerField(),
        allow_null=True,
        help_text="In the order of `options`; null until this municipality shows them.",
    )
    paper = JointPaperShape(many=True)


class JointResultShape(serializers.Serializer[Any]):
    code = serializers.CharField(source="result.joint.code")
    title = serializers.CharField(source="result.joint.title")
    type = serializers.ChoiceField(QuestionType.choices, source="result.joint.type")
    text = serializers.CharField(source="result.joint.text")
    text_en = serializers.CharField(source="result.joint.text_en")
    options = WordsShape(many=True, help_text="The answers; of a scale, its steps.")
    towns = JointTownResult(many=True, source="result.towns")
    total = serializers.ListField(
        child=serializers.IntegerField(), allow_null=True, source="result.total"
    )
    paper = JointPaperShape(many=True, source="result.paper")
    summed = serializers.IntegerField(
        source="result.summed", help_text="How many municipalities the total adds up."
    )
