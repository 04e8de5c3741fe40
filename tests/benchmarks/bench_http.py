"""Requests a second and p50/p99 of town page, programme and API slot list.

PostgreSQL, two web processes on two cores, load from the same machine:

    python -m tests.benchmarks.bench_http

Each beside the same project through Django's stock ASGI handler, in the same run.
"""

from tests.benchmarks import load, processes

PAGES = {
    "town page": "/menden/",
    "programme": "/menden/angebote/",
    "API slot list": "/api/v1/municipalities/menden/slots/",
}
REQUESTS = 1500
BASELINE_REQUESTS = 300
CLIENTS = 16


def measure(application: str, requests: int) -> dict[str, load.Result]:
    results = {}
    with processes.servers(2, application, core="0,1") as running:
        ports = [server.port for server in running]
        for name, path in PAGES.items():
            load.run(ports, [load.Call("GET", path)] * 50, CLIENTS)
            results[name] = load.run(ports, [load.Call("GET", path)] * requests, CLIENTS)
    return results


def main() -> None:
    processes.fresh_database()
    ours = measure("config.asgi:application", REQUESTS)
    stock = measure("tests.benchmarks.stock_asgi:application", BASELINE_REQUESTS)
    print("| page | requests/s | p50 ms | p99 ms | stock handler/s | ratio | answers |")
    print("|---|---|---|---|---|---|---|")
    for name, result in ours.items():
        base = stock[name]
        print(
            f"| {name} | {result.rate:.0f} | {result.percentile(0.5):.1f} |"
            f" {result.percentile(0.99):.1f} | {base.rate:.0f} | {result.rate / base.rate:.1f} |"
            f" {result.statuses} |"
        )


if __name__ == "__main__":
    main()
