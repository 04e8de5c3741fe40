"""People whom a door without a network let in beyond the seats: kept, seated after all, settled."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from participation import actors
from participation.actors import Actor
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.models import Municipality
from tests.workshops.conftest import client
from tests.workshops.factories import NOW, book, make_slot, staff
from tests.workshops.test_races import at_once, check_seats
from workshops import privacy, queries
from workshops.errors import (
    AlreadySettled,
    BookingClosed,
    QuestionAnswered,
    SlotCancelled,
    SlotFull,
)
from workshops.models import Answer, Booking, Question, RefusedAnswer, RefusedWalkIn, Slot
from workshops.queries import retention
from workshops.services import bookings, door, questions, refused_walk_ins, scheduling
from workshops.services.questions import QuestionDetails

MINUTE = timedelta(minutes=1)
START = NOW + 30 * MINUTE
UPLOADED = START + 20 * MINUTE


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return make_slot(town, capacity=3, starts_at=START)


@pytest.fixture
def gate(slot: Slot) -> Actor:
    return staff(slot.workshop.municipality)


def upload(slot: Slot, gate: Actor, size: int, uuid: UUID, **options: Any) -> Booking:
    """What was taken without a network at the start, handed in later."""
    options = {"now": UPLOADED, "occurred_at": START, "name": "Öztürk", "offline": True, **options}
    return door.walk_in(
        actor=gate, slot_id=slot.pk, party_size=size, client_uuid=uuid, gate="Garten", **options
    )


def refused(
    slot: Slot, gate: Actor, size: int = 4, *, now: datetime = UPLOADED, **options: Any
) -> RefusedWalkIn:
    with pytest.raises(SlotFull):
        upload(slot, gate, size, uuid4(), now=now, **options)
    return RefusedWalkIn.objects.latest("pk")


class TestKept:
    def test_what_does_not_fit_is_kept_once_and_refused_for_good(
        self, slot: Slot, gate: Actor
    ) -> None:
        upload(slot, gate, 2, uuid4())
        uuid = uuid4()
        for _again in range(2):
            with pytest.raises(SlotFull):
                upload(slot, gate, 2, uuid)
        Slot.objects.filter(pk=slot.pk).update(capacity=9)
        with pytest.raises(SlotFull):
            upload(slot, gate, 2, uuid)
        (kept,) = queries.refused_described(gate, list(queries.refused_walk_ins(gate, slot.pk)))
        assert (kept["party_size"], kept["name"], kept["gate"]) == (2, "Öztürk", "Garten")
        assert (kept["reason"], kept["occurred_at"], kept["received_at"]) == (
            "slot_full",
            START,
            UPLOADED,
        )
        assert (kept["settled_at"], kept["code"]) == (None, "")
        slot.refresh_from_db()
        assert slot.seats_taken == 2

    def test_a_closed_and_a_cancelled_date(self, slot: Slot, gate: Actor) -> None:
        with pytest.raises(BookingClosed):
            upload(slot, gate, 1, uuid4(), occurred_at=slot.ends_at, now=slot.ends_at + MINUTE)
        scheduling.cancel_slot(actor=gate, slot_id=slot.pk, now=NOW, reason="Sturm")
        with pytest.raises(SlotCancelled):
            upload(slot, gate, 1, uuid4())
        reasons = RefusedWalkIn.objects.order_by("pk").values_list("reason", flat=True)
        assert list(reasons) == ["booking_closed", "slot_cancelled"]

    def test_with_a_network_nobody_came_in(self, slot: Slot, gate: Actor) -> None:
        with pytest.raises(SlotFull):
            upload(slot, gate, 4, uuid4(), occurred_at=None, offline=False)
        assert not RefusedWalkIn.objects.exists()

    def test_it_goes_with_the_date(self, slot: Slot, gate: Actor) -> None:
        kept = refused(slot, gate)
        Slot.objects.filter(pk=slot.pk).update(capacity=9)
        refused_walk_ins.seat(actor=gate, slot_id=slot.pk, refused_id=kept.pk, now=UPLOADED)
        Slot.objects.filter(pk=slot.pk).update(state="done")
        assert privacy.purge_due(now=slot.ends_at + timedelta(days=31)) > 0
        assert not RefusedWalkIn.objects.exists()
        assert not Booking.objects.exists()


class TestAnswers:
    """What was answered at the door stays with the people who did not fit."""

    @pytest.fixture
    def asked(self, slot: Slot) -> tuple[Question, Question]:
        at_door = {"workshop": slot.workshop, "asked": Question.Asked.DOOR}
        allergies = Question.objects.create(text="Allergien?", keep_days=2, **at_door)
        return allergies, Question.objects.create(text="Alter?", kind="number", **at_door)

    def test_kept_once_as_far_as_they_are_right(
        self, slot: Slot, gate: Actor, asked: tuple[Question, Question]
    ) -> None:
        allergies, age = asked
        answers = {str(allergies.pk): "Nüsse", str(age.pk): "alt", "999": "?"}
        uuid = uuid4()
        for given in (answers, {str(age.pk): 7}):
            with pytest.raises(SlotFull):
                upload(slot, gate, 4, uuid, answers=given)
        (kept,) = queries.refused_described(gate, list(queries.refused_walk_ins(gate, slot.pk)))
        assert kept["answers"] == [{"question": "Allergien?", "answer": "Nüsse"}]
        at_desk = queries.questions(gate, slot.workshop_id)
        assert [vars(row)["is_answered"] for row in at_desk] == [True, False]
        with pytest.raises(QuestionAnswered):
            questions.change_question(
                actor=gate,
                question_id=allergies.pk,
                details=QuestionDetails(text="Allergien?", asked="door", kind="yes_no"),
            )

    def test_the_booking_gets_them_even_of_a_question_asked_no_more(
        self, slot: Slot, gate: Actor, asked: tuple[Question, Question]
    ) -> None:
        kept = refused(slot, gate, answers={str(asked[0].pk): "Nüsse", str(asked[1].pk): "41"})
        questions.retire_question(actor=gate, question_id=asked[1].pk, now=START)
        Slot.objects.filter(pk=slot.pk).update(capacity=9)
        booking = refused_walk_ins.seat(
            actor=gate, slot_id=slot.pk, refused_id=kept.pk, now=UPLOADED
        )
        assert [answer.value for answer in queries.answers(booking)] == ["Nüsse", 41]
        assert privacy.data_of(booking)["answers"] == [
            {"question": "Allergien?", "answer": "Nüsse"},
            {"question": "Alter?", "answer": 41},
        ]
        assert not RefusedAnswer.objects.exists()
        privacy.erase_booking(booking_id=booking.pk, now=UPLOADED)
        kept.refresh_from_db()
        assert (kept.name, Answer.objects.count()) == ("", 0)

    def test_they_go_in_their_time(
        self, slot: Slot, gate: Actor, asked: tuple[Question, Question]
    ) -> None:
        refused(slot, gate, answers={str(asked[0].pk): "Nüsse", str(asked[1].pk): "41"})
        Slot.objects.filter(pk=slot.pk).update(state="done")
        day = timedelta(days=1)
        assert privacy.purge_due(now=slot.ends_at + 2 * day - MINUTE) == 0
        (planned,) = retention.plan(slot.ends_at + 2 * day)
        assert planned.counts == {"refused_answers": 1}
        assert privacy.purge_due(now=slot.ends_at + 2 * day) == 1
        assert [left.value for left in RefusedAnswer.objects.all()] == [41]
        assert privacy.purge_due(now=slot.ends_at + 31 * day) == 2
        assert not RefusedAnswer.objects.exists()
        assert not RefusedWalkIn.objects.exists()


class TestSeenTo:
    def seat(self, kept: RefusedWalkIn, actor: Actor) -> Booking:
        return refused_walk_ins.seat(
            actor=actor, slot_id=kept.slot_id, refused_id=kept.pk, now=UPLOADED
        )

    def settle(self, kept: RefusedWalkIn, actor: Actor, note: str = "") -> RefusedWalkIn:
        return refused_walk_ins.settle(
            actor=actor, slot_id=kept.slot_id, refused_id=kept.pk, now=UPLOADED, note=note
        )

    def test_seated_as_soon_as_there_are_seats(self, slot: Slot, gate: Actor) -> None:
        kept = refused(slot, gate)
        with pytest.raises(SlotFull):
            self.seat(kept, gate)
        Slot.objects.filter(pk=slot.pk).update(capacity=4)
        booking = self.seat(kept, gate)
        assert self.seat(kept, gate) == booking
        assert (booking.party_size, booking.source) == (4, "walk_in")
        assert queries.door_counts(booking.slot)["inside"] == 4
        assert [one.entered_at for one in booking.tickets.all()] == [START] * 4
        kept.refresh_from_db()
        assert (kept.booking, kept.settled_by) == (booking, gate.principal)

    def test_settled_without_seats(self, slot: Slot, gate: Actor) -> None:
        kept = refused(slot, gate)
        assert self.settle(kept, gate, "Saßen hinten").settled_at == UPLOADED
        assert self.settle(kept, gate, "Anders").note == "Saßen hinten"
        with pytest.raises(AlreadySettled):
            self.seat(kept, gate)

    @pytest.mark.parametrize("note", ["a" * 201, "zwei\nZeilen"])
    def test_a_note_is_one_short_line(self, slot: Slot, gate: Actor, note: str) -> None:
        kept = refused(slot, gate)
        with pytest.raises(InvalidInput):
            self.settle(kept, gate, note)
        kept.refresh_from_db()
        assert kept.settled_at is None

    def test_strangers(self, slot: Slot, gate: Actor, other_town: Municipality) -> None:
        kept = refused(slot, gate)
        guest = actors.guest(slot.workshop.municipality)
        for step in (self.seat, self.settle):
            with pytest.raises(NotFound):
                step(kept, staff(other_town))
            with pytest.raises(LoginRequired):
                step(kept, guest)
        with pytest.raises(NotFound):
            queries.refused_walk_ins(staff(other_town), slot.pk)


def test_over_the_api(slot: Slot, gate: Actor) -> None:
    api = client(slot.workshop.municipality, "door")
    url = f"/api/v1/municipalities/{slot.workshop.municipality.slug}/slots/{slot.pk}/walk-ins/"
    Slot.objects.filter(pk=slot.pk).update(starts_at=NOW - 60 * MINUTE)
    kept = refused(slot, gate)
    (row,) = api.get(f"{url}refused/").json()["results"]
    assert (row["id"], row["party_size"], row["reason"]) == (kept.pk, 4, "slot_full")
    assert api.post(f"{url}refused/{kept.pk}/settle/", {"note": "a" * 201}).status_code == 400
    settled = api.post(f"{url}refused/{kept.pk}/settle/", {"note": "Sitzen hinten"})
    assert (settled.status_code, settled.json()["settled_at"] is None) == (200, False)
    assert (settled.json()["note"], settled.json()["answers"]) == ("Sitzen hinten", [])
    answer = api.post(f"{url}refused/{kept.pk}/seat/")
    assert (answer.status_code, answer.json()["code"]) == (409, "already_settled")
    assert api.post(f"{url}refused/999999/seat/").status_code == 404


@pytest.mark.parametrize("count", [1, 8])
def test_statements(
    slot: Slot, gate: Actor, count: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    asked = Question.objects.create(workshop=slot.workshop, asked="door", text="Allergien?")
    for _time in range(count):
        refused(slot, gate, answers={str(asked.pk): "Nüsse"})
    with django_assert_num_queries(3):
        queries.refused_described(gate, list(queries.refused_walk_ins(gate, slot.pk)))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture
    def slot(self, transactional_db: None, town: Municipality) -> Slot:
        return make_slot(town, capacity=3, starts_at=START)

    def test_sent_twice_while_seats_come_free(self, slot: Slot, gate: Actor) -> None:
        """One end for these people, whichever try is first: a booking, or one row."""
        for _time in range(5):
            others, uuid = book(slot, 2), uuid4()

            def send(uuid: UUID = uuid) -> Booking:
                return upload(slot, gate, 2, uuid, now=START)

            at_once(
                send,
                send,
                lambda pk=others.pk: bookings.cancel_booking(  # type: ignore[misc]
                    booking_id=pk, actor=gate, by="desk", now=NOW
                ),
            )
            seated = Booking.objects.filter(
                scans__client_uuid=uuid, state__in=Booking.SEATED
            ).count()
            assert seated + RefusedWalkIn.objects.filter(client_uuid=uuid).count() == 1
            check_seats(slot)
            for booking in Booking.objects.filter(slot=slot, state__in=Booking.SEATED):
                bookings.cancel_booking(booking_id=booking.pk, actor=gate, by="desk", now=NOW)

    def test_seated_twice_and_settled_at_once(self, slot: Slot, gate: Actor) -> None:
        for _time in range(5):
            others = book(slot, 3)
            kept = refused(slot, gate, 2, now=START)
            bookings.cancel_booking(booking_id=others.pk, actor=gate, by="desk", now=NOW)
            asked = {"actor": gate, "slot_id": slot.pk, "refused_id": kept.pk, "now": START}
            at_once(
                lambda asked=asked: refused_walk_ins.seat(**asked),  # type: ignore[misc]
                lambda asked=asked: refused_walk_ins.seat(**asked),  # type: ignore[misc]
                lambda asked=asked: refused_walk_ins.settle(**asked),  # type: ignore[misc]
            )
            kept.refresh_from_db()
            mine = Booking.objects.filter(slot=slot, name="Öztürk", state__in=Booking.SEATED)
            assert mine.count() == (1 if kept.booking else 0)
            check_seats(slot)
            for booking in mine:
                bookings.cancel_booking(booking_id=booking.pk, actor=gate, by="desk", now=NOW)
