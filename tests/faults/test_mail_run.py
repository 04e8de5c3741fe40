"""A worker killed in the middle of a mail to all guests: no mail twice, none lost."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from participation.models import MailReceipt, Municipality
from participation.services import housekeeping
from tests.faults.conftest import Start
from tests.faults.mail_server import MailServer
from tests.workshops.factories import book, make_slot, staff
from workshops.services import scheduling

pytestmark = pytest.mark.django_db(transaction=True)
GUESTS = 30
KILLED_AT = 12
WORKER = ("manage.py", "db_worker", "--interval", "0.05", "--no-startup-delay", "--no-reload")


def test_a_worker_killed_in_the_middle_of_a_mail_run(
    town: Municipality, start: Start, mail_server: MailServer
) -> None:
    now = timezone.now()
    slot = make_slot(town, capacity=GUESTS, starts_at=now + timedelta(days=3))
    addresses = {book(slot, now=now).email for _ in range(GUESTS)}
    DBTaskResult.objects.all().delete()  # the mails of the bookings themselves
    scheduling.cancel_slot(actor=staff(town), slot_id=slot.pk, now=now)

    mail_server.silent_at = KILLED_AT
    worker = start(*WORKER, EMAIL_URL=mail_server.url)
    assert mail_server.reached.wait(60), worker.log.read_text()
    worker.kill()
    assert MailReceipt.objects.count() == KILLED_AT - 1

    # Ten minutes later the clock takes it that the worker is gone.
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    assert running.update(started_at=now - timedelta(minutes=11)) == 1
    assert housekeeping.retry_failed_tasks(now=timezone.now()) == 1
    start(*WORKER, "--batch", EMAIL_URL=mail_server.url).wait()

    assert {mail["To"] for mail in mail_server.mails} == addresses
    assert MailReceipt.objects.count() == GUESTS
    # What the server has acknowledged came once. The one mail it took in without the sender hearing
    # of it came again, under the same Message-ID, by which a mail program drops it.
    assert set(Counter(mail_server.acknowledged).values()) == {1}
    in_flight = mail_server.ids[KILLED_AT - 1]
    twice = {one for one, times in Counter(mail_server.ids).items() if times > 1}
    assert twice == {in_flight}
    assert len(mail_server.mails) == GUESTS + 1
