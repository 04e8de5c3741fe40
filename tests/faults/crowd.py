"""Phones in a hall, as the page behaves: each keeps its ballot and sends it until it counts."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Condition
from typing import Any
from uuid import uuid4

import websockets
from websockets.asyncio.client import ClientConnection

from tests.polls.factories import Evening

PATIENCE_SECONDS = 60
PAUSE_SECONDS = 0.1
Frame = dict[str, Any]


async def connect(port: int, code: str, **options: Any) -> ClientConnection:
    return await websockets.connect(
        f"ws://127.0.0.1:{port}/ws/live/{code}/", compression=None, open_timeout=20, **options
    )


async def say(line: ClientConnection, kind: str, ident: str = "1", **data: Any) -> None:
    await line.send(json.dumps({"v": 1, "t": kind, "id": ident, "d": data}))


async def hear(line: ClientConnection, wanted: Callable[[Frame], bool]) -> Frame:
    """The next such frame, others skipped."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            frame: Frame = json.loads(await line.recv())
            if wanted(frame):
                return frame


async def hello(line: ClientConnection, **data: Any) -> Frame:
    """The welcome's data; asks again while the server is busy."""
    while True:
        await say(line, "hello", "hello", **data)
        answer = await hear(line, lambda frame: frame.get("re") == "hello")
        if answer["t"] == "welcome":
            return dict(answer["d"])
        assert answer["d"]["retry"], answer
        await asyncio.sleep(PAUSE_SECONDS)


class Phone:
    """`port` may change at any time: the next connection goes there."""

    def __init__(self, evening: Evening, port: int) -> None:
        self.port = port
        self.ballot = str(uuid4())
        self.value: dict[str, Any] = {}
        self.version = 0
        self.acked = 0
        self.busy = 0
        self._evening = evening
        self._token: str | None = None
        self._line: ClientConnection | None = None

    async def vote(self, option: int) -> None:
        """Returns once this answer, in place of the one before, is acknowledged."""
        self.version += 1
        self.value = {"options": [option]}
        while self.acked < self.version:
            try:
                await self._send()
            except (OSError, TimeoutError, websockets.WebSocketException):
                self._line = None
                await asyncio.sleep(PAUSE_SECONDS)

    async def leave(self) -> None:
        if self._line is not None:
            await self._line.close()

    async def _send(self) -> None:
        if self._line is None:
            line = await connect(self.port, self._evening.code)
            given = {"token": self._token} if self._token else {}
            self._token = (await hello(line, **given))["token"] or self._token
            self._line = line
        line, ident = self._line, f"{self.version}-{self.busy}"
        ballot = {"ballot": self.ballot, "version": self.version, "value": self.value}
        await say(line, "vote.cast", ident, round=self._evening.round.pk, **ballot)
        answer = await hear(line, lambda frame: frame.get("re") == ident)
        if answer["t"] == "ack":
            self.acked = self.version
        else:
            assert answer["d"]["code"] == "busy", answer
            self.busy += 1
            await asyncio.sleep(PAUSE_SECONDS)


class Crowd:
    """Each phone votes `times` over, in a thread beside the test."""

    def __init__(self, evening: Evening, ports: Sequence[int], size: int, times: int) -> None:
        self.evening = evening
        self.phones = [Phone(evening, ports[number % len(ports)]) for number in range(size)]
        self.times = times
        self.acks = 0
        self._counted = Condition()

    async def _vote(self, number: int, phone: Phone) -> None:
        for turn in range(self.times):
            await phone.vote(self.evening.options[(number + turn) % 2])
            with self._counted:
                self.acks += 1
                self._counted.notify_all()

    async def all(self) -> None:
        votes = (self._vote(number, phone) for number, phone in enumerate(self.phones))
        async with asyncio.timeout(2 * PATIENCE_SECONDS):
            await asyncio.gather(*votes)
        await asyncio.gather(*(phone.leave() for phone in self.phones))

    def wait_for(self, acks: int) -> None:
        with self._counted:
            assert self._counted.wait_for(lambda: self.acks >= acks, PATIENCE_SECONDS), self.acks

    @property
    def expected(self) -> dict[str, int]:
        """Option id → phones whose last answer it is."""
        counts = {str(option): 0 for option in self.evening.options}
        for phone in self.phones:
            counts[str(phone.value["options"][0])] += 1
        return counts


@contextmanager
def beside(work: Coroutine[Any, Any, Any]) -> Iterator[Future[Any]]:
    """Runs on a loop of its own in a thread; its error is the test's. `work` must end by itself."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(asyncio.run, work)
        yield future
        future.result()


class Watcher:
    """A wall: `seen` holds every frame it heard, in order."""

    def __init__(self, port: int, code: str) -> None:
        self.port = port
        self.code = code
        self.seen: list[Frame] = []
        self.here = asyncio.Event()

    async def watch(self, until: Callable[[Frame], bool]) -> None:
        """Listens until such a frame; comes back when the connection breaks."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                try:
                    return await self._listen(until)
                except (OSError, websockets.WebSocketException):
                    await asyncio.sleep(PAUSE_SECONDS)

    async def _listen(self, until: Callable[[Frame], bool]) -> None:
        async with await connect(self.port, self.code) as line:
            self.seen.append({"t": "welcome", "d": await hello(line, role="wall")})
            self.here.set()
            while True:
                self.seen.append(json.loads(await line.recv()))
                if until(self.seen[-1]):
                    return

    @property
    def events(self) -> list[tuple[int, str]]:
        return [(frame["seq"], frame["t"]) for frame in self.seen if "seq" in frame]


def is_final(frame: Frame) -> bool:
    return bool(frame["t"] == "tally" and frame["d"]["final"])


def has_ballots(count: int) -> Callable[[Frame], bool]:
    return lambda frame: bool(frame["t"] == "tally" and frame["d"]["ballots"] == count)
