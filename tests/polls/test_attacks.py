"""What somebody with bad intentions tries against a live session."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.conf import LazySettings
from django.test import Client

from participation.models import Municipality
from polls.api import voting
from polls.errors import NotEligible
from polls.live.limits import ARRIVALS_BURST, Arrivals
from polls.services import access_codes, seats
from tests.polls.factories import Evening, make_evening


@pytest.fixture
def evening(town: Municipality, now: datetime) -> Evening:
    return make_evening(town, now, eligibility="codes")


@pytest.fixture
def code(evening: Evening) -> str:
    (code,) = access_codes.issue_access_codes(actor=evening.actor, code=evening.code, count=1)
    return code


def guess_from(addresses: Callable[[int], str], evening: Evening) -> None:
    """As often as one network may, and once more."""
    for number in range(seats.WRONG_TRIES):
        with pytest.raises(NotEligible):
            seats.take_seat(
                code=evening.code, now=evening.now, access_code="NIX", address=addresses(number)
            )


def enter(address: str, evening: Evening, code: str) -> str:
    """What the page says; empty once it leads on to the poll."""
    page = f"/live/{evening.code}/"
    answer = Client(REMOTE_ADDR=address).post(page, {"action": "seat", "proof": code})
    return "" if answer.status_code == 302 else answer.content.decode()


def test_who_guesses_codes_locks_nobody_else_out(evening: Evening, code: str) -> None:
    guess_from(lambda _number: "10.0.0.1", evening)
    assert "zu viele Anfragen" in enter("10.0.0.1", evening, code)
    assert enter("10.0.0.2", evening, code) == ""


def test_an_ipv6_network_is_one_guesser(evening: Evening, code: str) -> None:
    guess_from(lambda number: f"2001:db8::{number:x}", evening)
    assert "zu viele Anfragen" in enter("2001:db8::ffff", evening, code)
    assert enter("2001:db8:0:1::1", evening, code) == ""


@pytest.fixture
def limited(settings: LazySettings) -> None:
    settings.RATE_LIMITS = True


@pytest.mark.usefixtures("limited")
def test_one_seat_cannot_vote_without_end(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    client = Client()
    taken = client.post(f"/api/v1/live/{evening.code}/seats/", content_type="application/json")
    cast = evening.cast()
    body = {"round": cast.round_id, "ballot": str(cast.ballot), "version": 1, "value": cast.value}
    statuses = [
        client.post(
            f"/api/v1/live/{evening.code}/ballots/",
            body,
            content_type="application/json",
            headers={"Authorization": f"Seat {taken.json()['token']}"},
        ).status_code
        for _try in range(voting.BALLOTS_OF_A_SEAT + 1)
    ]
    assert statuses == [201] * voting.BALLOTS_OF_A_SEAT + [429]


@pytest.mark.usefixtures("limited")
def test_a_hall_without_websockets_may_vote_behind_one_address(
    town: Municipality, now: datetime, settings: LazySettings
) -> None:
    """What guests may write elsewhere is not counted here."""
    settings.GUEST_WRITES_A_MINUTE = 3
    evening = make_evening(town, now)
    path = f"/api/v1/live/{evening.code}/seats/"
    answers = [Client().post(path, content_type="application/json") for _phone in range(20)]
    assert {answer.status_code for answer in answers} == {201}


def test_a_full_hall_may_come_back_at_once_and_then_again() -> None:
    arrivals = Arrivals()
    hall = ("192.0.2.1", "AB7K3M")
    assert all(arrivals.admit(hall, 0.0) for _phone in range(5000))
    assert all(arrivals.admit(hall, 60.0) for _phone in range(5000))


def test_who_comes_without_end_is_sent_away_alone() -> None:
    arrivals = Arrivals()
    come = [arrivals.admit(("192.0.2.1", "AB7K3M"), 0.0) for _try in range(int(ARRIVALS_BURST) + 1)]
    assert come == [True] * int(ARRIVALS_BURST) + [False]
    assert arrivals.admit(("192.0.2.2", "AB7K3M"), 0.0)


def test_addresses_without_number_are_forgotten_again() -> None:
    """The list of who came cannot be made to grow."""
    arrivals = Arrivals()
    for number in range(10_001):
        arrivals.admit((str(number), ""), 0.0)
    arrivals.admit(("late", ""), 3600.0)
    arrivals.admit(("later", ""), 3600.0)
    assert len(arrivals) < 10
