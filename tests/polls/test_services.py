"""Sessions, rounds and seats: the happy path, each error, and a stranger from another town."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import pytest

from participation import actors
from participation.errors import (
    InvalidInput,
    LoginRequired,
    NotFound,
    RuleBroken,
    TooManyRequests,
)
from participation.models import Municipality
from polls import queries, tickets
from polls.errors import (
    IllegalStep,
    NoSuchRound,
    NotEligible,
    NothingToPublish,
    RoundStillOpen,
    SessionNotLive,
)
from polls.models import LiveSession, ResultRecord, Round, Seat, SessionEvent
from polls.services import access_codes, ballots, questions, records, rounds, seats, sessions
from polls.services.wording import Wording
from tests.polls.factories import BIKES, make_evening

ON_A_ROUND = [
    rounds.open_round,
    rounds.close_round,
    rounds.reveal_round,
    rounds.hide_round,
    rounds.again,
]


def test_an_evening_from_draft_to_record(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="closed")
    sessions.end_session(actor=evening.actor, code=evening.code, now=now)
    record = records.publish_session(actor=evening.actor, code=evening.code, now=now)
    again = records.publish_session(actor=evening.actor, code=evening.code, now=now)
    kinds = list(SessionEvent.objects.order_by("seq").values_list("seq", "type"))
    assert kinds == [
        (1, "session.started"),
        (2, "round.opened"),
        (3, "round.closed"),
        (4, "session.ended"),
        (5, "round.revealed"),
        (6, "session.published"),
    ]
    assert record.sha256 == hashlib.sha256(record.body.encode()).hexdigest()
    assert (again.pk, ResultRecord.objects.count()) == (record.pk, 1)
    assert Round.objects.get().state == Round.State.CERTIFIED


def test_steps_out_of_turn(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    session: dict[str, Any] = {"actor": evening.actor, "code": evening.code, "now": now}
    with pytest.raises(IllegalStep):
        sessions.start_session(**session)
    with pytest.raises(RoundStillOpen):
        sessions.end_session(**session)
    with pytest.raises(IllegalStep):
        records.publish_session(**session)
    with pytest.raises(IllegalStep):
        rounds.open_round(**evening.at())
    with pytest.raises(IllegalStep):
        rounds.again(**evening.at())
    rounds.close_round(**evening.at())
    assert rounds.close_round(**evening.at()).state == Round.State.CLOSED


def test_nothing_to_publish(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="live")
    sessions.end_session(actor=evening.actor, code=evening.code, now=now)
    with pytest.raises(NothingToPublish):
        records.publish_session(actor=evening.actor, code=evening.code, now=now)


def test_a_draft_runs_no_rounds(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="draft")
    with pytest.raises(SessionNotLive):
        rounds.open_round(**evening.at())


@pytest.mark.parametrize("service", ON_A_ROUND)
def test_a_stranger_finds_nothing(
    town: Municipality, other_town: Municipality, now: datetime, service: Any
) -> None:
    evening = make_evening(town, now)
    with pytest.raises(NotFound):
        service(**evening.at(actor=actors.system(other_town)))
    with pytest.raises(LoginRequired):
        service(**evening.at(actor=actors.guest(town)))


@pytest.mark.parametrize("service", ON_A_ROUND)
def test_a_round_of_another_session_is_none(
    town: Municipality, now: datetime, service: Any
) -> None:
    evening, other = make_evening(town, now), make_evening(town, now)
    with pytest.raises(NoSuchRound):
        service(**evening.at(round_id=other.round.pk))


def test_a_clock_closes_after_its_grace(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="live")
    rounds.open_round(**evening.at(seconds=30))
    rounds.extend_timer(**evening.at(seconds=10))
    assert rounds.close_due_rounds(now=now + timedelta(seconds=42)) == 0
    assert rounds.close_due_rounds(now=now + timedelta(seconds=42.1)) == 1
    assert rounds.close_due_rounds(now=now + timedelta(seconds=60)) == 0


@pytest.mark.parametrize("seconds", [0, 4, 3601, -1])
def test_odd_durations(town: Municipality, now: datetime, seconds: int) -> None:
    evening = make_evening(town, now, state="live")
    with pytest.raises(InvalidInput):
        rounds.open_round(**evening.at(seconds=seconds))


@pytest.mark.parametrize(
    ("visibility", "opened", "closed"),
    [("hidden", False, False), ("live", True, True), ("after_close", False, True)],
)
def test_visibility(
    town: Municipality,
    now: datetime,
    visibility: str,
    *,
    opened: bool,
    closed: bool,
) -> None:
    evening = make_evening(town, now, visibility=visibility)
    revealed = [Round.objects.get().revealed]
    rounds.close_round(**evening.at())
    revealed.append(Round.objects.get().revealed)
    assert revealed == [opened, closed]


@pytest.mark.parametrize(
    ("wording", "code"),
    [
        (Wording("guess", "Wie?"), "unknown_type"),
        (Wording("single", "  ", options=[("A", ""), ("B", "")]), "required"),
        (Wording("single", "x" * 301, options=[("A", ""), ("B", "")]), "too_long"),
        (Wording("single", "Wie?\x07", options=[("A", ""), ("B", "")]), "unprintable"),
        (Wording("single", "Wie?", options=[("A", "")]), "option_count"),
        (Wording("single", "Wie?", options=[("A", ""), ("A", "")]), "option_twice"),
        (
            Wording("single", "Wie?", options=[("A", ""), ("B", "")], config={"a": 1}),
            "unknown_config",
        ),
        (Wording("yes_no", "Wie?", options=[("A", "")]), "options_fixed"),
        (
            Wording("multiple", "Wie?", options=[("A", ""), ("B", "")], config={"max": 3}),
            "choice_limits",
        ),
    ],
)
def test_questions_that_cannot_be_put(
    town: Municipality, now: datetime, wording: Wording, code: str
) -> None:
    evening = make_evening(town, now, state="draft")
    with pytest.raises(InvalidInput) as caught:
        questions.add_question(actor=evening.actor, code=evening.code, wording=wording)
    assert caught.value.code == code


def test_a_question_after_the_end(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="live")
    sessions.end_session(actor=evening.actor, code=evening.code, now=now)
    with pytest.raises(IllegalStep):
        questions.add_question(actor=evening.actor, code=evening.code, wording=BIKES)


def test_tickets_need_a_slot_of_the_town(town: Municipality, now: datetime) -> None:
    actor = actors.system(town)
    for slot_id in (None, 2**40):
        with pytest.raises(InvalidInput):
            sessions.create_session(
                actor=actor, title="Abend", now=now, eligibility="tickets", slot_id=slot_id
            )
    assert not LiveSession.objects.exists()


def test_anyone_takes_a_seat_without_a_row(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    token = seats.take_seat(code=evening.code, now=now)
    assert tickets.seat_of(token, evening.code) is not None
    assert tickets.seat_of(token[:-1] + "x", evening.code) is None
    assert tickets.seat_of(token, "AAAAAA") is None
    assert not Seat.objects.exists()


def test_a_code_gives_one_seat(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, eligibility="codes")
    first, second = access_codes.issue_access_codes(actor=evening.actor, code=evening.code, count=2)
    tokens = [
        seats.take_seat(code=evening.code, now=now, access_code=typed)
        for typed in (first, f" {first[:4].lower()}-{first[4:]}", second)
    ]
    assert (tokens[0] == tokens[1], tokens[0] == tokens[2]) == (True, False)
    assert queries.codes_used(evening.session) == queries.CodesUsed(issued=2, used=2)


def test_wrong_codes_are_refused_and_then_slowed(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, eligibility="codes")
    for _try in range(seats.WRONG_TRIES):
        with pytest.raises(NotEligible, match="not_eligible") as refused:
            seats.take_seat(code=evening.code, now=now, access_code="NIX", address="10.0.0.1")
        assert "Zettel" in str(refused.value.message)
    with pytest.raises(TooManyRequests):
        seats.take_seat(code=evening.code, now=now, access_code="NIX", address="10.0.0.1")


def test_no_seat_in_a_session_that_does_not_run(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="draft")
    with pytest.raises(SessionNotLive):
        seats.take_seat(code=evening.code, now=now)
    with pytest.raises(NotFound):
        seats.take_seat(code="ZZZZZZ", now=now)


def test_drafts_are_seen_by_those_who_run_them(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    evening = make_evening(town, now, state="draft")
    assert queries.live_session(evening.actor, evening.code.lower()) == evening.session
    for actor in (actors.guest(town), actors.system(other_town)):
        with pytest.raises(NotFound):
            queries.live_session(actor, evening.code)
    assert list(queries.sessions(actors.guest(town))) == []


def test_unrevealed_counts_stay_with_the_facilitator(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    ballots.cast_one(evening.cast(), now)
    seen = {}
    for name in ("voter", "wall", "facilitator"):
        shown = queries.snapshot(evening.session, now=now, audience=name)
        seen[name] = shown["questions"][0]["rounds"][0]["counts"]
    first, second = map(str, evening.options)
    assert seen == {"voter": None, "wall": None, "facilitator": {first: 1, second: 0}}
    results = queries.results(evening.session, actors.guest(town))
    assert results["questions"][0]["rounds"][0]["counts"] is None


@pytest.mark.parametrize("number", [1, 30])
def test_a_snapshot_costs_the_same(
    town: Municipality, now: datetime, number: int, django_assert_num_queries: Any
) -> None:
    evening = make_evening(town, now)
    for _n in range(number - 1):
        questions.add_question(actor=evening.actor, code=evening.code, wording=BIKES)
    session = queries.session_by_code(evening.code)
    with django_assert_num_queries(6):
        queries.snapshot(session, now=now, audience="facilitator")


def test_errors_speak(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="live")
    with pytest.raises(RuleBroken) as caught:
        ballots.cast_one(evening.cast(), now)
    assert "nicht offen" in str(caught.value.message)
