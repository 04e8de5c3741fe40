"""The facilitator's remote: who may run the evening, and what a press does."""

import threading

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from participation.models import Membership
from polls.consumers import switchboard
from tests.factories import make_town
from tests.polls.factories import Evening, make_evening
from tests.polls.phones import Phone, do
from tests.polls.test_consumers import cookie_of, vote

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("board")]


@pytest.fixture
def evening(transactional_db: None) -> Evening:
    return make_evening(make_town(), timezone.now())


@pytest.fixture
def cookie(evening: Evening) -> str:
    """The log-in of someone who runs live sessions in the evening's town."""
    return cookie_of(evening.session.municipality)


async def test_the_remote_runs_the_evening(evening: Evening, cookie: str) -> None:
    async with Phone(evening.code, cookie=cookie) as remote:
        await remote.hello(role="facilitator")
        for command in ("round.close", "round.reveal", "round.hide"):
            remote.say(command, command, round=evening.round.pk)
            assert (await remote.hear("ack", "error"))["t"] == "ack"
        remote.say("round.again", "a", round=evening.round.pk)
        both = [await remote.hear("ack", "welcome") for _n in range(2)]
        answers = {frame["t"]: frame["d"] for frame in both}
        fresh = answers["ack"]["round"]
        refreshed = answers["welcome"]["snapshot"]
        assert [row["n"] for row in refreshed["questions"][0]["rounds"]] == [1, 2]
        remote.say("round.open", "o", round=fresh, seconds=60)
        opened = (await remote.hear("round.opened"))["d"]
        assert (opened["round"], opened["question"]["id"]) == (fresh, evening.question.pk)
        remote.say("timer.extend", "t", round=fresh, seconds=30)
        assert (await remote.hear("timer"))["d"]["round"] == fresh
        remote.say("focus.set", "f", round=None)
        assert (await remote.hear("focus"))["d"] == {"round": None}
        remote.say("round.open", "x", round=fresh)
        assert await remote.error() == "illegal_step"
        remote.say("round.open", "x", round="1")
        assert await remote.error() == "no_such_round"


async def test_only_the_towns_own_staff_run_it(evening: Evening) -> None:
    stranger = await do(lambda: cookie_of(make_town()))
    async with Phone(evening.code, cookie=stranger) as phone:
        phone.say("hello", role="facilitator")
        assert await phone.error() == "forbidden"
    async with Phone(evening.code, cookie="sessionid=nix") as phone:
        phone.say("hello", role="facilitator")
        assert await phone.error() == "unauthenticated"
        await phone.hello()
        phone.say("round.close", round=evening.round.pk)
        assert await phone.error() == "forbidden"


@pytest.mark.parametrize("frame", ["ping", "hello", "round.hide", "vote.cast"])
@pytest.mark.parametrize("ends", ["log-in", "role"])
async def test_a_remote_ends_with_its_log_in_or_role(
    evening: Evening, cookie: str, ends: str, frame: str
) -> None:
    """It would go on hearing what the room may not see."""
    async with Phone(evening.code, cookie=cookie) as remote:
        await remote.hello(role="facilitator")
        rows = Session.objects if ends == "log-in" else Membership.objects
        await do(rows.all().delete)
        remote.say(frame, role="facilitator", **vote(evening))
        await remote.hear("closed")
        assert remote.closed == 4401


async def test_what_waits_to_be_written_counts_before_the_close(
    evening: Evening, cookie: str
) -> None:
    async with Phone(evening.code) as phone, Phone(evening.code, cookie=cookie) as remote:
        await phone.hello()
        await remote.hello(role="facilitator")
        may_write = threading.Event()
        switchboard()._ballot_pool.submit(may_write.wait)
        phone.say("vote.cast", **vote(evening))
        phone.say("ping")
        await phone.hear("pong")  # so the ballot is in the box
        remote.say("round.close", "c", round=evening.round.pk)
        for _turn in range(10):  # time for a close that does not wait
            await do(lambda: None)
        may_write.set()
        assert (await phone.hear("ack", "error"))["t"] == "ack"
        assert (await remote.hear("ack"))["d"]["state"] == "closed"
