"""Retention over REST: what is due, holds, records, and a person's own data."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from participation.models import Municipality
from tests.participation.print_probe import Printed
from tests.workshops.conftest import client
from tests.workshops.factories import book, make_slot
from tests.workshops.retention_factories import DAY, past_slot
from workshops import privacy
from workshops.models import Booking, ErasureRecord, Slot

pytestmark = pytest.mark.django_db
TOWN = "/api/v1/municipalities/menden"


@pytest.fixture
def admin(town: Municipality) -> APIClient:
    return client(town, "admin")


@pytest.fixture
def slot(town: Municipality) -> Slot:
    """Over for nearly a month."""
    return past_slot(town, starts_at=timezone.now() - timedelta(days=29, hours=3))


def test_what_goes_and_what_a_run_would_erase(admin: APIClient, slot: Slot) -> None:
    (row,) = admin.get(f"{TOWN}/retention/").json()["results"]
    assert (row["id"], row["legal_hold"]) == (slot.pk, "")
    assert row["purge_at"][:10] == f"{timezone.localdate(slot.ends_at + 30 * DAY)}"
    later = (timezone.now() + DAY).isoformat()
    answer = admin.get(f"{TOWN}/retention/dry-run/", {"at": later}).json()
    (planned,) = answer["dates"]
    assert planned["rule"] == "after_30_days"
    privacy.purge_due(now=timezone.now() + DAY)
    assert ErasureRecord.objects.get().counts == planned["counts"]
    assert admin.get(f"{TOWN}/retention/").json()["results"] == []
    assert admin.get(f"{TOWN}/retention/dry-run/", {"at": "bald"}).status_code == 400


def test_a_hold_is_set_shown_and_lifted(admin: APIClient, slot: Slot) -> None:
    url = f"{TOWN}/slots/{slot.pk}/hold/"
    answer = admin.post(url, {"reason": "Az. 7 C 12/26"})
    assert (answer.status_code, answer.json()["legal_hold"]) == (200, "Az. 7 C 12/26")
    assert [row["id"] for row in admin.get(f"{TOWN}/retention/holds/").json()["results"]] == [
        slot.pk
    ]
    assert admin.get(f"{TOWN}/retention/dry-run/").json()["dates"][0]["held_by"] == "Az. 7 C 12/26"
    assert admin.get(f"{TOWN}/retention/").json()["results"] == []
    assert admin.post(f"{url}lift/").json()["legal_hold"] == ""
    assert admin.post(url, {"reason": ""}).status_code == 400
    privacy.purge_due(now=timezone.now() + DAY)
    assert admin.post(url, {"reason": "zu spät"}).json()["code"] == "illegal_step"


def test_a_record_is_read_and_printed(admin: APIClient, slot: Slot) -> None:
    privacy.purge_due(now=timezone.now() + DAY)
    (row,) = admin.get(f"{TOWN}/erasures/").json()["results"]
    record = admin.get(f"{TOWN}/erasures/{row['id']}/").json()
    assert record["sha256"] in str(ErasureRecord.objects.values_list("sha256"))
    assert record["canonical_json"].startswith('{"counts":')
    document = admin.get(f"{TOWN}/erasures/{row['id']}/record.pdf")
    assert (document.status_code, document["Content-Type"]) == (200, "application/pdf")
    assert record["sha256"] in Printed(document.content).text.replace(" ", "")


@pytest.mark.parametrize(
    "path", ["retention/", "retention/dry-run/", "retention/holds/", "erasures/"]
)
def test_only_the_towns_head_reads_it(town: Municipality, desk: APIClient, path: str) -> None:
    assert desk.get(f"{TOWN}/{path}").status_code == 403
    assert APIClient().get(f"{TOWN}/{path}").status_code == 401


def test_a_person_reads_and_erases_their_own(town: Municipality, api: APIClient) -> None:
    booking = book(make_slot(town, starts_at=timezone.now() + DAY), 2, name="Kim")
    url, token = f"/api/v1/bookings/{booking.code}", {"X-Manage-Token": booking.manage_token}
    assert api.get(f"{url}/data/").status_code == 404
    assert api.get(f"{url}/data/", headers=token).json()["booking"]["name"] == "Kim"
    erased = api.post(f"{url}/erase/", headers=token).json()
    assert (erased["rule"], erased["counts"]) == ("on_request", {"bookings": 1})
    assert not Booking.objects.exclude(name="", email="").exists()
    gone = api.get(f"{url}/", headers=token)
    assert (gone.status_code, gone.json()["code"]) == (410, "purged")


def test_a_purged_booking_is_gone_by_its_token(slot: Slot, api: APIClient) -> None:
    booking = Booking.objects.get(name="Kim")
    secret = booking.tickets.order_by("seq")[0].secret
    privacy.purge_due(now=timezone.now() + DAY)
    token = {"X-Manage-Token": booking.manage_token}
    for answer in (
        api.get(f"/api/v1/bookings/{booking.code}/", headers=token),
        api.post("/api/v1/bookings/confirm/", {"token": booking.confirm_token}),
        api.get(f"/api/v1/tickets/{secret}/qr.svg"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (410, "purged")
