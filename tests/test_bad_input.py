"""The bad input that the project promises to survive, through REST and pages
(sockets: `tests/polls/test_bad_frames.py`).

Each case is refused with its stable code, says in German and in English what to do, and leaves
every table as it was.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from participation.models import Municipality
from tests.factories import make_theme
from tests.workshops.factories import book, hold, make_key, make_slot, staff
from workshops.models import Scan, Slot
from workshops.services import bookings, scheduling

LANGUAGES = ("de", "en")
PARTY = {"party_size": 2, "name": "Kim Muster", "email": "kim@example.org"}
IDEA = {
    "title": "Bänke am Markt",
    "text": "Am Markt fehlen Bänke.",
    "theme": "kultur",
    "email": "kim@example.org",
}
# What is no whole number, no address, no name: (field, value, code in the API).
BAD_PARTIES = [
    ("party_size", 0, "min_value"),
    ("party_size", -1, "min_value"),
    ("party_size", 2.5, "invalid"),
    ("party_size", "1,000", "invalid"),
    ("party_size", 1000, "max_value"),
    ("email", "kim@", "invalid"),
    ("name", "x" * 10_000, "max_length"),
    ("name", "Kim\x07", "invalid_characters"),
    ("name", "Kim\x1b[2J", "invalid_characters"),
]
BAD_SLOTS = [
    ("closed", 409, "booking_closed"),
    ("past", 409, "booking_closed"),
    ("cancelled", 410, "slot_cancelled"),
    ("of another town", 404, "not_found"),
]
BAD_TOKENS = [
    ("wrong", 404, "unknown_token"),
    ("cancelled", 410, "booking_cancelled"),
    ("expired", 409, "hold_expired"),
]


def rows() -> dict[str, int]:
    """How many rows each table has."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return make_slot(town, starts_at=timezone.now() + timedelta(days=1))


@pytest.fixture
def bad_slot(town: Municipality, other_town: Municipality) -> Callable[[str], Slot]:
    def make(why: str) -> Slot:
        tomorrow = timezone.now() + timedelta(days=1)
        if why == "of another town":
            return make_slot(other_town, starts_at=tomorrow)
        if why == "past":
            return make_slot(town, starts_at=timezone.now() - timedelta(days=1))
        return make_slot(town, starts_at=tomorrow, state=why)

    return make


@pytest.fixture
def bad_token(slot: Slot) -> Callable[[str], str]:
    def make(why: str) -> str:
        now = timezone.now()
        if why == "expired":
            return hold(slot, now=now - timedelta(minutes=31)).confirm_token
        if why == "cancelled":
            held = hold(slot, now=now)
            bookings.cancel_booking(booking_id=held.pk, now=now)
            return held.confirm_token
        return "f" * 64

    return make


# --- REST ----------------------------------------------------------------------------------------


def refused(send: Callable[[str], Any], status: int, code: str, attr: str = "") -> None:
    """`send(language)` answers a problem with this code, in both languages, and stores nothing."""
    before = rows()
    said = set()
    for language in LANGUAGES:
        answer = send(language)
        body = answer.json()
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
        if attr:
            (error,) = body["errors"]
            assert (error["attr"], error["code"]) == (attr, code)
            said.add(error["detail"])
        else:
            assert body["code"] == code
        said.add(body["detail"])
        assert "Traceback" not in answer.content.decode()
    # One sentence in each language; a field's may be the answer's own or stand below it.
    assert len(said) in {2, 4}
    assert all(sentence.strip() for sentence in said)
    assert rows() == before


def sender(api: APIClient, path: str, body: Any) -> Callable[[str], Any]:
    return lambda language: api.post(
        path, body, format="json", headers={"Accept-Language": language}
    )


def slots(slot: Slot, town: str, rest: str) -> str:
    return f"/api/v1/municipalities/{town}/slots/{slot.pk}/{rest}/"


@pytest.mark.parametrize(("field", "value", "code"), BAD_PARTIES)
def test_parties_over_rest(api: APIClient, slot: Slot, field: str, value: Any, code: str) -> None:
    path = slots(slot, "menden", "bookings")
    refused(sender(api, path, PARTY | {field: value}), 400, code, field)


@pytest.mark.parametrize(("field", "value", "code"), BAD_PARTIES)
def test_waiting_parties_over_rest(
    api: APIClient, slot: Slot, field: str, value: Any, code: str
) -> None:
    book(slot, slot.capacity, now=timezone.now())
    path = slots(slot, "menden", "waiting")
    refused(sender(api, path, PARTY | {field: value}), 400, code, field)


