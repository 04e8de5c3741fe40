"""What a facilitator would do next, and what there is to copy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Prefetch, Q, QuerySet

from participation.actors import Actor
from participation.errors import NotFound
from participation.models import Municipality
from participation.secrets import normal_code
from polls import policy
from polls.models import LiveSession, Question, Round, Seat

Next = Literal["start", "open", "open_all", "close", "close_all", "reveal", "nothing"]


@dataclass(frozen=True, slots=True)
class Step:
    """`rounds` are those that the step is about; one, unless the pace is everyone's own."""

    name: Next
    rounds: tuple[int, ...] = ()


def next_step(session: LiveSession) -> Step:
    """The obvious thing to do: close what is open, show what is counted, put the next question
    that lacks no picture.

    Whether nobody needs more time is asked by the service. One statement.
    """
    if session.kind == LiveSession.Kind.TEMPLATE:
        return Step("nothing")
    if session.state == LiveSession.State.DRAFT:
        return Step("start")
    if not session.is_live:
        return Step("nothing")
    own = session.pace == LiveSession.Pace.OWN
    rows = (
        Round.objects.filter(question__session=session)
        .exclude(state=Round.State.DRAFT, pk__in=Round.objects.lacking_pictures().values("pk"))
        .order_by("question__position", "question_id", "n", "pk")
        .values("pk", "state", "revealed")
    )
    return _step([*rows], session.focus_round_id, own=own)


def _step(rows: Sequence[Mapping[str, Any]], focus: int | None, *, own: bool) -> Step:
    by_state: dict[str, list[int]] = {}
    for row in rows:
        by_state.setdefault(row["state"], []).append(row["pk"])
    open_, drafts = by_state.get(Round.State.OPEN, []), by_state.get(Round.State.DRAFT, [])
    if open_ and own:
        return Step("close_all", tuple(open_))
    if open_:
        return Step("close", (focus,) if focus in open_ else (open_[0],))
    counted = [
        row["pk"]
        for row in rows
        if row["state"] == Round.State.CLOSED
        and not row["revealed"]
        and (own or row["pk"] == focus)
    ]
    if counted:
        return Step("reveal", (counted[0],))
    if drafts:
        return Step("open_all", tuple(drafts)) if own else Step("open", (drafts[0],))
    return Step("nothing")


# --- Templates and rehearsals --------------------------------------------------------------------


def templates(actor: Actor) -> QuerySet[LiveSession]:
    """The town's own templates and those that others share, by town and title, with their
    questions: two statements.
    """
    policy.facilitator(actor)
    questions = Question.objects.order_by("position", "pk")
    return (
        LiveSession.objects.filter(_within_reach(actor), kind=LiveSession.Kind.TEMPLATE)
        .select_related("municipality")
        .prefetch_related(Prefetch("questions", questions))
        .order_by("municipality__name", "title", "pk")
    )


def rehearsals(actor: Actor) -> QuerySet[LiveSession]:
    """The town's rehearsals that are not deleted yet, newest first: one statement."""
    policy.facilitator(actor)
    return (
        LiveSession.objects.of(actor.town)
        .filter(kind=LiveSession.Kind.REHEARSAL)
        .order_by("-created_at", "-pk")
    )


def copyable(actor: Actor, code: str) -> LiveSession:
    """A session of the actor's own town, or a template that another town shares. Raises NotFound,
    LoginRequired, NotAllowed.
    """
    policy.facilitator(actor)
    found = (
        LiveSession.objects.filter(_within_reach(actor), code=normal_code(code)[:6])
        .select_related("municipality")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def _within_reach(actor: Actor) -> Q:
    shared = Q(shared=True, municipality__state=Municipality.State.ACTIVE)
    return Q(municipality=actor.town) | shared


# --- Seats ---------------------------------------------------------------------------------------


def banned_seats(codes: Sequence[str]) -> dict[str, frozenset[Any]]:
    """The seats that may not take part any more, by session: one statement."""
    found: dict[str, set[Any]] = {code: set() for code in codes}
    rows = Seat.objects.filter(banned_at__isnull=False, session__code__in=codes).order_by("pk")
    for code, seat in rows.values_list("session__code", "pk"):
        found[code].add(seat)
    return {code: frozenset(seats) for code, seats in found.items()}


def bans(session: LiveSession) -> list[Seat]:
    """Banned seats, the newest first."""
    rows = Seat.objects.filter(session=session, banned_at__isnull=False)
    return list(rows.order_by("-banned_at", "pk"))


def is_banned(seat: Any) -> bool:
    return Seat.objects.filter(pk=seat, banned_at__isnull=False).exists()
