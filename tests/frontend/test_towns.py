"""A town's home page, its stylesheet and its desk."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from participation.models import Municipality
from participation.models.access import Role
from tests.factories import make_town, member
from tests.workshops.factories import book, make_slot, staff
from workshops.services import bookings, waiting
from workshops.services.parties import Party

QUERIES = 6  # municipality, accessions, dates, open days, ideas, live sessions
# The desk's first page: who asks and as what, four numbers of ideas, doors, callers, full dates.
DESK_QUERIES = 11


def test_an_open_town_shows_its_claim_and_its_figures_with_source(client: Client, db: None) -> None:
    make_town("menden", claim="Ausprobieren, lernen, mitreden")
    page = client.get("/menden/").content.decode()
    assert "Ausprobieren, lernen, mitreden" in page
    assert "52.000" in page
    assert "Stand 31. Dezember 2024, Quelle: Destatis, GV100AD" in page
    assert '<link rel="stylesheet" href="/menden/stil.css">' in page


def test_query_count(client: Client, town: Municipality, django_assert_num_queries: Any) -> None:
    client.get("/menden/")
    with django_assert_num_queries(QUERIES):
        client.get("/menden/")


def test_a_town_that_has_not_joined_shows_only_its_profile(client: Client, db: None) -> None:
    make_town("altena", state=Municipality.State.INVITED)
    response = client.get("/altena/")
    assert response.status_code == 200
    page = response.content.decode()
    assert "Altena ist hier noch nicht dabei" in page
    assert "stil.css" not in page
    assert client.get("/altena/stil.css").status_code == 404
    assert client.get("/altena/impressum/").status_code == 404
    assert client.get("/altena/verwaltung/").status_code == 404


def test_an_unknown_town_is_not_found(client: Client, db: None) -> None:
    response = client.get("/atlantis/")
    assert response.status_code == 404
    assert "Diese Seite gibt es nicht" in response.content.decode()


def test_the_stylesheet_carries_both_shades_and_is_cached(client: Client, db: None) -> None:
    make_town("soest", brand_color="#1f6b3a")
    response = client.get("/soest/stil.css")
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=3600"
    assert "--kern-color-action-default:#1f6b3a" in response.content.decode()
    assert "prefers-color-scheme:dark" in response.content.decode()
    again = client.get("/soest/stil.css", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    assert "Cookie" not in response.get("Vary", "")


def test_a_colour_too_pale_leaves_the_common_ones(client: Client, db: None) -> None:
    make_town("olpe", brand_color="#ffffff")
    assert client.get("/olpe/stil.css").content.decode().strip() == ""


class TestDesk:
    def test_guests_log_in_first(self, client: Client, town: Municipality) -> None:
        response = client.get("/menden/verwaltung/")
        assert response.headers["Location"] == "/konto/login/?next=/menden/verwaltung/"

    def test_staff_see_what_waits(self, client: Client, town: Municipality) -> None:
        client.force_login(member(None, town, Role.ADMIN))
        page = client.get("/menden/verwaltung/").content.decode()
        assert "neu eingereicht" in page
        assert "Einlass heute" in page

    def test_full_dates_and_who_waits_for_them(
        self, client: Client, town: Municipality, other_town: Municipality
    ) -> None:
        now = timezone.now()
        for where in (town, town, other_town):
            slot = make_slot(where, starts_at=now + timedelta(days=2), capacity=3)
            book(slot, 3, now=now)
            for name in ("Ada", "Kim"):
                who = Party(1, name, phone="02373 12345")
                waiting.join(actor=staff(where), slot_id=slot.pk, party=who, now=now)
        make_slot(town, starts_at=now + timedelta(days=2))
        client.force_login(member(None, town, Role.CASE_WORKER))
        assert client.get("/menden/verwaltung/").content.decode().count("· 2 warten") == 2

    def test_the_door_sees_no_ideas(self, client: Client, town: Municipality) -> None:
        client.force_login(member(None, town, Role.DOOR))
        page = client.get("/menden/verwaltung/").content.decode()
        assert "neu eingereicht" not in page
        assert "Einlass heute" in page

    @pytest.mark.parametrize("role", [Role.ADMIN, Role.COORDINATOR])
    def test_people_of_another_town_and_the_network_stay_out(
        self, client: Client, town: Municipality, other_town: Municipality, role: Role
    ) -> None:
        client.force_login(member(None, other_town, role))
        assert client.get("/menden/verwaltung/").status_code == 403

    @pytest.mark.parametrize("rows", [1, 30])
    def test_it_names_who_is_to_be_called_at_a_fixed_cost(
        self, client: Client, town: Municipality, other_town: Municipality, rows: int
    ) -> None:
        now = timezone.now()
        client.force_login(member(None, town, Role.CASE_WORKER))
        for where in (town, other_town):
            slot = make_slot(where, starts_at=now + timedelta(days=2), capacity=30)
            booked = book(slot, 30, now=now)
            for number in range(rows):
                who = Party(1, f"Gast {number}", phone="02373 12345")
                waiting.join(actor=staff(where), slot_id=slot.pk, party=who, now=now)
            bookings.cancel_booking(booking_id=booked.pk, now=now)
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/menden/verwaltung/").content.decode()
        assert page.count('href="tel:0237312345"') == rows
        assert len(asked) == DESK_QUERIES
