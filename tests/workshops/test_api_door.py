"""The door through REST: what scanners send and get."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from participation import actors, secrets
from participation.errors import LoginRequired
from participation.models import Device, Municipality
from participation.models.access import Role
from participation.services import devices
from tests.factories import member
from tests.workshops.conftest import client
from tests.workshops.factories import NOW, book, make_venue, staff
from workshops.models import Answer, Booking, Gate, Question, Scan, Slot
from workshops.services import door as door_service


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
        "offline": False,
        "skew_seconds": None,
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
    Booking.objects.update(secret="s" * 32)
    first = door.get(url(slot, "door/"))
    body = first.json()
    assert (body["inside"], body["expected"], body["seats"]) == (0, 2, 10)
    assert [ticket["seq"] for ticket in body["tickets"]] == [1, 2]

    def hashed(value: str) -> str:
        return secrets.hashed(body["salt"] + value)

    assert body["tickets"][0] == {
        "secret_hash": hashed(secret(booking)),
        "code_hash": hashed(booking.code),
        "seq": 1,
        "state": "valid",
        "inside": False,
    }
    assert body["bookings"] == [
        {
            "hash": hashed("s" * 32),
            "code_hash": hashed(booking.code),
            "seqs": [1, 2],
            "answered": True,
        }
    ]
    for hidden in ("Kim", booking.code, secret(booking), booking.email):
        assert hidden not in first.content.decode()


def test_the_list_since(door: APIClient, slot: Slot, booking: Booking) -> None:
    """What has changed comes with the whole of its booking."""
    body = door.get(url(slot, "door/")).json()
    scan(door, slot, secret=secret(booking))
    later = door.get(url(slot, "door/"), {"since": slot.starts_at.isoformat()}).json()
    assert (later["tickets"], later["bookings"]) == ([], [])
    changed = door.get(url(slot, "door/"), {"since": body["as_of"]}).json()
    assert [ticket["inside"] for ticket in changed["tickets"]] == [True, False]
    assert changed["bookings"] == body["bookings"]


def test_the_list_names_gates_and_questions(
    door: APIClient, town: Municipality, booking: Booking
) -> None:
    slot = booking.slot
    slot.workshop.venue = make_venue(town)
    slot.workshop.save()
    gate = Gate.objects.create(venue=slot.workshop.venue, name="Nord")
    Gate.objects.create(venue=make_venue(town), name="Anderswo")
    asked = Question.objects.create(workshop=slot.workshop, text="Foto erlaubt?", asked="door")
    Question.objects.create(workshop=slot.workshop, text="Alter?", asked="booking")
    body = door.get(url(slot, "door/")).json()
    assert body["gates"] == [{"id": gate.pk, "name": "Nord"}]
    assert [question["id"] for question in body["questions"]] == [asked.pk]
    assert [row["answered"] for row in body["bookings"]] == [False]
    Answer.objects.create(question=asked, booking=booking, value="ja")
    body = door.get(url(slot, "door/")).json()
    assert [row["answered"] for row in body["bookings"]] == [True]


def test_the_list_takes_the_same_statements_for_1_and_30(
    door: APIClient, slot: Slot, booking: Booking, django_assert_num_queries: Any
) -> None:
    """Key, slot, questions, tickets, counts."""
    with django_assert_num_queries(5):
        door.get(url(slot, "door/"))
    for _ in range(8):
        book(slot, now=slot.starts_at - timedelta(minutes=30))
    with django_assert_num_queries(5):
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


@pytest.fixture
def device(town: Municipality) -> APIClient:
    made = devices.create_device(actor=staff(town), name="Tor", now=NOW)
    _device, token = devices.pair_device(token=devices.pairing_token(made), now=NOW)
    scanner = APIClient()
    scanner.credentials(HTTP_AUTHORIZATION=f"Device {token}")
    return scanner


def statements(api: APIClient, slot: Slot, **body: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert scan(api, slot, **body).json()["reason"] == "ok"
    return len([row for row in captured.captured_queries if "SAVEPOINT" not in row["sql"]])


def test_a_scan_takes_at_most_eight_statements(
    door: APIClient, device: APIClient, town: Municipality, slot: Slot
) -> None:
    """Authentication (1 for keys and devices, 4 for people), ticket, seat, record, counts."""
    person = APIClient()
    person.force_login(member(None, town, Role.DOOR))
    now = slot.starts_at - timedelta(minutes=30)
    bookings = [book(slot, 2, now=now) for _ in range(3)]
    scan(device, slot, secret="x")  # notes that it was here, once a minute
    for api, first in ((door, 5), (device, 5), (person, 8)):
        booking = bookings.pop()
        assert statements(api, slot, secret=secret(booking)) == first
        assert statements(api, slot, secret=booking.secret) == first
    booking = book(slot, 4, now=now)
    assert statements(device, slot, code=booking.code, seats=[1, 3]) == 5
    assert statements(device, slot, secret=booking.secret, kind="undo") <= 8


def test_a_batch_stops_when_its_device_is_revoked(
    device: APIClient, town: Municipality, slot: Slot, booking: Booking
) -> None:
    paired = Device.objects.get()
    secrets = [ticket.secret for ticket in booking.tickets.order_by("seq")]

    def scans() -> Iterator[door_service.BatchScan]:
        yield door_service.BatchScan(secrets[0], uuid4(), {"offline": True})
        devices.revoke_device(actor=staff(town), device_id=paired.pk, now=NOW)
        yield door_service.BatchScan(secrets[1], uuid4(), {"offline": True})

    done = door_service.scan_batch(
        actor=actors.for_device(paired, town),
        slot_id=slot.pk,
        scans=scans(),
        clock=lambda: slot.starts_at,
    )
    assert next(done)[1].outcome == "admitted"
    with pytest.raises(LoginRequired):
        next(done)
    assert Scan.objects.count() == 1


def test_devices_of_another_town_and_revoked(
    device: APIClient, town: Municipality, other_town: Municipality, slot: Slot
) -> None:
    there = APIClient()
    made = devices.create_device(actor=staff(other_town), name="Tor", now=NOW)
    _device, token = devices.pair_device(token=devices.pairing_token(made), now=NOW)
    there.credentials(HTTP_AUTHORIZATION=f"Device {token}")
    for path, body in good().items():
        assert there.post(url(slot, path), body, format="json").status_code == 403
        other = url(slot, path, other_town.slug)
        answer = there.post(other, body, format="json")
        assert answer.status_code == 404
        assert device.post(url(slot, path), body, format="json").status_code == 201
    mine = Device.objects.get(municipality=town)
    devices.revoke_device(actor=staff(town), device_id=mine.pk, now=NOW)
    for path, body in good().items():
        assert device.post(url(slot, path), body, format="json").status_code == 401
    for path in ("door/", "door/counts/", "conflicts/"):
        assert there.get(url(slot, path)).status_code == 403
        assert device.get(url(slot, path)).status_code == 401


@pytest.mark.parametrize(
    ("fields", "attr"),
    [
        ({"client_uuid": "x"}, "client_uuid"),
        ({"party_size": "viele"}, "party_size"),
        ({"party_size": 0}, "party_size"),
        ({"party_size": 101}, "party_size"),
        ({"occurred_at": "gestern"}, "occurred_at"),
        ({"offline": "vielleicht"}, "offline"),
        ({"gate": ["Nord"]}, "gate"),
        ({"answers": "ja"}, "answers"),
        ({"answers": {"0": "ja"}}, "answers.0"),
        ({"name": "x" * 121}, "name"),
    ],
)
def test_malformed_walk_ins(door: APIClient, slot: Slot, fields: dict[str, Any], attr: str) -> None:
    answer = door.post(url(slot, "walk-ins/"), {"party_size": 1, **fields}, format="json")
    assert answer.status_code == 400
    assert [error["attr"] for error in answer.json()["errors"]] == [attr]
    assert not Booking.objects.exists()


def test_a_walk_in_tapped_twice(door: APIClient, slot: Slot) -> None:
    body = {"party_size": 2, "client_uuid": str(uuid4()), "gate": "Nord", "offline": True}
    first, again = (door.post(url(slot, "walk-ins/"), body, format="json") for _ in range(2))
    assert first.json() == again.json()
    assert Booking.objects.count() == 1


def test_answers_come_with_a_scan(door: APIClient, slot: Slot, booking: Booking) -> None:
    asked = Question.objects.create(workshop=slot.workshop, text="Foto?", asked="door")
    body = {"code": booking.code, "client_uuid": str(uuid4())}
    wrong = scan(door, slot, **body, answers={str(asked.pk): 41})
    assert (wrong.status_code, wrong.json()["errors"][0]["attr"]) == (400, f"answers.{asked.pk}")
    right = scan(door, slot, **body, answers={str(asked.pk): "ja"})
    assert (right.status_code, right.json()["seats"]) == (200, [1, 2])
    assert Answer.objects.get().value == "ja"
