"""Accounts, log-in by password and by code, invitations."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError
from django.test import Client
from django_tasks_db.models import DBTaskResult

from participation import actors, secrets
from participation.errors import InvalidInput, NotAllowed, NotFound
from participation.models import Membership, Municipality, User
from participation.models.access import Role, Scope
from participation.services import invitations
from participation.services.invitations import (
    InvitationExpired,
    InvitationOfAnother,
    InvitationUsed,
)
from tests.factories import PASSWORD, make_user, member


def work() -> None:
    """What waits in the queue, as the worker would do it."""
    call_command("db_worker", batch=True, interval=0, verbosity=0)


@pytest.mark.django_db
def test_one_account_an_address_whatever_the_case() -> None:
    user = User.objects.create_user("Kim@Example.ORG", "geheim")
    assert user.email == "kim@example.org"
    assert User.objects.get_by_natural_key("KIM@example.org ") == user
    with pytest.raises(IntegrityError):
        User.objects.bulk_create([User(email="KIM@EXAMPLE.ORG")])


@pytest.mark.django_db
def test_log_in_by_password(client: Client) -> None:
    user = make_user("kim@example.org")
    answer = client.post("/konto/login/", {"login": "KIM@example.org", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/konto/")
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.django_db
def test_a_wrong_password_does_not_say_whether_the_address_is_known(client: Client) -> None:
    make_user("kim@example.org")
    known = client.post("/konto/login/", {"login": "kim@example.org", "password": "x"})
    unknown = client.post("/konto/login/", {"login": "lou@example.org", "password": "x"})
    assert known.context["form"].errors == unknown.context["form"].errors
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db(transaction=True)
def test_log_in_by_code_which_leaves_through_the_queue(client: Client) -> None:
    user = make_user("kim@example.org")
    client.post("/konto/login/code/", {"email": "kim@example.org"})
    assert mail.outbox == []
    assert DBTaskResult.objects.count() == 1
    work()
    assert mail.outbox[0].to == ["kim@example.org"]
    match = re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", str(mail.outbox[0].body), re.MULTILINE)
    assert match
    client.post("/konto/login/code/confirm/", {"code": match.group(1)})
    assert client.session["_auth_user_id"] == str(user.pk)


def offer(town: Municipality, now: Any, email: str = "lou@example.org") -> tuple[Any, str]:
    chief = actors.for_user(member(None, town, Role.ADMIN), town, now)
    offered = invitations.invite(actor=chief, email=email, role=Role.DOOR, now=now)
    return offered, secrets.derived("invitation", offered.pk)


@pytest.mark.django_db(transaction=True)
def test_an_invitation_mails_once_and_gives_the_role(town: Municipality, now: Any) -> None:
    offered, token = offer(town, now, " Lou@Example.org ")
    work()
    [message] = mail.outbox
    assert message.to == ["lou@example.org"]
    assert message.subject == "Einladung, in Menden mitzuarbeiten"
    assert f"/konto/einladung/{token}/" in str(message.body)
    assert token not in str(vars(offered))

    lou = make_user("lou@example.org")
    membership = invitations.accept_invitation(user=lou, token=token, now=now)
    assert (membership.municipality, membership.role) == (town, Role.DOOR)
    assert actors.for_user(lou, town, now).may(Scope.DOOR)
    with pytest.raises(InvitationUsed):
        invitations.accept_invitation(user=lou, token=token, now=now)
    assert Membership.objects.filter(user=lou).count() == 1


@pytest.mark.django_db
def test_an_invitation_has_an_end_and_an_addressee(town: Municipality, now: Any) -> None:
    _offered, token = offer(town, now)
    later = now + timedelta(days=14)
    with pytest.raises(InvitationOfAnother):
        invitations.accept_invitation(user=make_user("max@example.org"), token=token, now=now)
    lou = make_user("lou@example.org")
    with pytest.raises(InvitationExpired):
        invitations.accept_invitation(user=lou, token=token, now=later)
    with pytest.raises(NotFound):
        invitations.accept_invitation(user=lou, token="erfunden", now=now)
    assert not lou.memberships.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "role", "attr"),
    [
        ("kim@", "door", "email"),
        ("kim@example.org\nBcc: a@b.example", "door", "email"),
        ("kim@example.org", "coordinator", "role"),
        ("kim@example.org", "king", "role"),
    ],
)
def test_invitations_that_make_no_sense(
    town: Municipality, now: Any, email: str, role: str, attr: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        invitations.invite(actor=actors.system(town), email=email, role=role, now=now)
    assert refused.value.attr == attr
    assert not town.invitations.exists()


@pytest.mark.django_db
def test_only_who_runs_the_town_invites(
    town: Municipality, other_town: Municipality, now: Any
) -> None:
    invite: Callable[..., Any] = invitations.invite
    for user in (member(None, town, Role.FACILITATOR), member(None, other_town, Role.ADMIN)):
        with pytest.raises(NotAllowed):
            invite(actor=actors.for_user(user, town, now), email="a@b.de", role="door", now=now)
