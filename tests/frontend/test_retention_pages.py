"""The desk's pages of what is erased, and a person's own data behind the booking's link."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from participation.models import Municipality
from participation.models.access import Role
from tests.factories import member
from tests.workshops.factories import book, make_slot, staff
from tests.workshops.retention_factories import DAY, past_slot
from workshops import privacy
from workshops.models import Booking, ErasureRecord, Slot, SlotFigures

pytestmark = pytest.mark.django_db
URL = "/menden/verwaltung/loeschung/"
# Session, person, municipality, roles, holds, number of dates, dates, records.
OVERVIEW_QUERIES = 8


@pytest.fixture
def head(client: Client, town: Municipality) -> Client:
    user = member(None, town, Role.ADMIN)
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return past_slot(town, starts_at=timezone.now() - timedelta(days=29, hours=3))


def test_the_overview_says_what_goes_when(head: Client, slot: Slot) -> None:
    page = head.get(URL).content.decode()
    assert "gelöscht am" in page
    assert "Noch wurde nichts gelöscht." in page
    privacy.purge_due(now=timezone.now() + DAY)
    page = head.get(URL).content.decode()
    assert "Kein Termin mit Buchungen" in page
    assert f"Protokoll {ErasureRecord.objects.get().pk}" in page


def test_the_page_of_an_erased_date_says_so_and_keeps_the_counts(head: Client, slot: Slot) -> None:
    privacy.purge_due(now=timezone.now() + DAY)
    page = head.get(f"/menden/verwaltung/termine/{slot.pk}/").content.decode()
    assert "Die Zahlen bleiben." in page
    assert f"von {SlotFigures.objects.get(slot=slot).capacity} Plätzen" in page
    assert "Noch hat niemand gebucht." not in page
    assert "nachricht/" not in page


def hold_back(town: Municipality, slot_id: int) -> None:
    privacy.set_hold(actor=staff(town), slot_id=slot_id, reason="Streit", now=timezone.now())


@pytest.mark.parametrize("count", [1, 4])
def test_statements_of_the_overview(
    head: Client, town: Municipality, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        slot = past_slot(town, starts_at=timezone.now() - timedelta(days=29, hours=3))
        if number % 2:
            privacy.set_hold(
                actor=staff(town), slot_id=slot.pk, reason="Streit", now=timezone.now()
            )
    privacy.purge_due(now=timezone.now())
    with django_assert_num_queries(OVERVIEW_QUERIES):
        head.get(URL)


def test_a_dry_run_of_a_day(head: Client, slot: Slot) -> None:
    day = timezone.localdate() + 2 * DAY
    page = head.get(f"{URL}probelauf/", {"am": day.isoformat()}).content.decode()
    assert "30 Tage nach dem Ende des Termins" in page
    assert "Scans unbekannter Codes" in page
    assert "Vorzeitige Löschung" in head.get(f"{URL}probelauf/").content.decode()
    assert head.get(f"{URL}probelauf/", {"am": "bald"}).status_code == 422
    assert Booking.objects.filter(slot=slot).exclude(name="").exists()


def test_a_hold_is_set_and_lifted(head: Client, slot: Slot) -> None:
    url = f"/menden/verwaltung/termine/{slot.pk}/sperre/"
    assert head.post(url, {"reason": ""}).status_code == 422
    assert head.post(url, {"reason": "Az. 7 C 12/26"})["Location"] == URL
    assert "Az. 7 C 12/26" in head.get(URL).content.decode()
    assert "Sperre aufheben" in head.get(url).content.decode()
    assert head.post(url, {"step": "lift"})["Location"] == URL
    slot.refresh_from_db()
    assert slot.legal_hold == ""
    privacy.purge_due(now=timezone.now() + DAY)
    assert "schon gelöscht" in head.get(url).content.decode()
    assert head.post(url, {"reason": "zu spät"}).status_code == 409


def test_a_record_is_shown_and_printed(head: Client, slot: Slot) -> None:
    assert "Noch kein Protokoll" in head.get(f"{URL}protokolle/").content.decode()
    privacy.purge_due(now=timezone.now() + DAY)
    record = ErasureRecord.objects.get()
    assert record.workshop_title in head.get(f"{URL}protokolle/").content.decode()
    assert record.sha256 in head.get(f"{URL}protokolle/{record.pk}/").content.decode()
    document = head.get(f"{URL}protokolle/{record.pk}/protokoll.pdf")
    assert document["Content-Type"] == "application/pdf"
    assert document.content.startswith(b"%PDF-")


def test_only_the_head_gets_there(client: Client, town: Municipality) -> None:
    assert client.get(URL).status_code == 302
    worker = member(None, town, Role.CASE_WORKER)
    client.force_login(worker, "django.contrib.auth.backends.ModelBackend")
    for path in ("", "probelauf/", "protokolle/"):
        assert client.get(f"{URL}{path}").status_code == 403


def test_a_person_sees_saves_and_erases_their_data(client: Client, town: Municipality) -> None:
    booking = book(make_slot(town, starts_at=timezone.now() + DAY), 2, name="Kim Muster")
    manage = f"/buchung/{booking.code}/{booking.manage_token}/"
    assert f"{manage}daten/" in client.get(manage).content.decode()
    assert "Kim Muster" in client.get(f"{manage}daten/").content.decode()
    assert client.get(f"{manage}daten/datei.json").json()["booking"]["name"] == "Kim Muster"
    assert "Ihre Plätze bekommt" in client.get(f"{manage}daten/loeschen/").content.decode()
    assert "sind gelöscht" in client.post(f"{manage}daten/loeschen/").content.decode()
    for path in (manage, f"{manage}daten/", f"/t/{booking.secret}/"):
        answer = client.get(path)
        assert answer.status_code in {404, 410}
        assert "Kim" not in answer.content.decode()
    gone = client.get(manage)
    assert gone.status_code == 410
    assert "Alle Angaben dazu sind gelöscht" in gone.content.decode()


def test_a_held_date_erases_nobody(client: Client, town: Municipality) -> None:
    booking = book(make_slot(town, starts_at=timezone.now() + DAY), name="Kim")
    privacy.set_hold(
        actor=staff(town), slot_id=booking.slot_id, reason="Streit", now=timezone.now()
    )
    manage = f"/buchung/{booking.code}/{booking.manage_token}/"
    assert "darf gerade nichts gelöscht werden" in client.get(f"{manage}daten/").content.decode()
    assert client.post(f"{manage}daten/loeschen/").status_code == 409
    for path in ("daten/", "daten/datei.json", "daten/loeschen/"):
        assert client.get(f"/buchung/{booking.code}/falsch/{path}").status_code == 404


def test_the_operator_purges_by_hand(slot: Slot, capsys: pytest.CaptureFixture[str]) -> None:
    Slot.objects.filter(pk=slot.pk).update(keep_days=2)
    call_command("purge", "--dry-run")
    assert "menden, date" in capsys.readouterr().out
    assert Booking.objects.filter(slot=slot).exists()
    call_command("purge")
    assert "Nothing (more) is due." in capsys.readouterr().out
    assert not Booking.objects.filter(slot=slot).exists()
    assert ErasureRecord.objects.get().erased_by == "operator"
