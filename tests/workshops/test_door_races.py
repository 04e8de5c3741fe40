"""Real threads at several gates: nobody in twice, no seat given twice, nothing lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from rest_framework.test import APIClient

from participation import actors
from participation.actors import Actor
from participation.models import Municipality
from participation.services import devices
from tests.workshops.factories import NOW, book, make_slot, staff
from tests.workshops.test_races import at_once, check_seats
from workshops import queries
from workshops.models import Booking, Scan, Slot, SlotFigures, Ticket
from workshops.services import door, scheduling

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
MINUTE = timedelta(minutes=1)
START = NOW + 30 * MINUTE
LATE = START + 10 * MINUTE


@pytest.fixture
def slot(transactional_db: None, town: Municipality) -> Slot:
    return make_slot(town, capacity=4, starts_at=START)


@pytest.fixture
def gates(slot: Slot) -> list[Actor]:
    """Two devices."""
    town, made = slot.workshop.municipality, []
    for name in ("Nord", "Süd"):
        device = devices.create_device(actor=staff(town), name=name, now=NOW)
        devices.pair_device(token=devices.pairing_token(device), now=NOW)
        made.append(actors.for_device(device, town))
    return made


def scans(
    slot: Slot, actor: Actor, presented: str, **options: Any
) -> Callable[[], door.ScanResult]:
    options = {"client_uuid": uuid4(), "now": NOW, **options}
    return lambda: door.scan(actor=actor, slot_id=slot.pk, secret_or_code=presented, **options)


def walks_in(slot: Slot, actor: Actor, size: int, **options: Any) -> Callable[[], Booking]:
    options = {"now": LATE, "name": "", **options}
    return lambda: door.walk_in(actor=actor, slot_id=slot.pk, party_size=size, **options)


def inside(slot: Slot) -> int:
    return queries.door_counts(slot)["inside"]


def check_counts(slot: Slot) -> None:
    """What the gates have counted is who is inside; nobody is on a seat that is not theirs."""
    moved = queries.gate_counts(slot)
    assert sum(gate["entered"] - gate["left"] for gate in moved) == inside(slot)
    expected = queries.door_counts(slot)["expected"]
    assert inside(slot) <= expected <= slot.capacity
    assert check_seats(slot) >= inside(slot)


def test_two_gates_and_one_ticket(slot: Slot, gates: list[Actor]) -> None:
    secret = book(slot).tickets.get().secret
    answers = at_once(*(scans(slot, gates[number % 2], secret) for number in range(8)))
    assert sorted(answer.outcome for answer in answers) == ["admitted"] + ["refused"] * 7
    assert {answer.reason for answer in answers} == {"ok", "already_inside"}
    check_counts(slot)


def test_two_doors_without_a_network_and_one_ticket(slot: Slot, gates: list[Actor]) -> None:
    secret = book(slot).tickets.get().secret
    answers = at_once(
        *(scans(slot, gate, secret, offline=True, occurred_at=NOW - MINUTE) for gate in gates)
    )
    assert sorted(answer.outcome for answer in answers) == ["admitted", "conflict"]
    assert queries.door_conflicts(gates[0], slot.pk).count() == 1
    check_counts(slot)


def test_a_booking_at_two_gates_with_different_seats(slot: Slot, gates: list[Actor]) -> None:
    booking = book(slot, 4)
    north, south = at_once(
        scans(slot, gates[0], str(booking.secret), seats=[1, 2, 3], gate="Nord"),
        scans(slot, gates[1], str(booking.secret), seats=[3, 4], gate="Süd"),
    )
    assert sorted([*north.seats, *south.seats]) == [1, 2, 3, 4]
    assert inside(slot) == 4
    check_counts(slot)


def test_the_whole_booking_at_two_gates(slot: Slot, gates: list[Actor]) -> None:
    booking = book(slot, 4)
    tickets = [ticket.secret for ticket in booking.tickets.all()]
    answers = at_once(
        scans(slot, gates[0], booking.code),
        scans(slot, gates[1], str(booking.secret)),
        *(scans(slot, gates[1], secret) for secret in tickets),
    )
    assert sorted(seq for answer in answers for seq in answer.seats) == [1, 2, 3, 4]
    check_counts(slot)


def test_the_same_scan_twice_at_once(slot: Slot, gates: list[Actor]) -> None:
    secret, uuid = book(slot).tickets.get().secret, uuid4()
    answers = at_once(*[scans(slot, gates[0], secret, client_uuid=uuid)] * 4)
    assert [answer.outcome for answer in answers] == ["admitted"] * 4
    assert sorted(answer.replay for answer in answers) == [False, True, True, True]
    assert Scan.objects.count() == 1


def test_undo_against_a_second_scan(slot: Slot, gates: list[Actor]) -> None:
    """Undone first, or refused first: either way the last word is one of the two."""
    secret = book(slot).tickets.get().secret
    scans(slot, gates[0], secret)()
    undo, second = at_once(
        scans(slot, gates[0], secret, kind="undo", now=NOW + MINUTE),
        scans(slot, gates[1], secret, now=NOW + MINUTE),
    )
    assert undo.outcome == "undone"
    assert (second.outcome, inside(slot)) in {("admitted", 1), ("refused", 0)}
    check_counts(slot)


def test_two_undos_take_one_entry_back(slot: Slot, gates: list[Actor]) -> None:
    secret = book(slot).tickets.get().secret
    scans(slot, gates[0], secret)()
    answers = at_once(*(scans(slot, gates[0], secret, kind="undo") for _ in range(4)))
    assert sorted(len(answer.seats) for answer in answers) == [0, 0, 0, 1]
    check_counts(slot)


def test_two_walk_ins_for_the_last_seat(slot: Slot, gates: list[Actor]) -> None:
    book(slot, 3)
    answers = at_once(*(walks_in(slot, gate, 1, now=NOW) for gate in gates * 2))
    assert answers.count("slot_full") == 3
    assert check_seats(slot) == 4
    check_counts(slot)


def test_a_double_tap(slot: Slot, gates: list[Actor]) -> None:
    answers = at_once(*[walks_in(slot, gates[0], 2, client_uuid=uuid4())] * 4)
    assert len({answer.pk for answer in answers}) == 1
    assert check_seats(slot) == 2


@pytest.mark.parametrize("party", [4, 2])
def test_a_walk_in_against_late_comers(slot: Slot, gates: list[Actor], party: int) -> None:
    """For the seats of a party that is not there, or only partly."""
    booking = book(slot, 4)
    if party == 2:
        scans(slot, gates[0], booking.code, seats=[1, 2])()
    walked, late = at_once(
        walks_in(slot, gates[0], 2),
        scans(slot, gates[1], booking.code, now=LATE),
    )
    came = 2 if party == 2 else 0
    got = 0 if walked == "slot_full" else 2
    assert inside(slot) == came + len(late.seats) + got
    assert check_seats(slot) >= inside(slot)
    assert inside(slot) == 4
    check_counts(slot)


def test_single_late_comers_against_walk_ins(slot: Slot, gates: list[Actor]) -> None:
    booking = book(slot, 4)
    secrets = [ticket.secret for ticket in booking.tickets.order_by("seq")]
    at_once(
        walks_in(slot, gates[0], 1),
        *(scans(slot, gates[1], secret, now=LATE) for secret in secrets),
        walks_in(slot, gates[0], 1),
    )
    assert inside(slot) == 4
    check_counts(slot)


def test_a_late_upload_against_the_end_of_the_date(slot: Slot, gates: list[Actor]) -> None:
    """Whichever comes first, who came has come, and the figures say so."""
    booking = book(slot, 2)
    town = slot.workshop.municipality
    upload = {"offline": True, "occurred_at": START, "now": slot.ends_at + MINUTE}
    at_once(
        lambda: scheduling.finish_slot(actor=staff(town), slot_id=slot.pk, now=slot.ends_at),
        *(
            scans(slot, gate, booking.code, seats=[seq], **upload)
            for seq, gate in enumerate(gates, 1)
        ),
    )
    booking.refresh_from_db()
    figures = SlotFigures.objects.get(slot=slot)
    assert (booking.state, booking.party_size, figures.came) == ("attended", 2, 2)
    assert check_seats(slot) == 2


def test_a_device_revoked_while_it_scans(slot: Slot) -> None:
    town = slot.workshop.municipality
    device = devices.create_device(actor=staff(town), name="Tor", now=NOW)
    _device, secret = devices.pair_device(token=devices.pairing_token(device), now=NOW)
    codes = [book(slot).code for _ in range(4)]
    Slot.objects.update(check_in_opens_at=NOW - timedelta(days=9000))
    url = f"/api/v1/municipalities/{town.slug}/slots/{slot.pk}/scans/"

    def scans_by_rest(code: str) -> int:
        api = APIClient()
        api.credentials(HTTP_AUTHORIZATION=f"Device {secret}")
        body = {"code": code, "client_uuid": str(uuid4())}
        return int(api.post(url, body, format="json").status_code)

    def revokes() -> None:
        devices.revoke_device(actor=staff(town), device_id=device.pk, now=NOW)

    works = [lambda code=code: scans_by_rest(code) for code in codes]
    answers = [answer for answer in at_once(*works[:2], revokes, *works[2:]) if answer]
    assert set(answers) <= {201, 401}
    assert Scan.objects.count() == answers.count(201)
    assert scans_by_rest(codes[0]) == 401
    assert Ticket.objects.exclude(entered_at=None).count() <= answers.count(201)
    connection.close()
