"""Bookings and check-ins a second over the API; PostgreSQL, two web processes.

    python -m tests.benchmarks.bench_bookings

One hot slot (200 rivals for 100 seats: exactly 100 may win), then 1,000 slots, then scans of the
tickets, each by 1, 8 and 32 clients at once; beside the same project through Django's stock ASGI
handler, in the same run. CPU is what the web processes compute for one request, whatever else the
machine does.
"""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.request import Request, urlopen

from tests.benchmarks import load, processes

TOWN = "/api/v1/municipalities/menden"
RIVALS = 200
SEATS = 100
CLIENTS = (1, 8, 32)
MANY_SLOTS = 1000
MANY_BOOKINGS = 600
SCANS = 600


@dataclass(frozen=True, slots=True)
class Row:
    result: load.Result
    cpu_ms: float


class Town:
    """What the benchmark does to running servers, with a desk and door key."""

    def __init__(self, servers: list[processes.Server], key: str) -> None:
        self.servers = servers
        self.ports = [server.port for server in servers]
        self.headers = (
            ("Authorization", f"Bearer {key}"),
            ("Content-Type", "application/json"),
        )

    def post(self, path: str, body: dict[str, object]) -> dict[str, object]:
        request = Request(
            f"http://127.0.0.1:{self.ports[0]}{path}",
            data=json.dumps(body).encode(),
            headers=dict(self.headers),
        )
        with urlopen(request, timeout=30) as answer:
            return dict(json.load(answer))

    def call(self, path: str, body: dict[str, object]) -> load.Call:
        return load.Call("POST", path, json.dumps(body).encode(), self.headers)

    def run(self, calls: list[load.Call], clients: int) -> Row:
        before = sum(server.cpu_seconds for server in self.servers)
        result = load.run(self.ports, calls, clients)
        used = sum(server.cpu_seconds for server in self.servers) - before
        return Row(result, used / len(calls) * 1000)

    def slots(self, count: int, capacity: int) -> list[object]:
        workshop = self.post(
            f"{TOWN}/workshops/",
            {"title": "Messung", "text": "Messung", "theme": "bildung", "state": "published"},
        )
        starts_at = datetime.now(UTC) + timedelta(minutes=20)
        slot = {
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + timedelta(hours=2)).isoformat(),
            "capacity": capacity,
            "state": "open",
        }
        path = f"{TOWN}/workshops/{workshop['id']}/slots/"
        return [self.post(path, slot)["id"] for _ in range(count)]


def bookings(town: Town, slots: list[object], count: int, clients: int) -> Row:
    calls = [
        town.call(
            f"{TOWN}/slots/{slots[number % len(slots)]}/bookings/",
            {"party_size": 1, "name": "Kim", "email": f"kim-{uuid.uuid4().hex}@example.org"},
        )
        for number in range(count)
    ]
    return town.run(calls, clients)


def check_ins(town: Town, clients: int) -> Row:
    (slot,) = town.slots(1, SCANS)
    path = f"{TOWN}/slots/{slot}"
    secrets = []
    for _ in range(SCANS // 10):
        booking = town.post(f"{path}/bookings/", {"party_size": 10, "name": "Klasse"})
        secrets += [ticket["secret"] for ticket in booking["tickets"]]  # type: ignore[attr-defined]
    calls = [
        town.call(
            f"{path}/scans/",
            {"secret": secret, "client_uuid": str(uuid.uuid4()), "kind": "entry"},
        )
        for secret in secrets
    ]
    return town.run(calls, clients)


def measure(application: str) -> dict[str, Row]:
    with processes.servers(2, application, core="0,1") as running:
        key = processes.manage("api_key", "menden", "desk", "door")
        town = Town(running, key)
        bookings(town, town.slots(1, 50), 50, 8)
        rows, slots = {}, town.slots(MANY_SLOTS, 50)
        for clients in CLIENTS:
            hot = town.slots(1, SEATS)
            rows[f"one hot slot, 200 for 100, {clients} at once"] = bookings(
                town, hot, RIVALS, clients
            )
            rows[f"1,000 slots, {clients} at once"] = bookings(town, slots, MANY_BOOKINGS, clients)
            rows[f"check-in, {clients} at once"] = check_ins(town, clients)
        return rows


def main() -> None:
    processes.fresh_database()
    ours = measure("config.asgi:application")
    stock = measure("tests.benchmarks.stock_asgi:application")
    print("| what | a second | p50 ms | p99 ms | seconds | CPU ms | stock/s | ratio | answers |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, row in ours.items():
        result, base = row.result, stock[name].result
        print(
            f"| {name} | {result.rate:.0f} | {result.percentile(0.5):.1f} |"
            f" {result.percentile(0.99):.1f} | {result.seconds:.2f} | {row.cpu_ms:.1f} |"
            f" {base.rate:.0f} | {result.rate / base.rate:.1f} | {result.statuses} |"
        )


if __name__ == "__main__":
    main()
