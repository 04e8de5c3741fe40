"""What a workshop asks: the desk's questions, their conditions, and the answers of a booking."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from participation import actors
from participation.actors import Actor
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.models import Municipality
from tests.workshops.factories import NOW, book, hold, make_slot, staff
from workshops import queries
from workshops.errors import QuestionAnswered, QuestionInUse
from workshops.models import Answer, Booking, Question, Slot
from workshops.services import questions
from workshops.services.questions import QuestionDetails

FRUIT: dict[str, Any] = {"kind": "choice", "options": ["Apfel", "Birne", "Kirsche"]}


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return make_slot(town)


def ask(slot: Slot, text: str = "Was?", **details: Any) -> Question:
    return questions.add_question(
        actor=staff(slot.workshop.municipality),
        workshop_id=slot.workshop_id,
        details=QuestionDetails(text=text, **details),
    )


def change(question: Question, **details: Any) -> Question:
    given = {"text": question.text, "kind": question.kind, "options": question.options} | details
    return questions.change_question(
        actor=staff(question.workshop.municipality),
        question_id=question.pk,
        details=QuestionDetails(**given),
    )


def stored(booking: Booking) -> dict[int, Any]:
    return dict(Answer.objects.filter(booking=booking).values_list("question_id", "value"))


def every_step(actor: Actor, question: Question) -> list[Callable[[], object]]:
    details, pk, workshop = QuestionDetails(text="Was?"), question.pk, question.workshop_id
    return [
        lambda: questions.add_question(actor=actor, workshop_id=workshop, details=details),
        lambda: questions.change_question(actor=actor, question_id=pk, details=details),
        lambda: questions.move_question(actor=actor, question_id=pk, up=True),
        lambda: questions.retire_question(actor=actor, question_id=pk, now=NOW),
        lambda: queries.questions(actor, workshop),
        lambda: queries.question(actor, pk),
    ]


def texts(slot: Slot) -> list[str]:
    actor = staff(slot.workshop.municipality)
    return [row.text for row in queries.questions(actor, slot.workshop_id)]


class TestAnswers:
    @pytest.mark.parametrize(
        ("details", "given", "value"),
        [
            ({}, " Ein Text ", "Ein Text"),
            ({"kind": "number"}, 3, 3),
            ({"kind": "number"}, "2,5", 2.5),
            (FRUIT, "Birne", "Birne"),
            ({**FRUIT, "kind": "several"}, ["Kirsche", "Apfel"], ["Apfel", "Kirsche"]),
            ({"kind": "yes_no"}, False, False),
            ({"kind": "yes_no"}, "yes", True),
            ({"kind": "date"}, "2012-02-29", "2012-02-29"),
        ],
    )
    def test_each_kind_is_stored_as_what_it_is(
        self, slot: Slot, details: dict[str, Any], given: Any, value: Any
    ) -> None:
        question = ask(slot, **details, is_required=True)
        booking = hold(slot, answers={str(question.pk): given})
        assert stored(booking) == {question.pk: value}

    @pytest.mark.parametrize(
        ("details", "given", "code"),
        [
            ({}, "x" * 1001, "max_length"),
            ({}, 7, "invalid"),
            ({}, " ", "required"),
            ({}, None, "required"),
            ({"kind": "number"}, "viele", "invalid"),
            ({"kind": "number"}, True, "invalid"),
            ({"kind": "number"}, "nan", "invalid"),
            ({"kind": "number"}, "1e400", "invalid"),
            ({"kind": "number"}, 10**400, "invalid"),
            ({"kind": "number"}, {}, "invalid"),
            (FRUIT, "Ananas", "invalid_choice"),
            (FRUIT, ["Apfel"], "invalid_choice"),
            ({**FRUIT, "kind": "several"}, "Apfel", "invalid_choice"),
            ({**FRUIT, "kind": "several"}, ["Apfel", {}], "invalid_choice"),
            ({**FRUIT, "kind": "several"}, [], "required"),
            ({"kind": "yes_no"}, "vielleicht", "invalid"),
            ({"kind": "yes_no"}, [], "required"),
            ({"kind": "date"}, "29.02.2012", "invalid"),
            ({"kind": "date"}, "2011-02-29", "invalid"),
            ({"kind": "date"}, "0001-01-01", "invalid"),
            ({"kind": "date"}, 20120229, "invalid"),
        ],
    )
    def test_what_is_no_answer_names_its_question_and_books_nothing(
        self, slot: Slot, details: dict[str, Any], given: Any, code: str
    ) -> None:
        question = ask(slot, **details, is_required=True)
        with pytest.raises(InvalidInput) as refused:
            hold(slot, answers={str(question.pk): given})
        assert (refused.value.attr, refused.value.code) == (f"answers.{question.pk}", code)
        assert not Booking.objects.exists()

    def test_a_question_nobody_asked_is_refused(self, slot: Slot) -> None:
        elsewhere = ask(make_slot(slot.workshop.municipality))
        at_door = ask(slot, asked="door")
        for name in (str(elsewhere.pk), str(at_door.pk), "x", "0"):
            with pytest.raises(InvalidInput) as refused:
                hold(slot, answers={name: "ja"})
            assert (refused.value.attr, refused.value.code) == (
                f"answers.{name}",
                "unknown_question",
            )

    @pytest.mark.parametrize(
        ("details", "value", "met", "unmet"),
        [
            ({"kind": "yes_no"}, "yes", True, False),
            ({"kind": "yes_no"}, "no", "no", "yes"),
            (FRUIT, "Birne", "Birne", "Apfel"),
            ({**FRUIT, "kind": "several"}, "Birne", ["Apfel", "Birne"], ["Apfel"]),
        ],
    )
    def test_a_conditional_question_counts_only_where_its_condition_holds(
        self, slot: Slot, details: dict[str, Any], value: str, met: Any, unmet: Any
    ) -> None:
        first = ask(slot, **details)
        then = ask(slot, depends_on_id=first.pk, depends_value=value, is_required=True)
        last = ask(slot, kind="yes_no")
        other = hold(slot, answers={str(first.pk): unmet, str(then.pk): "weg", str(last.pk): False})
        assert then.pk not in stored(other)
        assert stored(other)[last.pk] is False
        with pytest.raises(InvalidInput):
            hold(slot, answers={str(first.pk): met})
        assert stored(hold(slot, answers={str(first.pk): met, str(then.pk): "so"}))[then.pk] == "so"
        assert stored(hold(slot)) == {}

    def test_the_desk_may_leave_questions_open(self, slot: Slot) -> None:
        ask(slot, is_required=True)
        assert stored(book(slot)) == {}

    def test_answers_change_one_by_one_and_take_their_followers_along(self, slot: Slot) -> None:
        first = ask(slot, kind="yes_no")
        then = ask(slot, depends_on_id=first.pk, depends_value="yes")
        other = ask(slot, kind="number")
        one, two, three = (str(row.pk) for row in (first, then, other))
        booking = hold(slot, answers={one: True, two: "so", three: 1})

        def store(given: dict[str, Any]) -> dict[int, Any]:
            return questions.store_answers(booking=booking, given=given, asked="booking", now=NOW)

        assert store({three: 2}) == {first.pk: True, then.pk: "so", other.pk: 2}
        assert store({three: None}) == {first.pk: True, then.pk: "so"} == stored(booking)
        assert store({one: False}) == {first.pk: False} == stored(booking)

    def test_the_door_asks_its_own_and_knows_what_was_answered(self, slot: Slot) -> None:
        first = ask(slot, kind="yes_no")
        at_door = ask(slot, asked="door", depends_on_id=first.pk, depends_value="yes")
        booking = hold(slot, answers={str(first.pk): True})
        given = {str(at_door.pk): "rot"}
        questions.store_answers(booking=booking, given=given, asked="door", now=NOW)
        assert stored(booking) == {first.pk: True, at_door.pk: "rot"}
        without = hold(slot)
        assert questions.store_answers(booking=without, given=given, asked="door", now=NOW) == {}

    def test_a_booking_with_questions_takes_two_statements_more(
        self, slot: Slot, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(6):
            hold(slot)
        question = ask(slot)
        with django_assert_num_queries(8):
            hold(slot, answers={str(question.pk): "ja"})


class TestDesk:
    def test_add_reword_order_and_retire(self, slot: Slot, town: Municipality) -> None:
        first, second, third = (ask(slot, text) for text in ("Eins", "Zwei", "Drei"))
        change(second, text="Zweitens", is_required=True, keep_days=7)
        questions.move_question(actor=staff(town), question_id=third.pk, up=True)
        assert texts(slot) == ["Eins", "Drei", "Zweitens"]
        questions.move_question(actor=staff(town), question_id=first.pk, up=True)
        questions.move_question(actor=staff(town), question_id=first.pk, up=False)
        assert texts(slot) == ["Drei", "Eins", "Zweitens"]
        questions.retire_question(actor=staff(town), question_id=first.pk, now=NOW)
        assert texts(slot) == ["Drei", "Zweitens"]
        with pytest.raises(NotFound):
            change(first)

    def test_the_meaning_is_fixed_by_the_first_answer(self, slot: Slot) -> None:
        question = ask(slot, **FRUIT)
        change(question, options=["Apfel", "Birne"])
        booking = hold(slot, answers={str(question.pk): "Apfel"})
        question.refresh_from_db()
        for different in (
            {"options": ["Apfel", "Pflaume"]},
            {"kind": "several"},
            {"kind": "text"},
            {"asked": "door"},
        ):
            with pytest.raises(QuestionAnswered):
                change(question, **different)
        change(question, text="Welches Obst?", help_text="Frisch", is_required=True)
        question.refresh_from_db()
        assert (question.text, question.options) == ("Welches Obst?", ["Apfel", "Birne"])
        assert stored(booking) == {question.pk: "Apfel"}

    def test_a_question_that_others_hang_on_stays_before_them(
        self, slot: Slot, town: Municipality
    ) -> None:
        first = ask(slot, kind="yes_no")
        then = ask(slot, depends_on_id=first.pk, depends_value="yes")
        refused: list[Callable[[], object]] = [
            lambda: questions.retire_question(actor=staff(town), question_id=first.pk, now=NOW),
            lambda: questions.move_question(actor=staff(town), question_id=first.pk, up=False),
            lambda: questions.move_question(actor=staff(town), question_id=then.pk, up=True),
            lambda: change(first, kind="text"),
        ]
        for step in refused:
            with pytest.raises(QuestionInUse):
                step()

    @pytest.mark.parametrize(
        ("details", "attr"),
        [
            ({"text": " "}, "text"),
            ({"text": "x" * 201}, "text"),
            ({"kind": "poem"}, "kind"),
            ({"asked": "later"}, "asked"),
            ({"kind": "choice", "options": ["Apfel"]}, "options"),
            ({"kind": "choice", "options": ["Apfel", "Apfel"]}, "options"),
            ({"kind": "choice", "options": [str(n) for n in range(31)]}, "options"),
            ({"keep_days": 3651}, "keep_days"),
            ({"depends_on_id": 0, "depends_value": "yes"}, "depends_on"),
        ],
    )
    def test_details_that_do_not_fit(self, slot: Slot, details: dict[str, Any], attr: str) -> None:
        with pytest.raises(InvalidInput) as refused:
            ask(slot, **{"text": "Was?", **details})
        assert refused.value.attr == attr
        assert not Question.objects.exists()

    def test_a_condition_is_an_earlier_question_with_few_answers(self, slot: Slot) -> None:
        open_text, at_door = ask(slot), ask(slot, kind="yes_no", asked="door")
        yes_no = ask(slot, kind="yes_no")
        elsewhere = ask(make_slot(slot.workshop.municipality), kind="yes_no")
        for other, value in (
            (open_text, "yes"),
            (at_door, "yes"),
            (elsewhere, "yes"),
            (yes_no, "maybe"),
            (yes_no, ""),
        ):
            with pytest.raises(InvalidInput):
                ask(slot, depends_on_id=other.pk, depends_value=value)
        with pytest.raises(InvalidInput):
            change(yes_no, depends_on_id=yes_no.pk, depends_value="yes")

    def test_twenty_are_enough(self, slot: Slot) -> None:
        for _number in range(20):
            ask(slot)
        with pytest.raises(InvalidInput):
            ask(slot)

    def test_strangers(self, slot: Slot, town: Municipality, other_town: Municipality) -> None:
        question = ask(slot)
        for actor, error in ((staff(other_town), NotFound), (actors.guest(town), LoginRequired)):
            for step in every_step(actor, question):
                with pytest.raises(error):
                    step()
        assert Question.objects.get().retired_at is None

    def test_a_retired_question_is_asked_until_that_moment(
        self, slot: Slot, town: Municipality
    ) -> None:
        question = ask(slot)
        end = NOW + timedelta(hours=1)
        questions.retire_question(actor=staff(town), question_id=question.pk, now=end)
        assert queries.asked_questions(slot.workshop_id, asked="booking", now=NOW) == [question]
        assert queries.asked_questions(slot.workshop_id, asked="booking", now=end) == []


@pytest.mark.parametrize(("language", "said"), [("de", "06.05.2014"), ("en", "6 May 2014")])
def test_a_day_is_read_the_same_way_everywhere(language: str, said: str) -> None:
    answer = Answer(question=Question(kind=Question.Kind.DATE), value="2014-05-06")
    with translation.override(language):
        assert answer.as_text == said
