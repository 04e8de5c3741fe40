"""The live protocol, frame by frame."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from participation.models.access import Role
from polls.consumers import switchboard
from polls.models import Ballot
from polls.services import ballots, questions, records, rounds, sessions
from tests.factories import make_town, member
from tests.polls.factories import BIKES, Evening, make_evening
from tests.polls.phones import PATIENCE_SECONDS, Phone, do

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("board")]


@pytest.fixture
def evening(transactional_db: None) -> Evening:
    return make_evening(make_town(), timezone.now())


@pytest.fixture
def cookie(evening: Evening) -> str:
    """The log-in of someone who runs live sessions in the evening's town."""
    return cookie_of(evening.session.municipality)


def cookie_of(town: Any) -> str:
    client = Client()
    client.force_login(member(None, town, Role.FACILITATOR))
    return f"sessionid={client.cookies['sessionid'].value}"


def vote(evening: Evening, **fields: Any) -> dict[str, Any]:
    return {
        "round": evening.round.pk,
        "ballot": str(uuid4()),
        "version": 1,
        "value": {"options": [evening.options[0]]},
        **fields,
    }


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not true():
            await asyncio.sleep(0.01)


async def test_a_phone_joins_votes_and_comes_back(evening: Evening) -> None:
    async with Phone(evening.code.lower()) as phone:
        welcome = await phone.hello()
        assert (welcome["role"], welcome["seq"], welcome["epoch"]) == (
            "voter",
            2,
            evening.session.epoch,
        )
        assert welcome["snapshot"]["focus"] == evening.round.pk
        cast = vote(evening)
        phone.say("vote.cast", "2", **cast)
        ack = await phone.hear("ack", "error")
        assert (ack["t"], ack["re"], ack["d"]["ballot"]) == ("ack", "2", cast["ballot"])
        assert await do(Ballot.objects.count) == 1
    async with Phone(evening.code) as phone:
        welcome = await phone.hello(token=welcome["token"])
        own = {"ballot": cast["ballot"], "version": 1, "value": cast["value"]}
        assert welcome["snapshot"]["own"] == {str(evening.round.pk): own}


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"text": "{"}, "bad_json"),
        ({"text": "[]"}, "bad_shape"),
        ({"text": '"hello"'}, "bad_shape"),
        ({"bytes": b"\x00\x01"}, "bad_shape"),
        ({"text": '{"t":"ping","d":{"x":"' + "x" * 17_000 + '"}}'}, "bad_shape"),
        ({"text": '{"t":"dance","d":{}}'}, "unknown_type"),
        ({"text": '{"t":7}'}, "bad_shape"),
        ({"text": '{"t":"ping","d":[]}'}, "bad_shape"),
        ({"text": '{"t":"hello","d":{"role":["x"]}}'}, "bad_shape"),
        ({"text": '{"t":"hello","d":{"role":"mayor"}}'}, "bad_shape"),
        ({"text": '{"t":"hello","d":{"token":"x:y"}}'}, "unauthenticated"),
        ({"text": '{"t":"hello","d":{"token":7}}'}, "unauthenticated"),
        ({"text": '{"t":"vote.cast","d":{}}'}, "unauthenticated"),
        ({"text": '{"t":"round.open","d":{"round":1}}'}, "unauthenticated"),
    ],
)
async def test_bad_input_is_answered_and_the_socket_survives(
    evening: Evening, message: dict[str, Any], code: str
) -> None:
    async with Phone(evening.code) as phone:
        phone.raw(**message)
        assert await phone.error() == code
        assert (await phone.hello())["role"] == "voter"


async def test_five_protocol_errors_in_a_row_close(evening: Evening) -> None:
    async with Phone(evening.code) as phone:
        for _n in range(4):
            phone.raw(text="{")
        phone.say("ping")
        for _n in range(5):
            phone.raw(text="{")
        frames = [(await phone.hear())["t"] for _n in range(11)]
        assert frames == ["error"] * 4 + ["pong"] + ["error"] * 5 + ["closed"]
        assert phone.closed == 4400


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"round": 2**40}, "no_such_round"),
        ({"round": -1}, "no_such_round"),
        ({"round": 10**30}, "bad_json"),
        ({"round": "1"}, "bad_shape"),
        ({"version": 0}, "invalid_value"),
        ({"version": None}, "bad_shape"),
        ({"ballot": "no uuid"}, "bad_shape"),
        ({"ballot": None}, "bad_shape"),
        ({"value": None}, "invalid_value"),
        ({"value": {"options": []}}, "invalid_value"),
        ({"value": "ja"}, "invalid_value"),
    ],
)
async def test_ballots_that_are_refused(
    evening: Evening, fields: dict[str, Any], code: str
) -> None:
    async with Phone(evening.code) as phone:
        await phone.hello()
        if fields.get("round") == 10**30:
            phone.raw(text='{"t":"vote.cast","d":{"round":1' + "0" * 400 + "e999}}")
        else:
            phone.say("vote.cast", **vote(evening, **fields))
        assert await phone.error() == code
    assert await do(Ballot.objects.count) == 0


