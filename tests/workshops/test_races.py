"""Real threads against one database: what must be exact when all come at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Sum

from participation import actors
from participation.errors import RuleBroken
from participation.models import Municipality
from tests.workshops.factories import NOW, book, hold, make_slot, party, staff
from workshops.models import Booking, Scan, Slot, Ticket
from workshops.services import bookings, door, waiting

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def slot(transactional_db: None, town: Municipality) -> Slot:
    return make_slot(town, capacity=5)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Each in a thread of its own, all let go together; results, or the rules they broke."""
    # Not more connections than a pool has, but all works are queued at once.
    barrier = Barrier(min(len(works), 8))

    def run(number: int, work: Callable[[], Any]) -> Any:
        if number < barrier.parties:
            barrier.wait(timeout=20)
        try:
            return work()
        except RuleBroken as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(barrier.parties) as pool:
        jobs = [pool.submit(run, number, work) for number, work in enumerate(works)]
        return [job.result(timeout=60) for job in jobs]


def check_seats(slot: Slot) -> int:
    """`seats_taken` is the sum of the seats of active bookings, and within the capacity."""
    slot.refresh_from_db()
    summed = Booking.objects.seated().filter(slot=slot).aggregate(n=Sum("party_size"))["n"] or 0
    assert slot.seats_taken == summed
    assert summed <= slot.capacity
    return slot.seats_taken


def guest_books(slot: Slot, size: int = 1, email: str = "") -> Callable[[], Booking]:
    who = party(size, email)
    actor = actors.guest(slot.workshop.municipality)
    return lambda: bookings.book_slot(actor=actor, slot_id=slot.pk, party=who, now=NOW)


def test_fifty_for_five_seats(slot: Slot) -> None:
    answers = at_once(*(guest_books(slot) for _ in range(50)))
    assert sum(isinstance(answer, Booking) for answer in answers) == 5
    assert answers.count("slot_full") == 45
    assert Booking.objects.count() == 5
    assert check_seats(slot) == 5


def test_two_parties_of_three_for_five_seats(slot: Slot) -> None:
    answers = at_once(guest_books(slot, 3), guest_books(slot, 3))
    assert sorted(isinstance(answer, Booking) for answer in answers) == [False, True]
    assert check_seats(slot) == 3


def test_one_address_many_times(slot: Slot) -> None:
    answers = at_once(*(guest_books(slot, 1, "kim@example.org") for _ in range(8)))
    assert all(isinstance(answer, Booking) for answer in answers)
    assert Booking.objects.count() == 1
    assert check_seats(slot) == 1


def test_confirm_twice_at_once(slot: Slot) -> None:
    token = hold(slot, 3).confirm_token
    answers = at_once(*[lambda: bookings.confirm_booking(token=token, now=NOW)] * 4)
    secrets = {tuple(ticket.secret for ticket in answer[0].tickets.all()) for answer in answers}
    assert len(secrets) == 1
    assert Ticket.objects.count() == 3
    assert check_seats(slot) == 3


def test_a_hold_expires_while_it_is_confirmed(slot: Slot) -> None:
    token = hold(slot, 5).confirm_token
    late = NOW + timedelta(minutes=31)
    confirmed, _released = at_once(
        # The citizen's click came in time by the server's clock; the clock's job runs later.
        lambda: bookings.confirm_booking(token=token, now=NOW),
        lambda: bookings.release_expired_holds(now=late),
    )
    if confirmed == "hold_expired":
        assert check_seats(slot) == 0
        assert not Ticket.objects.exists()
    else:
        assert check_seats(slot) == 5
        assert Ticket.objects.count() == 5


def test_booking_cancelling_and_releasing_do_not_lock_each_other(slot: Slot) -> None:
    late = NOW + timedelta(minutes=31)
    hold(slot, 2, email="a@example.org")
    booked = book(slot, 2, email="b@example.org")

    def again(email: str) -> Callable[[], Booking]:
        who, actor = party(1, email), actors.guest(slot.workshop.municipality)
        return lambda: bookings.book_slot(actor=actor, slot_id=slot.pk, party=who, now=late)

    at_once(
        again("a@example.org"),
        lambda: bookings.release_expired_holds(now=late),
        lambda: bookings.cancel_booking(booking_id=booked.pk, now=late),
        again("b@example.org"),
        again("c@example.org"),
        lambda: bookings.release_expired_holds(now=late),
    )
    check_seats(slot)


