"""REST: the same services, the same refusals, no counts that are not revealed."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from participation.models import Municipality
from participation.services import keys
from polls.models import Ballot
from polls.services import rounds, sessions
from tests.polls.factories import Evening, make_evening


def key_for(town: Municipality, now: datetime, *scopes: str) -> APIClient:
    _key, token = keys.create_key(
        municipality=town, scopes=scopes or ("live",), name="Test", now=now
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


@pytest.fixture
def staff(town: Municipality, now: datetime) -> APIClient:
    return key_for(town, now)


@pytest.fixture
def evening(town: Municipality, now: datetime) -> Evening:
    return make_evening(town, now)


def vote(api: APIClient, evening: Evening, token: str, **fields: Any) -> Any:
    body = {
        "round": evening.round.pk,
        "ballot": str(uuid4()),
        "version": 1,
        "value": {"options": evening.options[:1]},
        **fields,
    }
    return api.post(
        f"/api/v1/live/{evening.code}/ballots/",
        body,
        format="json",
        HTTP_AUTHORIZATION=f"Seat {token}",
    )


def test_an_evening_over_rest(staff: APIClient, api: APIClient, town: Municipality) -> None:
    body = {"title": "Abend", "eligibility": "anyone"}
    made = staff.post(f"/api/v1/municipalities/{town.slug}/live/", body, format="json")
    assert (made.status_code, made.json()["state"]) == (201, "draft")
    live = f"/api/v1/live/{made.json()['code']}/"
    wording = {"type": "single", "text": "Was zuerst?", "options": ["Markt", "Wall"]}
    question = staff.post(f"{live}questions/", wording, format="json").json()
    assert [option["text"] for option in question["options"]] == ["Markt", "Wall"]
    round_ = f"{live}rounds/{question['rounds'][0]['id']}/"
    steps = [f"{live}start/", f"{round_}open/"]
    assert [staff.post(step).status_code for step in steps] == [200, 200]
    token = api.post(f"{live}seats/").json()["token"]
    cast = {
        "round": question["rounds"][0]["id"],
        "ballot": str(uuid4()),
        "version": 1,
        "value": {"options": [question["options"][0]["id"]]},
    }
    acked = api.post(f"{live}ballots/", cast, format="json", HTTP_AUTHORIZATION=f"Seat {token}")
    assert (acked.status_code, acked.json()["ballot"]) == (201, cast["ballot"])
    assert api.get(f"{live}results/").json()["questions"][0]["rounds"][0]["counts"] is None
    steps = [f"{round_}close/", f"{round_}reveal/", f"{live}end/", f"{live}publish/"]
    assert [staff.post(step).status_code for step in steps] == [200] * 4
    results = api.get(f"{live}results/").json()
    counted = results["questions"][0]["rounds"][0]
    assert list(counted["counts"].values()) == [1, 0]
    record = api.get(f"/api/v1/records/{results['record']}/").json()
    assert record["body"]["questions"][0]["rounds"][0]["counts"] == counted["counts"]


def test_unrevealed_counts_are_for_staff(
    api: APIClient, staff: APIClient, evening: Evening
) -> None:
    token = api.post(f"/api/v1/live/{evening.code}/seats/").json()["token"]
    assert vote(api, evening, token).status_code == 201
    seen = []
    for client, path in [(api, ""), (api, "results/"), (staff, ""), (staff, "results/")]:
        body = client.get(f"/api/v1/live/{evening.code}/{path}").json()
        seen.append(body["questions"][0]["rounds"][0]["counts"])
    full = {str(evening.options[0]): 1, str(evening.options[1]): 0}
    assert seen == [None, None, full, full]


def test_the_snapshot_knows_the_seats_ballot(api: APIClient, evening: Evening) -> None:
    token = api.post(f"/api/v1/live/{evening.code}/seats/").json()["token"]
    acked = vote(api, evening, token).json()
    path = f"/api/v1/live/{evening.code}/"
    own = api.get(path, HTTP_AUTHORIZATION=f"Seat {token}").json()["own"]
    assert own[str(evening.round.pk)]["ballot"] == acked["ballot"]
    assert api.get(path).json()["own"] == {}


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"round": 2**40}, 404, "no_such_round"),
        ({"value": {"options": []}}, 400, "invalid_value"),
        ({"value": "ja"}, 400, "invalid"),
        ({"version": 0}, 400, "invalid"),
        ({"ballot": "x"}, 400, "invalid"),
        ({"round": None}, 400, "invalid"),
    ],
)
def test_ballots_that_are_refused(
    api: APIClient, evening: Evening, fields: dict[str, Any], status: int, code: str
) -> None:
    token = api.post(f"/api/v1/live/{evening.code}/seats/").json()["token"]
    answer = vote(api, evening, token, **fields)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Ballot.objects.exists()


def test_a_closed_round_and_a_foreign_seat(
    api: APIClient, evening: Evening, town: Municipality, now: datetime
) -> None:
    token = api.post(f"/api/v1/live/{evening.code}/seats/").json()["token"]
    other = make_evening(town, now)
    answer = vote(api, other, token)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    rounds.close_round(**evening.at())
    answer = vote(api, evening, token)
    assert (answer.status_code, answer.json()["code"]) == (409, "round_closed")


def test_strangers(
    api: APIClient, evening: Evening, town: Municipality, other_town: Municipality, now: datetime
) -> None:
    close = f"/api/v1/live/{evening.code}/rounds/{evening.round.pk}/close/"
    stranger, door = key_for(other_town, now), key_for(town, now, "door")
    assert [client.post(close).status_code for client in (api, stranger, door)] == [401, 403, 403]
    draft = make_evening(town, now, state="draft")
    path = f"/api/v1/live/{draft.code}/"
    assert [client.get(path).status_code for client in (api, stranger)] == [404, 404]
    assert key_for(town, now).get(path).status_code == 200
    body = {"title": "Abend"}
    listing = f"/api/v1/municipalities/{town.slug}/live/"
    assert stranger.post(listing, body, format="json").status_code == 403
    assert [row["code"] for row in api.get(listing).json()["results"]] == [evening.code]


def test_codes(staff: APIClient, api: APIClient, town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, eligibility="codes")
    live = f"/api/v1/live/{evening.code}/"
    codes = staff.post(f"{live}codes/", {"count": 3}, format="json").json()["codes"]
    assert api.post(f"{live}seats/", {"code": codes[0]}, format="json").status_code == 201
    refused = api.post(f"{live}seats/", {"code": "NIX"}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_eligible")


def test_what_is_not_there(api: APIClient, db: None) -> None:
    paths = ["live/ZZZZZZ/", "live/ZZZZZZ/results/", "records/00/"]
    assert [api.get(f"/api/v1/{path}").status_code for path in paths] == [404] * 3


def test_publishing_twice_gives_one_record(
    staff: APIClient, evening: Evening, now: datetime
) -> None:
    rounds.close_round(**evening.at())
    sessions.end_session(actor=evening.actor, code=evening.code, now=now)
    path = f"/api/v1/live/{evening.code}/publish/"
    assert staff.post(path).json() == staff.post(path).json()
