"""Open days as people see them: the public page, the counter, the wall, the desk."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from participation.models import Municipality
from participation.models.access import Role
from tests.factories import make_user, member
from tests.workshops.factories import make_venue, staff
from tests.workshops.open_day_factories import make_open_day, make_stand, tap
from workshops.models import OpenDay, Stand, StandCount, StandTally
from workshops.queries import open_days as days
from workshops.services import open_days

DESK = "/menden/verwaltung/"


@pytest.fixture
def open_day(town: Municipality, now: datetime) -> OpenDay:
    """Counting now."""
    return make_open_day(town, starts_at=now - timedelta(hours=1), text="Kommen Sie vorbei.")


@pytest.fixture
def stand(open_day: OpenDay) -> Stand:
    return make_stand(open_day, text="Drucken Sie selbst.")


@pytest.fixture
def desk(client: Client, town: Municipality) -> Client:
    client.force_login(
        member(make_user("kim@example.org"), town, Role.FACILITATOR),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.django_db
def test_everyone_reads_what_there_is(client: Client, stand: Stand, now: datetime) -> None:
    page = client.get(f"/menden/offene-tage/{stand.open_day_id}/")
    assert page.status_code == 200
    for words in ("Zukunfts-Marktplatz", "Kommen Sie vorbei.", "3D-Druck", "Drucken Sie selbst."):
        assert words in text(page)
    assert "data-live" not in text(page)
    calendar = text(client.get(f"/menden/offene-tage/{stand.open_day_id}/tag.ics"))
    assert "SUMMARY:Zukunfts-Marktplatz" in calendar
    assert f"DTSTART:{stand.open_day.starts_at:%Y%m%dT%H%M}" in calendar


@pytest.mark.django_db
def test_the_picture_is_on_the_page_the_wall_and_by_itself(client: Client, stand: Stand) -> None:
    tap(stand, 7, at=stand.open_day.starts_at)
    path = f"/menden/offene-tage/{stand.open_day_id}/"
    for page in (path, f"{path}bild/", f"{path}wand/"):
        assert '<td class="mw-heat__sum">7</td>' in text(client.get(page))


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["", "bild/", "wand/", "tag.ics"])
def test_a_draft_is_not_there(client: Client, town: Municipality, path: str) -> None:
    draft = make_open_day(town, state="draft")
    assert client.get(f"/menden/offene-tage/{draft.pk}/{path}").status_code == 404


@pytest.mark.django_db
def test_a_cancelled_day_says_so(client: Client, town: Municipality, stand: Stand) -> None:
    open_days.cancel_open_day(actor=staff(town), open_day_id=stand.open_day_id)
    assert "Abgesagt." in text(client.get(f"/menden/offene-tage/{stand.open_day_id}/"))
    assert "abgesagt" in text(client.get(f"/stand/{stand.token}/"))
    calendar = text(client.get(f"/menden/offene-tage/{stand.open_day_id}/tag.ics"))
    assert "METHOD:CANCEL" in calendar


@pytest.mark.django_db
def test_the_counter_counts_without_javascript(client: Client, stand: Stand) -> None:
    path = f"/stand/{stand.token}/"
    assert "Heute an diesem Stand" in text(client.get(path))
    name = str(uuid4())
    for _ in range(2):  # sent twice by a double click
        page = client.post(path, {"amount": "5", "client_uuid": name}, follow=True)
        assert "5 gezählt." in text(page)
    client.post(path, {"amount": "-2", "client_uuid": str(uuid4())})
    page = client.post(path, {"amount": "-9", "client_uuid": str(uuid4())}, follow=True)
    assert "nicht gezählt" in text(page)
    client.post(path, {"amount": "viele"})
    assert StandTally.objects.get().count == 3
    assert page["Referrer-Policy"] == "no-referrer"


@pytest.mark.django_db
def test_the_counter_before_and_after_the_day(
    client: Client, town: Municipality, now: datetime
) -> None:
    early = make_stand(make_open_day(town, starts_at=now + timedelta(days=1)))
    assert "Hier zählen Sie ab" in text(client.get(f"/stand/{early.token}/"))
    late = make_stand(make_open_day(town, starts_at=now - timedelta(days=1)))
    assert "vorbei" in text(client.get(f"/stand/{late.token}/"))
    assert client.get("/stand/unbekannt/").status_code == 404
    assert client.post("/stand/unbekannt/", {"amount": "1"}).status_code == 404


@pytest.mark.django_db
def test_the_counter_is_limited_by_its_stand(client: Client, stand: Stand) -> None:
    with override_settings(RATE_LIMITS=True, COUNTS_A_MINUTE=1):
        for _ in range(2):
            page = client.post(
                f"/stand/{stand.token}/", {"amount": "1", "client_uuid": str(uuid4())}, follow=True
            )
    assert "zu viele Anfragen" in text(page)
    assert StandTally.objects.get().count == 1


@pytest.mark.django_db
def test_the_desk_makes_a_day(desk: Client, town: Municipality) -> None:
    assert "Noch kein offener Tag" in text(desk.get(f"{DESK}offene-tage/"))
    assert desk.post(f"{DESK}offene-tage/neu/", {"title": ""}).status_code == 422
    body = {
        "title": "Offener Samstag",
        "venue": make_venue(town).pk,
        "starts_at": "2026-11-28T10:00",
        "ends_at": "2026-11-28T16:00",
        "text": "",
    }
    wrong = {**body, "ends_at": "2026-11-28T09:00"}
    assert "nicht nach dem Beginn" in text(desk.post(f"{DESK}offene-tage/neu/", wrong))
    desk.post(f"{DESK}offene-tage/neu/", body)
    made = OpenDay.objects.get()
    day = f"{DESK}offene-tage/{made.pk}/"
    assert (made.title, made.state, made.starts_at.hour) == ("Offener Samstag", "draft", 9)
    assert "Noch kein Stand" in text(desk.get(f"{day}codes/"))
    desk.post(f"{day}aendern/", {**body, "title": "Neu"})
    desk.post(f"{day}schritt/", {"step": "publish"})
    made.refresh_from_db()
    assert (made.title, made.state) == ("Neu", "published")
    assert "nicht möglich" in text(desk.post(f"{day}schritt/", {"step": "publish"}, follow=True))
    desk.post(f"{day}schritt/", {"step": "cancel"})
    made.refresh_from_db()
    assert made.is_cancelled


@pytest.mark.django_db
def test_the_desk_orders_the_stands(desk: Client, open_day: OpenDay) -> None:
    day = f"{DESK}offene-tage/{open_day.pk}/"
    for name in ("3D-Druck", "VR"):
        assert desk.post(day, {"name": name, "text": ""}).status_code == 302
    assert desk.post(day, {"name": ""}).status_code == 422
    first, second = open_day.stands.all()
    desk.post(f"{DESK}offene-tage/staende/{second.pk}/schritt/", {"step": "up"})
    assert list(open_day.stands.values_list("name", flat=True)) == ["VR", "3D-Druck"]
    desk.post(f"{DESK}offene-tage/staende/{second.pk}/schritt/", {"step": "down"})
    desk.post(f"{DESK}offene-tage/staende/{first.pk}/", {"name": "Drucken", "text": "In 3D"})
    assert desk.post(f"{DESK}offene-tage/staende/{first.pk}/", {"name": ""}).status_code == 422
    desk.post(f"{DESK}offene-tage/staende/{second.pk}/schritt/", {"step": "remove"})
    assert list(open_day.stands.values_list("name", "text")) == [("Drucken", "In 3D")]
    codes = text(desk.get(f"{day}codes/"))
    assert f"/stand/{first.token}/" in codes
    assert "<svg" in codes
    desk.post(f"{DESK}offene-tage/staende/{first.pk}/schritt/", {"step": "renew"})
    assert client_status(first.token) == 404


def client_status(token: str) -> int:
    return Client().get(f"/stand/{token}/").status_code


@pytest.mark.django_db
def test_the_desk_enters_a_paper_tally_and_takes_the_counts_away(
    desk: Client, stand: Stand
) -> None:
    page = desk.get(f"{DESK}offene-tage/staende/{stand.pk}/")
    quarter = page.context["tally_form"].fields["quarter"].choices[4][0]
    body = {"quarter": quarter, "amount": "12", "client_uuid": str(uuid4())}
    for _ in range(2):
        desk.post(f"{DESK}offene-tage/staende/{stand.pk}/strichliste/", body)
    assert list(StandCount.objects.values_list("amount", "source")) == [(12, "paper")]
    assert StandTally.objects.get().quarter_at.isoformat() == quarter
    too_much = {**body, "amount": "-13", "client_uuid": str(uuid4())}
    refused = desk.post(f"{DESK}offene-tage/staende/{stand.pk}/strichliste/", too_much)
    assert (refused.status_code, "nicht gezählt" in text(refused)) == (422, True)
    removing = desk.post(
        f"{DESK}offene-tage/staende/{stand.pk}/schritt/", {"step": "remove"}, follow=True
    )
    assert "schon gezählt" in text(removing)
    day = f"{DESK}offene-tage/{stand.open_day_id}/"
    assert '<td class="mw-heat__sum">12</td>' in text(desk.get(day))
    table = text(desk.get(f"{day}zaehlung.csv")).splitlines()
    assert table[0].endswith("Nummer;Name des Stands;Viertelstunde ab;Anzahl")
    assert table[1].split(";")[1::2] == ["3D-Druck", "12"]
    workbook = ZipFile(BytesIO(desk.get(f"{day}zaehlung.xlsx").content))
    assert "xl/worksheets/sheet1.xml" in workbook.namelist()


@pytest.mark.django_db
@pytest.mark.parametrize("many", [1, 30])
def test_pages_cost_the_same_for_one_stand_and_thirty(
    desk: Client, open_day: OpenDay, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(many):
        tap(make_stand(open_day, f"Stand {number}"), at=open_day.starts_at)
    public = f"/menden/offene-tage/{open_day.pk}/"
    with django_assert_num_queries(4):  # the town, the day, its stands, the counts
        Client().get(public)
    # The session, the person and the roles besides.
    for path, count in ((f"{DESK}offene-tage/{open_day.pk}/", 7), (f"{DESK}offene-tage/", 6)):
        with django_assert_num_queries(count):
            desk.get(path)


@pytest.mark.django_db
def test_the_desk_is_for_staff(client: Client, town: Municipality, stand: Stand) -> None:
    paths = (
        "offene-tage/",
        f"offene-tage/{stand.open_day_id}/codes/",
        f"offene-tage/staende/{stand.pk}/",
    )
    for path in paths:
        assert client.get(f"{DESK}{path}").status_code == 302
    client.force_login(
        member(make_user("tuer@example.org"), town, Role.DOOR),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    for path in paths:
        assert client.get(f"{DESK}{path}").status_code == 403
    assert days.stand(staff(town), stand.pk) == stand


@pytest.mark.django_db
def test_the_programme_and_the_town_announce_it(
    client: Client, town: Municipality, now: datetime
) -> None:
    starts_at = now + timedelta(days=3)
    coming = make_open_day(town, starts_at=starts_at, title="Offener Samstag")
    make_open_day(town, starts_at=now - timedelta(days=2), title="Schon vorbei")
    make_open_day(town, starts_at=starts_at, title="Noch geheim", state="draft")
    month = f"{timezone.localtime(starts_at):%Y-%m}"
    monday = f"{timezone.localtime(starts_at):%Y-%m-%d}"
    for path in (
        "",
        "angebote/",
        f"angebote/kalender/{month}/",
        f"angebote/woche/?ab={monday}",
    ):
        page = text(client.get(f"/menden/{path}"))
        assert f"/menden/offene-tage/{coming.pk}/" in page
        assert "Noch geheim" not in page
    assert "Schon vorbei" not in text(client.get("/menden/angebote/"))
    assert "Offener Samstag" not in text(client.get("/menden/angebote/?suche=anderes"))
