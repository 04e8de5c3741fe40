"""Programme, slot list and booking in a large network, beside one of a hundredth; PostgreSQL.

    python -m tests.benchmarks.bench_size [share]

59 municipalities, 10,000 workshops, 100,000 dates, 1,000,000 bookings with their tickets; `share`
(1 unless given) makes both networks smaller. Two web processes, one a network, asked in turn by one
client: what else the machine does, it does to both. Pages are made anew for every request.
"""

import json
import statistics
import sys
from datetime import UTC, datetime
from urllib.request import urlopen
from uuid import uuid4

from tests.benchmarks import load, processes
from tests.benchmarks.rows import Size, programme

PAGES = {
    "town page": "/menden/",
    "programme": "/menden/angebote/",
    "programme, page 3": "/menden/angebote/?page=3",
    "programme, searched": "/menden/angebote/?suche=Angebot",
    "API slot list": "/api/v1/municipalities/menden/slots/",
    "API free slots of a week": "/api/v1/municipalities/menden/slots/?free=true&from={day}",
}
LARGE, SMALL = "mitwirk_benchmark_large", "mitwirk_benchmark_small"
ROUNDS, REQUESTS = 7, 20
SLOTS = "/api/v1/municipalities/menden/slots"


def build(database: str, size: Size) -> None:
    processes.fresh_database(database)
    programme(processes.url_of(database), size)


def calls(path: str, server: processes.Server) -> list[load.Call]:
    if path == "booking":
        return bookings(server)
    path = path.format(day=f"{datetime.now(UTC):%Y-%m-%d}")
    mark = "&" if "?" in path else "?"
    return [load.Call("GET", f"{path}{mark}n={uuid4().hex}") for _ in range(REQUESTS)]


def bookings(server: processes.Server) -> list[load.Call]:
    with urlopen(f"http://127.0.0.1:{server.port}{SLOTS}/?free=true") as answer:
        slots = [row["id"] for row in json.load(answer)["results"] if row["seats_left"] > REQUESTS]
    bodies = [
        {"party_size": 1, "name": "Kim", "email": f"{uuid4().hex}@example.org"}
        for _ in range(REQUESTS)
    ]
    return [
        load.Call(
            "POST",
            f"{SLOTS}/{slots[number % len(slots)]}/bookings/",
            json.dumps(body).encode(),
            (("Content-Type", "application/json"),),
        )
        for number, body in enumerate(bodies)
    ]


def measure(large: processes.Server, small: processes.Server) -> None:
    print("| what | large, p50 ms | a hundredth, p50 ms | ratio | answers |")
    print("|---|---|---|---|---|")
    for name, path in {**PAGES, "booking": "booking"}.items():
        took: dict[int, list[float]] = {large.port: [], small.port: []}
        answers: set[int] = set()
        for turn in range(ROUNDS + 1):
            for server in (large, small):
                result = load.run([server.port], calls(path, server), clients=1)
                answers |= result.statuses.keys()
                if turn:  # the first round warms up
                    took[server.port] += result.latencies
        large_ms, small_ms = (statistics.median(rows) * 1000 for rows in took.values())
        ratio = large_ms / small_ms
        print(f"| {name} | {large_ms:.1f} | {small_ms:.1f} | {ratio:.2f} | {answers} |")


def main(share: int = 1) -> None:
    whole = Size(10_000 // share, 100_000 // share, 1_000_000 // share)
    build(LARGE, whole)
    build(SMALL, Size(whole.workshops // 100, whole.slots // 100, whole.bookings // 100))
    limits = ("HOLDS_PER_NETWORK", "HOLDS_WITHOUT_PROOF", "GUEST_WRITES_A_MINUTE")
    environ = dict.fromkeys(limits, "1000000")
    with (
        processes.servers(1, core="0,1", DATABASE_URL=processes.url_of(LARGE), **environ) as large,
        processes.servers(1, core="0,1", DATABASE_URL=processes.url_of(SMALL), **environ) as small,
    ):
        measure(large[0], small[0])
    for database in (LARGE, SMALL):
        processes.drop_database(database)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
