"""The JSON of what the room writes."""

from typing import Any

from rest_framework import serializers

from participation.api_base import PageFilter
from polls.models import Contribution
from polls.models.contributions import Reaction
from polls.models.sessions import LiveSession
from polls.services.ballots import MAX_ID
from polls.services.contributions import LONGEST

ASKED = (Contribution.Kind.QUESTION, Contribution.Kind.CARD)


class ContributionFilter(PageFilter):
    kind = serializers.ChoiceField(Contribution.Kind.choices, required=False)
    state = serializers.ChoiceField(Contribution.State.choices, required=False)
    round = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)


class NewContribution(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Yours: the same id again makes no second one.")
    kind = serializers.ChoiceField(
        [(kind.value, kind.label) for kind in ASKED], default=Contribution.Kind.QUESTION.value
    )
    text = serializers.CharField(max_length=LONGEST)
    consent = serializers.BooleanField(
        default=False, help_text="A card: it may be passed on as an idea."
    )


class KeptShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Contribution.Kind.choices)
    state = serializers.ChoiceField(Contribution.State.choices)
    pinned = serializers.BooleanField()
    idea = serializers.CharField(source="idea.reference", allow_null=True, default=None)


class ContributionShape(KeptShape):
    round = serializers.IntegerField(source="round_id", allow_null=True)
    text = serializers.CharField()
    votes = serializers.IntegerField()
    at = serializers.DateTimeField(source="created_at", allow_null=True)


class Moderation(serializers.Serializer[Any]):
    state = serializers.ChoiceField(Contribution.State.choices, required=False)
    pinned = serializers.BooleanField(required=False)


class AgreedShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    up = serializers.BooleanField()


class IdeaRequest(serializers.Serializer[Any]):
    theme = serializers.CharField(
        max_length=50,
        required=False,
        allow_blank=True,
        help_text="A theme's slug; without it that of this session's last card.",
    )


class ReactionRequest(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(Reaction.choices)


class RoomItem(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Contribution.Kind.choices)
    round = serializers.IntegerField(allow_null=True)
    text = serializers.CharField()
    state = serializers.ChoiceField(Contribution.State.choices)
    pinned = serializers.BooleanField()
    votes = serializers.IntegerField()
    at = serializers.DateTimeField(allow_null=True)
    idea = serializers.CharField(allow_null=True)
    consent = serializers.BooleanField(required=False)


class RoomShape(serializers.Serializer[Any]):
    qa = serializers.ChoiceField(LiveSession.Moderation.choices)
    cards = serializers.BooleanField()
    reactions = serializers.BooleanField()
    items = RoomItem(many=True)


class OwnRoomShape(serializers.Serializer[Any]):
    items = RoomItem(many=True)
    upvotes = serializers.ListField(child=serializers.UUIDField())
