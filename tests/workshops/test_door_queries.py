"""What open scanners see of each other: counts by gate, conflicts, gates."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import caches
from rest_framework.test import APIClient

from participation import actors
from participation.actors import Actor
from participation.errors import InvalidInput, LoginRequired, NotAllowed, NotFound
from participation.models import Municipality
from participation.models.access import Role
from participation.services import devices
from tests.factories import member
from tests.workshops.conftest import client
from tests.workshops.factories import NOW, book, make_slot, make_venue, staff
from workshops import queries
from workshops.models import Gate, Slot, Venue
from workshops.services import bookings, door, gates

MINUTE = timedelta(minutes=1)


@pytest.fixture
def tonight(town: Municipality) -> Slot:
    return make_slot(town, starts_at=NOW + 30 * MINUTE)


@pytest.fixture
def scanners(town: Municipality) -> list[Actor]:
    """Two paired devices."""
    made = []
    for name in ("Tor Nord", "Tor Süd"):
        device = devices.create_device(actor=staff(town), name=name, now=NOW)
        devices.pair_device(token=devices.pairing_token(device), now=NOW)
        made.append(actors.for_device(device, town))
    return made


def scan(slot: Slot, actor: Actor, presented: str, **options: Any) -> door.ScanResult:
    return door.scan(
        actor=actor,
        slot_id=slot.pk,
        secret_or_code=presented,
        client_uuid=uuid4(),
        now=options.pop("now", NOW),
        **options,
    )


class TestCounts:
    def test_by_gate(self, tonight: Slot, scanners: list[Actor]) -> None:
        north, south = scanners
        family, pair = book(tonight, 4), book(tonight, 2)
        scan(tonight, north, family.code, gate="Nord")
        scan(tonight, south, pair.code, gate="Süd")
        scan(tonight, south, family.code, gate="Süd", kind="exit", seats=[1])
        scan(tonight, south, pair.code, gate="Süd", kind="undo", seats=[2])
        scan(tonight, south, pair.code)
        scan(tonight, south, "Busfahrschein", gate="Süd")
        counted = queries.live_counts(north, tonight.pk)
        assert counted == {
            "inside": 5,
            "expected": 6,
            "seats": 10,
            "gates": [
                {"gate": "", "entered": 1, "left": 0},
                {"gate": "Nord", "entered": 4, "left": 0},
                {"gate": "Süd", "entered": 2, "left": 2},
            ],
        }
        moved = [gate["entered"] - gate["left"] for gate in counted["gates"]]
        assert sum(moved) == counted["inside"]

    def test_counted_once_for_all(
        self, tonight: Slot, scanners: list[Actor], django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(3):
            first = queries.live_counts(scanners[0], tonight.pk)
        scan(tonight, scanners[0], book(tonight).code)
        with django_assert_num_queries(0):
            assert queries.live_counts(scanners[1], tonight.pk) == first
        caches["door_counts"].clear()
        assert queries.live_counts(scanners[1], tonight.pk)["inside"] == 1

    def test_strangers(self, tonight: Slot, other_town: Municipality) -> None:
        queries.live_counts(staff(tonight.workshop.municipality), tonight.pk)
        with pytest.raises(NotFound):
            queries.live_counts(staff(other_town), tonight.pk)
        with pytest.raises(LoginRequired):
            queries.live_counts(actors.guest(tonight.workshop.municipality), tonight.pk)


class TestConflicts:
    def test_two_doors_and_one_ticket(self, tonight: Slot, scanners: list[Actor]) -> None:
        north, south = scanners
        booking = book(tonight, 2, name="Kim")
        secret = booking.tickets.order_by("seq")[0].secret
        late = {"now": NOW + 20 * MINUTE, "offline": True}
        scan(tonight, north, secret, gate="Nord", occurred_at=NOW, **late)
        twice = scan(tonight, south, secret, gate="Süd", occurred_at=NOW + MINUTE, **late)
        assert (twice.outcome, twice.reason, twice.inside) == ("conflict", "already_inside", 1)
        scan(tonight, south, "Busfahrschein", **late)
        scan(tonight, south, secret)  # with a network: refused, and nobody is in
        found = list(queries.door_conflicts(north, tonight.pk))
        conflict, unknown = queries.described(north, found)
        assert (unknown["reason"], unknown["code"]) == ("unknown", "")
        assert [conflict] == [
            {
                "id": found[0].pk,
                "kind": "entry",
                "outcome": "conflict",
                "reason": "already_inside",
                "code": booking.code,
                "name": "Kim",
                "seat": 1,
                "received_at": NOW + 20 * MINUTE,
                "skew_seconds": None,
                "scan": {"occurred_at": NOW + MINUTE, "gate": "Süd", "by": "Tor Süd"},
                "first": {"occurred_at": NOW, "gate": "Nord", "by": "Tor Nord"},
                "settled_at": None,
                "settled_by": "",
                "note": "",
            }
        ]

    def test_cancelled_while_the_door_had_no_network(
        self, tonight: Slot, scanners: list[Actor], town: Municipality
    ) -> None:
        booking = book(tonight)
        bookings.cancel_booking(booking_id=booking.pk, now=NOW, by="desk", actor=staff(town))
        scan(tonight, scanners[0], booking.code, offline=True)
        (told,) = queries.door_conflicts(scanners[0], tonight.pk)
        assert (told.outcome, told.reason) == ("refused", "cancelled")

    def test_names_in_few_statements(
        self, tonight: Slot, scanners: list[Actor], django_assert_num_queries: Any
    ) -> None:
        def some(number: int) -> None:
            for _ in range(number):
                code = book(tonight).code
                for actor in scanners:
                    scan(tonight, actor, code, offline=True)
            with django_assert_num_queries(3):
                found = list(queries.door_conflicts(scanners[0], tonight.pk))
                assert queries.described(scanners[0], found)

        some(1)
        some(5)

    def test_rest(self, town: Municipality, slot: Slot, other_town: Municipality) -> None:
        booking = book(slot, now=slot.starts_at - 30 * MINUTE)
        api = client(town, "door")
        url = f"/api/v1/municipalities/menden/slots/{slot.pk}/"
        row = {"secret": booking.code, "offline": True, "gate": "Nord"}
        for _ in range(2):
            api.post(f"{url}scans/", {**row, "client_uuid": str(uuid4())}, format="json")
        (told,) = api.get(f"{url}conflicts/").json()["results"]
        assert (told["outcome"], told["scan"]["by"], told["first"]["gate"]) == (
            "conflict",
            "Test",
            "Nord",
        )
        counted = api.get(f"{url}door/counts/").json()
        assert counted["gates"] == [{"gate": "Nord", "entered": 1, "left": 0}]
        neighbour = client(other_town, "door")
        assert neighbour.get(f"{url}conflicts/").status_code == 403
        there = f"/api/v1/municipalities/{other_town.slug}/slots/{slot.pk}/"
        assert neighbour.get(f"{there}conflicts/").status_code == 404
        assert neighbour.get(f"{there}door/counts/").status_code == 404


class TestGates:
    @pytest.fixture
    def venue(self, town: Municipality) -> Venue:
        return make_venue(town)

    def test_added_renamed_removed(self, town: Municipality, venue: Venue) -> None:
        desk = staff(town)
        gate = gates.add_gate(actor=desk, venue_id=venue.pk, name=" Nord ")
        assert gate.name == "Nord"
        with pytest.raises(InvalidInput):
            gates.add_gate(actor=desk, venue_id=venue.pk, name="Nord")
        other = gates.add_gate(actor=desk, venue_id=venue.pk, name="Süd")
        names: dict[str, Any] = {"actor": desk, "venue_id": venue.pk, "gate_id": other.pk}
        with pytest.raises(InvalidInput):
            gates.rename_gate(**names, name="Nord")
        assert gates.rename_gate(**names, name="Süd").name == "Süd"
        assert gates.rename_gate(**names, name="Hof").name == "Hof"
        gates.remove_gate(**names)
        assert list(queries.gates(desk, venue.pk)) == [gate]

    @pytest.mark.parametrize("name", ["", " ", "x" * 61])
    def test_bad_names(self, town: Municipality, venue: Venue, name: str) -> None:
        with pytest.raises(InvalidInput):
            gates.add_gate(actor=staff(town), venue_id=venue.pk, name=name)

    def test_fifty_are_enough(self, town: Municipality, venue: Venue) -> None:
        Gate.objects.bulk_create(Gate(venue=venue, name=f"Tor {n}") for n in range(50))
        with pytest.raises(InvalidInput):
            gates.add_gate(actor=staff(town), venue_id=venue.pk, name="Noch eins")

    def test_strangers(self, town: Municipality, venue: Venue, other_town: Municipality) -> None:
        gate = gates.add_gate(actor=staff(town), venue_id=venue.pk, name="Nord")
        volunteer = actors.for_user(member(None, town, Role.DOOR), town, NOW)
        for actor, error in ((volunteer, NotAllowed), (staff(other_town), NotFound)):
            with pytest.raises(error):
                gates.add_gate(actor=actor, venue_id=venue.pk, name="x")
            with pytest.raises(error):
                gates.rename_gate(actor=actor, venue_id=venue.pk, gate_id=gate.pk, name="x")
            with pytest.raises(error):
                gates.remove_gate(actor=actor, venue_id=venue.pk, gate_id=gate.pk)
        with pytest.raises(NotFound):
            queries.gates(staff(other_town), venue.pk)
        assert list(queries.gates(volunteer, venue.pk)) == [gate]
        with pytest.raises(NotFound):
            gates.remove_gate(actor=staff(town), venue_id=make_venue(town).pk, gate_id=gate.pk)

    def test_rest(self, town: Municipality, venue: Venue, desk: APIClient) -> None:
        url = f"/api/v1/municipalities/menden/venues/{venue.pk}/gates/"
        made = desk.post(url, {"name": "Nord"}, format="json")
        assert made.status_code == 201
        row = f"{url}{made.json()['id']}/"
        assert desk.patch(row, {"name": "Hof"}, format="json").json()["name"] == "Hof"
        assert [gate["name"] for gate in desk.get(url).json()["results"]] == ["Hof"]
        for body in ({}, {"name": ""}, {"name": 3.5, "x": []}, {"name": ["x"]}):
            answers = [desk.post(url, body, format="json"), desk.patch(row, body, format="json")]
            assert {answer.status_code for answer in answers} <= {200, 201, 400}
        assert desk.delete(row).status_code == 204
        assert desk.delete(row).status_code == 404
