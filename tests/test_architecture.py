"""The shape of the code, held by tests: levels, doors without ORM, sizes.

Each rule is also given a planted violation, so that a rule that no longer bites is noticed.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HOUSES = ("config", "participation", "workshops", "polls", "frontend")
LINES = 400

# Doors and pages parse, call one service and answer. `admin.py` is Django's own door to the ORM.
DOORS = (
    "*/api.py",
    "*/api/**/*.py",
    "*/consumers.py",
    "*/consumers/**/*.py",
    "*/management/commands/*.py",
    "frontend/pages/**/*.py",
    "frontend/forms/**/*.py",
)
# What only querysets, managers and rows have.
ORM_ATTRIBUTES = frozenset(
    {
        "objects",
        "_default_manager",
        "filter",
        "exclude",
        "annotate",
        "aggregate",
        "select_related",
        "prefetch_related",
        "select_for_update",
        "order_by",
        "values_list",
        "get_or_create",
        "update_or_create",
        "bulk_create",
        "bulk_update",
        "save",
        "delete",
        "refresh_from_db",
        "acreate",
        "aget",
        "afirst",
        "asave",
        "adelete",
    }
)


def python_files(root: Path) -> Iterator[Path]:
    for house in (*HOUSES, "tests", "deploy"):
        for path in sorted((root / house).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


# --- No ORM in doors and pages -------------------------------------------------------------------


def orm_uses(source: str) -> list[str]:
    """`line: .attribute` for each use of the ORM, in order."""
    uses = [
        (node.lineno, node.attr)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr in ORM_ATTRIBUTES
    ]
    return [f"{line}: .{name}" for line, name in sorted(uses)]


def test_doors_and_pages_hold_no_orm() -> None:
    doors = sorted({path for pattern in DOORS for path in ROOT.glob(pattern) if path.is_file()})
    doors = [path for path in doors if path.relative_to(ROOT).parts[0] in HOUSES]
    found = {str(path.relative_to(ROOT)): orm_uses(path.read_text()) for path in doors}
    assert {name: uses for name, uses in found.items() if uses} == {}
    assert len(found) > 10


@pytest.mark.parametrize(
    ("planted", "uses"),
    [
        ("def page(r):\n    return Idea.objects.get(pk=1)", ["2: .objects"]),
        ("idea.state = 'x'\nidea.save(update_fields=['state'])", ["2: .save"]),
        ("rows = town.workshops.filter(state='x')", ["1: .filter"]),
        ("async def f():\n    await Ballot.objects.acreate()", ["2: .acreate", "2: .objects"]),
        ("booking = bookings.book_slot(actor=actor, slot_id=1)", []),
    ],
)
def test_the_orm_rule_bites(planted: str, uses: list[str]) -> None:
    assert orm_uses(planted) == uses


# --- Guards without joins ------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_update_that_joins_is_noticed() -> None:
    """The fixture `_no_joined_updates` watches every UPDATE of the suite."""
    from participation.models import Device

    with pytest.raises(AssertionError, match="UPDATE with a join"):
        Device.objects.filter(municipality__state="active").update(name="Tor")


# --- Sizes ---------------------------------------------------------------------------------------


def test_no_file_is_longer_than_400_lines() -> None:
    assert long_files(ROOT) == []


def test_the_length_rule_bites(tmp_path: Path) -> None:
    planted = tmp_path / "polls" / "services" / "ballots.py"
    planted.parent.mkdir(parents=True)
    planted.write_text("x = 1\n" * LINES)
    assert long_files(tmp_path) == []
    planted.write_text("x = 1\n" * (LINES + 1))
    assert long_files(tmp_path) == ["polls/services/ballots.py"]


def long_files(root: Path) -> list[str]:
    return [
        str(path.relative_to(root))
        for path in python_files(root)
        if len(path.read_text().splitlines()) > LINES
    ]


@pytest.mark.parametrize(
    ("planted", "rule"),
    [
        ("def f() -> None:\n" + "    print()\n" * 31, "PLR0915"),
        ("def f(a, b, c, d, e, f, g): ...\n", "PLR0913"),
    ],
    ids=["statements", "parameters"],
)
def test_the_linter_holds_the_size_of_functions(planted: str, rule: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--stdin-filename", "polls/planted.py", "-"],
        cwd=ROOT,
        input=planted,
        text=True,
        capture_output=True,
        check=False,
    )
    assert rule in done.stdout


# --- Directions of imports -----------------------------------------------------------------------


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The project's Python files as they are, to plant a violation in."""
    for path in python_files(ROOT):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text())
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    return tmp_path


def broken_contracts(tree: Path, contract: str = "") -> list[str]:
    limit = ["--contract", contract] if contract else []
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache", *limit]
    done = subprocess.run(command, cwd=tree, text=True, capture_output=True, check=False)
    lines = done.stdout.splitlines()
    broken = [line.removesuffix(" BROKEN") for line in lines if line.endswith(" BROKEN")]
    assert (done.returncode == 0) == (broken == []), done.stdout + done.stderr
    return broken


def test_imports_point_one_way(tree: Path) -> None:
    assert broken_contracts(tree) == []


APPS = "Apps build on each other in one direction"
LEVELS = "Inside an app a file imports only lower levels"
DOORS_CONTRACT = "Only config opens the doors"
PAGES = "Only addresses lead to pages"


@pytest.mark.parametrize(
    ("contract", "name", "file", "planted"),
    [
        ("apps", APPS, "participation/queries/planted.py", "import workshops.models"),
        ("apps", APPS, "workshops/errors.py", "import polls.errors"),
        ("apps", APPS, "frontend/town.py", "from config import settings"),
        ("levels", LEVELS, "participation/models/planted.py", "from participation import services"),
        ("levels", LEVELS, "polls/errors.py", "import polls.models"),
        ("levels", LEVELS, "polls/odds.py", ""),
        ("doors", DOORS_CONTRACT, "workshops/services/planted.py", "import participation.api"),
        ("doors", DOORS_CONTRACT, "frontend/town.py", "import workshops.api"),
        ("pages", PAGES, "frontend/context.py", "import frontend.pages.network"),
    ],
)
def test_the_contracts_bite(tree: Path, contract: str, name: str, file: str, planted: str) -> None:
    path = tree / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{planted}\n" + (path.read_text() if path.exists() else ""))
    assert broken_contracts(tree, contract) == [name]
