"""The lock files hold what pyproject.toml asks for, with hashes and without any index's address."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
RUNTIME = PROJECT["dependencies"]
DEVELOPMENT = [*RUNTIME, *PROJECT["optional-dependencies"]["dev"]]
PIN = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)", re.MULTILINE)


def pins(lock: str) -> dict[str, Version]:
    return {
        canonicalize_name(name): Version(version)
        for name, version in PIN.findall((ROOT / lock).read_text())
    }


@pytest.mark.parametrize(
    ("lock", "asked"), [("requirements.txt", RUNTIME), ("requirements-dev.txt", DEVELOPMENT)]
)
def test_the_lock_is_in_step(lock: str, asked: list[str]) -> None:
    pinned = pins(lock)
    for line in asked:
        requirement = Requirement(line)
        version = pinned.get(canonicalize_name(requirement.name))
        assert version in requirement.specifier if version else False, f"{line}: make lock"


def test_both_locks_agree() -> None:
    development = pins("requirements-dev.txt")
    assert {name: development.get(name) for name in pins("requirements.txt")} == pins(
        "requirements.txt"
    )


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_has_a_hash_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "--index-url" not in text
    for entry in re.split(r"\n(?=\S)", text.strip()):
        if not entry.startswith("#"):
            assert "--hash=sha256:" in entry, entry


def test_each_dependency_is_named_with_its_reason() -> None:
    browser = json.loads((ROOT / "package.json").read_text())
    asked = [Requirement(line).name for line in DEVELOPMENT]
    asked += [*browser["dependencies"], *browser["devDependencies"]]
    rows = (ROOT / "docs" / "dependencies.md").read_text().splitlines()
    named = {
        name.partition(" ")[0]
        for row in rows
        if row.startswith("| ")
        for name in row.split("|")[1].strip().split(", ")
    } - {"Package"}
    assert named == set(asked)
