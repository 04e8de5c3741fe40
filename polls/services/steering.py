"""Steer a session: next, all at once, a countdown, and time for a person who needs it.

Locks are taken as in `rounds`: the session, then its rounds in the order of their keys.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from participation.actors import Actor
from polls import queries
from polls.errors import IllegalStep, MovedOn, NothingNext, RoundHeld, SessionNotLive
from polls.models import LiveSession, Round
from polls.queries import Step
from polls.services import rounds, sessions

SOON_SECONDS = 10
# After a person has voted late, everyone sees the close coming.
RELEASED_SECONDS = 10


@transaction.atomic
def next_step(*, actor: Actor, code: str, now: datetime, seq: int | None = None) -> Step:
    """Do what is obviously next (`queries.next_step`) and say what it was.

    With `seq`, only if the session still stands where the presser saw it: of two who press at once
    one gets MovedOn, and one step is done. Locks the session and the rounds it changes. Raises
    NotFound, NotAllowed, MovedOn, NothingNext, RoundHeld.
    """
    session = sessions.locked_session(actor, code)
    if seq is not None and seq != session.seq:
        raise MovedOn
    step = queries.next_step(session)
    if step.name == "nothing":
        raise NothingNext
    _do(session, step, now)
    return step


@transaction.atomic
def open_all(*, actor: Actor, code: str, now: datetime, seconds: int | None = None) -> list[Round]:
    """Open every prepared round at once, in the order of their questions, for sessions where
    everyone has a pace of their own. What lacks a picture is left out.

    Locks the session, then the rounds. Raises NotFound, NotAllowed, SessionNotLive, IllegalStep
    (another pace, or nothing to open), InvalidInput (`seconds`).
    """
    session = _live(actor, code)
    rounds.check_seconds(seconds)
    if session.pace != LiveSession.Pace.OWN:
        raise IllegalStep
    return _open_all(session, now, seconds)


@transaction.atomic
def close_all(*, actor: Actor, code: str, now: datetime) -> list[Round]:
    """Close every open round at once.

    Locks the session, then the rounds. Raises NotFound, NotAllowed, SessionNotLive, IllegalStep
    (nothing is open), RoundHeld.
    """
    return _close_all(_live(actor, code), now)


@transaction.atomic
def close_soon(
    *, actor: Actor, code: str, round_id: int, now: datetime, seconds: int = SOON_SECONDS
) -> Round:
    """Count down to the close of an open round: in 5 to 3,600 seconds, or sooner where its clock
    says so. Locks session and round. Raises NotFound, NotAllowed, SessionNotLive, NoSuchRound,
    IllegalStep, RoundHeld, InvalidInput (`seconds`).
    """
    session, round_ = rounds.locked_round(actor, code, round_id)
    rounds.check_seconds(seconds)
    if round_.state != Round.State.OPEN:
        raise IllegalStep
    if round_.held_at is not None:
        raise RoundHeld
    soon = now + timedelta(seconds=seconds)
    round_.closes_at = min(round_.closes_at or soon, soon)
    round_.save(update_fields=["closes_at"])
    rounds.record(session, "timer", round_, now)
    return round_


@transaction.atomic
def hold_round(*, actor: Actor, code: str, round_id: int, now: datetime) -> Round:
    """A person needs more time: neither clock nor hand closes the round until it is released, and
    every screen says so. Holding twice is holding once. Locks session and round.

    Raises NotFound, NotAllowed, SessionNotLive, NoSuchRound, IllegalStep (not open).
    """
    session, round_ = rounds.locked_round(actor, code, round_id)
    if round_.state != Round.State.OPEN:
        raise IllegalStep
    if round_.held_at is None:
        round_.held_at = now
        round_.save(update_fields=["held_at"])
        rounds.record(session, "timer", round_, now)
    return round_


@transaction.atomic
def release_round(*, actor: Actor, code: str, round_id: int, now: datetime) -> Round:
    """Nobody is waited for any more. A clock that ran out meanwhile closes in ten seconds.

    Locks session and round. Raises NotFound, NotAllowed, SessionNotLive, NoSuchRound, IllegalStep
    (not open).
    """
    session, round_ = rounds.locked_round(actor, code, round_id)
    if round_.state != Round.State.OPEN:
        raise IllegalStep
    if round_.held_at is not None:
        round_.held_at = None
        if round_.closes_at is not None:
            round_.closes_at = max(round_.closes_at, now + timedelta(seconds=RELEASED_SECONDS))
        round_.save(update_fields=["held_at", "closes_at"])
        rounds.record(session, "timer", round_, now)
    return round_


def _do(session: LiveSession, step: Step, now: datetime) -> None:
    if step.name == "start":
        sessions.start_locked(session, now)
    elif step.name == "open_all":
        _open_all(session, now, None)
    elif step.name in {"close", "close_all"}:
        _close_all(session, now, only=step.rounds)
    else:
        (round_,) = _rounds(session, pk__in=step.rounds)
        moved = session.focus_round_id != round_.pk
        session.focus_round = round_
        session.save(update_fields=["focus_round"])
        if step.name == "open":
            rounds.open_locked(session, round_, now)
            return
        if moved:
            sessions.record_event(session, "focus", {"round": round_.pk}, now)
        rounds.reveal_locked(session, round_, now)


def _live(actor: Actor, code: str) -> LiveSession:
    session = sessions.locked_session(actor, code)
    if not session.is_live:
        raise SessionNotLive
    return session


def _open_all(session: LiveSession, now: datetime, seconds: int | None) -> list[Round]:
    lacking = Round.objects.lacking_pictures().filter(question__session=session).values_list("pk")
    drafts = _rounds(session, ~Q(pk__in=lacking), state=Round.State.DRAFT)
    if not drafts:
        raise IllegalStep
    for round_ in sorted(drafts, key=lambda round_: round_.question.position):
        rounds.open_locked(session, round_, now, seconds)
    # Screens turn to what opens; here each phone goes its own way instead.
    session.focus_round = None
    session.save(update_fields=["focus_round"])
    sessions.record_event(session, "focus", {"round": None}, now)
    return drafts


def _close_all(
    session: LiveSession, now: datetime, *, only: tuple[int, ...] | None = None
) -> list[Round]:
    open_ = _rounds(session, state=Round.State.OPEN)
    if only is not None:
        open_ = [round_ for round_ in open_ if round_.pk in only]
    if not open_:
        raise IllegalStep
    if any(round_.held_at is not None for round_ in open_):
        raise RoundHeld
    for round_ in open_:
        rounds.close_locked(session, round_, now)
    return open_


def _rounds(session: LiveSession, *which: Q, **those: object) -> list[Round]:
    """Locked, in the order in which every service locks several."""
    return list(
        Round.objects.select_for_update(no_key=True, of=("self",))
        .select_related("question")
        .filter(*which, question_id__in=session.questions.values("pk"), **those)
        .order_by("pk")
    )