async def test_a_ballot_for_another_question(evening: Evening) -> None:
    def second() -> tuple[int, int]:
        question = questions.add_question(actor=evening.actor, code=evening.code, wording=BIKES)
        return question.rounds.get().pk, question.options.order_by("position")[0].pk

    round_id, option = await do(second)
    async with Phone(evening.code) as phone:
        await phone.hello()
        phone.say("vote.cast", **vote(evening, value={"options": [option]}))
        assert await phone.error() == "invalid_value"
        phone.say("vote.cast", **vote(evening, round=round_id, value={"options": [option]}))
        assert await phone.error() == "round_closed"


async def test_a_ballot_is_taken_back(evening: Evening) -> None:
    async with Phone(evening.code) as phone:
        await phone.hello()
        cast = vote(evening)
        phone.say("vote.cast", **cast)
        await phone.hear("ack")
        phone.say("vote.retract", round=evening.round.pk, ballot=cast["ballot"], version=2)
        assert (await phone.hear("ack"))["d"]["version"] == 2
    assert (await do(Ballot.objects.get)).value is None


async def test_closing_tells_everyone_and_ends_with_one_final(evening: Evening) -> None:
    async with Phone(evening.code) as phone, Phone(evening.code) as wall:
        await phone.hello()
        await wall.hello(role="wall")
        phone.say("vote.cast", **vote(evening))
        await phone.hear("ack")
        await do(lambda: rounds.close_round(**evening.at()))
        assert (await phone.hear("round.closed"))["seq"] == 3
        for screen in (phone, wall):
            tally = (await screen.hear("tally"))["d"]
            while not tally["final"]:
                tally = (await screen.hear("tally"))["d"]
            assert (tally["ballots"], tally["counts"]) == (1, None)
        phone.say("vote.cast", **vote(evening))
        assert await phone.error() == "already_voted"


async def test_counts_reach_the_room_only_while_revealed(evening: Evening, cookie: str) -> None:
    first, second = map(str, evening.options)
    async with (
        Phone(evening.code) as phone,
        Phone(evening.code) as wall,
        Phone(evening.code, cookie=cookie) as remote,
    ):
        await phone.hello()
        await wall.hello(role="wall")
        await remote.hello(role="facilitator")
        phone.say("vote.cast", **vote(evening))
        await phone.hear("ack")
        assert (await remote.hear("tally"))["d"]["counts"] == {first: 1, second: 0}
        tally = (await wall.hear("tally"))["d"]
        assert (tally["ballots"], tally["counts"]) == (1, None)
        remote.say("round.reveal", round=evening.round.pk)
        await remote.hear("ack")
        assert (await phone.hear("tally"))["d"]["counts"] == {first: 1, second: 0}
        remote.say("round.hide", round=evening.round.pk)
        await phone.hear("round.hidden")
        remote.say("ping", "last")
        await remote.hear("pong")
        async with Phone(evening.code) as late:
            snapshot = (await late.hello())["snapshot"]
            assert snapshot["questions"][0]["rounds"][0]["counts"] is None
            assert all(frame["d"].get("counts") is None for frame in late.rest())


