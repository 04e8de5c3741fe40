"""The JSON of what stands beside the phones: by hand, turnout, corrections, what came of it."""

from typing import Any

from rest_framework import serializers

from polls.models import PaperTally
from polls.queries import stamp_of
from polls.services.papers import MOST_HANDS
from polls.services.sessions import MOST_PEOPLE
from polls.services.turnout import LONGEST_OUTCOME

COUNTS_HELP = "By the keys of the round's own counts: option ids, or steps of a scale."


class NewPaper(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(PaperTally.Kind.choices)
    ballots = serializers.IntegerField(
        min_value=1, max_value=MOST_HANDS, help_text="How many people were counted."
    )
    counts = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=MOST_HANDS), help_text=COUNTS_HELP
    )


class PaperSeen(serializers.Serializer[Any]):
    stamp = serializers.CharField(max_length=16, help_text="Of the numbers that were looked at.")


class PaperRow(serializers.ModelSerializer[PaperTally]):
    """`countersigned_at` null: waits for its second person and is shown to staff alone."""

    stamp = serializers.SerializerMethodField()

    class Meta:
        model = PaperTally
        fields = (
            "id",
            "round",
            "kind",
            "ballots",
            "counts",
            "counted_at",
            "countersigned_at",
            "stamp",
        )

    def get_stamp(self, tally: PaperTally) -> str:
        return stamp_of(tally)


class PaperShown(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(PaperTally.Kind.choices)
    ballots = serializers.IntegerField()
    counts = serializers.DictField(
        child=serializers.IntegerField(),
        allow_null=True,
        help_text="Null for fewer than five ballot papers.",
    )


class TurnoutShape(serializers.Serializer[Any]):
    eligible = serializers.IntegerField()
    percent = serializers.IntegerField(help_text="Ballots by phone, of those eligible.")


class EligibleShape(serializers.Serializer[Any]):
    eligible = serializers.IntegerField(allow_null=True, min_value=1, max_value=MOST_PEOPLE)


class EligibleTold(EligibleShape):
    suggested = serializers.IntegerField(
        allow_null=True, help_text="Tickets admitted, or codes printed."
    )
    codes_issued = serializers.IntegerField()
    codes_used = serializers.IntegerField()


class OutcomeIdea(serializers.Serializer[Any]):
    reference = serializers.CharField()
    title = serializers.CharField()


class OutcomeShown(serializers.Serializer[Any]):
    text = serializers.CharField()
    url = serializers.CharField()
    idea = OutcomeIdea(allow_null=True)


class OutcomeRequest(serializers.Serializer[Any]):
    """All empty takes it back."""

    text = serializers.CharField(
        max_length=LONGEST_OUTCOME, required=False, allow_blank=True, default=""
    )
    url = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    idea = serializers.CharField(
        max_length=20, required=False, allow_blank=True, default="", help_text="Its reference."
    )


class CorrectionRequest(serializers.Serializer[Any]):
    supersedes = serializers.CharField(max_length=64, help_text="The record that is corrected.")
    reason = serializers.CharField(max_length=300)
    title = serializers.CharField(max_length=160)
    eligible = serializers.IntegerField(allow_null=True, min_value=1, max_value=MOST_PEOPLE)


class RecordVersion(serializers.Serializer[Any]):
    sha256 = serializers.CharField()
    published_at = serializers.DateTimeField()
    reason = serializers.CharField()
    supersedes = serializers.CharField(source="supersedes.sha256", allow_null=True, default=None)


class JointPaperShape(serializers.Serializer[Any]):
    """Of one municipality, or of all that counted in this way. In no other number."""

    kind = serializers.ChoiceField(PaperTally.Kind.choices)
    ballots = serializers.IntegerField()
    counts = serializers.ListField(
        child=serializers.IntegerField(),
        allow_null=True,
        help_text="In the order of `options`; null for fewer than five ballot papers.",
    )
