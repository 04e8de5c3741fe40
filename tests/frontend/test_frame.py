"""What stands around every page."""

import re

from django.test import Client, override_settings
from django.views.defaults import server_error

from participation.models import Municipality
from participation.models.access import Role
from tests.factories import member
from tests.workshops.factories import make_slot


def test_the_navigation_marks_where_we_are(client: Client, town: Municipality) -> None:
    page = client.get("/menden/").content.decode()
    assert '<a href="/menden/" aria-current="page">Start</a>' in page


def test_the_network_leads_to_all_offers(client: Client, town: Municipality) -> None:
    page = client.get("/").content.decode()
    assert re.search(r'<a href="/angebote/"[^>]*>Angebote</a>', page)


def test_the_language_changes_by_a_form(client: Client, town: Municipality) -> None:
    response = client.post("/sprache/setlang/", {"language": "en", "next": "/menden/"})
    assert response.headers["Location"] == "/menden/"
    page = client.get("/menden/").content.decode()
    assert '<html lang="en">' in page
    assert 'value="de" lang="de">Deutsch</button>' in page


@override_settings(DEMO=False)
def test_only_the_demo_has_a_banner(client: Client, db: None) -> None:
    assert "mw-demo" not in client.get("/").content.decode()


def test_no_script_or_style_stands_in_the_page(client: Client, town: Municipality) -> None:
    page = client.get("/menden/").content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert re.findall(r"<script[^>]*>[^<]", page) == []


def test_staff_find_their_entries_at_the_desk(client: Client, town: Municipality) -> None:
    client.force_login(member(None, town, Role.DOOR))
    page = client.get("/menden/verwaltung/").content.decode()
    assert 'href="/menden/einlass/"' in page
    assert 'href="/menden/verwaltung/angebote/"' not in page


def test_the_desk_marks_where_we_are_on_pages_with_an_address_of_their_own(
    client: Client, town: Municipality
) -> None:
    client.force_login(member(None, town, Role.FACILITATOR))
    slot = make_slot(town)
    page = client.get(f"/menden/verwaltung/termine/{slot.pk}/").content.decode()
    assert page.count('aria-current="true">Angebote und Termine</a>') == 1


def test_a_page_that_fails_needs_nothing(client: Client) -> None:
    page = server_error(client.get("/healthz").wsgi_request).content.decode()
    assert "Das hat nicht geklappt" in page
