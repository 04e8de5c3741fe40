"""The image names only what exists; that it works `make image-proof` shows."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
ALLOWED = [
    line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_the_context_holds_every_source_that_is_copied() -> None:
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
        if source != "."
    ]
    assert copied
    for source in copied:
        assert (ROOT / source).exists(), source
        assert source.split("/")[0] in ALLOWED, source


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "deploy").glob("*.sh")))
def test_scripts_can_be_run(name: str) -> None:
    assert os.access(ROOT / "deploy" / name, os.X_OK)


def test_each_step_of_the_image_is_proven() -> None:
    proof = (ROOT / "deploy" / "prove-image.sh").read_text()
    for step in re.findall(r"deploy/[\w-]+\.(?:sh|py)", DOCKERFILE):
        assert step in proof, step


def test_the_image_does_not_run_as_root() -> None:
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
    assert "--uid 10001" in (ROOT / "deploy" / "make-user.sh").read_text()


def test_compose_starts_what_the_entrypoint_knows() -> None:
    entrypoint = (ROOT / "deploy" / "entrypoint.sh").read_text()
    ours = {name: part for name, part in COMPOSE["services"].items() if part.get("command")}
    ours.pop("redis")
    assert sorted(ours) == ["clock", "migrate", "web", "worker"]
    for name, part in ours.items():
        assert part["command"] == [name]
        assert re.search(rf"^{name}\)", entrypoint, re.MULTILINE)


def test_the_example_answers_all_that_production_asks() -> None:
    example = (ROOT / "deploy" / "env.example").read_text()
    given = set(re.findall(r"^(\w+)=", example, re.MULTILINE))
    settings = (ROOT / "config" / "settings.py").read_text()
    asked = set(re.findall(r'env\.(?:required|secret)\(\s*"(\w+)"', settings))
    assert asked - given == {"DATABASE_URL"}
    assert "DATABASE_URL" in COMPOSE["services"]["web"]["environment"]
