"""What two doors without a network decided differently, when somebody has seen to it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from participation import actors
from participation.actors import Actor
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.models import Municipality
from tests.workshops.conftest import client
from tests.workshops.factories import NOW, book, hold, make_slot, staff
from tests.workshops.test_races import at_once
from workshops import privacy, queries
from workshops.models import Booking, Scan, SettledConflict, Slot
from workshops.services import conflicts, door

START = NOW + timedelta(minutes=30)


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return make_slot(town, starts_at=START)


@pytest.fixture
def gate(slot: Slot) -> Actor:
    return staff(slot.workshop.municipality)


def offline(slot: Slot, gate: Actor, shown: str, **options: Any) -> Scan:
    uuid = uuid4()
    door.scan(
        actor=gate,
        slot_id=slot.pk,
        secret_or_code=shown,
        client_uuid=uuid,
        now=START,
        offline=True,
        **options,
    )
    return Scan.objects.get(client_uuid=uuid)


def twice(slot: Slot, gate: Actor) -> Scan:
    """One ticket let in at two doors."""
    booking = book(slot)
    offline(slot, gate, booking.code)
    return offline(slot, gate, booking.code)


def settle(scan: Scan, actor: Actor, note: str = "", **other: Any) -> Scan:
    asked: dict[str, Any] = {"slot_id": scan.slot_id, "scan_id": scan.pk, "now": START} | other
    return conflicts.settle(actor=actor, note=note, **asked)


def every_kind(slot: Slot, gate: Actor) -> list[Scan]:
    """Twice inside, never issued, another date's, a hold, undone too late."""
    late = book(slot)
    offline(slot, gate, late.code, occurred_at=START - timedelta(minutes=25))
    elsewhere = book(make_slot(slot.workshop.municipality, starts_at=START))
    return [
        twice(slot, gate),
        offline(slot, gate, "bus-ticket"),
        offline(slot, gate, elsewhere.code),
        offline(slot, gate, hold(slot).code),
        offline(slot, gate, late.code, kind="undo"),
    ]


def test_every_kind_is_settled_beside_the_scan(slot: Slot, gate: Actor) -> None:
    kinds = every_kind(slot, gate)
    assert set(queries.door_conflicts(gate, slot.pk)) == set(kinds)
    before = list(Scan.objects.order_by("pk").values())
    for scan in kinds:
        settle(scan, gate, "Saß schon hinten")
    assert list(Scan.objects.order_by("pk").values()) == before
    assert not queries.door_conflicts(gate, slot.pk, settled=False)
    rows = queries.described(gate, list(queries.door_conflicts(gate, slot.pk, settled=True)))
    assert {(row["settled_at"], row["note"]) for row in rows} == {(START, "Saß schon hinten")}
    assert len(rows) == len(kinds)


def test_settled_twice_is_settled_once(slot: Slot, gate: Actor) -> None:
    scan = twice(slot, gate)
    settle(scan, gate, "Zuerst")
    (row,) = queries.described(gate, [settle(scan, gate, "Danach", now=START + timedelta(hours=1))])
    assert (row["note"], row["settled_at"]) == ("Zuerst", START)
    assert SettledConflict.objects.get().settled_by == gate.principal


@pytest.mark.parametrize("note", ["a" * 201, "zwei\nZeilen"])
def test_a_note_is_one_short_line(slot: Slot, gate: Actor, note: str) -> None:
    with pytest.raises(InvalidInput):
        settle(twice(slot, gate), gate, note)
    assert not SettledConflict.objects.exists()


def test_only_what_is_on_the_list(slot: Slot, gate: Actor) -> None:
    scan = twice(slot, gate)
    for wrong in ({"scan_id": scan.first_scan_id}, {"scan_id": 0}, {"slot_id": 0}):
        with pytest.raises(NotFound):
            settle(scan, gate, **wrong)


def test_strangers(slot: Slot, gate: Actor, other_town: Municipality) -> None:
    scan = twice(slot, gate)
    with pytest.raises(NotFound):
        settle(scan, staff(other_town))
    with pytest.raises(LoginRequired):
        settle(scan, actors.guest(slot.workshop.municipality))
    assert not SettledConflict.objects.exists()


def test_it_goes_with_its_scan(slot: Slot, gate: Actor) -> None:
    """Whose date is over first: that of the door or that of the booking that was shown."""
    for scan in every_kind(slot, gate):
        settle(scan, gate)
    Slot.objects.update(state="done")
    assert privacy.purge_due(now=START + timedelta(days=60)) > 0
    assert not SettledConflict.objects.exists()
    assert not Scan.objects.exists()
    assert not Booking.objects.exists()


def test_over_the_api(slot: Slot, gate: Actor) -> None:
    api = client(slot.workshop.municipality, "door")
    scan = twice(slot, gate)
    url = f"/api/v1/municipalities/{slot.workshop.municipality.slug}/slots/{slot.pk}/conflicts/"
    assert api.post(f"{url}{scan.pk}/settle/", {"note": "a" * 201}).status_code == 400
    assert api.post(f"{url}{scan.pk}/settle/", {"note": "Geschwister"}).status_code == 200
    (row,) = api.get(url).json()["results"]
    assert (row["id"], row["note"], row["settled_at"] is None) == (scan.pk, "Geschwister", False)
    assert api.post(f"{url}{scan.first_scan_id}/settle/").status_code == 404


@pytest.mark.parametrize("count", [1, 8])
def test_statements(
    slot: Slot, gate: Actor, count: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    Slot.objects.filter(pk=slot.pk).update(capacity=30)
    for _time in range(count):
        settle(twice(slot, gate), gate)
    with django_assert_num_queries(2):
        queries.described(gate, list(queries.door_conflicts(gate, slot.pk)))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_settled_by_two_at_once(transactional_db: None, town: Municipality) -> None:
    slot = make_slot(town, starts_at=START)
    gate = staff(town)
    for _time in range(5):
        scan = twice(slot, gate)
        done = at_once(
            lambda scan=scan: settle(scan, gate, "Eins"),  # type: ignore[misc]
            lambda scan=scan: settle(scan, gate, "Zwei"),  # type: ignore[misc]
        )
        assert len(done) == 2
        assert SettledConflict.objects.filter(scan=scan).count() == 1
