"""Mails by the clock: before a date, on its day, and after it.

Each kind marks the slot and queues its mails in one transaction, so that a date is reminded of
once, whatever dies in between; each mail has its receipt. A date that was put off is reminded of
anew. Nothing is mailed once the date has begun, and nobody is reminded of what they booked in the
last two hours: their tickets have just arrived.
"""

from datetime import datetime, timedelta
from typing import Literal

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from workshops import emails
from workshops.models import Slot, Workshop

HOUR = timedelta(hours=1)
TO_COME = (Slot.State.OPEN, Slot.State.CLOSED)
# Late scans of a door without a network have arrived, and people are home.
ASK_AFTER_END = timedelta(hours=2)
# After a clock that stood still for longer, nobody is asked about it any more.
ASK_UNTIL = timedelta(days=3)
# The most hours a workshop may say (`workshop_reminds_within_14_days`).
LONGEST_BEFORE = timedelta(hours=336)

Mark = Literal["reminded_at", "reminded_on_day_at", "feedback_asked_at"]


def remind(*, now: datetime) -> int:
    """Mail who comes: so many hours before, and on the day, as the workshop says.

    Returns how many dates were reminded of.
    """
    before = [(slot.pk, slot.reminded_at, hours_before(slot)) for slot in _before(now)]
    on_day = [(slot.pk, slot.reminded_on_day_at, on_day_at(slot)) for slot in _on_day(now)]
    return _mark_due("reminded_at", before, now) + _mark_due("reminded_on_day_at", on_day, now)


def ask_afterwards(*, now: datetime) -> int:
    """Mail who came the workshop's question and the way to the certificate, two hours after.

    Returns how many dates it was done for.
    """
    over = Slot.objects.filter(
        state=Slot.State.DONE,
        ends_at__lte=now - ASK_AFTER_END,
        ends_at__gt=now - ASK_UNTIL,
    ).exclude(workshop__feedback_question="", workshop__gives_certificate=False)
    ended = over.order_by("ends_at", "pk").values_list("pk", "feedback_asked_at", "ends_at")
    return _mark_due("feedback_asked_at", list(ended), now)


# --- When ----------------------------------------------------------------------------------------


def hours_before(slot: Slot) -> datetime | None:
    """The moment of the first reminder. Whole days are days of the wall clock, so that a date at
    ten is reminded of at ten also where the clocks change in between."""
    hours = slot.workshop.remind_hours_before
    if hours is None:
        return None
    days, rest = divmod(hours, 24)
    return _days_earlier(slot.starts_at, days) - rest * HOUR


def on_day_at(slot: Slot) -> datetime | None:
    """The moment of the reminder on the day itself; None where it would come after the start."""
    at = slot.workshop.remind_on_day_at
    if at is None:
        return None
    day = timezone.localdate(slot.starts_at)
    moment = datetime.combine(day, at, tzinfo=timezone.get_default_timezone())
    return moment if moment < slot.starts_at else None


def _days_earlier(moment: datetime, days: int) -> datetime:
    """The same time of the wall clock, so many days before."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return local - timedelta(days=days)  # arithmetic with a zone is that of the wall clock


def _before(now: datetime) -> QuerySet[Slot]:
    """Those that may be due; an hour more than the hours say, for the days of 25 hours."""
    said = Workshop.objects.order_by("remind_hours_before").values_list(
        "remind_hours_before", flat=True
    )
    near = Q(pk__in=())
    for hours in filter(None, said.distinct()):
        near |= Q(workshop__remind_hours_before=hours, starts_at__lte=now + (hours + 1) * HOUR)
    return _coming(now, LONGEST_BEFORE + HOUR).filter(near)


def _on_day(now: datetime) -> QuerySet[Slot]:
    return _coming(now, 25 * HOUR).filter(workshop__remind_on_day_at__isnull=False)


def _coming(now: datetime, within: timedelta) -> QuerySet[Slot]:
    rows = Slot.objects.filter(state__in=TO_COME, starts_at__gt=now, starts_at__lte=now + within)
    return rows.select_related("workshop").order_by("starts_at", "pk")


def _mark_due(
    mark: Mark, found: list[tuple[int, datetime | None, datetime | None]], now: datetime
) -> int:
    """Of slots with their mark and their moment those that are due; returns how many.

    A mark older than the moment belongs to a start that the date no longer has.
    """
    return sum(
        _queue(mark, slot_id, moment, now)
        for slot_id, marked_at, moment in found
        if moment is not None and moment <= now and (marked_at is None or marked_at < moment)
    )


@transaction.atomic
def _queue(mark: Mark, slot_id: int, moment: datetime, now: datetime) -> bool:
    """One guarded UPDATE and the task: of two clocks at once, one queues it."""
    unmarked = Q(**{mark: None}) | Q(**{f"{mark}__lt": moment})
    if not Slot.objects.filter(unmarked, pk=slot_id).update(**{mark: now}):
        return False
    if mark == "feedback_asked_at":
        emails.send_questions_afterwards.enqueue(slot_id)
    else:
        emails.send_reminders.enqueue(slot_id, on_day=mark == "reminded_on_day_at")
    return True
