"""Count raised hands and paper ballots beside the phones: one person counts, another countersigns.

What is published stands: a change after that shows only with a correction of the record.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from participation.models import User
from polls import queries
from polls.errors import (
    IllegalStep,
    NoPaperForType,
    NoSuchRound,
    PaperChanged,
    PaperSigned,
    PersonNeeded,
    SecondPersonNeeded,
)
from polls.models import LiveSession, PaperTally, Round
from polls.models.answers.choices import Choice
from polls.services import sessions

MOST_HANDS = 1_000_000
Kind = PaperTally.Kind


@transaction.atomic
def enter_tally(  # noqa: PLR0913  (what is counted, and where)
    *,
    actor: Actor,
    code: str,
    round_id: int,
    kind: str,
    ballots: int,
    counts: Mapping[str, int],
    now: datetime,
) -> PaperTally:
    """Write down a count, or another in its place until it is countersigned.

    `counts` has keys of the round's own tally; what is missing is none. Locks session, round, then
    the count. Raises NotFound, NotAllowed, PersonNeeded, NoSuchRound, IllegalStep (not opened yet),
    NoPaperForType, InvalidInput (`kind`, `ballots`, `counts`), PaperSigned.
    """
    session = sessions.locked_session(actor, code)
    person = _person(actor)
    round_ = _locked_round(session, round_id)
    if kind not in Kind.values:
        raise InvalidInput("kind", "unknown_kind", _("Bitte wählen Sie, was gezählt wurde."))
    counted = plausible(round_, kind, ballots, counts)
    tally = (
        PaperTally.objects.select_for_update(of=("self",)).filter(round=round_, kind=kind).first()
    )
    if tally is None:
        tally = PaperTally(round=round_, kind=kind)
    elif tally.countersigned_at is not None:
        raise PaperSigned
    tally.ballots, tally.counts = ballots, counted
    tally.counted_by, tally.counted_at = person, now
    tally.save()
    sessions.tell_facilitators(session)
    return tally


@transaction.atomic
def countersign_tally(
    *, actor: Actor, code: str, tally_id: int, stamp: str, now: datetime
) -> PaperTally:
    """Say, as a second person, that the count is right. `stamp` is of the numbers that were seen.

    Signing twice gives the same. Locks the session, then the count. Raises NotFound, NotAllowed,
    PersonNeeded, SecondPersonNeeded, PaperChanged, IllegalStep (another person has signed).
    """
    session = sessions.locked_session(actor, code)
    person = _person(actor)
    tally = _locked_tally(session, tally_id)
    if tally.countersigned_at is not None:
        if tally.countersigned_by_id == person.pk and stamp == queries.stamp_of(tally):
            return tally
        raise IllegalStep
    if tally.counted_by_id in {None, person.pk}:
        raise SecondPersonNeeded
    if stamp != queries.stamp_of(tally):
        raise PaperChanged
    tally.countersigned_by, tally.countersigned_at = person, now
    tally.save(update_fields=["countersigned_by", "countersigned_at"])
    _tell(session, tally)
    return tally


@transaction.atomic
def withdraw_tally(*, actor: Actor, code: str, tally_id: int) -> None:
    """Take a count back, signed or not. Locks the session, then the count.

    Raises NotFound, NotAllowed, PersonNeeded.
    """
    session = sessions.locked_session(actor, code)
    _person(actor)
    tally = _locked_tally(session, tally_id)
    tally.delete()
    _tell(session, tally)


def plausible(round_: Round, kind: str, ballots: int, counts: Mapping[str, int]) -> dict[str, int]:
    """All keys of the round with their numbers, where these can be true.

    Raises NoPaperForType, InvalidInput (`ballots`, `counts`).
    """
    question = round_.question
    answer, spec = question.answer, question.spec(question.options.order_by("position", "pk"))
    if question.type not in queries.PAPER_TYPES:
        raise NoPaperForType
    limits = answer.limits(spec) if isinstance(answer, Choice) else (1, 1)
    if not _whole(ballots, 1):
        message = _("Bitte geben Sie an, wie viele Menschen gezählt wurden: 1 bis 1.000.000.")
        raise InvalidInput("ballots", "paper_ballots", message)
    keys = list(answer.counts(spec, {}))
    if not isinstance(counts, Mapping) or not set(counts) <= set(keys):
        raise InvalidInput("counts", "unknown_option", _("Diese Antwort hat die Frage nicht."))
    counted = {key: counts.get(key, 0) for key in keys}
    if not all(_whole(n, 0) for n in counted.values()):
        raise InvalidInput("counts", "paper_count", _("Bitte geben Sie ganze Zahlen ab 0 an."))
    _check_sums(kind, ballots, counted, most_each=limits[1])
    return counted


def _check_sums(kind: str, ballots: int, counted: dict[str, int], *, most_each: int) -> None:
    total, highest = sum(counted.values()), max(counted.values())
    numbers = {"total": total, "ballots": ballots}
    if highest > ballots or total > ballots * most_each:
        message = _(
            "Die Zahlen passen nicht zusammen: %(total)d Stimmen bei %(ballots)d Menschen."
            " Bitte zählen Sie nach."
        )
        raise InvalidInput("counts", "paper_sum", message % numbers)
    # A ballot paper may be blank or spoilt; a hand that is not raised was not counted.
    if kind == Kind.HANDS and total < ballots:
        message = _(
            "Bei Handzeichen muss die Summe stimmen: %(total)d Stimmen bei %(ballots)d Menschen."
            " Wer sich nicht gemeldet hat, zählt nicht mit."
        )
        raise InvalidInput("counts", "paper_sum", message % numbers)


def _whole(number: Any, lowest: int) -> bool:
    return type(number) is int and lowest <= number <= MOST_HANDS


def _tell(session: LiveSession, tally: PaperTally) -> None:
    """The wall reads the round anew: what is countersigned stands beside its bars."""
    sessions.tell_facilitators(session)
    sessions.tell_hubs(session, {"kind": "ballots", "rounds": [tally.round_id]})


def _person(actor: Actor) -> User:
    if actor.user is None:
        raise PersonNeeded
    return actor.user


def _locked_round(session: LiveSession, round_id: int) -> Round:
    round_ = (
        Round.objects.select_for_update(no_key=True, of=("self",))
        .select_related("question")
        .filter(question__session=session, pk=round_id)
        .first()
    )
    if round_ is None:
        raise NoSuchRound
    if round_.state == Round.State.DRAFT:
        raise IllegalStep
    return round_


def _locked_tally(session: LiveSession, tally_id: int) -> PaperTally:
    tally = (
        PaperTally.objects.select_for_update(of=("self",))
        .filter(round__question__session=session, pk=tally_id)
        .first()
    )
    if tally is None:
        raise NotFound
    return tally
