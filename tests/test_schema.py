"""The API's description: complete, without a warning, and served by us alone."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

# Others build on these; `{id}` and the like may be called anything.
FIXED = {
    "get": (
        "municipalities/",
        "municipalities/{}/",
        "municipalities/{}/themes/",
        "municipalities/{}/workshops/",
        "municipalities/{}/workshops/{}/",
        "municipalities/{}/slots/",
        "municipalities/{}/slots/{}/",
        "municipalities/{}/venues/",
        "municipalities/{}/slots/{}/door/",
        "municipalities/{}/ideas/",
        "municipalities/{}/ideas/{}/",
        "municipalities/{}/ideas/similar/",
        "municipalities/{}/ideas/{}/comments/",
        "bookings/{}/",
        "live/{}/",
        "live/{}/results/",
        "records/{}/",
    ),
    "post": (
        "municipalities/{}/slots/{}/bookings/",
        "bookings/confirm/",
        "bookings/{}/cancel/",
        "municipalities/{}/slots/{}/waiting/",
        "waiting/{}/accept/",
        "waiting/{}/decline/",
        "waiting/{}/leave/",
        "municipalities/{}/slots/{}/scans/",
        "municipalities/{}/slots/{}/scans/batch/",
        "municipalities/{}/slots/{}/walk-ins/",
        "municipalities/{}/ideas/",
        "municipalities/{}/ideas/{}/supports/",
        "municipalities/{}/ideas/{}/comments/",
        "municipalities/{}/ideas/{}/reports/",
        "municipalities/{}/ideas/{}/follows/",
        "municipalities/{}/ideas/{}/transitions/",
        "municipalities/{}/ideas/{}/transfers/",
        "municipalities/{}/ideas/{}/transfers/{}/accept/",
        "municipalities/{}/ideas/{}/transfers/{}/refuse/",
        "municipalities/{}/ideas/{}/merges/",
        "municipalities/{}/workshops/",
        "municipalities/{}/workshops/{}/slots/",
        "municipalities/{}/slots/{}/open/",
        "municipalities/{}/slots/{}/close/",
        "municipalities/{}/slots/{}/cancel/",
        "municipalities/{}/live/",
        "live/{}/questions/",
        "live/{}/start/",
        "live/{}/end/",
        "live/{}/publish/",
        "live/{}/seats/",
        "live/{}/ballots/",
        "live/{}/rounds/{}/open/",
        "live/{}/rounds/{}/close/",
        "live/{}/rounds/{}/reveal/",
        "live/{}/rounds/{}/hide/",
        "live/{}/rounds/{}/again/",
    ),
    "patch": ("municipalities/{}/ideas/{}/", "municipalities/{}/slots/{}/"),
    "delete": (
        "municipalities/{}/ideas/{}/supports/",
        "municipalities/{}/ideas/{}/follows/",
    ),
}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    described: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return described


def operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, item in schema["paths"].items()
        for method, operation in item.items()
    ]


def anonymous(path: str) -> str:
    """`municipalities/{slug}/` as `municipalities/{}/`."""
    parts = path.removeprefix("/api/v1/").split("/")
    return "/".join("{}" if part.startswith("{") else part for part in parts)


def test_without_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "schema.yml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(file))
    assert yaml.safe_load(file.read_text(encoding="utf-8"))["openapi"] == "3.1.0"


def test_what_others_build_on_is_there(schema: dict[str, Any]) -> None:
    there = {(method, anonymous(path)) for path, method, _operation in operations(schema)}
    fixed = {(method, path) for method, paths in FIXED.items() for path in paths}
    assert fixed - there == set()


def test_every_operation_can_refuse_with_a_problem(schema: dict[str, Any]) -> None:
    for path, method, operation in operations(schema):
        content = operation["responses"]["default"]["content"]
        assert list(content) == ["application/problem+json"], (method, path)
    assert set(schema["components"]["schemas"]["Problem"]["required"]) == {
        "type",
        "title",
        "status",
        "detail",
        "code",
    }


def test_every_post_can_be_repeated(schema: dict[str, Any]) -> None:
    for path, method, operation in operations(schema):
        names = [parameter["name"] for parameter in operation.get("parameters", ())]
        assert ("Idempotency-Key" in names) == (method == "post"), (method, path)


def test_every_operation_is_named_once_and_described(schema: dict[str, Any]) -> None:
    names = [operation["operationId"] for _path, _method, operation in operations(schema)]
    assert len(set(names)) == len(names)
    silent = [
        (method, path)
        for path, method, operation in operations(schema)
        if not operation.get("description") and not operation.get("summary")
    ]
    assert silent == []


def test_who_may_ask(schema: dict[str, Any]) -> None:
    schemes = schema["components"]["securitySchemes"]
    assert {"Bearer", "Device", "Seat", "cookieAuth"} <= set(schemes)


@pytest.mark.django_db
def test_the_description_is_served(client: Client) -> None:
    response = client.get("/api/v1/schema/", headers={"accept": "application/json"})
    assert response.status_code == 200
    assert response.json()["openapi"] == "3.1.0"


@pytest.mark.django_db
def test_the_page_about_it_needs_nobody_else(client: Client) -> None:
    page = client.get("/api/v1/docs/")
    html = page.content.decode()
    assert "http" not in html
    assert "<style" not in html
    assert "<script>" not in html
    assert "script-src 'self'" in page["Content-Security-Policy"]
    script = client.get("/api/v1/docs/?script=")
    assert script["Content-Type"] == "application/javascript"
