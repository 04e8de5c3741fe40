"""Screens that do not read, at a real web process over real TCP: they are closed, nobody waits."""

import asyncio
import json
import socket
from functools import partial
from typing import Any

import pytest
import websockets
from django.test import Client
from django.utils import timezone
from websockets.asyncio.client import ClientConnection

from participation.models import Municipality
from participation.models.access import Role
from polls.live.screen import MAX_WAITING, TOO_SLOW
from polls.models.languages import Language
from polls.services.wording import Wording
from tests.benchmarks import sockets
from tests.factories import member
from tests.faults.conftest import Process, Start, web_server
from tests.faults.crowd import PAUSE_SECONDS, Frame, Phone, connect, hear, hello, say
from tests.faults.services import free_port
from tests.polls.factories import Evening, make_evening

pytestmark = pytest.mark.django_db(transaction=True)
SLOW_SCREENS = 10
RECEIVE_BUFFER = 4096
# More than the buffers of a connection hold, and fewer answers than may wait.
PICTURES = 50
TURNS = 2 * MAX_WAITING
# Ten screens may each hold the answers they asked for, and no more.
BOUNDED_KB = 150_000


def long_question() -> Wording:
    """Forty answers in every language: a picture of some hundred kilobytes."""
    options = [(f"{number} {'ä' * 190}", f"{number} {'é' * 190}") for number in range(40)]
    texts = dict.fromkeys(Language.values, "ж" * 190)
    return Wording("single", "Wohin?", options=options, option_texts=[texts] * 40)


@pytest.fixture
def evening(town: Municipality, transactional_db: None) -> Evening:
    return make_evening(town, timezone.now(), wording=long_question())


@pytest.fixture
def cookie(evening: Evening) -> str:
    """Of who facilitates."""
    client = Client()
    client.force_login(member(None, evening.session.municipality, Role.FACILITATOR))
    return f"sessionid={client.cookies['sessionid'].value}"


async def slow_screen(port: int, code: str) -> ClientConnection:
    """Has joined, asks for the whole picture again and again, and reads none of it."""
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    plain.settimeout(0)
    await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", port))
    line = await connect(port, code, sock=plain, max_queue=1)
    line.transport.pause_reading()
    for number in range(PICTURES):
        # A wall has no seat: nothing is looked up, and all the pictures are under way at once.
        await say(line, "hello", str(number), role="wall")
    return line


def answers(ident: str, frame: Frame) -> bool:
    return frame.get("re") == ident


async def turn(remote: ClientConnection, evening: Evening) -> None:
    """Turn all screens away from the question and back again, as fast as one socket may."""
    for number in range(TURNS):
        ident = f"turn-{number}"
        focus = None if number % 2 == 0 else evening.round.pk
        while True:
            await say(remote, "focus.set", ident, round=focus)
            answer = await hear(remote, partial(answers, ident))
            if answer["t"] == "ack":
                break
            assert answer["d"]["code"] == "rate_limited", answer
            await asyncio.sleep(PAUSE_SECONDS)


async def turns_heard(line: ClientConnection) -> list[int]:
    """The `seq` of each turn, in the order they came."""
    return [
        (await hear(line, lambda frame: frame["t"] == "focus"))["seq"] for _turn in range(TURNS)
    ]


async def left_to_read(line: ClientConnection) -> tuple[int, int]:
    """How many turns came after all, and the close: 1006 for who reads too late to hear why."""
    turns = 0
    line.transport.resume_reading()
    async with asyncio.timeout(60):
        try:
            while True:
                turns += json.loads(await line.recv())["t"] == "focus"
        except websockets.ConnectionClosed as closed:
            return turns, closed.rcvd.code if closed.rcvd else 1006


def test_who_does_not_read_is_closed_and_the_others_hear_all(
    evening: Evening, cookie: str, start: Start
) -> None:
    port = free_port()
    process: Process = web_server(start, port)

    async def sit() -> None:
        remote = await connect(port, evening.code, additional_headers={"Cookie": cookie})
        await hello(remote, role="facilitator")
        quick = await connect(port, evening.code, max_size=None)
        await hello(quick)
        before = sockets.memory_kb(process.pid)
        slow = [await slow_screen(port, evening.code) for _screen in range(SLOW_SCREENS)]
        await say(quick, "ping", "after-them")
        await hear(quick, partial(answers, "after-them"))
        heard: Any
        _none, heard = await asyncio.gather(turn(remote, evening), turns_heard(quick))
        assert heard == sorted(set(heard))
        assert sockets.memory_kb(process.pid) - before < BOUNDED_KB
        voter = Phone(evening, port)
        await voter.vote(evening.options[0])
        for line in slow:
            turns, code = await left_to_read(line)
            assert turns < TURNS
            assert code in {TOO_SLOW, 1006}
        for line in (remote, quick):
            await line.close()
        await voter.leave()

    asyncio.run(sit())
    assert not process.has_ended
