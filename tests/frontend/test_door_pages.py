"""The door without JavaScript, and who may stand at it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from participation.models import Municipality
from participation.models.access import Role
from tests.factories import member
from tests.workshops.factories import book, make_slot
from workshops.models import Booking, Slot, Ticket

COUNT_QUERIES = 6  # session, person, municipality, roles, slot, counts


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return make_slot(town, starts_at=timezone.now() + timedelta(hours=1))


@pytest.fixture
def door(client: Client, town: Municipality) -> Client:
    client.force_login(member(None, town, Role.DOOR), "django.contrib.auth.backends.ModelBackend")
    return client


def scan(door: Client, slot: Slot, code: str, **more: Any) -> str:
    form = {"code": code, "client_uuid": str(uuid4()), "kind": "entry", **more}
    response = door.post(f"/menden/einlass/{slot.pk}/", form)
    assert response.status_code == 200
    return response.content.decode()


def answer_of(page: str) -> str:
    """The reason of the answer shown; templates of the island come later in the page."""
    return page.split('data-reason="')[1].split('"', maxsplit=1)[0]


def inside() -> int:
    return Ticket.objects.exclude(entered_at=None).count()


def test_the_list_has_tonights_dates(door: Client, slot: Slot, town: Municipality) -> None:
    later = make_slot(town, starts_at=timezone.now() + timedelta(days=3))
    page = door.get("/menden/einlass/").content.decode()
    assert f"/menden/einlass/{slot.pk}/" in page
    assert f"/menden/einlass/{later.pk}/" not in page


def test_a_day_without_a_date_says_so(door: Client) -> None:
    assert "Heute ist kein Termin" in door.get("/menden/einlass/").content.decode()


def test_a_ticket_goes_in_once_and_is_taken_back(door: Client, slot: Slot) -> None:
    secret = book(slot, now=timezone.now()).tickets.get().secret
    uuid = str(uuid4())
    assert answer_of(scan(door, slot, secret, client_uuid=uuid)) == "ok"
    assert answer_of(scan(door, slot, secret, client_uuid=uuid)) == "ok"
    again = scan(door, slot, f"http://127.0.0.1:8000/t/{secret}/")
    assert answer_of(again) == "already_inside"
    assert "Zum ersten Mal um" in again
    assert inside() == 1
    assert "Zurückgenommen" in scan(door, slot, secret, kind="undo", seats="1")
    assert inside() == 0


def test_a_party_is_ticked_off(door: Client, slot: Slot) -> None:
    booking = book(slot, 4, now=timezone.now())
    page = scan(door, slot, booking.code.lower())
    assert "Wer ist da?" in page
    assert "Alle einlassen" in page
    assert inside() == 0
    assert answer_of(scan(door, slot, booking.code, seats=["1", "3"])) == "ok"
    assert inside() == 2
    assert answer_of(scan(door, slot, booking.code, all="1")) == "ok"
    assert inside() == 4
    assert answer_of(scan(door, slot, booking.code)) == "already_inside"


def test_seats_behind_a_code_for_the_scanner(door: Client, slot: Slot) -> None:
    booking = book(slot, 2, now=timezone.now())
    url = f"/menden/einlass/{slot.pk}/buchung/{booking.code}/"
    assert door.get(url).json() == {
        "code": booking.code,
        "name": "Kim",
        "seats": [
            {"seq": 1, "name": "", "inside": False},
            {"seq": 2, "name": "", "inside": False},
        ],
    }
    assert door.get(f"/menden/einlass/{slot.pk}/buchung/AAAAAA/").status_code == 404


def test_refusals_name_their_reason(door: Client, slot: Slot, town: Municipality) -> None:
    elsewhere = make_slot(town, starts_at=timezone.now() + timedelta(hours=1))
    other = book(elsewhere, now=timezone.now()).tickets.get().secret
    assert answer_of(scan(door, slot, other)) == "wrong_slot"
    assert answer_of(scan(door, slot, "VDV-KA 0815")) == "unknown"
    tomorrow = make_slot(town, starts_at=timezone.now() + timedelta(days=1))
    early = book(tomorrow, now=timezone.now()).tickets.get().secret
    assert answer_of(scan(door, tomorrow, early)) == "too_early"


@pytest.mark.parametrize(
    "form",
    [
        {"code": "", "client_uuid": str(uuid4()), "kind": "entry"},
        {"code": "x" * 201, "client_uuid": str(uuid4()), "kind": "entry"},
        {"code": "AC4K7M", "client_uuid": "keine", "kind": "entry"},
        {"code": "AC4K7M", "client_uuid": str(uuid4()), "kind": "teleport"},
    ],
)
def test_a_broken_form_is_explained(door: Client, slot: Slot, form: dict[str, str]) -> None:
    assert door.post(f"/menden/einlass/{slot.pk}/", form).status_code == 422


def test_a_walk_in_is_two_taps(door: Client, slot: Slot) -> None:
    page = f"/menden/einlass/{slot.pk}/"
    assert "Ohne Buchung einlassen" in door.get(page).content.decode()
    response = door.post(f"{page}ohne-buchung/", {"party_size": "2", "name": "Familie Öztürk"})
    booking = Booking.objects.get()
    assert (booking.party_size, booking.source, inside()) == (2, Booking.Source.WALK_IN, 2)
    shown = door.get(response["Location"])
    assert shown["Cache-Control"] == "no-store, private"
    text = shown.content.decode()
    assert "2 Personen sind drin" in text
    assert "Familie Öztürk" in text
    assert f'<strong class="mw-code">{booking.code}</strong>' in text
    assert text.count('class="mw-ticket"') == 2
    assert '<dd data-count="inside">2</dd>' in text
    door.get(response["Location"])
    assert inside() == 2


@pytest.mark.parametrize(
    "form",
    [{}, {"party_size": "0"}, {"party_size": "5"}, {"party_size": "1", "name": "x" * 121}],
)
def test_a_wrong_walk_in_is_explained(door: Client, slot: Slot, form: dict[str, str]) -> None:
    response = door.post(f"/menden/einlass/{slot.pk}/ohne-buchung/", form)
    assert response.status_code == 422
    assert "data-error-summary" in response.content.decode()
    assert inside() == 0


def test_a_full_house_takes_no_walk_ins(door: Client, slot: Slot) -> None:
    book(slot, 9, now=timezone.now())
    response = door.post(f"/menden/einlass/{slot.pk}/ohne-buchung/", {"party_size": "2"})
    assert response.status_code == 422
    assert "So viele Plätze sind nicht frei." in response.content.decode()


def test_only_walk_ins_of_this_date_are_shown(
    door: Client, slot: Slot, town: Municipality, other_town: Municipality
) -> None:
    for other in (book(slot, now=timezone.now()), book(make_slot(other_town))):
        page = door.get(f"/menden/einlass/{slot.pk}/?ohne-buchung={other.code}")
        assert page.status_code == 200
        assert "ist drin" not in page.content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_the_counts_cost_the_same_for_all(
    door: Client, slot: Slot, rows: int, django_assert_num_queries: Any
) -> None:
    Slot.objects.filter(pk=slot.pk).update(capacity=50)
    for _row in range(rows):
        book(slot, now=timezone.now())
    with django_assert_num_queries(COUNT_QUERIES):
        response = door.get(f"/menden/einlass/{slot.pk}/stand/")
    assert response.json() == {"inside": 0, "expected": rows, "seats": 50}


@pytest.mark.parametrize("page", ["", "{pk}/", "{pk}/stand/", "{pk}/buchung/AAAAAA/"])
def test_only_the_door_staff_of_the_town(
    client: Client, slot: Slot, town: Municipality, other_town: Municipality, page: str
) -> None:
    path = page.format(pk=slot.pk)
    guest = client.get(f"/menden/einlass/{path}")
    assert guest.status_code == 302
    assert guest["Location"].startswith("/konto/login/?next=/menden/einlass/")
    walk_in = f"einlass/{slot.pk}/ohne-buchung/"
    assert client.post(f"/menden/{walk_in}").status_code == 302
    stranger = member(None, other_town, Role.DOOR)
    client.force_login(stranger, "django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/menden/einlass/{path}").status_code == 403
    assert client.post(f"/menden/{walk_in}", {"party_size": "1"}).status_code == 403
    assert client.post(f"/arnsberg/{walk_in}", {"party_size": "1"}).status_code == 404
    if path:
        assert client.get(f"/arnsberg/einlass/{path}").status_code == 404
