"""The desk: offers, dates, guests, bookings for others."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from participation.models import Municipality
from participation.models.access import Role
from tests.factories import make_theme, member
from tests.workshops.factories import book, make_slot, make_venue, make_workshop
from workshops.models import Room, Slot, Workshop

OFFER = {
    "title": "Repair Café",
    "text": "Wir reparieren.",
    "theme": "bildung",
    "max_party": "4",
    "keep_days": "30",
    "language": "de",
}


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return make_slot(town, starts_at=timezone.now() + timedelta(days=2))


@pytest.fixture
def desk(client: Client, town: Municipality) -> Client:
    staff = member(None, town, Role.CASE_WORKER)
    client.force_login(staff, "django.contrib.auth.backends.ModelBackend")
    return client


def test_an_offer_is_made_published_and_archived(desk: Client, town: Municipality) -> None:
    make_theme("bildung")
    assert desk.get("/menden/verwaltung/angebote/neu/").status_code == 200
    response = desk.post("/menden/verwaltung/angebote/neu/", OFFER)
    workshop = Workshop.objects.get()
    assert response["Location"] == f"/menden/verwaltung/angebote/{workshop.pk}/"
    assert (workshop.title, workshop.state) == ("Repair Café", Workshop.State.DRAFT)
    for step, state in (("publish", "published"), ("archive", "archived")):
        desk.post(f"/menden/verwaltung/angebote/{workshop.pk}/schritt/", {"step": step})
        workshop.refresh_from_db()
        assert workshop.state == state


@pytest.mark.parametrize(
    "change",
    [{"theme": "fremd"}, {"title": ""}, {"max_party": "0"}, {"age_min": "9", "age_max": "3"}],
)
def test_a_wrong_offer_is_explained(
    desk: Client, town: Municipality, change: dict[str, str]
) -> None:
    make_theme("bildung")
    response = desk.post("/menden/verwaltung/angebote/neu/", OFFER | change)
    assert response.status_code == 422
    assert "data-error-summary" in response.content.decode()
    assert not Workshop.objects.exists()


def test_a_date_is_made_and_opened(desk: Client, town: Municipality) -> None:
    workshop = make_workshop(town)
    url = f"/menden/verwaltung/angebote/{workshop.pk}/termine/neu/"
    form = {"starts_at": "2030-11-28T14:00", "ends_at": "2030-11-28T16:00", "capacity": "12"}
    assert desk.get(url).status_code == 200
    assert desk.post(url, form | {"ends_at": "2030-11-28T13:00"}).status_code == 422
    desk.post(url, form | {"open": "1"})
    slot = Slot.objects.get()
    assert (slot.state, slot.capacity) == (Slot.State.OPEN, 12)
    assert slot.starts_at.isoformat() == "2030-11-28T13:00:00+00:00"


def test_an_offer_is_corrected(desk: Client, town: Municipality) -> None:
    workshop = make_workshop(town, audience="Alle", age_min=8, is_online=True)
    url = f"/menden/verwaltung/angebote/{workshop.pk}/aendern/"
    assert 'value="Alle"' in desk.get(url).content.decode()
    wrong = desk.post(url, OFFER | {"age_min": "9", "age_max": "3"})
    assert wrong.status_code == 422
    assert "liegt unter" in wrong.content.decode()
    response = desk.post(url, OFFER)
    assert response["Location"] == f"/menden/verwaltung/angebote/{workshop.pk}/"
    workshop.refresh_from_db()
    assert (workshop.title, workshop.audience) == ("Repair Café", "")
    assert (workshop.age_min, workshop.is_online, workshop.max_party) == (None, False, 4)
    Workshop.objects.update(state=Workshop.State.ARCHIVED)
    assert desk.post(url, OFFER).status_code == 422


DATE = {"starts_at": "2030-11-28T14:00", "ends_at": "2030-11-28T16:00", "capacity": "30"}


def test_a_date_is_changed_in_every_part(desk: Client, slot: Slot, town: Municipality) -> None:
    room = Room.objects.create(venue=make_venue(town), name="Saal", seats=40)
    Slot.objects.update(booking_opens_at=slot.starts_at)
    url = f"/menden/verwaltung/termine/{slot.pk}/aendern/"
    page = desk.get(url).content.decode()
    assert f'value="{timezone.localtime(slot.starts_at):%Y-%m-%dT%H:%M}"' in page
    assert '<details class="kern-accordion" open>' in page
    changes = DATE | {
        "room": str(room.pk),
        "online_url": "https://konferenz.example/a",
        "min_seats": "5",
        "booking_closes_at": "2030-11-27T12:00",
        "cancel_until_at": "2030-11-26T12:00",
    }
    response = desk.post(url, changes)
    assert response["Location"] == f"/menden/verwaltung/termine/{slot.pk}/"
    slot.refresh_from_db()
    assert slot.starts_at.isoformat() == "2030-11-28T13:00:00+00:00"
    assert (slot.room, slot.min_seats, slot.capacity) == (room, 5, 30)
    assert slot.booking_opens_at is None
    assert slot.cancel_until_at is not None


@pytest.mark.parametrize(
    "change",
    [
        {"ends_at": "2030-11-28T13:00"},
        {"capacity": "2"},
        {"min_seats": "31"},
        {"room": "999"},
        {"booking_opens_at": "2030-11-27T12:00", "booking_closes_at": "2030-11-27T11:00"},
    ],
)
def test_a_wrong_change_is_explained(desk: Client, slot: Slot, change: dict[str, str]) -> None:
    book(slot, 3, now=timezone.now())
    response = desk.post(f"/menden/verwaltung/termine/{slot.pk}/aendern/", DATE | change)
    assert response.status_code == 422
    assert "data-error-summary" in response.content.decode()
    slot.refresh_from_db()
    assert (slot.capacity, slot.sequence) == (10, 0)


PAGES = (
    "angebote/",
    "angebote/neu/",
    "angebote/{workshop}/",
    "angebote/{workshop}/aendern/",
    "angebote/{workshop}/termine/neu/",
    "termine/{slot}/",
    "termine/{slot}/aendern/",
    "termine/{slot}/buchen/",
    "buchungen/{code}/",
    "buchungen/{code}/stornieren/",
)


@pytest.mark.parametrize("page", PAGES)
def test_only_the_desk_of_the_town(
    client: Client, slot: Slot, town: Municipality, other_town: Municipality, page: str
) -> None:
    code = book(slot, now=timezone.now()).code
    path = "verwaltung/" + page.format(workshop=slot.workshop_id, slot=slot.pk, code=code)
    guest = client.get(f"/menden/{path}")
    assert guest.status_code == 302
    assert guest["Location"].startswith("/konto/login/")
    stranger = member(None, other_town, Role.CASE_WORKER)
    client.force_login(stranger, "django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/menden/{path}").status_code == 403
    if "{" in page:
        assert client.get(f"/arnsberg/{path}").status_code == 404
