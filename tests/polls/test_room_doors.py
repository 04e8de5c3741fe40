"""The room over the socket and over REST: who hears what, and what fits nothing."""

from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from participation.models import Idea
from polls.models import Contribution
from polls.services import ballots, rounds, seats
from tests.factories import make_town
from tests.polls.factories import Evening
from tests.polls.phones import Phone, do
from tests.polls.rooms import ASKED, ask, make_room, moderate, say
from tests.polls.test_api import key_for
from tests.polls.test_consumers import cookie_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("board")]


@pytest.fixture
def evening(transactional_db: None) -> Evening:
    return make_room(make_town(), timezone.now(), qa="before")


@pytest.fixture
def cookie(evening: Evening) -> str:
    return cookie_of(evening.session.municipality)


async def qa(phone: Phone) -> dict[str, Any]:
    """The next `qa` frame: texts that changed, and how many are gone."""
    body = (await phone.hear("qa"))["d"]
    return {"texts": [row["text"] for row in body["changed"]], "gone": len(body["gone"])}


# --- Socket --------------------------------------------------------------------------------------


async def test_from_the_phone_to_the_wall(evening: Evening, cookie: str) -> None:
    async with (
        Phone(evening.code) as phone,
        Phone(evening.code) as other,
        Phone(evening.code) as wall,
        Phone(evening.code, cookie=cookie) as remote,
    ):
        for screen, role in ((phone, "voter"), (other, "voter"), (wall, "wall")):
            await screen.hello(role=role)
        await remote.hello(role="facilitator")
        key = str(uuid4())
        phone.say("qa.ask", "2", id=key, text=ASKED)
        ack = await phone.hear("ack", "error")
        assert (ack["re"], ack["d"]["state"]) == ("2", "pending")
        assert await qa(remote) == {"texts": [ASKED], "gone": 0}
        remote.say("qa.moderate", "3", id=key, state="shown")
        assert (await remote.hear("ack"))["d"]["state"] == "shown"
        assert (await qa(wall))["texts"] == (await qa(other))["texts"] == [ASKED]
        other.say("qa.upvote", "4", id=key)
        assert (await other.hear("ack"))["d"] == {"id": key, "up": True}
        changed = (await wall.hear("qa"))["d"]["changed"]
        assert [(row["id"], row["votes"]) for row in changed] == [(key, 1)]
        remote.say("qa.moderate", "5", id=key, state="archived")
        assert await qa(wall) == {"texts": [], "gone": 1}
        # What waited was never told to the room.
        assert all(row["state"] == "shown" for row in changed)


async def test_a_screen_that_comes_back_has_the_standing(evening: Evening) -> None:
    question = await do(lambda: ask(evening))
    await do(lambda: moderate(evening, question, state="shown"))
    async with Phone(evening.code) as phone:
        welcome = await phone.hello()
        assert [row["text"] for row in welcome["snapshot"]["room"]["items"]] == [ASKED]
    async with Phone(evening.code) as phone:
        again = await phone.hello(epoch=welcome["epoch"], seq=welcome["seq"])
        assert "snapshot" not in again
        body = (await phone.hear("qa"))["d"]
        assert (body["full"], [row["text"] for row in body["changed"]]) == (True, [ASKED])
        assert body["settings"]["qa"] == "before"


async def test_authors_find_their_own(evening: Evening) -> None:
    async with Phone(evening.code) as phone:
        await phone.hello()
        phone.say("qa.ask", id=str(uuid4()), text=ASKED)
        await phone.hear("ack")
        token = phone.token
    async with Phone(evening.code) as phone:
        welcome = await phone.hello(token=token)
        own = welcome["snapshot"]["own_room"]["items"]
        assert [(row["text"], row["state"]) for row in own] == [(ASKED, "pending")]
        assert welcome["snapshot"]["room"]["items"] == []


async def test_authors_alone_hear_what_became_of_their_own(evening: Evening, cookie: str) -> None:
    async with (
        Phone(evening.code) as phone,
        Phone(evening.code) as other,
        Phone(evening.code) as wall,
        Phone(evening.code, cookie=cookie) as remote,
    ):
        for screen, role in ((phone, "voter"), (other, "voter"), (wall, "wall")):
            await screen.hello(role=role)
        await remote.hello(role="facilitator")
        key = str(uuid4())
        phone.say("qa.ask", id=key, text=ASKED)
        await phone.hear("ack")
        remote.say("qa.moderate", id=key, state="archived")
        told = (await phone.hear("qa"))["d"]
        assert (told["changed"], told["gone"]) == ([], [])
        assert [(row["id"], row["state"]) for row in told["own"]["items"]] == [(key, "archived")]
        # Whoever comes after the next frame has missed none.
        remote.say("qa.moderate", id=key, state="shown")
        for screen in (other, wall):
            body = (await screen.hear("qa"))["d"]
            assert ([row["id"] for row in body["changed"]], "own" in body) == ([key], False)


