"""Ending a role: what the service holds, whoever presses the button."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection

from participation import actors
from participation.errors import LoginRequired, NotAllowed, NotFound, RuleBroken
from participation.models import Membership, Municipality
from participation.models.access import Role
from participation.services import people
from tests.factories import make_user, member

pytestmark = pytest.mark.django_db


def role(town: Municipality, name: str = Role.DOOR) -> Membership:
    return member(None, town, name).memberships.get()


def test_it_ends_now_and_once(town: Municipality, now: datetime) -> None:
    membership, actor = role(town), actors.system(town)
    ended = people.end_membership(actor=actor, membership_id=membership.pk, now=now)
    later = now + timedelta(days=1)
    again = people.end_membership(actor=actor, membership_id=membership.pk, now=later)
    assert (ended.valid_until_at, again.valid_until_at) == (now, now)
    assert not actors.for_user(membership.user, town, now).is_staff


def test_one_that_has_not_begun_was_never_there(town: Municipality, now: datetime) -> None:
    membership = people.grant_role(user=make_user(), role=Role.DOOR, municipality=town, now=now)
    people.end_membership(actor=actors.system(town), membership_id=membership.pk, now=now)
    assert not Membership.objects.exists()


def test_who_may_not(town: Municipality, other_town: Municipality, now: datetime) -> None:
    membership = role(town)
    worker = actors.for_user(member(None, town, Role.CASE_WORKER), town, now)
    for actor, refusal in (
        (actors.guest(town), LoginRequired),
        (worker, NotAllowed),
        (actors.system(other_town), NotFound),
    ):
        with pytest.raises(refusal):
            people.end_membership(actor=actor, membership_id=membership.pk, now=now)
    membership.refresh_from_db()
    assert membership.valid_until_at is None


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_heads_cannot_end_each_other(town: Municipality, now: datetime) -> None:
    heads = [role(town, Role.ADMIN), role(town, Role.ADMIN)]
    acting = [actors.for_user(head.user, town, now) for head in heads]
    start, answers = threading.Barrier(2), []

    def end(number: int) -> None:
        start.wait(timeout=20)
        try:
            people.end_membership(actor=acting[number], membership_id=heads[1 - number].pk, now=now)
            answers.append("ended")
        except RuleBroken as error:
            answers.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=end, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["ended", "last_admin"]
    assert Membership.objects.filter(valid_until_at=None).count() == 1
