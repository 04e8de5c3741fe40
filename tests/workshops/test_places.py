"""Places and rooms: services, each error, and the API."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from participation import actors
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.models import Municipality
from tests.workshops.factories import make_slot, make_venue, staff
from workshops.errors import RoomInUse
from workshops.models import Room, Venue
from workshops.services import places

URL = "/api/v1/municipalities/menden/venues/"
HOUSE = {"name": "Altes Rathaus", "address": "Markt 1", "postal_code": "58706", "city": "Menden"}
WRONG = [
    ({"name": " "}, "name"),
    ({"name": "x" * 121}, "name"),
    ({"name": "Haus\x07"}, "name"),
    ({"address": ""}, "address"),
    ({"postal_code": "5870"}, "postal_code"),
    ({"postal_code": "٥٨٧٠٦"}, "postal_code"),
    ({"lat": 51.4}, "lon"),
    ({"lat": 91.0, "lon": 7.8}, "lat"),
    ({"directions": "x" * 2001}, "directions"),
]


def details(**fields: Any) -> places.VenueDetails:
    return places.VenueDetails(**{**HOUSE, **fields})


@pytest.mark.parametrize(("fields", "attr"), WRONG)
def test_a_wrong_place_is_not_made(town: Municipality, fields: dict[str, Any], attr: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        places.create_venue(actor=staff(town), details=details(**fields))
    assert refused.value.attr == attr
    assert not Venue.objects.exists()


def test_a_place_changes_and_keeps_its_address_on_the_web(town: Municipality) -> None:
    venue = places.create_venue(actor=staff(town), details=details(lat=51.4, lon=7.8))
    changes = {"name": "Neues Rathaus", "access_info": "Stufenlos.", "slug": "anders"}
    places.change_venue(actor=staff(town), venue_id=venue.pk, changes=changes)
    venue.refresh_from_db()
    assert (venue.name, venue.slug, venue.lat) == ("Neues Rathaus", "altes-rathaus", 51.4)
    assert venue.access_info == "Stufenlos."


def test_a_name_is_taken_once_in_a_town(town: Municipality, other_town: Municipality) -> None:
    places.create_venue(actor=staff(other_town), details=details())
    places.create_venue(actor=staff(town), details=details())
    other = make_venue(town)
    with pytest.raises(InvalidInput, match="taken"):
        places.create_venue(actor=staff(town), details=details(name="Altes  Rathaus!"))
    with pytest.raises(InvalidInput, match="taken"):
        places.change_venue(actor=staff(town), venue_id=other.pk, changes={"name": "Altes Rathaus"})


@pytest.mark.parametrize(("name", "seats"), [("", 5), ("Saal", 0), ("Saal", 10_001), ("Alt", 5)])
def test_a_wrong_room_is_not_made(town: Municipality, name: str, seats: int) -> None:
    venue = make_venue(town)
    places.create_room(actor=staff(town), venue_id=venue.pk, name="Alt", seats=5)
    with pytest.raises(InvalidInput):
        places.create_room(actor=staff(town), venue_id=venue.pk, name=name, seats=seats)
    assert Room.objects.count() == 1


def test_strangers_and_guests_change_nothing(town: Municipality, other_town: Municipality) -> None:
    venue = make_venue(town)
    for actor, error in ((staff(other_town), NotFound), (actors.guest(town), LoginRequired)):
        with pytest.raises(error):
            places.change_venue(actor=actor, venue_id=venue.pk, changes={"name": "Meins"})
        with pytest.raises(error):
            places.create_room(actor=actor, venue_id=venue.pk, name="Saal", seats=5)
    with pytest.raises(LoginRequired):
        places.create_venue(actor=actors.guest(town), details=details())


def test_places_by_the_api(desk: APIClient, door: APIClient, town: Municipality) -> None:
    made = desk.post(URL, HOUSE, format="json")
    assert made.status_code == 201
    url = f"{URL}{made.json()['id']}/"
    room = desk.post(f"{url}rooms/", {"name": "Saal", "seats": 40}, format="json")
    assert (room.status_code, room.json()["seats"]) == (201, 40)
    changed = desk.patch(url, {"opening_hours": "Mo–Fr 9–17 Uhr"}, format="json")
    assert changed.json() == desk.get(url).json()
    assert changed.json()["rooms"] == [room.json()]
    assert door.patch(url, {"name": "Meins"}, format="json").status_code == 403
    wrong = desk.patch(url, {"lat": 51.4}, format="json")
    assert (wrong.status_code, wrong.json()["errors"][0]["attr"]) == (400, "lon")
    twice = desk.post(URL, HOUSE, format="json").json()
    assert (twice["status"], twice["errors"][0]["code"]) == (400, "taken")


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_costs_the_same_for_all(
    town: Municipality, client: Any, rows: int, django_assert_num_queries: Any
) -> None:
    for _row in range(rows):
        venue = make_venue(town)
        places.create_room(actor=staff(town), venue_id=venue.pk, name="Saal", seats=5)
    with django_assert_num_queries(3):  # municipality, places, rooms
        page = client.get(f"{URL}?page_size=50").json()
    assert len(page["results"]) == rows


class TestRooms:
    def test_a_room_is_renamed_and_resized(self, town: Municipality) -> None:
        room = Room.objects.create(venue=make_venue(town), name="Saal", seats=20)
        make_slot(town, room=room, capacity=12)
        changes = {"name": "Großer Saal", "seats": 12}
        changed = places.change_room(actor=staff(town), room_id=room.pk, changes=changes)
        assert (changed.name, changed.seats) == ("Großer Saal", 12)

    @pytest.mark.parametrize(
        ("changes", "attr", "code"),
        [
            ({"seats": 11}, "seats", "min_value"),
            ({"seats": 0}, "seats", "invalid"),
            ({"name": " "}, "name", "required"),
            ({"name": "Labor"}, "name", "taken"),
        ],
    )
    def test_what_is_refused(
        self, town: Municipality, changes: dict[str, Any], attr: str, code: str
    ) -> None:
        venue = make_venue(town)
        Room.objects.create(venue=venue, name="Labor", seats=20)
        room = Room.objects.create(venue=venue, name="Saal", seats=20)
        make_slot(town, room=room, capacity=12)
        with pytest.raises(InvalidInput) as refused:
            places.change_room(actor=staff(town), room_id=room.pk, changes=changes)
        assert (refused.value.attr, refused.value.code) == (attr, code)

    def test_only_an_unused_one_goes(self, town: Municipality) -> None:
        room = Room.objects.create(venue=make_venue(town), name="Saal", seats=20)
        slot = make_slot(town, room=room, state="done")
        with pytest.raises(RoomInUse) as refused:
            places.remove_room(actor=staff(town), room_id=room.pk)
        assert refused.value.extra == {"dates": 1}
        slot.delete()
        places.remove_room(actor=staff(town), room_id=room.pk)
        assert not Room.objects.exists()

    def test_only_the_own_town(self, town: Municipality, other_town: Municipality) -> None:
        room = Room.objects.create(venue=make_venue(other_town), name="Saal", seats=20)
        for actor, error in ((staff(town), NotFound), (actors.guest(town), LoginRequired)):
            with pytest.raises(error):
                places.change_room(actor=actor, room_id=room.pk, changes={})
            with pytest.raises(error):
                places.remove_room(actor=actor, room_id=room.pk)

    def test_by_the_api(self, desk: APIClient, town: Municipality) -> None:
        room = Room.objects.create(venue=make_venue(town), name="Saal", seats=20)
        url = f"/api/v1/municipalities/menden/rooms/{room.pk}/"
        assert desk.patch(url, {"seats": 30}, format="json").json()["seats"] == 30
        slot = make_slot(town, room=room)
        refused = desk.delete(url)
        assert (refused.status_code, refused.json()["code"]) == (409, "room_in_use")
        slot.delete()
        assert desk.delete(url).status_code == 204
