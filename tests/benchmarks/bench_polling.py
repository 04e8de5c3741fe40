"""A hall without websockets: all phones wait by HTTP for one change, beside one ordinary poll each.

    … python -m tests.benchmarks.bench_polling [phones] [port]

with DATABASE_URL. Every phone has a seat. "last phone" runs from the reveal, which is
committed within it, to the last answer; an ordinary poll is the same request without `Prefer`.
"""

import asyncio
import sys
import time

from tests.benchmarks import load, sockets
from tests.benchmarks.evening import Room
from tests.benchmarks.load import Call

TRIALS = 5
AT_ONCE = 100
CLIENTS = 8


def polls(code: str, count: int, *more: tuple[str, str]) -> list[Call]:
    from polls import tickets

    seats = [("Authorization", f"Seat {tickets.new_seat_token(code)}") for _phone in range(count)]
    return [Call("GET", f"/api/v1/live/{code}/", headers=(seat, *more)) for seat in seats]


async def wait(port: int, call: Call, gate: asyncio.Semaphore, asked: list[int]) -> str:
    """The answer's head."""
    async with gate:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(call.wire(port))
        asked.append(port)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    writer.close()
    return head


async def trial(room: Room, port: int, count: int, *, revealed: bool) -> float:
    """Seconds until the last phone knows."""
    from tests.benchmarks import evening

    gate, asked = asyncio.Semaphore(AT_ONCE), list[int]()
    waits = ("Prefer", "wait=20")
    (first,) = polls(room.code, 1, waits)
    tag = (await wait(port, first, gate, asked)).lower().split("etag: ")[1].split("\r\n")[0]
    calls = polls(room.code, count, waits, ("If-None-Match", tag))
    hall = [asyncio.create_task(wait(port, call, gate, asked)) for call in calls]
    while len(asked) <= count:
        await asyncio.sleep(0.1)
    await asyncio.sleep(2)
    assert not any(phone.done() for phone in hall)
    began = time.perf_counter()
    await asyncio.to_thread(evening.show, room, revealed=revealed)
    heads = await asyncio.gather(*hall)
    took = time.perf_counter() - began
    assert all(" 200 " in head.split("\r\n")[0] for head in heads)
    return took


async def hall(room: Room, port: int, count: int) -> list[float]:
    return sorted([await trial(room, port, count, revealed=n % 2 == 0) for n in range(TRIALS)])


def main(count: int = 1000, port: int = 8141) -> None:
    from tests.benchmarks import evening

    sockets.pin_client()
    with sockets.mitwirk(port):
        room = evening.open_room("hidden")
        waited = asyncio.run(hall(room, port, count))
        asked = load.run([port], polls(room.code, count), CLIENTS)
    median = waited[len(waited) // 2]
    print("| phones | last phone after a change, median ms | worst ms | a poll of each, ms |")
    print("|---|---|---|---|")
    print(
        f"| {count:,} | {median * 1000:,.0f} | {waited[-1] * 1000:,.0f} "
        f"| {asked.seconds * 1000:,.0f} {asked.statuses} |"
    )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
