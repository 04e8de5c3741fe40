"""What a hub owes its screens when something goes wrong between them and the database."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from participation.models.access import Role
from polls import queries
from polls.consumers import close_switchboard, switchboard
from polls.live import announcements
from polls.live.gathering import Gathering
from polls.live.switchboard import Services, Switchboard
from polls.models import LiveSession, Round, SessionEvent
from polls.queries import Tally
from polls.services import ballots, copies, players, rounds, sessions, upvotes
from tests.factories import make_town, member
from tests.polls.factories import Evening, make_evening
from tests.polls.phones import PATIENCE_SECONDS, Phone, do

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("board")]


@pytest.fixture
def evening(transactional_db: None) -> Evening:
    return make_evening(make_town(), timezone.now(), visibility="after_close")


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not true():
            await asyncio.sleep(0.01)


async def heard_before_pong(screen: Phone) -> list[dict[str, Any]]:
    """What has come, and the pong, with which all that was sent before has come."""
    screen.say("ping", "last")
    heard = []
    while (frame := await screen.hear())["t"] not in {"pong", "closed"}:
        heard.append(frame)
    return [*heard, frame]


# --- One hub a session ---------------------------------------------------------------------------


async def test_a_code_with_more_behind_it_is_no_address(evening: Evening) -> None:
    """It would have a hub of its own, to which nobody speaks."""
    async with Phone(f"{evening.code}X") as phone:
        phone.say("hello")
        await phone.hear()
        assert phone.closed == 4404


async def test_who_is_left_on_a_stopped_hub_is_sent_back(evening: Evening) -> None:
    async with Phone(evening.code) as phone, Phone(evening.code) as late:
        await phone.hello()
        await until(lambda: switchboard().hubs[evening.code].connections == 2)
        switchboard().hubs.pop(evening.code).stop()
        assert (await heard_before_pong(phone))[-1]["t"] == "closed"
        late.say("hello")
        await late.hear()
        assert (phone.closed, late.closed) == (1012, 1012)


async def test_a_log_that_went_back_sends_everyone_for_the_new_picture(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database was restored from a backup beneath a running process."""
    monkeypatch.setattr("polls.live.switchboard.TICK_SECONDS", 0.01)

    def restore() -> None:
        SessionEvent.objects.filter(session=evening.session, seq__gt=1).delete()
        LiveSession.objects.filter(pk=evening.session.pk).update(seq=1)

    async with Phone(evening.code) as phone:
        epoch = (await phone.hello())["epoch"]
        await do(restore)
        await phone.hear("closed")
        assert phone.closed == 1012
    async with Phone(evening.code) as phone:
        assert (await phone.hello(epoch=epoch, seq=2))["snapshot"]["code"] == evening.code
        await do(lambda: rounds.close_round(**evening.at()))
        assert (await phone.hear("round.closed"))["seq"] == 2


