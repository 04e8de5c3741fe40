"""Inviting, accepting, and ending a role: the pages of a town's head and of who was invited."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from participation.models import Invitation, Membership, Municipality, User
from participation.models.access import Role
from participation.secrets import derived
from tests.factories import PASSWORD, make_user, member

pytestmark = pytest.mark.django_db
TEAM = "/menden/verwaltung/team/"
# Session, person, town, roles; two for the list's page; the invitations.
TEAM_QUERIES = 7


@pytest.fixture
def head(town: Municipality) -> User:
    return member(make_user("kim@example.org", name="Kim Berger"), town, Role.ADMIN)


@pytest.fixture
def desk(client: Client, head: User) -> Client:
    client.force_login(head)
    return client


def invite(desk: Client, email: str = "lou@example.org", role: str = Role.DOOR) -> str:
    """The path in the mail that went out."""
    response = desk.post(TEAM, {"email": email, "role": role})
    assert response.status_code == 302, response.content.decode()
    return f"/konto/einladung/{derived('invitation', Invitation.objects.latest('pk').pk)}/"


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(words.split())


@pytest.mark.django_db(transaction=True)
def test_from_the_invitation_to_the_first_day(desk: Client) -> None:
    path = invite(desk)
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    [message] = mail.outbox
    assert path in str(message.body)
    assert "lou@example.org" in text(desk.get(TEAM))
    lou = as_user(make_user("lou@example.org", name="Lou Vogt"))
    page = lou.get(path)
    assert page.status_code == 200
    assert "in Menden als „Einlass“" in text(page)
    assert not Membership.objects.filter(user__email="lou@example.org").exists()
    welcome = lou.post(path, follow=True)
    assert welcome.redirect_chain == [("/menden/verwaltung/", 302)]
    assert "Willkommen im Team von Menden!" in text(welcome)
    listed = text(desk.get(TEAM))
    assert "Lou Vogt Einlass lou@example.org" in listed
    assert "Offene Einladungen" not in listed


def test_a_guest_logs_in_and_comes_back(desk: Client) -> None:
    path, guest = invite(desk), Client()
    make_user("lou@example.org")
    page = guest.get(path)
    assert f'href="/konto/login/?next={path}"' in page.content.decode()
    assert f'href="/konto/signup/?next={path}"' in page.content.decode()
    assert guest.post(path).status_code == 200
    assert not Membership.objects.filter(role=Role.DOOR).exists()
    login = {"login": "lou@example.org", "password": PASSWORD, "next": path}
    assert guest.post("/konto/login/", login).headers["Location"] == path
    assert guest.post(path).headers["Location"] == "/menden/verwaltung/"


@pytest.mark.django_db(transaction=True)
def test_someone_new_signs_up_and_comes_back(desk: Client) -> None:
    path, guest = invite(desk), Client()
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    account = {"email": "lou@example.org", "password1": PASSWORD, "next": path}
    assert guest.post("/konto/signup/", account).status_code == 302
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    code = re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    answer = guest.post("/konto/confirm-email/", {"code": code[1]})
    assert answer.headers["Location"] == path
    assert guest.post(path).headers["Location"] == "/menden/verwaltung/"


def test_each_refusal_has_its_sentence(desk: Client, now: datetime) -> None:
    path = invite(desk)
    lou, max_ = make_user("lou@example.org"), make_user("max@example.org")
    answers = {}

    def ask(name: str, client: Client, address: str) -> None:
        read, sent = client.get(address), client.post(address)
        assert read.status_code == sent.status_code
        answers[name] = (read.status_code, text(read))

    ask("unknown", as_user(lou), "/konto/einladung/erfunden/")
    ask("another", as_user(max_), path)
    as_user(lou).post(path)
    ask("used", as_user(lou), path)
    Invitation.objects.update(accepted_at=None, expires_at=now - timedelta(seconds=1))
    ask("expired", as_user(lou), path)
    assert {name: status for name, (status, _text) in answers.items()} == {
        "unknown": 404,
        "another": 403,
        "used": 409,
        "expired": 410,
    }
    assert "kennen wir nicht" in answers["unknown"][1]
    assert "gilt einer anderen E-Mail-Adresse" in answers["another"][1]
    assert "max@example.org" in answers["another"][1]
    assert "schon angenommen" in answers["used"][1]
    assert "ist abgelaufen" in answers["expired"][1]
    assert not Membership.objects.filter(user=max_).exists()


def test_an_invitation_to_a_town_not_open_yet(desk: Client, town: Municipality) -> None:
    path = invite(desk)
    town.state = Municipality.State.INVITED
    town.save(update_fields=["state"])
    lou = as_user(make_user("lou@example.org"))
    assert lou.post(path).headers["Location"] == "/konto/"


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"email": "lou@", "role": "door"}, "Bitte prüfen Sie die E-Mail-Adresse."),
        ({"email": "lou@example.org"}, "Bitte wählen Sie eine Rolle."),
        ({"email": "lou@example.org", "role": "coordinator"}, "Bitte wählen Sie eine Rolle."),
        ({"email": "KIM@example.org", "role": "admin"}, "Diese Person hat die Rolle schon."),
    ],
)
def test_what_cannot_be_invited_is_said_beside_the_field(
    desk: Client, sent: dict[str, str], says: str
) -> None:
    page = desk.post(TEAM, sent)
    assert page.status_code == 422
    assert says in text(page)
    assert f'value="{sent["email"]}"' in page.content.decode()
    assert not Invitation.objects.exists()


def test_a_withdrawn_invitation_is_over(desk: Client) -> None:
    path = invite(desk)
    pk = Invitation.objects.get().pk
    done = desk.post(f"/menden/verwaltung/einladungen/{pk}/zurueckziehen/", follow=True)
    assert "Die Einladung an lou@example.org gilt nicht mehr." in text(done)
    assert "Offene Einladungen" not in text(done)
    assert as_user(make_user("lou@example.org")).post(path).status_code == 410
    Invitation.objects.update(accepted_at=Invitation.objects.get().expires_at)
    used = desk.post(f"/menden/verwaltung/einladungen/{pk}/zurueckziehen/", follow=True)
    assert "schon angenommen" in text(used)


def test_ending_a_role_asks_once_and_closes_the_desk(desk: Client, town: Municipality) -> None:
    lou = member(make_user("lou@example.org", name="Lou Vogt"), town, Role.DOOR)
    path = f"{TEAM}{lou.memberships.get().pk}/beenden/"
    question = desk.get(path)
    assert "Rolle wirklich beenden?" in text(question)
    assert as_user(lou).get("/menden/einlass/").status_code == 200
    done = desk.post(path, follow=True)
    assert "Die Rolle von Lou Vogt ist beendet." in text(done)
    assert "lou@example.org" not in text(done)
    assert as_user(lou).get("/menden/einlass/").status_code == 403
    assert desk.post(path).status_code == 404


def test_the_last_head_stays(desk: Client, head: User) -> None:
    path = f"{TEAM}{head.memberships.get().pk}/beenden/"
    assert "die letzte Leitung" in text(desk.post(path, follow=True))
    assert desk.get(TEAM).status_code == 200


def test_a_head_may_go_when_another_is_there(desk: Client, head: User, town: Municipality) -> None:
    member(None, town, Role.ADMIN)
    assert desk.post(f"{TEAM}{head.memberships.get().pk}/beenden/").status_code == 302
    assert desk.get(TEAM).status_code == 403


PLACES: list[Callable[[int, int], str]] = [
    lambda _m, _i: "team/",
    lambda m, _i: f"team/{m}/beenden/",
    lambda _m, i: f"einladungen/{i}/zurueckziehen/",
]


@pytest.mark.parametrize("place", PLACES)
def test_strangers(
    client: Client,
    town: Municipality,
    other_town: Municipality,
    head: User,
    place: Callable[[int, int], str],
) -> None:
    invite(as_user(head))
    before = Invitation.objects.values().get()
    part = place(head.memberships.get().pk, Invitation.objects.get().pk)
    path = f"/menden/verwaltung/{part}"
    ask = client.post if "einladungen" in part else client.get
    assert ask(path).headers["Location"] == f"/konto/login/?next={path}"
    client.force_login(member(None, town, Role.CASE_WORKER))
    assert client.post(path, {"email": "a@example.org", "role": "admin"}).status_code == 403
    client.force_login(member(None, other_town, Role.ADMIN))
    assert client.post(path, {"email": "a@example.org", "role": "admin"}).status_code == 403
    theirs = client.post(f"/arnsberg/verwaltung/{part}", {})
    assert theirs.status_code == (422 if part == "team/" else 404)
    assert Invitation.objects.values().get() == before
    assert head.memberships.get().valid_until_at is None


@pytest.mark.parametrize("others", [0, 29])
def test_one_number_of_queries(
    desk: Client, town: Municipality, others: int, django_assert_num_queries: Any
) -> None:
    for number in range(others):
        member(make_user(name=f"Person {number}"), town, Role.DOOR)
        invite(desk, f"gast-{number}@example.org")
    invite(desk)
    desk.get(TEAM)
    with django_assert_num_queries(TEAM_QUERIES):
        assert desk.get(TEAM).status_code == 200


def test_only_heads_see_the_entry(desk: Client, town: Municipality) -> None:
    assert f'href="{TEAM}"' in desk.get("/menden/verwaltung/").content.decode()
    worker = as_user(member(None, town, Role.CASE_WORKER))
    assert f'href="{TEAM}"' not in worker.get("/menden/verwaltung/").content.decode()
