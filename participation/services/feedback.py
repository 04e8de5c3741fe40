"""Barriers that people report from the accessibility page."""

import uuid
from dataclasses import asdict, dataclass

from django.db import transaction

from participation import rates
from participation.emails import feedback as emails
from participation.models import Municipality

REPORTS_AN_HOUR = 5


@dataclass(frozen=True, slots=True)
class Barrier:
    """`page` is an address or a page's name; `email` is empty when no answer is wished for."""

    text: str
    page: str = ""
    email: str = ""


@transaction.atomic
def report_barrier(*, municipality: Municipality | None, report: Barrier, caller: str) -> None:
    """Queue a mail to the town (to the network's own address with None); nothing is stored.

    Raises TooManyRequests after five reports of one network in an hour.
    """
    rates.limit("barriers", rates.network(caller), REPORTS_AN_HOUR, 3600)
    emails.send_barrier_report.enqueue(
        event=f"barrier-{uuid.uuid4()}",
        municipality_id=municipality.pk if municipality else None,
        **asdict(report),
    )
