"""Does the date take place? By the desk, by the clock, and what the guests are told."""

from datetime import datetime, timedelta

import pytest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from rest_framework.test import APIClient

from participation import actors
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.models import Municipality
from tests.workshops.factories import NOW, book, hold, make_slot, make_workshop, party, staff
from tests.workshops.mails import deliver
from workshops import queries
from workshops.errors import IllegalStep
from workshops.models import Slot, WaitEntry
from workshops.services import bookings, decisions, scheduling, waiting

DUE = NOW + timedelta(days=1)


@pytest.fixture
def slot(town: Municipality) -> Slot:
    workshop = make_workshop(town, title="Löten")
    return make_slot(town, workshop=workshop, capacity=8, min_seats=4, decides_at=DUE)


def decided(slot: Slot, at: datetime) -> tuple[int, str, bool]:
    count = decisions.decide_due(now=at)
    slot.refresh_from_db()
    return count, slot.state, slot.decided_at is not None


def test_enough_have_booked(slot: Slot) -> None:
    book(slot, 4)
    assert decided(slot, DUE - timedelta(minutes=1)) == (0, "open", False)
    assert decided(slot, DUE) == (1, "open", True)
    assert decided(slot, DUE) == (0, "open", True)


def test_too_few_and_the_guests_learn_why_and_where_else(slot: Slot, town: Municipality) -> None:
    booking = book(slot, 3)
    full = make_slot(town, workshop=slot.workshop, capacity=1, starts_at=DUE + timedelta(days=7))
    book(full)
    free = make_slot(town, workshop=slot.workshop, starts_at=DUE + timedelta(days=14))
    deliver()
    assert decided(slot, DUE) == (1, "cancelled", True)
    (message,) = deliver()
    assert message.to == [booking.email]
    assert "Es haben sich zu wenige Menschen angemeldet." in message.body
    assert f"/buchung/{booking.code}/{booking.manage_token}/termin/" in message.body
    assert date_format(localtime(free.starts_at), "j. F") in message.body
    assert date_format(localtime(full.starts_at), "j. F") not in message.body
    booking.refresh_from_db()
    assert (booking.state, booking.cancelled_by, slot.seats_taken) == ("cancelled", "venue", 0)


def test_open_holds_are_waited_for(slot: Slot) -> None:
    book(slot, 3)
    held = hold(slot, 1, now=DUE - timedelta(minutes=1))
    assert decided(slot, DUE) == (0, "open", False)
    bookings.confirm_booking(token=held.confirm_token, now=DUE + timedelta(minutes=1))
    assert decided(slot, DUE + timedelta(minutes=2)) == (1, "open", True)


def test_open_holds_are_not_waited_for_for_ever(slot: Slot) -> None:
    book(slot, 3)
    hold(slot, 1, now=DUE + timedelta(minutes=29))
    assert decided(slot, DUE + timedelta(minutes=30)) == (1, "cancelled", True)


def test_the_desk_decides_before_the_clock(slot: Slot, town: Municipality) -> None:
    assert decisions.decide_go(actor=staff(town), slot_id=slot.pk, now=NOW).decided_at == NOW
    later = decisions.decide_go(actor=staff(town), slot_id=slot.pk, now=DUE)
    assert later.decided_at == NOW
    assert decided(slot, DUE) == (0, "open", True)
    minimum = queries.minimum(slot)
    assert minimum is not None
    assert (minimum.light, minimum.is_decided, minimum.missing) == ("green", True, 4)


def test_refusals(slot: Slot, town: Municipality, other_town: Municipality) -> None:
    with pytest.raises(NotFound):
        decisions.decide_go(actor=staff(other_town), slot_id=slot.pk, now=NOW)
    with pytest.raises(LoginRequired):
        decisions.decide_go(actor=actors.guest(town), slot_id=slot.pk, now=NOW)
    with pytest.raises(IllegalStep):
        decisions.decide_go(actor=staff(town), slot_id=slot.pk, now=slot.starts_at)
    with pytest.raises(InvalidInput):
        scheduling.cancel_slot(actor=staff(town), slot_id=slot.pk, now=NOW, reason="x\ny")
    assert queries.minimum(make_slot(town)) is None


def test_cancelling_tells_guests_and_who_waits_once(slot: Slot, town: Municipality) -> None:
    gone = book(slot, 1)
    bookings.cancel_booking(booking_id=gone.pk, now=NOW)
    booked = book(slot, 8)
    guest = actors.guest(town)
    waiting.join(actor=guest, slot_id=slot.pk, party=party(1, "zoe@example.org"), now=NOW)
    deliver()
    scheduling.cancel_slot(actor=staff(town), slot_id=slot.pk, now=NOW, reason="Wasserschaden")
    messages = {message.to[0]: message for message in deliver()}
    assert set(messages) == {booked.email, "zoe@example.org"}
    assert all("Der Grund: Wasserschaden" in message.body for message in messages.values())
    assert messages["zoe@example.org"].subject == "Die Warteliste ist geschlossen: Löten"
    assert WaitEntry.objects.get().state == "closed"


def test_by_rest(desk: APIClient, api: APIClient, soon: datetime, town: Municipality) -> None:
    slot = make_slot(town, starts_at=soon, min_seats=8)
    book(slot, 4, now=soon - timedelta(minutes=5))
    url = f"/api/v1/municipalities/menden/slots/{slot.pk}/"
    assert api.get(f"{url}desk/").status_code == 401
    body = desk.get(f"{url}desk/").json()
    assert body["minimum"] == {
        "light": "yellow",
        "needed": 8,
        "taken": 4,
        "missing": 4,
        "is_decided": False,
    }
    assert body["guests"]["seats_confirmed"] == 4
    assert desk.post(f"{url}go/").json()["minimum"]["is_decided"] is True
    cancelled = desk.post(f"{url}cancel/", {"reason": "Krank"}, format="json").json()
    assert cancelled["state"] == "cancelled"
    assert desk.get(f"{url}desk/").json()["cancel_reason"] == "Krank"
    assert desk.post(f"{url}go/").json()["code"] == "illegal_step"
