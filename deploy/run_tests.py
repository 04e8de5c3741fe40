"""The whole suite: on SQLite, then on PostgreSQL and Redis where they answer, then the browser's.

TEST_DATABASE_URL and TEST_REDIS_URL name the servers (else the ones on this machine). With CI set
they must answer. The browser's journeys run once, on what a town runs, if that is there. Two
browsers and two towns share the machine: a journey that fails is tried once more with nothing
beside it, and named when only that went well.
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
# What may be set for other work. Compiled modules are kept: many processes load the same ones.
OTHERS = {"DATABASE_URL", "REDIS_URL", "MITWIRK_MODE", "PYTHONDONTWRITEBYTECODE"}
SERVED = {
    "DATABASE_URL": DATABASE_URL,
    "REDIS_URL": REDIS_URL,
    # Processes are killed here, but the database's machine is not: no commit waits for its disk.
    "PGOPTIONS": "-c synchronous_commit=off",
}
PYTEST = [sys.executable, "-m", "pytest", "-q", "--durations=12"]
PARTS = ["-m", "not e2e", "-n", "2", "--dist", "loadfile"]
# The kind of database changes nothing about these: once is enough.
ANYWHERE = [
    f"--ignore=tests/{name}"
    for name in ("deploy", "config/test_start.py", "test_architecture.py", "test_translations.py")
]
# With pytest's memory of what failed, which the other parts do without.
JOURNEYS = ["-m", "e2e", "-o", "addopts=--strict-markers", "-o", "cache_dir=var/journeys"]
TOGETHER = ["-n", "2", "--dist", "worksteal", "--cache-clear"]
ALONE = ["--last-failed", "--last-failed-no-failures", "none"]
TESTS_FAILED = 1


def main() -> int:
    os.chdir(ROOT)
    missing = unreachable()
    if missing and os.environ.get("CI"):
        print(f"Not tested: {missing}. In CI they must answer.", file=sys.stderr)
        return 1
    clean = {name: value for name, value in os.environ.items() if name not in OTHERS}
    served = clean if missing else clean | SERVED
    if missing:
        print(f"On SQLite only: {missing}.", flush=True)
        codes = [run("On SQLite", PARTS, clean)]
    else:
        # Processes are killed on what a town runs; where that is missing, on SQLite.
        codes = [run("On SQLite", [*PARTS, "--ignore=tests/faults"], clean)]
        codes.append(run("On PostgreSQL and Redis", [*PARTS, *ANYWHERE], served))
    codes.append(journeys(served))
    return max(codes, key=abs)


def run(title: str, selection: list[str], environ: dict[str, str]) -> int:
    print(f"\n{title}:", flush=True)
    return subprocess.call([*PYTEST, *selection], env=environ)


def journeys(environ: dict[str, str]) -> int:
    code = run("In the browser", [*JOURNEYS, *TOGETHER], environ)
    if code != TESTS_FAILED:
        return code
    code = run("Once more, with nothing beside it", [*JOURNEYS, *ALONE], environ)
    if not code:
        print("What failed above went well alone: a race or too much load. Find out which.")
    return code


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
