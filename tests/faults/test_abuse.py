"""A hostile crowd at a real web process: it is turned away, the hall votes on, memory is flat."""

import asyncio
import socket
import struct
import zlib
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import pytest
import websockets
from django.utils import timezone

from participation.models import Municipality
from tests.benchmarks import sockets
from tests.faults.conftest import Process, Start, web_server
from tests.faults.crowd import Phone, connect, hello, say
from tests.faults.services import free_port
from tests.polls.factories import Evening, make_evening

pytestmark = pytest.mark.django_db(transaction=True)
HALL = 1000
FLOOD = 400
ABUSERS = 150
WAVES = 4
# What a Python process may grow by without having kept anything of the thousands that came.
FLAT_KB = 40_000
RECEIVE_BUFFER = 4096
DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"


class Room:
    """An evening at a web process of its own."""

    def __init__(self, evening: Evening, start: Start) -> None:
        self.evening = evening
        self.port = free_port()
        self.process: Process = web_server(start, self.port, RATE_LIMITS="1")

    @property
    def path(self) -> str:
        return f"/ws/live/{self.evening.code}/"

    @property
    def memory_kb(self) -> int:
        return sockets.memory_kb(self.process.pid)

    async def somebody_votes(self) -> None:
        """Fails when the room is not served any longer."""
        phone = Phone(self.evening, self.port)
        await phone.vote(self.evening.options[0])
        await phone.leave()


@pytest.fixture
def room(town: Municipality, transactional_db: None, start: Start) -> Room:
    return Room(make_evening(town, timezone.now()), start)


async def code_of_close(line: Any) -> int:
    """Reads on until the server has closed; 1006 for who was too slow to hear why."""
    async with asyncio.timeout(60):
        try:
            while True:
                await line.recv()
        except websockets.ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006


def frame(first: int, payload: bytes, length: int | None = None) -> bytes:
    """A masked frame; `length` may lie."""
    size = len(payload) if length is None else length
    return struct.pack("!BBQ4s", first, 0xFF, size, b"\0\0\0\0") + payload


async def raw(room: Room, *, more: str = "") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A socket after its handshake; the answer's head is the reader's first lines."""
    reader, writer = await asyncio.open_connection("127.0.0.1", room.port)
    writer.write(
        f"GET {room.path} HTTP/1.1\r\nHost: 127.0.0.1:{room.port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {'A' * 22}==\r\n{more}"
        "Sec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    return reader, writer


async def gives_up(reader: asyncio.StreamReader) -> None:
    """The server has closed, whatever it said."""
    with suppress(ConnectionResetError):
        async with asyncio.timeout(60):
            while await reader.read(65536):
                pass


def test_a_thousand_join_from_one_address(room: Room) -> None:
    async def arrive() -> int:
        welcomed = asyncio.Semaphore(0)

        def heard(_phone: sockets.Socket, text: bytes) -> None:
            if b'"t":"welcome"' in text:
                welcomed.release()

        phones = await sockets.connect(HALL, room.path, room.port, heard)
        for phone in phones:
            phone.say("hello")
        async with asyncio.timeout(60):
            for _phone in phones:
                await welcomed.acquire()
        lost = sum(phone.lost for phone in phones)
        for phone in phones:
            assert phone.transport is not None
            phone.transport.close()
        return lost

    assert asyncio.run(arrive()) == 0


def test_who_floods_is_closed_and_the_room_votes_on(room: Room) -> None:
    async def flood() -> int:
        line = await connect(room.port, room.evening.code)
        await hello(line)
        for _frame in range(FLOOD):
            await line.send('{"v":1,"t":"ping","id":"1","d":{}}')
        await room.somebody_votes()
        return await code_of_close(line)

    assert asyncio.run(flood()) in {4429, 1006}


TOO_LARGE = {
    "large": frame(0x81, b"x" * 100_000),
    "endless": frame(0x81, b"x", length=2**62),
    "in pieces": frame(0x01, b"x" * 40_000) + frame(0x00, b"x" * 40_000) * 3,
    # RSV1: a bomb, 1 MB of zeros that nobody agreed to unpack
    "compressed": frame(0xC1, zlib.compress(b"0" * 1_000_000, wbits=-15)),
}


def test_frames_too_large_end_their_connection(room: Room) -> None:
    async def send(bomb: bytes) -> None:
        reader, writer = await raw(room)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(bomb)
        await gives_up(reader)
        writer.close()

    async def abuse() -> None:
        for bomb in TOO_LARGE.values():
            await send(bomb)
        await room.somebody_votes()
        assert "sec-websocket-extensions" not in await head_of(room, DEFLATE)

    asyncio.run(abuse())


async def head_of(room: Room, more: str) -> str:
    """The answer to a handshake."""
    reader, writer = await raw(room, more=more)
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    writer.close()
    assert " 101 " in head
    return head


# --- Memory --------------------------------------------------------------------------------------


async def half_open(room: Room) -> None:
    """Says nothing, or half of a handshake, and goes without a word."""
    for said in (b"", b"GET /ws/live/ HTTP/1.1\r\nHost: x\r\n"):
        _reader, writer = await asyncio.open_connection("127.0.0.1", room.port)
        writer.write(said)
        await writer.drain()
        writer.transport.abort()


async def guess(room: Room) -> None:
    line = await connect(room.port, "NOPE42")
    assert await code_of_close(line) in {4404, 1006}


async def talk_nonsense(room: Room) -> None:
    line = await connect(room.port, room.evening.code)
    for _frame in range(5):
        await line.send("x" * 16_000)
    assert await code_of_close(line) in {4400, 1006}


async def never_read(room: Room) -> None:
    """Asks for the whole picture again and again, and reads none of it."""
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    plain.settimeout(0)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(plain, ("127.0.0.1", room.port))
    line = await connect(room.port, room.evening.code, sock=plain, max_queue=1)
    for _hello in range(50):
        await say(line, "hello")
    line.transport.abort()


async def leave_at_once(room: Room) -> None:
    line = await connect(room.port, room.evening.code)
    await hello(line)
    line.transport.abort()


ABUSES: list[Callable[[Room], Coroutine[Any, Any, None]]] = [
    half_open,
    guess,
    talk_nonsense,
    never_read,
    leave_at_once,
]


async def wave(room: Room) -> None:
    gate = asyncio.Semaphore(20)

    async def one(number: int) -> None:
        # Where the machine is slow, the abuser may be cut off before it has heard a word.
        async with gate:
            with suppress(OSError, websockets.WebSocketException):
                await ABUSES[number % len(ABUSES)](room)

    await asyncio.gather(*(one(number) for number in range(ABUSERS)))
    await room.somebody_votes()


def test_memory_stays_flat(room: Room) -> None:
    asyncio.run(wave(room))
    before = room.memory_kb
    for _wave in range(WAVES):
        asyncio.run(wave(room))
    assert room.memory_kb - before < FLAT_KB
    assert not room.process.has_ended
