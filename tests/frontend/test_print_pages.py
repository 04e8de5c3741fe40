"""Links that open a PDF: for the right people, whole, and kept by no cache."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from participation.models import Municipality
from participation.models.access import Role
from tests.factories import member
from tests.participation.print_probe import Printed
from tests.workshops.factories import NOW, book, make_slot, make_venue, make_workshop
from tests.workshops.printing import came
from workshops import documents
from workshops.models import Booking, OpenDay, Slot, Stand

DESK = "/menden/verwaltung"


@pytest.fixture
def slot(town: Municipality) -> Slot:
    workshop = make_workshop(town, title="Löten", gives_certificate=True)
    return make_slot(town, workshop=workshop, starts_at=timezone.now() + timedelta(days=2))


@pytest.fixture
def booking(slot: Slot) -> Booking:
    return book(slot, 2, name="Ada Öz", now=NOW)


@pytest.fixture
def desk(town: Municipality) -> Client:
    client = Client()
    client.force_login(
        member(None, town, Role.CASE_WORKER), "django.contrib.auth.backends.ModelBackend"
    )
    return client


def printed(client: Client, path: str, *, kept: bool = False) -> Printed:
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response["Content-Disposition"].startswith("inline; filename=")
    assert ("no-store" in response.get("Cache-Control", "")) is not kept
    return Printed(response.content)


def own(booking: Booking) -> str:
    return f"/buchung/{booking.code}/{booking.manage_token}/druck"


def test_a_citizen_prints_tickets_and_certificate(client: Client, booking: Booking) -> None:
    assert f"{own(booking)}/tickets/" in client.get(own(booking)[:-5]).content.decode()
    assert booking.code in printed(client, f"{own(booking)}/tickets/").text
    assert client.get(f"{own(booking)}/bescheinigung/").status_code == 404
    came(booking, 1)
    assert f"{own(booking)}/bescheinigung/" in client.get(own(booking)[:-5]).content.decode()
    assert "Ada Öz" in printed(client, f"{own(booking)}/bescheinigung/").text


def test_nobody_prints_by_a_wrong_link(client: Client, booking: Booking) -> None:
    for path in (f"/buchung/{booking.code}/falsch/druck/tickets/", "/t/falsch/druck/"):
        assert client.get(path).status_code == 404


def test_what_was_cancelled_is_not_printed(client: Client, booking: Booking) -> None:
    Booking.objects.update(state=Booking.State.CANCELLED)
    assert client.get(f"{own(booking)}/tickets/").status_code == 409


def test_by_a_tickets_code_one_seat_by_the_bookings_all(client: Client, booking: Booking) -> None:
    second = booking.tickets.get(seq=2)
    assert printed(client, f"/t/{second.secret}/druck/").tagged("Figure") == [
        "QR-Code für den Einlass, Platz 2"
    ]
    assert len(printed(client, f"/t/{booking.secret}/druck/").tagged("Figure")) == 3


def test_anyone_opens_the_leaflet(client: Client, slot: Slot) -> None:
    month = f"{timezone.localdate(slot.starts_at):%Y-%m}"
    path = "/menden/angebote/druck/"
    assert "Löten" in printed(client, f"{path}?monat={month}", kept=True).text
    assert printed(client, path, kept=True).pages == 1
    assert client.get(f"{path}?monat=nie").status_code == 400
    assert client.post(path).status_code == 405


def test_the_desk_prints_all_of_a_date(desk: Client, slot: Slot, booking: Booking) -> None:
    path = f"{DESK}/termine/{slot.pk}/druck/"
    page = desk.get(path).content.decode()
    for name in ("schild", "namensschilder", "bescheinigungen"):
        assert f"{path}{name}/" in page
    assert "Löten" in printed(desk, f"{path}schild/", kept=True).text
    assert "Ada Öz" in printed(desk, f"{path}namensschilder/").text
    assert printed(desk, f"{path}namensschilder/?leer=9").pages == 2
    assert desk.get(f"{path}namensschilder/?leer=999999999999").status_code == 400
    assert desk.get(f"{path}bescheinigungen/").status_code == 409
    came(booking, 1)
    assert "Ada Öz" in printed(desk, f"{path}bescheinigungen/").text


def test_the_desk_prints_for_who_has_no_mail(desk: Client, booking: Booking) -> None:
    path = f"{DESK}/buchungen/{booking.code}/druck/"
    assert len(printed(desk, path).tagged("Figure")) == 3
    assert booking.code in printed(desk, f"{path}blatt/").text


def test_stands_of_an_open_day(desk: Client, town: Municipality) -> None:
    day = OpenDay.objects.create(
        municipality=town,
        venue=make_venue(town),
        title="Offener Tag",
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=4),
    )
    Stand.objects.create(open_day=day, number=1, name="3D-Druck", seed="a", token_hash="a")
    path = f"{DESK}/offene-tage/{day.pk}/druck"
    assert "3D-Druck" in printed(desk, f"{path}/schilder/", kept=True).text
    assert "Nur für das Team" in printed(desk, f"{path}/karten/").text


def test_strangers_do_not_print_at_the_desk(
    client: Client, slot: Slot, other_town: Municipality
) -> None:
    path = f"{DESK}/termine/{slot.pk}/druck/namensschilder/"
    assert client.get(path).status_code == 302
    client.force_login(
        member(None, other_town, Role.ADMIN), "django.contrib.auth.backends.ModelBackend"
    )
    assert client.get(path).status_code == 403


def test_a_certificate_is_checked(client: Client, slot: Slot) -> None:
    path = documents.certificate_url(slot, "Ada <b>Öz</b>").partition("/bescheinigung/")[2]
    page = client.get(f"/bescheinigung/{path}")
    assert page["Cache-Control"] == "no-store, private"
    assert "Ada &lt;b&gt;Öz&lt;/b&gt; hat in Menden an „Löten“ teilgenommen." in (
        page.content.decode()
    )
    assert client.get("/bescheinigung/falsch/").status_code == 404
