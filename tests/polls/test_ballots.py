"""Casting: what counts, what is refused, and that the tally is the ballots."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from participation.errors import RuleBroken
from participation.models import Municipality
from polls import queries
from polls.models import Ballot, Question, Round, RoundTally
from polls.services import ballots, questions, rounds
from polls.services.ballots import Ack, Cast, Outcome
from polls.services.wording import Wording
from tests.polls.factories import BIKES, Evening, make_evening


@pytest.fixture
def evening(town: Municipality, now: datetime) -> Evening:
    return make_evening(town, now)


def code_of(outcome: Outcome) -> str:
    return outcome.code if isinstance(outcome, RuleBroken) else "ack"


def counts_of(evening: Evening) -> dict[str, int]:
    return queries.tallies([evening.round.pk])[evening.round.pk].counts


def test_a_ballot_is_acknowledged_and_counted(evening: Evening, now: datetime) -> None:
    cast = evening.cast()
    assert ballots.cast_ballots([cast], now) == [Ack(cast.ballot, 1, now)]
    tally = queries.tallies([evening.round.pk])[evening.round.pk]
    first, second = evening.options
    assert tally == queries.Tally(evening.round.pk, 1, 1, {str(first): 1, str(second): 0})
    assert Question.objects.get().frozen_at == now


def test_what_is_kept_of_frozen_questions_is_bounded(
    town: Municipality, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ballots, "MOST_SPECS", 1)
    evenings = [make_evening(town, now) for _number in range(3)]
    for evening in evenings * 2:  # the first ballot freezes
        assert isinstance(ballots.cast_one(evening.cast(), now), Ack)
    assert len(ballots._frozen_specs) == 1


def test_each_of_a_batch_is_judged_on_its_own(evening: Evening, now: datetime) -> None:
    good, other = evening.cast(), evening.cast(value={"options": [evening.options[1]]})
    bad = evening.cast(value={"options": [0]})
    nowhere = evening.cast(round_id=2**62)
    outcomes = ballots.cast_ballots([good, bad, nowhere, other], now)
    assert [code_of(outcome) for outcome in outcomes] == [
        "ack",
        "invalid_value",
        "no_such_round",
        "ack",
    ]
    assert Ballot.objects.count() == 2


def test_the_same_ballot_gets_the_same_ack_even_after_the_close(
    evening: Evening, now: datetime
) -> None:
    cast = evening.cast()
    first = ballots.cast_ballots([cast, cast], now)
    rounds.close_round(**evening.at())
    later = ballots.cast_ballots([cast], now + timedelta(minutes=1))
    assert first == [Ack(cast.ballot, 1, now)] * 2
    assert later == [Ack(cast.ballot, 1, now)]
    assert sum(counts_of(evening).values()) == 1


def test_what_came_in_time_counts_however_late_it_is_written(
    evening: Evening, now: datetime
) -> None:
    """Thousands may vote in the last second: what waits for its turn is not late."""
    Round.objects.filter(pk=evening.round.pk).update(closes_at=now)
    written = now + timedelta(seconds=9)
    came = [now + timedelta(seconds=seconds) for seconds in (2, 2.5)]
    outcomes = ballots.cast_ballots([evening.cast(arrived_at=at) for at in came], written)
    assert [code_of(outcome) for outcome in outcomes] == ["ack", "round_closed"]
    assert isinstance(outcomes[0], Ack)
    assert outcomes[0].accepted_at == written


def test_another_value_needs_the_next_version(evening: Evening, now: datetime) -> None:
    cast = evening.cast()
    seat: dict[str, Any] = {"seat": cast.seat, "ballot": cast.ballot}
    second = {"options": [evening.options[1]]}
    ballots.cast_ballots([cast], now)
    outcomes = [
        ballots.cast_ballots([evening.cast(**seat, version=version, value=second)], now)[0]
        for version in (1, 3, 2)
    ]
    assert [code_of(outcome) for outcome in outcomes] == ["conflict", "conflict", "ack"]
    assert list(counts_of(evening).values()) == [0, 1]


def test_a_ballot_taken_back_no_longer_counts(evening: Evening, now: datetime) -> None:
    cast = evening.cast()
    ballots.cast_one(cast, now)
    back = evening.cast(seat=cast.seat, ballot=cast.ballot, version=2, value=None)
    ballots.cast_one(back, now)
    tally = queries.tallies([evening.round.pk])[evening.round.pk]
    assert (tally.ballots, list(tally.counts.values()), tally.rev) == (0, [0, 0], 2)


def test_a_seat_has_one_ballot_a_round(evening: Evening, now: datetime) -> None:
    cast = evening.cast()
    ballots.cast_one(cast, now)
    refused = ballots.cast_ballots([evening.cast(seat=cast.seat)], now)[0]
    assert isinstance(refused, RuleBroken)
    assert (refused.code, refused.extra["ballot"]) == ("already_voted", str(cast.ballot))


def test_a_ballot_of_someone_else_cannot_be_overwritten(evening: Evening, now: datetime) -> None:
    cast = evening.cast()
    ballots.cast_one(cast, now)
    outcomes = ballots.cast_ballots([evening.cast(ballot=cast.ballot, version=2)], now)
    assert [code_of(outcome) for outcome in outcomes] == ["conflict"]


def test_a_ballot_stays_in_its_round(evening: Evening, now: datetime) -> None:
    cast = evening.cast()
    ballots.cast_one(cast, now)
    other = questions.add_question(actor=evening.actor, code=evening.code, wording=BIKES)
    fresh = other.rounds.get()
    rounds.open_round(**evening.at(round_id=fresh.pk))
    value = {"options": [other.options.values_list("pk", flat=True)[0]]}
    moved = evening.cast(seat=cast.seat, ballot=cast.ballot, round_id=fresh.pk, value=value)
    assert [code_of(outcome) for outcome in ballots.cast_ballots([moved], now)] == ["wrong_round"]


def test_a_round_of_another_session_does_not_exist(
    evening: Evening, other_town: Municipality, now: datetime
) -> None:
    stranger = make_evening(other_town, now)
    cast = stranger.cast(round_id=evening.round.pk)
    assert [code_of(outcome) for outcome in ballots.cast_ballots([cast], now)] == ["no_such_round"]


@pytest.mark.parametrize(
    ("state", "late", "outcome"),
    [
        ("live", 0, "round_closed"),
        ("closed", 0, "round_closed"),
        ("open", 0, "ack"),
        ("open", 2, "ack"),
        ("open", 2.001, "round_closed"),
    ],
)
def test_the_servers_clock_decides(
    town: Municipality, now: datetime, state: str, late: float, outcome: str
) -> None:
    evening = make_evening(town, now, state=state)
    Round.objects.filter(pk=evening.round.pk, state="open").update(closes_at=now)
    when = now + timedelta(seconds=late)
    assert [code_of(o) for o in ballots.cast_ballots([evening.cast()], when)] == [outcome]


@pytest.mark.parametrize(
    "value",
    [
        {"options": []},
        {"options": ["1"]},
        {"options": [True]},
        {"options": 1},
        {"option": [1]},
        [],
        "x",
        7,
        {"options": [1.5]},
        {"options": [10**30]},
    ],
)
def test_values_that_fit_no_question(evening: Evening, now: datetime, value: Any) -> None:
    outcomes = ballots.cast_ballots([evening.cast(value=value)], now)
    assert [code_of(outcome) for outcome in outcomes] == ["invalid_value"]
    assert not Ballot.objects.exists()


def test_multiple_holds_its_limits(town: Municipality, now: datetime) -> None:
    letters = [(letter, "") for letter in "ABCD"]
    wording = Wording("multiple", "Was zuerst?", options=letters, config={"min": 2, "max": 3})
    evening = make_evening(town, now, wording=wording)
    a, b, c, d = evening.options
    casts = [
        evening.cast(value={"options": chosen}) for chosen in ([a], [a, a], [b, a], [a, b, c, d])
    ]
    outcomes = [code_of(outcome) for outcome in ballots.cast_ballots(casts, now)]
    assert outcomes == ["invalid_value", "invalid_value", "ack", "invalid_value"]
    assert Ballot.objects.get().value == {"options": [a, b]}


def test_yes_no_brings_its_own_options(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, wording=Wording("yes_no", "Soll das so sein?"))
    names = list(evening.question.options.order_by("position").values_list("text", "text_en"))
    assert names == [("Ja", "Yes"), ("Nein", "No"), ("Enthaltung", "Abstain")]


@pytest.mark.parametrize("size", [1, 30])
def test_a_batch_costs_the_same_whatever_its_size(
    evening: Evening, now: datetime, size: int, django_assert_max_num_queries: Any
) -> None:
    ballots.cast_ballots([evening.cast()], now)
    casts = [evening.cast() for _n in range(size)]
    with django_assert_max_num_queries(8):
        ballots.cast_ballots(casts, now)


def test_a_tally_can_be_built_anew(evening: Evening, now: datetime) -> None:
    casts = [evening.cast() for _n in range(7)]
    ballots.cast_ballots(casts, now)
    changed = casts[0]
    again = Cast(
        changed.session_id,
        changed.round_id,
        changed.seat,
        changed.ballot,
        2,
        {"options": [evening.options[1]]},
    )
    ballots.cast_ballots([again], now)
    before = queries.tallies([evening.round.pk])
    rounds.rebuild_tally(round_id=evening.round.pk)
    assert queries.tallies([evening.round.pk]) == before
    RoundTally.objects.all().delete()
    rounds.rebuild_tally(round_id=evening.round.pk)
    assert queries.tallies([evening.round.pk]) == before


def test_a_crowd_with_one_seat_in_one_batch(evening: Evening, now: datetime) -> None:
    seat = evening.seat()
    casts = [evening.cast(seat=seat, ballot=uuid4()) for _n in range(3)]
    outcomes = [code_of(outcome) for outcome in ballots.cast_ballots(casts, now)]
    assert outcomes == ["ack", "already_voted", "already_voted"]
