"""The figures' pages: a town's desk and the network's coordinator."""

from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from frontend import charts
from participation.models import Municipality
from participation.models.access import Role
from tests.factories import make_user, member
from tests.workshops.factories import make_slot, make_workshop
from workshops.models import Slot, SlotFigures
from workshops.queries.figures import Sums

MAY = datetime(2026, 5, 9, 9, tzinfo=UTC)
PATH = "/menden/verwaltung/zahlen/"
YEAR = {"von": "2026-01-01", "bis": "2026-12-31"}


def over(town: Municipality, title: str) -> Slot:
    slot = make_slot(
        town,
        workshop=make_workshop(town, title=title),
        starts_at=MAY,
        state=Slot.State.DONE,
    )
    SlotFigures.objects.create(
        slot=slot, capacity=20, booked=12, came=9, no_show=3, cancelled=1, walk_ins=3, waiting=2
    )
    return slot


def log_in(client: Client, town: Municipality | None, role: str) -> Client:
    user = member(make_user(f"{role}@example.org"), town, role)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.django_db
def test_the_desk_reads_its_figures(client: Client, town: Municipality) -> None:
    over(town, "3D-Druck")
    log_in(client, town, Role.CASE_WORKER)
    for group, label in (("workshop", "3D-Druck"), ("venue", "Online"), ("month", "Mai 2026")):
        page = client.get(PATH, {**YEAR, "nach": group}).content.decode()
        assert label in page
        assert "9 gekommen, 3 ohne Buchung, 3 nicht gekommen, 20 Plätze" in page
        assert "25 %" in page
    nothing = client.get(PATH, {"von": "2025-01-01", "bis": "2025-12-31"}).content.decode()
    assert "ging kein Termin zu Ende" in nothing
    workbook = client.get("/menden/verwaltung/zahlen.xlsx", YEAR)
    assert (
        "3D-Druck" in ZipFile(BytesIO(workbook.content)).read("xl/worksheets/sheet1.xml").decode()
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [{"von": "2026-02-01", "bis": "2026-01-01"}, {"von": "x"}, {"von": "1900-01-01"}],
)
def test_a_period_that_cannot_be_is_said(
    client: Client, town: Municipality, wrong: dict[str, str]
) -> None:
    log_in(client, town, Role.CASE_WORKER)
    page = client.get(PATH, wrong)
    assert (page.status_code, "stimmt noch nicht" in page.content.decode()) == (422, True)


@pytest.mark.django_db
@pytest.mark.parametrize("many", [1, 20])
def test_the_page_costs_the_same_for_one_offer_and_twenty(
    client: Client, town: Municipality, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(many):
        over(town, f"Angebot {number}")
    log_in(client, town, Role.CASE_WORKER)
    with django_assert_num_queries(9):
        client.get(PATH, YEAR)


@pytest.mark.django_db
def test_the_coordinator_sees_the_network(
    client: Client, town: Municipality, other_town: Municipality
) -> None:
    over(town, "3D-Druck")
    SlotFigures.objects.filter(slot=over(other_town, "VR")).update(
        booked=4, came=3, no_show=1, walk_ins=0
    )
    assert client.get("/netzwerk/zahlen/").status_code == 302
    assert client.get("/netzwerk/zahlen.xlsx").status_code == 302
    log_in(client, town, Role.ADMIN)
    assert client.get("/netzwerk/zahlen/").status_code == 403
    log_in(client, None, Role.COORDINATOR)
    page = client.get("/netzwerk/zahlen/", YEAR).content.decode()
    assert "Ohne eine Kommune mit zu wenigen Plätzen." in page
    assert page.count("zu wenige Plätze, um sie zu zeigen") == 1
    assert "3D-Druck" not in page
    assert client.get("/netzwerk/zahlen.xlsx", YEAR).status_code == 200


def test_bars_are_shares_of_the_longest() -> None:
    one = Sums(dates=1, capacity=20, booked=10, came=8, no_show=2, walk_ins=2)
    over_full = Sums(dates=1, capacity=10, booked=30, came=30, walk_ins=10)
    bars = charts.bars([("a", one), ("b", over_full)])
    assert [(bar.seats, bar.came, bar.walk_ins_from, bar.no_show_from) for bar in bars] == [
        (50.0, 20.0, 20.0, 25.0),
        (25.0, 75.0, 75.0, 100.0),
    ]
    assert charts.bars([("a", Sums())]) == []
