"""Schemathesis against the whole API: valid and invalid requests of every operation, never a 500.

In this process, on a database of its own: what it breaks, no other journey needs. Real ids and
made-up ones, as the town's head, a seat in a live session and a guest; the same cases every time.
"""

import logging
from collections import Counter
from datetime import datetime
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from participation.models import Municipality
from participation.services import keys
from polls.services import seats
from tests.factories import make_theme
from tests.towns import Town, make_everything

pytestmark = pytest.mark.e2e  # once is enough, and not beside a browser's event loop
EXAMPLES = 10
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.fixture
def everything(transactional_db: None, town: Municipality, now: datetime) -> Town:
    make_theme("kultur")
    return make_everything(town, now)


def callers(everything: Town, now: datetime) -> list[dict[str, str]]:
    _key, token = keys.create_key(
        municipality=everything.municipality, scopes=["admin"], name="t", now=now
    )
    seat = seats.take_seat(code=everything.live.code, now=now)
    return [{"Authorization": f"Bearer {token}"}, {"Authorization": f"Seat {seat}"}, {}]


def real_names(operation: Any, everything: Town) -> dict[str, Any]:
    """This town's rows for the parameters of the path."""
    route = operation.path.replace("{", "<x:").replace("}", ">")
    names = {name: everything.name_in(route, name) for name in _parameters(operation.path)}
    slugs = {"slug": everything.municipality.slug, "municipality": everything.municipality.slug}
    return {**{name: value for name, value in names.items() if value is not None}, **slugs}


def _parameters(path: str) -> list[str]:
    return [part.partition("}")[0] for part in path.split("{")[1:]]


def can_be_invalid(operation: Any) -> bool:
    """Any text in a path is valid: where nothing else is asked for, no case would be found."""
    typed = [of.definition["schema"].get("type") != "string" for of in operation.path_parameters]
    return bool(operation.query or operation.body or any(typed))


def test_no_request_is_our_failure(everything: Town, now: datetime) -> None:
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    api = schemathesis.openapi.from_wsgi("/api/v1/schema/", WSGIHandler())
    heads = callers(everything, now)
    answers: Counter[int] = Counter()
    wrong: dict[str, str] = {}

    often = st.sampled_from([True, True, True, False])

    def attack(operation: Any, mode: GenerationMode) -> None:
        names = real_names(operation, everything)

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode), often, st.sampled_from(heads))
        def ask(case: Any, real: bool, head: dict[str, str]) -> None:  # noqa: FBT001
            if real:
                known = {name: names[name] for name in case.path_parameters or {} if name in names}
                case.path_parameters = {**(case.path_parameters or {}), **known}
            case.headers = {
                name: value
                for name, value in (case.headers or {}).items()
                if name.lower() != "authorization"
            }
            response = case.call(headers=head)
            answers[response.status_code] += 1
            kind = response.headers.get("content-type", [""])[0]
            if response.status_code >= 500 or "html" in kind:
                wrong.setdefault(
                    f"{case.method} {operation.path} {response.status_code}", case.as_curl_command()
                )

        ask()

    results: list[Any] = list(api.get_all_operations())
    for operation in (result.ok() for result in results):
        for mode in MODES if can_be_invalid(operation) else MODES[:1]:
            attack(operation, mode)
    assert wrong == {}
    assert answers[200] + answers[201] > 50, "too few requests got through to mean anything"
    assert answers[404] > 0
    assert answers[400] > 0
