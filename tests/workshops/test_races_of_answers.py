"""Real threads: a question whose meaning changes while it is answered, and a stand that is taken
away with its first tap on the way."""

from datetime import timedelta
from uuid import uuid4

import pytest

from participation import actors
from participation.models import Municipality
from tests.workshops.factories import NOW, book, make_slot, party, staff
from tests.workshops.open_day_factories import make_open_day, make_stand
from tests.workshops.test_races import at_once
from workshops.models import Answer, Booking, Question, StandCount
from workshops.services import bookings, changes, open_days, questions, stand_counts
from workshops.services.questions import QuestionDetails

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TIMES = 12


def changes_options(question: Question) -> object:
    town = question.workshop.municipality
    details = QuestionDetails(text="Was?", kind="choice", options=["Kirsche", "Pflaume"])
    return questions.change_question(actor=staff(town), question_id=question.pk, details=details)


def make_question(town: Municipality) -> tuple[int, Question]:
    slot = make_slot(town)
    options = ["Apfel", "Birne"]
    return slot.pk, Question.objects.create(
        workshop=slot.workshop, text="Was?", kind="choice", options=options
    )


def test_an_answer_is_one_of_the_options_of_its_question(town: Municipality) -> None:
    for _time in range(TIMES):
        slot_id, question = make_question(town)
        who = party(answers={str(question.pk): "Apfel"})
        booked, changed = at_once(
            lambda slot_id=slot_id, who=who: bookings.book_slot(  # type: ignore[misc]
                actor=actors.guest(town), slot_id=slot_id, party=who, now=NOW
            ),
            lambda question=question: changes_options(question),  # type: ignore[misc]
        )
        # Whoever came second was told.
        assert (booked == "invalid_choice") != (changed == "question_answered")
        question.refresh_from_db()
        given = Answer.objects.filter(question=question).values_list("value", flat=True)
        assert set(given) <= set(question.options)


def test_an_answer_given_later_too(town: Municipality) -> None:
    for _time in range(TIMES):
        _slot_id, question = make_question(town)
        booked = book(make_slot(town, workshop=question.workshop))
        answered, changed = at_once(
            lambda pk=booked.pk, question=question: changes.change_booking(  # type: ignore[misc]
                booking_id=pk, changes={"answers": {str(question.pk): "Apfel"}}, now=NOW
            ),
            lambda question=question: changes_options(question),  # type: ignore[misc]
        )
        assert isinstance(answered, Booking) == (changed == "question_answered")
        question.refresh_from_db()
        given = Answer.objects.filter(question=question).values_list("value", flat=True)
        assert set(given) <= set(question.options)


def test_a_stand_goes_or_counts_its_first_tap(town: Municipality) -> None:
    for _time in range(TIMES):
        open_day = make_open_day(town, starts_at=NOW - timedelta(hours=1))
        stand = make_stand(open_day)
        tap = stand_counts.Tap(client_uuid=uuid4(), amount=1, tapped_at=NOW)
        removed, counted = at_once(
            lambda pk=stand.pk: open_days.remove_stand(  # type: ignore[misc]
                actor=staff(town), stand_id=pk
            ),
            lambda token=stand.token, tap=tap: stand_counts.count_by_token(  # type: ignore[misc]
                token=token, tap=tap, now=NOW
            ),
        )
        if removed == "stand_has_counts":
            assert counted.count == 1
        else:
            assert (removed, counted) == (None, "not_found")
        is_counted = removed == "stand_has_counts"
        assert StandCount.objects.filter(stand_id=stand.pk).exists() == is_counted
