"""A date that was called off: whoever had seats takes them to another date by the link of the
mail."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from participation.models import Municipality
from tests.workshops.factories import NOW, book, hold, make_slot, staff
from tests.workshops.test_emails import deliver
from workshops.errors import BookingCancelled, SlotFull
from workshops.models import Booking, Slot
from workshops.services import bookings, moves, scheduling


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return make_slot(town)


@pytest.fixture
def later(slot: Slot) -> Slot:
    return make_slot(
        slot.workshop.municipality,
        workshop=slot.workshop,
        starts_at=slot.starts_at + timedelta(days=7),
        capacity=3,
    )


def call_off(slot: Slot) -> None:
    actor = staff(slot.workshop.municipality)
    scheduling.cancel_slot(actor=actor, slot_id=slot.pk, now=NOW)


def move(booking: Booking, to: Slot) -> Booking:
    return moves.move_booking(booking_id=booking.pk, to_slot_id=to.pk, now=NOW)


def test_the_seats_go_on_without_those_given_back_before(slot: Slot, later: Slot) -> None:
    booking = book(slot, 3)
    bookings.cancel_booking(booking_id=booking.pk, seats=[2], now=NOW - timedelta(hours=1))
    call_off(slot)
    moved = move(booking, later)
    assert (moved.state, moved.slot_id, moved.party_size) == ("confirmed", later.pk, 2)
    assert [ticket.seq for ticket in moved.tickets.all() if ticket.revoked_at is None] == [1, 3]
    for one, taken in ((slot, 0), (later, 2)):
        one.refresh_from_db()
        assert one.seats_taken == taken
    assert move(booking, later).pk == booking.pk  # once more changes nothing


def test_full_dates_and_holds_stay_behind(slot: Slot, later: Slot) -> None:
    held, booked, given_back = hold(slot), book(slot, 2), book(slot)
    book(later, 2)
    bookings.cancel_booking(booking_id=given_back.pk, now=NOW)
    call_off(slot)
    with pytest.raises(SlotFull):
        move(booked, later)
    for one in (held, given_back):
        with pytest.raises(BookingCancelled):
            move(one, later)
    booked.refresh_from_db()
    assert booked.state == Booking.State.CANCELLED


def test_the_mail_leads_to_the_page_that_does_it(client: Client, town: Municipality) -> None:
    now = timezone.now()
    slot = make_slot(town, starts_at=now + timedelta(days=1))
    later = make_slot(town, workshop=slot.workshop, starts_at=now + timedelta(days=8))
    booking = book(slot, email="kim@example.org", now=now)
    deliver()
    scheduling.cancel_slot(actor=staff(town), slot_id=slot.pk, now=now)
    (message,) = deliver()
    page = f"/buchung/{booking.code}/{booking.manage_token}/termin/"
    assert page in message.body
    shown = client.get(page)
    assert shown.status_code == 200
    assert str(later.pk) in shown.content.decode()
    assert client.post(page, {"slot": later.pk}).status_code == 302
    booking.refresh_from_db()
    assert (booking.slot_id, booking.state) == (later.pk, "confirmed")
