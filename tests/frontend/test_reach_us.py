"""Whoever is told to ask the town is told how: by phone, else by e-mail, else by its name."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from participation.models import Municipality
from tests.frontend.test_booking_pages import PARTY, form_of, links
from tests.workshops.factories import book, hold, make_slot
from tests.workshops.mails import deliver
from workshops.errors import CancelTooLate, ChangeTooLate
from workshops.models import Slot
from workshops.services import bookings, changes

MAIL = "mitwirken@menden.example.org"
WAYS = {
    "phone": ({"contact_phone": "02373 9030", "contact_email": MAIL}, "Rufen Sie uns an: 02373 90"),
    "mail": ({"contact_phone": "", "contact_email": MAIL}, f"Schreiben Sie uns: {MAIL}."),
    "name": ({"contact_phone": "", "contact_email": ""}, "Wenden Sie sich an uns: Stadt Menden."),
}


@pytest.fixture(params=WAYS)
def said(request: pytest.FixtureRequest, town: Municipality) -> str:
    fields, sentence = WAYS[request.param]
    Municipality.objects.filter(pk=town.pk).update(official_name="Stadt Menden", **fields)
    town.refresh_from_db()
    return sentence


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return make_slot(town, starts_at=timezone.now() + timedelta(days=2))


def words(html: str) -> str:
    """Without the links around the addresses."""
    return html.replace(f'<a href="mailto:{MAIL}">', "").replace("</a>", "")


def test_on_pages(client: Client, slot: Slot, said: str) -> None:
    client.post(form_of(slot), PARTY)
    assert said in words(client.get(f"/menden/termine/{slot.pk}/gebucht/").content.decode())
    booking = book(slot, now=timezone.now())
    Slot.objects.filter(pk=slot.pk).update(cancel_until_at=timezone.now())
    assert said in words(client.get(links(booking)[1]).content.decode())
    town = slot.workshop.municipality
    proof = render_to_string("bookings/proof.html", {"town": town, "challenge": {}})
    assert words(proof).count(said) == 2
    assert "rufen Sie" not in proof


def test_in_what_is_refused(slot: Slot, said: str) -> None:
    booking = book(slot, now=timezone.now())
    Slot.objects.filter(pk=slot.pk).update(cancel_until_at=timezone.now())
    now = timezone.now()
    with pytest.raises(CancelTooLate) as cancelled:
        bookings.cancel_booking(booking_id=booking.pk, now=now)
    with pytest.raises(ChangeTooLate) as changed:
        changes.change_booking(booking_id=booking.pk, changes={"name": "X"}, now=now)
    for refused in (cancelled.value, changed.value):
        assert said in str(refused.message)
        assert refused.extra["contact"] in said or refused.extra["contact"] == "02373 9030"


def test_in_the_mail_to_who_has_booked_already(slot: Slot, said: str) -> None:
    book(slot, email="kim@example.org", now=timezone.now())
    deliver()
    hold(slot, email="kim@example.org", now=timezone.now())
    (message,) = deliver()
    assert said in message.body
    assert said in str(message.alternatives[0][0])


def test_without_a_number_nobody_is_sent_to_the_phone(client: Client, slot: Slot) -> None:
    assert "am Telefon" not in client.get("/menden/").content.decode()
