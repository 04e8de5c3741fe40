"""One message to every phone: the time until each has it, beside `websockets.broadcast`.

    … python -m tests.benchmarks.bench_fanout [phones] [port] [processes]

with DATABASE_URL and REDIS_URL. "last phone" is the median of the trials, "a second" the frames
delivered in that time.

Mitwirk: a round is revealed and hidden by the service; measured is the control event from its first
phone to its last, so that both servers are timed for the fan-out alone.
"""

import asyncio
import sys
import time

from tests.benchmarks import sockets
from tests.benchmarks.sockets import Socket

TRIALS = 10


class Room:
    def __init__(self) -> None:
        self.word = b""
        self.at: list[float] = []
        self.count = 0
        self.done = asyncio.Event()

    def expect(self, word: bytes, count: int) -> None:
        self.word, self.count, self.at = word, count, []
        self.done.clear()

    def heard(self, _phone: Socket, text: bytes) -> None:
        if self.word and self.word in text:
            self.at.append(time.perf_counter())
            if len(self.at) == self.count:
                self.done.set()

    async def spread(self) -> list[float]:
        await asyncio.wait_for(self.done.wait(), sockets.PATIENCE_SECONDS)
        return [at - self.at[0] for at in self.at]


async def join(room: Room, count: int, path: str, ports: list[int]) -> list[Socket]:
    phones = await sockets.connect_all(count, path, ports, room.heard)
    room.expect(b'"t":"welcome"', count)
    for phone in phones:
        phone.say("hello")
    await room.spread()
    return phones


def report(name: str, count: int, trials: list[list[float]]) -> None:
    last = sorted(max(trial) for trial in trials)
    every = [at for trial in trials for at in trial]
    median = last[len(last) // 2]
    print(
        f"| {name} | {count} | {median * 1000:.0f} | {last[-1] * 1000:.0f} "
        f"| {sockets.spread(every)} | {count / median:,.0f} |"
    )


async def mitwirk(count: int, ports: list[int]) -> None:
    from tests.benchmarks import evening

    here = await asyncio.to_thread(evening.open_room, "hidden")
    room = Room()
    await join(room, count, f"/ws/live/{here.code}/", ports)
    trials = []
    for trial in range(TRIALS):
        revealed = trial % 2 == 0
        room.expect(b'"t":"round.revealed"' if revealed else b'"t":"round.hidden"', count)
        await asyncio.to_thread(evening.show, here, revealed=revealed)
        trials.append(await room.spread())
        await asyncio.sleep(0.3)
    report(f"Mitwirk, {len(ports)} web", count, trials)


async def bare(count: int, port: int) -> None:
    room = Room()
    phones = await join(room, count, "/", [port])
    trials = []
    for _trial in range(TRIALS):
        room.expect(b'"t":"tally"', count)
        phones[0].say("shout")
        trials.append(await room.spread())
        await asyncio.sleep(0.3)
    report("bare websockets broadcast", count, trials)


def main(count: int = 1000, port: int = 8105, processes: int = 1) -> None:
    sockets.pin_client()
    print("| server | phones | last phone, ms | worst ms | every phone p50 / p99 ms | a second |")
    print("|---|---|---|---|---|---|")
    with sockets.mitwirks(port, processes) as pids:
        asyncio.run(mitwirk(count, [port + number for number in range(len(pids))]))
    with sockets.bare_websockets(port):
        asyncio.run(bare(count, port))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
