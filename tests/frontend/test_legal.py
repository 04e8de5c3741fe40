"""Legal pages of the network and of each town; reporting a barrier."""

import pytest
from django.core import mail
from django.test import Client, override_settings
from django_tasks import default_task_backend
from django_tasks_db.models import DBTaskResult

from participation.emails.feedback import send_barrier_report
from participation.models import Municipality
from tests.factories import make_town

PAGES = ["impressum", "datenschutz", "barrierefreiheit", "leichte-sprache", "gebaerdensprache"]


@pytest.mark.parametrize("page", PAGES)
def test_the_network_has_each_page(client: Client, db: None, page: str) -> None:
    assert client.get(f"/{page}/").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_town_has_each_page(client: Client, town: Municipality, page: str) -> None:
    assert client.get(f"/menden/{page}/").status_code == 200


@pytest.mark.parametrize(
    ("page", "field"),
    [
        ("impressum", "imprint"),
        ("datenschutz", "privacy"),
        ("barrierefreiheit", "accessibility"),
        ("leichte-sprache", "plain_language"),
    ],
)
def test_a_towns_own_text_comes_first(client: Client, db: None, page: str, field: str) -> None:
    make_town("menden", **{field: "Unser eigener Text & mehr"})
    assert "Unser eigener Text &amp; mehr" in client.get(f"/menden/{page}/").content.decode()


def run_reports() -> None:
    """What the worker would do."""
    assert default_task_backend
    for result in DBTaskResult.objects.order_by("enqueued_at", "pk"):
        send_barrier_report.call(*result.args_kwargs["args"], **result.args_kwargs["kwargs"])


def test_a_barrier_is_mailed_to_the_town(client: Client, db: None) -> None:
    make_town("menden", contact_email="mitwirken@menden.example.org")
    typed = {"text": "Der Kalender wird nicht vorgelesen.", "page": "Angebote", "email": ""}
    response = client.post("/menden/barrierefreiheit/", typed, follow=True)
    assert "Ihre Meldung ist unterwegs" in response.content.decode()
    run_reports()
    run_reports()
    assert [message.to for message in mail.outbox] == [["mitwirken@menden.example.org"]]
    assert "Der Kalender wird nicht vorgelesen." in mail.outbox[0].body
    assert "Seite: Angebote" in mail.outbox[0].body


def test_an_empty_report_comes_back_with_everything_typed(
    client: Client, town: Municipality
) -> None:
    typed = {"text": " ", "page": "Startseite", "email": "kim@"}
    response = client.post("/menden/barrierefreiheit/", typed)
    assert response.status_code == 422
    page = response.content.decode()
    assert "Bitte beschreiben Sie die Barriere" in page
    assert "vollständige E-Mail-Adresse" in page
    assert 'value="Startseite"' in page
    assert 'value="kim@"' in page
    assert DBTaskResult.objects.count() == 0


@override_settings(RATE_LIMITS=True)
def test_the_sixth_report_in_an_hour_has_to_wait(client: Client, town: Municipality) -> None:
    answers = [
        client.post("/menden/barrierefreiheit/", {"text": "Zu klein"}).status_code
        for _number in range(6)
    ]
    assert answers == [302] * 5 + [429]
