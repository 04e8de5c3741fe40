"""What a wall hears: words that go, what was right, the quiz's list, two walls alike."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from participation import actors
from participation.models.access import Role
from polls.consumers import close_switchboard
from polls.services import ballots, clouds, players, rounds
from polls.services.wording import Wording
from tests.factories import make_town, member
from tests.polls.factories import Evening, make_evening
from tests.polls.phones import Phone, do
from tests.polls.test_papers import enter, sign
from tests.polls.test_players import quiz_evening

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("board")]


@pytest.fixture
def cloud(transactional_db: None) -> Evening:
    made = make_evening(
        make_town(), timezone.now(), wording=Wording("words", "Was fehlt?"), visibility="live"
    )
    ballots.cast_one(made.cast(value={"words": ["Bäume", "Schatten"]}), made.now)
    return made


def remote_of(evening: Evening) -> Phone:
    client = Client()
    client.force_login(member(None, evening.session.municipality, Role.FACILITATOR))
    return Phone(evening.code, cookie=f"sessionid={client.cookies['sessionid'].value}")


async def told(screen: Phone, counts: dict[str, int]) -> None:
    while (await screen.hear("tally"))["d"]["counts"] != counts:
        pass


async def test_a_word_goes_and_comes_back_on_two_walls(cloud: Evening) -> None:
    remote = await do(lambda: remote_of(cloud))
    async with Phone(cloud.code) as one, Phone(cloud.code) as other, remote:
        await one.hello(role="wall")
        await other.hello(role="wall")
        await remote.hello(role="facilitator")
        remote.say("word.hide", round=cloud.round.pk, word="schatten")
        assert (await remote.hear("ack"))["d"]["hidden_words"] == ["schatten"]
        for wall in (one, other):
            await told(wall, {"Bäume": 1})
        remote.say("word.show", round=cloud.round.pk, word="Schatten")
        for wall in (one, other):
            await told(wall, {"Bäume": 1, "Schatten": 1})


async def test_a_countersigned_count_comes_to_the_wall_with_the_result(
    transactional_db: None,
) -> None:
    town = await do(make_town)
    evening = await do(lambda: make_evening(town, timezone.now(), state="closed"))
    ada, ben = await do(
        lambda: [
            actors.for_user(member(None, town, Role.FACILITATOR), town, evening.now)
            for _person in range(2)
        ]
    )
    async with Phone(evening.code) as wall, Phone(evening.code) as phone:
        await wall.hello(role="wall")
        await phone.hello()
        await do(lambda: sign(evening, ben, enter(evening, ada, 30, 12)))
        hidden = (await wall.hear("tally"))["d"]
        assert (hidden["counts"], hidden["paper"]) == (None, None)
        await do(lambda: rounds.reveal_round(**evening.at()))
        for screen in (wall, phone):
            while (shown := (await screen.hear("tally"))["d"])["paper"] is None:
                pass
            assert [row["ballots"] for row in shown["paper"]] == [42]
            assert set(shown["counts"].values()) == {0}
        await do(lambda: sign(evening, ben, enter(evening, ada, 3, 1, kind="hands")))
        while len((await wall.hear("tally"))["d"]["paper"]) < 2:
            pass


@pytest.mark.parametrize("data", [{}, {"word": "x"}, {"round": 1}, {"round": True, "word": "x"}])
async def test_bad_words_leave_the_socket_open(cloud: Evening, data: dict[str, Any]) -> None:
    remote = await do(lambda: remote_of(cloud))
    async with remote, Phone(cloud.code) as phone:
        await remote.hello(role="facilitator")
        remote.say("word.hide", **data)
        assert await remote.error() in {"no_such_round", "invalid_value"}
        await phone.hello()
        phone.say("word.hide", round=cloud.round.pk, word="Bäume")
        assert await phone.error() == "forbidden"


async def test_who_comes_back_after_a_restart_has_no_hidden_word(cloud: Evening) -> None:
    async with Phone(cloud.code) as wall:
        epoch = (await wall.hello(role="wall"))["epoch"]
    await close_switchboard()
    await do(lambda: clouds.hide_word(**cloud.at(word="Schatten")))
    async with Phone(cloud.code) as wall:
        welcome = await wall.hello(role="wall", epoch=epoch, seq=2)
        assert "snapshot" not in welcome
        await wall.hear("words")
        await told(wall, {"Bäume": 1})


async def test_the_right_answer_comes_with_the_result(transactional_db: None) -> None:
    evening = await do(lambda: quiz_evening(make_town(), timezone.now()))
    async with Phone(evening.code) as phone:
        snapshot = (await phone.hello())["snapshot"]
        assert snapshot["questions"][0]["config"] == {"many": False}
        await do(lambda: rounds.close_round(**evening.at()))
        assert "config" not in (await phone.hear("round.closed"))["d"]
        await do(lambda: rounds.reveal_round(**evening.at()))
        shown = (await phone.hear("round.revealed"))["d"]
        assert shown["config"] == {"right": [2], "many": False}


async def test_the_list_is_told_when_it_changes(transactional_db: None) -> None:
    evening = await do(lambda: quiz_evening(make_town(), timezone.now()))
    async with Phone(evening.code) as wall:
        assert (await wall.hello(role="wall"))["snapshot"]["leaders"] == []
        seat = await do(evening.seat)
        await do(
            lambda: players.choose_nickname(
                code=evening.code, seat=seat, nickname="Anna", now=evening.now
            )
        )
        told_leaders = (await wall.hear("leaders"))["d"]["leaders"]
        assert told_leaders == [{"place": 1, "nickname": "Anna", "score": 0}]
        value = {"options": [evening.options[1]]}
        await do(lambda: ballots.cast_one(evening.cast(seat=seat, value=value), evening.now))
        await do(lambda: rounds.close_round(**evening.at()))
        assert (await wall.hello(role="wall"))["snapshot"]["leaders"] == told_leaders
        await do(lambda: rounds.reveal_round(**evening.at()))
        assert (await wall.hear("leaders"))["d"]["leaders"][0]["score"] == 1
