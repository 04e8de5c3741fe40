"""Two hands on one count at once: real threads against one database."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from participation import actors
from participation.actors import Actor
from participation.errors import RuleBroken
from participation.models.access import Role
from polls import queries
from polls.models import PaperTally, ResultRecord
from polls.services import papers, records
from tests.factories import make_town, member
from tests.polls.factories import Evening, make_evening
from tests.polls.test_papers import enter, sign
from tests.polls.test_records import correct, end, publish

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def evening(transactional_db: None) -> Evening:
    return make_evening(make_town(), timezone.now())


@pytest.fixture
def people(evening: Evening) -> list[Actor]:
    town, now = evening.session.municipality, datetime.now(tz=evening.now.tzinfo)
    found = [member(None, town, Role.FACILITATOR) for _n in range(3)]
    return [actors.for_user(user, town, now) for user in found]


def together(*steps: Callable[[], Any]) -> list[str]:
    """What each said: `ok`, or the code of the rule it broke."""
    start, said = threading.Barrier(len(steps)), ["" for _ in steps]

    def run(number: int, step: Callable[[], Any]) -> None:
        start.wait()
        try:
            step()
            said[number] = "ok"
        except RuleBroken as error:
            said[number] = error.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_two_countersign_at_once(evening: Evening, people: list[Actor]) -> None:
    ada, ben, cem = people
    tally = enter(evening, ada, 5, 2)
    said = together(lambda: sign(evening, ben, tally), lambda: sign(evening, cem, tally))
    assert sorted(said) == ["illegal_step", "ok"]
    assert PaperTally.objects.get().countersigned_by == (ben, cem)[said.index("ok")].user


def test_a_change_against_the_countersignature(evening: Evening, people: list[Actor]) -> None:
    ada, ben, _cem = people
    tally = enter(evening, ada, 5, 2)
    changed, signed = together(lambda: enter(evening, ada, 9, 9), lambda: sign(evening, ben, tally))
    found = PaperTally.objects.get()
    if signed == "ok":
        assert (changed, found.ballots) == ("paper_signed", 7)
    else:
        assert (changed, signed) == ("ok", "version_conflict")
        assert (found.ballots, found.countersigned_at) == (18, None)


def test_a_count_against_the_publication(evening: Evening, people: list[Actor]) -> None:
    end(evening)
    _entered, published = together(
        lambda: enter(evening, people[0], 5, 2), lambda: publish(evening)
    )
    assert published in {"ok", "paper_unsigned"}
    if published == "ok":
        assert '"paper":[]' in ResultRecord.objects.get().body


def test_two_first_counts_at_once(evening: Evening, people: list[Actor]) -> None:
    said = together(*(lambda who=who: enter(evening, who, 5, 2) for who in people))
    assert said == ["ok"] * 3
    assert PaperTally.objects.count() == 1


def test_withdrawn_and_signed_at_once(evening: Evening, people: list[Actor]) -> None:
    ada, ben, _cem = people
    tally = enter(evening, ada, 5, 2)
    said = together(
        lambda: papers.withdraw_tally(actor=ada, code=evening.code, tally_id=tally.pk),
        lambda: sign(evening, ben, tally),
    )
    assert (said[0], PaperTally.objects.count()) == ("ok", 0)
    assert said[1] in {"ok", "not_found"}


def test_two_corrections_at_once(evening: Evening) -> None:
    end(evening)
    old = publish(evening)
    said = together(
        lambda: correct(evening, old, title="Erste"), lambda: correct(evening, old, title="Zweite")
    )
    assert sorted(said) == ["ok", "version_conflict"]
    assert [row.supersedes for row in queries.versions(evening.session)] == [old, None]
    assert (
        records.publish_session(actor=evening.actor, code=evening.code, now=evening.now).supersedes
        == old
    )
