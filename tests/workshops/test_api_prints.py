"""Documents over REST: a PDF for who may have it, a problem document for everyone else."""

import pytest
from rest_framework.test import APIClient

from participation.models import Municipality
from tests.participation.print_probe import Printed
from tests.workshops.conftest import client
from tests.workshops.factories import book, make_slot, make_workshop
from tests.workshops.printing import came
from workshops import documents
from workshops.models import Booking, Slot

TOWN = "/api/v1/municipalities/menden"


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return make_slot(town, workshop=make_workshop(town, title="Löten", gives_certificate=True))


@pytest.fixture
def booking(slot: Slot) -> Booking:
    return book(slot, 2, name="Ada Öz")


def printed(api: APIClient, path: str, **headers: str) -> Printed:
    # Whatever the reader prefers: a document is a document.
    response = api.get(path, HTTP_ACCEPT="application/json", **headers)  # type: ignore[arg-type]
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    return Printed(response.content)


def refusal(api: APIClient, path: str, **headers: str) -> tuple[int, str]:
    response = api.get(path, **headers)  # type: ignore[arg-type]
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


def test_for_everybody(api: APIClient, slot: Slot) -> None:
    leaflet = printed(api, f"{TOWN}/programme/print/?month=2026-11")
    assert "Löten" in leaflet.text
    english = printed(api, f"{TOWN}/programme/print/", HTTP_ACCEPT_LANGUAGE="en")
    assert english.language == "en"
    assert refusal(api, f"{TOWN}/programme/print/?month=2026-99") == (400, "invalid")
    assert "Löten" in printed(api, f"{TOWN}/slots/{slot.pk}/print/door-sign/").text
    assert refusal(api, f"{TOWN}/slots/{slot.pk + 9}/print/door-sign/") == (404, "not_found")


def test_for_the_desk(api: APIClient, town: Municipality, slot: Slot, booking: Booking) -> None:
    desk, path = client(town, "desk"), f"{TOWN}/slots/{slot.pk}/print"
    assert "Ada Öz" in printed(desk, f"{path}/badges/").text
    assert printed(desk, f"{path}/badges/?blank=9").pages == 2
    assert refusal(desk, f"{path}/badges/?blank=0") == (400, "invalid")
    assert refusal(desk, f"{path}/certificates/") == (409, "nobody")
    came(booking, 1)
    assert "Ada Öz" in printed(desk, f"{path}/certificates/").text
    for name in ("badges", "certificates"):
        assert refusal(api, f"{path}/{name}/") == (401, "unauthenticated")
        assert refusal(client(town, "door"), f"{path}/{name}/") == (403, "forbidden")


def test_of_one_booking(api: APIClient, town: Municipality, booking: Booking) -> None:
    path, token = f"/api/v1/bookings/{booking.code}/print", booking.manage_token
    assert len(printed(api, f"{path}/tickets/", HTTP_X_MANAGE_TOKEN=token).tagged("Figure")) == 3
    assert booking.code in printed(client(town, "desk"), f"{path}/sheet/").text
    assert refusal(api, f"{path}/tickets/") == (401, "unauthenticated")
    assert refusal(api, f"{path}/tickets/", HTTP_X_MANAGE_TOKEN="falsch") == (404, "not_found")
    assert refusal(api, f"{path}/certificates/", HTTP_X_MANAGE_TOKEN=token) == (404, "not_found")
    came(booking, 1)
    certificate = printed(api, f"{path}/certificates/", HTTP_X_MANAGE_TOKEN=token)
    assert "Ada Öz" in certificate.text
    Booking.objects.update(state=Booking.State.CANCELLED)
    assert refusal(api, f"{path}/tickets/", HTTP_X_MANAGE_TOKEN=token) == (409, "not_a_ticket")


def test_a_certificate_is_checked(api: APIClient, slot: Slot) -> None:
    token = documents.certificate_url(slot, "Ada Öz").rstrip("/").rpartition("/")[2]
    proven = api.get(f"/api/v1/certificates/{token}/").json()
    assert (proven["name"], proven["workshop"], proven["municipality"]) == (
        *("Ada Öz", "Löten", "menden"),
    )
    assert refusal(api, "/api/v1/certificates/falsch/") == (404, "not_found")


def test_when_the_press_is_busy(api: APIClient, booking: Booking) -> None:
    from participation import documents as press

    path = f"/api/v1/bookings/{booking.code}/print/tickets/"
    with press._places, press._places:
        response = api.get(path, HTTP_X_MANAGE_TOKEN=booking.manage_token)
    assert (response.status_code, response["Retry-After"]) == (503, "2")
    assert response.json()["code"] == "print_busy"
