"""A purge of 100,000 bookings while people book: how long does the slowest booking wait?

    python -m tests.benchmarks.bench_purge [bookings]

The purge runs in a process of its own until nothing is left; one client books without a pause,
first alone and then beside it. PostgreSQL.
"""

import asyncio
import json
import subprocess
import sys
import time
from uuid import uuid4

import psycopg

from tests.benchmarks import load, processes
from tests.benchmarks.rows import Size, execute, number, programme

SLOTS = "/api/v1/municipalities/menden/slots"
ALONE = 200
A_SLOT = 1000
PURGE = "manage.py", "purge"


def over(url: str, bookings: int) -> int:
    """Bookings of dates that ended forty days ago; returns a date to book."""
    slots = max(bookings // A_SLOT, 1)
    programme(url, Size(slots, slots, bookings))
    with psycopg.connect(url, autocommit=True) as connection:
        to_book = number(
            connection,
            "SELECT max(s.id) FROM workshops_slot s JOIN workshops_workshop w ON"
            " w.id = workshop_id JOIN participation_municipality m ON m.id = municipality_id"
            " WHERE m.slug = 'menden' AND s.state = 'open' AND s.starts_at > now()",
        )
        execute(
            connection,
            "UPDATE workshops_slot SET state = 'done', keep_days = 30,"
            " starts_at = now() - interval '41 days', ends_at = now() - interval '40 days'"
            f" WHERE id <> {to_book} AND id IN (SELECT slot_id FROM workshops_booking)",
        )
    return to_book


def book(slot: int) -> load.Call:
    body = {"party_size": 1, "name": "Kim", "email": f"{uuid4().hex}@example.org"}
    headers = (("Content-Type", "application/json"),)
    return load.Call("POST", f"{SLOTS}/{slot}/bookings/", json.dumps(body).encode(), headers)


def beside(server: processes.Server, slot: int, purge: "subprocess.Popen[bytes]") -> load.Result:
    """Books until the purge has ended."""
    result = load.Result()

    def following() -> load.Call | None:
        return book(slot) if purge.poll() is None else None

    asyncio.run(load.client(server.port, following, result))
    return result


def line(name: str, result: load.Result) -> str:
    slowest = max(result.latencies) * 1000
    return (
        f"| {name} | {len(result.latencies)} | {result.percentile(0.5):.1f} |"
        f" {result.percentile(0.99):.1f} | {slowest:.0f} | {result.statuses} |"
    )


def main(bookings: int = 100_000) -> None:
    processes.fresh_database()
    slot = over(processes.url_of(processes.DATABASE), bookings)
    limits = ("HOLDS_PER_NETWORK", "HOLDS_WITHOUT_PROOF", "GUEST_WRITES_A_MINUTE")
    environ = dict.fromkeys(limits, "1000000")
    with processes.servers(1, core="0,1", **environ) as (server,):
        alone = load.run([server.port], [book(slot) for _ in range(ALONE)], clients=1)
        began = time.perf_counter()
        purge = subprocess.Popen(
            [sys.executable, *PURGE],
            cwd=processes.ROOT,
            env=processes.environment(),
            stdout=subprocess.DEVNULL,
        )
        during = beside(server, slot, purge)
        seconds = time.perf_counter() - began
    with psycopg.connect(processes.url_of(processes.DATABASE)) as connection:
        left = number(connection, "SELECT count(*) FROM workshops_slot WHERE state = 'done'")
    print("| bookings | count | p50 ms | p99 ms | slowest ms | answers |")
    print("|---|---|---|---|---|---|")
    print(line("alone", alone))
    print(line("beside the purge", during))
    print(f"\n{bookings} bookings and their tickets purged in {seconds:.0f} s; {left} dates left.")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
