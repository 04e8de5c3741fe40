"""Booking, confirming, cancelling, and the end of holds: the services."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from participation import actors
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.models import Municipality
from tests.workshops.factories import (
    NOW,
    book,
    hold,
    make_slot,
    make_workshop,
    party,
    staff,
)
from workshops import queries
from workshops.errors import (
    AlreadyBooked,
    BookingCancelled,
    BookingClosed,
    CancelTooLate,
    HoldExpired,
    SlotCancelled,
    SlotFull,
    TooManyHolds,
    UnknownToken,
)
from workshops.models import Booking, Slot, Ticket, Workshop
from workshops.services import bookings

LATER = NOW + timedelta(minutes=31)


def seats_taken(slot: Slot) -> int:
    return Slot.objects.get(pk=slot.pk).seats_taken


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return make_slot(town)


class TestBook:
    def test_a_guest_gets_a_hold_without_tickets(self, slot: Slot) -> None:
        booking = hold(slot, 3)
        assert booking.state == Booking.State.HELD
        assert booking.hold_expires_at == NOW + timedelta(minutes=30)
        assert not booking.tickets.exists()
        assert seats_taken(slot) == 3

    def test_the_desk_gets_tickets_at_once_without_an_address(self, slot: Slot) -> None:
        who = bookings.Party(2, "Oma Erna", names=("Erna",), access_needs="Rollstuhl")
        booking = bookings.book_slot(
            actor=staff(slot.workshop.municipality),
            slot_id=slot.pk,
            party=who,
            now=NOW,
            source="desk",
        )
        assert booking.state == Booking.State.CONFIRMED
        names = list(booking.tickets.order_by("seq").values_list("seq", "name"))
        assert names == [(1, "Erna"), (2, "")]
        assert str(booking.access_needs) == "Rollstuhl"

    def test_a_guest_does_not_learn_who_has_booked(self, slot: Slot) -> None:
        first = hold(slot, 2, email="kim@example.org")
        second = hold(slot, 4, email="KIM@example.org")
        assert not Booking.objects.filter(code=second.code).exists()
        assert (second.state, second.party_size) == ("held", 4)
        assert second.hold_expires_at == first.hold_expires_at
        assert second.code != first.code
        assert seats_taken(slot) == 2

    def test_the_desk_learns_it(self, slot: Slot) -> None:
        hold(slot, email="kim@example.org")
        with pytest.raises(AlreadyBooked):
            book(slot, email="kim@example.org")
        assert seats_taken(slot) == 1

    def test_one_active_booking_an_address_is_a_constraint(self, slot: Slot) -> None:
        first = book(slot, email="kim@example.org")
        second = book(slot)
        with pytest.raises(IntegrityError), transaction.atomic():
            Booking.objects.filter(pk=second.pk).update(email=first.email.upper())

    def test_full_says_what_is_left(self, slot: Slot) -> None:
        book(slot, 8)
        with pytest.raises(SlotFull) as caught:
            hold(slot, 3)
        assert caught.value.extra == {
            "seats_left": 2,
            "waiting_url": "http://127.0.0.1:8000/api/v1/municipalities/menden/"
            f"slots/{slot.pk}/waiting/",
        }
        assert seats_taken(slot) == 8

    def test_seats_of_expired_holds_are_taken_on_demand(self, slot: Slot) -> None:
        first = hold(slot, 8)
        hold(slot, 3, now=LATER)
        first.refresh_from_db()
        assert first.state == Booking.State.EXPIRED
        assert seats_taken(slot) == 3

    def test_who_let_a_hold_expire_may_book_again(self, slot: Slot) -> None:
        hold(slot, email="kim@example.org")
        again = hold(slot, 2, now=LATER, email="kim@example.org")
        assert again.pk is not None
        assert seats_taken(slot) == 2

    def test_three_holds_an_address(self, town: Municipality) -> None:
        slots = [make_slot(town) for _ in range(4)]
        for one in slots[:3]:
            hold(one, email="kim@example.org")
        with pytest.raises(TooManyHolds):
            hold(slots[3], email="kim@example.org")
        assert seats_taken(slots[3]) == 0

    @pytest.mark.parametrize("state", ["draft", "closed", "running", "done"])
    def test_only_open_slots(self, town: Municipality, state: str) -> None:
        slot = make_slot(town, state=state)
        with pytest.raises(NotFound if state == "draft" else BookingClosed):
            hold(slot)
        with pytest.raises(BookingClosed):
            book(slot)

    def test_not_before_not_after(self, town: Municipality) -> None:
        early = make_slot(town, booking_opens_at=NOW + timedelta(hours=1))
        late = make_slot(town, booking_closes_at=NOW)
        past = make_slot(town, starts_at=NOW - timedelta(days=1))
        for slot in (early, late, past):
            with pytest.raises(BookingClosed):
                hold(slot)
        with pytest.raises(BookingClosed):
            book(past)
        assert book(early).state == Booking.State.CONFIRMED

    def test_cancelled(self, town: Municipality) -> None:
        with pytest.raises(SlotCancelled):
            hold(make_slot(town, state="cancelled"))

    def test_hidden_workshops_do_not_exist(self, town: Municipality) -> None:
        for fields in ({"state": Workshop.State.DRAFT}, {"staff_only": True}):
            with pytest.raises(NotFound):
                hold(make_slot(town, workshop=make_workshop(town, **fields)))

    def test_another_towns_slot_does_not_exist(self, slot: Slot, other_town: Municipality) -> None:
        for actor, source in ((actors.guest(other_town), "web"), (staff(other_town), "desk")):
            with pytest.raises(NotFound):
                bookings.book_slot(
                    actor=actor, slot_id=slot.pk, party=party(), now=NOW, source=source
                )
        assert seats_taken(slot) == 0

    def test_a_guest_is_no_desk(self, slot: Slot) -> None:
        with pytest.raises(LoginRequired):
            bookings.book_slot(
                actor=actors.guest(slot.workshop.municipality),
                slot_id=slot.pk,
                party=party(),
                now=NOW,
                source="desk",
            )

    @pytest.mark.parametrize(
        ("fields", "attr", "code"),
        [
            ({"size": 0}, "party_size", "min_value"),
            ({"size": -1}, "party_size", "min_value"),
            ({"size": 2.5}, "party_size", "invalid"),
            ({"size": True}, "party_size", "invalid"),
            ({"size": 11}, "party_size", "max_value"),
            ({"size": 1000}, "party_size", "max_value"),
            ({"email": "kim@"}, "email", "invalid"),
            ({"email": " "}, "email", "required"),
            ({"name": " "}, "name", "required"),
            ({"name": "x" * 10_000}, "name", "max_length"),
            ({"name": "Kim\nBcc: x"}, "name", "invalid_characters"),
            ({"name": "Kim\x00"}, "name", "invalid_characters"),
            ({"language": "fr"}, "language", "invalid_choice"),
            ({"names": ("a", "b")}, "names", "max_length"),
        ],
    )
    def test_bad_parties(self, slot: Slot, fields: dict[str, object], attr: str, code: str) -> None:
        who = bookings.Party(**{"size": 1, "name": "Kim", "email": "kim@example.org", **fields})  # type: ignore[arg-type]
        with pytest.raises(InvalidInput) as caught:
            bookings.book_slot(
                actor=actors.guest(slot.workshop.municipality),
                slot_id=slot.pk,
                party=who,
                now=NOW,
            )
        assert (caught.value.attr, caught.value.code) == (attr, code)
        assert not Booking.objects.exists()
        assert seats_taken(slot) == 0

    def test_few_statements(self, slot: Slot) -> None:
        """Slot and address, seats, booking, mail; at the desk with the tickets."""
        assert statements(lambda: hold(slot)) == 4
        assert statements(lambda: book(slot)) == 5


def statements(work: Callable[[], object]) -> int:
    """Without BEGIN, SAVEPOINT and their ends."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries)


