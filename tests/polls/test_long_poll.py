"""Phones that poll: they wait on the loop and see what a socket would, and nothing sooner."""

import asyncio
from typing import Any

import orjson
import pytest
from django.utils import timezone

from polls.consumers import close_switchboard, long_poll, switchboard
from polls.models import LiveSession
from polls.services import ballots, records, rounds, seats, sessions
from tests.factories import make_town
from tests.polls.factories import Evening, make_evening, seat_of
from tests.polls.phones import PATIENCE_SECONDS, do
from tests.polls.rooms import ask, make_room, moderate

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("board")]
LONG = "wait=9999"


@pytest.fixture
def evening(transactional_db: None) -> Evening:
    evening = make_evening(make_town(), timezone.now(), state="live")
    rounds.open_round(**evening.at())
    return evening


class Poll:
    """One request; `status` stays 0 where it is left to the ordinary view."""

    def __init__(self, code: str, *, method: str = "GET", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.scope = {
            "type": "http",
            "method": method,
            "path": f"/api/v1/live/{code}/",
            "headers": [(name.encode(), value.encode()) for name, value in named.items()],
            "client": ("127.0.0.1", 5),
        }
        self.status = 0
        self.tag = ""
        self.body: dict[str, Any] = {}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.tag = dict(message["headers"])[b"etag"].decode()
        elif message["body"]:
            self.body = orjson.loads(message["body"])

    async def run(self) -> "Poll":
        async with asyncio.timeout(PATIENCE_SECONDS):
            answered = await long_poll(self.scope, self.send)
        assert answered == bool(self.status)
        return self

    @property
    def round(self) -> dict[str, Any]:
        found: dict[str, Any] = self.body["questions"][0]["rounds"][0]
        return found


async def first(evening: Evening, **headers: str) -> Poll:
    return await Poll(evening.code, prefer="wait=15", **headers).run()


async def begun(evening: Evening, tag: str, **headers: str) -> "asyncio.Task[Poll]":
    """A request that waits by now."""
    waits = Poll(evening.code, prefer=LONG, if_none_match=tag, **headers)
    task = asyncio.create_task(waits.run())
    hub = switchboard().hubs[evening.code]
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not hub.screens["voter"]:
            await asyncio.sleep(0)
    return task


async def seat(evening: Evening) -> tuple[str, dict[str, str]]:
    token = await do(lambda: seats.take_seat(code=evening.code, now=timezone.now()))
    return token, {"authorization": f"Seat {token}"}


async def test_the_first_answer_comes_at_once_and_the_next_with_the_close(evening: Evening) -> None:
    before = await first(evening)
    assert (before.status, before.round["state"]) == (200, "open")
    task = await begun(evening, before.tag)
    await do(lambda: rounds.close_round(**evening.at()))
    after = await task
    assert (after.status, after.round["state"]) == (200, "closed")
    assert after.tag != before.tag
    hub = switchboard().hubs[evening.code]
    assert (hub.connections, hub.screens["voter"]) == (0, set())


async def test_without_a_change_it_says_so_when_the_time_is_over(evening: Evening) -> None:
    before = await first(evening)
    same = await Poll(evening.code, prefer="wait=1", if_none_match=before.tag).run()
    assert (same.status, same.body, same.tag) == (304, {}, before.tag)


async def test_ballots_nobody_may_see_are_no_change(evening: Evening) -> None:
    before = await first(evening)
    await do(lambda: ballots.cast_one(evening.cast(), timezone.now()))
    same = await Poll(evening.code, prefer="wait=1", if_none_match=before.tag).run()
    assert same.status == 304
    assert before.round["counts"] is None


async def test_a_seat_finds_its_own_ballot(evening: Evening) -> None:
    token, headers = await seat(evening)
    before = await first(evening, **headers)
    own = seat_of(token, evening.code)
    await do(lambda: ballots.cast_one(evening.cast(seat=own), timezone.now()))
    after = await Poll(evening.code, prefer="wait=1", if_none_match=before.tag, **headers).run()
    assert (after.status, after.body["own"][str(evening.round.pk)]["version"]) == (200, 1)


async def test_what_became_of_a_question_between_two_polls_is_told_at_once(
    transactional_db: None,
) -> None:
    room = await do(lambda: make_room(make_town(), timezone.now(), qa="before"))
    token, headers = await seat(room)
    asked = await do(lambda: ask(room, seat=seat_of(token, room.code)))
    before = await first(room, **headers)
    assert [row["state"] for row in before.body["own_room"]["items"]] == ["pending"]
    other = await begun(room, before.tag, **headers)
    await do(lambda: moderate(room, asked, state="archived"))
    await other  # by now nobody is told of it any more
    after = await Poll(room.code, prefer=LONG, if_none_match=before.tag, **headers).run()
    assert [row["state"] for row in after.body["own_room"]["items"]] == ["archived"]


async def test_the_picture_is_the_one_of_the_ordinary_view(evening: Evening, client: Any) -> None:
    _token, headers = await seat(evening)
    polled = (await first(evening, **headers)).body
    authorization = headers["authorization"]
    usual = await do(
        lambda: client.get(
            f"/api/v1/live/{evening.code}/", headers={"Authorization": authorization}
        ).json()
    )
    assert {**polled, "now": ""} == {**usual, "now": ""}


async def test_the_same_picture_has_the_same_tag_in_another_process(evening: Evening) -> None:
    tag = (await first(evening)).tag
    await close_switchboard()
    assert (await first(evening)).tag == tag


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"prefer": "respond-async"},
        {"prefer": "wait=0"},
        {"prefer": LONG, "cookie": "sessionid=of-somebody"},
        {"prefer": LONG, "authorization": "Bearer of-a-program"},
        {"prefer": LONG, "authorization": "Seat invented"},
        {"prefer": LONG, "method": "POST"},
    ],
)
async def test_what_is_unusual_is_left_to_the_view(
    evening: Evening, headers: dict[str, str]
) -> None:
    assert (await Poll(evening.code, **headers).run()).status == 0


async def test_sessions_that_are_not_open_are_left_to_the_view(evening: Evening) -> None:
    assert (await Poll("AAAAAA", prefer=LONG).run()).status == 0
    before = await first(evening)
    task = await begun(evening, before.tag)
    await do(lambda: rounds.close_round(**evening.at()))
    await task
    here: dict[str, Any] = {"actor": evening.actor, "code": evening.code, "now": timezone.now()}
    await do(lambda: sessions.end_session(**here))
    assert (await first(evening)).body["state"] == LiveSession.State.ENDED
    await do(lambda: records.publish_session(**here))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await first(evening)).status:
            await asyncio.sleep(0)


async def test_a_banned_seat_waits_no_longer(evening: Evening) -> None:
    token, headers = await seat(evening)
    own = seat_of(token, evening.code)
    await do(lambda: ballots.cast_one(evening.cast(seat=own), timezone.now()))
    task = await begun(evening, (await first(evening, **headers)).tag, **headers)
    hub = switchboard().hubs[evening.code]
    hub.ban(frozenset({own}))
    assert (await task).status == 0


async def test_who_goes_away_leaves_nothing(evening: Evening) -> None:
    task = await begun(evening, (await first(evening)).tag)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    hub = switchboard().hubs[evening.code]
    assert (hub.connections, hub.screens["voter"]) == (0, set())
