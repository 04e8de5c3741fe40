"""Brings this machine to where Mitwirk runs: `python3 deploy/prepare.py run` or `… test`.

Standard library only, and syntax that Python 3.8 still reads, so that an old Python gets one clear
line. Every step that costs time is skipped while what it was made from has not changed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from ctypes.util import find_library
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMPS = ROOT / "var" / "stamps"
DIST = ROOT / "frontend" / "dist"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (20, 19)
INTERRUPTED = 130
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Missing(Exception):
    """Something this machine lacks; the text says what to do."""


def main(mode: str) -> int:
    started = time.monotonic()
    os.chdir(ROOT)
    try:
        check_python()
        check_node()
        if mode == "run":
            check_port(os.environ.get("PORT", "8000"))
        install_pango()
        install_python("requirements.txt" if mode == "run" else "requirements-dev.txt")
        install_node()
        build_frontend()
        run([str(PYTHON), "deploy/compile_messages.py"], "the English texts")
        if mode == "test":
            install_browser()
    except Missing as missing:
        print(f"Mitwirk cannot start: {missing}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    say(f"Prepared in {time.monotonic() - started:.0f} s.")
    return 0


# --- What must be there --------------------------------------------------------------------------


def check_python() -> None:
    if sys.version_info < OLDEST_PYTHON:
        raise Missing(
            f"it needs Python 3.11 or newer, and this is {sys.version.split()[0]}."
            " Name another: make run PYTHON=python3.12"
        )
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        raise Missing(
            "this Python has no venv and pip. On Debian: apt-get install python3-venv"
        ) from None


def check_node() -> None:
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise Missing(f"{program} is missing. Install Node.js 20.19 or newer, npm included.")
    answer = subprocess.check_output(["node", "--version"], text=True).strip()
    version = tuple(int(part) for part in answer.lstrip("v").split(".")[:2])
    if version < OLDEST_NODE:
        raise Missing(f"it needs Node.js 20.19 or newer, and this is {answer.lstrip('v')}.")


def check_port(port: str) -> None:
    if not port.isdecimal() or not 0 < int(port) < 2**16:
        raise Missing(f"PORT={port} is no port: choose a number from 1 to 65535.")
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", int(port)))
        except PermissionError:
            raise Missing(f"port {port} is not open to you: choose one from 1024 up.") from None
        except OSError:
            raise Missing(
                f"port {port} is in use. Stop what listens there, or: make run PORT=8001"
            ) from None


# --- What is made --------------------------------------------------------------------------------


def install_python(lock: str) -> None:
    """The virtual environment with exactly what the lock names, checked by hash."""
    if not PYTHON.exists():
        say("Making the virtual environment …")
        run([sys.executable, "-m", "venv", str(VENV)], "the virtual environment")
    # What the tests need holds what the demo needs: switching between the two costs nothing.
    wanted = {fingerprint([ROOT / lock]), fingerprint([ROOT / "requirements-dev.txt"])}
    stamp = VENV / "installed-lock"
    if stamp.exists() and stamp.read_text() in wanted:
        return
    say("Installing Python packages …")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]
    if subprocess.call([*pip, "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        run([str(PYTHON), "-m", "ensurepip"], "pip")
    run([*pip, "install", "-qq", "--require-hashes", "-r", lock], "the Python packages")
    stamp.write_text(fingerprint([ROOT / lock]))


def install_node() -> None:
    mark = fingerprint([ROOT / "package-lock.json"])
    if (ROOT / "node_modules").is_dir() and stamped("node") == mark:
        return
    say("Installing the front end's packages …")
    run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], "the front end's packages")
    write_stamp("node", mark)


def build_frontend() -> None:
    folders = ("ts", "styles", "public")
    sources = [path for folder in folders for path in (ROOT / "frontend" / folder).rglob("*")]
    sources += [ROOT / "package-lock.json", *ROOT.glob("vite.config.*"), *ROOT.glob("tsconfig*")]
    mark = fingerprint(sources)
    if (DIST / "manifest.json").exists() and stamped("frontend") == mark:
        return
    say("Building the front end …")
    run(["npm", "run", "--silent", "build", "--", "--logLevel", "warn"], "the front end")
    write_stamp("frontend", mark)


def install_pango() -> None:
    """What makes PDF documents; no reason not to start: without it, only they are missing."""
    if find_library("pango-1.0") and find_library("pangoft2-1.0"):
        return
    if may_install_packages():
        say("Installing Pango …")
        if subprocess.call(["deploy/install-pango.sh"], stdout=subprocess.DEVNULL) == 0:
            return
    say(
        "No Pango, so there will be no PDF files. On Debian: apt-get install libpango-1.0-0"
        " libpangoft2-1.0-0 libharfbuzz-subset0; with Homebrew: brew install pango"
    )


def install_browser() -> None:
    """Chromium for the journeys: Debian's as root, else Playwright's; else they are skipped."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    say("Installing Chromium …")
    if may_install_packages():
        commands = [
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium"],
        ]
    else:
        commands = [[str(PYTHON), "-m", "playwright", "install", "chromium"]]
    for command in commands:
        if subprocess.call(command, stdout=subprocess.DEVNULL):
            say(f"No Chromium, so the browser tests will be skipped: failed: {' '.join(command)}")
            return


# --- How -----------------------------------------------------------------------------------------


def may_install_packages() -> bool:
    """On Debian, as root."""
    return bool(shutil.which("apt-get")) and hasattr(os, "geteuid") and os.geteuid() == 0


def run(command: list[str], what: str) -> None:
    if subprocess.call(command):
        raise Missing(f"{what} could not be made ready; the lines above say why.")


def fingerprint(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        if path.is_file():
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def stamped(name: str) -> str:
    stamp = STAMPS / name
    return stamp.read_text() if stamp.exists() else ""


def write_stamp(name: str, mark: str) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(mark)


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in {"run", "test"}:
        sys.exit("usage: prepare.py run|test")
    sys.exit(main(sys.argv[1]))
