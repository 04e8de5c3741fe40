"""To another date of the same workshop, in one step."""

from datetime import timedelta
from uuid import UUID

import pytest

from participation import actors
from participation.errors import InvalidInput, LoginRequired, NotFound, RuleBroken
from participation.models import Municipality
from tests.workshops.factories import NOW, book, hold, make_slot, make_workshop, party, staff
from tests.workshops.test_emails import calendar, deliver
from workshops import queries
from workshops.errors import ChangeTooLate, SlotFull
from workshops.models import Answer, Booking, Question, Scan, Slot, WaitEntry, Workshop
from workshops.services import bookings, door, moves, scheduling, waiting


@pytest.fixture
def workshop(town: Municipality) -> Workshop:
    return make_workshop(town, title="Löten")


@pytest.fixture
def slot(town: Municipality, workshop: Workshop) -> Slot:
    return make_slot(town, workshop=workshop, capacity=4)


@pytest.fixture
def later(town: Municipality, workshop: Workshop) -> Slot:
    return make_slot(town, workshop=workshop, capacity=4, starts_at=NOW + timedelta(days=9))


def taken(*slots: Slot) -> list[int]:
    for slot in slots:
        slot.refresh_from_db()
    return [slot.seats_taken for slot in slots]


def move(booking: Booking, slot: Slot, **options: object) -> Booking:
    return moves.move_booking(
        booking_id=booking.pk,
        to_slot_id=slot.pk,
        **{"now": NOW, **options},  # type: ignore[arg-type]
    )


def refused(booking: Booking, slot: Slot, **options: object) -> str:
    with pytest.raises(RuleBroken) as error:
        move(booking, slot, **options)
    return error.value.code


def test_the_seats_go_along_and_the_tickets_are_new(slot: Slot, later: Slot) -> None:
    booking = book(slot, 3)
    question = Question.objects.create(workshop=slot.workshop, text="Was?")
    Answer.objects.create(question=question, booking=booking, value="so")
    old = {booking.secret, *booking.tickets.values_list("secret", flat=True)}
    token = booking.manage_token
    moved = move(booking, later)
    assert (moved.slot_id, moved.code, moved.manage_token) == (later.pk, booking.code, token)
    assert taken(slot, later) == [0, 3]
    new = {moved.secret, *moved.tickets.values_list("secret", flat=True)}
    assert len(new) == 4
    assert not old & new
    assert [ticket.seq for ticket in moved.tickets.all()] == [1, 2, 3]
    assert moved.given_answers.get().value == "so"


def test_a_guest_of_a_staff_only_workshop_sees_its_other_dates(slot: Slot, later: Slot) -> None:
    booking = book(slot)
    Workshop.objects.filter(pk=slot.workshop_id).update(staff_only=True)
    guest = actors.guest(slot.workshop.municipality)
    assert queries.other_dates(booking, guest, NOW) == [later]
    assert move(booking, later).slot_id == later.pk


def test_the_same_date_changes_nothing(slot: Slot, later: Slot) -> None:
    booking = book(slot)
    assert move(booking, slot).sequence == 0
    move(booking, later)
    assert move(booking, later).sequence == 1
    assert taken(slot, later) == [0, 1]


def test_a_full_date_leaves_the_old_seats(slot: Slot, later: Slot) -> None:
    booking = book(slot, 2)
    book(later, 3)
    with pytest.raises(SlotFull) as full:
        move(booking, later)
    assert full.value.extra["seats_left"] == 1
    booking.refresh_from_db()
    assert booking.slot_id == slot.pk
    assert taken(slot, later) == [2, 3]


def test_holds_that_have_ended_make_room(slot: Slot, later: Slot) -> None:
    hold(later, 4)
    late = NOW + timedelta(minutes=31)
    assert move(book(slot, 2, now=late), later, now=late).slot_id == later.pk
    assert taken(slot, later) == [0, 2]


def test_the_freed_seats_go_to_who_waits(slot: Slot, later: Slot, town: Municipality) -> None:
    booking = book(slot, 4)
    waiting.join(actor=actors.guest(town), slot_id=slot.pk, party=party(2), now=NOW)
    move(booking, later)
    assert WaitEntry.objects.get().state == WaitEntry.State.OFFERED
    assert taken(slot, later) == [2, 4]


