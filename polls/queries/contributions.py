"""What the room wrote: who sees what of it, always in the same order."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from participation.actors import Actor
from participation.models import Idea
from polls import policy
from polls.errors import NoSuchContribution
from polls.models import Contribution, LiveSession, Upvote

Audience = Literal["voter", "wall", "facilitator"]
Kind = Contribution.Kind
State = Contribution.State

TOP = 100
ORDER = (F("pinned").desc(), F("votes").desc(), F("created_at").asc(nulls_last=True), F("pk").asc())
# What everybody in the room may see; answers, besides, only while their round is revealed.
SHOWN = (State.SHOWN, State.ANSWERED)
COLUMNS = (
    *("pk", "kind", "round_id", "text", "state", "pinned", "votes", "created_at"),
    *("consent", "idea__reference", "round__revealed"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A contribution as screens get it. `revealed`: the room may see answers of its round."""

    id: str
    kind: str
    round: int | None
    text: str
    state: str
    pinned: bool
    votes: int
    at: str | None
    consent: bool
    idea: str | None
    revealed: bool | None

    def told(self, *, staff: bool) -> dict[str, Any]:
        names = ["id", "kind", "round", "text", "state", "pinned", "votes", "at", "idea"]
        return {name: getattr(self, name) for name in (*names, *(["consent"] if staff else ()))}


# --- What screens show ---------------------------------------------------------------------------


def room_settings(session_id: int) -> dict[str, Any]:
    """What the room may write just now: `qa` (off, before, after), `cards`, `reactions`."""
    rows = LiveSession.objects.filter(pk=session_id)
    return dict(rows.values("qa", "cards", "reactions").get())


def room_entries(session_id: int) -> list[Entry]:
    """At most 100 of each kind and state: one statement, however much was written.

    Questions, table cards and the answers of the round in focus; archived ones are left out.
    """
    asked = (
        Contribution.objects.filter(session_id=session_id)
        .exclude(state=State.ARCHIVED)
        .filter(~Q(kind=Kind.ANSWER) | Q(round_id=F("session__focus_round_id")))
        .annotate(
            place=Window(
                RowNumber(),
                partition_by=[F("kind"), F("state")],
                # Among equals the newest stay: an old list does not keep a new question out.
                order_by=[F("pinned").desc(), F("votes").desc(), F("created_at").desc(), F("pk")],
            )
        )
        .filter(place__lte=TOP)
    )
    return _entries(asked.order_by(*ORDER))


def seen_by(
    entries: Iterable[Entry], audience: Audience, shown: Callable[[Entry], bool] | None = None
) -> list[dict[str, Any]]:
    """What this audience may see of them; `shown` says whether an answer's round is revealed."""
    if audience == "facilitator":
        return [entry.told(staff=True) for entry in entries]
    may_show = shown or _revealed
    left = dict.fromkeys(Kind.values, TOP)
    seen = []
    for entry in entries:
        if entry.state not in SHOWN or not left[entry.kind]:
            continue
        if entry.kind == Kind.ANSWER and not may_show(entry):
            continue
        left[entry.kind] -= 1
        seen.append(entry.told(staff=False))
    return seen


def room(session: LiveSession, audience: Audience) -> dict[str, Any]:
    """The snapshot's member of that name: one statement."""
    return {
        "qa": session.qa,
        "cards": session.cards,
        "reactions": session.reactions,
        "items": seen_by(room_entries(session.pk), audience),
    }


NOTHING_OWN: dict[str, Any] = {"items": [], "upvotes": []}


def own_rooms(session_id: int, seats: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """What each seat wrote (whatever became of it) and agreed with: two statements for all."""
    found: dict[UUID, dict[str, Any]] = {seat: {"items": [], "upvotes": []} for seat in seats}
    own = Contribution.objects.filter(session_id=session_id, seat_id__in=list(found)).exclude(
        kind=Kind.ANSWER
    )
    for seat, *row in own.order_by("created_at", "pk").values_list("seat_id", *COLUMNS):
        found[seat]["items"].append(_entry(row).told(staff=True))
    agreed = Upvote.objects.filter(seat_id__in=list(found), contribution__session_id=session_id)
    for seat, contribution in agreed.order_by("pk").values_list("seat_id", "contribution_id"):
        found[seat]["upvotes"].append(str(contribution))
    return found


# --- Lists ---------------------------------------------------------------------------------------


def room_contributions(
    session: LiveSession,
    *,
    staff: bool,
    seat: UUID | None = None,
    kind: str = "",
    state: str = "",
    round_id: int | None = None,
) -> QuerySet[Contribution]:
    """What this reader may see, pinned first, then by votes and time; `seat` sees its own, too."""
    rows = Contribution.objects.filter(session=session).select_related("idea", "round__question")
    if not staff:
        public = Q(state__in=SHOWN) & (~Q(kind=Kind.ANSWER) | Q(round__revealed=True))
        rows = rows.filter(public | Q(seat_id=seat) if seat else public)
    if kind:
        rows = rows.filter(kind=kind)
    if state:
        rows = rows.filter(state=state)
    if round_id is not None:
        rows = rows.filter(round_id=round_id)
    return rows.order_by(*ORDER)


def contribution(session: LiveSession, contribution_id: UUID) -> Contribution:
    """Raises NoSuchContribution, for another session's as well."""
    found = (
        Contribution.objects.filter(session=session, pk=contribution_id)
        .select_related("idea")
        .first()
    )
    if found is None:
        raise NoSuchContribution
    return found


def counts_by_state(session: LiveSession) -> dict[str, int]:
    """How many contributions wait, are shown, …: one statement."""
    found = dict.fromkeys(State.values, 0)
    rows = Contribution.objects.filter(session=session).values_list("state").annotate(n=Count("pk"))
    return found | dict(rows.order_by("state"))


def last_card_theme(session: LiveSession) -> str:
    """The theme of the newest idea out of this session's cards, which the next ones share."""
    newest = (
        Contribution.objects.filter(session=session, idea__isnull=False)
        .order_by("-idea__created_at", "-idea_id")
        .values_list("idea__theme__slug", flat=True)
        .first()
    )
    return newest or ""


def session_of_idea(idea: Idea, actor: Actor) -> LiveSession | None:
    """The live session on whose table card this idea began, where the actor may see it."""
    card = (
        Contribution.objects.filter(idea=idea)
        .select_related("session", "session__municipality", "session__slot__workshop")
        .first()
    )
    if card is None:
        return None
    public = card.session.state != LiveSession.State.DRAFT
    return card.session if public or policy.facilitates(actor, card.session) else None


def export_rows(session: LiveSession, *, staff: bool) -> Iterator[dict[str, Any]]:
    """For exports: what may be seen, without seats and times; a stated order, one statement."""
    for row in room_contributions(session, staff=staff):
        yield {
            "kind": row.kind,
            "question": row.round.question.text if row.round else "",
            "round": row.round.n if row.round else None,
            "text": row.text,
            "state": row.state,
            "votes": row.votes,
            "consent": row.consent,
            "idea": row.idea.reference if row.idea else "",
        }


def _revealed(entry: Entry) -> bool:
    return bool(entry.revealed)


def _entries(rows: QuerySet[Contribution]) -> list[Entry]:
    return [_entry(row) for row in rows.values_list(*COLUMNS)]


def _entry(row: Sequence[Any]) -> Entry:
    at = row[7].isoformat() if row[7] else None
    values: list[Any] = [str(row[0]), *row[1:7], at, *row[8:]]
    return Entry(*values)