async def test_an_author_that_was_away_hears_it_on_return(evening: Evening) -> None:
    async with Phone(evening.code) as phone:
        welcome = await phone.hello()
        key = str(uuid4())
        phone.say("qa.ask", id=key, text=ASKED)
        await phone.hear("ack")
    question = await do(lambda: Contribution.objects.get(pk=key))
    await do(lambda: moderate(evening, question, state="archived"))
    async with Phone(evening.code) as back:
        at = {"token": phone.token, "epoch": welcome["epoch"], "seq": welcome["seq"]}
        assert "snapshot" not in await back.hello(**at)
        own = (await back.hear("qa"))["d"]["own"]
        assert [(row["id"], row["state"]) for row in own["items"]] == [(key, "archived")]


async def test_cards_come_with_the_reveal_and_go_with_the_hiding(evening: Evening) -> None:
    async with Phone(evening.code) as wall:
        await wall.hello(role="wall")
        await do(lambda: ballots.cast_one(say(evening, "Mehr Bänke"), timezone.now()))
        await do(lambda: rounds.reveal_round(**evening.at()))
        assert await qa(wall) == {"texts": ["Mehr Bänke"], "gone": 0}
        await do(lambda: rounds.hide_round(**evening.at()))
        assert await qa(wall) == {"texts": [], "gone": 1}


async def test_reactions_are_told_together_and_not_to_phones(evening: Evening) -> None:
    async with Phone(evening.code) as phone, Phone(evening.code) as wall:
        await phone.hello()
        await wall.hello(role="wall")
        for _n in range(8):
            phone.say("react", kind="heart")
        told = 0
        while told < 5:
            told += (await wall.hear("reactions"))["d"]["counts"]["heart"]
        assert told == 5
        answers = [(await phone.hear("ack", "error"))["t"] for _n in range(8)]
        assert answers == ["ack"] * 5 + ["error"] * 3
        assert "reactions" not in {frame["t"] for frame in phone.rest()}


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("qa.ask", {}, "invalid_value"),
        ("qa.ask", {"id": "x", "text": "Ja?"}, "invalid_value"),
        ("qa.ask", {"id": str(uuid4()), "text": 7}, "invalid_value"),
        ("qa.ask", {"id": str(uuid4()), "text": " \n"}, "invalid_value"),
        ("qa.ask", {"id": str(uuid4()), "text": "x" * 501}, "invalid_value"),
        ("qa.ask", {"id": str(uuid4()), "text": "Ja?", "kind": "answer"}, "invalid_value"),
        ("qa.ask", {"id": str(uuid4()), "text": "Ja?", "consent": "ja"}, "invalid_value"),
        ("qa.upvote", {}, "no_such_contribution"),
        ("qa.upvote", {"id": str(uuid4())}, "no_such_contribution"),
        ("qa.upvote", {"id": str(uuid4()), "up": 1}, "invalid_value"),
        ("react", {"kind": ["heart"]}, "invalid_value"),
        ("react", {"kind": "bomb"}, "invalid_value"),
        ("qa.moderate", {"id": str(uuid4()), "state": "shown"}, "forbidden"),
        ("qa.idea", {"id": str(uuid4())}, "forbidden"),
    ],
)
async def test_bad_frames(evening: Evening, kind: str, data: dict[str, Any], code: str) -> None:
    async with Phone(evening.code) as phone:
        await phone.hello()
        phone.say(kind, **data)
        assert await phone.error() == code
        phone.say("ping")
        assert (await phone.hear("pong"))["t"] == "pong"
    assert await do(Contribution.objects.count) == 0


async def test_bad_commands_of_a_facilitator(evening: Evening, cookie: str) -> None:
    question = await do(lambda: ask(evening))
    async with Phone(evening.code, cookie=cookie) as remote:
        await remote.hello(role="facilitator")
        for data, code in (
            ({}, "no_such_contribution"),
            ({"id": str(question.pk), "state": 4}, "invalid_value"),
            ({"id": str(question.pk), "state": "gone"}, "invalid_value"),
            ({"id": str(question.pk), "pinned": True}, "illegal_step"),
        ):
            remote.say("qa.moderate", **data)
            assert await remote.error() == code


async def test_who_has_no_seat_writes_nothing(evening: Evening) -> None:
    async with Phone(evening.code) as phone:
        phone.say("qa.ask", id=str(uuid4()), text="Ja?")
        assert await phone.error() == "unauthenticated"
    async with Phone(evening.code) as wall:
        await wall.hello(role="wall")
        wall.say("react", kind="heart")
        assert await wall.error() == "not_eligible"


