"""The desk: places and their rooms."""

from typing import Any

import pytest
from django.test import Client

from participation.models import Municipality
from participation.models.access import Role
from tests.factories import member
from tests.workshops.factories import make_slot, make_venue, staff
from workshops.models import Room, Venue
from workshops.services import places

URL = "/menden/verwaltung/orte/"
HOUSE = {"name": "Altes Rathaus", "address": "Markt 1", "postal_code": "58706", "city": "Menden"}
LIST_QUERIES = 7  # session, person, municipality, roles, number of places, places, rooms


@pytest.fixture
def desk(client: Client, town: Municipality) -> Client:
    worker = member(None, town, Role.CASE_WORKER)
    client.force_login(worker, "django.contrib.auth.backends.ModelBackend")
    return client


def test_a_place_is_made_with_its_rooms_and_changed(desk: Client) -> None:
    assert "Noch kein Ort" in desk.get(URL).content.decode()
    assert 'value="Menden"' in desk.get(f"{URL}neu/").content.decode()
    response = desk.post(f"{URL}neu/", HOUSE)
    venue = Venue.objects.get()
    assert response["Location"] == f"{URL}{venue.pk}/"
    desk.post(f"{URL}{venue.pk}/raeume/", {"name": "Saal", "seats": "40"})
    page = desk.get(f"{URL}{venue.pk}/").content.decode()
    assert "40 Plätze" in page
    desk.post(f"{URL}{venue.pk}/", HOUSE | {"access_info": "Stufenlos.", "name": "Rathaus"})
    venue.refresh_from_db()
    assert (venue.name, venue.access_info, venue.slug) == ("Rathaus", "Stufenlos.", "altes-rathaus")


@pytest.mark.parametrize("change", [{"name": ""}, {"postal_code": "587"}, {"name": "Haus"}])
def test_a_wrong_place_is_explained(
    desk: Client, town: Municipality, change: dict[str, str]
) -> None:
    make_venue(town, name="Haus", slug="haus")
    other = make_venue(town)
    for url in (f"{URL}neu/", f"{URL}{other.pk}/"):
        response = desk.post(url, HOUSE | change)
        assert response.status_code == 422
        assert "data-error-summary" in response.content.decode()
    assert Venue.objects.count() == 2


@pytest.mark.parametrize("form", [{"name": "Saal", "seats": "0"}, {"name": "Alt", "seats": "5"}])
def test_a_wrong_room_is_explained(desk: Client, town: Municipality, form: dict[str, str]) -> None:
    venue = make_venue(town)
    places.create_room(actor=staff(town), venue_id=venue.pk, name="Alt", seats=5)
    assert desk.post(f"{URL}{venue.pk}/raeume/", form).status_code == 422
    assert Room.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_costs_the_same_for_all(
    desk: Client, town: Municipality, rows: int, django_assert_num_queries: Any
) -> None:
    for _row in range(rows):
        venue = make_venue(town)
        places.create_room(actor=staff(town), venue_id=venue.pk, name="Saal", seats=5)
    with django_assert_num_queries(LIST_QUERIES):
        page = desk.get(URL).content.decode()
    assert page.count("ein Raum") == rows


@pytest.mark.parametrize("page", ["", "neu/", "{pk}/"])
def test_only_the_desk_of_the_town(
    client: Client, town: Municipality, other_town: Municipality, page: str
) -> None:
    path = "verwaltung/orte/" + page.format(pk=make_venue(town).pk)
    assert client.get(f"/menden/{path}")["Location"].startswith("/konto/login/")
    stranger = member(None, other_town, Role.CASE_WORKER)
    client.force_login(stranger, "django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/menden/{path}").status_code == 403
    if "{" in page:
        assert client.get(f"/arnsberg/{path}").status_code == 404


def test_a_room_is_changed_and_taken_away(desk: Client, town: Municipality) -> None:
    room = places.create_room(
        actor=staff(town), venue_id=make_venue(town).pk, name="Saal", seats=20
    )
    url = f"/menden/verwaltung/raeume/{room.pk}/"
    assert 'value="Saal"' in desk.get(url).content.decode()
    assert desk.post(url, {"name": "", "seats": "5"}).status_code == 422
    desk.post(url, {"name": "Aula", "seats": "25"})
    room.refresh_from_db()
    assert (room.name, room.seats) == ("Aula", 25)
    slot = make_slot(town, room=room)
    kept = desk.post(url, {"step": "remove"}, follow=True)
    assert "gibt es 1 Termine" in kept.content.decode()
    slot.delete()
    desk.post(url, {"step": "remove"})
    assert desk.get(url).status_code == 404
