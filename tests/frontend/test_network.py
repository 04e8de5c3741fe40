"""The network's home page: everyone on the map and in the list, one search, a fixed query count."""

from typing import Any

import pytest
from django.test import Client

from frontend import network_map
from participation.models import Accession, Municipality
from participation.services import municipalities
from tests.factories import make_town

QUERIES = 2
QUERIES_OF_A_SEARCH = 4


@pytest.fixture
def region(db: None) -> None:
    municipalities.load_municipalities()


def found(page: str) -> int:
    return page.count("mw-towns__row")


def test_all_59_are_listed_and_drawn(client: Client, region: None) -> None:
    page = client.get("/").content.decode()
    assert found(page) == 59
    assert page.count("mw-map__halo") == 59
    # One of each in the legend besides.
    assert page.count("mw-map__point--pioneer") == 5 + 1
    assert page.count("mw-map__point--member") == 15 + 1


@pytest.mark.parametrize(
    ("typed", "names"),
    [("menden", ["Menden"]), ("59494", ["Soest"]), ("  OLPE ", ["Olpe"]), ("xyz", [])],
)
def test_search(client: Client, region: None, typed: str, names: list[str]) -> None:
    page = client.get("/", {"q": typed}).content.decode()
    assert found(page) == len(names)
    for name in names:
        assert f">{name}</a>" in page
    assert ("Diese Kommune kennen wir nicht" in page) == (not names)


def test_what_was_typed_stays_and_is_escaped(client: Client, region: None) -> None:
    page = client.get("/", {"q": '"><b>'}).content.decode()
    assert 'value="&quot;&gt;&lt;b&gt;"' in page


@pytest.mark.parametrize("count", [1, 30])
def test_query_count(client: Client, db: None, count: int, django_assert_num_queries: Any) -> None:
    for _number in range(count):
        Accession.objects.create(municipality=make_town(), kind=Accession.Kind.STRATEGY)
    client.get("/")
    with django_assert_num_queries(QUERIES):
        client.get("/")
    with django_assert_num_queries(QUERIES_OF_A_SEARCH):
        client.get("/", {"q": "stadt"})


def test_the_map_keeps_north_up_and_east_right(region: None) -> None:
    towns = {town.name: town for town in Municipality.objects.prefetch_related("accessions")}
    drawn = network_map.draw(towns.values(), highlighted=set())
    place = {point.town.name: point for point in drawn.points}
    assert place["Soest"].y < place["Siegen"].y
    assert place["Menden"].x < place["Bad Berleburg"].x
    assert all(0 < point.x < drawn.width and 0 < point.y < drawn.height for point in drawn.points)
    assert len(drawn.areas) == 5