async def test_a_phone_slow_to_say_hello_hears_everything(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its hub is looked after several times before the first hello, and is still there."""
    monkeypatch.setattr("polls.live.switchboard.TICK_SECONDS", 0.01)
    async with Phone(evening.code) as slow:
        hubs = switchboard().hubs
        await until(lambda: evening.code in hubs and hubs[evening.code].connections == 1)
        hub = hubs[evening.code]
        await asyncio.sleep(0.1)
        assert hubs[evening.code] is hub
        await slow.hello()
        await do(lambda: rounds.close_round(**evening.at()))
        assert (await slow.hear("round.closed"))["d"]["round"] == evening.round.pk
    await until(lambda: evening.code not in hubs)


async def test_missed_events_are_replayed(evening: Evening) -> None:
    async with Phone(evening.code) as phone:
        epoch = (await phone.hello())["epoch"]
    await do(lambda: rounds.reveal_round(**evening.at()))
    await do(lambda: rounds.hide_round(**evening.at()))
    async with Phone(evening.code) as phone:
        welcome = await phone.hello(epoch=epoch, seq=2)
        assert ("snapshot" in welcome, welcome["seq"]) == (False, 4)
        frames = [await phone.hear("round.revealed", "round.hidden") for _n in range(2)]
        assert [(frame["seq"], frame["t"]) for frame in frames] == [
            (3, "round.revealed"),
            (4, "round.hidden"),
        ]


@pytest.mark.parametrize("known", [{"epoch": "e0", "seq": 2}, {"seq": 2}, {"epoch": "", "seq": 9}])
async def test_everything_else_gets_the_snapshot(evening: Evening, known: dict[str, Any]) -> None:
    async with Phone(evening.code) as phone:
        assert (await phone.hello(**known))["snapshot"]["code"] == evening.code


async def test_too_much_to_replay_gets_the_snapshot(evening: Evening) -> None:
    def many() -> None:
        for _n in range(151):
            rounds.reveal_round(**evening.at())
            rounds.hide_round(**evening.at())

    await do(many)
    async with Phone(evening.code) as phone:
        welcome = await phone.hello(epoch=evening.session.epoch, seq=3)
        assert (welcome["snapshot"]["code"], welcome["seq"]) == (evening.code, 304)
    async with Phone(evening.code) as phone:
        welcome = await phone.hello(epoch=evening.session.epoch, seq=4)
        assert "snapshot" not in welcome


async def test_one_socket_has_one_seat(evening: Evening) -> None:
    """Saying hello again, without its token, gives nobody a second vote."""
    async with Phone(evening.code) as phone:
        first = await phone.hello()
        assert (await phone.hello())["token"] == first["token"]
        for expected in ("ack", "error"):
            phone.say("vote.cast", **vote(evening))
            assert (await phone.hear("ack", "error"))["t"] == expected
            await phone.hello()
        phone.say("hello", token="AAAAAA.nobody:x")
        assert await phone.error() == "unauthenticated"
        assert (await phone.hello())["token"] == first["token"]
    assert await do(Ballot.objects.count) == 1


async def test_without_a_ticket_one_may_look_but_not_vote(transactional_db: None) -> None:
    evening = await do(lambda: make_evening(make_town(), timezone.now(), eligibility="codes"))
    async with Phone(evening.code) as phone:
        assert (await phone.hello())["token"] is None
        phone.say("vote.cast", **vote(evening))
        assert await phone.error() == "not_eligible"


@pytest.mark.parametrize("path", ["/ws/", "/ws/live/ZZZZZZ/", "/ws/live/", "/ws/live/ä/x/"])
async def test_unknown_addresses_close(transactional_db: None, path: str) -> None:
    async with Phone("", path=path) as phone:
        await phone.hear()
        assert phone.closed == 4404


async def test_drafts_and_what_is_over_close(evening: Evening, now: datetime) -> None:
    draft = await do(lambda: make_evening(make_town(), now, state="draft"))
    async with Phone(draft.code) as phone:
        phone.say("hello")
        await phone.hear()
        assert phone.closed == 4404
    session: dict[str, Any] = {"actor": evening.actor, "code": evening.code, "now": now}
    async with Phone(evening.code) as phone:
        await phone.hello()
        await do(lambda: rounds.close_round(**evening.at()))
        await do(lambda: sessions.end_session(**session))
        await do(lambda: records.publish_session(**session))
        await phone.hear("session.published")
        while phone.closed is None:
            await phone.hear()
        assert phone.closed == 4410


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [("http://testserver", True), ("https://example.com", False), ("null", False)],
)
async def test_only_own_origins(evening: Evening, origin: str, *, welcome: bool) -> None:
    async with Phone(evening.code, origin=origin) as phone:
        phone.say("hello")
        assert ((await phone.hear())["t"] == "welcome") == welcome


async def test_many_messages_are_slowed_and_then_end(evening: Evening) -> None:
    async with Phone(evening.code) as phone:
        await phone.hello()
        for number in range(400):
            phone.say("ping", f"ping-{number}")
        refused = await phone.hear("error")
        assert refused["d"] == {"code": "rate_limited", "retry": True}
        assert refused["re"].startswith("ping-")
        while phone.closed is None:
            await phone.hear("closed")
        assert phone.closed == 4429


async def test_rest_and_socket_share_one_tally(evening: Evening, cookie: str) -> None:
    async with Phone(evening.code, cookie=cookie) as remote:
        await remote.hello(role="facilitator")
        await do(lambda: ballots.cast_one(evening.cast(), timezone.now()))
        assert (await remote.hear("tally"))["d"]["ballots"] == 1
