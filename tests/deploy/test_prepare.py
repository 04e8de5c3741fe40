"""What `make run` says on a machine that lacks something: one line, and what to do."""

import os
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def prepare(python: str = sys.executable, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, "deploy/prepare.py", "run"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environ},
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )


def says(done: subprocess.CompletedProcess[str]) -> str:
    """The one line a failed preparation ends with."""
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A PATH of its own, filled by `program`."""
    return tmp_path


def program(folder: Path, name: str, answer: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho {answer}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_a_used_port() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = str(listener.getsockname()[1])
        assert f"port {port} is in use" in says(prepare(PORT=port))


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1"])
def test_a_port_that_is_none(port: str) -> None:
    assert f"PORT={port} is no port" in says(prepare(PORT=port))


def test_no_node(programs: Path) -> None:
    assert "node is missing. Install Node.js" in says(prepare(PATH=str(programs)))


def test_node_without_npm(programs: Path) -> None:
    program(programs, "node", "v20.19.0")
    assert "npm is missing" in says(prepare(PATH=str(programs)))


def test_an_old_node(programs: Path) -> None:
    program(programs, "node", "v18.20.4")
    program(programs, "npm", "10.0.0")
    line = says(prepare(PATH=str(programs)))
    assert "needs Node.js 20.19 or newer, and this is 18.20.4" in line


def test_an_old_python() -> None:
    old = next((path for name in ("python3.8", "python3.9") if (path := working(name))), None)
    if old is None:
        pytest.skip("no old Python here")
    assert "needs Python 3.11 or newer, and this is 3." in says(prepare(python=old))


def working(name: str) -> str | None:
    """A Python of that name which runs (a version manager's shim may not)."""
    path = shutil.which(name)
    if path and subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0:
        return path
    return None


def test_the_script_stays_readable_for_old_pythons() -> None:
    compile_with_3_8 = "import ast, sys; ast.parse(sys.stdin.read(), feature_version=(3, 8))"
    source = (ROOT / "deploy" / "prepare.py").read_text()
    subprocess.run([sys.executable, "-c", compile_with_3_8], input=source, text=True, check=True)
