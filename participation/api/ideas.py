"""Ideas for everyone: read, hand in, confirm, support, follow, comment, report."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api.ideas_shapes import (
    CommentIn,
    CommentOut,
    IdeaChange,
    IdeaDetailOut,
    IdeaFilter,
    IdeaIn,
    IdeaOut,
    PersonIn,
    PersonOut,
    ReportIn,
    ReportOut,
    TokenIn,
)
from participation.api_base import ApiView, PageFilter, page_of, paged
from participation.models import Idea
from participation.queries import ideas as queries
from participation.services import comments, confirmations, ideas, supports
from participation.services.ideas import IdeaDraft

MANAGE_TOKEN = OpenApiParameter(
    "X-Manage-Token",
    str,
    OpenApiParameter.HEADER,
    description="The token of the link that was mailed to a guest who is the author.",
)


def cleaned(shape: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """The validated members of a body or a query. Raises ValidationError."""
    asked = shape(data=data)
    asked.is_valid(raise_exception=True)
    members: dict[str, Any] = asked.validated_data
    return members


class IdeaView(ApiView):
    def detail(self, idea: Idea, code: int = 200) -> Response:
        return Response(IdeaDetailOut(idea, context={"actor": self.actor}).data, status=code)


class IdeaList(IdeaView):
    @extend_schema(
        operation_id="ideas",
        parameters=[IdeaFilter, PageFilter],
        responses=page_of("IdeaPage", IdeaOut),
    )
    def get(self, request: Request, slug: str) -> Response:
        """The town's public ideas, the latest first."""
        asked = cleaned(IdeaFilter, request.query_params)
        found = queries.ideas(
            self.actor,
            text=asked.get("q", ""),
            theme=asked.get("theme", ""),
            state=asked.get("state", ""),
            campaign=asked.get("campaign", ""),
        )
        return paged(self, found, IdeaOut, ("-published_at", "-pk"))

    @extend_schema(operation_id="idea_hand_in", request=IdeaIn, responses={201: IdeaOut})
    def post(self, request: Request, slug: str) -> Response:
        """Hand in an idea. A guest's stays a draft until the mailed link is confirmed."""
        body = cleaned(IdeaIn, request.data)
        point = body.pop("point", None)
        draft = IdeaDraft(**body, point=(point["lat"], point["lon"]) if point else None)
        idea = ideas.hand_in(actor=self.actor, draft=draft, now=timezone.now())
        return Response(IdeaOut(idea).data, status=201)


class IdeaDetail(IdeaView):
    @extend_schema(operation_id="idea", responses=IdeaDetailOut)
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """One idea with its public history and the town's answers."""
        return self.detail(queries.idea(self.actor, reference))

    @extend_schema(
        operation_id="idea_revise",
        parameters=[MANAGE_TOKEN],
        request=IdeaChange,
        responses=IdeaDetailOut,
    )
    def patch(self, request: Request, slug: str, reference: str) -> Response:
        """Its author revises what is not published; staff set theme and place."""
        changes = cleaned(IdeaChange, request.data)
        idea = ideas.revise_idea(
            actor=self.actor,
            reference=reference,
            version=changes.pop("version"),
            changes=changes,
            now=timezone.now(),
            token=request.headers.get("X-Manage-Token", ""),
        )
        return self.detail(idea)


class SimilarFilter(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200, allow_blank=True, required=False)


class IdeaSimilar(ApiView):
    @extend_schema(
        operation_id="ideas_similar", parameters=[SimilarFilter], responses=IdeaOut(many=True)
    )
    def get(self, request: Request, slug: str) -> Response:
        """At most five public ideas whose titles share words with this one."""
        asked = cleaned(SimilarFilter, request.query_params)
        found: Any = queries.similar(self.actor, asked.get("title", ""))
        return Response(IdeaOut(found, many=True).data)


class IdeaConfirm(ApiView):
    @extend_schema(operation_id="idea_confirm", request=TokenIn, responses=IdeaOut)
    def post(self, request: Request) -> Response:
        """Confirm an idea, a support or a follow by the token of the mailed link."""
        token = cleaned(TokenIn, request.data)["token"]
        return Response(IdeaOut(confirmations.confirm(token=token, now=timezone.now()).idea).data)


class IdeaSupports(ApiView):
    @extend_schema(operation_id="idea_support", request=PersonIn, responses={201: PersonOut})
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Stand behind an idea, once a person."""
        body = cleaned(PersonIn, request.data)
        supports.give_support(actor=self.actor, reference=reference, now=timezone.now(), **body)
        return Response({"state": _state(self.actor.user)}, status=201)

    @extend_schema(operation_id="idea_support_withdraw", responses={204: None})
    def delete(self, request: Request, slug: str, reference: str) -> Response:
        """Take the support of the person logged in back."""
        supports.withdraw_support(actor=self.actor, reference=reference)
        return Response(status=204)


class IdeaFollows(ApiView):
    @extend_schema(operation_id="idea_follow", request=PersonIn, responses={201: PersonOut})
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Have every step of an idea mailed."""
        body = cleaned(PersonIn, request.data)
        supports.follow_idea(actor=self.actor, reference=reference, now=timezone.now(), **body)
        return Response({"state": _state(self.actor.user)}, status=201)

    @extend_schema(operation_id="idea_unfollow", responses={204: None})
    def delete(self, request: Request, slug: str, reference: str) -> Response:
        """No more mails to the person logged in."""
        supports.unfollow_idea(actor=self.actor, reference=reference)
        return Response(status=204)


class IdeaComments(ApiView):
    @extend_schema(operation_id="idea_comments", responses=CommentOut(many=True))
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """All published comments, answers after what they answer."""
        idea = queries.idea(self.actor, reference)
        found: Any = queries.comments(idea)
        return Response(CommentOut(found, many=True).data)

    @extend_schema(operation_id="idea_comment", request=CommentIn, responses={201: CommentOut})
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Comment, or answer a comment; for people who are logged in."""
        body = cleaned(CommentIn, request.data)
        comment = comments.add_comment(
            actor=self.actor,
            reference=reference,
            text=body["text"],
            parent_id=body.get("parent"),
            now=timezone.now(),
        )
        return Response(CommentOut(comment).data, status=201)


class IdeaReports(ApiView):
    @extend_schema(operation_id="idea_report", request=ReportIn, responses={201: ReportOut})
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Tell the moderators that an idea or a comment breaks a rule."""
        body = cleaned(ReportIn, request.data)
        comments.report(
            actor=self.actor,
            reference=reference,
            reason=body["reason"],
            comment_id=body.get("comment"),
            now=timezone.now(),
        )
        return Response({"state": "received"}, status=201)


def _state(user: object) -> str:
    return "confirmed" if user else "confirm_by_mail"


TOWN = "municipalities/<slug:slug>/ideas/"
ONE = TOWN + "<str:reference>/"
urlpatterns = [
    path("ideas/confirm/", IdeaConfirm.as_view(), name="api_idea_confirm"),
    path(TOWN, IdeaList.as_view(), name="api_ideas"),
    path(TOWN + "similar/", IdeaSimilar.as_view(), name="api_ideas_similar"),
    path(ONE, IdeaDetail.as_view(), name="api_idea"),
    path(ONE + "supports/", IdeaSupports.as_view(), name="api_idea_supports"),
    path(ONE + "follows/", IdeaFollows.as_view(), name="api_idea_follows"),
    path(ONE + "comments/", IdeaComments.as_view(), name="api_idea_comments"),
    path(ONE + "reports/", IdeaReports.as_view(), name="api_idea_reports"),
]
