"""Next, all at once, a countdown and a hold: one step each, whoever presses."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from participation import actors
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.models import Municipality
from polls import queries
from polls.errors import (
    IllegalStep,
    MovedOn,
    NoClock,
    NothingNext,
    RoundHeld,
    SessionNotLive,
)
from polls.models import LiveSession, Round, SessionEvent
from polls.services import ballots, questions, rounds, sessions, steering
from polls.services.ballots import Ack
from tests.polls.factories import BIKES, Evening, make_evening

ON_A_ROUND = [steering.close_soon, steering.hold_round, steering.release_round]


def next_of(evening: Evening, **more: Any) -> str:
    at = {"actor": evening.actor, "code": evening.code, "now": evening.now, **more}
    return steering.next_step(**at).name


def events() -> list[str]:
    return list(SessionEvent.objects.order_by("seq").values_list("type", flat=True))


def own_pace(town: Municipality, now: datetime, count: int = 3) -> Evening:
    evening = make_evening(town, now, state="live")
    for _n in range(count - 1):
        questions.add_question(actor=evening.actor, code=evening.code, wording=BIKES)
    sessions.change_settings(
        actor=evening.actor, code=evening.code, changes={"pace": "own"}, now=now
    )
    return evening


def test_next_runs_an_evening(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="draft")
    questions.add_question(actor=evening.actor, code=evening.code, wording=BIKES)
    done = [next_of(evening) for _n in range(7)]
    assert done == ["start", "open", "close", "reveal", "open", "close", "reveal"]
    with pytest.raises(NothingNext):
        next_of(evening)


def test_next_leaves_out_what_is_shown_already(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="closed", visibility="after_close")
    with pytest.raises(NothingNext):
        next_of(evening)


def test_next_goes_through_everyones_own_pace(town: Municipality, now: datetime) -> None:
    evening = own_pace(town, now)
    done = [next_of(evening) for _n in range(5)]
    assert done == ["open_all", "close_all", "reveal", "reveal", "reveal"]
    assert LiveSession.objects.get().focus_round == Round.objects.order_by("pk").last()


def test_who_presses_late_does_nothing(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    seq = LiveSession.objects.get().seq
    assert next_of(evening, seq=seq) == "close"
    with pytest.raises(MovedOn):
        next_of(evening, seq=seq)
    assert events()[-1] == "round.closed"


def test_next_waits_for_a_person(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    steering.hold_round(**evening.at())
    with pytest.raises(RoundHeld):
        next_of(evening)


def test_all_open_and_close_together(town: Municipality, now: datetime) -> None:
    evening = own_pace(town, now)
    at: dict[str, Any] = {"actor": evening.actor, "code": evening.code, "now": now}
    assert len(steering.open_all(**at, seconds=60)) == 3
    with pytest.raises(IllegalStep):
        steering.open_all(**at)
    assert len(steering.close_all(**at)) == 3
    with pytest.raises(IllegalStep):
        steering.close_all(**at)
    assert LiveSession.objects.get().focus_round is None


def test_all_open_only_at_everyones_own_pace(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="live")
    at: dict[str, Any] = {"actor": evening.actor, "code": evening.code, "now": now}
    with pytest.raises(IllegalStep):
        steering.open_all(**at)
    with pytest.raises(InvalidInput):
        steering.open_all(**at, seconds=1)
    sessions.end_session(**at)
    with pytest.raises(SessionNotLive):
        steering.close_all(**at)


def test_one_held_round_keeps_all_open(town: Municipality, now: datetime) -> None:
    evening = own_pace(town, now)
    at: dict[str, Any] = {"actor": evening.actor, "code": evening.code, "now": now}
    steering.open_all(**at)
    steering.hold_round(**evening.at())
    with pytest.raises(RoundHeld):
        steering.close_all(**at)
    assert Round.objects.filter(state="open").count() == 3


def test_a_countdown_never_takes_longer_than_the_clock(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    assert steering.close_soon(**evening.at()).closes_at == now + timedelta(seconds=10)
    later = steering.close_soon(**evening.at(seconds=60))
    assert later.closes_at == now + timedelta(seconds=10)
    with pytest.raises(InvalidInput):
        steering.close_soon(**evening.at(seconds=4))


def test_a_hold_outlasts_the_clock_and_counts_the_late_ballot(
    town: Municipality, now: datetime
) -> None:
    evening = make_evening(town, now, state="live")
    rounds.open_round(**evening.at(seconds=30))
    steering.hold_round(**evening.at())
    steering.hold_round(**evening.at())
    late = now + timedelta(minutes=5)
    assert rounds.close_due_rounds(now=late) == 0
    with pytest.raises(RoundHeld):
        rounds.close_round(**evening.at(now=late))
    with pytest.raises(RoundHeld):
        steering.close_soon(**evening.at(now=late))
    assert isinstance(ballots.cast_one(evening.cast(), late), Ack)
    freed = steering.release_round(**evening.at(now=late))
    assert freed.closes_at == late + timedelta(seconds=10)
    assert rounds.close_due_rounds(now=late + timedelta(seconds=13)) == 1
    assert [row.data["held"] for row in SessionEvent.objects.filter(type="timer")] == [True, False]
    assert Round.objects.get().held_at is None


def test_without_a_clock_a_hold_ends_as_it_was(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    steering.hold_round(**evening.at())
    assert steering.release_round(**evening.at()).closes_at is None
    assert steering.release_round(**evening.at()).held_at is None


def test_a_round_without_a_clock_says_so(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    with pytest.raises(NoClock):
        rounds.extend_timer(**evening.at(seconds=30))


@pytest.mark.parametrize("service", ON_A_ROUND)
def test_only_open_rounds(town: Municipality, now: datetime, service: Any) -> None:
    evening = make_evening(town, now, state="closed")
    with pytest.raises(IllegalStep):
        service(**evening.at())


@pytest.mark.parametrize("service", ON_A_ROUND)
def test_a_stranger_finds_nothing(
    town: Municipality, other_town: Municipality, now: datetime, service: Any
) -> None:
    evening = make_evening(town, now)
    with pytest.raises(NotFound):
        service(**evening.at(actor=actors.system(other_town)))
    with pytest.raises(LoginRequired):
        service(**evening.at(actor=actors.guest(town)))


@pytest.mark.parametrize("service", [steering.next_step, steering.open_all, steering.close_all])
def test_a_stranger_steers_nothing(
    town: Municipality, other_town: Municipality, now: datetime, service: Any
) -> None:
    evening = make_evening(town, now)
    with pytest.raises(NotFound):
        service(actor=actors.system(other_town), code=evening.code, now=now)
    with pytest.raises(LoginRequired):
        service(actor=actors.guest(town), code=evening.code, now=now)


def test_the_snapshot_says_that_someone_is_waited_for(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    steering.hold_round(**evening.at())
    session = queries.session_by_code(evening.code)
    (question,) = queries.snapshot(session, now=now)["questions"]
    assert question["rounds"][0]["held"] is True
