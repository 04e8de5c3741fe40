"""What one guest was shown, the next one gets without a query; and never anybody else."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory

from participation.guest_pages import same_for_guests
from participation.models import Municipality
from participation.models.access import Role
from tests.factories import member

PAGES = ["/", "/menden/", "/menden/angebote/", "/menden/ideen/", "/api/v1/municipalities/"]
SLOTS = "/api/v1/municipalities/menden/slots/"


@pytest.fixture(autouse=True)
def kept(settings: Any) -> Iterator[None]:
    """Long enough that no page runs out within a test."""
    settings.GUEST_PAGE_SECONDS = 60
    caches["guest_pages"].clear()
    yield
    caches["guest_pages"].clear()


@pytest.mark.parametrize("url", [*PAGES, SLOTS])
def test_the_second_guest_costs_no_query(
    client: Client, town: Municipality, django_assert_num_queries: Any, url: str
) -> None:
    first = client.get(url)
    assert first.status_code == 200
    with django_assert_num_queries(0):
        second = Client().get(url)
    assert second.content == first.content
    assert second.headers == first.headers
    assert not second.cookies
    assert {"Cookie", "Authorization", "Accept-Language"} <= set(second["Vary"].split(", "))
    assert second["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("url", ["/menden/", SLOTS])
def test_a_reader_who_has_just_this_gets_304_whether_it_was_kept_or_not(
    client: Client, town: Municipality, url: str
) -> None:
    etag = client.get(url)["ETag"]
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 304
    caches["guest_pages"].clear()
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 304
    assert client.get(url, headers={"If-None-Match": '"other"'}).status_code == 200


def test_each_language_and_each_address_has_its_own(client: Client, town: Municipality) -> None:
    assert '<html lang="de">' in client.get("/menden/").content.decode()
    english = client.get("/menden/", headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="en">' in english
    assert client.get("/menden/angebote/?ab=gestern").status_code == 422
    assert client.get("/menden/angebote/").status_code == 200


def test_the_switch_of_the_language_needs_no_token(town: Municipality) -> None:
    client = Client(enforce_csrf_checks=True)
    assert "csrfmiddlewaretoken" not in client.get("/menden/").content.decode()
    client.post("/sprache/setlang/", {"language": "en", "next": "/menden/"})
    assert '<html lang="en">' in client.get("/menden/").content.decode()


def test_who_is_logged_in_sees_their_own_page_and_leaves_none_behind(
    client: Client, town: Municipality
) -> None:
    someone = Client()
    someone.force_login(member(None, town, Role.DOOR))
    assert "Mein Konto" in someone.get("/menden/").content.decode()
    assert "Anmelden" in client.get("/menden/").content.decode()
    assert "Mein Konto" in someone.get("/menden/").content.decode()


def answer(kind: str) -> Any:
    """A view that counts its own calls in what it answers."""
    calls: list[HttpRequest] = []

    @same_for_guests
    def view(request: HttpRequest) -> HttpResponse:
        calls.append(request)
        response = HttpResponse(f"{len(calls)}", status=404 if kind == "status" else 200)
        if kind == "token":
            get_token(request)
        if kind == "cookie":
            response.set_cookie("seat", "7")
        return response

    return view


def texts(view: Any, **headers: str) -> list[str]:
    return [view(RequestFactory().get("/", headers=headers)).content.decode() for _ in range(2)]


@pytest.mark.parametrize("kind", ["status", "token", "cookie"])
def test_what_is_meant_for_one_reader_is_not_kept(kind: str) -> None:
    assert texts(answer(kind)) == ["1", "2"]


@pytest.mark.parametrize(
    "headers", [{"Cookie": "sessionid=1"}, {"Cookie": "unknown=1"}, {"Authorization": "Bearer x"}]
)
def test_whoever_may_be_somebody_is_no_guest(headers: dict[str, str]) -> None:
    assert texts(answer("")) == ["1", "1"]
    assert texts(answer(""), **headers) == ["1", "2"]


def test_the_cookies_of_language_and_forms_change_nothing() -> None:
    assert texts(answer(""), Cookie="language=de; csrftoken=x") == ["1", "1"]


def test_only_a_get_is_kept() -> None:
    view = answer("")
    for number in "12":
        assert view(RequestFactory().post("/")).content.decode() == number
