"""What ideas look like in JSON, in and out."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from participation.actors import Actor
from participation.models import (
    Comment,
    CoSignature,
    Idea,
    Merge,
    OfficialResponse,
    Transfer,
    Transition,
)
from participation.models.ideas import Origin, State
from participation.policy import allowed_steps
from participation.queries import ideas as queries
from participation.services import wording


class ThemeRef(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class PointShape(serializers.Serializer[Any]):
    lat = serializers.FloatField(min_value=50, max_value=52.5)
    lon = serializers.FloatField(min_value=6, max_value=10)


class IdeaOut(serializers.Serializer[Idea]):
    """`author` is null when the idea was handed in without a name."""

    reference = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    language = serializers.CharField()
    theme = ThemeRef()
    campaign = serializers.CharField(source="campaign.slug", allow_null=True)
    place = serializers.CharField()
    point = serializers.SerializerMethodField()
    author = serializers.SerializerMethodField()
    origin = serializers.ChoiceField(choices=Origin.choices)
    state = serializers.ChoiceField(choices=State.choices)
    state_label = serializers.CharField(source="get_state_display")
    supports = serializers.IntegerField(source="support_count")
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(PointShape(allow_null=True))
    def get_point(self, idea: Idea) -> dict[str, float] | None:
        if idea.lat is None or idea.lon is None:
            return None
        return {"lat": idea.lat, "lon": idea.lon}

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_author(self, idea: Idea) -> str | None:
        return idea.display_name or None


class StepOut(serializers.ModelSerializer[Transition]):
    at = serializers.DateTimeField(source="created_at")
    to_label = serializers.CharField(source="get_to_state_display")

    class Meta:
        model = Transition
        fields = ("from_state", "to_state", "to_label", "reason", "role", "at")


class ResponseOut(serializers.ModelSerializer[OfficialResponse]):
    signed_by = serializers.SerializerMethodField(
        help_text="Slugs of the other towns that answer together with this one."
    )

    class Meta:
        model = OfficialResponse
        fields = ("number", "text", "signatory", "signed_by", "published_at")

    def get_signed_by(self, response: OfficialResponse) -> list[str]:
        return [row.municipality.slug for row in response.signatures]


class SignatureOut(serializers.ModelSerializer[CoSignature]):
    """What a town is asked to sign, and what it said."""

    asked_by = serializers.CharField(source="response.idea.municipality.slug")
    reference = serializers.CharField(source="response.idea.reference")
    number = serializers.IntegerField(source="response.number")
    text = serializers.CharField(source="response.text")
    town = serializers.CharField(source="municipality.slug")

    class Meta:
        model = CoSignature
        fields = (
            *("id", "asked_by", "reference", "number", "text", "town"),
            *("state", "reason", "asked_at", "answered_at"),
        )


class TransferOut(serializers.ModelSerializer[Transfer]):
    giver = serializers.CharField(source="giver.slug")
    taker = serializers.CharField(source="taker.slug")

    class Meta:
        model = Transfer
        fields = (
            *("id", "giver", "taker", "state", "reason", "answer"),
            *("offered_at", "expires_at", "answered_at"),
        )


class IdeaDetailOut(IdeaOut):
    """With its public history, the town's answers (the valid one first) and its ways on."""

    history = serializers.SerializerMethodField()
    responses = serializers.SerializerMethodField()
    transfers = serializers.SerializerMethodField()
    merged_into = serializers.CharField(source="merged_into.reference", allow_null=True)
    next_states = serializers.SerializerMethodField(help_text="What the caller may do next.")
    supported = serializers.SerializerMethodField(help_text="By the person logged in.")
    url = serializers.SerializerMethodField()

    @property
    def _actor(self) -> Actor:
        actor: Actor = self.context["actor"]
        return actor

    @extend_schema_field(StepOut(many=True))
    def get_history(self, idea: Idea) -> Any:
        return StepOut(queries.history(idea), many=True).data

    @extend_schema_field(ResponseOut(many=True))
    def get_responses(self, idea: Idea) -> Any:
        return ResponseOut(queries.responses(idea), many=True).data

    @extend_schema_field(TransferOut(many=True))
    def get_transfers(self, idea: Idea) -> Any:
        return TransferOut(queries.transfers(idea), many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(State.choices)))
    def get_next_states(self, idea: Idea) -> list[str]:
        return [state.value for state in allowed_steps(self._actor, idea)]

    @extend_schema_field(bool)
    def get_supported(self, idea: Idea) -> bool:
        return queries.supports(self._actor, idea)

    @extend_schema_field(str)
    def get_url(self, idea: Idea) -> str:
        return reverse("idea", args=(self._actor.town.slug, idea.reference))


class CommentOut(serializers.ModelSerializer[Comment]):
    author = serializers.SerializerMethodField()
    parent = serializers.IntegerField(  # type: ignore[assignment]
        source="parent_id", allow_null=True
    )

    class Meta:
        model = Comment
        fields = ("id", "parent", "author", "by_town", "text", "created_at")

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_author(self, comment: Comment) -> str | None:
        return comment.display_name or None


