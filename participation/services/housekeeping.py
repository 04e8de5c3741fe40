"""What the clock puts in order: tasks that failed, and what has had its time."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from participation.models import IdempotencyRecord, MailReceipt
from participation.queries.operation import MOST_ATTEMPTS

KEEP_ANSWERS = timedelta(days=1)
# Successful ones can hold an address or a code: they go as soon as nobody asks for them any more.
KEEP_DONE_TASKS = timedelta(days=1)
KEEP_FAILED_TASKS = timedelta(days=30)
# A receipt keeps an event from mailing twice; no task is tried again as late as this.
KEEP_RECEIPTS = timedelta(days=90)

# How long after its first, second … failure a task is tried again: 1, 5, 25, 125, 625
# minutes, together half a day, in which a mail server comes back.
RETRY_AFTER = tuple(timedelta(minutes=5**step) for step in range(MOST_ATTEMPTS - 1))
# No task takes as long: its worker was killed.
LONGEST_RUN = timedelta(minutes=10)


def forget_old_records(*, now: datetime) -> int:
    """Delete replayable answers older than a day. Returns how many."""
    count, _per_model = IdempotencyRecord.objects.filter(created_at__lt=now - KEEP_ANSWERS).delete()
    return count


def retry_failed_tasks(*, now: datetime) -> int:
    """Queue failed tasks again, at most five times each, and those whose worker was killed.

    Each row changes by one guarded UPDATE: two clocks at once queue it once. Nothing mails twice:
    a failed attempt left no receipt, a finished one did (see `emails.send_once`). Returns how many.
    """
    queued = 0
    for failures, gap in enumerate(RETRY_AFTER, start=1):
        failed = _attempted(failures).filter(status=TaskResultStatus.FAILED)
        queued += failed.filter(finished_at__lte=now - gap).update(
            status=TaskResultStatus.READY, run_after=now
        )
        queued += (
            _attempted(failures)
            .filter(status=TaskResultStatus.RUNNING, started_at__lte=now - LONGEST_RUN)
            .update(status=TaskResultStatus.READY, run_after=now)
        )
    # A task that takes its worker with it each time.
    DBTaskResult.objects.filter(
        status=TaskResultStatus.RUNNING, started_at__lte=now - LONGEST_RUN
    ).update(status=TaskResultStatus.FAILED, finished_at=now)
    return queued


def _attempted(times: int) -> QuerySet[DBTaskResult[..., Any]]:
    """A worker writes its name to the row each time it takes it."""
    return DBTaskResult.objects.filter(
        **{f"worker_ids__{times - 1}__isnull": False, f"worker_ids__{times}__isnull": True}
    )


def forget_old_tasks(*, now: datetime) -> int:
    """Delete tasks that ended well a day ago or failed thirty days ago. Returns how many."""
    done, _per_model = (
        DBTaskResult.objects.successful().filter(finished_at__lt=now - KEEP_DONE_TASKS).delete()
    )
    failed, _per_model = (
        DBTaskResult.objects.failed().filter(finished_at__lt=now - KEEP_FAILED_TASKS).delete()
    )
    return done + failed


def forget_old_receipts(*, now: datetime) -> int:
    """Delete the receipts of mails sent ninety days ago. Returns how many."""
    count, _per_model = MailReceipt.objects.filter(sent_at__lt=now - KEEP_RECEIPTS).delete()
    return count


def forget_ended_sessions(*, now: datetime) -> int:
    """Delete log-ins that are over: nobody can use them any more. Returns how many."""
    count, _per_model = Session.objects.filter(expire_date__lt=now).delete()
    return count
