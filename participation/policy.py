"""Who may take which step of an idea. The table is the rule; pages and REST read it."""

from enum import Enum, auto

from django.utils.translation import gettext_lazy as _

from participation import tickets
from participation.actors import Actor
from participation.errors import NotAllowed, RuleBroken
from participation.models import Idea
from participation.models.access import Scope
from participation.models.ideas import LISTED_STATES, State


class By(Enum):
    AUTHOR = auto()
    MODERATOR = auto()
    CASE_WORKER = auto()
    ADMIN = auto()


SCOPE_OF = {By.MODERATOR: Scope.MODERATE, By.CASE_WORKER: Scope.IDEAS, By.ADMIN: Scope.ADMIN}

AUTHOR = frozenset({By.AUTHOR})
MODERATOR = frozenset({By.MODERATOR})
CASE_WORKER = frozenset({By.CASE_WORKER})
ADMIN = frozenset({By.ADMIN})

MERGEABLE = (State.PUBLISHED, State.IN_REVIEW, State.NEEDS_INFORMATION)

NEXT_STATE: dict[State, dict[State, frozenset[By]]] = {
    State.DRAFT: {
        State.SUBMITTED: AUTHOR | CASE_WORKER,
        State.PUBLISHED: AUTHOR | CASE_WORKER,
        State.WITHDRAWN: AUTHOR,
    },
    State.SUBMITTED: {
        State.PUBLISHED: MODERATOR,
        State.DECLINED: MODERATOR,
        State.WITHDRAWN: AUTHOR,
    },
    State.DECLINED: {State.SUBMITTED: AUTHOR, State.WITHDRAWN: AUTHOR},
    State.PUBLISHED: {
        State.IN_REVIEW: CASE_WORKER,
        State.WITHDRAWN: AUTHOR,
        State.MERGED: MODERATOR,
    },
    State.IN_REVIEW: {
        State.NEEDS_INFORMATION: CASE_WORKER,
        State.ACCEPTED: CASE_WORKER,
        State.PARTLY: CASE_WORKER,
        State.REJECTED: CASE_WORKER,
        State.WITHDRAWN: AUTHOR,
        State.MERGED: MODERATOR,
    },
    State.NEEDS_INFORMATION: {
        State.IN_REVIEW: AUTHOR | CASE_WORKER,
        State.MERGED: MODERATOR,
    },
    State.ACCEPTED: {State.IN_PROGRESS: CASE_WORKER},
    State.PARTLY: {State.IN_PROGRESS: CASE_WORKER},
    State.REJECTED: {State.IN_REVIEW: ADMIN},
    State.IN_PROGRESS: {State.DONE: CASE_WORKER},
    State.DONE: {State.IN_REVIEW: ADMIN},
    # The way back is the one state the idea came from.
    State.HIDDEN: dict.fromkeys(LISTED_STATES, MODERATOR),
    State.MERGED: dict.fromkeys(MERGEABLE, MODERATOR),
    State.WITHDRAWN: {},
}
for _listed in LISTED_STATES:
    NEXT_STATE[_listed][State.HIDDEN] = MODERATOR

ANSWERED_BY = (State.ACCEPTED, State.PARTLY, State.REJECTED)
SUPPORTABLE = (State.PUBLISHED, State.IN_REVIEW, State.NEEDS_INFORMATION)


class IllegalStep(RuleBroken):
    code = "illegal_step"
    message = _("Dieser Schritt ist vom jetzigen Stand der Idee aus nicht möglich.")


def is_author(actor: Actor, idea: Idea, token: str = "") -> bool:
    """Logged in as the author, or holding the link that was mailed to the guest."""
    if actor.user is not None and idea.author_id == actor.user.pk:
        return True
    return bool(token) and tickets.author_of(token) == idea.pk


def allowed_steps(actor: Actor, idea: Idea, token: str = "") -> list[State]:
    """What the actor may do next, in the table's order; merging has its own door."""
    author = is_author(actor, idea, token)
    return [
        to
        for to, who in NEXT_STATE[State(idea.state)].items()
        if (author and By.AUTHOR in who)
        or any(actor.may(SCOPE_OF[by]) for by in who if by in SCOPE_OF)
        if not (idea.state_before and to != idea.state_before)
    ]


def require_business(actor: Actor, idea: Idea, token: str = "") -> None:
    """Its author, or staff who moderate or work on ideas. Raises LoginRequired, NotAllowed."""
    if not is_author(actor, idea, token) and not actor.may(Scope.IDEAS):
        actor.require(Scope.MODERATE)


def require_step(actor: Actor, idea: Idea, to: State, token: str = "") -> None:
    """Raises NotAllowed (or LoginRequired) for strangers and small roles, IllegalStep by the table.

    Whoever has no business with the idea at all learns nothing about its next steps.
    """
    require_business(actor, idea, token)
    author = is_author(actor, idea, token)
    who = NEXT_STATE[State(idea.state)].get(to)
    if who is None or (idea.state_before and to != idea.state_before):
        raise IllegalStep
    if author and By.AUTHOR in who:
        return
    if not any(actor.may(SCOPE_OF[by]) for by in who if by in SCOPE_OF):
        raise NotAllowed
