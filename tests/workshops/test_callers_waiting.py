"""Who calls and has no e-mail address waits too: the desk puts them on the list and calls back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from participation import actors
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.models import Municipality
from participation.models.access import Role
from tests.factories import member
from tests.workshops.factories import NOW, book, make_slot, staff
from tests.workshops.test_emails import deliver
from workshops.models import Booking, Slot, WaitEntry
from workshops.services import bookings, waiting
from workshops.services.parties import Party

PHONE = "02373 12345"


def full_slot(town: Municipality) -> tuple[Slot, Booking]:
    slot = make_slot(town, capacity=2)
    return slot, book(slot, 2)


def calls(town: Municipality, slot: Slot, name: str = "Erna", phone: str = PHONE) -> WaitEntry:
    who = Party(1, name, phone=phone)
    return waiting.join(actor=staff(town), slot_id=slot.pk, party=who, now=NOW)


def test_offered_called_and_booked(town: Municipality) -> None:
    slot, booked = full_slot(town)
    first, second = calls(town, slot), calls(town, slot, "Paul", "")
    deliver()
    bookings.cancel_booking(booking_id=booked.pk, now=NOW)
    for entry in (first, second):
        entry.refresh_from_db()
        assert entry.state == "offered"
    waiting.accept(entry_id=first.pk, now=NOW, actor=staff(town))
    first.refresh_from_db()
    assert first.offer is not None
    assert (first.state, first.offer.state, first.offer.phone) == (
        "accepted",
        "confirmed",
        PHONE,
    )
    assert first.offer.tickets.count() == 1
    bookings.release_expired_holds(now=NOW + timedelta(days=2))
    second.refresh_from_db()
    assert second.state == "lapsed"
    assert [message.to for message in deliver()] == [[booked.email]]


def test_a_guest_needs_an_address_and_everybody_a_name(town: Municipality) -> None:
    slot, _booked = full_slot(town)
    with pytest.raises(InvalidInput):
        calls(town, slot, name="")
    guest = actors.guest(town)
    with pytest.raises(InvalidInput):
        waiting.join(actor=guest, slot_id=slot.pk, party=Party(1, "Erna"), now=NOW)


def test_only_this_town_s_desk_accepts(town: Municipality, other_town: Municipality) -> None:
    slot, booked = full_slot(town)
    entry = calls(town, slot)
    bookings.cancel_booking(booking_id=booked.pk, now=NOW)
    with pytest.raises(NotFound):
        waiting.accept(entry_id=entry.pk, now=NOW, actor=staff(other_town))
    with pytest.raises(LoginRequired):
        waiting.accept(entry_id=entry.pk, now=NOW, actor=actors.guest(town))


def test_over_the_api(town: Municipality, desk: APIClient) -> None:
    now = timezone.now()
    slot = make_slot(town, capacity=1, starts_at=now + timedelta(days=1))
    booked = book(slot, now=now)
    base = "/api/v1/municipalities/menden/"
    body = {"party_size": 1, "name": "Erna", "phone": PHONE}
    made = desk.post(f"{base}slots/{slot.pk}/waiting/", body)
    assert made.status_code == 201
    bookings.cancel_booking(booking_id=booked.pk, now=now)
    (row,) = desk.get(f"{base}slots/{slot.pk}/waiting/").json()["results"]
    assert (row["state"], row["phone"], row["email"]) == ("offered", PHONE, "")
    assert row["expires_at"]
    answer = desk.post(f"{base}waiting/{row['id']}/accept/")
    assert (answer.status_code, answer.json()["state"]) == (200, "accepted")


def test_on_the_page(client: Client, town: Municipality) -> None:
    now = timezone.now()
    slot = make_slot(town, capacity=1, starts_at=now + timedelta(days=1))
    booked = book(slot, now=now)
    client.force_login(member(None, town, Role.FACILITATOR))
    page = f"/menden/verwaltung/termine/{slot.pk}/warteliste/"
    body = {"party_size": "1", "min_party": "1", "name": "Erna", "phone": PHONE}
    wrong = client.post(page, body | {"name": ""})
    assert wrong.status_code == 422
    assert PHONE in wrong.content.decode()
    assert client.post(page, body).status_code == 302
    assert "Bitte anrufen" not in client.get(page).content.decode()
    bookings.cancel_booking(booking_id=booked.pk, now=now)
    assert "Bitte anrufen" in client.get(page).content.decode()
    entry = WaitEntry.objects.get()
    answer = client.post(f"/menden/verwaltung/warteliste/{entry.pk}/", {"step": "accept"})
    entry.refresh_from_db()
    assert entry.offer is not None
    assert answer["Location"] == f"/menden/verwaltung/buchungen/{entry.offer.code}/"
