"""The door through REST: what scanners send and get."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from participation import secrets
from participation.models import Device, Municipality
from participation.models.access import Role
from tests.factories import member
from tests.workshops.conftest import client
from tests.workshops.factories import NOW, book
from workshops.models import Booking, Scan, Slot


@pytest.fixture
def booking(slot: Slot) -> Booking:
    return book(slot, 2, name="Kim", now=slot.starts_at - timedelta(minutes=30))


def url(slot: Slot, rest: str = "scans/", town: str = "menden") -> str:
    return f"/api/v1/municipalities/{town}/slots/{slot.pk}/{rest}"


def scan(api: APIClient, slot: Slot, **body: Any) -> Any:
    return api.post(url(slot), {"client_uuid": str(uuid4()), **body}, format="json")


def secret(booking: Booking) -> str:
    return booking.tickets.order_by("seq")[0].secret


def test_one_ticket(door: APIClient, slot: Slot, booking: Booking) -> None:
    client_uuid = str(uuid4())
    first = scan(door, slot, secret=secret(booking), client_uuid=client_uuid, gate="Nord")
    assert first.status_code == 201
    assert first.json() == {
        "outcome": "admitted",
        "reason": "ok",
        "kind": "entry",
        "ticket": {"seq": 1, "name": "Kim", "code": booking.code, "party_size": 2},
        "booking": {"code": booking.code, "name": "Kim", "party_size": 2},
        "seats": [1],
        "first_scan": None,
        "inside": 1,
        "expected": 2,
    }
    again = scan(door, slot, secret=secret(booking), client_uuid=client_uuid)
    assert (again.status_code, again.json()) == (200, first.json())
    refused = scan(door, slot, secret=secret(booking))
    assert (refused.status_code, refused.json()["reason"]) == (201, "already_inside")
    assert refused.json()["first_scan"]["gate"] == "Nord"
    assert scan(door, slot, code=booking.code).json()["seats"] == [2]


def test_people_devices_and_keys(town: Municipality, slot: Slot, booking: Booking) -> None:
    Device.objects.create(
        municipality=town, name="Tor", token_hash=secrets.hashed("t" * 32), paired_at=NOW
    )
    device, person = APIClient(), APIClient()
    device.credentials(HTTP_AUTHORIZATION="Device " + "t" * 32)
    person.force_login(member(None, town, Role.DOOR))
    assert scan(device, slot, secret=secret(booking)).status_code == 201
    assert scan(person, slot, secret=secret(booking)).json()["reason"] == "already_inside"
    principals = set(Scan.objects.values_list("principal", flat=True))
    assert {name.partition("-")[0] for name in principals} == {"device", "user"}


def test_strangers(api: APIClient, desk: APIClient, other_town: Municipality, slot: Slot) -> None:
    neighbour = client(other_town, "door")
    for who, status in ((api, 401), (desk, 403), (neighbour, 403)):
        for path, body in good().items():
            assert who.post(url(slot, path), body, format="json").status_code == status
        assert who.get(url(slot, "door/")).status_code == status
    assert client(other_town, "door").get(url(slot, "door/", other_town.slug)).status_code == 404
    answer = neighbour.post(url(slot, town=other_town.slug), good()["scans/"], format="json")
    assert answer.status_code == 404
    assert not Scan.objects.exists()


def good() -> dict[str, dict[str, Any]]:
    one = {"secret": "x", "client_uuid": str(uuid4())}
    return {"scans/": one, "scans/batch/": {"scans": [one]}, "walk-ins/": {"party_size": 1}}


@pytest.mark.parametrize("presented", ["UT0100800000", "x" * 10_000, "🚌" * 100, "-", "/t/"])
def test_a_bus_ticket(door: APIClient, slot: Slot, presented: str) -> None:
    answer = scan(door, slot, secret=presented)
    assert (answer.status_code, answer.json()["reason"]) == (201, "unknown")
    assert presented not in Scan.objects.filter(reason="unknown").values().get().values()


@pytest.mark.parametrize(
    ("fields", "attr"),
    [
        ({"client_uuid": "x"}, "client_uuid"),
        ({"secret": None}, "secret"),
        ({"secret": ""}, "secret"),
        ({"secret": ["x"]}, "secret"),
        ({"kind": "jump"}, "kind"),
        ({"occurred_at": "2026-11-28T14:00:00"}, "occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at"),
        ({"gate": "x" * 61}, "gate"),
        ({"force": {"a": 1}}, "force"),
        ({"seats": ["a"]}, "seats.0"),
        ({"seats": 3}, "seats"),
    ],
)
def test_malformed(door: APIClient, slot: Slot, fields: dict[str, Any], attr: str) -> None:
    answer = scan(door, slot, **{"secret": "x", **fields})
    assert answer.status_code == 400
    assert [error["attr"] for error in answer.json()["errors"]] == [attr]
    assert not Scan.objects.exists()


def test_neither_secret_nor_code(door: APIClient, slot: Slot) -> None:
    assert scan(door, slot).status_code == 400


def test_a_batch_in_its_order(door: APIClient, slot: Slot, booking: Booking) -> None:
    uuids = [str(uuid4()) for _ in range(4)]
    at = slot.starts_at.isoformat()
    rows = [
        {"secret": secret(booking), "client_uuid": uuids[0], "occurred_at": at, "gate": "A\x07"},
        {"secret": secret(booking), "client_uuid": uuids[1], "occurred_at": at},
        {"secret": "bus", "client_uuid": uuids[2]},
        {"code": booking.code, "client_uuid": uuids[3], "kind": "undo"},
    ]
    first = door.post(url(slot, "scans/batch/"), {"scans": rows}, format="json")
    results = first.json()["results"]
    assert first.status_code == 201
    assert [row["client_uuid"] for row in results] == uuids
    assert [(row["outcome"], row["reason"]) for row in results] == [
        ("admitted", "ok"),
        ("conflict", "already_inside"),
        ("refused", "unknown"),
        ("undone", "ok"),
    ]
    again = door.post(url(slot, "scans/batch/"), {"scans": rows}, format="json")
    assert [row["replay"] for row in again.json()["results"]] == [True] * 4
    assert Scan.objects.count() == 4
    too_many = {"scans": [good()["scans/"]] * 501}
    assert door.post(url(slot, "scans/batch/"), too_many, format="json").status_code == 400


def test_the_list_has_no_names(door: APIClient, slot: Slot, booking: Booking) -> None:
    first = door.get(url(slot, "door/"))
    body = first.json()
    assert (body["inside"], body["expected"], body["seats"]) == (0, 2, 10)
    assert [ticket["seq"] for ticket in body["tickets"]] == [1, 2]
    assert body["tickets"][0]["secret_hash"] == secrets.hashed(secret(booking))
    for hidden in ("Kim", booking.code, secret(booking), booking.email):
        assert hidden not in first.content.decode()
    scan(door, slot, secret=secret(booking))
    later = door.get(url(slot, "door/"), {"since": slot.starts_at.isoformat()})
    assert later.json()["tickets"] == []
    changed = door.get(url(slot, "door/"), {"since": body["as_of"]}).json()["tickets"]
    assert [ticket["inside"] for ticket in changed] == [True, False]


def test_the_list_takes_the_same_statements_for_1_and_30(
    door: APIClient, slot: Slot, booking: Booking, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(4):
        door.get(url(slot, "door/"))
    for _ in range(8):
        book(slot, now=slot.starts_at - timedelta(minutes=30))
    with django_assert_num_queries(4):
        assert len(door.get(url(slot, "door/")).json()["tickets"]) == 10


def test_walk_ins(door: APIClient, slot: Slot) -> None:
    answer = door.post(url(slot, "walk-ins/"), {"party_size": 2}, format="json")
    body = answer.json()
    assert (answer.status_code, body["state"], len(body["tickets"])) == (201, "confirmed", 2)
    assert (body["inside"], body["expected"]) == (2, 2)
    full = door.post(url(slot, "walk-ins/"), {"party_size": 9}, format="json")
    assert (full.status_code, full.json()["code"], full.json()["seats_left"]) == (
        409,
        "slot_full",
        8,
    )


def test_a_scan_takes_at_most_eight_statements(
    door: APIClient, town: Municipality, slot: Slot, booking: Booking
) -> None:
    person = APIClient()
    person.force_login(member(None, town, Role.DOOR))
    for api, ticket in zip((door, person), booking.tickets.all(), strict=True):
        with CaptureQueriesContext(connection) as captured:
            assert scan(api, slot, secret=ticket.secret).json()["outcome"] == "admitted"
        plain = [row for row in captured.captured_queries if "SAVEPOINT" not in row["sql"]]
        assert len(plain) <= 8
