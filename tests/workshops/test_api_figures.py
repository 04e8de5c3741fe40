"""Figures over the API: the town's for its desk, the network's for its coordinator."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from participation.models import Municipality
from participation.models.access import Role
from tests.factories import make_town, make_user, member
from tests.workshops.conftest import client
from tests.workshops.factories import make_slot, make_venue, make_workshop
from workshops.models import Room, Slot, SlotFigures

URL = "/api/v1/municipalities/menden/figures/"
MAY = datetime(2026, 5, 9, 9, tzinfo=UTC)
NO_SUMS = {
    "dates": 0,
    "capacity": 0,
    "booked": 0,
    "came": 0,
    "no_show": 0,
    "no_show_rate": None,
    "cancelled": 0,
    "walk_ins": 0,
    "waiting": 0,
}


def over(town: Municipality, starts_at: datetime = MAY, **fields: Any) -> Slot:
    """A date that is done: 20 seats, 12 booked, 9 came, 3 walked in."""
    slot = make_slot(town, starts_at=starts_at, state=Slot.State.DONE, **fields)
    SlotFigures.objects.create(
        slot=slot, capacity=20, booked=12, came=9, no_show=3, cancelled=1, walk_ins=3, waiting=2
    )
    return slot


@pytest.mark.django_db
def test_the_desk_reads_them_by_workshop_venue_and_month(
    town: Municipality, other_town: Municipality, desk: APIClient
) -> None:
    hall = make_venue(town, name="Halle")
    printing = make_workshop(town, title="3D-Druck", venue=make_venue(town, name="Werkstatt"))
    online = make_workshop(town, title="Webinar")
    over(town, workshop=printing)
    room = Room.objects.create(venue=hall, name="Saal", seats=50)
    over(town, MAY.replace(month=6), workshop=printing, room=room)
    over(town, workshop=online)
    over(town, MAY.replace(year=2025), workshop=printing)
    over(other_town)
    sums = {
        "dates": 3,
        "capacity": 60,
        "booked": 36,
        "came": 27,
        "no_show": 9,
        "no_show_rate": 0.25,
        "cancelled": 3,
        "walk_ins": 9,
        "waiting": 6,
    }
    asked = {"from": "2026-01-01", "to": "2026-12-31"}
    answer = desk.get(URL, asked).json()
    assert (answer["from"], answer["to"], answer["total"]) == ("2026-01-01", "2026-12-31", sums)

    def rows(by: str) -> list[tuple[Any, ...]]:
        found = desk.get(URL, {**asked, "by": by}).json()["rows"]
        return [(row["label"], row["month"], row["sums"]["dates"]) for row in found]

    assert rows("workshop") == [("3D-Druck", None, 2), ("Webinar", None, 1)]
    assert sorted(rows("venue")) == [("", None, 1), ("Halle", None, 1), ("Werkstatt", None, 1)]
    assert rows("month") == [("", "2026-05-01", 2), ("", "2026-06-01", 1)]


@pytest.mark.django_db
def test_a_month_begins_by_the_clock_on_the_wall(town: Municipality, desk: APIClient) -> None:
    over(town, datetime(2026, 5, 31, 22, 30, tzinfo=UTC))  # half past midnight in June
    asked = {"from": "2026-06-01", "to": "2026-06-30", "by": "month"}
    assert [row["month"] for row in desk.get(URL, asked).json()["rows"]] == ["2026-06-01"]
    asked = {"from": "2026-05-01", "to": "2026-05-31"}
    assert desk.get(URL, asked).json()["total"] == NO_SUMS


@pytest.mark.django_db
def test_what_is_to_come(town: Municipality, desk: APIClient, soon: datetime) -> None:
    make_slot(town, starts_at=soon, seats_taken=4)
    make_slot(town, starts_at=soon, state=Slot.State.DRAFT)
    make_slot(town, starts_at=soon, state=Slot.State.CANCELLED)
    assert desk.get(URL).json()["coming"] == {
        "dates": 1,
        "capacity": 10,
        "booked": 4,
        "waiting": 0,
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"from": "2026-02-01", "to": "2026-01-31"},
        {"from": "2010-01-01", "to": "2026-01-01"},
        {"from": "1999-01-01", "to": "1999-02-01"},
        {"from": "morgen"},
        {"by": "person"},
    ],
)
def test_periods_that_cannot_be(town: Municipality, desk: APIClient, wrong: dict[str, str]) -> None:
    assert desk.get(URL, wrong).status_code == 400


@pytest.mark.django_db
def test_who_reads_a_town_s_figures(town: Municipality, api: APIClient) -> None:
    assert api.get(URL).status_code == 401
    assert client(town, "read", "door").get(URL).status_code == 403
    assert client(make_town("olpe"), "desk").get(URL).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("many", [1, 30])
def test_the_cost_is_the_same_for_one_date_and_thirty(
    town: Municipality,
    desk: APIClient,
    many: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(many):
        over(town)
    desk.get(URL)
    # The key, the sums, the rows, and two for what is to come.
    with django_assert_num_queries(5):
        assert len(desk.get(URL, {"from": "2026-01-01", "to": "2026-12-31"}).json()["rows"]) == many


@pytest.mark.django_db
def test_the_coordinator_sees_towns_and_no_small_numbers(
    town: Municipality, other_town: Municipality, api: APIClient
) -> None:
    over(town)
    over(town)
    over(other_town).figures.delete()
    few = over(other_town)
    SlotFigures.objects.filter(slot=few).update(booked=7, came=6, no_show=1, walk_ins=2)
    asked = {"from": "2026-01-01", "to": "2026-12-31"}
    assert api.get("/api/v1/figures/", asked).status_code == 401
    api.force_authenticate(member(make_user("desk@example.org"), town, Role.ADMIN))
    assert api.get("/api/v1/figures/", asked).status_code == 403
    api.force_authenticate(member(make_user("netz@example.org"), None, Role.COORDINATOR))
    answer = api.get("/api/v1/figures/", asked).json()
    assert [(row["municipality"], row["dates"]) for row in answer["towns"]] == [
        ("arnsberg", 1),
        ("menden", 2),
    ]
    assert answer["towns"][0]["sums"] is None
    assert answer["towns"][1]["sums"] == answer["total"]
    assert (answer["total"]["booked"], answer["total"]["came"]) == (24, 18)
