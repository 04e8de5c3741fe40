"""REST of preparing and steering: the services' own answers, codes and refusals."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from rest_framework.test import APIClient

from participation.models import Municipality
from polls.models import Contribution, LiveSession, Round, Seat
from polls.services import copies, questions
from polls.services.wording import Wording
from tests.factories import member
from tests.polls.factories import BIKES, Evening, make_evening, seat_of
from tests.polls.test_api import key_for, vote


@pytest.fixture
def staff(town: Municipality, now: datetime) -> APIClient:
    return key_for(town, now)


@pytest.fixture
def evening(town: Municipality, now: datetime) -> Evening:
    return make_evening(town, now)


def post(client: APIClient, path: str, body: Any = None) -> tuple[int, Any]:
    answer = client.post(f"/api/v1/{path}", body or {}, format="json")
    return answer.status_code, answer.json() if answer.content else None


def code_of(answer: tuple[int, Any]) -> tuple[int, str]:
    return answer[0], answer[1]["code"]


def test_settings_change_by_patch(staff: APIClient, evening: Evening) -> None:
    path = f"/api/v1/live/{evening.code}/"
    changed = staff.patch(path, {"pace": "own", "qa": "before", "eligible": 90}, format="json")
    body = changed.json()
    assert (changed.status_code, body["pace"], body["qa"], body["eligible"]) == (
        200,
        "own",
        "before",
        90,
    )
    refused = staff.patch(path, {"eligibility": "codes"}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "setting_fixed")
    wrong = staff.patch(path, {"pace": "fast", "eligible": -1}, format="json")
    assert {error["attr"] for error in wrong.json()["errors"]} == {"pace", "eligible"}
    assert APIClient().patch(path, {"title": "Meins"}, format="json").status_code == 401
    snapshot = APIClient().get(path).json()
    assert (snapshot["pace"], snapshot["kind"], snapshot["qa"]) == ("own", "real", "before")


def test_a_template_travels_through_the_network(
    staff: APIClient, evening: Evening, town: Municipality, other_town: Municipality, now: datetime
) -> None:
    here, there = (f"municipalities/{one.slug}/live" for one in (town, other_town))
    status, template = post(staff, f"{here}/copies/", {"code": evening.code, "kind": "template"})
    assert (status, template["kind"], template["state"]) == (201, "template", "draft")
    stranger = key_for(other_town, now)
    taking = {"code": template["code"], "title": "Auch bei uns"}
    assert post(stranger, f"{there}/copies/", taking)[0] == 404
    assert post(stranger, f"live/{template['code']}/share/", {"shared": True})[0] == 404
    assert post(staff, f"live/{template['code']}/share/", {"shared": True})[1]["shared"] is True
    (listed,) = stranger.get(f"/api/v1/{there}/templates/").json()["results"]
    assert (listed["town"], listed["questions"]) == (town.slug, [BIKES.text])
    status, fresh = post(stranger, f"{there}/copies/", taking)
    assert (status, fresh["title"], fresh["kind"]) == (201, "Auch bei uns", "real")
    assert stranger.get(f"/api/v1/live/{template['code']}/").status_code == 404
    assert staff.delete(f"/api/v1/live/{template['code']}/").status_code == 204
    assert staff.delete(f"/api/v1/live/{evening.code}/").json()["code"] == "illegal_step"


def test_next_by_seq(staff: APIClient, evening: Evening) -> None:
    path, seq = f"live/{evening.code}/next/", LiveSession.objects.get().seq
    expected = (200, {"step": "close", "rounds": [evening.round.pk]})
    assert post(staff, path, {"seq": seq}) == expected
    assert code_of(post(staff, path, {"seq": seq})) == (409, "moved_on")
    assert post(staff, path)[1]["step"] == "reveal"
    assert code_of(post(staff, path)) == (409, "nothing_next")
    assert post(staff, path, {"seq": "x"})[0] == 400


def test_all_at_once(staff: APIClient, evening: Evening) -> None:
    live = f"live/{evening.code}"
    questions.add_question(actor=evening.actor, code=evening.code, wording=BIKES)
    assert code_of(post(staff, f"{live}/open-all/")) == (409, "illegal_step")
    staff.patch(f"/api/v1/{live}/", {"pace": "own"}, format="json")
    assert [row["state"] for row in post(staff, f"{live}/open-all/")[1]] == ["open"]
    assert [row["state"] for row in post(staff, f"{live}/close-all/")[1]] == ["closed"] * 2


def test_time_for_a_person(staff: APIClient, evening: Evening) -> None:
    round_ = f"live/{evening.code}/rounds/{evening.round.pk}"
    assert code_of(post(staff, f"{round_}/extend/", {"seconds": 30})) == (409, "no_clock")
    assert post(staff, f"{round_}/close-soon/")[1]["closes_at"] is not None
    assert post(staff, f"{round_}/extend/", {"seconds": 30})[0] == 200
    assert post(staff, f"{round_}/hold/")[1]["held"] is True
    assert code_of(post(staff, f"{round_}/close/")) == (409, "round_held")
    assert post(staff, f"{round_}/release/")[1]["held"] is False
    assert post(staff, f"{round_}/close/")[1]["state"] == "closed"
    focus = post(staff, f"live/{evening.code}/focus/", {"round": None})
    assert focus == (200, {"focus": None})


def test_questions_move_and_double(staff: APIClient, evening: Evening) -> None:
    second = questions.add_question(actor=evening.actor, code=evening.code, wording=BIKES)
    path = f"live/{evening.code}/questions"
    status, fresh = post(staff, f"{path}/{evening.question.pk}/duplicate/")
    assert (status, fresh["text"]) == (201, BIKES.text)
    moved = post(staff, f"{path}/{fresh['id']}/move/", {"direction": "up"})
    assert moved == (200, {"id": fresh["id"], "position": 2})
    frozen = post(staff, f"{path}/{evening.question.pk}/move/", {"direction": "down"})
    assert code_of(frozen) == (409, "question_frozen")
    assert post(staff, f"{path}/{second.pk}/move/", {"direction": "sideways"})[0] == 400


def test_a_ban_over_rest(staff: APIClient, api: APIClient, evening: Evening, now: datetime) -> None:
    live = f"live/{evening.code}"
    token = post(api, f"{live}/seats/")[1]["token"]
    assert vote(api, evening, token).status_code == 201
    card = Contribution.objects.create(
        id=uuid4(),
        session=evening.session,
        kind="question",
        text="Unsinn",
        seat_id=seat_of(token, evening.code),
        created_at=now,
    )
    status, banned = post(staff, f"{live}/bans/", {"contribution": str(card.pk)})
    assert (status, len(banned)) == (201, 1)
    assert Seat.objects.get().pk.hex not in str(banned)
    refused = vote(api, evening, token)
    assert (refused.status_code, refused.json()["code"]) == (403, "banned")
    assert api.get(f"/api/v1/{live}/bans/").status_code == 401
    assert staff.get(f"/api/v1/{live}/bans/").json()[0]["ban"] == banned[0]["ban"]
    assert staff.delete(f"/api/v1/{live}/bans/{banned[0]['ban']}/").status_code == 204
    assert staff.get(f"/api/v1/{live}/bans/").json() == []
    assert post(staff, f"{live}/bans/")[0] == 400


def test_whoever_said_a_word_is_banned(staff: APIClient, town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, wording=Wording("words", "Was fehlt?"))
    token = post(APIClient(), f"live/{evening.code}/seats/")[1]["token"]
    vote(APIClient(), evening, token, value={"words": ["Mist"]})
    body = {"round": evening.round.pk, "word": "mist"}
    assert post(staff, f"live/{evening.code}/bans/", body)[0] == 201
    assert code_of(post(staff, f"live/{evening.code}/bans/", {**body, "word": "anders"}))[0] == 404


def test_invented_voters(staff: APIClient, evening: Evening, town: Municipality) -> None:
    body = {"code": evening.code, "kind": "rehearsal"}
    made = post(staff, f"municipalities/{town.slug}/live/copies/", body)[1]
    voters = f"live/{made['code']}/voters/"
    assert code_of(post(staff, voters, {"count": 5})) == (409, "round_closed")
    for _step in ("start", "open"):
        post(staff, f"live/{made['code']}/next/")
    assert post(staff, voters, {"count": 5}) == (201, {"ballots": 5})
    assert post(staff, voters, {"count": 501})[0] == 400
    real = post(staff, f"live/{evening.code}/voters/", {"count": 5})
    assert code_of(real) == (409, "not_a_rehearsal")
    listed = staff.get(f"/api/v1/municipalities/{town.slug}/live/rehearsals/").json()["results"]
    assert [row["code"] for row in listed] == [made["code"]]
    everything = staff.get(f"/api/v1/municipalities/{town.slug}/live/").json()["results"]
    assert [row["code"] for row in everything] == [evening.code]


@pytest.mark.parametrize("count", [1, 20])
def test_templates_cost_the_same(
    town: Municipality, evening: Evening, count: int, django_assert_max_num_queries: Any
) -> None:
    client = Client()
    client.force_login(member(None, town, "facilitator"))
    for _n in range(count):
        copies.copy_session(
            actor=evening.actor, code=evening.code, now=evening.now, kind="template"
        )
    with django_assert_max_num_queries(8):
        found = client.get(f"/api/v1/municipalities/{town.slug}/live/templates/")
    assert len(found.json()["results"]) == count


def test_a_template_has_no_waiting_room(evening: Evening) -> None:
    template = copies.copy_session(
        actor=evening.actor, code=evening.code, now=evening.now, kind="template"
    )
    for page in ("", "wand/", "ergebnisse/", "stand/", "qr.svg"):
        assert Client().get(f"/live/{template.code}/{page}").status_code == 404
    assert Round.objects.filter(question__session=template).count() == 1
