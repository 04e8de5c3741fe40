"""Week, event and parts, places, feeds, structured data, the network's programme, live seats."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from participation.models import Municipality
from participation.models.access import Role
from tests.factories import make_town, member
from tests.workshops.factories import make_slot, make_venue, make_workshop
from workshops.models import Room, Slot, Workshop

TOMORROW = timedelta(days=1)


@pytest.fixture
def noon() -> datetime:
    """Tomorrow at noon, by the real clock."""
    local = timezone.localtime() + TOMORROW
    return local.replace(hour=12, minute=0, second=0, microsecond=0)


def page(client: Client, path: str, **query: Any) -> str:
    answer = client.get(path, query)
    assert answer.status_code == 200, path
    return answer.content.decode()


def titles(html: str) -> list[str]:
    return re.findall(r'kern-link--stretched" href="[^"]+">([^<]+)<', html)


class TestWeek:
    def test_a_week_from_monday_to_sunday(self, client: Client, town: Municipality) -> None:
        start = datetime(2030, 3, 31, 12, tzinfo=timezone.get_default_timezone())
        make_slot(town, starts_at=start, workshop=make_workshop(town, title="Sonntags"))
        html = page(client, "/menden/angebote/woche/", ab="2030-03-27")
        assert "Woche ab 25. März 2030" in html
        assert "Sonntags" in html
        assert 'href="?ab=2030-04-01"' in html
        assert "keine Termine" in page(client, "/menden/angebote/woche/", ab="2030-04-01")

    @pytest.mark.parametrize("text", ["", "gestern", "2030-02-31", "0001-01-01", "9999-12-31"])
    def test_what_is_no_day_is_this_week(
        self, client: Client, town: Municipality, text: str
    ) -> None:
        today = timezone.localdate()
        monday = today - timedelta(days=today.weekday())
        html = page(client, "/menden/angebote/woche/", ab=text)
        assert f'href="?ab={monday + timedelta(days=7)}"' in html


class TestEvent:
    def test_parts_stand_by_time_and_room(
        self, client: Client, town: Municipality, noon: datetime
    ) -> None:
        venue = make_venue(town)
        small, large = (
            Room.objects.create(venue=venue, name=name, seats=20) for name in ("Labor", "Aula")
        )
        event = make_workshop(town, title="Fachtagung", venue=venue)
        for title, room, hours in (("Zwei", small, 0), ("Eins", large, 0), ("Drei", large, 2)):
            part = make_workshop(town, title=title, venue=venue, parent=event)
            make_slot(town, workshop=part, room=room, starts_at=noon + timedelta(hours=hours))
        hidden = make_workshop(town, title="Geheim", parent=event, state=Workshop.State.DRAFT)
        make_slot(town, workshop=hidden, starts_at=noon)
        html = page(client, f"/menden/angebote/{event.pk}/")
        shown = re.findall(r'mw-parts__title" href="[^"]+">(\w+)<', html)
        assert shown == ["Eins", "Zwei", "Drei"]
        assert f'href="/menden/angebote/{event.pk}/">Fachtagung</a>' in page(
            client, f"/menden/angebote/{part.pk}/"
        )

    def test_the_page_costs_the_same_with_30_parts(
        self,
        client: Client,
        town: Municipality,
        noon: datetime,
        django_assert_num_queries: Any,
    ) -> None:
        event = make_workshop(town)
        for _number in range(30):
            make_slot(town, workshop=make_workshop(town, parent=event), starts_at=noon)
        for pk in (event.pk, make_workshop(town).pk):
            with django_assert_num_queries(4):
                page(client, f"/menden/angebote/{pk}/")


class TestVenue:
    def test_a_place_and_what_takes_place_there(
        self, client: Client, town: Municipality, other_town: Municipality, noon: datetime
    ) -> None:
        texts = {"access_info": "Stufenlos", "opening_hours": "9 bis 12", "directions": "Bus 2"}
        venue = make_venue(town, lat=51.4, lon=7.8, **texts)
        room = Room.objects.create(venue=venue, name="Saal", seats=9)
        here = make_slot(town, workshop=make_workshop(town, venue=venue), starts_at=noon)
        moved = make_slot(town, room=room, starts_at=noon)
        other_room = Room.objects.create(venue=make_venue(town), name="Keller", seats=9)
        away = make_slot(
            town, workshop=make_workshop(town, venue=venue), room=other_room, starts_at=noon
        )
        html = page(client, f"/menden/orte/{venue.pk}/")
        for words in ("Stufenlos", "9 bis 12", "Bus 2", "Saal (9 Plätze)", "geo:51.4,7.8"):
            assert words in html
        assert here.workshop.title in html
        assert moved.workshop.title in html
        assert away.workshop.title not in html
        assert client.get(f"/menden/orte/{make_venue(other_town).pk}/").status_code == 404


class TestFeeds:
    def uids(self, client: Client, path: str) -> list[tuple[str, str]]:
        answer = client.get(path)
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        calendar = Calendar.from_ical(answer.content)
        assert calendar["x-wr-calname"]
        return sorted(
            (str(event["uid"]).partition("@")[0], str(event["status"]))
            for event in calendar.walk("VEVENT")
        )

    def test_of_town_place_and_offer(
        self, client: Client, town: Municipality, other_town: Municipality, noon: datetime
    ) -> None:
        venue = make_venue(town)
        offer = make_workshop(town, venue=venue)
        one = make_slot(town, workshop=offer, starts_at=noon)
        off = make_slot(town, workshop=offer, starts_at=noon, state=Slot.State.CANCELLED)
        make_slot(town, workshop=offer, starts_at=noon, state=Slot.State.DRAFT)
        part = make_slot(town, workshop=make_workshop(town, parent=offer), starts_at=noon)
        make_slot(town, workshop=make_workshop(town, staff_only=True), starts_at=noon)
        make_slot(other_town, starts_at=noon)
        two = [(f"slot-{one.pk}", "CONFIRMED"), (f"slot-{off.pk}", "CANCELLED")]
        three = sorted([*two, (f"slot-{part.pk}", "CONFIRMED")])
        assert self.uids(client, "/menden/angebote.ics") == three
        assert self.uids(client, f"/menden/orte/{venue.pk}/termine.ics") == sorted(two)
        assert self.uids(client, f"/menden/angebote/{offer.pk}/termine.ics") == three
        for theirs in (
            f"/menden/orte/{make_venue(other_town).pk}/termine.ics",
            f"/menden/angebote/{make_workshop(other_town).pk}/termine.ics",
        ):
            assert client.get(theirs).status_code == 404

    def test_it_is_cheap_to_ask_again(
        self, client: Client, town: Municipality, noon: datetime, settings: Any
    ) -> None:
        settings.GUEST_PAGE_SECONDS = 0
        slot = make_slot(town, starts_at=noon)
        first = client.get("/menden/angebote.ics")
        same = client.get("/menden/angebote.ics", headers={"If-None-Match": first["ETag"]})
        assert (same.status_code, same.content) == (304, b"")
        Slot.objects.filter(pk=slot.pk).update(state=Slot.State.CANCELLED)
        changed = client.get("/menden/angebote.ics", headers={"If-None-Match": first["ETag"]})
        assert changed.status_code == 200

    def test_statements(
        self, client: Client, town: Municipality, noon: datetime, django_assert_num_queries: Any
    ) -> None:
        for _number in range(30):
            make_slot(town, starts_at=noon)
        with django_assert_num_queries(2):
            client.get("/menden/angebote.ics")


def test_search_engines_read_events(client: Client, town: Municipality, noon: datetime) -> None:
    offer = make_workshop(
        town, title="</script><b>Löten</b>", text="Wir löten & bauen.", venue=make_venue(town)
    )
    make_slot(town, workshop=offer, starts_at=noon, capacity=5)
    make_slot(town, workshop=offer, starts_at=noon, state=Slot.State.CANCELLED)
    answer = client.get(f"/menden/angebote/{offer.pk}/")
    blocks = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', answer.content.decode()
    )
    first, second = (json.loads(block) for block in blocks)
    assert (first["@type"], first["name"]) == ("Event", "</script><b>Löten</b>")
    assert first["startDate"] == noon.isoformat()
    assert first["location"]["address"]["postalCode"] == "58706"
    assert (first["remainingAttendeeCapacity"], first["offers"]["availability"]) == (
        5,
        "https://schema.org/InStock",
    )
    assert second["eventStatus"] == "https://schema.org/EventCancelled"
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]


def test_search_engines_read_a_conference_as_one(
    client: Client, town: Municipality, noon: datetime
) -> None:
    meeting = make_workshop(town, title="Fachtagung", venue=make_venue(town))
    for hours, title in ((0, "Eröffnung"), (2, "Werkstatt")):
        part = make_workshop(town, title=title, venue=meeting.venue, parent=meeting)
        make_slot(town, workshop=part, starts_at=noon + timedelta(hours=hours))
    page = client.get(f"/menden/angebote/{meeting.pk}/").content.decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    event = json.loads(block)
    parts = event["subEvent"]
    assert (event["name"], event["startDate"]) == ("Fachtagung", noon.isoformat())
    assert [part["name"] for part in parts] == ["Eröffnung", "Werkstatt"]
    assert event["endDate"] == parts[1]["endDate"]
    assert parts[0]["superEvent"]["url"] == event["url"]


class TestNetwork:
    def test_all_active_towns(
        self, client: Client, town: Municipality, other_town: Municipality, noon: datetime
    ) -> None:
        closed = make_town(state=Municipality.State.INVITED)
        for where, title in ((town, "Hier"), (other_town, "Dort"), (closed, "Noch nicht")):
            make_slot(where, starts_at=noon, workshop=make_workshop(where, title=title))
        make_slot(town, starts_at=noon, workshop=make_workshop(town, title="X", staff_only=True))
        assert titles(page(client, "/angebote/")) == ["Hier", "Dort"]
        assert titles(page(client, "/angebote/", kommune="arnsberg")) == ["Dort"]
        assert titles(page(client, "/angebote/", suche="hier")) == ["Hier"]

    def test_near_a_place_the_nearest_comes_first(
        self, client: Client, town: Municipality, other_town: Municipality, noon: datetime
    ) -> None:
        Municipality.objects.filter(pk=other_town.pk).update(
            lat=51.40, lon=8.06, postal_codes=["59821"]
        )
        make_slot(town, starts_at=noon, workshop=make_workshop(town, title="Menden"))
        dort = make_workshop(other_town, title="Arnsberg")
        make_slot(other_town, starts_at=noon + TOMORROW, workshop=dort)
        web = make_workshop(town, title="Online", is_online=True)
        make_slot(town, starts_at=noon, workshop=web)
        for near in ("59821", "5982", "arnsberg", "Arns"):
            html = page(client, "/angebote/", nahe=near)
            assert titles(html) == ["Arnsberg", "Menden"]
        assert re.findall(r"· (\d+) km", html) == ["0", "19"]
        assert titles(page(client, "/angebote/", lat="51.44", lon="7.79")) == ["Menden", "Arnsberg"]
        venue = make_venue(town, lat=51.40, lon=8.06)
        Workshop.objects.filter(title="Menden").update(venue=venue)
        assert titles(page(client, "/angebote/", nahe="Arnsberg"))[0] == "Menden"

    @pytest.mark.parametrize(
        ("query", "words"),
        [({"nahe": "Timbuktu"}, "finden wir in Südwestfalen nicht"), ({"lat": "999"}, "")],
    )
    def test_places_that_are_none(
        self, client: Client, town: Municipality, query: dict[str, str], words: str
    ) -> None:
        answer = client.get("/angebote/", query)
        assert (answer.status_code, words in answer.content.decode()) == (422, True)

    def test_statements(
        self, client: Client, town: Municipality, noon: datetime, django_assert_num_queries: Any
    ) -> None:
        make_slot(town, starts_at=noon)
        with django_assert_num_queries(5):
            page(client, "/angebote/")
        for _number in range(29):
            make_slot(make_town(), starts_at=noon)
        with django_assert_num_queries(5):
            page(client, "/angebote/", kommune="")


def test_free_seats_are_told_again_cheaply(
    client: Client, town: Municipality, noon: datetime, settings: Any
) -> None:
    settings.GUEST_PAGE_SECONDS = 0
    slot = make_slot(town, starts_at=noon, capacity=4)
    hidden = make_slot(town, starts_at=noon, state=Slot.State.DRAFT)
    path = f"/angebote/plaetze/?termin={slot.pk},{hidden.pk},x,,{'9' * 30}"
    answer = client.get(path)
    assert answer.json() == {
        "slots": [{"id": slot.pk, "left": 4, "kind": "success", "words": "4 Plätze frei"}]
    }
    again = client.get(path, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    Slot.objects.filter(pk=slot.pk).update(seats_taken=4)
    assert client.get(path).json()["slots"][0]["kind"] == "warning"
    assert client.get("/angebote/plaetze/").json() == {"slots": []}
    assert f'data-slot="{slot.pk}"' in page(client, f"/menden/angebote/{slot.workshop_id}/")


def test_staff_of_any_town_sees_and_books_what_is_for_staff(
    client: Client, town: Municipality, other_town: Municipality, noon: datetime
) -> None:
    offer = make_workshop(town, title="Pausenhof", staff_only=True)
    slot = make_slot(town, workshop=offer, starts_at=noon)
    paths = (f"/menden/angebote/{offer.pk}/", f"/menden/termine/{slot.pk}/buchen/")
    assert [client.get(path).status_code for path in paths] == [404, 404]
    client.force_login(member(None, other_town, Role.DOOR))
    assert [client.get(path).status_code for path in paths] == [200, 200]
    assert "Pausenhof" in page(client, "/menden/angebote/")
    assert "Pausenhof" in page(client, "/angebote/")
    hidden = make_slot(town, workshop=offer, starts_at=noon, state=Slot.State.DRAFT)
    assert client.get(f"/menden/termine/{hidden.pk}/buchen/").status_code == 404
