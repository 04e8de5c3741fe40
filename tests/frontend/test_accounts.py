"""Logging in with password and with code, and the account's own page."""

import re

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django_tasks_db.models import DBTaskResult

from frontend.accounts import send_account_mail
from participation.models import Municipality
from participation.models.access import Role
from tests.factories import PASSWORD, make_user, member


def run_mails() -> None:
    """What the worker would do."""
    for result in DBTaskResult.objects.order_by("enqueued_at", "pk"):
        send_account_mail.call(**result.args_kwargs["kwargs"])


def test_guests_are_asked_to_log_in(client: Client, db: None) -> None:
    assert client.get("/konto/").headers["Location"] == "/konto/login/?next=/konto/"


def test_password(client: Client, db: None) -> None:
    make_user("kim@example.org", name="Kim Müller")
    response = client.post(
        "/konto/login/", {"login": "kim@example.org", "password": PASSWORD}, follow=True
    )
    assert response.redirect_chain == [("/konto/", 302)]
    assert "Guten Tag, Kim Müller" in response.content.decode()


def test_a_wrong_password_says_so_and_keeps_the_address(client: Client, db: None) -> None:
    make_user("kim@example.org")
    page = client.post(
        "/konto/login/", {"login": "kim@example.org", "password": "falsch"}
    ).content.decode()
    assert "data-error-summary" in page
    assert 'value="kim@example.org"' in page


def test_code_by_mail(client: Client, db: None) -> None:
    make_user("kim@example.org")
    client.post("/konto/login/code/", {"email": "kim@example.org"})
    run_mails()
    run_mails()
    assert [message.subject for message in mail.outbox] == ["Ihr Code zum Anmelden"]
    [message] = mail.outbox
    code = re.search(r"^[A-Z0-9-]{6,9}$", str(message.body), re.MULTILINE)
    assert code
    assert isinstance(message, EmailMultiAlternatives)
    assert code[0] in str(message.alternatives[0][0])
    response = client.post("/konto/login/code/confirm/", {"code": code[0]}, follow=True)
    assert response.redirect_chain[-1] == ("/konto/", 302)


def test_the_page_leads_to_the_desks_of_ones_towns(client: Client, town: Municipality) -> None:
    client.force_login(member(None, town, Role.CASE_WORKER))
    page = client.get("/konto/").content.decode()
    assert "Sachbearbeitung" in page
    assert 'href="/menden/verwaltung/"' in page


@pytest.mark.parametrize(
    "path",
    [
        "/konto/login/",
        "/konto/signup/",
        "/konto/login/code/",
        "/konto/password/reset/",
        "/konto/email/",
        "/konto/password/change/",
        "/konto/logout/",
        "/konto/2fa/",
    ],
)
def test_every_page_stands_in_our_frame(client: Client, town: Municipality, path: str) -> None:
    if path in {"/konto/email/", "/konto/password/change/", "/konto/logout/", "/konto/2fa/"}:
        client.force_login(member(None, town, Role.DOOR))
    page = client.get(path).content.decode()
    assert 'class="mw-skip"' in page
    assert page.count("<h1") == 1
