"""Real servers on a database of their own, for a benchmark to talk to."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
SERVER_URL = os.environ.get("BENCH_DATABASE_URL", "postgres://root@127.0.0.1:5432/postgres")
DATABASE = "mitwirk_benchmark"
START_TIMEOUT_SECONDS = 60


def url_of(database: str) -> str:
    return urlsplit(SERVER_URL)._replace(path=f"/{database}").geturl()


def environment(**extra: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": url_of(DATABASE),
        "MITWIRK_MODE": "demo",
        "LOG_LEVEL": "ERROR",
        **extra,
    }


def fresh_database(database: str = DATABASE) -> None:
    """An empty database, migrated and filled with the demo."""
    drop_database(database)
    with psycopg.connect(SERVER_URL, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    manage("migrate", "-v0", DATABASE_URL=url_of(database))
    manage("demo", DATABASE_URL=url_of(database))


def drop_database(database: str = DATABASE) -> None:
    with psycopg.connect(SERVER_URL, autocommit=True) as connection:
        name = sql.Identifier(database)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def manage(*words: str, **extra: str) -> str:
    """Run a management command; returns what it printed."""
    return run("manage.py", *words, **extra)


def statements(*paths: str) -> list[int]:
    """Of each page, made anew."""
    printed = run("-m", "tests.benchmarks.statements", *paths, GUEST_PAGE_SECONDS="0")
    return [int(line) for line in printed.split()]


def run(*words: str, **extra: str) -> str:
    """Run Python in the project; returns what it printed."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=environment(**extra),
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    process: subprocess.Popen[bytes]

    @property
    def memory_kib(self) -> int:
        """Resident memory of the process."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1])

    @property
    def cpu_seconds(self) -> float:
        """What the process has computed so far, whoever else uses the machine."""
        status = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii")
        in_user_mode, in_kernel = status.rpartition(")")[2].split()[11:13]
        return (int(in_user_mode) + int(in_kernel)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def servers(
    count: int, application: str = "config.asgi:application", core: str = "0", **extra: str
) -> Iterator[list[Server]]:
    """`count` web processes on one core (both, with core "0,1"), each on a port of its own."""
    with ExitStack() as stack:
        running = [stack.enter_context(_server(application, core, extra)) for _ in range(count)]
        yield running


@contextmanager
def _server(application: str, core: str, extra: dict[str, str]) -> Iterator[Server]:
    port = _free_port()
    command = ["taskset", "-c", core, sys.executable, "-m", "daphne", "-v", "0"]
    endpoint = f"tcp:{port}:interface=127.0.0.1:backlog=4096"
    command += ["-e", endpoint, "--websocket_connect_timeout", "30", application]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(**extra))
    try:
        _wait_for(port, process)
        yield Server(port, process)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("The server ended while starting.")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("The server did not start in time.")
