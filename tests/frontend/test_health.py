"""Alive, and able to serve."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from frontend.accounts import send_account_mail


def test_alive_needs_no_database(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_ready(client: Client, db: None) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "checks": {"database": "ok", "channels": "ok", "queue": "ok"},
        "mails_given_up": 0,
    }


def test_a_queue_that_nobody_works_on_is_reported(client: Client, db: None) -> None:
    send_account_mail.enqueue(event="e", to="kim@example.org", heading="h", body="b", language="de")
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=6))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["queue"] == "failed"