def test_the_deadline_is_the_citizens_not_the_desks(slot: Slot, later: Slot) -> None:
    booking = book(slot)
    Slot.objects.filter(pk=slot.pk).update(cancel_until_at=NOW - timedelta(hours=1))
    with pytest.raises(ChangeTooLate) as late:
        move(booking, later)
    assert late.value.extra["cancel_until_at"] == (NOW - timedelta(hours=1)).isoformat()
    assert move(booking, later, actor=staff(slot.workshop.municipality)).slot_id == later.pk


def test_who_has_been_let_in_stays(slot: Slot, later: Slot, town: Municipality) -> None:
    booking = book(slot, 2)
    secret = booking.tickets.get(seq=1).secret
    for kind in ("entry", "exit"):
        door.scan(
            actor=staff(town),
            slot_id=slot.pk,
            secret_or_code=secret,
            client_uuid=UUID(f"00000000-0000-4000-8000-00000000000{len(kind)}"),
            now=slot.starts_at,
            kind=kind,
        )
        assert refused(booking, later, actor=staff(town)) == "already_admitted"
    assert Scan.objects.count() == 2


def test_what_cannot_be_moved_or_moved_to(
    slot: Slot, later: Slot, town: Municipality, workshop: Workshop
) -> None:
    booking = book(slot, email="kim@example.org")
    held, given_back = hold(slot), book(slot)
    bookings.cancel_booking(booking_id=given_back.pk, now=NOW)
    assert refused(held, later) == "not_confirmed"
    assert refused(given_back, later) == "booking_cancelled"
    elsewhere = make_slot(town)
    draft = make_slot(town, workshop=workshop, state=Slot.State.DRAFT)
    closed = make_slot(town, workshop=workshop, state=Slot.State.CLOSED)
    cancelled = make_slot(town, workshop=workshop, state=Slot.State.CANCELLED)
    begun = make_slot(town, workshop=workshop, starts_at=NOW - timedelta(minutes=1))
    assert [refused(booking, one) for one in (elsewhere, draft, closed, begun, cancelled)] == [
        "unknown_slot",
        "unknown_slot",
        "booking_closed",
        "booking_closed",
        "slot_cancelled",
    ]
    book(later, email="Kim@example.org")
    assert refused(booking, later) == "already_booked"
    assert taken(slot, later) == [2, 1]


def test_strangers(slot: Slot, later: Slot, town: Municipality, other_town: Municipality) -> None:
    booking = book(slot)
    with pytest.raises(NotFound):
        move(booking, later, actor=staff(other_town))
    with pytest.raises(LoginRequired):
        move(booking, later, actor=actors.guest(town))
    with pytest.raises(NotFound):
        moves.move_booking(booking_id=0, to_slot_id=later.pk, now=NOW)
    with pytest.raises(InvalidInput):
        move(booking, make_slot(other_town))


def test_the_calendar_entry_moves_along(slot: Slot, later: Slot, town: Municipality) -> None:
    """One entry whose version only rises, there and back again, until it is taken out."""
    booking = book(slot)
    for minutes in (1, 2):
        changes = {"starts_at": slot.starts_at - timedelta(minutes=minutes)}
        scheduling.change_slot(actor=staff(town), slot_id=slot.pk, changes=changes, now=NOW)
    (tickets,) = [message for message in deliver() if message.subject.startswith("Ihre Tickets")]
    versions = [calendar(tickets).events[0]]
    for there in (later, slot, later):
        move(booking, there)
        (message,) = deliver()
        versions.append(calendar(message).events[0])
        there.refresh_from_db()
        assert versions[-1].start == there.starts_at
    bookings.cancel_booking(booking_id=booking.pk, now=NOW)
    (message,) = deliver()
    versions.append(calendar(message).events[0])
    numbers = [int(str(event["SEQUENCE"])) for event in versions]
    assert numbers == sorted(set(numbers))
    assert len({str(event["UID"]) for event in versions}) == 1


def test_one_mail_for_the_last_of_several_moves(slot: Slot, later: Slot) -> None:
    booking = book(slot, 2, language="en")
    deliver()
    move(booking, later)
    (message,) = deliver()
    assert message.subject == "Your new date: Löten"
    assert "2 December 2026, 10 am" in message.body
    assert "25 November 2026, 10 am" in message.body
    move(booking, slot)
    move(booking, later)
    assert len(deliver()) == 1
