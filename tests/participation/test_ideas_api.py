"""Ideas over REST: shapes, codes, filters, scopes, query counts."""

from datetime import datetime
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from participation.models import Idea, Municipality
from participation.models.access import Role, Scope
from participation.models.ideas import State
from participation.services import keys
from tests.factories import make_user, member
from tests.participation.idea_factories import make_idea, shared_theme

pytestmark = pytest.mark.django_db

BODY: dict[str, Any] = {
    "title": "Mehr Schatten",
    "text": "Bäume auf den Markt.",
    "theme": "mobilitaet",
    "email": "kim@example.org",
}


def base(town: Municipality) -> str:
    return f"/api/v1/municipalities/{town.slug}/ideas/"


def with_key(town: Municipality, now: datetime) -> APIClient:
    _key, token = keys.create_key(municipality=town, scopes=[Scope.IDEAS], name="x", now=now)
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {token}")


def test_a_guest_hands_in_a_draft(api: APIClient, town: Municipality) -> None:
    shared_theme()
    answer = api.post(base(town), BODY, format="json")
    assert answer.status_code == 201
    assert (answer.json()["state"], answer.json()["supports"]) == ("draft", 0)
    reference = answer.json()["reference"]
    assert api.get(f"{base(town)}{reference}/").status_code == 404


