"""What the worker would do, in a test: run what has been enqueued, and hand over the mails."""

from django.core import mail
from django_tasks_db.models import DBTaskResult


def run_tasks(most: int | None = None) -> int:
    """Oldest first, and what they enqueue; at most `most`, as if the worker were killed then."""
    done = 0
    while jobs := list(DBTaskResult.objects.filter(status="READY").order_by("enqueued_at", "id")):
        for job in jobs:
            if done == most:
                return done
            job.task.call(*job.args_kwargs["args"], **job.args_kwargs["kwargs"])
            job.delete()
            done += 1
    return done


def deliver() -> list[mail.EmailMultiAlternatives]:
    """The mails that leave now."""
    mail.outbox.clear()
    run_tasks()
    return list(mail.outbox)  # type: ignore[arg-type]


def recipients() -> list[str]:
    return sorted(address for message in deliver() for address in message.to)
