"""Copies, templates and rehearsals: what is prepared comes along, and nothing that was said."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from participation import actors
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.models import Municipality
from polls import queries
from polls.errors import IllegalStep, NotARehearsal, QuestionFrozen, RoundClosed
from polls.models import Ballot, LiveSession, Question, Round, Seat
from polls.models.answers import ANSWERS, QuestionType
from polls.models.answers.places import box_of
from polls.services import (
    ballots,
    copies,
    order,
    questions,
    records,
    rehearsals,
    rounds,
    sessions,
    simulation,
)
from polls.services.wording import Wording
from tests.polls.factories import BIKES, Evening, make_evening

TWO = [("Rot", "Red"), ("Blau", ""), ("Grün", "")]
EVERY_TYPE = [
    BIKES,
    Wording("multiple", "Welche?", options=TWO, config={"max": 2}),
    Wording("yes_no", "Soll es?"),
    Wording("scale", "Wie sehr?"),
    Wording("rating", "Wie gut?", options=TWO),
    Wording("ranking", "In welcher Folge?", options=TWO),
    Wording("points", "Wofür?", options=TWO, config={"total": 7, "max": 4}),
    Wording("number", "Wie viele?", config={"min": -3, "max": 444}),
    Wording("words", "Was fehlt?"),
    Wording("text", "Warum?", config={"length": 20}),
    Wording("quiz", "Wann?", options=TWO, config={"right": [1, 3]}),
    Wording("image", "Welches Bild?", options=TWO),
    Wording("pin", "Wo?", config={"on": "map", "box": [8.0, 51.0, 8.2, 51.2]}),
]


def copy(evening: Evening, **more: Any) -> LiveSession:
    given: dict[str, Any] = {
        "actor": evening.actor,
        "code": evening.code,
        "now": evening.now,
        **more,
    }
    return copies.copy_session(**given)


def words_of(session: LiveSession) -> list[Any]:
    return [
        (
            question.position,
            question.type,
            question.text,
            question.texts,
            question.image.name,
            question.config,
            [
                (option.position, option.text, option.image.name)
                for option in question.options.all()
            ],
            [(round_.n, round_.state, round_.visibility) for round_ in question.rounds.all()],
        )
        for question in session.questions.order_by("position")
    ]


def test_the_next_evening_asks_the_same(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, visibility="live")
    Question.objects.update(texts={"leicht": "Wohin?"}, image="live/a.jpg", image_alt="Ein Rad")
    ballots.cast_one(evening.cast(), now)
    rounds.close_round(**evening.at())
    fresh = copy(evening, title="Noch einmal")
    assert (fresh.title, fresh.state, fresh.kind, fresh.visibility) == (
        "Noch einmal",
        "draft",
        "real",
        "live",
    )
    assert fresh.code != evening.code
    (asked,) = words_of(fresh)
    assert asked == (
        1,
        "single",
        "Wohin mit den Rädern?",
        {"leicht": "Wohin?"},
        "live/a.jpg",
        {},
        [(1, "Wallstraße", ""), (2, "Markt", "")],
        [(1, "draft", "live")],
    )
    assert fresh.questions.get().frozen_at is None


def test_codes_come_along_and_tickets_do_not(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, eligibility="codes")
    assert copy(evening).eligibility == "codes"
    assert copy(evening, kind="rehearsal").eligibility == "anyone"


def test_a_template_is_only_copied(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    template = copy(evening, kind="template", title="Vorlage")
    at: dict[str, Any] = {"actor": evening.actor, "code": template.code}
    with pytest.raises(IllegalStep):
        sessions.start_session(**at, now=now)
    with pytest.raises(NotFound):
        queries.session_by_code(template.code)
    with pytest.raises(NotFound):
        queries.live_session(actors.guest(town), template.code)
    assert template not in queries.sessions(evening.actor)
    copies.remove_prepared(**at)
    assert not LiveSession.objects.filter(kind="template").exists()
    with pytest.raises(IllegalStep):
        copies.remove_prepared(actor=evening.actor, code=evening.code)


def test_other_towns_see_and_copy_what_is_shared(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    evening = make_evening(town, now)
    template = copy(evening, kind="template")
    stranger = actors.system(other_town)
    at: dict[str, Any] = {"actor": stranger, "code": template.code, "now": now}
    assert list(queries.templates(stranger)) == []
    with pytest.raises(NotFound):
        copies.copy_session(**at)
    copies.share_template(actor=evening.actor, code=template.code, shared=True)
    assert list(queries.templates(stranger)) == [template]
    fresh = copies.copy_session(**at)
    assert (fresh.municipality, fresh.kind, fresh.shared) == (other_town, "real", False)
    assert words_of(fresh) == words_of(template)
    with pytest.raises(NotFound):
        copies.share_template(actor=stranger, code=template.code, shared=False)
    with pytest.raises(NotFound):
        copies.copy_session(**{**at, "code": evening.code})
    copies.share_template(actor=evening.actor, code=template.code, shared=False)
    assert list(queries.templates(stranger)) == []


def test_a_map_is_the_map_of_the_town_that_asks(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    evening = make_evening(town, now)
    box = [8.0, 51.0, 8.2, 51.2]
    pin = Wording("pin", "Wo?", config={"on": "map", "box": box}, image_alt=f"Plan: {town.name}")
    questions.add_question(actor=evening.actor, code=evening.code, wording=pin)
    template = copy(evening, kind="template")
    copies.share_template(actor=evening.actor, code=template.code, shared=True)
    theirs = copies.copy_session(actor=actors.system(other_town), code=template.code, now=now)
    here, there = (one.questions.get(type="pin") for one in (template, theirs))
    assert (here.config["box"], here.image_alt) == (box, f"Plan: {town.name}")
    assert there.config["box"] == box_of(other_town)
    assert there.image_alt == f"Plan: {other_town.name}"


def test_only_templates_are_shared(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    with pytest.raises(IllegalStep):
        copies.share_template(actor=evening.actor, code=evening.code, shared=True)


def test_guests_copy_nothing(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    with pytest.raises(LoginRequired):
        copy(evening, actor=actors.guest(town))
    with pytest.raises(InvalidInput):
        copy(evening, title="x" * 161)


@pytest.mark.parametrize("count", [1, 20])
def test_templates_cost_two_statements(
    town: Municipality, now: datetime, count: int, django_assert_num_queries: Any
) -> None:
    evening = make_evening(town, now)
    for _n in range(count):
        copy(evening, kind="template")
    with django_assert_num_queries(2):
        found = [
            (row.municipality.name, len(row.questions.all()))
            for row in queries.templates(evening.actor)
        ]
    assert len(found) == count


# --- Order ---------------------------------------------------------------------------------------


def test_questions_change_places_until_they_are_put(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    at: dict[str, Any] = {"actor": evening.actor, "code": evening.code}
    second = questions.add_question(**at, wording=BIKES)
    third = questions.add_question(**at, wording=BIKES)
    order.move_question(**at, question_id=third.pk, up=True)
    order.move_question(**at, question_id=third.pk, up=True)
    expected = [evening.question.pk, third.pk, second.pk]
    stands = list(Question.objects.order_by("position").values_list("pk", flat=True))
    assert stands == expected
    with pytest.raises(QuestionFrozen):
        order.move_question(**at, question_id=evening.question.pk, up=False)
    order.move_question(**at, question_id=third.pk, up=False)
    stands = list(Question.objects.order_by("position").values_list("pk", flat=True))
    assert stands == [evening.question.pk, second.pk, third.pk]


def test_a_question_put_already_is_copied_as_a_new_one(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    fresh = order.duplicate_question(
        actor=evening.actor, code=evening.code, question_id=evening.question.pk
    )
    assert (fresh.text, fresh.position, fresh.rounds.get().state) == (BIKES.text, 2, "draft")


def test_a_stranger_moves_nothing(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    evening = make_evening(town, now, state="draft")
    at: dict[str, Any] = {"actor": actors.system(other_town), "code": evening.code}
    with pytest.raises(NotFound):
        order.move_question(**at, question_id=evening.question.pk, up=True)
    with pytest.raises(NotFound):
        order.duplicate_question(**at, question_id=evening.question.pk)


# --- Rehearsals ----------------------------------------------------------------------------------


@pytest.fixture
def rehearsal(town: Municipality, now: datetime) -> LiveSession:
    """Live, with a question of each type, all open."""
    evening = make_evening(town, now, state="draft")
    for wording in EVERY_TYPE[1:]:
        questions.add_question(actor=evening.actor, code=evening.code, wording=wording)
    Question.objects.get(type="image").options.update(image="live/a.jpg")
    made = copy(evening, kind="rehearsal")
    sessions.start_session(actor=evening.actor, code=made.code, now=now)
    for round_ in Round.objects.filter(question__session=made).order_by("pk"):
        rounds.open_round(actor=evening.actor, code=made.code, round_id=round_.pk, now=now)
    return made


def test_invented_voters_answer_every_type(rehearsal: LiveSession, now: datetime) -> None:
    actor = actors.system(rehearsal.municipality)
    at: dict[str, Any] = {"actor": actor, "code": rehearsal.code, "now": now}
    dice = random.Random(7)
    assert len(EVERY_TYPE) == len(QuestionType.values)
    assert rehearsals.simulate_voters(**at, count=30, dice=dice) == 30 * len(EVERY_TYPE)
    assert Seat.objects.filter(session=rehearsal).count() == 30
    tallies = queries.tallies(Round.objects.values_list("pk", flat=True)).values()
    assert sorted(tally.ballots for tally in tallies) == [0] * 13 + [30] * 13


@pytest.mark.parametrize("type_", QuestionType.values)
def test_every_drawn_value_is_valid(rehearsal: LiveSession, type_: str) -> None:
    question = rehearsal.questions.get(type=type_)
    spec = question.spec(question.options.order_by("position"))
    for seed in range(200):
        value = simulation.random_value(random.Random(seed), spec)
        ANSWERS[type_].clean(spec, value)


@pytest.mark.parametrize("count", [0, 501, -1])
def test_not_more_than_a_hall(rehearsal: LiveSession, now: datetime, count: int) -> None:
    actor = actors.system(rehearsal.municipality)
    with pytest.raises(InvalidInput):
        rehearsals.simulate_voters(actor=actor, code=rehearsal.code, count=count, now=now)


def test_a_real_evening_has_no_invented_voters(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    at: dict[str, Any] = {"actor": evening.actor, "code": evening.code, "now": now, "count": 5}
    with pytest.raises(NotARehearsal):
        rehearsals.simulate_voters(**at)
    made = copy(evening, kind="rehearsal")
    with pytest.raises(RoundClosed):
        rehearsals.simulate_voters(**{**at, "code": made.code})
    assert not Ballot.objects.exists()


def test_a_rehearsal_never_becomes_a_record(rehearsal: LiveSession, now: datetime) -> None:
    actor = actors.system(rehearsal.municipality)
    at: dict[str, Any] = {"actor": actor, "code": rehearsal.code, "now": now}
    for round_ in Round.objects.filter(question__session=rehearsal):
        rounds.close_round(**at, round_id=round_.pk)
    sessions.end_session(**at)
    with pytest.raises(IllegalStep):
        records.publish_session(**at)
    assert rehearsal not in queries.sessions(actor)
    assert rehearsal not in queries.current_sessions(actor)


def test_a_rehearsal_is_gone_the_day_after(rehearsal: LiveSession, now: datetime) -> None:
    actor = actors.system(rehearsal.municipality)
    rehearsals.simulate_voters(actor=actor, code=rehearsal.code, count=3, now=now)
    closed = Round.objects.filter(question__session=rehearsal).first()
    assert closed is not None
    rounds.close_round(actor=actor, code=rehearsal.code, round_id=closed.pk, now=now)
    soon = now + timedelta(hours=23)
    assert rehearsals.delete_old_rehearsals(now=soon) == 0
    assert rehearsals.delete_old_rehearsals(now=now + timedelta(hours=25)) == 1
    assert list(LiveSession.objects.values_list("kind", flat=True)) == ["real"]
    assert not Seat.objects.exists()
    assert not Ballot.objects.exists()
