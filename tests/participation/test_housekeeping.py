"""Mails that the mail server refused, workers that were killed, and rows that had their time."""

import threading
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from frontend.accounts import send_account_mail
from participation.models import MailReceipt
from participation.queries import operation
from participation.services import housekeeping

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)

Row = DBTaskResult[..., Any]


class RefusingBackend(BaseEmailBackend):
    def send_messages(self, email_messages: object) -> int:
        raise SMTPException("451 try again later")


@pytest.fixture
def refusing(settings: Settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.RefusingBackend"


def queue_mail() -> None:
    send_account_mail.enqueue(event="e", to="kim@example.org", heading="h", body="b", language="de")


def work() -> Row:
    """What a worker does until the queue is empty."""
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    return DBTaskResult.objects.get()


def failed_at(row: Row) -> datetime:
    assert isinstance(row.finished_at, datetime)
    return row.finished_at


def test_a_refused_mail_goes_out_once_the_server_is_back(
    refusing: None, settings: Settings
) -> None:
    queue_mail()
    row = work()
    assert (row.status, MailReceipt.objects.count()) == ("FAILED", 0)
    assert housekeeping.retry_failed_tasks(now=failed_at(row) + MINUTE - timedelta(seconds=1)) == 0
    backdate(row, MINUTE)
    assert housekeeping.retry_failed_tasks(now=failed_at(row) + MINUTE) == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    row = work()
    assert (row.status, row.exception_class_path) == ("SUCCESSFUL", "")
    assert [message.to for message in mail.outbox] == [["kim@example.org"]]
    assert housekeeping.retry_failed_tasks(now=failed_at(row) + timedelta(days=1)) == 0


def backdate(row: Row, by: timedelta) -> None:
    """A worker reads the real clock: what is put off must lie behind it."""
    row.finished_at = failed_at(row) - by
    row.save(update_fields=["finished_at"])


def test_the_gaps_grow_and_end(refusing: None, client: Client) -> None:
    queue_mail()
    waited = []
    for minutes in (1, 5, 25, 125, 625):
        row = work()
        backdate(row, timedelta(minutes=minutes))
        early = failed_at(row) + timedelta(minutes=minutes, seconds=-1)
        waited.append(housekeeping.retry_failed_tasks(now=early))
        assert client.get("/readyz").json()["mails_given_up"] == 0
        due = failed_at(row) + timedelta(minutes=minutes)
        assert housekeeping.retry_failed_tasks(now=due) == 1
    assert waited == [0] * 5
    row = work()
    assert (row.status, len(row.worker_ids)) == ("FAILED", 6)
    assert housekeeping.retry_failed_tasks(now=failed_at(row) + timedelta(days=9)) == 0
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["mails_given_up"]) == (200, 1)


def taken(attempts: int, started_at: datetime) -> None:
    """By a worker that was killed before it could say how it went."""
    DBTaskResult.objects.update(
        status="RUNNING", worker_ids=["w"] * attempts, started_at=started_at
    )


def test_what_a_killed_worker_had_taken_is_queued_again(now: datetime) -> None:
    queue_mail()
    taken(1, now - timedelta(minutes=9, seconds=59))
    assert housekeeping.retry_failed_tasks(now=now) == 0
    taken(1, now - timedelta(minutes=10))
    assert housekeeping.retry_failed_tasks(now=now) == 1
    assert work().status == "SUCCESSFUL"
    assert len(mail.outbox) == 1


def test_a_task_that_kills_its_workers_is_given_up(now: datetime) -> None:
    queue_mail()
    taken(6, now - timedelta(minutes=10))
    assert housekeeping.retry_failed_tasks(now=now) == 0
    assert DBTaskResult.objects.get().status == "FAILED"
    assert operation.given_up_tasks() == 1


def test_a_worker_killed_after_the_mail_went_out_mails_no_second_time(now: datetime) -> None:
    queue_mail()
    work()
    taken(1, now - timedelta(minutes=10))
    assert housekeeping.retry_failed_tasks(now=now) == 1
    assert work().status == "SUCCESSFUL"
    assert len(mail.outbox) == 1


def test_a_task_queued_again_does_not_make_the_queue_look_stuck(
    refusing: None, now: datetime
) -> None:
    queue_mail()
    work()
    DBTaskResult.objects.update(
        enqueued_at=now - timedelta(hours=1), finished_at=now - timedelta(hours=1)
    )
    assert housekeeping.retry_failed_tasks(now=now) == 1
    assert operation.queue_in_order(now)
    assert not operation.queue_in_order(now + timedelta(minutes=6))


@pytest.mark.race
def test_two_clocks_queue_it_once(refusing: None) -> None:
    queue_mail()
    due = failed_at(work()) + MINUTE
    queued: list[int] = []
    start = threading.Barrier(4)

    def tick() -> None:
        start.wait(timeout=20)
        try:
            queued.append(housekeeping.retry_failed_tasks(now=due))
        finally:
            connection.close()

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(queued) == [0, 0, 0, 1]


@pytest.mark.parametrize(
    ("status", "kept"), [("SUCCESSFUL", timedelta(days=1)), ("FAILED", timedelta(days=30))]
)
def test_old_rows_go(status: str, kept: timedelta, now: datetime) -> None:
    queue_mail()
    DBTaskResult.objects.update(status=status, finished_at=now - kept)
    assert housekeeping.forget_old_tasks(now=now) == 0
    assert housekeeping.forget_old_tasks(now=now + timedelta(seconds=1)) == 1


def test_what_waits_stays(now: datetime) -> None:
    queue_mail()
    assert housekeeping.forget_old_tasks(now=now + timedelta(days=99)) == 0
