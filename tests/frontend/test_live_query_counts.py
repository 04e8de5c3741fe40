"""The results' page and the quiz's list ask as often for thirty as for one."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from participation import actors
from participation.actors import Actor
from participation.models import Municipality
from participation.models.access import Role
from polls.services import ballots, players, questions, rounds, sessions
from tests.factories import member
from tests.polls.factories import BIKES, Evening, make_evening
from tests.polls.test_papers import enter, sign
from tests.polls.test_players import QUIZ, quiz_evening
from tests.polls.test_records import publish

pytestmark = pytest.mark.django_db
RESULTS_QUERIES = 9
PUBLISHED_QUERIES = 9
LIST_QUERIES = {"wand/": 8, "ergebnisse/": 10}
DESK_QUERIES = 19


def person(town: Municipality, now: datetime) -> Actor:
    return actors.for_user(member(None, town, Role.FACILITATOR), town, now)


def told(evening: Evening, ada: Actor, ben: Actor) -> None:
    """Voted, counted by hand as well, closed and revealed."""
    ballots.cast_one(evening.cast(), evening.now)
    rounds.close_round(**evening.at())
    sign(evening, ben, enter(evening, ada, 6, 2))
    rounds.reveal_round(**evening.at())


@pytest.mark.parametrize("count", [1, 30])
def test_results_of_one_question_and_of_thirty(
    client: Client,
    town: Municipality,
    now: datetime,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ada, ben = person(town, now), person(town, now)
    evening = make_evening(town, now)
    told(evening, ada, ben)
    for _number in range(count - 1):
        made = questions.add_question(actor=ada, code=evening.code, wording=BIKES)
        options = list(made.options.order_by("position").values_list("pk", flat=True))
        more = Evening(evening.actor, evening.session, made, made.rounds.get(), options, now)
        rounds.open_round(**more.at())
        told(more, ada, ben)
    url = f"/live/{evening.code}/ergebnisse/"
    with django_assert_num_queries(RESULTS_QUERIES):
        page = client.get(url).content.decode()
    assert page.count("Dazu von Hand gezählt") == count
    sessions.end_session(actor=ada, code=evening.code, now=now)
    publish(evening)
    with django_assert_num_queries(PUBLISHED_QUERIES):
        page = client.get(url).content.decode()
    assert page.count("Dazu von Hand gezählt") == count


def quiz_of(town: Municipality, now: datetime, count: int) -> Evening:
    """Everyone on the list has answered, and right."""
    evening = quiz_evening(town, now)
    right = QUIZ.config["right"][0] - 1
    for number in range(count):
        seat = evening.seat()
        name = f"Team {number}"
        players.choose_nickname(code=evening.code, seat=seat, nickname=name, now=now)
        value: dict[str, Any] = {"options": [evening.options[right]]}
        ballots.cast_one(evening.cast(seat=seat, value=value), now)
    rounds.close_round(**evening.at())
    rounds.reveal_round(**evening.at())
    return evening


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("part", LIST_QUERIES)
def test_a_list_of_one_player_and_of_thirty(
    client: Client,
    town: Municipality,
    now: datetime,
    count: int,
    part: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    evening = quiz_of(town, now, count)
    with django_assert_num_queries(LIST_QUERIES[part]):
        page = client.get(f"/live/{evening.code}/{part}").content.decode()
    assert "Team 0" in page


@pytest.mark.parametrize("count", [1, 30])
def test_the_desk_lists_one_player_and_thirty(
    client: Client,
    town: Municipality,
    now: datetime,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    evening = quiz_of(town, now, count)
    client.force_login(member(None, town, Role.FACILITATOR))
    client.get("/menden/verwaltung/live/")
    with django_assert_num_queries(DESK_QUERIES):
        page = client.get(f"/menden/verwaltung/live/{evening.code}/").content.decode()
    assert page.count("Team ") >= count
