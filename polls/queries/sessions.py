"""What is read of live sessions. Counts that are not revealed go to facilitators alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Prefetch, QuerySet, Sum
from django.urls import reverse

from participation.actors import Actor
from participation.errors import NotFound
from participation.models import Municipality
from participation.secrets import normal_code
from polls import policy
from polls.models import (
    Ballot,
    LiveSession,
    Option,
    Question,
    ResultRecord,
    Round,
    RoundTally,
    SessionEvent,
)
from polls.queries import contributions as room
from polls.queries.papers import papers_beside
from polls.queries.players import leaders
from polls.queries.published import with_paper

Audience = Literal["voter", "wall", "facilitator"]
REPLAY_LIMIT = 300
RESULT_FIELDS = (
    *("id", "type", "text", "text_en", "texts", "image", "image_alt"),
    *("config", "options", "rounds"),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """A round's standing. `counts`, and the countersigned ones by hand in `paper`, may be shown to
    the room only while `revealed`.
    """

    round_id: int
    rev: int
    ballots: int
    counts: dict[str, int] = field(default_factory=dict)
    revealed: bool = False
    final: bool = False
    paper: list[dict[str, Any]] = field(default_factory=list)

    def frame(self, *, with_counts: bool) -> dict[str, Any]:
        """The `d` of a `tally` frame."""
        return {
            "round": self.round_id,
            "rev": self.rev,
            "ballots": self.ballots,
            "counts": self.counts if with_counts else None,
            "paper": self.paper if with_counts else None,
            "final": self.final,
        }


# --- Sessions ------------------------------------------------------------------------------------


def sessions(actor: Actor) -> QuerySet[LiveSession]:
    """The town's live sessions the actor may see, newest first, without templates and rehearsals:
    one statement.
    """
    return (
        LiveSession.objects.of(actor.town)
        .visible_to(actor)
        .filter(kind=LiveSession.Kind.REAL)
        .select_related("municipality", "slot")
        .order_by("-created_at", "-pk")
    )


def current_sessions(actor: Actor) -> QuerySet[LiveSession]:
    """For a town's home page: what is live now, then what was published, newest first."""
    # By the alphabet, "live" comes before "published".
    shown = (LiveSession.State.LIVE, LiveSession.State.PUBLISHED)
    return sessions(actor).filter(state__in=shown).order_by("state", "-created_at", "-pk")


def open_to_tickets(slot_id: int) -> QuerySet[LiveSession]:
    """Where admitted tickets of this date may vote now: one statement."""
    return LiveSession.objects.filter(
        slot_id=slot_id,
        eligibility=LiveSession.Eligibility.TICKETS,
        state=LiveSession.State.LIVE,
        kind=LiveSession.Kind.REAL,
    ).order_by("pk")


def own_session(actor: Actor, code: str) -> LiveSession:
    """One that the actor runs. Raises NotFound for another town's, LoginRequired, NotAllowed."""
    session = live_session(actor, code)
    policy.must_facilitate(actor, session)
    return session


def session_by_code(code: str) -> LiveSession:
    """Any session, as typed; what it shows is for the caller to decide. Nobody joins a template.
    Raises NotFound.
    """
    session = any_by_code(code)
    if session.kind == LiveSession.Kind.TEMPLATE:
        raise NotFound
    return session


def any_by_code(code: str) -> LiveSession:
    """A session or template, whoever asks. Raises NotFound."""
    session = (
        LiveSession.objects.select_related("municipality", "slot")
        .filter(code=normal_code(code)[:6], municipality__state=Municipality.State.ACTIVE)
        .first()
    )
    if session is None:
        raise NotFound
    return session


def live_session(actor: Actor, code: str) -> LiveSession:
    """A session this actor may see: drafts (so templates, too) only for those who run them. Raises
    NotFound.
    """
    session = any_by_code(code)
    if session.state == LiveSession.State.DRAFT and not policy.facilitates(actor, session):
        raise NotFound
    return session


def seqs(codes: Iterable[str]) -> dict[str, int]:
    """Where each session's control events stand."""
    rows = LiveSession.objects.filter(code__in=list(codes)).order_by("pk")
    return dict(rows.values_list("code", "seq"))


