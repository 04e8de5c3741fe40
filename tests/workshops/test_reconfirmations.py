"""Confirm or lose: who is asked, who is heard, and whose seats go to others."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from rest_framework.test import APIClient

from participation import actors
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.models import Municipality
from tests.workshops.factories import NOW, book, hold, make_slot, make_workshop, party, staff
from tests.workshops.mails import deliver, recipients
from workshops.errors import BookingCancelled, IllegalStep, ReplyTooLate, SlotCancelled
from workshops.models import Booking, Slot, WaitEntry
from workshops.services import reconfirmations, scheduling, waiting

START = NOW + timedelta(days=2)


def hours(count: float) -> datetime:
    """So many hours after NOW, which is 48 hours before the start."""
    return NOW + timedelta(hours=count)


@pytest.fixture
def slot(town: Municipality) -> Slot:
    workshop = make_workshop(town, title="Löten", asks_reconfirmation=True)
    return make_slot(town, workshop=workshop, capacity=6, starts_at=START)


def ask(slot: Slot, at: datetime = NOW) -> list[str]:
    deliver()
    reconfirmations.ask_who_comes(now=at)
    return recipients()


def state(booking: Booking) -> tuple[str, str]:
    booking.refresh_from_db()
    return booking.state, booking.cancelled_by


def test_asked_once_48_hours_before(slot: Slot) -> None:
    book(slot, 2, email="kim@example.org", now=NOW - timedelta(days=1))
    book(slot, email="ada@example.org")
    Booking.objects.filter(email="ada@example.org").update(email="")
    hold(slot, email="zoe@example.org")
    assert ask(slot, NOW - timedelta(minutes=1)) == []
    assert ask(slot) == ["kim@example.org"]
    (message,) = mail.outbox
    assert message.subject == "Kommen Sie? Löten"
    booking = Booking.objects.get(email="kim@example.org")
    assert f"/buchung/{booking.code}/{booking.manage_token}/zusage/" in message.body
    assert "Bitte antworten Sie bis Di., 24. November 2026, 10 Uhr" in message.body
    assert ask(slot) == []
    book(slot, email="late@example.org")
    assert ask(slot, hours(1)) == []


def test_only_workshops_that_ask(town: Municipality) -> None:
    slot = make_slot(town, starts_at=START)
    book(slot)
    assert ask(slot) == []
    assert reconfirmations.give_up_silent_seats(now=hours(30)) == 0


def test_the_silent_are_reminded_half_way_and_lose_their_seats(slot: Slot) -> None:
    silent = book(slot, 3, email="silent@example.org")
    true = book(slot, 2, email="true@example.org")
    paper = book(slot, 1)
    Booking.objects.filter(pk=paper.pk).update(email="")
    family = wait(slot, 3)
    ask(slot)
    reconfirmations.answer(booking_id=true.pk, seats=2, now=hours(1))
    assert ask(slot, hours(11)) == []
    assert ask(slot, hours(12)) == ["silent@example.org"]
    assert mail.outbox[0].subject.startswith("Bitte antworten Sie noch:")
    assert ask(slot, hours(13)) == []
    assert reconfirmations.give_up_silent_seats(now=hours(23.9)) == 0
    assert reconfirmations.give_up_silent_seats(now=hours(24)) == 3
    assert state(silent) == ("cancelled", "no_reply")
    assert [ticket.revoked_at for ticket in silent.tickets.all()] == [hours(24)] * 3
    assert state(true) == state(paper) == ("confirmed", "")
    family.refresh_from_db()
    assert family.state == "offered"
    slot.refresh_from_db()
    assert slot.seats_taken == 6
    messages = {message.to[0]: message for message in deliver()}
    assert set(messages) == {"silent@example.org", family.email}
    assert messages["silent@example.org"].subject == "Ihre Plätze sind wieder frei: Löten"
    assert reconfirmations.give_up_silent_seats(now=hours(25)) == 0
    assert deliver() == []


def test_a_family_waits_for_the_seats_of_several(slot: Slot) -> None:
    for _ in range(6):
        book(slot)
    family, single = wait(slot, 3), wait(slot, 1)
    ask(slot)
    assert reconfirmations.give_up_silent_seats(now=hours(24)) == 6
    states = {entry.pk: entry.state for entry in WaitEntry.objects.all()}
    assert states == {family.pk: "offered", single.pk: "offered"}


def wait(slot: Slot, size: int) -> WaitEntry:
    guest = actors.guest(slot.workshop.municipality)
    return waiting.join(actor=guest, slot_id=slot.pk, party=party(size), now=NOW)


def test_fewer_come(slot: Slot) -> None:
    booking = book(slot, 3, email="kim@example.org")
    single = wait_for_full(slot)
    ask(slot)
    reconfirmations.answer(booking_id=booking.pk, seats=1, now=hours(1))
    booking.refresh_from_db()
    assert (booking.party_size, booking.reconfirmed_at) == (1, hours(1))
    assert [t.seq for t in booking.tickets.filter(revoked_at=None)] == [1]
    single.refresh_from_db()
    assert single.state == "offered"
    assert set(recipients()) == {"kim@example.org", single.email}
    assert reconfirmations.give_up_silent_seats(now=hours(24)) == 0


def wait_for_full(slot: Slot) -> WaitEntry:
    slot.refresh_from_db()
    left = slot.seats_left
    rest = book(slot, left)
    Booking.objects.filter(pk=rest.pk).update(email="")
    return wait(slot, 1)


def test_nobody_comes_and_the_answer_may_change_until_then(slot: Slot) -> None:
    booking = book(slot, 2)
    ask(slot)
    for seats in (2, 1, 0):
        reconfirmations.answer(booking_id=booking.pk, seats=seats, now=hours(2))
    assert state(booking) == ("cancelled", "citizen")
    slot.refresh_from_db()
    assert slot.seats_taken == 0
    with pytest.raises(BookingCancelled):
        reconfirmations.answer(booking_id=booking.pk, seats=1, now=hours(3))


def test_an_answer_after_the_seats_are_gone(slot: Slot) -> None:
    booking = book(slot)
    ask(slot)
    # By the clock on the wall too late, but nobody has taken the seat yet: it stays theirs.
    late = book(slot)
    Booking.objects.filter(pk=late.pk).update(reconfirm_asked_at=NOW)
    reconfirmations.answer(booking_id=late.pk, seats=1, now=hours(25))
    reconfirmations.give_up_silent_seats(now=hours(25))
    with pytest.raises(ReplyTooLate):
        reconfirmations.answer(booking_id=booking.pk, seats=1, now=hours(26))
    assert state(late) == ("confirmed", "")


def test_nobody_is_asked_or_loses_a_seat_at_short_notice(slot: Slot) -> None:
    book(slot)
    assert ask(slot, hours(19)) == []
    assert reconfirmations.give_up_silent_seats(now=hours(24)) == 0


def test_the_question_comes_a_day_before_an_early_deadline(slot: Slot) -> None:
    Slot.objects.filter(pk=slot.pk).update(confirm_by_at=START - timedelta(days=3))
    booking = book(slot, now=START - timedelta(days=9))
    assert ask(slot, START - timedelta(days=4, minutes=1)) == []
    assert ask(slot, START - timedelta(days=4)) == [booking.email]
    assert reconfirmations.give_up_silent_seats(now=START - timedelta(days=3)) == 1


def test_refusals(slot: Slot, other_town: Municipality) -> None:
    booking, held = book(slot), hold(slot)

    def answer(seats: int = 1, **more: Any) -> None:
        given = {"booking_id": booking.pk, "now": NOW, **more}
        reconfirmations.answer(seats=seats, **given)

    for wrong in (-1, 2):
        with pytest.raises(InvalidInput):
            answer(wrong)
    with pytest.raises(NotFound):
        answer(booking_id=0)
    with pytest.raises(NotFound):
        answer(actor=staff(other_town))
    with pytest.raises(LoginRequired):
        answer(actor=actors.guest(slot.workshop.municipality))
    with pytest.raises(IllegalStep):
        answer(booking_id=held.pk)
    with pytest.raises(IllegalStep):
        answer(now=START)
    scheduling.cancel_slot(
        actor=staff(slot.workshop.municipality), slot_id=slot.pk, now=NOW, reason=""
    )
    with pytest.raises(SlotCancelled):
        answer()


def test_by_rest(api: APIClient, desk: APIClient, soon: datetime, town: Municipality) -> None:
    slot = make_slot(town, starts_at=soon)
    booking = book(slot, 2, now=soon - timedelta(minutes=30))
    url = f"/api/v1/bookings/{booking.code}/reconfirm/"
    token = {"X-Manage-Token": booking.manage_token}
    assert api.post(url, {"seats": 1}, format="json").status_code == 401
    assert api.post(url, {}, format="json", headers=token).status_code == 400
    answer = api.post(url, {"seats": 1}, format="json", headers=token).json()
    assert (answer["state"], answer["seats"]) == ("confirmed", 1)
    assert desk.post(url, {"seats": 0}, format="json").json()["state"] == "cancelled"
    again = api.post(url, {"seats": 1}, format="json", headers=token)
    assert (again.status_code, again.json()["code"]) == (410, "booking_cancelled")
