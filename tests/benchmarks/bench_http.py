"""Requests a second, p50/p99, work and statements of town page, programme and API slot list.

PostgreSQL, two web processes on two cores, load from the same machine:

    python -m tests.benchmarks.bench_http

Each page as guests get it (kept for two seconds) and made anew for every request, by an address of
its own each time; beside it the same project through Django's stock ASGI handler, in the same run.
CPU is what the web processes compute for one request, whatever else the machine does.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks import load, processes

PAGES = {
    "town page": "/menden/",
    "programme": "/menden/angebote/",
    "API slot list": "/api/v1/municipalities/menden/slots/",
}
REQUESTS = 1500
BASELINE_REQUESTS = 300
CLIENTS = 16
WARM_UP = 50


@dataclass(frozen=True, slots=True)
class Row:
    result: load.Result
    cpu_ms: float


def kept(path: str, count: int) -> list[load.Call]:
    return [load.Call("GET", path)] * count


def made_anew(path: str, count: int) -> list[load.Call]:
    return [load.Call("GET", f"{path}?n={number}") for number in range(count)]


def measure(application: str, kept_requests: int, new_requests: int) -> dict[str, Row]:
    with processes.servers(2, application, core="0,1") as running:
        return dict(_rows(running, kept_requests, new_requests))


def _rows(
    running: list[processes.Server], kept_requests: int, new_requests: int
) -> Iterator[tuple[str, Row]]:
    ports = [server.port for server in running]
    for name, path in PAGES.items():
        for how, calls in (
            ("kept", kept(path, kept_requests)),
            ("made anew", made_anew(path, new_requests)),
        ):
            load.run(ports, kept(path, WARM_UP), CLIENTS)
            before = sum(server.cpu_seconds for server in running)
            result = load.run(ports, calls, CLIENTS)
            used = sum(server.cpu_seconds for server in running) - before
            yield f"{name}, {how}", Row(result, used / len(calls) * 1000)


def main() -> None:
    processes.fresh_database()
    counts = dict(zip(PAGES, processes.statements(*PAGES.values()), strict=True))
    ours = measure("config.asgi:application", REQUESTS, BASELINE_REQUESTS)
    stock = measure("tests.benchmarks.stock_asgi:application", BASELINE_REQUESTS, BASELINE_REQUESTS)
    print(
        "| page | requests/s | p50 ms | p99 ms | CPU ms | statements | stock/s | ratio | answers |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for name, row in ours.items():
        result, base = row.result, stock[name].result
        page, how = name.split(", ")
        print(
            f"| {name} | {result.rate:.0f} | {result.percentile(0.5):.1f} |"
            f" {result.percentile(0.99):.1f} | {row.cpu_ms:.1f} |"
            f" {0 if how == 'kept' else counts[page]} | {base.rate:.0f} |"
            f" {result.rate / base.rate:.1f} | {result.statuses} |"
        )


if __name__ == "__main__":
    main()
