"""What somebody with bad intentions tries against bookings and the waiting list."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from participation import actors
from participation.errors import TooManyRequests
from participation.models import Municipality
from tests.workshops.factories import NOW, book, hold, make_slot, party
from workshops.errors import TooManyHolds
from workshops.models import Booking
from workshops.services import bookings, waiting
from workshops.services.limits import Caller

KELVIN = "\u212aim@example.org"  # lower case in Unicode: kim@example.org


def test_a_full_quota_of_holds_does_not_tell_who_has_booked(town: Municipality) -> None:
    """Three holds in a victim's name, then the date in question: the same answer either way."""
    booked, not_booked = make_slot(town), make_slot(town)
    book(booked, email="kim@example.org")
    for _hold in range(bookings.HOLDS_PER_ADDRESS):
        hold(make_slot(town), email="kim@example.org")
    for slot in (booked, not_booked):
        with pytest.raises(TooManyHolds):
            hold(slot, email="kim@example.org")


def test_two_holds_and_a_booking_are_no_three_holds(town: Municipality) -> None:
    slot = make_slot(town)
    book(slot, email="kim@example.org")
    for _hold in range(bookings.HOLDS_PER_ADDRESS - 1):
        hold(make_slot(town), email="kim@example.org")
    assert hold(slot, email="kim@example.org").pk is None


def test_one_address_in_odd_letters_blocks_no_cancellation(town: Municipality) -> None:
    slot = make_slot(town, capacity=2)
    book(slot, email="kim@example.org")
    other = book(slot, email="robin@example.org")
    guest = actors.guest(town)
    entry = waiting.join(actor=guest, slot_id=slot.pk, party=party(email=KELVIN), now=NOW)
    assert entry.email == "kim@example.org"
    bookings.cancel_booking(booking_id=other.pk, now=NOW)
    other.refresh_from_db()
    assert other.state == Booking.State.CANCELLED


def test_the_waiting_list_is_no_way_to_flood_mailboxes(town: Municipality, settings: Any) -> None:
    settings.RATE_LIMITS, settings.HOLDS_PER_NETWORK = True, 2
    slot = make_slot(town, capacity=1)
    book(slot)
    guest = actors.guest(town)
    caller = Caller("10.0.0.1")
    for _entry in range(2):
        waiting.join(actor=guest, slot_id=slot.pk, party=party(), now=NOW, caller=caller)
    with pytest.raises(TooManyRequests):
        waiting.join(actor=guest, slot_id=slot.pk, party=party(), now=NOW, caller=caller)


def test_the_page_of_the_waiting_list_says_so(
    client: Client, town: Municipality, settings: Any
) -> None:
    settings.RATE_LIMITS, settings.HOLDS_PER_NETWORK = True, 0
    now = timezone.now()
    slot = make_slot(town, capacity=1, starts_at=now + timedelta(days=1))
    book(slot, now=now)
    body = {"party_size": "1", "min_party": "1", "name": "Kim", "email": "kim@example.org"}
    assert client.post(f"/menden/termine/{slot.pk}/warteliste/", body).status_code == 429
