"""Real threads at the desk's edges: offers, decisions, answers, capacities that meet a booking."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from participation import actors
from participation.models import Municipality
from tests.workshops.factories import NOW, book, hold, make_slot, make_workshop, party, staff
from tests.workshops.test_races import at_once, check_seats, guest_books
from workshops.models import Booking, GuestMessage, Slot, Ticket, WaitEntry
from workshops.services import (
    bookings,
    decisions,
    messages,
    reconfirmations,
    scheduling,
    waiting,
)

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TIMES = 6


def wait(slot: Slot, size: int = 1) -> WaitEntry:
    guest = actors.guest(slot.workshop.municipality)
    return waiting.join(actor=guest, slot_id=slot.pk, party=party(size), now=NOW)


def check_tickets(slot: Slot) -> None:
    """As many valid tickets as confirmed seats."""
    confirmed = Booking.objects.filter(slot=slot, state=Booking.State.CONFIRMED)
    valid = Ticket.objects.valid().filter(booking__slot=slot).count()
    assert valid == sum(booking.party_size for booking in confirmed)


def test_cancel_offer_and_accept_at_once(town: Municipality) -> None:
    for _time in range(TIMES):
        slot = make_slot(town, capacity=3)
        first, second = book(slot, 2), book(slot, 1)
        early, late, third = wait(slot, 2), wait(slot, 1), wait(slot, 1)
        bookings.cancel_booking(booking_id=first.pk, now=NOW)
        early.refresh_from_db()
        assert early.state == "offered"
        at_once(
            partial(bookings.cancel_booking, booking_id=second.pk, now=NOW),
            partial(waiting.accept, entry_id=early.pk, now=NOW),
            partial(waiting.decline, entry_id=early.pk, now=NOW),
            partial(waiting.offer_by_hand, actor=staff(town), entry_id=third.pk, now=NOW),
            partial(waiting.leave, entry_id=late.pk, now=NOW),
            guest_books(slot),
        )
        check_seats(slot)
        check_tickets(slot)
        for entry in WaitEntry.objects.filter(slot=slot).select_related("offer"):
            offered = entry.offer.state if entry.offer else None
            expected = {"offered": "held", "accepted": "confirmed", "waiting": None}
            if entry.state in expected:
                assert offered == expected[entry.state]
            else:
                assert offered in {None, "cancelled"}


def test_one_entry_is_offered_once(town: Municipality) -> None:
    for _time in range(TIMES):
        slot = make_slot(town, capacity=1)
        book(slot)
        entry = wait(slot)
        Slot.objects.filter(pk=slot.pk).update(capacity=4)
        offers: list[Callable[[], Any]] = [
            partial(waiting.offer_by_hand, actor=staff(town), entry_id=entry.pk, now=NOW),
            partial(waiting.offer_freed_seats, slot_id=slot.pk, now=NOW),
        ]
        at_once(*offers * 3)
        assert Booking.objects.filter(slot=slot, source="waiting_list").count() == 1
        assert check_seats(slot) == 2


def test_the_decision_meets_the_booking_that_would_have_been_enough(town: Municipality) -> None:
    for _time in range(TIMES):
        slot = make_slot(town, min_seats=3, decides_at=NOW)
        book(slot, 2)
        decided, booked = at_once(
            lambda: decisions.decide_due(now=NOW),
            partial(
                bookings.book_slot,
                actor=staff(town),
                slot_id=slot.pk,
                party=party(1),
                now=NOW,
                source="desk",
            ),
        )
        slot.refresh_from_db()
        if slot.is_cancelled:
            assert booked in {"booking_closed", "slot_cancelled"}
            assert check_seats(slot) == 0
        else:
            # Left for the next run, where the slot was locked this moment.
            assert decided in {0, 1}
            assert isinstance(booked, Booking)
            assert check_seats(slot) == 3
            decisions.decide_due(now=NOW)
            slot.refresh_from_db()
            assert slot.decided_at == NOW
        check_tickets(slot)


def test_the_decision_meets_the_confirm_link(town: Municipality) -> None:
    for _time in range(TIMES):
        slot = make_slot(town, min_seats=3, decides_at=NOW - timedelta(hours=1))
        book(slot, 2)
        token = hold(slot, 1).confirm_token
        at_once(
            lambda: decisions.decide_due(now=NOW),
            partial(bookings.confirm_booking, token=token, now=NOW),
        )
        check_seats(slot)
        check_tickets(slot)


def test_desk_and_clock_decide_once(town: Municipality) -> None:
    for _time in range(TIMES):
        slot = make_slot(town, min_seats=3, decides_at=NOW)
        at_once(
            lambda: decisions.decide_due(now=NOW),
            partial(decisions.decide_go, actor=staff(town), slot_id=slot.pk, now=NOW),
            partial(
                scheduling.cancel_slot, actor=staff(town), slot_id=slot.pk, now=NOW, reason="Krank"
            ),
        )
        slot.refresh_from_db()
        assert slot.sequence == int(slot.is_cancelled) == 1


def test_an_answer_meets_the_end_of_the_deadline(town: Municipality) -> None:
    workshop = make_workshop(town, asks_reconfirmation=True)
    due = NOW + timedelta(days=1)
    for _time in range(TIMES):
        slot = make_slot(town, workshop=workshop, capacity=5)
        one, two = book(slot, 3), book(slot, 2)
        entry = wait(slot, 2)
        reconfirmations.ask_who_comes(now=NOW)
        answered, *_rest = at_once(
            partial(reconfirmations.answer, booking_id=one.pk, seats=2, now=due),
            lambda: reconfirmations.give_up_silent_seats(now=due),
            lambda: reconfirmations.give_up_silent_seats(now=due),
            partial(bookings.cancel_booking, booking_id=two.pk, now=due),
        )
        reconfirmations.give_up_silent_seats(now=due)
        one.refresh_from_db()
        if answered == "reply_too_late":
            assert (one.state, one.cancelled_by) == ("cancelled", "no_reply")
        else:
            assert (one.state, one.party_size) == ("confirmed", 2)
        entry.refresh_from_db()
        assert entry.state == "offered"
        check_seats(slot)
        check_tickets(slot)


def test_two_clocks_ask_once(town: Municipality) -> None:
    slot = make_slot(town, workshop=make_workshop(town, asks_reconfirmation=True))
    book(slot)
    answers = at_once(*[lambda: reconfirmations.ask_who_comes(now=NOW)] * 4)
    assert sum(answers) == 1


def test_fewer_seats_meet_a_booking(town: Municipality) -> None:
    for _time in range(TIMES):
        slot = make_slot(town, capacity=5)
        book(slot, 3)
        changed, *_booked = at_once(
            partial(
                scheduling.change_slot,
                actor=staff(town),
                slot_id=slot.pk,
                changes={"capacity": 3},
                now=NOW,
            ),
            guest_books(slot),
            guest_books(slot),
        )
        taken = check_seats(slot)
        assert taken == 3 if isinstance(changed, Slot) else changed == "capacity_too_small"


def test_a_message_sent_by_many_clicks_is_one(town: Municipality) -> None:
    slot = make_slot(town)
    send = lambda: messages.write_to_guests(  # noqa: E731  (as the others here)
        actor=staff(town), slot_id=slot.pk, subject="Parken", text="Am Hof.", now=NOW
    )
    assert len({message.pk for message in at_once(*[send] * 4)}) == 1
    assert GuestMessage.objects.count() == 1