@pytest.mark.parametrize(("why", "status", "code"), BAD_SLOTS)
def test_slots_over_rest(
    api: APIClient, bad_slot: Callable[[str], Slot], why: str, status: int, code: str
) -> None:
    slot = bad_slot(why)
    refused(sender(api, slots(slot, "menden", "bookings"), PARTY), status, code)
    refused(sender(api, slots(slot, "menden", "waiting"), PARTY), status, code)


@pytest.mark.parametrize(("why", "status", "code"), BAD_TOKENS)
def test_confirm_tokens_over_rest(
    api: APIClient, bad_token: Callable[[str], str], why: str, status: int, code: str
) -> None:
    refused(sender(api, "/api/v1/bookings/confirm/", {"token": bad_token(why)}), status, code)


def test_a_used_token_gives_the_same_tickets_again(api: APIClient, slot: Slot) -> None:
    token = hold(slot, 2, now=timezone.now()).confirm_token
    first = api.post("/api/v1/bookings/confirm/", {"token": token}, format="json")
    before = rows()
    again = api.post("/api/v1/bookings/confirm/", {"token": token}, format="json")
    assert (again.status_code, again.json()) == (200, first.json())
    assert rows() == before


@pytest.mark.parametrize("read", ["VRR|Ticket2000|4711", "https://www.mvg-online.de/t/x/", "🚌"])
def test_a_bus_ticket_over_rest(api: APIClient, slot: Slot, read: str) -> None:
    """Refused at the door, and kept: what was held before the scanner is never lost."""
    Slot.objects.filter(pk=slot.pk).update(check_in_opens_at=timezone.now())
    api.credentials(HTTP_AUTHORIZATION=make_key(slot.workshop.municipality, "door"))
    before = rows()
    scan = {"secret": read, "client_uuid": str(uuid4())}
    answer = api.post(slots(slot, "menden", "scans"), scan, format="json")
    assert answer.status_code == 201
    assert (answer.json()["outcome"], answer.json()["reason"]) == ("refused", "unknown")
    assert rows() == {**before, "workshops.Scan": 1}
    assert read not in str(Scan.objects.values())


@pytest.mark.parametrize("kind", ["ideas", "workshops"])
def test_a_theme_of_another_town_over_rest(
    api: APIClient, town: Municipality, other_town: Municipality, kind: str
) -> None:
    make_theme("kultur")
    make_theme("ruhr", other_town)
    body: dict[str, Any] = IDEA | {"theme": "ruhr"}
    if kind == "workshops":
        api.credentials(HTTP_AUTHORIZATION=make_key(town, "desk"))
        body = {"title": "Löten", "text": "Wir löten.", "theme": "ruhr"}
    path = f"/api/v1/municipalities/menden/{kind}/"
    refused(sender(api, path, body), 400, "unknown_theme", "theme")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("email", "kim@", "invalid_email"),
        ("title", "x" * 10_000, "max_length"),
        ("title", "Bänke\x07", "control_characters"),
        ("text", "Am Markt\x00", "malformed"),
    ],
)
def test_ideas_over_rest(
    api: APIClient, town: Municipality, field: str, value: str, code: str
) -> None:
    make_theme("kultur")
    attr = "" if code == "malformed" else field
    path = "/api/v1/municipalities/menden/ideas/"
    refused(sender(api, path, IDEA | {field: value}), 400, code, attr)


@pytest.mark.parametrize("rows_", ["municipalities/", "municipalities/menden/slots/"])
def test_a_page_beyond_the_end_over_rest(api: APIClient, town: Municipality, rows_: str) -> None:
    def page(cursor: str) -> Callable[[str], Any]:
        return lambda language: api.get(
            f"/api/v1/{rows_}?cursor={cursor}", headers={"Accept-Language": language}
        )

    refused(page("999999"), 400, "invalid_cursor", "cursor")
    refused(page("%F0%9F%9A%8C"), 400, "invalid_cursor", "cursor")
    # A cursor of ours that points behind the last row: an empty page.
    beyond = "cD05OTk5OTk5OTk%3D"  # p=999999999
    assert api.get(f"/api/v1/{rows_}?cursor={beyond}").status_code in {200, 400}


@pytest.mark.parametrize(
    ("content_type", "size"),
    [
        ("application/json", 10),
        ("application/json", 1),
        ("application/x-www-form-urlencoded", 10),
        ("multipart/form-data; boundary=x", 13),
    ],
)
def test_ten_megabytes(client: Client, slot: Slot, content_type: str, size: int) -> None:
    body = b'{"name":"' + b"x" * (size * 1024 * 1024) + b'"}'

    def send(language: str) -> Any:
        return client.post(
            slots(slot, "menden", "bookings"),
            body,
            content_type=content_type,
            headers={"Accept-Language": language},
        )

    refused(send, 413, "body_too_large")