def events_after(session_id: int, seq: int) -> list[tuple[int, str, dict[str, Any]]]:
    """At most the last 300 control events after `seq`, oldest first: (seq, type, data)."""
    rows = (
        SessionEvent.objects.filter(session_id=session_id, seq__gt=seq)
        .order_by("-seq")
        .values_list("seq", "type", "data")[:REPLAY_LIMIT]
    )
    return list(reversed(rows))


# --- Tallies -------------------------------------------------------------------------------------


def tallies(round_ids: Iterable[int]) -> dict[int, Tally]:
    """The standing of each round: four statements, whatever the number of ballots."""
    wanted = sorted(set(round_ids))
    rounds = (
        Round.objects.filter(pk__in=wanted)
        .select_related("question")
        .prefetch_related("question__options")
        .order_by("pk")
    )
    return _tallies(list(rounds))


def _tallies(rounds: list[Round]) -> dict[int, Tally]:
    sums: dict[int, dict[str, int]] = defaultdict(dict)
    rows = (
        RoundTally.objects.filter(round_id__in=[round_.pk for round_ in rounds])
        .values_list("round_id", "key")
        .annotate(total=Sum("n"))
        .order_by("round_id", "key")
    )
    for round_id, key, total in rows:
        sums[round_id][key] = total
    papers = papers_beside(round_.pk for round_ in rounds)
    return {
        round_.pk: _tally(round_, sums[round_.pk], papers.get(round_.pk, [])) for round_ in rounds
    }


def _tally(round_: Round, sums: dict[str, int], paper: list[dict[str, Any]]) -> Tally:
    question = round_.question
    said = {
        key.removeprefix(RoundTally.ANSWER): n
        for key, n in sums.items()
        if key.startswith(RoundTally.ANSWER)
    }
    shown = question.answer.shown(said, round_.hidden_words)
    counts = question.answer.counts(question.spec(question.options.all()), shown)
    return Tally(
        round_id=round_.pk,
        rev=sums.get(RoundTally.CHANGES, 0) + sums.get(RoundTally.EDITS, 0),
        ballots=sums.get(RoundTally.BALLOTS, 0),
        counts=counts,
        revealed=round_.revealed,
        final=round_.is_final,
        paper=paper,
    )


# --- Snapshots -----------------------------------------------------------------------------------


def snapshot(
    session: LiveSession,
    *,
    now: datetime,
    audience: Audience = "voter",
    seat: UUID | None = None,
    presence: int | None = None,
) -> dict[str, Any]:
    """All that a screen needs to start from, as JSON types: seven statements, ten with a seat.

    Questions without an opened round are shown to the facilitator alone.
    """
    staff = audience == "facilitator"
    questions = _questions(Question.objects.filter(session=session))
    standing = _tallies([round_ for question in questions for round_ in question.rounds.all()])
    return {
        "code": session.code,
        "title": session.title,
        "state": session.state,
        "kind": session.kind,
        "eligibility": session.eligibility,
        "pace": session.pace,
        "qa": session.qa,
        "cards": session.cards,
        "reactions": session.reactions,
        "leaderboard": session.leaderboard,
        "municipality": {
            "slug": session.municipality.slug,
            "name": session.municipality.name,
        },
        "focus": session.focus_round_id,
        "now": now.isoformat(),
        "questions": [
            shown
            for question in questions
            if (shown := _question(question, standing, staff=staff)) is not None
        ],
        "own": own_ballots(session.pk, [seat])[seat] if seat else {},
        "room": room.room(session, audience),
        "own_room": room.own_rooms(session.pk, [seat])[seat] if seat else room.NOTHING_OWN,
        "presence": presence,
        "leaders": leaders(session.pk) if session.leaderboard else None,
    }


def _questions(wanted: QuerySet[Question]) -> list[Question]:
    options = Option.objects.order_by("position", "pk")
    rounds = Round.objects.order_by("n", "pk")
    return list(
        wanted.prefetch_related(Prefetch("options", options), Prefetch("rounds", rounds)).order_by(
            "position", "pk"
        )
    )


