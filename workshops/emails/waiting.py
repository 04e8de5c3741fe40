"""Mails to who waits for a seat."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django_tasks import task

from participation.emails import Mail, send_once
from workshops import queries
from workshops.emails.parts import about, booked, links
from workshops.models import Booking, Slot, WaitEntry


def waiting_entry(entry_id: int) -> WaitEntry | None:
    return (
        WaitEntry.objects.select_related(
            "slot__workshop__municipality", "slot__workshop__venue", "slot__room__venue", "offer"
        )
        .filter(pk=entry_id)
        .first()
    )


def _mail_entry(entry: WaitEntry, event: str, template: str, **more: Any) -> None:
    send_once(
        Mail(
            event=f"wait-{entry.pk}-{event}",
            to=entry.email,
            template=template,
            language=entry.language,
            context={
                "entry": entry,
                "wait_url": f"{settings.SITE_URL}/warteliste/{entry.token}/",
                **about(entry.slot),
                **more,
            },
        )
    )


@task()
def send_waiting(entry_id: int) -> None:
    """That they wait, and how many are before them at this moment."""
    if entry := waiting_entry(entry_id):
        _mail_entry(entry, "joined", "waiting_joined", place_in_line=queries.place_in_line(entry))


@task()
def send_offer(entry_id: int, booking_id: int) -> None:
    entry, booking = waiting_entry(entry_id), booked(booking_id)
    if entry and booking and booking.state == Booking.State.HELD:
        _mail_entry(
            entry, f"offer-{booking.pk}", "waiting_offer", booking=booking, **links(booking)
        )


@task()
def send_offer_lapsed(entry_id: int) -> None:
    """Nothing where the date is over or called off meanwhile: it is too late to wait anew."""
    entry = waiting_entry(entry_id)
    if entry and entry.slot.state in (Slot.State.OPEN, Slot.State.CLOSED):
        _mail_entry(entry, "lapsed", "waiting_lapsed")


@task()
@transaction.atomic
def send_waiting_closed(slot_id: int) -> None:
    rows = WaitEntry.objects.filter(slot_id=slot_id, state=WaitEntry.State.CLOSED)
    rows = rows.exclude(email="")
    for entry_id in rows.order_by("pk").values_list("pk", flat=True):
        send_waiting_closed_to.enqueue(entry_id)


@task()
def send_waiting_closed_to(entry_id: int) -> None:
    """The date is over or called off: nobody waits for it any more."""
    if entry := waiting_entry(entry_id):
        others = queries.dates_with_seats(entry.slot, after=entry.slot.starts_at)
        _mail_entry(entry, "closed", "waiting_closed", others=others)
