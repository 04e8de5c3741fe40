"""The link of an online date: for who has confirmed seats, and for nobody else."""

from datetime import datetime

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from participation.models import Municipality
from participation.models.access import Role
from tests.factories import member
from tests.workshops.factories import book, hold, make_slot, make_workshop
from tests.workshops.test_emails import html
from workshops import emails, tickets
from workshops.emails import reminders
from workshops.models import Booking, Slot

BASE = "/api/v1/municipalities/menden"
LINK = "https://konferenz.example.org/raum-7"


@pytest.fixture
def slot(town: Municipality, soon: datetime) -> Slot:
    workshop = make_workshop(town, is_online=True, online_url="https://konferenz.example.org/alle")
    return make_slot(town, workshop=workshop, starts_at=soon, online_url=LINK)


def test_the_public_never_reads_it(client: Client, api: APIClient, slot: Slot) -> None:
    for path in (
        f"/menden/angebote/{slot.workshop_id}/",
        "/menden/angebote/",
        f"/menden/termine/{slot.pk}/buchen/",
        f"/menden/termine/{slot.pk}/termin.ics",
        f"{BASE}/slots/",
        f"{BASE}/slots/{slot.pk}/",
        f"{BASE}/workshops/",
        f"{BASE}/workshops/{slot.workshop_id}/",
    ):
        answer = client.get(path)
        assert answer.status_code == 200
        assert b"konferenz.example.org" not in answer.content, path
    assert api.get(f"{BASE}/slots/{slot.pk}/").json()["place"] == "Online"


def test_a_guest_with_confirmed_seats_reads_it(client: Client, slot: Slot) -> None:
    booking = book(slot, email="kim@example.org", now=timezone.now())
    manage = f"/buchung/{booking.code}/{booking.manage_token}/"
    for path in (manage, f"{manage}termin.ics", f"/t/{booking.tickets.get().secret}/"):
        assert LINK in client.get(path).content.decode().replace("\r\n ", ""), path
    emails.send_tickets.call(booking.pk)
    (sent,) = mail.outbox
    assert LINK in sent.body
    assert isinstance(sent, EmailMultiAlternatives)
    assert LINK in str(sent.alternatives[0][0])


def test_a_reminder_names_it_once_and_shows_it_in_words(slot: Slot) -> None:
    booking = book(slot, email="kim@example.org", now=timezone.now())
    reminders.send_reminder.call(booking.pk, slot.pk, on_day=False)
    (sent,) = mail.outbox
    assert sent.body.count(LINK) == 1
    assert isinstance(sent, EmailMultiAlternatives)
    assert str(sent.alternatives[0][0]).count(LINK) == 1
    assert f'<a href="{LINK}">Online</a>' in str(sent.alternatives[0][0])


def test_over_the_api_a_guest_reads_it_once_confirmed(api: APIClient, slot: Slot) -> None:
    body = {"party_size": 1, "name": "Kim", "email": "kim@example.org"}
    held = api.post(f"{BASE}/slots/{slot.pk}/bookings/", body)
    assert "konferenz" not in held.content.decode()
    booking = Booking.objects.get()
    path, token = f"/api/v1/bookings/{booking.code}/", {"X-Manage-Token": booking.manage_token}
    assert api.get(path, headers=token).json()["online_url"] is None
    confirmed = api.post("/api/v1/bookings/confirm/", {"token": booking.confirm_token})
    assert confirmed.json()["online_url"] == LINK
    assert api.get(path, headers=token).json()["online_url"] == LINK
    api.post(f"{path}cancel/", {}, headers=token)
    assert api.get(path, headers=token).json()["online_url"] is None


@pytest.mark.parametrize("state", [Booking.State.CANCELLED, Booking.State.EXPIRED])
def test_who_gave_the_seats_back_no_longer(client: Client, slot: Slot, state: str) -> None:
    booking = book(slot, email="kim@example.org", now=timezone.now())
    Booking.objects.filter(pk=booking.pk).update(state=state)
    manage = f"/buchung/{booking.code}/{booking.manage_token}/"
    for path in (manage, f"{manage}termin.ics"):
        assert "konferenz.example.org" not in client.get(path).content.decode(), path


def test_who_has_not_confirmed_not_yet(client: Client, slot: Slot) -> None:
    booking = hold(slot, email="kim@example.org", now=timezone.now())
    assert tickets.online_url_for(booking) == ""
    page = client.get(f"/buchung/bestaetigen/{booking.confirm_token}/")
    assert "konferenz.example.org" not in page.content.decode()
    emails.send_confirm_link.call(booking.pk)
    assert "konferenz.example.org" not in mail.outbox[0].body


def test_a_caller_gets_it_on_paper(client: Client, town: Municipality, slot: Slot) -> None:
    client.force_login(member(None, town, Role.ADMIN))
    booking = book(slot, now=timezone.now())
    page = client.get(f"/menden/verwaltung/buchungen/{booking.code}/drucken/").content.decode()
    assert f"Online: {LINK}" in page
    assert "findet online statt" in page
    assert "am Eingang" not in page


def test_nobody_is_sent_to_an_entrance(client: Client, slot: Slot) -> None:
    booking = book(slot, email="kim@example.org", now=timezone.now())
    emails.send_tickets.call(booking.pk)
    reminders.send_reminder.call(booking.pk, slot.pk, on_day=False)
    mails = [sent for sent in mail.outbox if isinstance(sent, EmailMultiAlternatives)]
    texts = [text for sent in mails for text in (sent.body, html(sent))]
    ticket = booking.tickets.get().secret
    pages = (f"/buchung/{booking.code}/{booking.manage_token}/", f"/t/{ticket}/")
    texts.extend(client.get(path).content.decode() for path in pages)
    assert len(texts) == 6
    for text in texts:
        assert "findet online statt" in text
        assert "am Einlass" not in text
        assert "am Eingang" not in text.replace("Am", "am")
