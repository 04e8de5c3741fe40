"""A hall whose network blocks websockets: everyone waits by HTTP at two real web processes."""

import asyncio
import json
from typing import Any

import pytest
from django.utils import timezone

from participation.models import Municipality
from polls.services import rounds
from tests.faults.conftest import Start, web_servers
from tests.faults.crowd import PATIENCE_SECONDS
from tests.faults.services import OwnRedis
from tests.polls.factories import Evening, make_evening

pytestmark = pytest.mark.django_db(transaction=True)
PHONES = 200


@pytest.fixture
def evening(town: Municipality, transactional_db: None) -> Evening:
    return make_evening(town, timezone.now())


async def poll(port: int, code: str, tag: str = "") -> tuple[int, str, dict[str, Any]]:
    """Status, tag and picture of one request that waits."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = [f"GET /api/v1/live/{code}/ HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    head += ["Prefer: wait=20", *([f"If-None-Match: {tag}"] if tag else [])]
    writer.write("\r\n".join([*head, "", ""]).encode())
    async with asyncio.timeout(PATIENCE_SECONDS):
        answer = await reader.read()
    writer.close()
    start, _blank, body = answer.partition(b"\r\n\r\n")
    status, *lines = start.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    if headers.get("transfer-encoding") == "chunked":
        body = body.partition(b"\r\n")[2].rpartition(b"\r\n0\r\n")[0]
    return int(status.split()[1]), headers.get("etag", ""), json.loads(body or b"{}")


def state(picture: dict[str, Any]) -> str:
    return str(picture["questions"][0]["rounds"][0]["state"])


def test_everyone_sees_the_close(evening: Evening, start: Start, redis: OwnRedis) -> None:
    ports = web_servers(start, 2, REDIS_URL=redis.url)

    async def sit() -> None:
        first = [await poll(port, evening.code) for port in ports]
        assert {(status, state(picture)) for status, _tag, picture in first} == {(200, "open")}
        # Whichever process answers next knows the picture of the other.
        (tag,) = {tag for _status, tag, _picture in first}
        hall = [
            asyncio.create_task(poll(ports[number % 2], evening.code, tag))
            for number in range(PHONES)
        ]
        await asyncio.sleep(1)
        assert not any(phone.done() for phone in hall)
        await asyncio.to_thread(rounds.close_round, **evening.at(now=timezone.now()))
        told = await asyncio.gather(*hall)
        assert {(status, state(picture)) for status, _tag, picture in told} == {(200, "closed")}

    asyncio.run(sit())
