"""What the operator and the demo look at: is everything in order, which mails went out."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet
from django_tasks import DEFAULT_TASK_QUEUE_NAME
from django_tasks_db.models import DBTaskResult

from participation.models import DemoMail

LONGEST_WAIT = timedelta(minutes=5)
# The first one and five more (see `services.housekeeping.retry_failed_tasks`).
MOST_ATTEMPTS = 6


def database_answers() -> bool:
    """Raises DatabaseError when it does not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone()[0] == 1)


def queue_in_order(now: datetime) -> bool:
    """No task has waited for longer than five minutes: a worker is at work."""
    limit = now - LONGEST_WAIT
    waiting = DBTaskResult.objects.ready().filter(
        queue_name=DEFAULT_TASK_QUEUE_NAME, enqueued_at__lt=limit
    )
    # A task put off until later waits only from then on.
    return not waiting.exclude(run_after__gt=limit, run_after__lte=now).exists()


def given_up_tasks() -> int:
    """Mails that no attempt brought to the mail server, of the last thirty days."""
    given_up = DBTaskResult.objects.failed()
    return given_up.filter(**{f"worker_ids__{MOST_ATTEMPTS - 1}__isnull": False}).count()


def demo_mails(limit: int = 100) -> QuerySet[DemoMail]:
    """The demo's last mails, newest first."""
    return DemoMail.objects.order_by("-sent_at", "-pk")[:limit]
