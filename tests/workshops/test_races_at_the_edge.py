"""Real threads where two rules meet: a date called off while it is booked, a scan beside a
cancellation, seats given back while their link is clicked."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from participation import actors
from participation.models import Municipality
from tests.workshops.factories import NOW, book, hold, make_slot, party, staff
from tests.workshops.test_races import at_once, check_seats, guest_books
from workshops.models import Booking, Slot, Ticket
from workshops.services import bookings, door, scheduling, waiting

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TIMES = 8


def scans(slot: Slot, secret: str) -> Callable[[], door.ScanResult]:
    actor = staff(slot.workshop.municipality)
    return lambda: door.scan(
        actor=actor,
        slot_id=slot.pk,
        secret_or_code=secret,
        client_uuid=uuid4(),
        now=slot.starts_at + timedelta(minutes=20),
    )


def clicks(token: str, now: datetime) -> Callable[[], object]:
    return lambda: bookings.confirm_booking(token=token, now=now)


def test_nobody_books_a_date_that_is_being_called_off(town: Municipality) -> None:
    for _time in range(TIMES):
        slot = make_slot(town, capacity=20)
        answers = at_once(
            guest_books(slot),
            guest_books(slot),
            lambda slot=slot: scheduling.cancel_slot(  # type: ignore[misc]
                actor=staff(town), slot_id=slot.pk, now=NOW
            ),
            *(guest_books(slot) for _ in range(5)),
        )
        assert {answer for answer in answers if isinstance(answer, str)} <= {"slot_cancelled"}
        assert not Booking.objects.seated().filter(slot=slot).exists()
        assert check_seats(slot) == 0


def test_seats_given_back_while_their_link_is_clicked(town: Municipality) -> None:
    for _time in range(TIMES):
        slot = make_slot(town, capacity=5)
        held = hold(slot, 4)
        token = held.confirm_token
        at_once(
            lambda pk=held.pk: bookings.cancel_booking(  # type: ignore[misc]
                booking_id=pk, seats=[1, 2], now=NOW
            ),
            lambda token=token: bookings.confirm_booking(token=token, now=NOW),  # type: ignore[misc]
        )
        held.refresh_from_db()
        valid = Ticket.objects.filter(booking=held, revoked_at=None).count()
        assert (valid, held.party_size) == (2, 2)
        assert check_seats(slot) == 2


def test_a_scan_beside_a_cancellation_waits_for_nobody_in_a_circle(town: Municipality) -> None:
    for _time in range(TIMES):
        slot = make_slot(town, capacity=50)
        booked = [book(slot, 2) for _ in range(4)]
        at_once(
            *(
                work
                for one in booked
                for work in (
                    scans(slot, one.tickets.order_by("seq")[0].secret),
                    lambda pk=one.pk: bookings.cancel_booking(booking_id=pk, now=NOW),
                )
            )
        )
        assert check_seats(slot) == 0
        assert not Ticket.objects.filter(entered_at__isnull=False).exists()


def test_who_comes_in_keeps_the_seat_that_a_walk_in_wants(town: Municipality) -> None:
    for _time in range(TIMES):
        slot = make_slot(town, capacity=2)
        booked = book(slot, 2)
        late = slot.starts_at + timedelta(minutes=20)
        secret = booked.tickets.order_by("seq")[0].secret
        scanned, walked = at_once(
            scans(slot, secret),
            lambda slot=slot, late=late: door.walk_in(  # type: ignore[misc]
                actor=staff(town), slot_id=slot.pk, party_size=2, name="", now=late
            ),
        )
        # One party is inside, never both.
        assert (scanned.reason == "ok") == (walked == "slot_full")
        booked.refresh_from_db()
        assert (booked.state == "no_show") == (scanned.reason != "ok")
        assert check_seats(slot) == 2


def test_who_joins_the_list_while_seats_come_free_is_served(town: Municipality) -> None:
    for _time in range(TIMES):
        slot = make_slot(town, capacity=1)
        booked = book(slot)
        guest = actors.guest(town)
        joined, _freed = at_once(
            lambda slot=slot, guest=guest: waiting.join(  # type: ignore[misc]
                actor=guest, slot_id=slot.pk, party=party(), now=NOW
            ),
            lambda pk=booked.pk: bookings.cancel_booking(booking_id=pk, now=NOW),  # type: ignore[misc]
        )
        # Either told that there are seats, or offered the one that came free.
        if joined != "seats_free":
            joined.refresh_from_db()
            assert joined.state == "offered"
        assert check_seats(slot) == (0 if joined == "seats_free" else 1)


def test_a_party_that_enters_while_its_date_is_called_off(town: Municipality) -> None:
    """Rows that were written before lie in another order than their keys: both lock by key."""
    for _time in range(TIMES):
        slot = make_slot(town, capacity=30)
        booked = [book(slot, 5) for _ in range(3)]
        for one in booked:
            Ticket.objects.filter(booking=one, seq__lte=3).update(changed_at=NOW)
        at_once(
            *(scans(slot, one.code) for one in booked),
            lambda slot=slot: scheduling.cancel_slot(  # type: ignore[misc]
                actor=staff(town), slot_id=slot.pk, now=NOW
            ),
            *(scans(slot, one.code) for one in booked),
        )
        assert check_seats(slot) == 0
        assert not Ticket.objects.filter(revoked_at=None).exists()


def test_a_link_clicked_while_the_date_is_finished(town: Municipality) -> None:
    for _time in range(TIMES):
        slot = make_slot(town, starts_at=NOW + timedelta(minutes=5), capacity=9)
        Slot.objects.filter(pk=slot.pk).update(ends_at=NOW + timedelta(minutes=15))
        held = [hold(slot, 2) for _ in range(3)]
        end = NOW + timedelta(minutes=16)
        at_once(
            lambda slot=slot, end=end: scheduling.finish_slot(  # type: ignore[misc]
                actor=staff(town), slot_id=slot.pk, now=end
            ),
            *(clicks(one.confirm_token, end) for one in held),
        )
        check_seats(slot)
