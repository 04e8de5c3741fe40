"""The programme: services, visibility, filters, the REST list."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from participation import actors
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.models import Municipality
from tests.factories import make_theme
from tests.workshops.factories import (
    NOW,
    book,
    hold,
    make_slot,
    make_venue,
    make_workshop,
    staff,
)
from workshops import queries
from workshops.errors import CapacityTooSmall, IllegalStep
from workshops.models import Booking, Room, Slot, WaitEntry, Workshop
from workshops.services import places, programme, scheduling, waiting
from workshops.services.parties import Party

BASE = "/api/v1/municipalities/menden"


def details(**fields: Any) -> programme.WorkshopDetails:
    return programme.WorkshopDetails(
        **{"title": "Löten", "text": "Wir löten.", "theme": "bildung", **fields}
    )


def times(**fields: Any) -> scheduling.SlotDetails:
    start = NOW + timedelta(days=1)
    defaults = {"starts_at": start, "ends_at": start + timedelta(hours=1), "capacity": 5}
    return scheduling.SlotDetails(**{**defaults, **fields})


class TestServices:
    def test_from_venue_to_open_slot(self, town: Municipality) -> None:
        make_theme("bildung")
        actor = staff(town)
        venue = places.create_venue(
            actor=actor,
            details=places.VenueDetails(
                name="Zukunfts.Werk.Stadt",
                address="Hauptstraße 1",
                postal_code="58706",
                city="Menden",
                access_info="Stufenlos.",
            ),
        )
        assert venue.slug == "zukunftswerkstadt"
        room = places.create_room(actor=actor, venue_id=venue.pk, name="Labor", seats=5)
        workshop = programme.create_workshop(actor=actor, details=details(venue_id=venue.pk))
        assert workshop.state == "draft"
        slot = scheduling.create_slot(
            actor=actor, workshop_id=workshop.pk, details=times(room_id=room.pk)
        )
        assert slot.state == "draft"
        programme.publish_workshop(actor=actor, workshop_id=workshop.pk)
        scheduling.open_slot(actor=actor, slot_id=slot.pk, now=NOW)
        assert list(queries.programme(actors.guest(town))) == [slot]
        with pytest.raises(IllegalStep):
            programme.archive_workshop(actor=actor, workshop_id=workshop.pk, now=NOW)

    def test_what_belongs_to_another_town(
        self, town: Municipality, other_town: Municipality
    ) -> None:
        make_theme("bildung")
        make_theme("fremd", other_town)
        actor = staff(town)
        venue = make_venue(other_town)
        room = Room.objects.create(venue=venue, name="Saal", seats=9)
        theirs = make_slot(other_town)
        for fields in ({"theme": "fremd"}, {"venue_id": venue.pk}):
            with pytest.raises(InvalidInput):
                programme.create_workshop(actor=actor, details=details(**fields))
        with pytest.raises(InvalidInput):
            scheduling.create_slot(
                actor=actor, workshop_id=make_workshop(town).pk, details=times(room_id=room.pk)
            )
        for work in (
            lambda: places.create_room(actor=actor, venue_id=venue.pk, name="x", seats=1),
            lambda: places.change_venue(actor=actor, venue_id=venue.pk, changes={}),
            lambda: programme.change_workshop(
                actor=actor, workshop_id=theirs.workshop_id, changes={}
            ),
            lambda: programme.publish_workshop(actor=actor, workshop_id=theirs.workshop_id),
            lambda: programme.archive_workshop(
                actor=actor, workshop_id=theirs.workshop_id, now=NOW
            ),
            lambda: scheduling.create_slot(
                actor=actor, workshop_id=theirs.workshop_id, details=times()
            ),
            lambda: scheduling.open_slot(actor=actor, slot_id=theirs.pk, now=NOW),
            lambda: scheduling.close_slot(actor=actor, slot_id=theirs.pk),
            lambda: scheduling.cancel_slot(actor=actor, slot_id=theirs.pk, now=NOW),
            lambda: scheduling.finish_slot(actor=actor, slot_id=theirs.pk, now=NOW),
            lambda: scheduling.change_slot(actor=actor, slot_id=theirs.pk, changes={}, now=NOW),
            lambda: queries.slot(actor, theirs.pk),
            lambda: queries.workshop(actor, theirs.workshop_id),
        ):
            with pytest.raises(NotFound):
                work()
        assert list(queries.programme(actor)) == []

    def test_guests_write_nothing(self, town: Municipality) -> None:
        slot, guest = make_slot(town), actors.guest(town)
        with pytest.raises(LoginRequired):
            scheduling.cancel_slot(actor=guest, slot_id=slot.pk, now=NOW)
        with pytest.raises(LoginRequired):
            programme.create_workshop(actor=guest, details=details())

    def test_capacity_below_what_is_taken(self, town: Municipality) -> None:
        slot = make_slot(town)
        book(slot, 3)
        with pytest.raises(CapacityTooSmall) as caught:
            scheduling.change_slot(
                actor=staff(town), slot_id=slot.pk, changes={"capacity": 2}, now=NOW
            )
        assert caught.value.extra == {"seats_taken": 3, "seats_held": 0}
        changed = scheduling.change_slot(
            actor=staff(town), slot_id=slot.pk, changes={"capacity": 3}, now=NOW
        )
        assert (changed.seats_left, changed.sequence) == (0, 1)

    def test_more_capacity_goes_to_who_waits(self, town: Municipality) -> None:
        slot = make_slot(town, capacity=1)
        book(slot)
        entry = waiting.join(
            actor=actors.guest(town),
            slot_id=slot.pk,
            party=Party(2, "Kim", "kim@example.org"),
            now=NOW,
        )
        changed = scheduling.change_slot(
            actor=staff(town), slot_id=slot.pk, changes={"capacity": 4}, now=NOW
        )
        entry.refresh_from_db()
        assert (entry.state, changed.seats_taken) == ("offered", 3)

    @pytest.mark.parametrize(
        ("fields", "attr"),
        [
            ({"ends_at": NOW}, "ends_at"),
            ({"capacity": 0}, "capacity"),
            ({"capacity": 10_001}, "capacity"),
            ({"min_seats": 6}, "min_seats"),
            ({"starts_at": datetime(1, 1, 1, tzinfo=UTC)}, "starts_at"),
        ],
    )
    def test_slots_that_cannot_be(
        self, town: Municipality, fields: dict[str, Any], attr: str
    ) -> None:
        with pytest.raises(InvalidInput) as caught:
            scheduling.create_slot(
                actor=staff(town), workshop_id=make_workshop(town).pk, details=times(**fields)
            )
        assert caught.value.attr == attr

    def test_cancelling_ends_bookings_and_waiting(self, town: Municipality) -> None:
        slot = make_slot(town, capacity=3)
        booked, held = book(slot, 2), hold(slot)
        entry = waiting.join(
            actor=actors.guest(town),
            slot_id=slot.pk,
            party=Party(2, "Kim", "kim@example.org"),
            now=NOW,
        )
        done = scheduling.cancel_slot(actor=staff(town), slot_id=slot.pk, now=NOW)
        assert (done.state, done.seats_taken) == ("cancelled", 0)
        assert set(Booking.objects.values_list("state", flat=True)) == {"cancelled"}
        assert not booked.tickets.filter(revoked_at=None).exists()
        entry.refresh_from_db()
        held.refresh_from_db()
        assert (entry.state, held.cancelled_at) == (WaitEntry.State.CLOSED, NOW)
        for work in (scheduling.open_slot, scheduling.cancel_slot):
            with pytest.raises(IllegalStep):
                work(actor=staff(town), slot_id=slot.pk, now=NOW)

    def test_finishing_tells_who_came(self, town: Municipality) -> None:
        slot = make_slot(town)
        book(slot, 2)
        with pytest.raises(IllegalStep):
            scheduling.finish_slot(actor=staff(town), slot_id=slot.pk, now=NOW)
        done = scheduling.finish_slot(actor=staff(town), slot_id=slot.pk, now=slot.ends_at)
        assert (done.state, done.seats_taken) == ("done", 0)
        assert Booking.objects.get().state == "no_show"


class TestRead:
    def test_the_public_sees_what_is_published(self, town: Municipality) -> None:
        shown = make_slot(town)
        make_slot(town, state="draft")
        make_slot(town, workshop=make_workshop(town, state=Workshop.State.DRAFT))
        make_slot(town, workshop=make_workshop(town, staff_only=True))
        assert list(queries.programme(actors.guest(town))) == [shown]
        assert queries.programme(staff(town)).count() == 4

    def test_filters(self, town: Municipality) -> None:
        venue = make_venue(town, slug="werkstadt", name="Werkstadt")
        culture = make_theme("kultur")
        music = make_slot(
            town, workshop=make_workshop(town, title="Musik", venue=venue, theme=culture)
        )
        full = make_slot(town, capacity=1, starts_at=NOW + timedelta(days=9))
        book(full)
        guest = actors.guest(town)

        def found(**filters: Any) -> list[Slot]:
            return list(queries.programme(guest, **filters))

        assert found(text="musik") == found(text="werkSTADT") == [music]
        assert found(theme="kultur") == found(venue="werkstadt") == found(free=True) == [music]
        assert found(to_date=music.starts_at.date()) == [music]
        assert found(from_date=music.starts_at.date() + timedelta(days=1)) == [full]
        assert found(text="100%_") == found(theme="x") == []
        assert list(queries.month(guest, 2026, 11)) == [music]
        for year, month in ((2026, 13), (0, 1), (9999, 12), (2026, 0)):
            with pytest.raises(NotFound):
                queries.month(guest, year, month)

    def test_days_are_berlins(self, town: Municipality) -> None:
        # 23:30 on 28 March 2026 in Berlin; the next day has 23 hours.
        evening = make_slot(town, starts_at=datetime(2026, 3, 28, 22, 30, tzinfo=UTC))
        night = make_slot(town, starts_at=datetime(2026, 3, 29, 21, 59, tzinfo=UTC))
        guest = actors.guest(town)
        day = date(2026, 3, 28)
        assert list(queries.programme(guest, from_date=day, to_date=day)) == [evening]
        day = date(2026, 3, 29)
        assert list(queries.programme(guest, from_date=day, to_date=day)) == [night]


class TestApi:
    def test_the_list_takes_the_same_statements_for_1_and_30(
        self, api: APIClient, town: Municipality, django_assert_num_queries: Any
    ) -> None:
        since = {"from": "2026-11-01", "page_size": "30"}
        make_slot(town)
        with django_assert_num_queries(2):
            assert len(api.get(f"{BASE}/slots/", since).json()["results"]) == 1
        for _ in range(29):
            make_slot(town)
        with django_assert_num_queries(2):
            assert len(api.get(f"{BASE}/slots/", since).json()["results"]) == 30
        with django_assert_num_queries(2):
            api.get(f"{BASE}/workshops/", {"page_size": 30})

    def test_a_slot(self, api: APIClient, town: Municipality) -> None:
        slot = make_slot(town)
        answer = api.get(f"{BASE}/slots/{slot.pk}/")
        assert answer.json() == {
            "id": slot.pk,
            "workshop": {
                "id": slot.workshop_id,
                "title": slot.workshop.title,
                "theme": slot.workshop.theme.slug,
            },
            "room": None,
            "place": "Menden",
            "starts_at": "2026-11-25T10:00:00+01:00",
            "ends_at": "2026-11-25T12:00:00+01:00",
            "capacity": 10,
            "seats_left": 10,
            "min_seats": None,
            "booking_opens_at": None,
            "booking_closes_at": None,
            "cancel_until_at": None,
            "check_in_opens_at": None,
            "check_in_closes_at": None,
            "decides_at": None,
            "confirm_by_at": None,
            "series": None,
            "state": "open",
            "booking_url": f"http://127.0.0.1:8000/menden/termine/{slot.pk}/buchen/",
        }
        again = api.get(f"{BASE}/slots/{slot.pk}/", headers={"If-None-Match": answer["ETag"]})
        assert again.status_code == 304

    def test_filters(self, api: APIClient, town: Municipality) -> None:
        slot = make_slot(town)
        start = slot.starts_at.isoformat()

        def found(**query: str) -> int:
            return len(api.get(f"{BASE}/slots/", {"from": "2026-11-01", **query}).json()["results"])

        assert found(**{"from": "2026-11-25", "to": "2026-11-25", "free": "true"}) == 1
        assert found(**{"from": start}) == 1
        assert found(to=start) == 0
        assert found(q="nichts") == 0

    @pytest.mark.parametrize(
        ("query", "attr"),
        [
            ({"from": "2026-11-25T10:00:00"}, "from"),
            ({"from": "gestern"}, "from"),
            ({"to": "2026-13-01"}, "to"),
            ({"to": "9999-12-31"}, "to"),
            ({"free": "vielleicht"}, "free"),
            ({"q": "x" * 101}, "q"),
        ],
    )
    def test_bad_filters(
        self, api: APIClient, town: Municipality, query: dict[str, str], attr: str
    ) -> None:
        answer = api.get(f"{BASE}/slots/", query)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["attr"] == attr

    def test_the_desk_writes(self, desk: APIClient, town: Municipality) -> None:
        make_theme("bildung")
        offer = {"title": "Löten", "text": "…", "theme": "bildung", "state": "published"}
        workshop = desk.post(f"{BASE}/workshops/", offer, format="json")
        assert workshop.status_code == 201
        slots = f"{BASE}/workshops/{workshop.json()['id']}/slots/"
        body: dict[str, Any] = {
            "starts_at": "2027-03-01T10:00:00+01:00",
            "ends_at": "2027-03-01T12:00:00+01:00",
            "capacity": 3,
            "state": "open",
        }
        answer = desk.post(slots, body, format="json")
        assert (answer.status_code, answer.json()["state"]) == (201, "open")
        slot = f"{BASE}/slots/{answer.json()['id']}/"
        assert desk.patch(slot, {"capacity": 4}, format="json").json()["capacity"] == 4
        for step, state in (("close", "closed"), ("open", "open"), ("cancel", "cancelled")):
            answer = desk.post(f"{slot}{step}/")
            assert (answer.status_code, answer.json()["state"]) == (200, state)
        assert desk.post(f"{slot}open/").json()["code"] == "illegal_step"
        body["starts_at"] = "2027-03-01T10:00:00"
        answer = desk.post(slots, body, format="json")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "no_offset")

    def test_places(self, api: APIClient, town: Municipality) -> None:
        Room.objects.create(venue=make_venue(town), name="Saal", seats=9)
        (venue,) = api.get(f"{BASE}/venues/").json()["results"]
        assert [room["name"] for room in venue["rooms"]] == ["Saal"]

    def test_a_theme_of_another_town(self, desk: APIClient, other_town: Municipality) -> None:
        make_theme("fremd", other_town)
        body = {"title": "Löten", "text": "…", "theme": "fremd"}
        answer = desk.post(f"{BASE}/workshops/", body, format="json")
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown_theme")
        assert not Workshop.objects.exists()


class TestNetworkApi:
    def test_all_towns_and_near_a_place(
        self, api: APIClient, town: Municipality, other_town: Municipality
    ) -> None:
        Municipality.objects.filter(pk=other_town.pk).update(lat=51.40, lon=8.06)
        here, there = make_slot(town), make_slot(other_town)

        def found(**query: str) -> list[tuple[int, float | None]]:
            answer = api.get("/api/v1/slots/", {"from": "2026-11-01", **query})
            assert answer.status_code == 200
            rows = answer.json()["results"]
            return [(row["id"], row["distance_km"]) for row in rows]

        assert found() == [(here.pk, None), (there.pk, None)]
        assert found(municipality="arnsberg") == [(there.pk, None)]
        assert found(near="Arnsberg") == [(there.pk, 0.0), (here.pk, 19.2)]
        assert found(near="51.44,7.79") == [(here.pk, 0.0), (there.pk, 19.2)]
        query = {"from": "2026-11-01", "near": "Menden", "page_size": "1"}
        first = api.get("/api/v1/slots/", query)
        second = api.get(first.json()["next"])
        assert [row["id"] for row in second.json()["results"]] == [there.pk]

    @pytest.mark.parametrize("near", ["Timbuktu", "99,200", "nan,7", "x,y", ","])
    def test_places_that_are_none(self, api: APIClient, town: Municipality, near: str) -> None:
        answer = api.get("/api/v1/slots/", {"near": near})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unknown_place")
