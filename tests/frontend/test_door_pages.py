"""The door without JavaScript, and who may stand at it."""

import json
import re
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
from workshops.models import Booking, Scan, Slot, Ticket


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
    assert 'Alle <span data-fill="count">4</span> einlassen' in page
    assert inside() == 0
    assert answer_of(scan(door, slot, booking.code, seats=["1", "3"])) == "ok"
    assert inside() == 2
    assert answer_of(scan(door, slot, booking.code, all="1")) == "ok"
    assert inside() == 4
    assert answer_of(scan(door, slot, booking.code)) == "already_inside"


def test_a_bookings_own_qr_code_is_ticked_off(door: Client, slot: Slot) -> None:
    booking = book(slot, 3, now=timezone.now())
    address = f"http://127.0.0.1:8000/t/{booking.secret}/"
    page = scan(door, slot, address)
    assert "Wer ist da?" in page
    assert f'name="code" value="{address}"' in page
    assert answer_of(scan(door, slot, address, seats=["2"])) == "ok"
    assert inside() == 1


def test_out_and_in_again(door: Client, slot: Slot) -> None:
    booking = book(slot, 2, now=timezone.now())
    assert answer_of(scan(door, slot, booking.code, all="1")) == "ok"
    page = scan(door, slot, booking.code, kind="exit")
    assert 'name="kind" value="exit"' in page
    assert answer_of(scan(door, slot, booking.code, kind="exit", seats=["2"])) == "exit"
    assert inside() == 1
    assert answer_of(scan(door, slot, booking.code)) == "ok"
    assert inside() == 2


def test_a_refusal_is_overridden_with_a_reason(door: Client, town: Municipality) -> None:
    tomorrow = make_slot(town, starts_at=timezone.now() + timedelta(days=1))
    secret = book(tomorrow, now=timezone.now()).tickets.get().secret
    page = scan(door, tomorrow, secret)
    assert answer_of(page) == "too_early"
    assert "Trotzdem einlassen" in page
    assert answer_of(scan(door, tomorrow, secret, force_other="Hilft beim Aufbau")) == "ok"
    assert Scan.objects.latest("pk").force_reason == "Hilft beim Aufbau"


def test_who_has_no_code_is_found_by_name(door: Client, slot: Slot) -> None:
    booking = book(slot, 2, name="Änne Öztürk", now=timezone.now())
    page = door.get(f"/menden/einlass/{slot.pk}/?suche=öZt").content.decode()
    assert "Änne Öztürk" in page
    assert f'name="code" value="{booking.code}"' in page
    assert "0 von 2 drin" in page
    nobody = door.get(f"/menden/einlass/{slot.pk}/?suche=Schmidt").content.decode()
    assert "Änne" not in nobody


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
    form = {"party_size": "2", "name": "Familie Öztürk", "client_uuid": str(uuid4())}
    response = door.post(f"{page}ohne-buchung/", form)
    assert door.post(f"{page}ohne-buchung/", form)["Location"] == response["Location"]
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
    page = response.content.decode()
    assert "So viele Plätze sind nicht frei." in page
    assert "Zehn Minuten nach dem Beginn werden Plätze frei" in page.split("data-result=")[0]


def test_only_walk_ins_of_this_date_are_shown(
    door: Client, slot: Slot, town: Municipality, other_town: Municipality
) -> None:
    for other in (book(slot, now=timezone.now()), book(make_slot(other_town))):
        page = door.get(f"/menden/einlass/{slot.pk}/?ohne-buchung={other.code}")
        assert page.status_code == 200
        assert "ist drin" not in page.content.decode()


@pytest.mark.parametrize("page", ["", "{pk}/"])
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


def test_the_door_is_an_app_of_its_town(client: Client, slot: Slot) -> None:
    """Nobody logs in for it: there is nothing in it but our own files."""
    manifest = client.get("/menden/einlass/app.webmanifest")
    assert manifest["Content-Type"] == "application/manifest+json"
    about = manifest.json()
    assert about["name"] == "Einlass Menden"
    assert (about["start_url"], about["scope"], about["display"]) == (
        "/menden/einlass/",
        "/menden/einlass/",
        "standalone",
    )
    assert {icon["sizes"] for icon in about["icons"]} == {"192x192", "512x512"}
    assert "maskable" in {icon["purpose"] for icon in about["icons"]}
    for icon in about["icons"]:
        assert client.get(icon["src"]).status_code == 200


@pytest.mark.parametrize(
    ("address", "family", "page"),
    [
        ("/menden/einlass/sw.js", "einlass-menden-", "/menden/einlass/7/"),
        ("/stand/zaehler.js", "stand-", "/stand/aB3_-x/"),
    ],
)
def test_the_worker_names_files_that_are_there(
    client: Client, slot: Slot, address: str, family: str, page: str
) -> None:
    answer = client.get(address)
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    first, second = answer.content.decode().splitlines()
    kept = json.loads(first.removeprefix("self.kept = ").removesuffix(";"))
    assert kept["family"] == family
    assert re.search(kept["pages"], page)
    assert not re.search(kept["pages"], address)
    script = json.loads(second.removeprefix("importScripts(").removesuffix(");"))
    for path in [*kept["files"], script]:
        assert client.get(path).status_code == 200, path
    reads_codes = any(path.endswith(".wasm") for path in kept["files"])
    assert reads_codes == (address == "/menden/einlass/sw.js")


def test_another_colour_is_another_worker(client: Client, town: Municipality) -> None:
    before = client.get("/menden/einlass/sw.js").content
    assert client.get("/menden/einlass/sw.js").content == before
    Municipality.objects.filter(pk=town.pk).update(brand_color="#7a1f5d")
    assert client.get("/menden/einlass/sw.js").content != before


def test_people_without_a_booking_are_taken_back(door: Client, slot: Slot) -> None:
    url = f"/menden/einlass/{slot.pk}/"
    page = door.post(f"{url}ohne-buchung/", {"party_size": 2}, follow=True).content.decode()
    code = Booking.objects.get().code
    form = page.split('name="kind" value="undo"')[1].split("</form>")[0]
    assert f'value="{code}"' in form
    assert answer_of(scan(door, slot, code, kind="undo")) == "undone"
    slot.refresh_from_db()
    assert (slot.seats_taken, inside()) == (0, 0)
    assert "sind drin" not in door.get(f"{url}?ohne-buchung={code}").content.decode()
