"""What the room writes, over REST: questions with up-votes, cards, reactions, moderation."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api_base import page_of, paged
from polls import policy, queries, tickets
from polls.api import room_shapes as shapes
from polls.api.base import LiveView, seat_token
from polls.api.voting import SEAT_HEADER
from polls.errors import SeatRequired
from polls.services import contributions, reactions, upvotes
from polls.services.contributions import Words

# Pins, votes and times change, or go, while somebody turns the pages.
ORDERING = ("pk",)


class SeatedView(LiveView):
    """The seat alone speaks: neither a log-in nor a key has a say here."""

    authentication_classes = ()
    counts_guests = False

    def seat(self, request: Request) -> UUID:
        """Raises SeatRequired."""
        seat = tickets.seat_of(seat_token(request), self.session.code)
        if seat is None:
            raise SeatRequired
        return seat


class ContributionsView(LiveView):
    counts_guests = False

    @extend_schema(
        operation_id="live_contributions",
        parameters=[SEAT_HEADER, shapes.ContributionFilter],
        responses=page_of("ContributionPage", shapes.ContributionShape),
    )
    def get(self, request: Request, code: str) -> Response:
        """What may be seen; with a seat, its own as well.

        In the order of the ids: turning the pages gives each row once, whatever is pinned or agreed
        with meanwhile. Ids are drawn anew when a round closes (its answers) and when the session
        ends; begin with the first page then. Screens take their order, pinned first, then by votes
        and time, from `room` in the snapshot, which holds the first hundred of each kind.
        """
        form = shapes.ContributionFilter(data=request.query_params)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        rows = queries.room_contributions(
            self.session,
            staff=policy.facilitates(self.actor, self.session),
            seat=tickets.seat_of(seat_token(request), self.session.code),
            kind=given.get("kind", ""),
            state=given.get("state", ""),
            round_id=given.get("round"),
        )
        return paged(self, rows, shapes.ContributionShape, ORDERING)

    @extend_schema(
        operation_id="live_contribution_create",
        parameters=[SEAT_HEADER],
        request=shapes.NewContribution,
        responses={201: shapes.KeptShape},
    )
    def post(self, request: Request, code: str) -> Response:
        """A question or a table card, without a name; the same `id` again gives what is there."""
        seat = tickets.seat_of(seat_token(request), self.session.code)
        if seat is None:
            raise SeatRequired
        form = shapes.NewContribution(data=request.data)
        form.is_valid(raise_exception=True)
        kept = contributions.contribute(
            code=code, seat=seat, words=Words(**form.validated_data), now=timezone.now()
        )
        return Response(shapes.KeptShape(kept).data, status=201)


class ContributionView(LiveView):
    @extend_schema(
        operation_id="live_contribution_moderate",
        request=shapes.Moderation,
        responses=shapes.KeptShape,
    )
    def patch(self, request: Request, code: str, contribution_id: UUID) -> Response:
        """Show, answer, put away or pin it; its words stay as they are."""
        form = shapes.Moderation(data=request.data)
        form.is_valid(raise_exception=True)
        done = contributions.moderate(
            actor=self.actor, code=code, contribution_id=contribution_id, **form.validated_data
        )
        return Response(shapes.KeptShape(done).data)


class UpvoteView(SeatedView):
    @extend_schema(
        operation_id="live_upvote",
        parameters=[SEAT_HEADER],
        request=None,
        responses={200: shapes.AgreedShape},
    )
    def put(self, request: Request, code: str, contribution_id: UUID) -> Response:
        """Agree with a question: once a seat."""
        return self._wish(request, contribution_id, up=True)

    @extend_schema(
        operation_id="live_upvote_take_back",
        parameters=[SEAT_HEADER],
        responses={200: shapes.AgreedShape},
    )
    def delete(self, request: Request, code: str, contribution_id: UUID) -> Response:
        return self._wish(request, contribution_id, up=False)

    def _wish(self, request: Request, contribution_id: UUID, *, up: bool) -> Response:
        wish = upvotes.Wish(self.session.pk, self.seat(request), contribution_id, up)
        agreed = upvotes.cast_one(wish, timezone.now())
        return Response({"id": str(agreed.contribution), "up": agreed.up})


class CardIdeaView(LiveView):
    @extend_schema(
        operation_id="live_card_idea",
        request=shapes.IdeaRequest,
        responses={201: shapes.KeptShape},
    )
    def post(self, request: Request, code: str, contribution_id: UUID) -> Response:
        """Make an idea of the municipality out of a table card whose author agreed to it."""
        form = shapes.IdeaRequest(data=request.data or {})
        form.is_valid(raise_exception=True)
        card = contributions.pass_on(
            actor=self.actor,
            code=code,
            contribution_id=contribution_id,
            now=timezone.now(),
            theme=form.validated_data.get("theme", ""),
        )
        return Response(shapes.KeptShape(card).data, status=201)


class ReactionsView(SeatedView):
    @extend_schema(
        operation_id="live_reaction",
        parameters=[SEAT_HEADER],
        request=shapes.ReactionRequest,
        responses={204: None},
    )
    def post(self, request: Request, code: str) -> Response:
        """Passes over the wall and is stored nowhere."""
        seat = self.seat(request)
        form = shapes.ReactionRequest(data=request.data)
        form.is_valid(raise_exception=True)
        reactions.react(code=code, seat=seat, kind=form.validated_data["kind"])
        return Response(status=204)
