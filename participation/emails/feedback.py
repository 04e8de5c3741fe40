"""A reported barrier, to the town it was met in."""

from email.utils import parseaddr

from django.conf import settings
from django_tasks import task

from participation.emails import Mail, send_once
from participation.models import Municipality


@task()
def send_barrier_report(
    event: str, municipality_id: int | None, text: str, page: str, email: str
) -> None:
    """The report travels with the task: it is kept nowhere else."""
    town = Municipality.objects.get(pk=municipality_id) if municipality_id is not None else None
    own_address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    send_once(
        Mail(
            event=event,
            to=(town.contact_email if town else "") or own_address,
            template="barrier_report",
            context={"town": town, "text": text, "page": page, "email": email},
        )
    )
