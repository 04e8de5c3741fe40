"""Reminders and the question afterwards: to whom, when, and once."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from participation.models import MailReceipt, Municipality
from tests.workshops.factories import book, hold, make_slot, make_venue, make_workshop, staff
from tests.workshops.printing import came
from tests.workshops.test_emails import deliver, html
from workshops import emails, tickets
from workshops.emails.reminders import send_reminder
from workshops.models import Booking, Slot, Workshop
from workshops.services import bookings, reminders, scheduling

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DUE_STATEMENTS = 3  # the hours in use, dates near, dates today


@pytest.fixture
def workshop(town: Municipality) -> Workshop:
    venue = make_venue(town, directions="Bus 22")
    return make_workshop(town, title="Löten", venue=venue, bring="Neugier")


@pytest.fixture
def start() -> datetime:
    """By the real clock: a mail asks it whether the date has begun."""
    return timezone.now().replace(microsecond=0) + 20 * HOUR


@pytest.fixture
def slot(workshop: Workshop, start: datetime) -> Slot:
    return make_slot(workshop.municipality, workshop=workshop, starts_at=start)


def booked(slot: Slot, size: int = 1, **fields: Any) -> Booking:
    """A week before the start, its tickets already mailed."""
    booking = book(slot, size, now=slot.starts_at - 7 * DAY, **fields)
    deliver()
    return booking


def to() -> list[str]:
    return sorted(message.to[0] for message in deliver())


# --- Before --------------------------------------------------------------------------------------


def test_a_day_before_each_guest_gets_one_mail(slot: Slot, start: datetime) -> None:
    one, two = booked(slot, 2, email="ada@example.org"), booked(slot, email="ben@example.org")
    assert reminders.remind(now=start - DAY - MINUTE) == 0
    assert reminders.remind(now=start - DAY) == 1
    assert reminders.remind(now=start - DAY + MINUTE) == 0
    first, second = sorted(deliver(), key=lambda message: message.to[0])
    assert (first.to, second.to) == ([one.email], [two.email])
    assert first.subject.startswith("Erinnerung: Löten, ") or first.subject.startswith("Heute um ")
    for words in ("2 Plätze", "Neugier", "Bus 22", one.code, f"/buchung/{one.code}/"):
        assert words in first.body
        assert words in html(first)
    assert reminders.remind(now=start - HOUR) == 0
    assert to() == []


def test_who_gets_none(slot: Slot, start: datetime) -> None:
    booked(slot, email="kommt@example.org")
    silent = booked(slot, name="Ohne Mail")
    Booking.objects.filter(pk=silent.pk).update(email="")
    gone = booked(slot, email="storniert@example.org")
    bookings.cancel_booking(booking_id=gone.pk, now=start - 2 * DAY)
    hold(slot, email="offen@example.org", now=start - 7 * DAY)
    book(slot, email="eben@example.org", now=start - DAY - HOUR)
    book(slot, email="danach@example.org", now=start - DAY + HOUR)
    deliver()
    reminders.remind(now=start - DAY)
    assert to() == ["kommt@example.org"]


def test_cancelled_between_the_clock_and_the_mail(slot: Slot, start: datetime) -> None:
    booking = booked(slot)
    reminders.remind(now=start - DAY)
    bookings.cancel_booking(booking_id=booking.pk, now=start - DAY)
    assert [message.subject for message in deliver()] == ["Storniert: Löten"]


def test_nothing_once_it_has_begun(workshop: Workshop) -> None:
    begun = make_slot(workshop.municipality, workshop=workshop, starts_at=timezone.now() - MINUTE)
    booking = booked(begun)
    assert reminders.remind(now=begun.starts_at) == 0
    # Queued in time, run too late.
    assert reminders.remind(now=begun.starts_at - HOUR) == 1
    assert to() == []
    send_reminder.call(booking.pk, begun.pk, on_day=False)
    assert mail.outbox == []


@pytest.mark.parametrize("state", [Slot.State.DRAFT, Slot.State.CANCELLED, Slot.State.DONE])
def test_only_dates_that_take_place(slot: Slot, start: datetime, state: str) -> None:
    booked(slot)
    Slot.objects.filter(pk=slot.pk).update(state=state)
    assert reminders.remind(now=start - HOUR) == 0


def test_a_workshop_may_remind_of_nothing(slot: Slot, start: datetime) -> None:
    Workshop.objects.update(remind_hours_before=None)
    booked(slot)
    assert reminders.remind(now=start - HOUR) == 0


def test_two_weeks_before_at_most(slot: Slot, workshop: Workshop) -> None:
    Workshop.objects.update(remind_hours_before=336)
    later = make_slot(workshop.municipality, workshop=workshop, starts_at=timezone.now() + 14 * DAY)
    assert reminders.remind(now=later.starts_at - 14 * DAY - 2 * HOUR) == 1  # the other one
    assert reminders.remind(now=later.starts_at - 14 * DAY) == 1


def test_a_date_put_off_is_reminded_of_anew(
    slot: Slot, town: Municipality, start: datetime
) -> None:
    booked(slot, email="ada@example.org")
    reminders.remind(now=start - DAY)
    assert to() == ["ada@example.org"]
    scheduling.change_slot(
        actor=staff(town),
        slot_id=slot.pk,
        changes={"starts_at": start + 7 * DAY, "ends_at": start + 7 * DAY + HOUR},
        now=start - DAY,
    )
    deliver()
    assert reminders.remind(now=start - DAY + HOUR) == 0
    assert reminders.remind(now=start + 6 * DAY) == 1
    assert to() == ["ada@example.org"]
    assert reminders.remind(now=start + 6 * DAY + MINUTE) == 0


# --- On the day ----------------------------------------------------------------------------------


def test_on_the_day_at_the_time_set(workshop: Workshop) -> None:
    Workshop.objects.update(remind_hours_before=None, remind_on_day_at=time(8))
    day = (timezone.localtime() + 2 * DAY).replace(hour=15, minute=0, second=0, microsecond=0)
    slot = make_slot(workshop.municipality, workshop=workshop, starts_at=day)
    booked(slot, email="ada@example.org")
    assert reminders.remind(now=day.replace(hour=7, minute=59)) == 0
    assert reminders.remind(now=day.replace(hour=8)) == 1
    assert reminders.remind(now=day.replace(hour=9)) == 0
    assert to() == ["ada@example.org"]


def test_not_on_the_day_once_it_has_begun(workshop: Workshop) -> None:
    Workshop.objects.update(remind_hours_before=None, remind_on_day_at=time(8))
    day = (timezone.localtime() + 2 * DAY).replace(hour=8, minute=0, second=0, microsecond=0)
    slot = make_slot(workshop.municipality, workshop=workshop, starts_at=day)
    assert reminders.on_day_at(Slot.objects.select_related("workshop").get(pk=slot.pk)) is None
    assert reminders.remind(now=day - MINUTE) == 0


# --- The wall clock ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "reminded"),
    [
        # 25 October 2026 has 25 hours, 29 March 2026 has 23: at ten the day before, both times.
        (datetime(2026, 10, 25, 10, tzinfo=BERLIN), datetime(2026, 10, 24, 10, tzinfo=BERLIN)),
        (datetime(2026, 3, 29, 10, tzinfo=BERLIN), datetime(2026, 3, 28, 10, tzinfo=BERLIN)),
        (datetime(2026, 11, 28, 10, tzinfo=BERLIN), datetime(2026, 11, 27, 10, tzinfo=BERLIN)),
    ],
)
def test_a_day_is_a_day_of_the_wall_clock(
    workshop: Workshop, start: datetime, reminded: datetime
) -> None:
    slot = make_slot(workshop.municipality, workshop=workshop, starts_at=start.astimezone(UTC))
    slot.refresh_from_db()
    assert reminders.hours_before(slot) == reminded
    assert reminders.remind(now=reminded - timedelta(seconds=1)) == 0
    assert reminders.remind(now=reminded) == 1


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [(datetime(2026, 10, 25, tzinfo=BERLIN), 7), (datetime(2026, 3, 29, tzinfo=BERLIN), 6)],
)
def test_eight_is_eight_on_days_of_change(workshop: Workshop, day: datetime, utc_hour: int) -> None:
    Workshop.objects.update(remind_hours_before=None, remind_on_day_at=time(8))
    start = day.replace(hour=14).astimezone(UTC)
    make_slot(workshop.municipality, workshop=workshop, starts_at=start)
    due = day.replace(hour=utc_hour, tzinfo=UTC)
    assert reminders.remind(now=due - timedelta(seconds=1)) == 0
    assert reminders.remind(now=due) == 1


def test_hours_beyond_whole_days_are_hours(workshop: Workshop) -> None:
    Workshop.objects.update(remind_hours_before=26)
    start = datetime(2026, 10, 26, 10, tzinfo=BERLIN)
    slot = make_slot(workshop.municipality, workshop=workshop, starts_at=start.astimezone(UTC))
    found = Slot.objects.select_related("workshop").get(pk=slot.pk)
    assert reminders.hours_before(found) == datetime(2026, 10, 25, 8, tzinfo=BERLIN)


# --- Once ----------------------------------------------------------------------------------------


def test_a_worker_killed_in_the_middle_mails_each_guest_once(slot: Slot, start: datetime) -> None:
    wanted = sorted(booked(slot, email=f"gast{n}@example.org").email for n in range(6))
    mail.outbox.clear()
    reminders.remind(now=start - DAY)
    (run,) = DBTaskResult.objects.filter(status="READY")
    # Killed after it had queued the mails and before it was marked as done: it runs again.
    for _time in range(2):
        emails.send_reminders.call(*run.args_kwargs["args"], **run.args_kwargs["kwargs"])
    each = list(DBTaskResult.objects.filter(status="READY").exclude(pk=run.pk))
    assert len(each) == 12
    for job in each[:3]:
        job.task.call(*job.args_kwargs["args"], **job.args_kwargs["kwargs"])
    assert len(mail.outbox) == 3
    for job in each:
        job.task.call(*job.args_kwargs["args"], **job.args_kwargs["kwargs"])
    assert sorted(message.to[0] for message in mail.outbox) == wanted
    assert MailReceipt.objects.filter(event__contains="reminder-before").count() == 6


@pytest.mark.parametrize("dates", [1, 30])
def test_what_the_clock_asks_when_nothing_is_due(
    workshop: Workshop, start: datetime, dates: int, django_assert_num_queries: Any
) -> None:
    for number in range(dates):
        make_slot(
            workshop.municipality, workshop=workshop, starts_at=start + timedelta(minutes=number)
        )
    reminders.remind(now=start - HOUR)
    with django_assert_num_queries(DUE_STATEMENTS):
        assert reminders.remind(now=start - HOUR) == 0


# --- Afterwards ----------------------------------------------------------------------------------


def over(workshop: Workshop, **fields: Any) -> Slot:
    Workshop.objects.update(**fields)
    ended = timezone.now() - 3 * HOUR
    return make_slot(workshop.municipality, workshop=workshop, starts_at=ended - 2 * HOUR)


def attended(slot: Slot, **fields: Any) -> Booking:
    booking = booked(slot, **fields)
    came(booking, 1)
    Slot.objects.filter(pk=slot.pk).update(state=Slot.State.DONE)
    return booking


def test_who_came_is_asked_once(workshop: Workshop) -> None:
    slot = over(workshop, feedback_question="Was nehmen Sie mit?", gives_certificate=True)
    absent, came_there = booked(slot), attended(slot, email="ada@example.org")
    Booking.objects.filter(pk=absent.pk).update(state=Booking.State.NO_SHOW)
    assert reminders.ask_afterwards(now=slot.ends_at + 2 * HOUR - MINUTE) == 0
    assert reminders.ask_afterwards(now=slot.ends_at + 2 * HOUR) == 1
    assert reminders.ask_afterwards(now=slot.ends_at + 3 * HOUR) == 0
    (message,) = deliver()
    assert message.to == ["ada@example.org"]
    assert message.subject == "Wie war es? Löten"
    for words in (
        "Was nehmen Sie mit?",
        f"/rueckmeldung/{tickets.feedback_token(came_there)}/",
        f"/buchung/{came_there.code}/{came_there.manage_token}/druck/bescheinigung/",
    ):
        assert words in message.body
        assert words in html(message)


def test_the_certificate_alone(workshop: Workshop) -> None:
    slot = over(workshop, gives_certificate=True)
    attended(slot)
    reminders.ask_afterwards(now=slot.ends_at + 2 * HOUR)
    (message,) = deliver()
    assert message.subject == "Ihre Teilnahmebescheinigung: Löten"
    assert "/rueckmeldung/" not in message.body


def test_nobody_is_asked_where_nothing_is_to_say_or_long_after(workshop: Workshop) -> None:
    slot = over(workshop)
    attended(slot)
    assert reminders.ask_afterwards(now=slot.ends_at + 2 * HOUR) == 0
    Workshop.objects.update(feedback_question="Wie war es?")
    assert reminders.ask_afterwards(now=slot.ends_at + 3 * DAY) == 0
