"""Take a word off the cloud, and put it back."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput
from polls.errors import IllegalStep
from polls.models import LiveSession, Round, RoundTally
from polls.models.answers import LONGEST_WORD, QuestionType, same_word
from polls.services import ballot_rows, rounds, sessions

MOST_HIDDEN = 200


@transaction.atomic
def hide_word(*, actor: Actor, code: str, round_id: int, word: str, now: datetime) -> Round:
    """No screen shows the word any more, however it is spelled; its ballots stay.

    Possible until the result is published. Locks session and round, then adds to the tally: its
    `rev` rises. Raises NotFound, NotAllowed, SessionNotLive, NoSuchRound, IllegalStep (no cloud,
    or not put yet), InvalidInput (`word`).
    """
    session, round_ = _locked_cloud(actor, code, round_id)
    plain = " ".join(word.split())
    if not plain or len(plain) > LONGEST_WORD or not plain.isprintable():
        raise InvalidInput("word", "no_word", _("Bitte nennen Sie ein Wort aus der Wolke."))
    if any(same_word(plain, hidden) for hidden in round_.hidden_words):
        return round_
    if len(round_.hidden_words) >= MOST_HIDDEN:
        raise InvalidInput("word", "too_many_words", _("Höchstens 200 Wörter je Durchgang."))
    _write(session, round_, [*round_.hidden_words, plain], now)
    return round_


@transaction.atomic
def show_word(*, actor: Actor, code: str, round_id: int, word: str, now: datetime) -> Round:
    """Put a word back that was taken off; one that was not is there already.

    Locks session and round. Raises NotFound, NotAllowed, SessionNotLive, NoSuchRound, IllegalStep.
    """
    session, round_ = _locked_cloud(actor, code, round_id)
    left = [hidden for hidden in round_.hidden_words if not same_word(word, hidden)]
    if left != round_.hidden_words:
        _write(session, round_, left, now)
    return round_


def _write(session: LiveSession, round_: Round, words: list[str], now: datetime) -> None:
    round_.hidden_words = words
    round_.save(update_fields=["hidden_words"])
    ballot_rows.add_to_tallies(Counter({(round_.pk, RoundTally.EDITS): 1}), 0)
    # The event is kept and replayed to everyone: which words it is about stays with the tally.
    data = {"round": round_.pk, "hidden": len(words)}
    sessions.record_event(session, "words", data, now)


def _locked_cloud(actor: Actor, code: str, round_id: int) -> tuple[LiveSession, Round]:
    session, round_ = rounds.locked_round(actor, code, round_id)
    if round_.question.type != QuestionType.WORDS or round_.state == Round.State.DRAFT:
        raise IllegalStep
    return session, round_
