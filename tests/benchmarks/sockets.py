"""A thousand phones in one thread: a websocket client that does nothing but time its frames.

Frames are masked with zeros, which leaves them as they are; the server sees valid frames.
"""

import asyncio
import base64
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import quantiles
from urllib.request import urlopen

import orjson

ROOT = Path(__file__).resolve().parents[2]
SERVER_CORE, CLIENT_CORE = 0, 1
PATIENCE_SECONDS = 60

Heard = Callable[["Socket", bytes], None]


class Socket(asyncio.Protocol):
    """`heard` gets the text of every frame; `opened` is done once the handshake is."""

    def __init__(self, path: str, port: int, heard: Heard) -> None:
        self.path = path
        self.port = port
        self.heard = heard
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport | None = None
        self.lost = False
        self._buffer = b""
        self._open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if not self._open:
            head, end, rest = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                self.opened.set_exception(ConnectionError(head.decode()))
                return
            self._open, self._buffer = True, rest
            self.opened.set_result(None)
        self._frames()

    def _frames(self) -> None:
        buffer = self._buffer
        while len(buffer) >= 2:
            length, start = buffer[1] & 127, 2
            if length == 126:
                length, start = int.from_bytes(buffer[2:4], "big"), 4
            elif length == 127:
                length, start = int.from_bytes(buffer[2:10], "big"), 10
            if len(buffer) < start + length:
                break
            if buffer[0] & 15 == 1:
                self.heard(self, buffer[start : start + length])
            buffer = buffer[start + length :]
        self._buffer = buffer

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("lost"))

    def say(self, kind: str, ident: str = "1", **data: object) -> None:
        text = orjson.dumps({"v": 1, "t": kind, "id": ident, "d": data})
        assert self.transport is not None
        length = len(text)
        size = bytes((0x80 | length,)) if length < 126 else b"\xfe" + length.to_bytes(2, "big")
        self.transport.write(b"\x81" + size + b"\0\0\0\0" + text)


async def connect_all(count: int, path: str, ports: list[int], heard: Heard) -> list[Socket]:
    """As many at each of the servers; phones of all of them stand in turn."""
    share = count // len(ports)
    parts = await asyncio.gather(*(connect(share, path, port, heard) for port in ports))
    return [phone for together in zip(*parts, strict=True) for phone in together]


async def connect(
    count: int, path: str, port: int, heard: Heard, at_once: int = 100
) -> list[Socket]:
    loop = asyncio.get_running_loop()
    gate = asyncio.Semaphore(at_once)

    async def one() -> Socket:
        async with gate:
            _transport, protocol = await loop.create_connection(
                lambda: Socket(path, port, heard), "127.0.0.1", port
            )
            await asyncio.wait_for(protocol.opened, PATIENCE_SECONDS)
            return protocol

    return list(await asyncio.gather(*(one() for _n in range(count))))


@contextmanager
def server(*command: str, port: int, health: str = "") -> Iterator[int]:
    """Run a server pinned to one core; gives its process id."""
    taskset = ["taskset", "-c", str(SERVER_CORE), *command]
    process = subprocess.Popen(taskset, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        _wait_until_up(port, health)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def mitwirks(port: int, count: int) -> Iterator[list[int]]:
    """Web processes on `port` and those after it, all on one core; gives their process ids.

    More than one hear of each other by REDIS_URL.
    """
    if count > 1 and not os.environ.get("REDIS_URL"):
        sys.exit("Set REDIS_URL: two web processes hear of each other by Redis.")
    with ExitStack() as stack:
        yield [stack.enter_context(mitwirk(port + number)) for number in range(count)]


@contextmanager
def mitwirk(port: int) -> Iterator[int]:
    endpoint = f"tcp:port={port}:interface=127.0.0.1:backlog=4096"
    command = (
        sys.executable,
        "-m",
        "daphne",
        "-e",
        endpoint,
        "--websocket_connect_timeout",
        "30",
        "-v",
        "0",
        "config.asgi:application",
    )
    with server(*command, port=port, health="/api/v1/municipalities/") as pid:
        yield pid


@contextmanager
def bare_websockets(port: int) -> Iterator[int]:
    command = (sys.executable, "-m", "tests.benchmarks.bare_websockets", str(port))
    with server(*command, port=port) as pid:
        yield pid


def pin_client() -> None:
    os.sched_setaffinity(0, {CLIENT_CORE % (os.cpu_count() or 1)})


def memory_kb(pid: int) -> int:
    """Resident memory of the process in kB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise LookupError(pid)


def spread(seconds: list[float]) -> str:
    """p50 / p99 in milliseconds."""
    cuts = quantiles(seconds, n=100)
    return f"{cuts[49] * 1000:.0f} / {cuts[98] * 1000:.0f}"


def _wait_until_up(port: int, health: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            if health:
                urlopen(f"http://127.0.0.1:{port}{health}", timeout=10).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(port)
