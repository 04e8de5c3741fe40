"""Real threads around moves to another date and corrected addresses."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from participation.models import Municipality
from tests.workshops.factories import NOW, book, hold, make_slot, make_workshop, staff
from tests.workshops.test_races import at_once, check_seats, guest_books
from tests.workshops.test_races_at_the_edge import clicks, scans
from workshops.models import Booking, Slot, Ticket, Workshop
from workshops.services import bookings, changes, holds, moves, scheduling

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TIMES = 8


@pytest.fixture
def workshop(transactional_db: None, town: Municipality) -> Workshop:
    return make_workshop(town)


def two_slots(workshop: Workshop, capacity: int) -> tuple[Slot, Slot]:
    town = workshop.municipality
    late = NOW + timedelta(days=9)
    return (
        make_slot(town, workshop=workshop, capacity=capacity),
        make_slot(town, workshop=workshop, capacity=capacity, starts_at=late),
    )


def moves_to(booking: Booking, slot: Slot) -> Callable[[], Booking]:
    return lambda: moves.move_booking(booking_id=booking.pk, to_slot_id=slot.pk, now=NOW)


def where(booking: Booking) -> int:
    booking.refresh_from_db()
    return booking.slot_id


def test_two_full_dates_in_opposite_directions(workshop: Workshop) -> None:
    """Nobody waits for the other in a circle, and nobody loses a seat."""
    for _time in range(TIMES):
        one, two = two_slots(workshop, 4)
        here, there = [book(one) for _ in range(4)], [book(two) for _ in range(4)]
        answers = at_once(
            *(
                work
                for pair in zip(here, there, strict=True)
                for work in (moves_to(pair[0], two), moves_to(pair[1], one))
            )
        )
        assert answers == ["slot_full"] * 8
        assert [check_seats(one), check_seats(two)] == [4, 4]


def test_almost_full_dates_in_opposite_directions(workshop: Workshop) -> None:
    for _time in range(TIMES):
        one, two = two_slots(workshop, 4)
        here, there = [book(one) for _ in range(3)], [book(two) for _ in range(3)]
        at_once(*(moves_to(b, two) for b in here), *(moves_to(b, one) for b in there))
        assert check_seats(one) + check_seats(two) == 6


def test_two_want_the_last_seat(workshop: Workshop) -> None:
    for _time in range(TIMES):
        one, two = two_slots(workshop, 4)
        book(two, 3)
        wanting = [book(one), book(one)]
        answers = at_once(*(moves_to(booking, two) for booking in wanting), guest_books(two))
        assert sorted(isinstance(answer, Booking) for answer in answers) == [False, False, True]
        assert check_seats(two) == 4
        moved = [where(booking) for booking in wanting].count(two.pk)
        assert check_seats(one) == 2 - moved


def test_a_move_clicked_twice(workshop: Workshop) -> None:
    for _time in range(TIMES):
        one, two = two_slots(workshop, 4)
        booking = book(one, 2)
        answers = at_once(*[moves_to(booking, two)] * 4)
        assert {answer.slot_id for answer in answers} == {two.pk}
        assert [check_seats(one), check_seats(two)] == [0, 2]
        booking.refresh_from_db()
        assert booking.sequence == 1


def test_a_move_and_a_date_that_is_called_off(workshop: Workshop) -> None:
    """Called off before or after: never a seat on a date that does not take place."""
    for turn in range(TIMES):
        one, two = two_slots(workshop, 4)
        booking = book(one, 2)
        off = (one, two)[turn % 2]
        at_once(
            moves_to(booking, two),
            lambda off=off: scheduling.cancel_slot(  # type: ignore[misc]
                actor=staff(workshop.municipality), slot_id=off.pk, now=NOW
            ),
        )
        assert check_seats(off) == 0
        booking.refresh_from_db()
        is_off = booking.slot_id == off.pk
        assert booking.state == ("cancelled" if is_off else "confirmed")
        valid = Ticket.objects.filter(booking=booking, revoked_at=None).count()
        assert valid == (0 if is_off else 2)
        check_seats(one if off == two else two)


def test_a_move_beside_a_cancellation_and_a_change(workshop: Workshop) -> None:
    for _time in range(TIMES):
        one, two = two_slots(workshop, 4)
        booking = book(one, 3)
        pk = booking.pk
        _moved, cancelled, _changed = at_once(
            moves_to(booking, two),
            lambda pk=pk: bookings.cancel_booking(  # type: ignore[misc]
                booking_id=pk, seats=[1], now=NOW
            ),
            lambda pk=pk: changes.change_booking(  # type: ignore[misc]
                booking_id=pk, changes={"name": "Toni"}, now=NOW
            ),
        )
        # Looked up on the old date, moved to the new one: to be tried again.
        left = 3 if cancelled == "version_conflict" else 2
        assert check_seats(one) + check_seats(two) == left
        booking.refresh_from_db()
        assert (booking.party_size, booking.name) == (left, "Toni")
        assert Ticket.objects.filter(booking=booking, revoked_at=None).count() == left


def test_a_scan_at_the_old_door(workshop: Workshop) -> None:
    """Let in, or moved: never inside of another date."""
    for _time in range(TIMES):
        one, two = two_slots(workshop, 4)
        booking = book(one, 2)
        ticket = booking.tickets.get(seq=1)
        moved, scanned = at_once(moves_to(booking, two), scans(one, ticket.secret))
        ticket.refresh_from_db()
        if moved == "already_admitted":
            assert (scanned.reason, where(booking)) == ("ok", one.pk)
        else:
            assert (scanned.outcome, where(booking)) == ("refused", two.pk)
            assert ticket.entered_at is None


def corrects(token: str, email: str) -> Callable[[], object]:
    return lambda: holds.correct_email(token=token, email=email, now=NOW)


def test_a_corrected_address_beside_the_click(workshop: Workshop) -> None:
    """The old link confirms the old address or nothing: never the new one."""
    for turn in range(TIMES):
        slot, _other = two_slots(workshop, 4)
        held = hold(slot, 2, email=f"old-{turn}@example.org")
        new = f"new-{turn}@example.org"
        corrected, clicked = at_once(
            corrects(held.hold_token, new), clicks(held.confirm_token, NOW)
        )
        held.refresh_from_db()
        if corrected == "hold_expired":
            assert (held.state, held.email) == ("confirmed", f"old-{turn}@example.org")
        else:
            assert clicked == "unknown_token"
            assert (held.state, held.email) == ("held", new)
        assert check_seats(slot) == 2


def test_two_holds_corrected_to_one_address(workshop: Workshop) -> None:
    for turn in range(TIMES):
        slot, _other = two_slots(workshop, 6)
        first, second = hold(slot, 2), hold(slot, 2)
        email = f"kim-{turn}@example.org"
        answers = at_once(
            corrects(first.hold_token, email),
            corrects(second.hold_token, email),
            guest_books(slot, 2, email),
        )
        assert not [answer for answer in answers if isinstance(answer, str)]
        assert Booking.objects.seated().filter(slot=slot, email=email).count() == 1
        assert check_seats(slot) == 2


def test_names_changed_twice_at_once(workshop: Workshop) -> None:
    slot, _other = two_slots(workshop, 6)
    booking = book(slot, 2)
    names = (["A", "B"], ["C", "D"])
    at_once(
        *(
            lambda given=given: changes.change_booking(
                booking_id=booking.pk, changes={"names": given}, now=NOW
            )
            for given in names
        )
    )
    booking.refresh_from_db()
    assert list(booking.tickets.order_by("seq").values_list("name", flat=True)) in names
    assert booking.sequence == 2
