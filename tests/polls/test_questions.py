"""Changing and removing a question before it is put."""

from datetime import datetime
from typing import Any

import pytest

from participation import actors
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.models import Municipality
from polls.errors import IllegalStep, NoSuchQuestion, QuestionFrozen
from polls.models import Question
from polls.services import questions, rounds, sessions
from polls.services.wording import Wording
from tests.polls.factories import Evening, make_evening
from tests.polls.test_api import key_for


@pytest.fixture
def evening(town: Municipality, now: datetime) -> Evening:
    return make_evening(town, now, state="live")


def at(evening: Evening, **more: Any) -> dict[str, Any]:
    given = {"actor": evening.actor, "code": evening.code, "question_id": evening.question.pk}
    return {**given, **more}


def options(question: Question) -> list[tuple[str, str]]:
    return list(question.options.order_by("position").values_list("text", "text_en"))


def test_words_change_and_the_rest_stays(evening: Evening) -> None:
    changed = questions.change_question(**at(evening, changes={"text": "Wohin?"}))
    changed.refresh_from_db()
    assert (changed.text, changed.type) == ("Wohin?", "single")
    assert options(changed) == [("Wallstraße", "Wall"), ("Markt", "")]
    new = {"options": [("Bahnhof", "Station"), ("Markt", "")], "visibility": "live"}
    changed = questions.change_question(**at(evening, changes=new))
    assert options(changed) == [("Bahnhof", "Station"), ("Markt", "")]
    assert changed.rounds.get().visibility == "live"


def test_another_type_starts_anew(evening: Evening) -> None:
    changed = questions.change_question(**at(evening, changes={"type": "yes_no"}))
    assert [german for german, _english in options(changed)] == ["Ja", "Nein", "Enthaltung"]
    questions.change_question(**at(evening, changes={"text": "Und nun?"}))
    new = {"type": "multiple", "options": [("A", ""), ("B", "")], "config": {"max": 2}}
    changed = questions.change_question(**at(evening, changes=new))
    assert (changed.config, len(options(changed))) == ({"min": 1, "max": 2}, 2)


@pytest.mark.parametrize(
    ("changes", "attr"),
    [
        ({"text": " "}, "text"),
        ({"type": "essay"}, "type"),
        ({"type": "multiple"}, "options"),
        ({"options": [("A", "")]}, "options"),
        ({"config": {"max": 2}}, "config"),
        ({"visibility": "never"}, "visibility"),
    ],
)
def test_each_error(evening: Evening, changes: dict[str, Any], attr: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        questions.change_question(**at(evening, changes=changes))
    assert refused.value.attr == attr
    assert options(evening.question) == [("Wallstraße", "Wall"), ("Markt", "")]


def test_a_question_that_was_put_stands(evening: Evening) -> None:
    rounds.open_round(**evening.at())
    for _state in ("open", "closed"):
        with pytest.raises(QuestionFrozen):
            questions.change_question(**at(evening, changes={"text": "Anders"}))
        with pytest.raises(QuestionFrozen):
            questions.remove_question(**at(evening))
        rounds.close_round(**evening.at())
    rounds.again(**evening.at())
    with pytest.raises(QuestionFrozen):
        questions.remove_question(**at(evening))
    sessions.end_session(actor=evening.actor, code=evening.code, now=evening.now)
    with pytest.raises(IllegalStep):
        questions.remove_question(**at(evening))


def test_after_removing_one_another_is_added(evening: Evening) -> None:
    wording = Wording("yes_no", "Mehr Bänke?")
    second = questions.add_question(actor=evening.actor, code=evening.code, wording=wording)
    questions.remove_question(**at(evening))
    third = questions.add_question(actor=evening.actor, code=evening.code, wording=wording)
    assert list(Question.objects.order_by("position")) == [second, third]


def test_strangers_change_nothing(
    evening: Evening, town: Municipality, other_town: Municipality
) -> None:
    elsewhere = make_evening(town, evening.now, state="live").question.pk
    for more, error in (
        ({"actor": actors.system(other_town)}, NotFound),
        ({"actor": actors.guest(town)}, LoginRequired),
        ({"question_id": elsewhere}, NoSuchQuestion),
    ):
        with pytest.raises(error):
            questions.change_question(**at(evening, **more, changes={"text": "Anders"}))
        with pytest.raises(error):
            questions.remove_question(**at(evening, **more))
    assert Question.objects.count() == 2


def test_by_the_api(evening: Evening, town: Municipality) -> None:
    staff = key_for(town, evening.now)
    url = f"/api/v1/live/{evening.code}/questions/{evening.question.pk}/"
    body: dict[str, Any] = {"text": "Wohin?", "options": ["A", "B"], "options_en": ["a", "b"]}
    changed = staff.patch(url, body, format="json")
    assert (changed.status_code, changed.json()["text"]) == (200, "Wohin?")
    assert [row["text_en"] for row in changed.json()["options"]] == ["a", "b"]
    half = staff.patch(url, {"options_en": ["x", "y"]}, format="json")
    assert (half.status_code, half.json()["errors"][0]["attr"]) == (400, "options")
    assert key_for(town, evening.now, "door").delete(url).status_code == 403
    assert staff.delete(url).status_code == 204
    assert staff.patch(url, {}, format="json").json()["code"] == "no_such_question"
