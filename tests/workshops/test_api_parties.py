"""Whom the door has before it: behind a code, or by name."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from participation.models import Municipality
from tests.workshops.factories import book, make_key, make_slot
from workshops.models import Slot

PARTY_QUERIES = 3  # key with its municipality, booking, tickets
SEARCH_QUERIES = 4  # and the slot


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return make_slot(town, starts_at=timezone.now() + timedelta(hours=1), capacity=100)


@pytest.fixture
def door(town: Municipality) -> dict[str, str]:
    return {"authorization": make_key(town, "door")}


def url(slot: Slot, end: str) -> str:
    return f"/api/v1/municipalities/menden/slots/{slot.pk}/door/{end}"


def post(client: Client, slot: Slot, door: dict[str, str], **body: Any) -> Any:
    return client.post(url(slot, "party/"), body, content_type="application/json", headers=door)


def test_a_party_by_each_of_its_codes(client: Client, slot: Slot, door: dict[str, str]) -> None:
    booking = book(slot, 2, name="Familie Öztürk", now=timezone.now())
    booking.tickets.filter(seq=2).update(entered_at=timezone.now())
    expected = {
        "code": booking.code,
        "name": "Familie Öztürk",
        "state": "confirmed",
        "seats": [
            {"seq": 1, "name": "", "inside": False},
            {"seq": 2, "name": "", "inside": True},
        ],
    }
    for given in (
        {"code": booking.code.lower()},
        {"secret": booking.secret},
        {"secret": f"https://mitwirk.example.org/t/{booking.secret}/"},
    ):
        assert post(client, slot, door, **given).json() == expected


def test_who_is_no_party_here(
    client: Client, slot: Slot, town: Municipality, other_town: Municipality, door: dict[str, str]
) -> None:
    booked = book(slot, now=timezone.now())
    elsewhere = book(make_slot(town), now=timezone.now())
    theirs = book(make_slot(other_town), now=timezone.now())
    for secret in (
        booked.tickets.get().secret,
        elsewhere.secret,
        theirs.secret,
        "a?b",
        "x" * 300,
    ):
        assert post(client, slot, door, secret=secret).status_code == 404
    assert post(client, slot, door).status_code == 400
    assert post(client, slot, door, secret="a\x00b").status_code == 400
    theirs_door = url(theirs.slot, "party/")
    answer = client.post(
        theirs_door, {"secret": theirs.secret}, content_type="application/json", headers=door
    )
    assert answer.status_code == 404


def test_found_by_three_letters(client: Client, slot: Slot, door: dict[str, str]) -> None:
    booking = book(slot, 2, name="Änne Öztürk", email="aenne@example.org", now=timezone.now())
    booking.tickets.filter(seq=2).update(name="Kim Weber")
    book(slot, name="Sam Schulte", now=timezone.now())

    def names(q: str) -> list[str]:
        answer = client.get(url(slot, "search/"), {"q": q}, headers=door)
        assert "example.org" not in answer.content.decode()
        return [row["name"] for row in answer.json()["results"]]

    assert names("özt") == ["Änne Öztürk"]
    assert names("WEBER") == ["Änne Öztürk"]
    assert names("nobody") == []
    assert client.get(url(slot, "search/"), {"q": "öz"}, headers=door).status_code == 400


def test_strangers_search_in_vain(
    client: Client, slot: Slot, other_town: Municipality, door: dict[str, str]
) -> None:
    assert client.get(url(slot, "search/"), {"q": "kim"}).status_code == 401
    there = make_slot(other_town)
    assert client.get(url(there, "search/"), {"q": "kim"}, headers=door).status_code == 404
    stranger = {"authorization": make_key(other_town, "door")}
    assert client.get(url(slot, "search/"), {"q": "kim"}, headers=stranger).status_code == 403


@pytest.mark.parametrize("rows", [1, 30])
def test_statements(
    client: Client,
    slot: Slot,
    door: dict[str, str],
    rows: int,
    django_assert_num_queries: Any,
) -> None:
    booked = [book(slot, name=f"Kim {row}", now=timezone.now()) for row in range(rows)]
    post(client, slot, door, code=booked[0].code)
    with django_assert_num_queries(PARTY_QUERIES):
        assert post(client, slot, door, code=booked[0].code).status_code == 200
    with django_assert_num_queries(SEARCH_QUERIES):
        found = client.get(url(slot, "search/"), {"q": "kim"}, headers=door).json()["results"]
    assert len(found) == min(rows, 20)
