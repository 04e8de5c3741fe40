"""What the town's staff reads of ideas: what waits, every step, notes and reports."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from participation.actors import Actor
from participation.models import CoSignature, Idea, InternalNote, Report, Transfer, Transition, User
from participation.models.access import Role, Scope
from participation.models.ideas import IdeaQuerySet, State
from participation.queries import ideas

NEARLY_OVERDUE = timedelta(days=7)


def inbox(
    actor: Actor, *, now: datetime, show: str = "waiting", text: str = "", theme: str = ""
) -> IdeaQuerySet:
    """The town's ideas for its staff: `waiting`, `overdue`, `mine`, `reported` or `all`.

    Raises NotAllowed.
    """
    actor.require(Scope.MODERATE)
    found = ideas.visible_to(actor).select_related("theme", "assignment__person", "campaign")
    if show in _INBOX:
        found = found.filter(_inbox_filter(actor, show, now))
    if theme:
        found = found.filter(theme__slug=ideas.plain(theme))
    if text:
        found = found.filter(ideas.contains(text))
    return found.order_by("due_at", "pk") if show != "all" else found.order_by("-created_at", "-pk")


_INBOX = ("waiting", "overdue", "mine", "reported")
OPEN_STATES = (State.SUBMITTED, State.PUBLISHED, State.IN_REVIEW)


def _inbox_filter(actor: Actor, show: str, now: datetime) -> Q:
    if show == "overdue":
        return Q(
            answered_at=None,
            clock_paused_at=None,
            due_at__lt=now + NEARLY_OVERDUE,
            state__in=OPEN_STATES,
        )
    if show == "mine":
        return Q(assignment__person=actor.user) if actor.user else Q(pk=None)
    if show == "reported":
        open_reports = Report.objects.of(actor.town).filter(settled_at=None)
        return Q(pk__in=open_reports.values("idea"))
    return Q(state__in=OPEN_STATES)


def inbox_counts(actor: Actor, now: datetime) -> dict[str, int]:
    """How many each view of the inbox holds: one statement a view. Raises NotAllowed."""
    actor.require(Scope.MODERATE)
    found = ideas.visible_to(actor)
    return {
        "submitted": found.filter(state=State.SUBMITTED).count(),
        **{show: found.filter(_inbox_filter(actor, show, now)).count() for show in _INBOX},
    }


def notes(actor: Actor, target: Idea) -> QuerySet[InternalNote]:
    """What colleagues of this town noted. Raises NotAllowed."""
    actor.require(Scope.MODERATE)
    return (
        InternalNote.objects.of(actor.town)
        .filter(idea=target)
        .select_related("author")
        .order_by("-created_at", "-pk")
    )


def open_reports(actor: Actor, target: Idea) -> QuerySet[Report]:
    """Raises NotAllowed."""
    actor.require(Scope.MODERATE)
    return (
        Report.objects.of(actor.town)
        .filter(idea=target, settled_at=None)
        .select_related("comment")
        .order_by("created_at", "pk")
    )


def incoming_transfers(actor: Actor, now: datetime) -> QuerySet[Transfer]:
    """Ideas other towns offer to this one. Raises NotAllowed."""
    actor.require(Scope.IDEAS)
    return (
        Transfer.objects.filter(taker=actor.town, state=Transfer.State.OFFERED, expires_at__gt=now)
        .select_related("idea", "giver")
        .order_by("expires_at", "pk")
    )


def signatures_asked(actor: Actor) -> QuerySet[CoSignature]:
    """Answers of other towns that this one is asked to sign. Raises NotAllowed."""
    actor.require(Scope.IDEAS)
    return (
        CoSignature.objects.of(actor.town)
        .open()
        .select_related("response__idea__municipality")
        .order_by("asked_at", "pk")
    )


def case_workers(actor: Actor, now: datetime) -> QuerySet[User]:
    """Colleagues an idea can be given to. Raises NotAllowed."""
    actor.require(Scope.MODERATE)
    return (
        User.objects.filter(
            Q(memberships__valid_until_at=None) | Q(memberships__valid_until_at__gt=now),
            memberships__municipality=actor.town,
            memberships__role__in=(Role.MODERATOR, Role.CASE_WORKER, Role.ADMIN),
            memberships__valid_from_at__lte=now,
            is_active=True,
        )
        .distinct()
        .order_by("name", "email", "pk")
    )


def full_history(actor: Actor, target: Idea) -> QuerySet[Transition]:
    """Every step with reasons and names. Raises NotAllowed outside the town's staff."""
    actor.require(Scope.MODERATE)
    return (
        Transition.objects.of(actor.town)
        .filter(idea=target)
        .select_related("by")
        .order_by("created_at", "pk")
    )