# --- Pages ---------------------------------------------------------------------------------------


def explained(send: Callable[[str], Any], status: int) -> None:
    """A page with this status in either language, which differ; nothing is stored."""
    before = rows()
    pages = []
    for language in LANGUAGES:
        answer = send(language)
        page = answer.content.decode()
        assert answer.status_code == status
        assert f'<html lang="{language}"' in page
        assert "Traceback" not in page
        pages.append(_sentences(page))
    assert pages[0] != pages[1]
    assert all(pages)
    assert rows() == before


def _sentences(page: str) -> list[str]:
    """What the form's summary says is wrong; where there is none, what the page says."""
    _head, _mark, summary = page.partition("data-error-summary")
    part = summary.partition("</ul>")[0] or page.partition("<main")[2].partition("</main>")[0]
    lines = re.findall(r"<(?:li|p|h1)[^>]*>(.*?)</(?:li|p|h1)>", part, re.DOTALL)
    return [text for line in lines if (text := re.sub(r"<[^>]+>", "", line).strip())]


def form_sender(client: Client, path: str, body: dict[str, Any]) -> Callable[[str], Any]:
    return lambda language: client.post(path, body, headers={"Accept-Language": language})


@pytest.mark.parametrize(("field", "value"), [bad[:2] for bad in BAD_PARTIES])
def test_parties_on_the_page(client: Client, slot: Slot, field: str, value: Any) -> None:
    body = PARTY | {field: str(value)}
    explained(form_sender(client, f"/menden/termine/{slot.pk}/buchen/", body), 422)
    book(slot, slot.capacity, now=timezone.now())
    waiting = body | {"min_party": "1"}
    explained(form_sender(client, f"/menden/termine/{slot.pk}/warteliste/", waiting), 422)


@pytest.mark.parametrize(("why", "status"), [("closed", 409), ("past", 409), ("cancelled", 409)])
def test_slots_on_the_page(
    client: Client, bad_slot: Callable[[str], Slot], why: str, status: int
) -> None:
    slot = bad_slot(why)
    for page in ("buchen", "warteliste"):
        explained(form_sender(client, f"/menden/termine/{slot.pk}/{page}/", PARTY), status)


def test_a_slot_of_another_town_on_the_page(
    client: Client, bad_slot: Callable[[str], Slot]
) -> None:
    slot = bad_slot("of another town")
    explained(form_sender(client, f"/menden/termine/{slot.pk}/buchen/", PARTY), 404)


@pytest.mark.parametrize(("why", "status"), [bad[:2] for bad in BAD_TOKENS])
def test_confirm_tokens_on_the_page(
    client: Client, bad_token: Callable[[str], str], why: str, status: int
) -> None:
    path = f"/buchung/bestaetigen/{bad_token(why)}/"
    explained(form_sender(client, path, {}), status)


def test_a_theme_of_another_town_on_the_page(
    client: Client, town: Municipality, other_town: Municipality
) -> None:
    make_theme("kultur")
    make_theme("ruhr", other_town)
    body = IDEA | {"theme": "ruhr"}
    explained(form_sender(client, "/menden/ideen/neu/", body), 422)


@pytest.mark.parametrize("page", ["0", "-1", "99999", "x", "1,000", "%00", "9" * 5000])
def test_a_page_beyond_the_end_on_the_page(client: Client, slot: Slot, page: str) -> None:
    """The nearest page there is: who follows an old link finds a programme."""
    answer = client.get(f"/menden/angebote/?page={page}")
    assert answer.status_code == 200
    assert slot.workshop.title in answer.content.decode()


@pytest.mark.parametrize("query", ["q=%00", "q=Kim%00", "q=" + "x" * 5000, "q[]=%FF%FE", "%00=1"])
@pytest.mark.parametrize("page", ["/", "/menden/", "/menden/angebote/", "/menden/ideen/", "/live/"])
def test_searches_nobody_types(client: Client, town: Municipality, page: str, query: str) -> None:
    assert client.get(f"{page}?{query}").status_code in {200, 422}


def test_ten_megabytes_on_the_page(client: Client, slot: Slot) -> None:
    explained(
        lambda language: client.post(
            f"/menden/termine/{slot.pk}/buchen/",
            b"name=" + b"x" * (10 * 1024 * 1024),
            content_type="application/x-www-form-urlencoded",
            headers={"Accept-Language": language},
        ),
        413,
    )


def test_a_slot_that_is_cancelled_after_the_form_was_opened(client: Client, slot: Slot) -> None:
    scheduling.cancel_slot(
        actor=staff(slot.workshop.municipality), slot_id=slot.pk, now=timezone.now()
    )
    explained(form_sender(client, f"/menden/termine/{slot.pk}/buchen/", PARTY), 409)
