"""Ballots a second and the time to their acknowledgement, joins, and memory per socket.

    … python -m tests.benchmarks.bench_ballots [phones] [port] [processes]

with DATABASE_URL and REDIS_URL. All phones at once, then within ten seconds. The servers have one
core, the phones the other. Beside it, in the same run, a bare `websockets` server that
acknowledges without counting.
"""

import asyncio
import random
import sys
import time
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.benchmarks import sockets
from tests.benchmarks.sockets import Socket

if TYPE_CHECKING:
    from tests.benchmarks import evening

TRIALS = 3
EVENING_SECONDS = 10.0


class Crowd:
    """Phones that wait for one answer each."""

    def __init__(self) -> None:
        self.sent: dict[Socket, float] = {}
        self.took: list[float] = []
        self.refused = 0
        self.done = asyncio.Event()

    def expect(self, phones: list[Socket]) -> None:
        self.sent, self.took, self.refused = dict.fromkeys(phones, 0.0), [], 0
        self.done.clear()

    def heard(self, phone: Socket, text: bytes) -> None:
        answer = b'"t":"ack"' in text or b'"t":"welcome"' in text
        if answer and phone in self.sent:
            self.took.append(time.perf_counter() - self.sent.pop(phone))
        elif b'"t":"error"' in text and phone in self.sent:
            self.refused += 1
            del self.sent[phone]
        if not self.sent:
            self.done.set()

    async def wait(self) -> None:
        await asyncio.wait_for(self.done.wait(), sockets.PATIENCE_SECONDS)


async def join(crowd: Crowd, count: int, path: str, ports: list[int]) -> tuple[list[Socket], float]:
    started = time.perf_counter()
    phones = await sockets.connect_all(count, path, ports, crowd.heard)
    crowd.expect(phones)
    for phone in phones:
        crowd.sent[phone] = time.perf_counter()
        phone.say("hello")
    await crowd.wait()
    return phones, time.perf_counter() - started


async def vote(
    crowd: Crowd, phones: list[Socket], room: "evening.Room", within: float = 0.0
) -> float:
    """Spread over `within` seconds. Returns the seconds until the last answer."""
    crowd.expect(phones)
    started = time.perf_counter()
    for number, phone in enumerate(phones):
        if (early := started + within * number / len(phones) - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        crowd.sent[phone] = time.perf_counter()
        value = {"options": [random.choice(room.options)]}
        phone.say("vote.cast", round=room.round_id, ballot=str(uuid4()), version=1, value=value)
    await crowd.wait()
    return time.perf_counter() - started


async def measure(name: str, count: int, ports: list[int], pids: list[int], *, bare: bool) -> None:
    from tests.benchmarks import evening

    room = await asyncio.to_thread(evening.open_room)
    path = f"/ws/live/{room.code}/"
    crowd = Crowd()
    warm, _seconds = await join(crowd, 10, path, ports)
    await vote(crowd, warm, room)
    before = sum(map(sockets.memory_kb, pids))
    phones, joined = await join(crowd, count, path, ports)
    memory = (sum(map(sockets.memory_kb, pids)) - before) / count
    for trial in range(1, TRIALS + 2):
        within = 0.0 if trial <= TRIALS else EVENING_SECONDS
        what = f"{name} within {within:.0f} s" if within else f"{name} {trial}"
        if not bare:
            room = await asyncio.to_thread(evening.next_round, room)
            await asyncio.sleep(1.5)
        seconds = await vote(crowd, phones, room, within)
        stored = "–" if bare else await asyncio.to_thread(evening.ballots_of, room)
        print(
            f"| {what} | {count} | {count / joined:,.0f} | {memory:.0f} "
            f"| {len(crowd.took) / seconds:,.0f} | {sockets.spread(crowd.took)} "
            f"| {len(crowd.took)} | {stored} | {crowd.refused} |"
        )
    for phone in phones + warm:
        if phone.transport is not None:
            phone.transport.close()


def main(count: int = 1000, port: int = 8105, processes: int = 1) -> None:
    sockets.pin_client()
    print(
        "| trial | phones | joins/s | kB/socket | ballots/s | ack p50 / p99 ms "
        "| acked | stored | refused |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    with sockets.mitwirks(port, processes) as pids:
        ports = [port + number for number in range(processes)]
        asyncio.run(measure(f"Mitwirk, {processes} web,", count, ports, pids, bare=False))
    with sockets.bare_websockets(port) as pid:
        asyncio.run(measure("bare websockets", count, [port], [pid], bare=True))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
