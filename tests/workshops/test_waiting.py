"""The waiting list: order, minimum, offers, and who may answer them."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from participation import actors
from participation.errors import InvalidInput, NotFound
from participation.models import Municipality
from tests.workshops.factories import NOW, book, make_slot, party, staff
from workshops.errors import (
    AlreadyWaiting,
    BookingClosed,
    OfferLapsed,
    SeatsStillFree,
    SlotCancelled,
)
from workshops.models import Booking, Slot, WaitEntry
from workshops.services import bookings, waiting


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return make_slot(town, capacity=3)


@pytest.fixture
def booked(slot: Slot) -> Booking:
    return book(slot, 3)


def join(slot: Slot, size: int = 1, least: int | None = None, **fields: Any) -> WaitEntry:
    return waiting.join(
        actor=actors.guest(slot.workshop.municipality),
        slot_id=slot.pk,
        party=party(size, **fields),
        min_party=least,
        now=fields.pop("now", NOW),
    )


def free(booked: Booking, seats: list[int] | None = None) -> None:
    bookings.cancel_booking(booking_id=booked.pk, now=NOW, seats=seats)


def states(*entries: WaitEntry) -> list[str]:
    return [WaitEntry.objects.get(pk=entry.pk).state for entry in entries]


def test_served_in_order_and_skipped_not_dropped(slot: Slot, booked: Booking) -> None:
    family, pair, single = join(slot, 3), join(slot, 3, 2), join(slot)
    free(booked, [1, 2])
    assert states(family, pair, single) == ["waiting", "offered", "waiting"]
    offer = WaitEntry.objects.get(pk=pair.pk).offer
    assert offer is not None
    assert (offer.party_size, offer.state) == (2, "held")
    assert offer.hold_expires_at == NOW + timedelta(hours=24)
    free(booked)
    assert states(family, pair, single) == ["waiting", "offered", "offered"]
    slot.refresh_from_db()
    assert slot.seats_taken == 3


def test_priority_comes_first(slot: Slot, booked: Booking) -> None:
    first, second = join(slot), join(slot)
    waiting.set_priority(actor=staff(slot.workshop.municipality), entry_id=second.pk, priority=5)
    free(booked, [1])
    assert states(first, second) == ["waiting", "offered"]


def test_accepting_gives_tickets_once(slot: Slot, booked: Booking) -> None:
    entry = join(slot, 2)
    free(booked)
    for _ in range(2):
        done = waiting.accept(entry_id=entry.pk, now=NOW)
        assert done.state == "accepted"
    assert done.offer is not None
    assert done.offer.tickets.count() == 2


def test_the_confirm_link_accepts_too(slot: Slot, booked: Booking) -> None:
    entry = join(slot)
    free(booked)
    offer = WaitEntry.objects.get(pk=entry.pk).offer
    assert offer is not None
    bookings.confirm_booking(token=offer.confirm_token, now=NOW)
    assert states(entry) == ["accepted"]


def test_declined_and_lapsed_offers_go_to_the_next(slot: Slot, booked: Booking) -> None:
    entries = [join(slot, 3) for _ in range(3)]
    free(booked)
    waiting.decline(entry_id=entries[0].pk, now=NOW)
    assert states(*entries) == ["declined", "offered", "waiting"]
    late = NOW + timedelta(hours=25)
    assert bookings.release_expired_holds(now=late) == 3
    assert states(*entries) == ["declined", "lapsed", "offered"]
    with pytest.raises(OfferLapsed):
        waiting.accept(entry_id=entries[1].pk, now=late)
    with pytest.raises(OfferLapsed):
        waiting.leave(entry_id=entries[1].pk, now=late)


def test_leaving(slot: Slot, booked: Booking) -> None:
    entry = join(slot)
    for _ in range(2):
        assert waiting.leave(entry_id=entry.pk, now=NOW).state == "left"
    free(booked)
    slot.refresh_from_db()
    assert slot.seats_taken == 0


def test_offers_end_before_the_start(town: Municipality) -> None:
    slot = make_slot(town, capacity=1, starts_at=NOW + timedelta(hours=3))
    booked, entry = book(slot), join(slot)
    free(booked)
    offer = WaitEntry.objects.get(pk=entry.pk).offer
    assert offer is not None
    assert offer.hold_expires_at == NOW + timedelta(hours=1, minutes=30)
    near = make_slot(town, capacity=1, starts_at=NOW + timedelta(minutes=70))
    booked, entry = book(near), join(near)
    free(booked)
    assert states(entry) == ["waiting"]


def test_a_guest_does_not_learn_who_waits(slot: Slot, booked: Booking) -> None:
    first = join(slot, email="kim@example.org")
    second = join(slot, email="Kim@example.org")
    assert not WaitEntry.objects.filter(code=second.code).exists()
    assert (second.state, second.party_size) == (first.state, first.party_size)
    with pytest.raises(AlreadyWaiting):
        waiting.join(
            actor=staff(slot.workshop.municipality),
            slot_id=slot.pk,
            party=party(1, "kim@example.org"),
            now=NOW,
        )
    assert WaitEntry.objects.count() == 1


def test_refusals(slot: Slot, town: Municipality, other_town: Municipality) -> None:
    with pytest.raises(SeatsStillFree):
        join(slot)
    with pytest.raises(BookingClosed):
        join(make_slot(town, state="closed"))
    with pytest.raises(SlotCancelled):
        join(make_slot(town, state="cancelled"))
    book(slot, 3)
    for least in (0, 2):
        with pytest.raises(InvalidInput):
            join(slot, 1, least)
    with pytest.raises(NotFound):
        waiting.join(actor=actors.guest(other_town), slot_id=slot.pk, party=party(), now=NOW)
    entry = join(slot)
    with pytest.raises(NotFound):
        waiting.set_priority(actor=staff(other_town), entry_id=entry.pk, priority=1)
    for work in (waiting.accept, waiting.decline, waiting.leave):
        with pytest.raises(NotFound):
            work(entry_id=0, now=NOW)


def test_by_rest(api: APIClient, town: Municipality, desk: APIClient) -> None:
    slot = make_slot(town, capacity=1, starts_at=NOW + timedelta(days=3650))
    booked = book(slot)
    path = f"/api/v1/municipalities/menden/slots/{slot.pk}/waiting/"
    body = {"party_size": 1, "name": "Kim", "email": "kim@example.org"}
    answer = api.post(path, body, format="json")
    assert (answer.status_code, answer.json()["state"]) == (201, "waiting")
    (row,) = desk.get(path).json()["results"]
    assert (row["id"], row["email"]) == (answer.json()["id"], "kim@example.org")
    assert api.get(path).status_code == 401
    entry = WaitEntry.objects.get()
    own, accept = {"X-Manage-Token": entry.token}, f"/api/v1/waiting/{entry.code}/accept/"
    assert api.post(accept, headers=own).json()["code"] == "offer_lapsed"
    free(booked)
    for headers in (None, {"X-Manage-Token": booked.manage_token}):
        assert api.post(accept, headers=headers).status_code == 404
    assert api.post("/api/v1/waiting/AAAAAAAA/accept/", headers=own).status_code == 404
    assert api.post(accept, headers=own).json()["state"] == "accepted"
    leave = api.post(f"/api/v1/waiting/{entry.code}/leave/", headers=own)
    assert (leave.status_code, leave.json()["code"]) == (409, "offer_lapsed")