# --- REST ----------------------------------------------------------------------------------------


@pytest.fixture
def base(evening: Evening) -> str:
    return f"/api/v1/live/{evening.code}/"


@pytest.fixture
def live_key(evening: Evening) -> APIClient:
    return key_for(evening.session.municipality, evening.now)


def seated(evening: Evening) -> APIClient:
    client = APIClient()
    token = seats.take_seat(code=evening.code, now=evening.now)
    client.credentials(HTTP_AUTHORIZATION=f"Seat {token}")
    return client


def test_the_room_over_rest(evening: Evening, base: str, live_key: APIClient) -> None:
    phone, key = seated(evening), str(uuid4())
    asked = phone.post(f"{base}contributions/", {"id": key, "text": ASKED}, format="json")
    assert (asked.status_code, asked.json()["state"]) == (201, "pending")
    one = f"{base}contributions/{key}/"
    assert seated(evening).put(f"{one}upvote/").status_code == 404
    assert seated(evening).get(f"{base}contributions/").json()["results"] == []
    assert [row["id"] for row in phone.get(f"{base}contributions/").json()["results"]] == [key]
    done = live_key.patch(one, {"state": "shown", "pinned": True}, format="json").json()
    assert (done["state"], done["pinned"]) == ("shown", True)
    other = seated(evening)
    assert other.put(f"{one}upvote/").json() == {"id": key, "up": True}
    listed = other.get(f"{base}contributions/").json()["results"]
    assert [(row["text"], row["votes"]) for row in listed] == [(ASKED, 1)]
    assert other.delete(f"{one}upvote/").json() == {"id": key, "up": False}
    assert Contribution.objects.get().votes == 0


def test_a_phone_that_polls_hears_what_became_of_its_own(
    evening: Evening, base: str, live_key: APIClient
) -> None:
    phone, key = seated(evening), str(uuid4())
    phone.post(f"{base}contributions/", {"id": key, "text": ASKED}, format="json")
    live_key.patch(f"{base}contributions/{key}/", {"state": "archived"}, format="json")
    own = phone.get(base).json()["own_room"]["items"]
    assert [(row["id"], row["state"]) for row in own] == [(key, "archived")]
    assert seated(evening).get(base).json()["own_room"]["items"] == []


def test_pages_give_each_row_once_whatever_is_pinned_meanwhile(
    evening: Evening, base: str, live_key: APIClient
) -> None:
    rows = [
        Contribution(id=uuid4(), session=evening.session, kind="question", text=str(n))
        for n in range(1_050)
    ]
    Contribution.objects.bulk_create(rows)
    seen: list[str] = []
    url = f"{base}contributions/?page_size=100"
    while url:
        page = live_key.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
        ahead = Contribution.objects.exclude(pk__in=seen).values("pk")[:3]
        Contribution.objects.filter(pk__in=ahead).update(pinned=True, votes=9)
        Contribution.objects.filter(pk__in=seen[:9]).update(pinned=True, votes=7)
    assert seen == [str(pk) for pk in sorted(row.pk for row in rows)]


def test_a_card_over_rest(evening: Evening, base: str, live_key: APIClient) -> None:
    key = str(uuid4())
    card = {"id": key, "kind": "card", "text": "Eine Bank", "consent": True}
    assert seated(evening).post(f"{base}contributions/", card, format="json").status_code == 201
    path = f"{base}contributions/{key}/idea/"
    assert live_key.post(path, {"theme": "burg"}, format="json").status_code == 400
    for _twice in range(2):
        made = live_key.post(path, {"theme": "kultur"}, format="json")
        assert made.json()["idea"] == Idea.objects.get().reference


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("contributions/", {}, 400, "invalid"),
        ("contributions/", {"id": "x", "text": "Ja?"}, 400, "invalid"),
        ("contributions/", {"id": str(uuid4()), "text": "x" * 501}, 400, "invalid"),
        ("contributions/", {"id": str(uuid4()), "text": "J", "kind": "answer"}, 400, "invalid"),
        ("reactions/", {"kind": "bomb"}, 400, "invalid"),
        ("reactions/", [], 400, "invalid"),
    ],
)
def test_bad_bodies(
    evening: Evening, base: str, path: str, body: Any, status: int, code: str
) -> None:
    answer = seated(evening).post(base + path, body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Contribution.objects.count() == 0


def test_rest_needs_a_seat_and_reactions_have_a_rate(evening: Evening, base: str) -> None:
    for path in ("contributions/", "reactions/"):
        answer = APIClient().post(base + path, {"kind": "heart"}, format="json")
        assert answer.status_code == 401
    phone = seated(evening)
    assert phone.post(f"{base}reactions/", {"kind": "heart"}, format="json").status_code == 204
