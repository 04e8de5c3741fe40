"""A Redis and a PostgreSQL of a test's own, to be restarted, flushed and crashed."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self

import psycopg
import pytest

START_SECONDS = 60
POSTGRES = "/usr/lib/postgresql"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class OwnRedis:
    """Keeps nothing on the disk: whoever restarts it empties it."""

    def __init__(self) -> None:
        self.port = free_port()
        self._running: subprocess.Popen[bytes] | None = None
        if shutil.which("redis-server") is None:
            pytest.skip("redis-server is not installed here")

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        quiet = ["--save", "", "--appendonly", "no", "--daemonize", "no", "--loglevel", "warning"]
        self._running = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", *quiet],
            stdout=subprocess.DEVNULL,
            cwd=tempfile.gettempdir(),
        )
        end = time.monotonic() + START_SECONDS
        while self.say("PING") != "+PONG":
            assert time.monotonic() < end, "Redis does not answer."

    def say(self, command: str) -> str:
        """The first line of the answer; empty where nobody answers."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 5) as line:
                line.sendall(f"{command}\r\n".encode())
                return line.recv(1000).decode().partition("\r\n")[0]
        except OSError:
            return ""

    def kill(self) -> None:
        if self._running is not None:
            self._running.kill()
            self._running.wait(20)
            self._running = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


class OwnPostgres:
    """A cluster of its own in a temporary folder, run by a user that is not root."""

    def __init__(self) -> None:
        found = sorted(Path(POSTGRES).glob("*/bin/initdb")) if Path(POSTGRES).is_dir() else []
        if not found:
            pytest.skip(f"PostgreSQL's programs are not installed under {POSTGRES}")
        self.bin = found[-1].parent
        self.port = free_port()
        self._user = self._unprivileged()
        self.folder = Path(tempfile.mkdtemp(prefix="mitwirk-postgres-"))
        if self._user:
            shutil.chown(self.folder, self._user)

    @staticmethod
    def _unprivileged() -> str | None:
        """The user to run as; None for the one who runs the tests."""
        if os.geteuid() != 0:
            return None
        try:
            return pwd.getpwnam("postgres").pw_name
        except KeyError:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")

    @property
    def url(self) -> str:
        return f"postgres://mitwirk@127.0.0.1:{self.port}/mitwirk"

    @property
    def log(self) -> Path:
        return self.folder / "data" / "pg_wal"

    def run(self, program: str, *words: str) -> str:
        done = subprocess.run(
            [str(self.bin / program), *words],
            user=self._user,
            check=True,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout

    def start(self) -> None:
        settings = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        data, log = str(self.folder / "data"), str(self.folder / "log")
        self.run("pg_ctl", "-w", "-D", data, "-l", log, "-o", settings, "start")

    def crash(self) -> None:
        """All its processes at once, without a word to anyone."""
        self.run("pg_ctl", "-w", "-m", "immediate", "-D", str(self.folder / "data"), "stop")

    def copy(self, url: str) -> None:
        """Take over the rows of another database."""
        dump = [str(self.bin / "pg_dump"), "--no-owner", "--no-privileges", url]
        with subprocess.Popen(dump, stdout=subprocess.PIPE) as dumped:
            load = [str(self.bin / "psql"), "-q", "-v", "ON_ERROR_STOP=1", "-d", self.url]
            subprocess.run(load, stdin=dumped.stdout, stdout=subprocess.DEVNULL, check=True)
        assert dumped.returncode == 0

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(query.encode()).fetchall()

    def __enter__(self) -> Self:
        data = str(self.folder / "data")
        self.run("initdb", "-A", "trust", "-U", "mitwirk", "-E", "UTF8", "--no-sync", "-D", data)
        self.start()
        server = f"postgres://mitwirk@127.0.0.1:{self.port}/postgres"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("CREATE DATABASE mitwirk")
        return self

    def __exit__(self, *_: object) -> None:
        if (self.folder / "data" / "postmaster.pid").exists():
            self.crash()
        shutil.rmtree(self.folder)
