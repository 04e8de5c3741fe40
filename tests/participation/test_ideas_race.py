"""Many at once: references, supports, transfers. Real threads, on SQLite and PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from participation import actors
from participation.errors import RuleBroken
from participation.models import Idea, Support, Transition
from participation.models.ideas import State
from participation.services import ideas, merges, statuses, supports, transfers
from participation.services.statuses import Step
from tests.factories import make_town
from tests.participation.idea_factories import draft, make_idea, person, shared_theme, staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def at_once(jobs: list[Callable[[], object]]) -> list[str]:
    """Start all jobs together. Returns `ok` or the code of the rule each broke."""
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> str:
        try:
            barrier.wait()
            job()
        except RuleBroken as error:
            return error.code
        else:
            return "ok"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return sorted(pool.map(run, jobs))


def test_ten_ideas_at_once_get_ten_references(now: datetime) -> None:
    town = make_town()
    shared_theme()
    drafts = [draft(email=f"kim{number}@example.org") for number in range(10)]
    jobs: list[Callable[[], object]] = [
        partial(ideas.hand_in, actor=actors.guest(town), draft=one, now=now) for one in drafts
    ]
    assert at_once(jobs) == ["ok"] * 10
    numbers = sorted(Idea.objects.values_list("reference", flat=True))
    assert [row[-5:] for row in numbers] == [f"{number:05d}" for number in range(1, 11)]


def test_one_person_supporting_eight_times_counts_once(now: datetime) -> None:
    town = make_town()
    idea, kim = make_idea(town, now), person(town, now)
    jobs: list[Callable[[], object]] = [
        lambda: supports.give_support(actor=kim, reference=idea.reference, now=now)
    ] * 8
    assert at_once(jobs) == ["ok"] * 8
    idea.refresh_from_db()
    assert (idea.support_count, Support.objects.count()) == (1, 1)


def test_eight_people_supporting_at_once_count_eight(now: datetime) -> None:
    town = make_town()
    idea = make_idea(town, now)
    people = [person(town, now) for _number in range(8)]
    jobs: list[Callable[[], object]] = [
        partial(supports.give_support, actor=one, reference=idea.reference, now=now)
        for one in people
    ]
    assert at_once(jobs) == ["ok"] * 8
    idea.refresh_from_db()
    assert idea.support_count == 8


def test_of_two_steps_at_once_one_is_taken(now: datetime) -> None:
    town = make_town()
    idea, worker = make_idea(town, now), staff(town, now)
    jobs: list[Callable[[], object]] = [
        lambda: statuses.change_status(
            actor=worker, reference=idea.reference, step=Step(State.IN_REVIEW, 1), now=now
        )
    ] * 2
    assert at_once(jobs) == ["ok", "version_conflict"]
    assert Transition.objects.count() == 1


def test_of_two_answers_to_a_transfer_one_counts(now: datetime) -> None:
    town, other = make_town(), make_town()
    idea = make_idea(town, now)
    taker = staff(other, now)
    offer = transfers.offer_transfer(
        actor=staff(town, now), reference=idea.reference, to=other.slug, now=now
    )
    jobs: list[Callable[[], object]] = [
        lambda: transfers.accept_transfer(
            actor=taker, reference=idea.reference, transfer_id=offer.pk, now=now
        )
    ] * 2
    assert at_once(jobs) == ["ok", "transfer_closed"]


def test_a_merge_into_an_idea_that_is_handed_over_meanwhile(now: datetime) -> None:
    town, other = make_town(), make_town()
    source, target = make_idea(town, now), make_idea(town, now)
    worker, taker = staff(town, now), staff(other, now)
    offer = transfers.offer_transfer(
        actor=worker, reference=target.reference, to=other.slug, now=now
    )
    jobs: list[Callable[[], object]] = [
        lambda: transfers.accept_transfer(
            actor=taker, reference=target.reference, transfer_id=offer.pk, now=now
        ),
        lambda: merges.merge_ideas(
            actor=worker, reference=source.reference, into=target.reference, now=now
        ),
    ]
    # Whoever comes first: a merge into what is gone is refused, an idea merged into may still go.
    assert at_once(jobs) in (["ok", "ok"], ["ok", "unknown_idea"])