class TestConfirm:
    def test_tickets_and_the_same_answer_again(self, slot: Slot) -> None:
        held = hold(slot, 2)
        first, token = bookings.confirm_booking(token=held.confirm_token, now=NOW)
        assert first.state == Booking.State.CONFIRMED
        assert first.verified_at == NOW
        secrets = [ticket.secret for ticket in first.tickets.all()]
        assert len(set(secrets)) == 2
        again, same_token = bookings.confirm_booking(token=held.confirm_token, now=LATER)
        assert [ticket.secret for ticket in again.tickets.all()] == secrets
        assert same_token == token
        assert queries.booking_by_manage_token(held.code, token).pk == held.pk

    def test_wrong(self, slot: Slot) -> None:
        held = hold(slot)
        for token in ("", "x", held.manage_token, held.confirm_token + "0", "\ud800", "ü" * 9999):
            with pytest.raises(UnknownToken):
                bookings.confirm_booking(token=token, now=NOW)

    def test_expired_whether_released_or_not(self, slot: Slot) -> None:
        held = hold(slot)
        with pytest.raises(HoldExpired):
            bookings.confirm_booking(token=held.confirm_token, now=LATER)
        bookings.release_expired_holds(now=LATER)
        with pytest.raises(HoldExpired):
            bookings.confirm_booking(token=held.confirm_token, now=NOW)
        assert not Ticket.objects.exists()

    def test_cancelled(self, slot: Slot) -> None:
        held = hold(slot)
        bookings.cancel_booking(booking_id=held.pk, now=NOW)
        with pytest.raises(BookingCancelled):
            bookings.confirm_booking(token=held.confirm_token, now=NOW)

    def test_only_hashes_are_stored(self, slot: Slot) -> None:
        held = hold(slot)
        row = Booking.objects.filter(pk=held.pk).values().get()
        assert held.confirm_token not in row.values()
        assert held.manage_token not in row.values()


