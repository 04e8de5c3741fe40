"""The desk: one date, its guests, bookings for others, messages, and who waits."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.utils import timezone, translation

from frontend.spelling import spelled
from participation import actors
from participation.models import Municipality
from participation.models.access import Role
from tests.factories import member
from tests.workshops.factories import book, hold, make_slot, make_workshop, party
from workshops.models import Booking, GuestMessage, Slot, Ticket, WaitEntry
from workshops.services import waiting

# Session, person, municipality, roles, slot; guests and their number, counts by state, at the door,
# waiting, messages.
SLOT_QUERIES = 11
DOOR_LIST_QUERIES = 8


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return make_slot(town, starts_at=timezone.now() + timedelta(days=2), capacity=40)


@pytest.fixture
def desk(client: Client, town: Municipality) -> Client:
    staff = member(None, town, Role.CASE_WORKER)
    client.force_login(staff, "django.contrib.auth.backends.ModelBackend")
    return client


def page_of(slot: Slot, rest: str = "") -> str:
    return f"/menden/verwaltung/termine/{slot.pk}/{rest}"


def text_of(response: Any) -> str:
    return str(response.content.decode())


# --- The date ------------------------------------------------------------------------------------


def test_a_date_is_closed_opened_and_called_off_on_a_page_of_its_own(
    desk: Client, slot: Slot
) -> None:
    for step, state in (("close", "closed"), ("open", "open")):
        desk.post(page_of(slot, "schritt/"), {"step": step})
        slot.refresh_from_db()
        assert slot.state == state
    book(slot, now=timezone.now(), email="kim@example.org")
    other = make_slot(
        slot.workshop.municipality,
        workshop=slot.workshop,
        starts_at=timezone.now() + timedelta(days=9),
    )
    page = text_of(desk.get(page_of(slot, "absagen/")))
    assert "wirklich absagen" in page
    assert "die noch Plätze haben" in page
    assert desk.post(page_of(slot, "absagen/"), {"reason": "x" * 501}).status_code == 422
    slot.refresh_from_db()
    assert slot.state == Slot.State.OPEN
    desk.post(page_of(slot, "absagen/"), {"reason": "Die Kursleitung ist krank."})
    slot.refresh_from_db()
    assert (slot.state, slot.cancel_reason) == ("cancelled", "Die Kursleitung ist krank.")
    assert "Abgesagt: Die Kursleitung ist krank." in text_of(desk.get(page_of(slot)))
    assert desk.post(page_of(slot, "absagen/"), {}).status_code == 422
    again = desk.post(page_of(slot, "schritt/"), {"step": "open"}, follow=True)
    assert "nicht möglich" in text_of(again)
    assert Slot.objects.get(pk=other.pk).state == Slot.State.OPEN


@pytest.mark.parametrize(
    ("taken", "words"),
    [
        (2, "Erst 2 von mindestens 8"),
        (4, "Noch 4 bis zur Mindestzahl 8"),
        (8, "Mindestzahl 8"),
    ],
)
def test_the_traffic_light_speaks(desk: Client, slot: Slot, taken: int, words: str) -> None:
    Slot.objects.filter(pk=slot.pk).update(min_seats=8)
    book(slot, taken, now=timezone.now())
    assert words in text_of(desk.get(page_of(slot)))
    desk.post(page_of(slot, "schritt/"), {"step": "go"})
    page = text_of(desk.get(page_of(slot)))
    assert "Findet statt" in page
    assert "auf jeden Fall" not in page


def test_fewer_seats_than_taken_are_refused_in_words(desk: Client, slot: Slot) -> None:
    book(slot, 5, now=timezone.now())
    hold(slot, 2, now=timezone.now())
    refused = desk.post(page_of(slot, "plaetze/"), {"capacity": "6"})
    assert refused.status_code == 422
    assert "7 Plätze sind schon vergeben, davon 2 noch nicht bestätigt." in text_of(refused)
    assert desk.post(page_of(slot, "plaetze/"), {"capacity": "0"}).status_code == 422
    desk.post(page_of(slot, "plaetze/"), {"capacity": "7"})
    slot.refresh_from_db()
    assert slot.capacity == 7


def test_more_seats_go_to_who_waits(desk: Client, town: Municipality) -> None:
    slot = make_slot(town, starts_at=timezone.now() + timedelta(days=2), capacity=1)
    book(slot, now=timezone.now())
    entry = wait(slot)
    assert "Mehr Plätze bieten wir ihr sofort an" in text_of(desk.get(page_of(slot, "plaetze/")))
    desk.post(page_of(slot, "plaetze/"), {"capacity": "2"})
    entry.refresh_from_db()
    assert entry.state == WaitEntry.State.OFFERED


# --- Guests --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 30])
def test_the_date_costs_the_same_for_all(
    desk: Client, slot: Slot, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        book(slot, now=timezone.now(), name=f"Gast {number}", access_needs="Rampe")
    with django_assert_num_queries(SLOT_QUERIES):
        page = text_of(desk.get(page_of(slot)))
    assert page.count("Gast ") == rows
    assert page.count("Rampe") == rows
    with django_assert_num_queries(DOOR_LIST_QUERIES):
        door_list = text_of(desk.get(page_of(slot, "tuerliste/")))
    assert door_list.count("Gast ") == rows
    assert "Rampe" not in door_list
    assert "@example.org" not in door_list


def test_the_guest_list_is_searched_and_narrowed(desk: Client, slot: Slot) -> None:
    now = timezone.now()
    ada = book(slot, 2, now=now, name="Ada Lovelace", names=["Ada", "Byron"], organisation="Verein")
    book(slot, 2, now=now, name="Grace Hopper")
    gone = book(slot, now=now, name="Alan Turing")
    Booking.objects.filter(pk=gone.pk).update(state=Booking.State.NO_SHOW)
    hold(slot, now=now, name="Konrad Zuse")
    Booking.objects.filter(name="Grace Hopper").update(reconfirm_asked_at=now)
    everyone = {"Ada Lovelace", "Grace Hopper", "Alan Turing", "Konrad Zuse"}

    def shown(query: str) -> set[str]:
        page = text_of(desk.get(page_of(slot, f"?{query}")))
        return {name for name in everyone if name in page}

    assert shown("") == everyone - {"Alan Turing"}
    assert shown("stand=nonsense") == everyone - {"Alan Turing"}
    assert shown("stand=no_show") == {"Alan Turing"}
    assert shown("stand=held") == {"Konrad Zuse"}
    assert shown("stand=silent") == {"Grace Hopper"}
    assert shown("stand=answered") == set()
    for text in ("lovel", "byron", "verein", ada.code.lower(), ada.email):
        assert shown(f"suche={text}") == {"Ada Lovelace"}, text
    assert "Dazu gibt es hier niemanden" in text_of(desk.get(page_of(slot, "?suche=niemand")))


def test_sheets_hold_no_formula_and_no_needs_unless_asked(desk: Client, slot: Slot) -> None:
    book(slot, now=timezone.now(), name="=1+1", access_needs="Rampe", phone="+49 2373 1")
    answer = desk.get(page_of(slot, "gaeste.csv"))
    assert answer["Content-Disposition"] == f'attachment; filename="gaeste-{slot.pk}.csv"'
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert rows[0].startswith("Name;Einrichtung;Plätze;Da;Code;Stand;")
    assert rows[1].startswith("'=1+1;;1;0;")
    assert "'+49 2373 1" in rows[1]
    assert "Rampe" not in rows[1]
    needs = desk.get(page_of(slot, "gaeste.csv?bedarf=1")).content.decode("utf-8-sig")
    assert needs.splitlines()[1].endswith(";Rampe")
    nobody = desk.get(page_of(slot, "gaeste.csv?stand=cancelled")).content.decode("utf-8-sig")
    assert len(nobody.splitlines()) == 1
    book_ = ZipFile(BytesIO(desk.get(page_of(slot, "gaeste.xlsx")).content))
    sheet = book_.read("xl/worksheets/sheet1.xml").decode()
    assert "=1+1" in sheet
    assert "<f>" not in sheet


# --- Bookings for others -------------------------------------------------------------------------


def test_a_booking_by_phone_is_read_aloud_and_printed(desk: Client, slot: Slot) -> None:
    assert desk.get(page_of(slot, "buchen/")).status_code == 200
    assert (
        desk.post(page_of(slot, "buchen/"), {"party_size": "101", "name": "A"}).status_code == 422
    )
    form = {"party_size": "12", "name": "Ada", "phone": "02373 1234"}
    response = desk.post(page_of(slot, "buchen/"), form)
    booking = Booking.objects.get()
    assert (booking.state, booking.phone, booking.email) == ("confirmed", "02373 1234", "")
    assert response["Location"] == f"/menden/verwaltung/buchungen/{booking.code}/"
    page = text_of(desk.get(response["Location"]))
    assert f'translate="no">{booking.code}<' in page
    assert " – ".join(spelled(booking.code)) in page
    assert page.count('class="mw-ticket"') == 12
    sheet = text_of(desk.get(f"{response['Location']}drucken/"))
    assert booking.code in sheet
    assert sheet.count("mw-sheet__qr") == 1
    cancel = f"{response['Location']}stornieren/"
    assert desk.get(cancel).status_code == 200
    assert desk.post(cancel, {}).status_code == 422
    desk.post(cancel, {"seats": [str(seq) for seq in range(1, 13)]})
    booking.refresh_from_db()
    assert (booking.state, booking.cancelled_by) == ("cancelled", "venue")
    assert "gilt nicht (mehr)" in text_of(desk.get(f"{response['Location']}drucken/"))


def test_codes_are_spelled_in_the_language_of_the_page() -> None:
    assert spelled("K7W") == ["Köln", "7", "Wuppertal"]
    with translation.override("en"):
        assert spelled("K7W") == ["Kilo", "7", "Whiskey"]


def test_a_class_is_one_booking(desk: Client, slot: Slot) -> None:
    form = {"organisation": "Schule am Park", "name": "Frau Yıldız", "party_size": "28"}
    assert desk.get(page_of(slot, "gruppe/")).status_code == 200
    too_many = {"names": "\n".join(["Kim"] * 29)}
    assert desk.post(page_of(slot, "gruppe/"), form | too_many).status_code == 422
    names = {"names": "Kim\n\n Ada \n"}
    response = desk.post(page_of(slot, "gruppe/"), form | names)
    booking = Booking.objects.get()
    assert (booking.source, booking.party_size) == ("group", 28)
    assert [t.name for t in booking.tickets.order_by("seq")[:3]] == ["Kim", "Ada", ""]
    assert booking.secret
    inside = Ticket.objects.filter(booking=booking, seq__lte=27)
    inside.update(entered_at=timezone.now())
    for page in (response["Location"], page_of(slot), page_of(slot, "tuerliste/")):
        assert "27 von 28 da" in text_of(desk.get(page))
    full = text_of(desk.post(page_of(slot, "gruppe/"), form))
    assert "Es sind nur noch 12 Plätze frei. Teilen Sie die Gruppe" in full
    assert "Warteliste" not in full.split("<main")[1].split("</form>")[0]


# --- Messages ------------------------------------------------------------------------------------


def test_a_message_is_looked_at_before_it_is_sent(desk: Client, slot: Slot) -> None:
    book(slot, now=timezone.now(), email="kim@example.org")
    book(slot, now=timezone.now(), email="")
    Booking.objects.filter(name="Kim").exclude(email="kim@example.org").update(email="")
    url, form = page_of(slot, "nachricht/"), {"subject": "Parken", "text": "Am Markt\nist frei."}
    assert desk.post(url, {"subject": "Parken"}).status_code == 422
    preview = text_of(desk.post(url, form))
    assert "So lesen es die Gäste" in preview
    assert "An eine Buchung senden" in preview
    assert "bitte anrufen" in preview
    assert "Vorschau ansehen" in text_of(desk.post(url, form | {"change": "1"}))
    assert not GuestMessage.objects.exists()
    sent = desk.post(url, form | {"send": "1"}, follow=True)
    assert "1 Mail ist unterwegs" in text_of(sent)
    assert "Parken" in text_of(sent)
    assert GuestMessage.objects.get().text == "Am Markt\nist frei."


def test_the_desk_sees_what_else_a_guest_has_at_that_time_in_its_own_town(
    desk: Client, slot: Slot, other_town: Municipality
) -> None:
    now = timezone.now()
    same = {"starts_at": slot.starts_at, "capacity": 5}
    here = make_slot(slot.workshop.municipality, **same)
    there = make_slot(other_town, **same)
    first, _here, _there = (
        book(one, now=now, email="kim@example.org") for one in (slot, here, there)
    )
    page = text_of(desk.get(f"/menden/verwaltung/buchungen/{first.code}/"))
    assert "Zur selben Zeit hat diese Adresse auch das gebucht:" in page
    assert page.count('<li class="kern-body"><span>') == 1


# --- Waiting list --------------------------------------------------------------------------------


def wait(slot: Slot, size: int = 1, **fields: Any) -> WaitEntry:
    guest = actors.guest(slot.workshop.municipality)
    return waiting.join(
        actor=guest, slot_id=slot.pk, party=party(size, **fields), now=timezone.now()
    )


@pytest.mark.parametrize("rows", [1, 30])
def test_the_waiting_list_costs_the_same_for_all(
    desk: Client, slot: Slot, rows: int, django_assert_num_queries: Any
) -> None:
    book(slot, 40, now=timezone.now())
    for number in range(rows):
        wait(slot, name=f"Gast {number}")
    with django_assert_num_queries(6):
        page = text_of(desk.get(page_of(slot, "warteliste/")))
    assert page.count("<h2") >= rows
    assert f"{rows}. Gast {rows - 1}" in page


def test_the_desk_changes_the_order_offers_and_removes(desk: Client, slot: Slot) -> None:
    booked = book(slot, 40, now=timezone.now())
    first, second = wait(slot, 2, name="Familie Eins"), wait(slot, 1, name="Zwei")

    def step(entry: WaitEntry, **data: str) -> None:
        desk.post(f"/menden/verwaltung/warteliste/{entry.pk}/", data)
        entry.refresh_from_db()

    step(second, step="priority", priority="10")
    assert second.priority == 10
    step(second, step="priority", priority="11")
    assert second.priority == 10
    page = text_of(desk.get(page_of(slot, "warteliste/")))
    assert page.index("1. Zwei") < page.index("2. Familie Eins")
    assert "Jetzt anbieten" not in page
    Slot.objects.filter(pk=slot.pk).update(capacity=42)
    step(first, step="offer")
    assert first.state == WaitEntry.State.OFFERED
    assert "2 Plätze angeboten bis" in text_of(desk.get(page_of(slot, "warteliste/")))
    step(second, step="remove")
    assert second.state == WaitEntry.State.LEFT
    step(second, step="offer")
    assert second.state == WaitEntry.State.LEFT
    assert booked.is_active


# --- Who comes -----------------------------------------------------------------------------------


@pytest.fixture
def asked(town: Municipality) -> Booking:
    workshop = make_workshop(town, asks_reconfirmation=True)
    slot = make_slot(town, workshop=workshop, starts_at=timezone.now() + timedelta(days=2))
    booking = book(slot, 3, now=timezone.now(), email="kim@example.org")
    Booking.objects.filter(pk=booking.pk).update(reconfirm_asked_at=timezone.now())
    Slot.objects.filter(pk=slot.pk).update(reconfirm_asked_at=timezone.now())
    return Booking.objects.get(pk=booking.pk)


def test_one_click_answers_and_a_look_does_not(client: Client, asked: Booking) -> None:
    url = f"/buchung/{asked.code}/{asked.manage_token}/zusage/"
    page = client.get(url)
    assert page["Cache-Control"] == "no-store, private"
    for words in ("Wir kommen zu dritt", "Wir kommen zu zweit", "Nur eine Person", "Niemand von"):
        assert words in text_of(page)
    assert not Booking.objects.filter(pk=asked.pk, reconfirmed_at__isnull=False).exists()
    assert client.post(url, {"seats": "4"}).status_code == 422
    assert client.post(url, {"seats": "zwei"}).status_code == 422
    assert "wir rechnen mit Ihnen" in text_of(client.post(url, {"seats": "2"}, follow=True))
    asked.refresh_from_db()
    assert asked.reconfirmed_at is not None
    assert (asked.party_size, asked.slot.seats_taken) == (2, 2)
    assert "nichts mehr zu antworten" in text_of(client.post(url, {"seats": "0"}, follow=True))
    assert client.post(url, {"seats": "1"}).status_code == 410
    assert client.get(url.replace(asked.manage_token, "falsch")).status_code == 404


def test_the_desk_enters_an_answer_given_by_phone(desk: Client, asked: Booking) -> None:
    page = text_of(desk.get(page_of(asked.slot)))
    assert "eine Antwort fehlt" in page
    url = f"/menden/verwaltung/buchungen/{asked.code}/"
    assert "Zusage eintragen" in text_of(desk.get(url))
    desk.post(f"{url}zusage/")
    asked.refresh_from_db()
    assert asked.reconfirmed_at is not None
    assert "kommt" in text_of(desk.get(url))


# --- Strangers -----------------------------------------------------------------------------------

PAGES = (
    "termine/{slot}/",
    "termine/{slot}/absagen/",
    "termine/{slot}/plaetze/",
    "termine/{slot}/nachricht/",
    "termine/{slot}/tuerliste/",
    "termine/{slot}/gaeste.xlsx",
    "termine/{slot}/warteliste/",
    "termine/{slot}/buchen/",
    "termine/{slot}/gruppe/",
    "buchungen/{code}/",
    "buchungen/{code}/drucken/",
    "buchungen/{code}/stornieren/",
)


@pytest.mark.parametrize("page", PAGES)
def test_only_the_desk_of_the_town(
    client: Client, slot: Slot, town: Municipality, other_town: Municipality, page: str
) -> None:
    code = book(slot, now=timezone.now()).code
    path = "verwaltung/" + page.format(slot=slot.pk, code=code)
    guest = client.get(f"/menden/{path}")
    assert guest.status_code == 302
    assert guest["Location"].startswith("/konto/login/")
    door = member(None, town, Role.DOOR)
    client.force_login(door, "django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/menden/{path}").status_code == 403
    stranger = member(None, other_town, Role.CASE_WORKER)
    client.force_login(stranger, "django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/menden/{path}").status_code == 403
    assert client.get(f"/arnsberg/{path}").status_code == 404
