"""Remarks on ideas, and reports of what breaks a rule."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput, LoginRequired, RuleBroken
from participation.models import Comment, Idea, Report
from participation.models.access import Scope
from participation.models.ideas import LISTED_STATES
from participation.queries import ideas as queries
from participation.services import wording
from participation.services.ideas import phase_allows


class CommentsClosed(RuleBroken):
    code = "comments_closed"
    message = _("Diese Idee nimmt gerade keine Kommentare an.")


@transaction.atomic
def add_comment(
    *, actor: Actor, reference: str, text: str, parent_id: int | None = None, now: datetime
) -> Comment:
    """Publish a remark of the person logged in, or an answer to one; staff speak for the town.

    Raises NotFound, LoginRequired, CommentsClosed, InvalidInput (`unknown_parent`).
    """
    idea = queries.idea(actor, reference)
    if actor.user is None:
        raise LoginRequired
    if idea.state not in LISTED_STATES or not phase_allows(idea.campaign, "comments", now):
        raise CommentsClosed
    return Comment.objects.create(
        idea=idea,
        parent=_parent(idea, parent_id),
        author=actor.user,
        display_name=actor.user.name[: wording.NAME_LENGTH],
        by_town=actor.may(Scope.IDEAS),
        text=wording.paragraphs("text", text, wording.COMMENT_LENGTH, required=True),
        created_at=now,
    )


@transaction.atomic
def hide_comment(*, actor: Actor, comment_id: int) -> Comment:
    """Take a comment out of sight. Raises NotAllowed, Comment.DoesNotExist."""
    actor.require(Scope.MODERATE)
    comment = Comment.objects.of(actor.town).select_for_update(of=("self",)).get(pk=comment_id)
    comment.state = Comment.State.HIDDEN
    comment.save(update_fields=("state",))
    return comment


@transaction.atomic
def report(
    *, actor: Actor, reference: str, reason: str, comment_id: int | None = None, now: datetime
) -> Report:
    """Tell the moderators that an idea or a comment breaks a rule; no account is needed.

    Raises NotFound, InvalidInput (`required`, `unknown_comment`).
    """
    idea = queries.idea(actor, reference)
    comment = None
    if comment_id is not None:
        comment = Comment.objects.filter(idea=idea, pk=comment_id).first()
        if comment is None:
            raise InvalidInput("comment", "unknown_comment", _("Diesen Kommentar gibt es nicht."))
    return Report.objects.create(
        idea=idea,
        comment=comment,
        reason=wording.paragraphs("reason", reason, wording.REASON_LENGTH, required=True),
        reported_by=actor.user,
        created_at=now,
    )


@transaction.atomic
def settle_report(*, actor: Actor, report_id: int, now: datetime) -> Report:
    """The report has been looked at. Raises NotAllowed, Report.DoesNotExist."""
    actor.require(Scope.MODERATE)
    row = Report.objects.of(actor.town).select_for_update(of=("self",)).get(pk=report_id)
    row.settled_at = row.settled_at or now
    row.save(update_fields=("settled_at",))
    return row


def _parent(idea: Idea, parent_id: int | None) -> Comment | None:
    if parent_id is None:
        return None
    parent = Comment.objects.filter(
        idea=idea, pk=parent_id, parent=None, state=Comment.State.PUBLISHED
    ).first()
    if parent is None:
        raise InvalidInput(
            "parent", "unknown_parent", _("Diesen Kommentar kann man nicht beantworten.")
        )
    return parent
