"""The programme: list, filters, calendar, one workshop, a date for the calendar app."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from participation.models import Municipality
from tests.workshops.factories import make_slot, make_venue, make_workshop
from workshops.models import Slot, Workshop

LIST_QUERIES = 7  # municipality, themes, venues, their rooms, count, dates, open days
WORKSHOP_QUERIES = 4


def soon(days: int = 2) -> Any:
    return timezone.now() + timedelta(days=days)


def text_of(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "10 Plätze frei"),
        ({"seats_taken": 8}, "Nur noch 2 Plätze frei"),
        ({"seats_taken": 9}, "Nur noch 1 Platz frei"),
        ({"seats_taken": 10}, "Ausgebucht – Warteliste"),
        ({"state": Slot.State.CANCELLED}, "Abgesagt"),
        ({"state": Slot.State.CLOSED}, "Nicht mehr buchbar"),
    ],
)
def test_the_list_says_in_words_how_it_stands_with_seats(
    client: Client, town: Municipality, fields: dict[str, Any], words: str
) -> None:
    make_slot(town, starts_at=soon(), **fields)
    assert words in text_of(client, "/menden/angebote/")


def test_the_list_filters_by_word_theme_place_seats_and_day(
    client: Client, town: Municipality
) -> None:
    venue = make_venue(town)
    print_shop = make_workshop(town, title="3D-Druck", venue=venue)
    make_slot(town, workshop=print_shop, starts_at=soon())
    make_slot(
        town, workshop=make_workshop(town, title="Nähcafé"), starts_at=soon(9), seats_taken=10
    )
    day = timezone.localdate(soon(5)).isoformat()
    for query, shown, hidden in (
        ("suche=druck", "3D-Druck", "Nähcafé"),
        (f"ort={venue.slug}", "3D-Druck", "Nähcafé"),
        ("frei=on", "3D-Druck", "Nähcafé"),
        (f"ab={day}", "Nähcafé", "3D-Druck"),
    ):
        page = text_of(client, f"/menden/angebote/?{query}")
        assert shown in page
        assert hidden not in page
    both = text_of(client, "/menden/angebote/?thema=bildung")
    assert "3D-Druck" in both
    assert "Nähcafé" in both
    assert "Dazu gibt es gerade keinen Termin" in text_of(client, "/menden/angebote/?suche=Segeln")


@pytest.mark.parametrize("query", ["thema=fremd", "ort=fremd", "ab=gestern", "suche=%00"])
def test_a_filter_that_is_none_is_explained(client: Client, town: Municipality, query: str) -> None:
    make_slot(town, starts_at=soon())
    assert "data-error-summary" in text_of(client, f"/menden/angebote/?{query}", 422)


@pytest.mark.parametrize("number", ["999", "-1", "zwei"])
def test_a_page_beyond_the_end_is_the_nearest_one(
    client: Client, town: Municipality, number: str
) -> None:
    make_slot(town, starts_at=soon())
    assert "10 Plätze frei" in text_of(client, f"/menden/angebote/?page={number}")


def test_an_empty_programme_says_so(client: Client, town: Municipality) -> None:
    assert "Zurzeit sind keine Termine geplant" in text_of(client, "/menden/angebote/")


def test_the_public_sees_no_drafts_and_no_other_town(
    client: Client, town: Municipality, other_town: Municipality
) -> None:
    draft = make_workshop(town, title="Geheim", state=Workshop.State.DRAFT)
    make_slot(town, workshop=draft, starts_at=soon())
    foreign = make_slot(other_town, starts_at=soon())
    page = text_of(client, "/menden/angebote/")
    assert "Geheim" not in page
    assert foreign.workshop.title not in page
    text_of(client, f"/menden/angebote/{draft.pk}/", 404)
    text_of(client, f"/menden/angebote/{foreign.workshop_id}/", 404)
    text_of(client, f"/menden/termine/{foreign.pk}/termin.ics", 404)


@pytest.mark.parametrize("rows", [1, 30])
def test_query_counts_do_not_grow(
    client: Client, town: Municipality, rows: int, django_assert_num_queries: Any
) -> None:
    workshop = make_workshop(town, venue=make_venue(town))
    for _row in range(rows):
        make_slot(town, workshop=workshop, starts_at=soon())
    with django_assert_num_queries(LIST_QUERIES):
        client.get("/menden/angebote/")
    with django_assert_num_queries(WORKSHOP_QUERIES):
        client.get(f"/menden/angebote/{workshop.pk}/")


def test_the_calendar_shows_the_month_and_leads_on(client: Client, town: Municipality) -> None:
    slot = make_slot(town, starts_at=datetime(2030, 12, 24, 18, tzinfo=UTC))
    page = text_of(client, "/menden/angebote/kalender/2030-12/")
    assert slot.workshop.title in page
    assert "Angebote im Dezember 2030" in page
    assert 'href="../2030-11/"' in page
    assert 'href="../2031-01/"' in page
    empty = text_of(client, "/menden/angebote/kalender/2031-01/")
    assert "In diesem Monat sind keine Termine geplant" in empty


@pytest.mark.parametrize("month", ["2030-13", "2030-00", "0000-01", "9999-12"])
def test_a_month_that_is_none(client: Client, town: Municipality, month: str) -> None:
    text_of(client, f"/menden/angebote/kalender/{month}/", 404)


def test_a_date_for_the_calendar_app(client: Client, town: Municipality) -> None:
    slot = make_slot(town, starts_at=soon())
    response = client.get(f"/menden/termine/{slot.pk}/termin.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"SUMMARY:{slot.workshop.title}" in response.content.decode()