@pytest.mark.parametrize(
    ("change", "attr"),
    [
        ({"title": "x" * 10_000}, "title"),
        ({"title": None}, "title"),
        ({"text": "a\x07"}, "text"),
        ({"theme": "fremd"}, "theme"),
        ({"email": "kim@"}, "email"),
        ({"email": ""}, "email"),
        ({"point": {"lat": 1, "lon": 1}}, "point.lat"),
        ({"campaign": "nirgends"}, "campaign"),
    ],
)
def test_bad_input_is_named(
    api: APIClient, town: Municipality, change: dict[str, Any], attr: str
) -> None:
    shared_theme()
    answer = api.post(base(town), BODY | change, format="json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["errors"][0]["attr"] == attr
    assert not Idea.objects.exists()


def test_a_key_hands_in_and_moves_on(town: Municipality, now: datetime) -> None:
    shared_theme()
    client = with_key(town, now)
    idea = client.post(base(town), BODY | {"email": "", "origin": "paper"}, format="json").json()
    assert (idea["state"], idea["origin"]) == ("submitted", "paper")
    steps = f"{base(town)}{idea['reference']}/transitions/"
    moved = client.post(steps, {"to": "published", "version": idea["version"]}, format="json")
    assert (moved.status_code, moved.json()["state"]) == (201, "published")
    assert [row["to_state"] for row in moved.json()["history"]] == ["published"]
    again = client.post(steps, {"to": "done", "version": moved.json()["version"]}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "illegal_step")
    old = client.post(steps, {"to": "in_review", "version": 1}, format="json")
    assert (old.status_code, old.json()["code"]) == (409, "version_conflict")


def test_a_key_of_another_town_finds_nothing(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    idea = make_idea(town, now, State.SUBMITTED)
    client = with_key(other_town, now)
    one = f"{base(town)}{idea.reference}/"
    assert client.get(one).status_code == 404
    step = {"to": "published", "version": 1}
    assert client.post(f"{one}transitions/", step, format="json").status_code == 404
    assert client.get(f"/api/v1/municipalities/{town.slug}/inbox/").status_code == 403


def test_the_list_filters_and_counts_the_same_for_one_and_thirty(
    api: APIClient,
    town: Municipality,
    now: datetime,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_idea(town, now, title="Bücherschrank")
    make_idea(town, now, State.SUBMITTED)
    with django_assert_num_queries(2):
        assert len(api.get(base(town)).json()["results"]) == 1
    for _number in range(29):
        make_idea(town, now, State.IN_REVIEW)
    with django_assert_num_queries(2):
        assert len(api.get(base(town), {"page_size": 100}).json()["results"]) == 30
    expected: list[tuple[dict[str, Any], int]] = [
        ({"q": "bücherschrank"}, 1),
        ({"state": "in_review", "page_size": 50}, 29),
        ({"theme": "kultur"}, 0),
        ({"theme": "mobilitaet", "q": "schrank"}, 1),
    ]
    for query, count in expected:
        assert len(api.get(base(town), query).json()["results"]) == count
    assert api.get(base(town), {"state": "verkauft"}).status_code == 400
    assert api.get(base(town), {"q": "\x00"}).status_code == 400
    assert api.get(base(town), {"cursor": "zzz"}).status_code == 400


def test_a_public_read_answers_304_to_who_knows_it(
    api: APIClient, town: Municipality, now: datetime
) -> None:
    url = f"{base(town)}{make_idea(town, now).reference}/"
    etag = api.get(url)["ETag"]
    assert api.get(url, HTTP_IF_NONE_MATCH=etag).status_code == 304


def test_supports_follows_comments_reports(
    api: APIClient, town: Municipality, now: datetime
) -> None:
    one = f"{base(town)}{make_idea(town, now).reference}/"
    guest = {"email": "kim@example.org"}
    for path in ("supports/", "follows/"):
        assert api.post(one + path, guest, format="json").json() == {"state": "confirm_by_mail"}
        assert api.post(one + path, {}, format="json").status_code == 400
        assert api.delete(one + path).status_code == 401
    assert api.post(f"{one}comments/", {"text": "x"}, format="json").status_code == 401
    assert api.post(f"{one}reports/", {"reason": "x"}, format="json").status_code == 201
    api.force_authenticate(make_user())
    assert api.post(f"{one}supports/", {}, format="json").json() == {"state": "confirmed"}
    assert api.get(one).json()["supports"] == 1
    assert api.delete(f"{one}supports/").status_code == 204
    assert api.post(f"{one}comments/", {"text": "Gern"}, format="json").status_code == 201
    assert [row["text"] for row in api.get(f"{one}comments/").json()] == ["Gern"]


def test_staff_answer_note_assign_merge_and_hand_over(
    api: APIClient, town: Municipality, other_town: Municipality, now: datetime
) -> None:
    worker = member(None, town, Role.CASE_WORKER)
    api.force_authenticate(worker)
    one, two = make_idea(town, now), make_idea(town, now)
    url = f"{base(town)}{one.reference}/"
    assert api.post(f"{url}responses/", {"text": "Gut."}, format="json").json()["number"] == 1
    assert api.post(f"{url}notes/", {"text": "intern"}, format="json").status_code == 201
    assigned = api.put(f"{url}assignment/", {"person": worker.pk}, format="json")
    assert assigned.json()["person"] == worker.pk
    merge = api.post(f"{url}merges/", {"into": two.reference}, format="json")
    assert merge.status_code == 201
    assert api.get(url).json()["merged_into"] == two.reference
    assert api.delete(f"{url}merges/{merge.json()['id']}/").status_code == 200
    offer = api.post(f"{url}transfers/", {"to": other_town.slug}, format="json")
    assert offer.status_code == 201
    api.force_authenticate(member(None, other_town, Role.CASE_WORKER))
    accept = f"{base(other_town)}{one.reference}/transfers/{offer.json()['id']}/accept/"
    assert api.post(accept, {}, format="json").json()["state"] == "accepted"
    assert api.get(f"{base(other_town)}{one.reference}/notes/").json() == []
    assert api.post(accept, {}, format="json").json()["code"] == "transfer_closed"


def test_similar_ideas(api: APIClient, town: Municipality, now: datetime) -> None:
    make_idea(town, now, title="Bänke am Bahnhof")
    url = f"{base(town)}similar/"
    found = api.get(url, {"title": "Mehr Bänke!"}).json()
    assert [row["title"] for row in found] == ["Bänke am Bahnhof"]
    assert api.get(url).json() == []


def test_a_wrong_token_is_not_found(api: APIClient) -> None:
    for token in ("x", "a:b:c"):
        answer = api.post("/api/v1/ideas/confirm/", {"token": token}, format="json")
        assert answer.status_code == 404