class MergeOut(serializers.ModelSerializer[Merge]):
    idea = serializers.CharField(source="idea.reference")
    into = serializers.CharField(source="into.reference")

    class Meta:
        model = Merge
        fields = ("id", "idea", "into", "merged_at", "undone_at")


# --- In ------------------------------------------------------------------------------------------


class IdeaIn(serializers.Serializer[Any]):
    """Guests give an `email` and confirm by the mailed link; `origin` is for staff."""

    title = serializers.CharField(max_length=wording.TITLE_LENGTH)
    text = serializers.CharField(max_length=wording.TEXT_LENGTH)
    theme = serializers.CharField(max_length=50)
    campaign = serializers.CharField(max_length=60, required=False, allow_blank=True)
    point = PointShape(required=False, allow_null=True)
    place = serializers.CharField(max_length=wording.PLACE_LENGTH, required=False, allow_blank=True)
    anonymous = serializers.BooleanField(required=False, default=False)
    name = serializers.CharField(max_length=wording.NAME_LENGTH, required=False, allow_blank=True)
    email = serializers.CharField(max_length=254, required=False, allow_blank=True)
    language = serializers.ChoiceField(choices=["de", "en"], required=False)
    origin = serializers.ChoiceField(choices=Origin.choices, required=False)


class IdeaChange(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=wording.TITLE_LENGTH, required=False)
    text = serializers.CharField(max_length=wording.TEXT_LENGTH, required=False)
    theme = serializers.CharField(max_length=50, required=False)
    place = serializers.CharField(max_length=wording.PLACE_LENGTH, required=False, allow_blank=True)
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class TokenIn(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=200)


class PersonIn(serializers.Serializer[Any]):
    """Empty for people who are logged in; guests confirm by the mailed link."""

    email = serializers.CharField(max_length=254, required=False, allow_blank=True)
    language = serializers.ChoiceField(choices=["de", "en"], required=False)


class PersonOut(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=["confirmed", "confirm_by_mail"])


class CommentIn(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=wording.COMMENT_LENGTH)
    parent = serializers.IntegerField(  # type: ignore[assignment]
        required=False, allow_null=True, min_value=1, max_value=2**63 - 1
    )


class ReportIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=wording.REASON_LENGTH)
    comment = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=2**63 - 1
    )


class ReportOut(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=["received"])


class TransitionIn(serializers.Serializer[Any]):
    """`response` is required for accepted, partly_accepted, rejected; `reason` to decline."""

    to = serializers.ChoiceField(choices=State.choices)
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    reason = serializers.CharField(
        max_length=wording.REASON_LENGTH, required=False, allow_blank=True
    )
    rule = serializers.ChoiceField(
        choices=Transition.Rule.choices, required=False, allow_blank=True
    )
    response = serializers.CharField(
        max_length=wording.TEXT_LENGTH, required=False, allow_blank=True
    )
    signatory = serializers.CharField(max_length=120, required=False, allow_blank=True)


class ResponseIn(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=wording.TEXT_LENGTH)
    signatory = serializers.CharField(max_length=120, required=False, allow_blank=True)


class TransferIn(serializers.Serializer[Any]):
    to = serializers.CharField(max_length=50, help_text="Slug of an active municipality.")
    reason = serializers.CharField(
        max_length=wording.REASON_LENGTH, required=False, allow_blank=True
    )


class AcceptIn(serializers.Serializer[Any]):
    theme = serializers.CharField(
        max_length=50,
        required=False,
        allow_blank=True,
        help_text="Needed where the idea has a theme of the giver's own.",
    )


class SignatureIn(serializers.Serializer[Any]):
    to = serializers.CharField(max_length=50, help_text="Slug of another active municipality.")


class RefuseIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=wording.REASON_LENGTH)


class MergeIn(serializers.Serializer[Any]):
    into = serializers.CharField(max_length=13, help_text="Reference of the idea that carries on.")
    version = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class NoteIn(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=wording.COMMENT_LENGTH)


class NoteOut(serializers.Serializer[Any]):
    text = serializers.CharField()
    author = serializers.StringRelatedField[Any](allow_null=True)
    created_at = serializers.DateTimeField()


class AssignmentIn(serializers.Serializer[Any]):
    person = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=2**63 - 1
    )
    department = serializers.CharField(max_length=120, required=False, allow_blank=True)
    due_date = serializers.DateField(required=False, allow_null=True)


class AssignmentOut(serializers.Serializer[Any]):
    person = serializers.IntegerField(source="person_id", allow_null=True)
    department = serializers.CharField()
    due_date = serializers.DateField(allow_null=True)


class IdeaFilter(serializers.Serializer[Any]):
    theme = serializers.CharField(required=False, allow_blank=True, max_length=50)
    state = serializers.ChoiceField(choices=State.choices, required=False, allow_blank=True)
    campaign = serializers.CharField(required=False, allow_blank=True, max_length=60)
    q = serializers.CharField(required=False, allow_blank=True, max_length=100)


class InboxFilter(serializers.Serializer[Any]):
    show = serializers.ChoiceField(
        choices=["waiting", "overdue", "mine", "reported", "all"], required=False
    )
    theme = serializers.CharField(required=False, allow_blank=True, max_length=50)
    q = serializers.CharField(required=False, allow_blank=True, max_length=100)
