"""A real town for the browser: Daphne, worker and clock as processes, with the demo's content.

`DATABASE_URL` and `REDIS_URL` are passed on; with a PostgreSQL server the processes get a database
of their own beside the named one. Without a browser every test here is skipped, with the reason.
Package scope, because a running Playwright keeps an event loop that tests elsewhere cannot have.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from tests.e2e.weak_line import WeakLine

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
# Two browsers and two servers share the machine's cores: what is late is not yet wrong.
expect.set_options(timeout=15_000)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
LONGEST = ("test_schemathesis.py", "test_every_page.py")
# A machine without a graphics card, and containers with little shared memory.
BROWSER_ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: what follows is short enough to be shared out to the end."""
    items.sort(key=lambda item: (*LONGEST, item.path.name).index(item.path.name))
    for item in items:
        if Path(item.fspath).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.e2e)


@dataclass(frozen=True)
class Server:
    """A running Mitwirk; `url` without a slash at its end."""

    url: str
    environ: dict[str, str]

    def manage(self, *command: str) -> str:
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environ,
            text=True,
            check=True,
            stdout=subprocess.PIPE,
        ).stdout


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with_database = own_database(folder)
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "MITWIRK_MODE": "demo",
        "DATABASE_URL": next(with_database),
        "MEDIA_ROOT": str(folder / "media"),
        "SITE_URL": url,
        "RATE_LIMITS": "0",
    }
    running = Server(url, environ)
    running.manage("migrate", "--verbosity", "0")
    running.manage("demo")
    log = (folder / "processes.log").open("wb")
    processes = [
        subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=environ, stdout=log, stderr=subprocess.STDOUT
        )
        for command in commands(port)
    ]
    try:
        wait_until_healthy(url, processes, Path(log.name))
        yield running
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(20)
        log.close()
        next(with_database, None)


def commands(port: int) -> Iterator[list[str]]:
    endpoint = f"tcp:{port}:interface=127.0.0.1:backlog=4096"
    web = ["--verbosity", "0", "--websocket_connect_timeout", "30", "--endpoint", endpoint]
    yield ["-m", "daphne", *web, "config.asgi:application"]
    worker = ["--interval", "0.2", "--no-startup-delay", "--no-reload"]
    yield ["manage.py", "db_worker", *worker]
    yield ["manage.py", "clock"]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def own_database(folder: Path) -> Iterator[str]:
    """The URL of an empty database, which is gone afterwards."""
    parts = urlsplit(os.environ.get("DATABASE_URL", ""))
    if not parts.scheme.startswith("postgres"):
        yield f"sqlite:///{folder / 'e2e.sqlite3'}"
        return
    name = f"e2e_{os.getpid()}"
    maintenance = urlunsplit(parts._replace(path="/postgres"))
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload, unused-ignore]
        yield urlunsplit(parts._replace(path=f"/{name}"))
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[call-overload, unused-ignore]


def wait_until_healthy(url: str, processes: list[subprocess.Popen[bytes]], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and all(process.poll() is None for process in processes):
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=5).close()  # noqa: S310  (our own)
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"The server did not start:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


def chromium_here() -> str | None:
    """The Chromium of the machine, if it has one."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


@pytest.fixture(scope="package")
def launch(playwright: Playwright) -> Any:
    """Start a Chromium with further arguments: `launch("--use-fake-device-for-media-stream")`."""
    installed = chromium_here()

    def start(*arguments: str) -> Browser:
        try:
            return playwright.chromium.launch(
                executable_path=installed, args=[*BROWSER_ARGUMENTS, *arguments]
            )
        except Error as error:
            reason = str(error).splitlines()[0]
            pytest.skip(f"No Chromium here (apt-get install chromium): {reason}")

    return start


@pytest.fixture(scope="package")
def browser(launch: Any) -> Iterator[Browser]:
    running = launch()
    yield running
    running.close()


@pytest.fixture
def context(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """A visitor of their own: German, with nothing remembered."""
    visitor = browser.new_context(base_url=server.url, locale="de-DE", timezone_id="Europe/Berlin")
    yield visitor
    visitor.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def line(server: Server) -> Iterator[WeakLine]:
    with WeakLine(server.url) as line:
        yield line


@pytest.fixture
def volunteer(launch: Any, line: WeakLine) -> Iterator[Callable[..., BrowserContext]]:
    """A phone of its own for each, on the weak line; `film`: what its camera sees."""
    browsers: list[Browser] = []

    def arrive(film: Path | None = None) -> BrowserContext:
        seen = [f"--use-file-for-fake-video-capture={film}"] if film else []
        browser = launch(
            "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", *seen
        )
        browsers.append(browser)
        context: BrowserContext = browser.new_context(
            base_url=line.url,
            locale="de-DE",
            timezone_id="Europe/Berlin",
            viewport={"width": 360, "height": 740},
        )
        return context

    yield arrive
    for browser in browsers:
        browser.close()