def test_freed_seats_are_offered_once(slot: Slot) -> None:
    booked = [book(slot) for _ in range(5)]
    town = slot.workshop.municipality
    for _ in range(7):
        waiting.join(actor=actors.guest(town), slot_id=slot.pk, party=party(), now=NOW)
    at_once(*(lambda pk=one.pk: bookings.cancel_booking(booking_id=pk, now=NOW) for one in booked))
    assert check_seats(slot) == 5
    assert slot.wait_entries.filter(state="offered").count() == 5
    assert slot.wait_entries.filter(state="waiting").count() == 2


def test_an_offer_is_taken_or_given_up_not_both(slot: Slot) -> None:
    booked, town = book(slot, 5), slot.workshop.municipality
    entry = waiting.join(actor=actors.guest(town), slot_id=slot.pk, party=party(3), now=NOW)
    bookings.cancel_booking(booking_id=booked.pk, now=NOW)
    entry.refresh_from_db()
    assert entry.offer is not None
    token = entry.offer.confirm_token
    at_once(
        lambda: waiting.accept(entry_id=entry.pk, now=NOW),
        lambda: waiting.leave(entry_id=entry.pk, now=NOW),
        lambda: bookings.confirm_booking(token=token, now=NOW),
        lambda: bookings.release_expired_holds(now=NOW + timedelta(hours=25)),
    )
    entry.refresh_from_db()
    taken = entry.state == "accepted"
    assert entry.state in {"accepted", "left", "lapsed"}
    assert check_seats(slot) == (3 if taken else 0)
    assert Ticket.objects.filter(revoked_at=None).count() == (3 if taken else 0)


def test_two_gates_one_ticket(slot: Slot) -> None:
    secret = book(slot).tickets.get().secret
    actor = staff(slot.workshop.municipality)
    answers = at_once(
        *(
            lambda: door.scan(
                actor=actor,
                slot_id=slot.pk,
                secret_or_code=secret,
                client_uuid=uuid4(),
                now=slot.starts_at,
            )
            for _ in range(6)
        )
    )
    assert sorted(answer.reason for answer in answers) == ["already_inside"] * 5 + ["ok"]
    assert Scan.objects.filter(outcome="admitted").count() == 1
    assert Scan.objects.count() == 6


def test_one_scan_sent_many_times(slot: Slot) -> None:
    secret = book(slot).tickets.get().secret
    actor, client_uuid = staff(slot.workshop.municipality), uuid4()
    answers = at_once(
        *[
            lambda: door.scan(
                actor=actor,
                slot_id=slot.pk,
                secret_or_code=secret,
                client_uuid=client_uuid,
                now=slot.starts_at,
            )
        ]
        * 6
    )
    assert [answer.reason for answer in answers] == ["ok"] * 6
    assert sum(not answer.replay for answer in answers) == 1
    assert Scan.objects.count() == 1


def test_a_booking_code_at_two_gates(slot: Slot) -> None:
    code = book(slot, 4).code
    actor = staff(slot.workshop.municipality)
    answers = at_once(
        *(
            lambda: door.scan(
                actor=actor,
                slot_id=slot.pk,
                secret_or_code=code,
                client_uuid=uuid4(),
                now=slot.starts_at,
            )
            for _ in range(4)
        )
    )
    assert sorted(seq for answer in answers for seq in answer.seats) == [1, 2, 3, 4]


def test_walk_ins_and_bookings_share_the_seats(slot: Slot) -> None:
    actor = staff(slot.workshop.municipality)
    at_once(
        *(
            lambda: door.walk_in(actor=actor, slot_id=slot.pk, party_size=2, name="", now=NOW)
            for _ in range(4)
        ),
        *(guest_books(slot) for _ in range(4)),
    )
    # Four, where all guests came first and no party of two fits any more.
    assert check_seats(slot) in {4, 5}
