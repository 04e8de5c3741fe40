"""Holds that pile up from one place: some are free, more cost a proof of work, then it ends."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from participation import proofs
from participation.models import Municipality
from tests.participation.test_proofs import solved
from tests.workshops.conftest import client as key_client
from tests.workshops.factories import book, make_slot
from workshops.models import Booking, Slot

BOOKING = {"party_size": 1, "name": "Kim", "email": "kim@example.org"}


@pytest.fixture(autouse=True)
def _one_is_free(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RATE_LIMITS, settings.HOLDS_WITHOUT_PROOF, settings.HOLDS_PER_NETWORK = True, 1, 4
    monkeypatch.setattr(proofs, "PREFIX", "00")


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return make_slot(town, starts_at=timezone.now() + timedelta(days=1))


def ask(api: APIClient, slot: Slot, number: int, **more: Any) -> Any:
    body = BOOKING | {"email": f"kim-{number}@example.org"} | more
    return api.post(f"/api/v1/municipalities/menden/slots/{slot.pk}/bookings/", body)


def test_the_next_one_costs_a_proof(api: APIClient, slot: Slot) -> None:
    assert ask(api, slot, 1).status_code == 201
    refused = ask(api, slot, 2)
    assert (refused.status_code, refused.json()["code"]) == (403, "proof_required")
    assert (refused.json()["proof"], Booking.objects.count()) == ("missing", 1)
    proof = solved(refused.json()["challenge"])
    assert ask(api, slot, 2, proof=proof).status_code == 201
    again = ask(api, slot, 3, proof=proof)
    assert (again.status_code, again.json()["proof"]) == (403, "used")
    assert ask(api, slot, 3, proof=solved(again.json()["challenge"])).status_code == 201


def test_a_proof_is_for_one_date(api: APIClient, slot: Slot, town: Municipality) -> None:
    ask(api, slot, 1)
    proof = solved(ask(api, slot, 2).json()["challenge"])
    other = make_slot(town, starts_at=slot.starts_at)
    assert ask(api, other, 2, proof=proof).json()["proof"] == "invalid"


def test_what_is_wrong_otherwise_costs_no_proof(api: APIClient, slot: Slot) -> None:
    ask(api, slot, 1)
    proof = solved(ask(api, slot, 2).json()["challenge"])
    assert ask(api, slot, 2, proof=proof, answers={"0": "x"}).status_code == 400
    assert ask(api, slot, 2, proof=proof).status_code == 201


def test_there_is_an_end_to_it(api: APIClient, slot: Slot) -> None:
    ask(api, slot, 1)
    for number in (2, 3, 4):
        proof = solved(ask(api, slot, number).json()["challenge"])
        assert ask(api, slot, number, proof=proof).status_code == 201
    refused = ask(api, slot, 5)
    assert (refused.status_code, refused["Retry-After"]) == (429, "1800")


def test_the_town_s_own_keys_are_not_counted(slot: Slot, town: Municipality) -> None:
    for scope in ("desk", "read"):
        api = key_client(town, scope)
        answers = [ask(api, slot, number, email=f"{scope}-{number}@a.de") for number in range(3)]
        assert [answer.status_code for answer in answers] == [201] * 3


def test_the_waiting_list_costs_the_same(api: APIClient, town: Municipality) -> None:
    slot = make_slot(town, capacity=1, starts_at=timezone.now() + timedelta(days=1))
    book(slot, now=timezone.now())
    path = f"/api/v1/municipalities/menden/slots/{slot.pk}/waiting/"
    assert api.post(path, BOOKING).status_code == 201
    refused = api.post(path, BOOKING | {"email": "robin@example.org"})
    assert (refused.status_code, refused.json()["code"]) == (403, "proof_required")
    proof = solved(refused.json()["challenge"])
    body = BOOKING | {"email": "robin@example.org", "proof": proof}
    assert api.post(path, body).status_code == 201


def test_the_page_keeps_what_was_typed_and_says_what_to_do(client: Client, slot: Slot) -> None:
    page = f"/menden/termine/{slot.pk}/buchen/"
    assert client.post(page, BOOKING).status_code == 302
    body = BOOKING | {"name": "Robin Özil", "email": "robin@example.org"}
    refused = client.post(page, body)
    text = refused.content.decode()
    assert refused.status_code == 403
    assert "Robin Özil" in text
    assert "data-proof-challenge" in text
    assert "<noscript>" in text
    proof = solved(refused.context["challenge"])
    assert client.post(page, body | {"proof": proof}).status_code == 302
    assert Booking.objects.filter(name="Robin Özil").exists()
