"""The desk: whom to tell when a date is called off, and where they go instead."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from participation.models import Municipality
from participation.models.access import Role
from tests.factories import member
from tests.workshops.factories import book, make_slot, party, staff
from workshops.models import Booking, Slot
from workshops.services import bookings, waiting
from workshops.services.parties import Party


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return make_slot(town, starts_at=timezone.now() + timedelta(days=2), capacity=40)


@pytest.fixture
def desk(client: Client, town: Municipality) -> Client:
    client.force_login(member(None, town, Role.CASE_WORKER))
    return client


def page_of(slot: Slot, rest: str = "") -> str:
    return f"/menden/verwaltung/termine/{slot.pk}/{rest}"


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_who_has_no_address_is_called_and_moved_when_the_date_is_called_off(
    desk: Client, slot: Slot
) -> None:
    now = timezone.now()
    caller, reached = book(slot, 2, now=now), book(slot, now=now)
    Booking.objects.filter(pk=caller.pk).update(email="")
    to_call = "Eine Buchung hat keine E-Mail-Adresse: bitte anrufen."
    assert to_call not in text_of(desk.get(page_of(slot)))
    other = make_slot(
        slot.workshop.municipality, workshop=slot.workshop, starts_at=now + timedelta(days=9)
    )
    desk.post(page_of(slot, "absagen/"), {"reason": ""})
    page = text_of(desk.get(page_of(slot)))
    assert to_call in page
    assert "Noch hat niemand gebucht." not in page
    listed = text_of(desk.get(page_of(slot), {"stand": "no_email"}))
    assert caller.code in listed
    assert reached.code not in listed
    Booking.objects.filter(pk=reached.pk).update(email="", erased_at=now)
    assert reached.code not in text_of(desk.get(page_of(slot), {"stand": "no_email"}))
    page = f"/menden/verwaltung/buchungen/{caller.code}/"
    assert f"{page}termin/" in text_of(desk.get(page))
    desk.post(f"{page}termin/", {"slot": other.pk})
    caller.refresh_from_db()
    assert (caller.slot_id, caller.state) == (other.pk, "confirmed")
    assert to_call not in text_of(desk.get(page_of(slot)))


def test_who_waits_without_an_address_is_called_before_the_date_is_called_off(
    desk: Client, slot: Slot
) -> None:
    book(slot, 40, now=timezone.now())
    words = "Ein Eintrag der Warteliste hat keine E-Mail-Adresse: bitte vorher anrufen."
    waiting.join(
        actor=staff(slot.workshop.municipality),
        slot_id=slot.pk,
        party=Party(1, "Ada", phone="02373 12345"),
        now=timezone.now(),
    )
    waiting.join(
        actor=staff(slot.workshop.municipality), slot_id=slot.pk, party=party(), now=timezone.now()
    )
    assert words in text_of(desk.get(page_of(slot, "absagen/")))


def test_a_booking_cancelled_alone_does_not_say_that_the_date_is_off(
    client: Client, slot: Slot
) -> None:
    booked = book(slot, now=timezone.now())
    bookings.cancel_booking(
        booking_id=booked.pk, now=timezone.now(), by="desk", actor=staff(slot.workshop.municipality)
    )
    page = client.get(f"/buchung/{booked.code}/{booked.manage_token}/")
    assert "fällt leider aus" not in text_of(page)
