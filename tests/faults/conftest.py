"""Real processes on the test's own database, to be killed in the middle of their work.

They share the database with the test (which is why its rows are committed), but no memory: what a
`kill -9` leaves is what the database holds.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.faults.mail_server import MailServer
from tests.faults.services import OwnPostgres, OwnRedis, free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
Start = Callable[..., "Process"]


class Process:
    """A program of ours. `kill` gives it no chance to put anything in order."""

    def __init__(self, command: list[str], environ: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as output:
            self._running = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=environ,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def kill(self) -> None:
        self._running.send_signal(signal.SIGKILL)
        assert self._running.wait(20) == -signal.SIGKILL, "It had ended by itself."

    def wait(self) -> None:
        assert self._running.wait(START_SECONDS) == 0, self.log.read_text()

    def end(self) -> None:
        if self._running.poll() is None:
            self._running.kill()
            self._running.wait(20)

    @property
    def pid(self) -> int:
        return self._running.pid

    @property
    def has_ended(self) -> bool:
        return self._running.poll() is not None


@pytest.fixture
def start(transactional_db: None, tmp_path: Path) -> Iterator[Start]:
    """`start("manage.py", "purge", EMAIL_URL=…)`; what still runs ends with the test."""
    processes: list[Process] = []

    def begin(*command: str, **environ: str) -> Process:
        settings = {**os.environ, **shared(), **environ}
        # Commits are as durable as in a town here: what is acknowledged outlives a crash.
        for name in ("PYTEST_XDIST_WORKER", "PGOPTIONS"):
            settings.pop(name, None)
        processes.append(Process(list(command), settings, tmp_path / "processes.log"))
        return processes[-1]

    yield begin
    for process in processes:
        process.end()


def shared() -> dict[str, str]:
    """The settings by which another process is at home in the test's database."""
    name = str(connection.settings_dict["NAME"])
    url = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    return {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "MITWIRK_MODE": "test",
        "RATE_LIMITS": "0",
    }


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


def until(happened: Callable[[], bool], process: Process) -> None:
    """Look again and again until it has happened; fails when the process ends before."""
    end = time.monotonic() + START_SECONDS
    while not happened():
        assert not process.has_ended, process.log.read_text()
        assert time.monotonic() < end, process.log.read_text()


@pytest.fixture
def redis() -> Iterator[OwnRedis]:
    with OwnRedis() as service:
        yield service


@pytest.fixture
def postgres(transactional_db: None) -> Iterator[OwnPostgres]:
    if connection.vendor != "postgresql":
        pytest.skip("runs with the suite on PostgreSQL")
    with OwnPostgres() as service:
        yield service


def web_servers(start: Start, count: int, **environ: str) -> list[int]:
    """The ports of Daphnes as they run in a town; returns once all answer."""
    ports = [free_port() for _each in range(count)]
    for port, process in [(port, _daphne(start, port, environ)) for port in ports]:
        until(partial(_answers, port), process)
    return ports


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
    except OSError:
        return False
    return True


def web_server(start: Start, port: int, **environ: str) -> Process:
    """One of them, on a port that a killed one may have had."""
    process = _daphne(start, port, environ)
    until(partial(_answers, port), process)
    return process


def _daphne(start: Start, port: int, environ: dict[str, str]) -> Process:
    endpoint = f"tcp:{port}:interface=127.0.0.1:backlog=4096"
    words = ("-v", "0", "--websocket_connect_timeout", "30", "-e", endpoint)
    return start("-m", "daphne", *words, "config.asgi:application", **environ)