async def test_screens_of_a_session_that_was_deleted_are_closed(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("polls.live.switchboard.TICK_SECONDS", 0.01)

    def prepare() -> tuple[Evening, str]:
        town = make_town()
        client = Client()
        client.force_login(member(None, town, Role.FACILITATOR))
        cookie = f"sessionid={client.cookies['sessionid'].value}"
        return make_evening(town, timezone.now(), state="draft"), cookie

    draft, cookie = await do(prepare)
    async with Phone(draft.code, cookie=cookie) as remote:
        await remote.hello(role="facilitator")
        await do(lambda: copies.remove_prepared(actor=draft.actor, code=draft.code))
        await remote.hear("closed")
        assert remote.closed == 4404
    await until(lambda: draft.code not in switchboard().hubs)


# --- What was missed -----------------------------------------------------------------------------


async def test_a_long_absence_is_replayed_whole(evening: Evening) -> None:
    """Many frames at once are no sign of a slow phone."""

    def many() -> None:
        for _n in range(150):
            rounds.reveal_round(**evening.at())
            rounds.hide_round(**evening.at())

    await do(many)
    async with Phone(evening.code) as phone:
        await phone.hello(epoch=evening.session.epoch, seq=2)
        kinds = ("round.revealed", "round.hidden", "closed")
        replayed = [(await phone.hear(*kinds)).get("seq") for _n in range(300)]
        assert replayed == [*range(3, 303)]
        await do(lambda: rounds.close_round(**evening.at()))
        assert (await phone.hear("round.closed"))["seq"] == 303


async def test_what_happened_while_the_hub_was_loading_has_its_numbers(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    await do(lambda: ballots.cast_one(evening.cast(), timezone.now()))
    read = queries.events_after

    def closed_just_before(session_id: int, seq: int) -> list[tuple[int, str, dict[str, Any]]]:
        rounds.close_round(**evening.at())  # closed once, the round stays closed
        return read(session_id, seq)

    monkeypatch.setattr(queries, "events_after", closed_just_before)
    async with Phone(evening.code) as phone:
        await phone.hello(epoch=evening.session.epoch, seq=2)
        first, second = map(str, evening.options)
        tally = (await phone.hear("tally"))["d"]
        assert (tally["final"], tally["counts"]) == (True, {first: 1, second: 0})


@pytest.mark.parametrize("restarted", [False, True])
async def test_who_comes_back_has_the_quizs_list(evening: Evening, *, restarted: bool) -> None:
    def choose() -> None:
        players.choose_nickname(
            code=evening.code, seat=evening.seat(), nickname="Anna", now=evening.now
        )

    session = LiveSession.objects.filter(pk=evening.session.pk)
    await do(lambda: session.update(leaderboard=True))
    async with Phone(evening.code) as wall:
        assert (await wall.hello(role="wall"))["snapshot"]["leaders"] == []
    if restarted:
        await close_switchboard()
    await do(choose)
    async with Phone(evening.code) as wall:
        welcome = await wall.hello(role="wall", epoch=evening.session.epoch, seq=2)
        assert "snapshot" not in welcome
        anna = [{"place": 1, "nickname": "Anna", "score": 0}]
        while (await wall.hear("leaders"))["d"]["leaders"] != anna:
            pass


async def test_a_list_wanted_before_the_start_is_told(evening: Evening) -> None:
    """The remote is connected while the evening is prepared: its hub knew of no list then."""
    session = LiveSession.objects.filter(pk=evening.session.pk)
    async with Phone(evening.code) as wall:
        assert (await wall.hello(role="wall"))["snapshot"]["leaders"] is None
        await do(lambda: session.update(leaderboard=True))
        await do(lambda: sessions.tell_facilitators(evening.session))
        assert (await wall.hear("leaders"))["d"]["leaders"] == []


async def test_a_list_that_was_put_away_is_told_nobody(evening: Evening) -> None:
    def put(*, away: bool) -> None:
        sessions.change_settings(
            actor=evening.actor,
            code=evening.code,
            changes={"leaderboard": not away},
            now=evening.now,
        )

    async with Phone(evening.code) as wall:
        await wall.hello(role="wall")
        await do(lambda: put(away=False))
        assert (await wall.hear("leaders"))["d"]["leaders"] == []
        await do(lambda: put(away=True))
        while (await wall.hear("session.settings"))["d"]["leaderboard"]:
            pass
    async with Phone(evening.code) as wall:
        assert (await wall.hello(role="wall"))["snapshot"]["leaders"] is None
        assert "leaders" not in {frame["t"] for frame in await heard_before_pong(wall)}


async def test_a_pong_says_where_the_events_stand(evening: Evening) -> None:
    async with Phone(evening.code) as phone:
        await phone.hello()
        assert (await heard_before_pong(phone))[-1]["d"]["seq"] == 2
        await do(lambda: rounds.close_round(**evening.at()))
        await phone.hear("round.revealed")
        assert (await heard_before_pong(phone))[-1]["d"]["seq"] == 4


# --- Numbers -------------------------------------------------------------------------------------


async def test_a_late_word_from_before_the_reveal_takes_no_counts_back(evening: Evening) -> None:
    """Of another process, which read the tally just before."""
    async with Phone(evening.code) as phone:
        await phone.hello()
        await do(lambda: ballots.cast_one(evening.cast(), timezone.now()))
        await do(lambda: rounds.close_round(**evening.at()))
        while (await phone.hear("tally"))["d"]["counts"] is None:
            pass
        known = (await do(lambda: queries.tallies([evening.round.pk])))[evening.round.pk]
        late = {**asdict(known), "revealed": False}
        switchboard().hear(evening.code, {"kind": "tally", "tally": late, "origin": "other"})
    async with Phone(evening.code) as phone:
        await phone.hello(epoch=evening.session.epoch, seq=2)
        assert (await phone.hear("tally"))["d"]["counts"] == known.counts


async def test_numbers_of_a_round_not_heard_of_yet_wait_for_it(evening: Evening) -> None:
    """A wall that gets them asks for the picture again and again: there they are missing."""
    async with Phone(evening.code) as wall:
        await wall.hello(role="wall")
        unknown = asdict(Tally(evening.round.pk + 1, 1, 1))
        switchboard().hear(evening.code, {"kind": "tally", "tally": unknown, "origin": "other"})
        wall.say("hello", "2", role="wall")
        await wall.hear("welcome")
        told = await heard_before_pong(wall)
        rounds_told = [frame["d"]["round"] for frame in told if frame["t"] == "tally"]
        assert evening.round.pk + 1 not in rounds_told


# --- What runs on --------------------------------------------------------------------------------


async def test_a_message_nobody_understands_ends_no_listening(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a new version is rolled out, its processes speak to the old ones."""
    layer = InMemoryChannelLayer()
    monkeypatch.setattr("polls.live.announcements.shared_layer", lambda: layer)
    async with Phone(evening.code) as phone:
        await phone.hello()
        await until(lambda: announcements.GROUP in layer.groups)
        focus = {"kind": "event", "seq": 3, "type": "focus", "data": {"round": None}}
        for message in ({"kind": "tally", "tally": {"colour": "red"}}, focus):
            sent = {"type": "live", "origin": "x", "code": evening.code, "message": message}
            await layer.group_send(announcements.GROUP, sent)
        assert (await phone.hear("focus"))["seq"] == 3


async def test_a_batch_that_breaks_is_answered() -> None:
    """Else who waits for the answer waits for ever."""
    known = {"a": 1}

    def look_up(keys: Sequence[str]) -> list[int]:
        return [known[key] for key in keys]

    with ThreadPoolExecutor(1) as pool:
        gathering = Gathering(look_up, pool)
        answers: list[int | None] = []
        gathering.put("unknown", answers.append)
        await until(lambda: answers == [None])
        gathering.put("a", answers.append)
        await until(lambda: answers == [None, 1])


async def test_the_close_is_asked_for_until_it_is_heard(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database may be away just when the time is up."""
    monkeypatch.setattr("polls.live.hub.ASK_AGAIN_SECONDS", 0.01)
    asked: list[str] = []

    def close_due(code: str) -> None:
        asked.append(code)
        if len(asked) == 1:
            raise OperationalError("away")
        rounds.close_due_rounds(now=timezone.now(), code=code)

    board = Switchboard(
        Services(
            cast=lambda casts: ballots.cast_ballots(casts, timezone.now()),
            agree=lambda wishes: upvotes.cast_upvotes(wishes, timezone.now()),
            close_due=close_due,
        )
    )
    past = timezone.now() - timedelta(seconds=10)
    just = Round.objects.filter(pk=evening.round.pk)
    await board.in_thread(lambda: just.update(closes_at=past))
    hub = await board.enter(evening.code)
    await until(lambda: hub.seq == 4)  # closed and revealed
    board.stop()
    assert len(asked) >= 2
