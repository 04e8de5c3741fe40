"""The room all at once: real threads against one database."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from participation.errors import RuleBroken
from participation.models import Idea
from polls.models import Ballot, Contribution, Upvote
from polls.services import ballots, contributions, rounds, sessions, upvotes
from polls.services.ballots import Ack
from tests.factories import make_town
from tests.polls.factories import Evening
from tests.polls.rooms import agree, ask, make_room, say

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
THREADS = 6


@pytest.fixture
def evening(transactional_db: None) -> Evening:
    return make_room(make_town(), timezone.now())


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """Run them together; what is refused comes back as its code."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return work()
        except RuleBroken as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_one_seat_agrees_from_many_phones(evening: Evening) -> None:
    question, seat = ask(evening), evening.seat()
    at_once([lambda: agree(evening, question, seat)] * THREADS)
    question.refresh_from_db()
    assert (question.votes, Upvote.objects.count()) == (1, 1)


def test_every_agreement_counts(evening: Evening) -> None:
    question = ask(evening)

    def batch() -> None:
        for _n in range(5):
            wishes = [
                upvotes.Wish(evening.session.pk, evening.seat(), question.pk, up=True)
                for _n in range(4)
            ]
            upvotes.cast_upvotes(wishes, timezone.now())

    at_once([batch] * THREADS)
    question.refresh_from_db()
    assert question.votes == Upvote.objects.count() == THREADS * 20


def test_one_question_sent_many_times_is_one(evening: Evening) -> None:
    seat, key = evening.seat(), uuid4()
    found = at_once([lambda: ask(evening, seat=seat, id=key)] * THREADS)
    assert {row.pk for row in found} == {key}
    assert Contribution.objects.count() == 1


def test_a_seat_keeps_its_rate_whatever_comes_at_once(evening: Evening) -> None:
    seat = evening.seat()
    found = at_once([lambda: ask(evening, seat=seat)] * 9)
    assert found.count("rate_limited") == 4
    assert Contribution.objects.count() == 5


def test_two_facilitators_make_one_idea(evening: Evening) -> None:
    card = ask(evening, kind="card", consent=True)

    def pass_on() -> Any:
        done = contributions.pass_on(
            actor=evening.actor,
            code=evening.code,
            contribution_id=card.pk,
            now=timezone.now(),
            theme="kultur",
        )
        return done.idea_id

    assert set(at_once([pass_on] * THREADS)) == {Idea.objects.get().pk}


def test_text_ballots_against_the_close(evening: Evening) -> None:
    """Each acknowledged ballot has its card, and none of them a seat."""

    def vote() -> list[Any]:
        return [
            ballots.cast_ballots([say(evening, f"Wort {n}")], timezone.now())[0] for n in range(15)
        ]

    def close() -> list[Any]:
        while Contribution.objects.count() < 10:
            pass
        rounds.close_round(**evening.at(now=timezone.now()))
        return []

    outcomes = [one for found in at_once([vote] * THREADS + [close]) for one in found]
    acked = sum(isinstance(outcome, Ack) for outcome in outcomes)
    assert acked == Ballot.objects.count() == Contribution.objects.count()
    assert not Contribution.objects.exclude(seat=None, ballot=None, created_at=None).exists()


def test_questions_and_agreement_against_the_end(evening: Evening) -> None:
    """What came in time is cut with the rest; what came late is refused."""
    rounds.close_round(**evening.at())
    question = ask(evening)

    def write() -> list[Any]:
        found = []
        for _n in range(10):
            for work in (lambda: ask(evening), lambda: agree(evening, question, evening.seat())):
                try:
                    work()
                    found.append("kept")
                except RuleBroken as error:
                    found.append(error.code)
        return found

    def end() -> list[Any]:
        while Contribution.objects.count() < 10:
            pass
        sessions.end_session(actor=evening.actor, code=evening.code, now=timezone.now())
        return []

    found = {one for words in at_once([write] * 4 + [end]) for one in words}
    assert found <= {"kept", "session_not_live", "no_such_contribution"}
    assert not Contribution.objects.exclude(seat=None, created_at=None).exists()
    assert not Upvote.objects.exists()
