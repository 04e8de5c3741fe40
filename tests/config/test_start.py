"""A production configuration that is unsafe or incomplete ends the start with one line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEY = "k7Qv2xR9mW4tZ8bN3cY6pL1sD5fG0hJaUeIoTqBwVnXzMrKdPg"
COMPLETE = {
    "MITWIRK_MODE": "production",
    "SECRET_KEY": KEY,
    "ALLOWED_HOSTS": "mitwirk.example.org",
    "TRUSTED_ORIGINS": "https://mitwirk.example.org",
    "DATABASE_URL": "sqlite:////nowhere/mitwirk.sqlite3",
    "EMAIL_URL": "smtp://mail.example.org:587",
    "SITE_URL": "https://mitwirk.example.org",
}


def start(program: list[str], **changes: str) -> subprocess.CompletedProcess[str]:
    """Run Python on the complete configuration with `changes`; an empty value takes one away."""
    environ = {
        name: value
        for name, value in {**COMPLETE, **changes, "PATH": os.environ["PATH"]}.items()
        if value
    }
    return subprocess.run(
        [sys.executable, *program],
        cwd=ROOT,
        env=environ,
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_a_complete_configuration_starts() -> None:
    done = start(["-c", "from config import settings; print(settings.PRODUCTION)"])
    assert (done.returncode, done.stdout) == (0, "True\n")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SECRET_KEY", "", "Set SECRET_KEY ("),
        ("SECRET_KEY", "zu-kurz", "at least 50 random characters"),
        ("SECRET_KEY", "only-for-the-demo-and-tests-" + "x" * 32, "SECRET_KEY is easy to guess"),
        ("SECRET_KEY", "ab" * 40, "SECRET_KEY is easy to guess"),
        ("ALLOWED_HOSTS", "", "Set ALLOWED_HOSTS ("),
        ("ALLOWED_HOSTS", "*", "list the host names"),
        ("TRUSTED_ORIGINS", "", "Set TRUSTED_ORIGINS ("),
        ("TRUSTED_ORIGINS", "mitwirk.example.org", "https://mitwirk.example.org"),
        ("DATABASE_URL", "", "Set DATABASE_URL ("),
        ("DATABASE_URL", "mysql://db/mitwirk", "postgres://"),
        ("EMAIL_URL", "", "Set EMAIL_URL ("),
        ("BEHIND_PROXY", "vielleicht", "BEHIND_PROXY=vielleicht"),
        ("HTTP_THREADS", "vier", "HTTP_THREADS=vier"),
        ("MITWIRK_MODE", "prod", "use demo, test or production"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_set(name: str, value: str, says: str) -> None:
    done = start(["manage.py", "check"], **{name: value})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Mitwirk cannot start: ")
    assert done.stderr.count("\n") == 1
    assert says in done.stderr


@pytest.mark.parametrize("module", ["config.asgi", "config.wsgi"])
def test_the_servers_say_it_the_same_way(module: str) -> None:
    done = start(["-c", f"import {module}"], SECRET_KEY="")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Mitwirk cannot start: Set SECRET_KEY (")
    assert done.stderr.count("\n") == 1


def test_production_passes_djangos_own_check_for_deployment() -> None:
    done = start(["manage.py", "check", "--deploy", "--tag", "security", "--fail-level", "WARNING"])
    assert done.returncode == 0, done.stderr


def test_the_web_process_tunes_its_memory() -> None:
    done = start(
        ["-c", "import config.asgi, gc; print(gc.get_threshold(), gc.get_freeze_count() > 10_000)"]
    )
    assert done.stdout == "(20000, 20, 100) True\n", done.stderr


def test_the_demo_starts_with_nothing_set() -> None:
    bare = dict.fromkeys(COMPLETE, "")
    done = start(["-c", "from config import settings; print(settings.DEMO)"], **bare)
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
