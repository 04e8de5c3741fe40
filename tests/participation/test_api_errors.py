"""Whatever is sent to the API: a problem document with a stable code, in German and in English."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from participation.models import MailReceipt, Municipality
from participation.models.access import Role
from participation.services import keys
from tests.factories import LONG_AGO, PASSWORD, make_user, member

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.participation.probes")]
RECEIPTS = "/api/v1/receipts/"


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


def assert_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    body: dict[str, Any] = response.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["title"]
    assert body["detail"]
    assert body["type"] == f"/api/v1/docs/#{code}"
    return body


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v1/nix/", "/api/v1/nix", "/api/v2/municipalities/"]
)
def test_unknown_paths(client: Client, path: str) -> None:
    german = assert_problem(client.get(path), 404, "not_found")
    english = assert_problem(client.get(path, headers={"accept-language": "en"}), 404, "not_found")
    assert german["title"] == "Nicht gefunden"
    assert english["detail"]


def test_a_forgotten_slash_keeps_the_method(client: Client) -> None:
    response = client.post("/api/v1/receipts?x=1", {"event": "a"}, "application/json")
    assert (response.status_code, response["Location"]) == (308, "/api/v1/receipts/?x=1")


def test_a_method_that_is_not_there(client: Client) -> None:
    assert_problem(client.delete(RECEIPTS), 405, "method_not_allowed")


def test_an_answer_format_that_is_not_there(client: Client) -> None:
    response = client.get(RECEIPTS, headers={"accept": "text/html"})
    assert_problem(response, 406, "not_acceptable")


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data"])
def test_a_body_that_is_no_json(client: Client, content_type: str) -> None:
    response = client.post(RECEIPTS, b"event=1", content_type=content_type)
    assert_problem(response, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"{",
        b"\xff\xfe{}",
        b'{"event": "\xe9"}',
        b"[" * 100_000,
        b'{"event": "a\\u0000b"}',
        b'{"event": ["x", {"a\\u0000": 1}]}',
        b'{"event": "\\ud800"}',
        b'{"event": NaN}',
        b'{"event": 1e999}',
    ],
)
def test_malformed_json_is_400_and_nothing_is_stored(client: Client, body: bytes) -> None:
    response = client.post(RECEIPTS, body, content_type="application/json")
    assert_problem(response, 400, "malformed")
    assert not MailReceipt.objects.exists()


def test_a_backslash_before_u0000_is_just_text(client: Client) -> None:
    response = client.post(RECEIPTS, b'{"event": "a\\\\u0000"}', content_type="application/json")
    assert response.json()["event"] == "a\\u0000"


@pytest.mark.parametrize("body", ["[]", '"text"', "17", "null", "true"])
def test_json_that_is_no_object(client: Client, body: str) -> None:
    response = client.post(RECEIPTS, body, content_type="application/json")
    assert_problem(response, 400, "invalid")


def test_each_field_says_what_is_wrong(client: Client) -> None:
    response = client.post(
        RECEIPTS, {"event": "x" * 21, "failing": []}, content_type="application/json"
    )
    errors = assert_problem(response, 400, "invalid")["errors"]
    assert [(error["attr"], error["code"]) for error in errors] == [
        ("event", "max_length"),
        ("failing", "invalid"),
    ]


@pytest.mark.parametrize("size", [300 * 1024, 10 * 1024 * 1024])
def test_a_body_too_large(client: Client, size: int) -> None:
    body = b'{"event": "' + b"x" * size + b'"}'
    response = client.post(RECEIPTS, body, content_type="application/json")
    assert_problem(response, 413, "body_too_large")
    headers = {"idempotency-key": "once"}
    response = client.post(RECEIPTS, body, content_type="application/json", headers=headers)
    assert_problem(response, 413, "body_too_large")


@pytest.mark.parametrize(
    "cursor", ["abc", "%00", "cD1hYmM=", "bz0tMQ==", "cj0xJnA9MjAyNi0xMy00MA==", "ä", "%F0%9F"]
)
def test_a_page_that_does_not_exist(client: Client, cursor: str) -> None:
    MailReceipt.objects.create(event="one")
    response = client.get(f"{RECEIPTS}?cursor={cursor}")
    assert_problem(response, 400, "invalid" if cursor == "%00" else "invalid_cursor")


def test_nul_in_the_query(client: Client) -> None:
    body = assert_problem(client.get(f"{RECEIPTS}?q=%00"), 400, "invalid")
    assert body["errors"][0]["attr"] == "q"


@pytest.mark.parametrize("pk", [0, 1, 2**63 - 1, 2**63, 10**40])
def test_ids_that_are_not_there(client: Client, pk: int) -> None:
    assert_problem(client.get(f"/api/v1/rows/{pk}/"), 404, "not_found")


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer nix", "bearer ä", "Device nix", "Basic a2ltOmtpbQ==", "Token x"]
)
def test_credentials_that_are_not_good(client: Client, header: str) -> None:
    response = client.get(RECEIPTS, headers={"authorization": header})
    assert_problem(response, 401, "unauthenticated")
    assert response["WWW-Authenticate"] == "Bearer"


def test_who_may_use_the_desk(api: APIClient, town: Municipality, other_town: Municipality) -> None:
    desk, theirs = "/api/v1/municipalities/menden/desk/", "/api/v1/municipalities/arnsberg/desk/"

    def answer(path: str, scope: str) -> int:
        _key, token = keys.create_key(municipality=town, scopes=[scope], name="t", now=LONG_AGO)
        return api.post(path, {}, headers={"authorization": f"Bearer {token}"}).status_code

    assert_problem(api.post(desk, {}), 401, "unauthenticated")
    assert answer(desk, "desk") == 200
    assert answer(desk, "admin") == 200
    assert answer(desk, "read") == 403
    assert answer(theirs, "admin") == 403
    assert answer("/api/v1/municipalities/nirgends/desk/", "admin") == 404


def test_a_revoked_key_opens_nothing(api: APIClient, town: Municipality) -> None:
    key, token = keys.create_key(municipality=town, scopes=["admin"], name="t", now=LONG_AGO)
    key.revoked_at = LONG_AGO
    key.save(update_fields=["revoked_at"])
    response = api.get(RECEIPTS, headers={"authorization": f"Bearer {token}"})
    assert_problem(response, 401, "unauthenticated")


def test_a_session_needs_the_csrf_token(client: Client, town: Municipality) -> None:
    clerk = member(make_user("kim@example.org"), town, Role.ADMIN)
    assert client.login(username=clerk.email, password=PASSWORD)
    response = client.post("/api/v1/municipalities/menden/desk/", {}, "application/json")
    assert_problem(response, 403, "forbidden")


def test_a_town_that_has_not_opened_yet_is_not_there(client: Client, town: Municipality) -> None:
    town.state = Municipality.State.INVITED
    town.save(update_fields=["state"])
    response = client.get("/api/v1/municipalities/menden/themes/")
    assert_problem(response, 404, "not_found")


@pytest.mark.parametrize(
    ("fail", "status", "code"),
    [("rule", 409, "rule_broken"), ("data", 400, "out_of_range"), ("bug", 500, "server_error")],
)
def test_failures_behind_the_door(client: Client, fail: str, status: int, code: str) -> None:
    body = {"event": "e", "failing": fail}
    response = client.post(RECEIPTS, body, content_type="application/json")
    document = assert_problem(response, status, code)
    assert "Traceback" not in str(document)
    assert "RuntimeError" not in str(document)


def test_reads_answer_304_to_who_has_them(client: Client) -> None:
    first = client.get(RECEIPTS)
    tag = {"if-none-match": first["ETag"]}
    assert client.get(RECEIPTS, headers=tag).status_code == 304
    MailReceipt.objects.create(event="new")
    assert client.get(RECEIPTS, headers=tag).status_code == 200


def test_answers_to_people_are_not_shared(client: Client, town: Municipality) -> None:
    assert client.get(RECEIPTS)["Cache-Control"] == "no-cache"
    _key, token = keys.create_key(municipality=town, scopes=["read"], name="t", now=LONG_AGO)
    known = client.get(RECEIPTS, headers={"authorization": f"Bearer {token}"})
    assert known["Cache-Control"] == "private, no-cache"
    assert "Authorization" in known["Vary"]


def test_pages_of_rows_reach_every_row_once(client: Client) -> None:
    events = [MailReceipt.objects.create(event=f"e{number}").event for number in range(45)]
    seen, url = [], f"{RECEIPTS}?page_size=20"
    while url:
        page = client.get(url).json()
        seen += [row["event"] for row in page["results"]]
        url = page["next"]
    assert seen == events[::-1]
    assert len(client.get(f"{RECEIPTS}?page_size=1000").json()["results"]) == 45
