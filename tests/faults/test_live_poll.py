"""A live poll while the machinery breaks: what was acknowledged is counted, and only once."""

import asyncio
import http.client
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from websockets.asyncio.client import ClientConnection

from participation.models import Municipality
from polls import queries
from polls.models import Ballot, Round
from polls.services import rounds, seats
from tests.faults.conftest import Start, shared, web_server, web_servers
from tests.faults.crowd import (
    PATIENCE_SECONDS,
    Crowd,
    Watcher,
    beside,
    connect,
    has_ballots,
    hear,
    hello,
    is_final,
    say,
)
from tests.faults.services import OwnPostgres, OwnRedis, free_port
from tests.polls.factories import Evening, make_evening
from tests.polls.rooms import ASKED, make_room
from tests.workshops.factories import make_key

pytestmark = pytest.mark.django_db(transaction=True)
PHONES = 24
TIMES = 30
SOME = PHONES * 2


@pytest.fixture
def evening(town: Municipality, transactional_db: None) -> Evening:
    return make_evening(town, timezone.now(), visibility="live")


def command(action: str, evening: Evening, round_: Round, port: int, key: str) -> None:
    """The facilitator's hand on a round, over REST."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    path = f"/api/v1/live/{evening.code}/rounds/{round_.pk}/{action}/"
    line.request("POST", path, headers={"Authorization": key})
    answer = line.getresponse()
    assert answer.status == 200, answer.read()


def asked(port: int, path: str, headers: dict[str, str] | None = None) -> http.client.HTTPResponse:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("GET", path, headers=headers or {})
    return line.getresponse()


def standing(evening: Evening) -> tuple[int, dict[str, int]]:
    tally = queries.tallies([evening.round.pk])[evening.round.pk]
    return tally.ballots, tally.counts


def all_is_counted(crowd: Crowd) -> None:
    """Every phone's last answer, once; the running tally is what a recount says."""
    evening = crowd.evening
    assert Ballot.objects.count() == len(crowd.phones)
    assert standing(evening) == (len(crowd.phones), crowd.expected)
    rounds.rebuild_tally(round_id=evening.round.pk)
    assert standing(evening) == (len(crowd.phones), crowd.expected)


def test_the_web_process_killed_under_load(evening: Evening, start: Start) -> None:
    port = free_port()
    server = web_server(start, port)
    crowd = Crowd(evening, [port], PHONES, TIMES)
    with beside(crowd.all()):
        crowd.wait_for(SOME)
        server.kill()
        acked = {phone.ballot: phone.acked for phone in crowd.phones}
        assert crowd.acks < PHONES * TIMES, "It had finished before it was killed."
        stored = {str(pk): version for pk, version in Ballot.objects.values_list("pk", "version")}
        assert all(stored.get(pk, 0) >= version for pk, version in acked.items())
        web_server(start, port)
    all_is_counted(crowd)


def test_two_web_processes_agree(
    evening: Evening, town: Municipality, start: Start, redis: OwnRedis
) -> None:
    ports, key = web_servers(start, 2, REDIS_URL=redis.url), make_key(town, "live")
    walls = [Watcher(port, evening.code) for port in ports]
    crowd = Crowd(evening, ports, PHONES, 2)

    async def vote_and_close() -> None:
        both = [asyncio.create_task(wall.watch(is_final)) for wall in walls]
        await crowd.all()
        await asyncio.to_thread(command, "close", evening, evening.round, ports[1], key)
        await asyncio.gather(*both)

    with beside(vote_and_close()):
        pass
    all_is_counted_after_the_close(crowd)
    assert walls[0].events == walls[1].events
    assert walls[0].events[-1][1] == "round.closed"
    last: list[dict[str, Any]] = [wall.seen[-1]["d"] for wall in walls]
    assert last[0] == last[1]
    assert (last[0]["ballots"], last[0]["counts"]) == (PHONES, crowd.expected)


def all_is_counted_after_the_close(crowd: Crowd) -> None:
    assert Round.objects.get().state == Round.State.CLOSED
    assert standing(crowd.evening) == (len(crowd.phones), crowd.expected)


