"""Mails of bookings: to whom, saying what, once."""

from datetime import timedelta

import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult
from icalendar import Calendar

from participation import actors
from participation.models import Municipality
from tests.workshops.factories import NOW, book, hold, make_slot, make_workshop, party, staff
from workshops import emails
from workshops.models import Slot, WaitEntry
from workshops.services import bookings, scheduling, waiting


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return make_slot(town, workshop=make_workshop(town, title="Löten & Müll's"), capacity=4)


def deliver() -> list[mail.EmailMultiAlternatives]:
    """Run what has been enqueued, oldest first, and what that enqueues; the mails that left."""
    mail.outbox.clear()
    while jobs := list(DBTaskResult.objects.filter(status="READY").order_by("enqueued_at")):
        for job in jobs:
            job.delete()
            job.task.call(*job.args_kwargs["args"], **job.args_kwargs["kwargs"])
    return list(mail.outbox)  # type: ignore[arg-type]


def html(message: mail.EmailMultiAlternatives) -> str:
    return str(message.alternatives[0][0])


def calendar(message: mail.EmailMultiAlternatives) -> Calendar:
    (attachment,) = message.attachments
    assert attachment[2] == "text/calendar"
    return Calendar.from_ical(attachment[1])


def test_the_confirm_link(slot: Slot) -> None:
    booking = hold(slot, 2)
    (message,) = deliver()
    assert message.to == [booking.email]
    assert message.subject == "Bitte bestätigen Sie Ihre Buchung: Löten & Müll's"
    link = f"/buchung/bestaetigen/{booking.confirm_token}/"
    assert link in message.body
    assert link in html(message)
    assert "2 Plätze" in message.body
    assert "Mi., 25. November 2026, 10 Uhr" in message.body
    assert "bis 10.30 Uhr" in message.body
    assert "Müll's" in message.body
    assert "Müll&#x27;s" in html(message)


def test_the_tickets_come_with_a_calendar_file(slot: Slot) -> None:
    booking = hold(slot, 2)
    deliver()
    bookings.confirm_booking(token=booking.confirm_token, now=NOW)
    bookings.confirm_booking(token=booking.confirm_token, now=NOW)
    (message,) = deliver()
    assert f"/buchung/{booking.code}/{booking.manage_token}/" in message.body
    assert booking.code in message.body
    entry = calendar(message)
    (event,) = entry.events
    assert (entry["METHOD"], event["SEQUENCE"]) == ("PUBLISH", 0)
    assert event["UID"] == f"booking-{booking.code}@127.0.0.1"
    assert event.start == slot.starts_at
    emails.send_tickets.call(booking.pk)
    assert len(mail.outbox) == 1


def test_already_booked(slot: Slot) -> None:
    booking = book(slot, 2, email="kim@example.org")
    deliver()
    for minutes in (1, 2):
        hold(slot, email="kim@example.org", now=NOW + timedelta(minutes=minutes))
    (message,) = deliver()
    assert message.subject.startswith("Sie haben schon gebucht")
    assert f"/buchung/{booking.code}/" in message.body


def test_a_hold_booked_again_gets_its_link_again(slot: Slot) -> None:
    booking = hold(slot, email="kim@example.org")
    deliver()
    hold(slot, email="kim@example.org")
    (message,) = deliver()
    assert booking.confirm_token in message.body


def test_cancelled_in_part_and_whole(slot: Slot) -> None:
    booking = book(slot, 2)
    deliver()
    bookings.cancel_booking(booking_id=booking.pk, now=NOW, seats=[1])
    (message,) = deliver()
    assert "Sie haben noch einen Platz" in message.body
    assert not message.attachments
    bookings.cancel_booking(booking_id=booking.pk, now=NOW)
    (message,) = deliver()
    assert message.subject.startswith("Storniert:")
    entry = calendar(message)
    assert (entry["METHOD"], entry.events[0]["STATUS"]) == ("CANCEL", "CANCELLED")
    assert entry.events[0]["SEQUENCE"] == 1


def test_an_unconfirmed_hold_is_not_written_to_when_it_goes(slot: Slot) -> None:
    booking = hold(slot)
    deliver()
    bookings.cancel_booking(booking_id=booking.pk, now=NOW)
    assert deliver() == []


def test_a_cancelled_slot_tells_who_had_tickets(slot: Slot, town: Municipality) -> None:
    booking = book(slot, 2)
    hold(slot)
    deliver()
    scheduling.cancel_slot(actor=staff(town), slot_id=slot.pk, now=NOW)
    (message,) = deliver()
    assert message.to == [booking.email]
    assert message.subject == "Der Termin fällt aus: Löten & Müll's"
    assert calendar(message)["METHOD"] == "CANCEL"


def test_another_time_is_told_once_to_who_has_booked(slot: Slot) -> None:
    booking = book(slot)
    hold(slot)
    deliver()
    later = {"starts_at": slot.starts_at + timedelta(hours=1), "ends_at": slot.ends_at}
    scheduling.change_slot(
        actor=staff(slot.workshop.municipality), slot_id=slot.pk, changes=later, now=NOW
    )
    (message,) = deliver()
    assert message.to == [booking.email]
    assert message.subject == "Ihr Termin hat sich geändert: Löten & Müll's"
    assert "11 Uhr" in message.body
    assert calendar(message).events[0]["sequence"] == 1
    same = {**later, "capacity": 6}
    scheduling.change_slot(
        actor=staff(slot.workshop.municipality), slot_id=slot.pk, changes=same, now=NOW
    )
    assert deliver() == []


def test_the_waiting_list(slot: Slot, town: Municipality) -> None:
    booked = book(slot, 4)
    deliver()
    waiting.join(actor=actors.guest(town), slot_id=slot.pk, party=party(2), now=NOW)
    entry = WaitEntry.objects.get()
    (message,) = deliver()
    assert f"/warteliste/{entry.token}/" in message.body
    bookings.cancel_booking(booking_id=booked.pk, now=NOW)
    offer = next(message for message in deliver() if message.to == [entry.email])
    entry.refresh_from_db()
    assert entry.offer is not None
    assert entry.offer.confirm_token in offer.body
    assert f"/warteliste/{entry.token}/" in offer.body
    assert "bis Di., 24. November 2026, 10 Uhr" in offer.body


def test_in_english_when_asked(slot: Slot) -> None:
    hold(slot, language="en")
    (message,) = deliver()
    assert '<html lang="en">' in html(message)
    assert "25 November 2026, 10 am" in message.body