class TestCancel:
    def test_all_seats(self, slot: Slot) -> None:
        booking = book(slot, 3)
        done = bookings.cancel_booking(booking_id=booking.pk, now=NOW)
        assert (done.state, done.cancelled_at) == (Booking.State.CANCELLED, NOW)
        assert all(ticket.revoked_at == NOW for ticket in done.tickets.all())
        assert seats_taken(slot) == 0
        bookings.cancel_booking(booking_id=booking.pk, now=NOW)
        assert seats_taken(slot) == 0

    def test_some_seats(self, slot: Slot) -> None:
        booking = book(slot, 3)
        done = bookings.cancel_booking(booking_id=booking.pk, now=NOW, seats=[2])
        assert (done.state, done.party_size) == (Booking.State.CONFIRMED, 2)
        assert [ticket.seq for ticket in done.tickets.all() if ticket.revoked_at] == [2]
        assert seats_taken(slot) == 2
        for seats in ([2], [4], []):
            with pytest.raises(InvalidInput):
                bookings.cancel_booking(booking_id=booking.pk, now=NOW, seats=seats)
        bookings.cancel_booking(booking_id=booking.pk, now=NOW)
        assert seats_taken(slot) == 0

    def test_until_the_deadline_and_whom_to_call(self, town: Municipality) -> None:
        town.contact_phone = "02373 9030"
        town.save(update_fields=["contact_phone"])
        slot = make_slot(town, cancel_until_at=NOW)
        booking = book(slot)
        with pytest.raises(CancelTooLate) as caught:
            bookings.cancel_booking(booking_id=booking.pk, now=NOW)
        assert caught.value.extra == {
            "cancel_until_at": "2026-11-23T09:00:00+00:00",
            "contact": "02373 9030",
        }
        bookings.cancel_booking(booking_id=booking.pk, now=NOW, by="desk", actor=staff(town))
        assert seats_taken(slot) == 0

    def test_another_towns_desk_finds_nothing(self, slot: Slot, other_town: Municipality) -> None:
        booking = book(slot)
        with pytest.raises(NotFound):
            bookings.cancel_booking(
                booking_id=booking.pk, now=NOW, by="desk", actor=staff(other_town)
            )
        assert seats_taken(slot) == 1


class TestHolds:
    def test_release(self, town: Municipality) -> None:
        slots = [make_slot(town), make_slot(town)]
        old = [hold(one, 2) for one in slots]
        kept = [hold(slots[0], now=LATER), book(slots[1])]
        assert bookings.release_expired_holds(now=LATER) == 4
        assert bookings.release_expired_holds(now=LATER) == 0
        states = dict(Booking.objects.values_list("pk", "state"))
        assert [states[one.pk] for one in old] == ["expired", "expired"]
        assert [states[one.pk] for one in kept] == ["held", "confirmed"]
        assert [seats_taken(one) for one in slots] == [1, 1]

    def test_seats_are_never_overbooked_by_constraint(self, slot: Slot) -> None:
        for seats in (-1, 11):
            with pytest.raises(IntegrityError), transaction.atomic():
                Slot.objects.filter(pk=slot.pk).update(seats_taken=seats)
