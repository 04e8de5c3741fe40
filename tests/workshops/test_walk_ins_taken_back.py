"""A tap too much: people without a booking are taken back, and their seats are free again."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from participation import actors
from participation.actors import Actor
from participation.models import Municipality
from participation.models.access import Role
from tests.factories import make_town, member
from tests.workshops.factories import NOW, book, make_slot, staff
from tests.workshops.test_door_races import check_counts, scans, walks_in
from tests.workshops.test_races import at_once, check_seats
from workshops import queries
from workshops.errors import SlotFull
from workshops.models import Booking, RefusedWalkIn, Scan, Slot, SlotFigures, WaitEntry
from workshops.services import door, scheduling

MINUTE = timedelta(minutes=1)
START = NOW + 30 * MINUTE


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return make_slot(town, capacity=4, starts_at=START)


@pytest.fixture
def gate(slot: Slot) -> Actor:
    return staff(slot.workshop.municipality)


def volunteer(slot: Slot) -> Actor:
    town = slot.workshop.municipality
    return actors.for_user(member(None, town, Role.DOOR), town, NOW)


def walked_in(slot: Slot, gate: Actor, size: int, **options: Any) -> Booking:
    return walks_in(slot, gate, size, **{"now": NOW, **options})()


def taken_back(
    slot: Slot, gate: Actor, presented: str, **options: Any
) -> tuple[str, str, list[int]]:
    result = scans(slot, gate, presented, kind="undo", **options)()
    return result.outcome, result.reason, list(result.seats)


def seats_taken(slot: Slot) -> int:
    slot.refresh_from_db()
    return slot.seats_taken


class TestByCode:
    def test_the_seats_are_free_again(self, slot: Slot, gate: Actor) -> None:
        booking = walked_in(slot, gate, 4)
        assert taken_back(slot, gate, booking.code) == ("undone", "ok", [1, 2, 3, 4])
        booking.refresh_from_db()
        assert (booking.state, booking.cancelled_by) == ("cancelled", "venue")
        assert seats_taken(slot) == 0
        assert queries.door_counts(slot) == {"inside": 0, "expected": 0, "seats": 4}
        assert walked_in(slot, gate, 4).party_size == 4
        assert scans(slot, gate, booking.code)().reason == "cancelled"
        assert check_seats(slot) == 4

    def test_some_of_them(self, slot: Slot, gate: Actor) -> None:
        booking = walked_in(slot, gate, 3)
        assert taken_back(slot, gate, booking.code, seats=[3]) == ("undone", "ok", [3])
        booking.refresh_from_db()
        assert (booking.state, booking.party_size, seats_taken(slot)) == ("confirmed", 2, 2)
        assert check_seats(slot) == 2

    def test_who_was_out_and_came_back_keeps_the_seat(self, slot: Slot, gate: Actor) -> None:
        booking = walked_in(slot, gate, 2)
        scans(slot, gate, booking.code, kind="exit", seats=[2], now=NOW + MINUTE)()
        scans(slot, gate, booking.code, seats=[2], now=NOW + 2 * MINUTE)()
        undone = taken_back(slot, gate, booking.code, now=NOW + 3 * MINUTE, seats=[2])
        assert undone == ("undone", "ok", [2])
        assert (seats_taken(slot), queries.door_counts(slot)["inside"]) == (2, 1)

    def test_within_its_time_and_by_who_let_them_in(self, slot: Slot, gate: Actor) -> None:
        here, there = volunteer(slot), volunteer(slot)
        booking = walked_in(slot, here, 1)
        late = NOW + door.UNDO_WITHIN + MINUTE
        not_undoable: tuple[str, str, list[int]] = ("refused", "not_undoable", [])
        assert taken_back(slot, here, booking.code, now=late) == not_undoable
        assert taken_back(slot, there, booking.code) == not_undoable
        assert seats_taken(slot) == 1
        assert taken_back(slot, gate, booking.code) == ("undone", "ok", [1])

    def test_the_next_in_line_is_offered_the_seat(self, slot: Slot, gate: Actor) -> None:
        Slot.objects.filter(pk=slot.pk).update(
            starts_at=NOW + 6 * 60 * MINUTE,
            ends_at=NOW + 8 * 60 * MINUTE,
            check_in_opens_at=NOW - MINUTE,
        )
        booking = walked_in(slot, gate, 4)
        entry = WaitEntry.objects.create(
            slot=slot,
            party_size=2,
            min_party=2,
            name="Sam",
            email="sam@example.org",
            created_at=NOW,
        )
        taken_back(slot, gate, booking.code)
        entry.refresh_from_db()
        assert (entry.state, seats_taken(slot)) == ("offered", 2)

    def test_the_figures_of_a_date_that_is_over(self, slot: Slot, gate: Actor) -> None:
        first = walked_in(slot, gate, 1, now=slot.ends_at - MINUTE)
        walked_in(slot, gate, 2, now=slot.ends_at - MINUTE)
        scheduling.finish_slot(actor=gate, slot_id=slot.pk, now=slot.ends_at)
        assert SlotFigures.objects.get(slot=slot).walk_ins == 3
        undo = {"offline": True, "now": slot.ends_at + MINUTE, "occurred_at": slot.ends_at}
        assert taken_back(slot, gate, first.code, **undo)[0] == "undone"
        assert SlotFigures.objects.get(slot=slot).walk_ins == 2


class TestWithoutANetwork:
    def options(self, uuid: UUID) -> dict[str, Any]:
        return {"offline": True, "occurred_at": NOW + MINUTE, "now": START, "walk_in": uuid}

    def test_by_the_scanners_own_name_for_them(self, slot: Slot, gate: Actor) -> None:
        uuid = uuid4()
        walked_in(slot, gate, 2, client_uuid=uuid, offline=True)
        undo = {**self.options(uuid), "client_uuid": uuid4()}
        assert taken_back(slot, gate, "", **undo) == ("undone", "ok", [1, 2])
        assert taken_back(slot, gate, "", **undo) == ("undone", "ok", [1, 2])
        assert (seats_taken(slot), Scan.objects.count()) == (0, 2)

    def test_not_by_another_scanner(self, slot: Slot, gate: Actor) -> None:
        uuid = uuid4()
        walked_in(slot, gate, 2, client_uuid=uuid)
        undo = self.options(uuid)
        assert taken_back(slot, volunteer(slot), "", **undo) == ("refused", "unknown", [])
        assert taken_back(slot, gate, "", **self.options(uuid4())) == ("refused", "unknown", [])
        soest = make_town("soest")
        elsewhere = make_slot(soest, starts_at=START)
        assert taken_back(elsewhere, staff(soest), "", **undo) == ("refused", "unknown", [])
        assert seats_taken(slot) == 2

    def test_who_never_had_seats_is_settled(self, slot: Slot, gate: Actor) -> None:
        book(slot, 4)
        uuid = uuid4()
        with pytest.raises(SlotFull):
            walked_in(slot, gate, 2, client_uuid=uuid, offline=True)
        late = {**self.options(uuid), "occurred_at": NOW + door.UNDO_WITHIN + MINUTE}
        assert taken_back(slot, gate, "", **late) == ("refused", "unknown", [])
        assert taken_back(slot, gate, "", **self.options(uuid)) == ("undone", "ok", [])
        kept = RefusedWalkIn.objects.get()
        assert (kept.settled_by, kept.note) == (gate.principal, "An der Tür zurückgenommen")
        assert [gate["left"] for gate in queries.gate_counts(slot)] == [0]

    def test_in_one_batch_by_rest(self, town: Municipality, door: APIClient) -> None:
        slot = make_slot(town, starts_at=timezone.now() + 5 * MINUTE)
        url = f"/api/v1/municipalities/menden/slots/{slot.pk}/"
        uuid, at = str(uuid4()), (timezone.now() - MINUTE).isoformat()
        people = {"party_size": 2, "client_uuid": uuid, "occurred_at": at, "offline": True}
        assert door.post(f"{url}walk-ins/", people).status_code == 201
        undo = {"walk_in": uuid, "kind": "undo", "client_uuid": str(uuid4()), "occurred_at": at}
        (answer,) = door.post(f"{url}scans/batch/", {"scans": [undo]}).data["results"]
        assert (answer["outcome"], answer["seats"], answer["expected"]) == ("undone", [1, 2], 0)
        nobody = {"kind": "undo", "client_uuid": str(uuid4())}
        assert door.post(f"{url}scans/", nobody).status_code == 400


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_against_a_scan_of_their_ticket(
        self, transactional_db: None, slot: Slot, gate: Actor
    ) -> None:
        """The one or the other comes first; the seats are right either way."""
        booking = walked_in(slot, gate, 3)
        secret = booking.tickets.order_by("seq")[0].secret
        undo, out, again, walked = at_once(
            scans(slot, gate, booking.code, kind="undo", now=NOW + MINUTE),
            scans(slot, gate, secret, kind="exit", now=NOW + MINUTE),
            scans(slot, gate, secret, now=NOW + MINUTE),
            walks_in(slot, gate, 2, now=NOW + MINUTE),
        )
        assert undo.outcome == "undone"
        assert {out.outcome, again.outcome} <= {"admitted", "refused"}
        assert walked == "slot_full" or walked.party_size == 2
        check_counts(slot)
        booking.refresh_from_db()
        left = booking.party_size if booking.state == "confirmed" else 0
        assert check_seats(slot) == left + (0 if walked == "slot_full" else 2)

    def test_two_undos_free_the_seats_once(
        self, transactional_db: None, slot: Slot, gate: Actor
    ) -> None:
        booking = walked_in(slot, gate, 2)
        answers = at_once(*(scans(slot, gate, booking.code, kind="undo") for _ in range(4)))
        assert sorted(len(answer.seats) for answer in answers) == [0, 0, 0, 2]
        assert check_seats(slot) == 0
        check_counts(slot)