def test_what_the_room_writes_crosses_processes(
    town: Municipality, start: Start, redis: OwnRedis
) -> None:
    """Asked in one, looked at in the other, agreed with in both; its author hears of it, too."""
    room = make_room(town, timezone.now(), qa="before")
    ports, key = web_servers(start, 2, REDIS_URL=redis.url), make_key(town, "live")
    asyncio.run(asked_here_and_moderated_there(room, ports, key))


async def asked_here_and_moderated_there(room: Evening, ports: list[int], key: str) -> None:
    asked_id = str(uuid4())
    async with (
        await connect(ports[0], room.code) as author,
        await connect(ports[1], room.code) as other,
        await connect(ports[0], room.code) as wall,
        await connect(ports[1], room.code) as second_wall,
    ):
        walls = (wall, second_wall)
        for line in (author, other):
            await hello(line)
        for line in walls:
            await hello(line, role="wall")
        await say(author, "qa.ask", id=asked_id, text=ASKED)
        answer = await hear(author, lambda frame: frame["t"] == "ack")
        assert answer["d"]["state"] == "pending"
        path = f"contributions/{asked_id}/"
        await asyncio.to_thread(changed, room, path, {"state": "shown"}, ports[1], key)
        for line in (*walls, other):
            assert (await row_of(line, "changed"))["text"] == ASKED
        assert (await row_of(author, "own"))["state"] == "shown"
        await say(author, "qa.upvote", "2", id=asked_id, up=True)
        await say(other, "qa.upvote", "3", id=asked_id, up=True)
        for line in walls:
            while (await row_of(line, "changed"))["votes"] < 2:
                pass
        await asyncio.to_thread(changed, room, path, {"state": "archived"}, ports[1], key)
        for line in (*walls, other):
            gone = await hear(line, lambda frame: frame["t"] == "qa" and bool(frame["d"]["gone"]))
            assert gone["d"]["gone"] == [asked_id]
        assert (await row_of(author, "own"))["state"] == "archived"


def test_phones_that_poll_are_counted_once_in_both_processes(
    evening: Evening, start: Start, redis: OwnRedis
) -> None:
    """Also where no process has a socket; and not twice beside a socket in the other one."""
    ports = web_servers(start, 2, REDIS_URL=redis.url)
    token = seats.take_seat(code=evening.code, now=timezone.now())
    asyncio.run(polled_here_and_there(evening, ports, token))


async def polled_here_and_there(evening: Evening, ports: list[int], token: str) -> None:
    path = f"/api/v1/live/{evening.code}/"

    async def read(port: int, token: str = "") -> Any:
        headers = {"Authorization": f"Seat {token}"} if token else {}
        return json.load(await asyncio.to_thread(asked, port, path, headers))["presence"]

    for port in ports:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await read(port) != 1:
                await asyncio.gather(*(read(each, token) for each in ports))
    async with (
        await connect(ports[0], evening.code) as phone,
        await connect(ports[1], evening.code) as other,
        await connect(ports[0], evening.code) as wall,
        await connect(ports[1], evening.code) as second_wall,
    ):
        for line in (wall, second_wall):
            await hello(line, role="wall")
        await hello(phone, token=token)
        await asyncio.gather(*(read(each, token) for each in ports))
        await hello(other)
        for line in (wall, second_wall):
            await hear(line, lambda frame: frame["t"] == "presence" and frame["d"]["n"] == 2)
        await phone.close()
        for line in (wall, second_wall):
            await hear(line, lambda frame: frame["t"] == "presence" and frame["d"]["n"] == 1)


async def row_of(line: ClientConnection, member: str) -> dict[str, Any]:
    """The first row of the next `qa` frame that has any, in `changed` or of one's `own`."""

    def rows(frame: dict[str, Any]) -> list[dict[str, Any]]:
        if frame["t"] != "qa":
            return []
        own = frame["d"].get("own", {"items": []})
        return list(own["items"] if member == "own" else frame["d"]["changed"])

    return rows(await hear(line, lambda frame: bool(rows(frame))))[0]


def changed(room: Evening, path: str, body: dict[str, Any], port: int, key: str) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Authorization": key, "Content-Type": "application/json"}
    line.request("PATCH", f"/api/v1/live/{room.code}/{path}", json.dumps(body), headers)
    answer = line.getresponse()
    assert answer.status == 200, answer.read()


