"""A small HTTP load client: keep-alive connections, each asking one request after the other."""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    path: str
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def wire(self, port: int) -> bytes:
        lines = [
            f"{self.method} {self.path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            f"Content-Length: {len(self.body)}",
            *(f"{name}: {value}" for name, value in self.headers),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + self.body


@dataclass(slots=True)
class Result:
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def run(ports: list[int], calls: Iterable[Call], clients: int) -> Result:
    """All calls, shared among `clients` connections spread over the ports."""
    return asyncio.run(_run(ports, list(calls), clients))


async def _run(ports: list[int], calls: list[Call], clients: int) -> Result:
    result = Result()
    waiting = iter(calls)
    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(clients):
            port = ports[number % len(ports)]
            group.create_task(client(port, lambda: next(waiting, None), result))
    result.seconds = time.perf_counter() - start
    return result


async def client(port: int, following: Callable[[], Call | None], result: Result) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (call := following()) is not None:
        began = time.perf_counter()
        writer.write(call.wire(port))
        status, keep = await _answer(reader)
        result.latencies.append(time.perf_counter() - began)
        result.statuses[status] = result.statuses.get(status, 0) + 1
        if not keep:
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status = int(head.split(" ", 2)[1])
    headers = {
        name.strip().lower(): value.strip()
        for name, _colon, value in (line.partition(":") for line in head.split("\r\n")[1:])
    }
    if "chunked" in headers.get("transfer-encoding", ""):
        while (size := int((await reader.readline()).split(b";")[0], 16)) > 0:
            await reader.readexactly(size + 2)
        await reader.readline()
    else:
        await reader.readexactly(int(headers.get("content-length", "0")))
    return status, headers.get("connection", "").lower() != "close"
