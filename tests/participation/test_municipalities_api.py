"""GET municipalities/, municipalities/{slug}/ and …/themes/: the region as others read it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from participation.models import Municipality, Theme
from participation.services import municipalities
from tests.factories import make_theme, make_town

pytestmark = pytest.mark.django_db
LIST = "/api/v1/municipalities/"


@pytest.fixture
def region(db: None) -> None:
    municipalities.load_municipalities()


def every(client: Client, query: str = "") -> list[dict[str, Any]]:
    rows, url = [], f"{LIST}?page_size=25{query}"
    while url:
        page = client.get(url).json()
        assert len(page["results"]) <= 25
        rows += page["results"]
        url = page["next"]
    return rows


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["name"] for row in rows]


def test_all_59_in_cursor_pages(client: Client, region: None) -> None:
    rows = every(client)
    assert len({row["slug"] for row in rows}) == len(rows) == 59
    assert len(client.get(LIST).json()["results"]) == 20
    assert len(client.get(f"{LIST}?page_size=100").json()["results"]) == 59


def test_back_again(client: Client, region: None) -> None:
    first = client.get(LIST).json()
    second = client.get(first["next"]).json()
    assert client.get(second["previous"]).json()["results"] == first["results"]


def test_one_with_figures_sources_and_accessions(client: Client, region: None) -> None:
    body = client.get(f"{LIST}arnsberg/").json()
    assert body["population"] == {
        "value": 74879,
        "date": "2024-12-31",
        "source": "Destatis, GV100AD (Zensus 2022)",
    }
    assert body["area"] == {"value_km2": 193.72, "source": "Destatis, GV100AD"}
    assert body["centre"] == {"lat": 51.395795, "lon": 8.064801}
    assert body["postal_codes"] == ["59755", "59757", "59759", "59821", "59823"]
    assert body["accessions"] == [
        {"kind": "strategy", "partner": "pioneer", "resolved_date": None, "document_url": ""}
    ]
    assert (body["ags"], body["kind"], body["district"], body["state"]) == (
        "05958004",
        "town",
        "Hochsauerlandkreis",
        "invited",
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("&q=menden", ["Menden"]),
        ("&q=MENDEN", ["Menden"]),
        ("&q=58706", ["Menden"]),
        ("&postal_code=5987", ["Meschede"]),
        ("&postal_code=99999", []),
        ("&q=nirgendwo", []),
        ("&q=%25", []),
        ("&q=_", []),
        ("&status=active", []),
    ],
)
def test_filters(client: Client, region: None, query: str, expected: list[str]) -> None:
    assert names(every(client, query)) == expected


def test_status(client: Client, region: None) -> None:
    Municipality.objects.filter(slug="menden").update(state=Municipality.State.ACTIVE)
    assert names(every(client, "&status=active")) == ["Menden"]
    assert len(every(client, "&status=invited")) == 58
    assert len(every(client, "&status=")) == 59


@pytest.mark.parametrize("query", ["status=open", "postal_code=5970x", f"q={'x' * 101}"])
def test_filters_that_are_wrong(client: Client, query: str) -> None:
    response = client.get(f"{LIST}?{query}")
    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert response.json()["errors"][0]["attr"] == query.partition("=")[0]


def test_unknown(client: Client, region: None) -> None:
    assert client.get(f"{LIST}koeln/").status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_two_statements_whatever_the_number(
    client: Client, count: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for _ in range(count):
        make_town()
    with django_assert_num_queries(2):
        assert len(client.get(f"{LIST}?page_size=100").json()["results"]) == count


def test_304(client: Client, region: None) -> None:
    for url in (LIST, f"{LIST}menden/"):
        tag = client.get(url)["ETag"]
        assert client.get(url, headers={"if-none-match": tag}).status_code == 304


def test_themes_are_the_shared_ones_and_the_town_s_own(
    client: Client, town: Municipality, other_town: Municipality
) -> None:
    make_theme("kultur", position=1)
    make_theme("hafen", town, name_de="Hafen", name_en="Harbour", position=2)
    make_theme("burg", other_town)
    body = client.get(f"{LIST}menden/themes/", headers={"accept-language": "en"}).json()
    assert body == [
        {"slug": "kultur", "name": "Kultur", "shared": True},
        {"slug": "hafen", "name": "Harbour", "shared": False},
    ]


def test_the_eight_themes(client: Client, region: None) -> None:
    Municipality.objects.filter(slug="menden").update(state=Municipality.State.ACTIVE)
    slugs = [row["slug"] for row in client.get(f"{LIST}menden/themes/").json()]
    assert slugs == (
        [
            "mobilitaet",
            "umwelt-klima",
            "kultur",
            "tourismus",
            "bildung",
            "teilhabe",
            "wirtschaft",
            "verwaltung",
        ]
    )
    assert Theme.objects.count() == 8