def test_redis_restarted_and_flushed(
    evening: Evening, town: Municipality, start: Start, redis: OwnRedis
) -> None:
    """Ballots go on without it; what was not told finds its way to the other process."""
    ports = web_servers(start, 2, REDIS_URL=redis.url, RATE_LIMITS="1")
    key = make_key(town, "live")
    wall = Watcher(ports[1], evening.code)
    first, second, third = (Crowd(evening, ports[:1], PHONES, 2) for _part in range(3))

    async def poll() -> None:
        watching = asyncio.create_task(wall.watch(has_ballots(2 * PHONES)))
        await first.all()
        redis.kill()
        await second.all()  # nobody tells the wall's process
        await watching
        redis.start()
        watching = asyncio.create_task(wall.watch(has_ballots(3 * PHONES)))
        await asyncio.gather(third.all(), asyncio.to_thread(redis.say, "FLUSHALL"))
        await watching
        redis.kill()
        watching = asyncio.create_task(wall.watch(is_final))
        # Nor of this:
        await asyncio.to_thread(command, "close", evening, evening.round, ports[0], key)
        await watching
        redis.start()

    with beside(poll()):
        pass
    assert is_final(wall.seen[-1])
    assert wall.seen[-1]["d"]["ballots"] == 3 * PHONES

    again = rounds.again(**evening.at(now=timezone.now()))
    asyncio.run(opened_on_both(evening, again, ports, key))


async def opened_on_both(evening: Evening, again: Round, ports: list[int], key: str) -> None:
    """After the restart the processes hear of each other again."""
    walls = [Watcher(port, evening.code) for port in ports]
    opened = [
        asyncio.create_task(wall.watch(lambda frame: frame["t"] == "round.opened"))
        for wall in walls
    ]
    for wall in walls:
        await wall.here.wait()
    await asyncio.to_thread(command, "open", evening, again, ports[0], key)
    await asyncio.gather(*opened)


def test_postgresql_crashes_and_comes_back(
    evening: Evening, start: Start, postgres: OwnPostgres
) -> None:
    """Ballots are acknowledged truly or refused as busy; the web process needs no restart."""
    postgres.copy(shared()["DATABASE_URL"])
    port = free_port()
    server = web_server(start, port, DATABASE_URL=postgres.url)
    crowd = Crowd(evening, [port], PHONES, TIMES)
    with beside(crowd.all()):
        crowd.wait_for(SOME)
        postgres.crash()
        acked = {phone.ballot: phone.acked for phone in crowd.phones}
        assert crowd.acks < PHONES * TIMES, "It had finished before."
        answer = asked(port, f"/api/v1/live/{evening.code}/")
        assert (answer.status, json.loads(answer.read())["code"]) == (503, "busy")
        assert answer.headers["Retry-After"] == "5"
        postgres.start()
        stored = {
            str(pk): version
            for pk, version in postgres.rows("SELECT uuid, version FROM polls_ballot")
        }
        assert all(stored.get(pk, 0) >= version for pk, version in acked.items())
    assert not server.has_ended
    counted = postgres.rows("SELECT value->'options'->>0, count(*) FROM polls_ballot GROUP BY 1")
    assert dict(counted) == {key: n for key, n in crowd.expected.items() if n}
    tally = postgres.rows("SELECT sum(n) FROM polls_roundtally WHERE key = 'ballots'")
    assert tally == [(PHONES,)]


def test_a_poll_without_worker_and_clock(
    evening: Evening, town: Municipality, start: Start
) -> None:
    """The web process alone takes the ballots and closes the round when its time is over."""
    port = free_port()
    web_server(start, port)
    wall = Watcher(port, evening.code)
    crowd = Crowd(evening, [port], PHONES, 1)
    soon = timezone.now() + timedelta(seconds=1)
    with beside(crowd.all()):
        pass
    assert standing(evening)[0] == PHONES
    Round.objects.update(closes_at=soon)
    with beside(wall.watch(is_final)):
        pass
    all_is_counted_after_the_close(crowd)
