"""REST: counts by hand, turnout, corrections, files; by the right people alone."""

from datetime import datetime

import pytest
from django.test import Client
from rest_framework.test import APIClient

from participation.models import Municipality
from participation.models.access import Role
from polls.models import AccessCode, PaperTally
from tests.factories import make_user, member
from tests.participation.print_probe import Printed
from tests.polls.factories import Evening, make_evening
from tests.polls.test_api import key_for
from tests.polls.test_records import end, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def evening(town: Municipality, now: datetime) -> Evening:
    return make_evening(town, now)


def person(town: Municipality, role: str = Role.FACILITATOR) -> APIClient:
    client = APIClient()
    client.force_login(member(None, town, role), "django.contrib.auth.backends.ModelBackend")
    return client


def test_two_people_count_over_rest(evening: Evening, town: Municipality, now: datetime) -> None:
    live = f"/api/v1/live/{evening.code}/"
    papers = f"{live}rounds/{evening.round.pk}/papers/"
    counts = {str(evening.options[0]): 6, str(evening.options[1]): 2}
    body = {"kind": "paper", "ballots": 9, "counts": counts}
    ada, ben, key = person(town), person(town), key_for(town, now)
    assert key.post(papers, body, format="json").json()["code"] == "person_needed"
    made = ada.post(papers, body, format="json")
    assert (made.status_code, made.json()["countersigned_at"]) == (201, None)
    sign = f"{live}papers/{made.json()['id']}/countersign/"
    seen = {"stamp": made.json()["stamp"]}
    assert ada.post(sign, seen, format="json").json()["code"] == "second_person_needed"
    assert ben.post(sign, {"stamp": "x"}, format="json").json()["code"] == "version_conflict"
    assert ben.post(sign, seen, format="json").status_code == 200
    assert ada.post(papers, body, format="json").json()["code"] == "paper_signed"
    assert [row["ballots"] for row in key.get(f"{live}papers/").json()] == [9]
    end(evening)
    publish(evening)
    shown = APIClient().get(f"{live}results/").json()["questions"][0]["rounds"][0]["paper"]
    assert shown == [{"kind": "paper", "ballots": 9, "counts": counts}]
    assert ada.delete(f"{live}papers/{made.json()['id']}/").status_code == 204
    assert PaperTally.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid"),
        ({"kind": "paper", "ballots": 1, "counts": {"x": 1}}, "unknown_option"),
        ({"kind": "paper", "ballots": 1, "counts": [1]}, "invalid"),
        ({"kind": "paper", "ballots": 1, "counts": {"x": "viele"}}, "invalid"),
    ],
)
def test_bodies_that_are_no_count(
    evening: Evening, town: Municipality, body: dict[str, object], code: str
) -> None:
    path = f"/api/v1/live/{evening.code}/rounds/{evening.round.pk}/papers/"
    answer = person(town).post(path, body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_turnout_outcome_and_a_correction(
    evening: Evening, town: Municipality, now: datetime
) -> None:
    live, key = f"/api/v1/live/{evening.code}/", key_for(town, now)
    assert key.put(f"{live}eligible/", {"eligible": 20}, format="json").json()["eligible"] == 20
    assert key.get(f"{live}eligible/").json()["suggested"] is None
    end(evening)
    old = publish(evening).sha256
    told = {"text": "Der Rat hat zugestimmt."}
    assert key.put(f"{live}outcome/", told, format="json").json()["text"] == told["text"]
    assert key.put(f"{live}outcome/", {}, format="json").status_code == 204
    assert key.put(f"{live}outcome/", {"url": "x"}, format="json").status_code == 400
    body = {"supersedes": old, "reason": "Verzählt", "title": "Neu", "eligible": 21}
    made = key.post(f"{live}corrections/", body, format="json")
    assert made.status_code == 201
    again = key.post(f"{live}corrections/", body, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "version_conflict")
    versions = APIClient().get(f"{live}records/").json()
    assert [row["supersedes"] for row in versions] == [old, None]
    read = APIClient().get(f"/api/v1/records/{old}/").json()
    assert read["superseded_by"] == made.json()["sha256"]


@pytest.mark.parametrize("path", ["papers/", "eligible/"])
def test_what_is_not_for_everyone(evening: Evening, town: Municipality, path: str) -> None:
    url = f"/api/v1/live/{evening.code}/{path}"
    assert APIClient().get(url).status_code == 401
    assert person(town, Role.DOOR).get(url).status_code == 403


def test_files_over_rest(evening: Evening) -> None:
    end(evening)
    publish(evening)
    live = f"/api/v1/live/{evening.code}/results"
    assert "Wallstraße" in Client().get(f"{live}.csv").content.decode()
    assert Client().get(f"{live}.xlsx").content.startswith(b"PK")
    assert "Wallstraße" in Printed(Client().get(f"{live}.pdf").content).text


def test_printed_codes_and_seats_by_account(town: Municipality, now: datetime) -> None:
    codes = make_evening(town, now, eligibility="codes")
    path = f"/api/v1/live/{codes.code}/codes/sheet/"
    sheet = key_for(town, now).post(path, {"count": 3}, format="json")
    assert (sheet.status_code, AccessCode.objects.count()) == (201, 3)
    many = key_for(town, now).post(path, {"count": 2000}, format="json")
    assert (many.status_code, AccessCode.objects.count()) == (400, 3)
    accounts = make_evening(town, now, eligibility="account")
    seat = f"/api/v1/live/{accounts.code}/seats/account/"
    assert APIClient().post(seat).status_code == 401
    client = APIClient()
    client.force_login(make_user(), "django.contrib.auth.backends.ModelBackend")
    tokens = [client.post(seat).json()["token"] for _device in range(2)]
    assert tokens[0] == tokens[1]
