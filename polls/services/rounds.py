"""Open, close, reveal, hide and repeat rounds; count them anew.

Rows are locked with `no_key`: that keeps out the share lock of ballots being cast, but not the key
locks by which their new rows refer to session and round; with those, cast and close would deadlock.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput
from polls import queries
from polls.errors import (
    IllegalStep,
    NoClock,
    NoSuchRound,
    PictureMissing,
    RoundHeld,
    SessionNotLive,
)
from polls.models import Ballot, LiveSession, Round, RoundTally
from polls.models.answers import QuestionType
from polls.models.questions import CLOSING_GRACE
from polls.models.sessions import Visibility
from polls.services import ballot_rows, contribution_rows, players, sessions


@transaction.atomic
def open_round(
    *, actor: Actor, code: str, round_id: int, now: datetime, seconds: int | None = None
) -> Round:
    """Take ballots, for `seconds` (5 to 3,600) or until closed by hand, and put it in focus.

    Locks session and round. Raises NotFound, NotAllowed, SessionNotLive, NoSuchRound, IllegalStep,
    PictureMissing, InvalidInput (`seconds`).
    """
    session, round_ = locked_round(actor, code, round_id)
    if not session.is_live:
        raise SessionNotLive
    if round_.state != Round.State.DRAFT:
        raise IllegalStep
    check_seconds(seconds)
    _focus(session, round_)
    open_locked(session, round_, now, seconds)
    return round_


@transaction.atomic
def close_round(*, actor: Actor, code: str, round_id: int, now: datetime) -> Round:
    """No ballot counts after this commit; those acknowledged before all do, and from then on no
    row says whose they were.

    Locks session and round exclusively, so it waits for the ballots being written. Closing a closed
    round returns it. Raises NotFound, NotAllowed, SessionNotLive, NoSuchRound, IllegalStep (draft),
    RoundHeld.
    """
    session, round_ = locked_round(actor, code, round_id)
    if round_.is_final:
        return round_
    if round_.state != Round.State.OPEN:
        raise IllegalStep
    if round_.held_at is not None:
        raise RoundHeld
    close_locked(session, round_, now)
    return round_


@transaction.atomic
def close_due_rounds(*, now: datetime, code: str = "") -> int:
    """Close every open round whose time and grace are over and that waits for nobody. Returns how
    many.

    Locks each session, then its round. Runs in the hub at the due time and on the clock.
    """
    due = Round.objects.filter(
        state=Round.State.OPEN, held_at=None, closes_at__lt=now - CLOSING_GRACE
    ).order_by("question__session_id", "pk")
    if code:
        due = due.filter(question__session__code=code)
    closed = 0
    for round_id, session_id in due.values_list("pk", "question__session_id"):
        session = LiveSession.objects.select_for_update(no_key=True).get(pk=session_id)
        # While this waited for the lock, somebody may have closed it, held it or given more time.
        still_due = due.select_for_update(no_key=True, of=("self",)).select_related("question")
        if (round_ := still_due.filter(pk=round_id).first()) is not None:
            close_locked(session, round_, now)
            closed += 1
    return closed


@transaction.atomic
def extend_timer(*, actor: Actor, code: str, round_id: int, seconds: int, now: datetime) -> Round:
    """Give an open round with a clock 5 to 3,600 more seconds. Locks session and round.

    Raises NotFound, NotAllowed, SessionNotLive, NoSuchRound, IllegalStep, NoClock, InvalidInput
    (`seconds`).
    """
    session, round_ = locked_round(actor, code, round_id)
    if round_.state != Round.State.OPEN:
        raise IllegalStep
    if round_.closes_at is None:
        raise NoClock
    check_seconds(seconds)
    round_.closes_at = max(round_.closes_at, now) + timedelta(seconds=seconds)
    round_.save(update_fields=["closes_at"])
    record(session, "timer", round_, now)
    return round_


@transaction.atomic
def reveal_round(*, actor: Actor, code: str, round_id: int, now: datetime) -> Round:
    """Show the counts to the room. Locks session and round.

    Raises NotFound, NotAllowed, SessionNotLive, NoSuchRound, IllegalStep (draft).
    """
    return _show(actor, code, round_id, revealed=True, now=now)


@transaction.atomic
def hide_round(*, actor: Actor, code: str, round_id: int, now: datetime) -> Round:
    """Take the counts back from the room. Locks session and round.

    Raises NotFound, NotAllowed, SessionNotLive, NoSuchRound, IllegalStep (draft).
    """
    return _show(actor, code, round_id, revealed=False, now=now)


@transaction.atomic
def again(*, actor: Actor, code: str, round_id: int, now: datetime) -> Round:
    """A further round, in draft, of the question of a closed round. Locks session and round.

    Raises NotFound, NotAllowed, SessionNotLive, NoSuchRound, IllegalStep (one is not closed yet).
    """
    session, round_ = locked_round(actor, code, round_id)
    if not session.is_live:
        raise SessionNotLive
    siblings = Round.objects.filter(question_id=round_.question_id)
    if siblings.filter(state__in=(Round.State.DRAFT, Round.State.OPEN)).exists():
        raise IllegalStep
    last = siblings.aggregate(last=Max("n"))["last"]
    fresh = Round.objects.create(
        question_id=round_.question_id, n=last + 1, visibility=round_.visibility
    )
    sessions.tell_facilitators(session)
    return fresh


@transaction.atomic
def set_focus(*, actor: Actor, code: str, round_id: int | None, now: datetime) -> LiveSession:
    """Turn all screens to a round, or to none. Locks the session.

    Raises NotFound, NotAllowed, SessionNotLive, NoSuchRound, IllegalStep (draft).
    """
    session = _live(sessions.locked_session(actor, code))
    round_ = None
    if round_id is not None:
        round_ = _round_of(session, round_id)
        if round_.state == Round.State.DRAFT:
            raise IllegalStep
    _focus(session, round_)
    sessions.record_event(session, "focus", {"round": round_id}, now)
    return session


@transaction.atomic
def rebuild_tally(*, round_id: int) -> None:
    """Count the ballots anew: the same numbers and `rev` as the running tally.

    Locks the round exclusively. Raises Round.DoesNotExist.
    """
    round_ = (
        Round.objects.select_for_update(no_key=True, of=("self",))
        .select_related("question")
        .get(pk=round_id)
    )
    sums: Counter[str] = Counter()
    if edits := _counter(round_, RoundTally.EDITS):
        sums[RoundTally.EDITS] = edits
    question = round_.question
    answer, spec = question.answer, question.spec(question.options.order_by("position", "pk"))
    if round_.is_final:
        # The versions went when the ballots were cut from their seats.
        sums[RoundTally.CHANGES] = _counter(round_, RoundTally.CHANGES)
    ballots = Ballot.objects.filter(round=round_).order_by("pk").values_list("value", "version")
    for value, version in ballots.iterator():
        if not round_.is_final:
            sums[RoundTally.CHANGES] += version
        if value is not None:
            sums[RoundTally.BALLOTS] += 1
            for key, n in answer.adds(spec, value):
                sums[f"{RoundTally.ANSWER}{key}"] += n
    RoundTally.objects.filter(round=round_).delete()
    RoundTally.objects.bulk_create(
        RoundTally(round=round_, shard=0, key=key, n=n) for key, n in sorted(sums.items())
    )


def _counter(round_: Round, key: str) -> int:
    counters = RoundTally.objects.filter(round=round_, key=key)
    return int(counters.aggregate(total=Sum("n"))["total"] or 0)


def _show(actor: Actor, code: str, round_id: int, *, revealed: bool, now: datetime) -> Round:
    session, round_ = locked_round(actor, code, round_id)
    if round_.state == Round.State.DRAFT:
        raise IllegalStep
    if revealed and not round_.revealed:
        reveal_locked(session, round_, now)
    elif round_.revealed and not revealed:
        round_.revealed = False
        round_.save(update_fields=["revealed"])
        record(session, "round.hidden", round_, now)
    return round_


def check_seconds(seconds: int | None) -> None:
    """Raises InvalidInput (`seconds`) for a clock that is too short or too long."""
    if seconds is not None and not 5 <= seconds <= 3600:
        raise InvalidInput("seconds", "duration", _("Bitte geben Sie 5 bis 3.600 Sekunden an."))


def open_locked(
    session: LiveSession, round_: Round, now: datetime, seconds: int | None = None
) -> None:
    """Open a round in draft; session and round are locked. Raises PictureMissing."""
    if Round.objects.lacking_pictures().filter(pk=round_.pk).exists():
        raise PictureMissing(round_.question.text)
    round_.state = Round.State.OPEN
    round_.opened_at = now
    round_.closes_at = now + timedelta(seconds=seconds) if seconds else None
    round_.revealed = round_.visibility == Visibility.LIVE
    round_.save(update_fields=["state", "opened_at", "closes_at", "revealed"])
    put = queries.question_as_put(round_.question_id)
    record(session, "round.opened", round_, now, question=put)


def close_locked(session: LiveSession, round_: Round, now: datetime) -> None:
    """Close an open round; session and round are locked."""
    reveals = round_.visibility == Visibility.AFTER_CLOSE and not round_.revealed
    round_.state = Round.State.CLOSED
    round_.closed_at = now
    round_.held_at = None
    round_.revealed = round_.revealed or reveals
    round_.save(update_fields=["state", "closed_at", "held_at", "revealed"])
    players.score_round(session, round_)
    ballot_rows.cut_from_seats(round_.pk)
    ballot_rows.sum_up_tallies(round_.pk)
    contribution_rows.cut_round(round_.pk)
    record(session, "round.closed", round_, now)
    if reveals:
        record(session, "round.revealed", round_, now)


def reveal_locked(session: LiveSession, round_: Round, now: datetime) -> None:
    """Show the counts of a round to the room; session and round are locked."""
    round_.revealed = True
    round_.save(update_fields=["revealed"])
    players.show_points(session)
    record(session, "round.revealed", round_, now)


def locked_round(actor: Actor, code: str, round_id: int) -> tuple[LiveSession, Round]:
    """Session and round, locked in this order, for someone who runs the session.

    Raises NotFound, LoginRequired, NotAllowed, SessionNotLive, NoSuchRound.
    """
    session = sessions.locked_session(actor, code)
    return _live(session), _round_of(session, round_id)


def _live(session: LiveSession) -> LiveSession:
    # After the end the facilitator still reveals and hides; what is published stands.
    if session.state not in {LiveSession.State.LIVE, LiveSession.State.ENDED}:
        raise SessionNotLive
    return session


def _round_of(session: LiveSession, round_id: int) -> Round:
    round_ = (
        Round.objects.select_for_update(no_key=True, of=("self",))
        .select_related("question")
        .filter(question_id__in=session.questions.values("pk"), pk=round_id)
        .first()
    )
    if round_ is None:
        raise NoSuchRound
    return round_


def _focus(session: LiveSession, round_: Round | None) -> None:
    session.focus_round = round_
    session.save(update_fields=["focus_round"])


def _right_answers(round_: Round) -> dict[str, Any]:
    """What is right in a quiz travels with the result, and never before."""
    if not (round_.is_final and round_.revealed and round_.question.type == QuestionType.QUIZ):
        return {}
    return {"config": round_.question.config}


def record(
    session: LiveSession, event: str, round_: Round, now: datetime, **more: dict[str, Any]
) -> None:
    """Tell everyone where the round stands now."""
    data: dict[str, Any] = {
        "round": round_.pk,
        "state": round_.state,
        "revealed": round_.revealed,
        "closes_at": round_.closes_at.isoformat() if round_.closes_at else None,
        "held": round_.held_at is not None,
        "at": now.isoformat(),
        **_right_answers(round_),
        **more,
    }
    sessions.record_event(session, event, data, now)
