"""Open days over the API: read by all, run by the desk, counted by the stand's code."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import override_settings
from rest_framework.test import APIClient

from participation.models import Municipality
from tests.workshops.conftest import client
from tests.workshops.factories import make_venue, staff
from tests.workshops.open_day_factories import make_open_day, make_stand
from workshops.models import OpenDay, Stand, StandCount
from workshops.queries import open_days as days

BASE = "/api/v1/municipalities/menden/"


@pytest.fixture
def stand(town: Municipality, now: datetime) -> Stand:
    """Counting now."""
    return make_stand(make_open_day(town, starts_at=now - timedelta(hours=1)))


def send(api: APIClient, token: str, *amounts: int, **body: Any) -> Any:
    counts = [{"client_uuid": str(uuid4()), "amount": amount} for amount in amounts]
    path = f"/api/v1/stands/{token}/counts/"
    return api.post(path, {"counts": counts, **body}, format="json")


@pytest.mark.django_db
def test_the_desk_runs_an_open_day(
    town: Municipality, desk: APIClient, api: APIClient, now: datetime
) -> None:
    body = {
        "title": "Offener Samstag",
        "venue": make_venue(town).pk,
        "starts_at": now.isoformat(),
        "ends_at": (now + timedelta(hours=5)).isoformat(),
    }
    made = desk.post(f"{BASE}open-days/", body, format="json")
    assert (made.status_code, made.json()["state"], made.json()["stands"]) == (201, "draft", [])
    day = f"{BASE}open-days/{made.json()['id']}/"
    assert api.get(day).status_code == 404
    stands = [
        desk.post(f"{day}stands/", {"name": name, "text": "Ausprobieren"}, format="json").json()
        for name in ("3D-Druck", "VR")
    ]
    assert [(row["number"], row["name"]) for row in stands] == [(1, "3D-Druck"), (2, "VR")]
    one = f"{BASE}stands/{stands[1]['id']}/"
    assert desk.post(f"{one}move/", {"to": 1}, format="json").json()["number"] == 1
    assert desk.patch(one, {"name": "Brille"}, format="json").json()["text"] == "Ausprobieren"
    renewed = desk.post(f"{one}renew/").json()["counter_url"]
    assert renewed != stands[1]["counter_url"]
    assert desk.get(f"{day}stands/").json()[0]["counter_url"] == renewed
    assert desk.get(one).json()["name"] == "Brille"
    assert desk.delete(f"{BASE}stands/{stands[0]['id']}/").status_code == 204
    assert desk.patch(day, {"title": "Neu"}, format="json").json()["title"] == "Neu"
    assert desk.post(f"{day}publish/").json()["state"] == "published"
    shown = api.get(day).json()
    assert shown["stands"] == [
        {"id": stands[1]["id"], "number": 1, "name": "Brille", "text": "Ausprobieren"}
    ]
    assert shown["url"].endswith(f"/menden/offene-tage/{made.json()['id']}/")
    assert [row["id"] for row in api.get(f"{BASE}open-days/").json()["results"]] == [shown["id"]]
    assert desk.post(f"{day}cancel/").json()["state"] == "cancelled"
    assert desk.post(f"{day}publish/").json()["code"] == "illegal_step"


@pytest.mark.django_db
def test_only_the_desk_runs_it(town: Municipality, stand: Stand, api: APIClient) -> None:
    day, one = f"{BASE}open-days/{stand.open_day_id}/", f"{BASE}stands/{stand.pk}/"
    for caller, refused in ((api, 401), (client(town, "read", "door"), 403)):
        assert caller.get(f"{day}stands/").status_code == refused
        assert caller.get(one).status_code == refused
        assert caller.delete(one).status_code == refused
        for path in (f"{day}publish/", f"{day}cancel/", f"{one}renew/"):
            assert caller.post(path).status_code == refused
        tap = {"client_uuid": str(uuid4()), "amount": 1}
        assert caller.post(f"{one}counts/", tap, format="json").status_code == refused
    assert Stand.objects.get().token_hash == stand.token_hash


@pytest.mark.django_db
def test_whoever_has_the_code_counts(api: APIClient, stand: Stand) -> None:
    counter = api.get(f"/api/v1/stands/{stand.token}/").json()
    assert (counter["stand"]["name"], counter["open_day"]["id"], counter["total"]) == (
        "3D-Druck",
        stand.open_day_id,
        0,
    )
    answer = send(api, stand.token, 1, 5, -2, -50).json()
    assert [row["outcome"] for row in answer["results"]] == ["counted"] * 3 + ["refused"]
    assert (answer["results"][3]["code"], answer["total"]) == ("below_zero", 4)
    assert api.get(f"/api/v1/stands/{stand.token}/").json()["total"] == 4
    assert send(api, "unbekannt", 1).status_code == 404


@pytest.mark.django_db
def test_a_batch_sent_again_counts_nothing(api: APIClient, stand: Stand) -> None:
    counts = [{"client_uuid": str(uuid4()), "amount": amount} for amount in (1, 28)]
    path, body = f"/api/v1/stands/{stand.token}/counts/", {"counts": counts}
    first, again = (api.post(path, body, format="json").json() for _ in range(2))
    assert [row["outcome"] for row in again["results"]] == ["repeated", "repeated"]
    assert first["total"] == again["total"] == 29


@pytest.mark.django_db
def test_a_wrong_clock_is_put_right(api: APIClient, stand: Stand, now: datetime) -> None:
    """The phone is three hours fast; the tap was made half an hour ago."""
    ahead = timedelta(hours=3)
    tap = {
        "client_uuid": str(uuid4()),
        "amount": 1,
        "tapped_at": (now + ahead - timedelta(minutes=30)).isoformat(),
    }
    sent_at = (now + ahead).isoformat()
    path = f"/api/v1/stands/{stand.token}/counts/"
    api.post(path, {"counts": [tap], "sent_at": sent_at}, format="json")
    tapped_at = now - timedelta(minutes=30)
    quarter_at = StandCount.objects.get().quarter_at
    assert timedelta() <= tapped_at - quarter_at < timedelta(minutes=15, seconds=30)


@pytest.mark.django_db
def test_what_no_counter_sends(api: APIClient, stand: Stand) -> None:
    path = f"/api/v1/stands/{stand.token}/counts/"
    bodies: list[Any] = [{}, {"counts": []}, {"counts": [{"amount": 1}]}, {"counts": "x"}, []]
    for wrong in bodies:
        assert api.post(path, wrong, format="json").status_code == 400
    assert send(api, stand.token, 0).json()["results"][0]["code"] == "invalid"
    assert send(api, stand.token, 1001).status_code == 400
    assert not StandCount.objects.exists()


@pytest.mark.django_db
def test_a_stand_is_limited_and_no_address_is_kept(api: APIClient, stand: Stand) -> None:
    with override_settings(RATE_LIMITS=True, COUNTS_A_MINUTE=2, GUEST_WRITES_A_MINUTE=0):
        statuses = [send(api, stand.token, 1).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    columns = {field.name for field in StandCount._meta.fields}
    assert columns == {
        "id",
        "stand",
        "client_uuid",
        "quarter_at",
        "amount",
        "source",
        "received_at",
    }


@pytest.mark.django_db
def test_the_desk_counts_and_enters_paper(desk: APIClient, stand: Stand) -> None:
    path = f"{BASE}stands/{stand.pk}/counts/"
    tap = {
        "client_uuid": str(uuid4()),
        "amount": 12,
        "source": "paper",
        "tapped_at": stand.open_day.starts_at.isoformat(),
    }
    first, again = (desk.post(path, tap, format="json") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() | {"repeated": True} == again.json()
    below = {"client_uuid": str(uuid4()), "amount": -13, "tapped_at": tap["tapped_at"]}
    refused = desk.post(path, below, format="json")
    assert (refused.status_code, refused.json()["code"], refused.json()["count"]) == (
        409,
        "below_zero",
        12,
    )


@pytest.mark.django_db
def test_everyone_reads_the_picture(api: APIClient, stand: Stand) -> None:
    send(api, stand.token, 7)
    picture = api.get(f"{BASE}open-days/{stand.open_day_id}/counts/").json()
    assert (picture["total"], sum(picture["hour_totals"])) == (7, 7)
    assert [(row["stand"]["name"], row["total"]) for row in picture["stands"]] == [("3D-Druck", 7)]
    assert len(picture["hours"]) == len(picture["stands"][0]["counts"])


@pytest.mark.django_db
def test_the_code_of_a_closed_town_opens_nothing(api: APIClient, stand: Stand) -> None:
    Municipality.objects.update(state=Municipality.State.ARCHIVED)
    assert api.get(f"/api/v1/stands/{stand.token}/").status_code == 404
    assert send(api, stand.token, 1).status_code == 404
    assert OpenDay.objects.get() == stand.open_day
    assert days.stand(staff(stand.open_day.municipality), stand.pk) == stand
