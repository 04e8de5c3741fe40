"""The whole suite: on SQLite, then on PostgreSQL and Redis where they answer, then the browser's.

TEST_DATABASE_URL and TEST_REDIS_URL name the servers (else the ones on this machine). With CI set
they must answer. The browser's journeys run once, on what a town runs, if that is there.
"""

import getpass
import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
DATABASE_URL = os.environ.get(
    "TEST_DATABASE_URL", f"postgres://{getpass.getuser()}@127.0.0.1:5432/mitwirk"
)
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
PYTEST = [sys.executable, "-m", "pytest", "-q"]
PARTS = ["-m", "not e2e", "-n", "2", "--dist", "loadfile"]
JOURNEYS = ["-m", "e2e", "-n", "2", "--dist", "loadfile"]


def main() -> int:
    os.chdir(ROOT)
    missing = unreachable()
    if missing and os.environ.get("CI"):
        print(f"Not tested: {missing}. In CI they must answer.", file=sys.stderr)
        return 1
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "REDIS_URL", "MITWIRK_MODE"}
    }
    served = {} if missing else {"DATABASE_URL": DATABASE_URL, "REDIS_URL": REDIS_URL}
    runs = [("On SQLite", PARTS, {}), ("In the browser", JOURNEYS, served)]
    if missing:
        print(f"On SQLite only: {missing}.", flush=True)
    else:
        # Processes are killed on what a town runs; where that is missing, on SQLite.
        runs[0] = ("On SQLite", [*PARTS, "--ignore=tests/faults"], {})
        runs.insert(1, ("On PostgreSQL and Redis", PARTS, served))
    worst = 0
    for title, selection, storage in runs:
        print(f"\n{title}:", flush=True)
        code = subprocess.call([*PYTEST, *selection], env={**clean, **storage})
        worst = worst or code
    return worst


def unreachable() -> str:
    """What does not answer, in words; empty when both do."""
    silent = []
    for name, url, port in (("PostgreSQL", DATABASE_URL, 5432), ("Redis", REDIS_URL, 6379)):
        parts = urlsplit(url)
        try:
            socket.create_connection((parts.hostname or "", parts.port or port), 3).close()
        except OSError:
            silent.append(f"{name} does not answer at {parts.hostname}:{parts.port or port}")
    return " and ".join(silent)


if __name__ == "__main__":
    sys.exit(main())