def _question(
    question: Question, standing: Mapping[int, Tally], *, staff: bool
) -> dict[str, Any] | None:
    rounds = [
        round_ for round_ in question.rounds.all() if staff or round_.state != Round.State.DRAFT
    ]
    if not rounds and not staff:
        return None
    # What is right is told with the result, and never before.
    shown = staff or any(round_.revealed and round_.is_final for round_ in rounds)
    config = question.config if shown else question.answer.public_config(question.config)
    return {
        "id": question.pk,
        "type": question.type,
        "text": question.text,
        "text_en": question.text_en,
        "texts": question.texts,
        "image": _picture(question),
        "image_alt": question.image_alt,
        "config": config,
        "frozen": question.frozen_at is not None,
        "options": [
            {
                "id": option.pk,
                "text": option.text,
                "text_en": option.text_en,
                "texts": option.texts,
                "image": option.image.url if option.image else None,
            }
            for option in question.options.all()
        ],
        "rounds": [_round(round_, standing[round_.pk], staff=staff) for round_ in rounds],
    }


def _picture(question: Question) -> str | None:
    """The address of its own picture, or of the map that it is pinned on."""
    if box := question.config.get("box"):
        return reverse("live_ground", args=(",".join(f"{edge:g}" for edge in box),))
    return question.image.url if question.image else None


def question(session: LiveSession, question_id: int) -> Question:
    """With its options in order: two statements. Raises NotFound."""
    found = _questions(Question.objects.filter(session=session, pk=question_id))
    if not found:
        raise NotFound
    return found[0]


def question_as_put(question_id: int) -> dict[str, Any]:
    """A question as it travels with `round.opened`, without any counts: the event is kept and
    replayed, when what was revealed may long be hidden again.
    """
    question = _questions(Question.objects.filter(pk=question_id))[0]
    nothing: dict[int, Tally] = defaultdict(lambda: Tally(0, 0, 0))
    shown = _question(question, nothing, staff=False)
    if shown is None:
        raise NotFound
    return shown


def _round(round_: Round, tally: Tally, *, staff: bool) -> dict[str, Any]:
    frame = tally.frame(with_counts=staff or tally.revealed)
    return {
        "id": round_.pk,
        "n": round_.n,
        "state": round_.state,
        "visibility": round_.visibility,
        "revealed": round_.revealed,
        "closes_at": round_.closes_at.isoformat() if round_.closes_at else None,
        "held": round_.held_at is not None,
        **{key: frame[key] for key in ("rev", "ballots", "counts", "paper")},
        "final": round_.is_final,
        "hidden": len(round_.hidden_words),
        "hidden_words": round_.hidden_words if staff else None,
    }


def own_ballots(session_id: int, seats: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """What each seat has cast in open rounds, by round id: one statement for all of them.

    What a seat said in a closed round is known to its phone alone.
    """
    found: dict[UUID, dict[str, Any]] = {seat: {} for seat in seats}
    rows = Ballot.objects.filter(
        seat_id__in=list(found), round__question__session_id=session_id
    ).order_by("pk")
    for ballot in rows:
        if ballot.seat_id is None:
            continue
        found[ballot.seat_id][str(ballot.round_id)] = {
            "ballot": str(ballot.pk),
            "version": ballot.version,
            "value": ballot.value,
        }
    return found


# --- Results -------------------------------------------------------------------------------------


def results(session: LiveSession, actor: Actor) -> dict[str, Any]:
    """Every opened round with its turnout, and its counts where this actor may see them. Raises
    NotFound for a rehearsal, unless for those who run it: nothing of it is published.
    """
    staff = policy.facilitates(actor, session)
    if session.kind == LiveSession.Kind.REHEARSAL and not staff:
        raise NotFound
    questions = _questions(Question.objects.filter(session=session))
    standing = _tallies([round_ for question in questions for round_ in question.rounds.all()])
    record = (
        ResultRecord.objects.filter(session=session, superseded_by=None)
        .order_by("-published_at", "-pk")
        .first()
    )
    body = {
        "code": session.code,
        "title": session.title,
        "state": session.state,
        "record": record.sha256 if record else None,
        "leaders": leaders(session.pk) if session.leaderboard else None,
        "questions": [
            {key: shown[key] for key in RESULT_FIELDS}
            for question in questions
            if (shown := _question(question, standing, staff=staff)) is not None
        ],
    }
    return with_paper(body, session, record)
