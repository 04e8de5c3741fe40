"""Many at once: real threads against one database, real processes over Redis."""

import asyncio
import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import orjson
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from websockets.asyncio.client import ClientConnection, connect

from participation.errors import RuleBroken
from polls import queries
from polls.errors import QuestionFrozen, SeatBanned
from polls.models import (
    Ballot,
    Contribution,
    LiveSession,
    Question,
    Round,
    Seat,
    SessionEvent,
    VotedSeat,
)
from polls.services import ballots, bans, order, questions, rounds, sessions, steering
from polls.services.ballots import Ack, Cast, Outcome
from tests.factories import make_town
from tests.polls.factories import BIKES, Evening, make_evening

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
CAST = 500
THREADS = 8


@pytest.fixture
def evening(transactional_db: None) -> Evening:
    return make_evening(make_town(), timezone.now())


def in_threads(work: list[list[Cast]], start: threading.Barrier) -> list[Outcome]:
    def run(casts: list[Cast]) -> list[Outcome]:
        start.wait()
        try:
            found = []
            for at in range(0, len(casts), 5):
                found += ballots.cast_ballots(casts[at : at + 5], timezone.now())
            return found
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return [outcome for outcomes in pool.map(run, work) for outcome in outcomes]


def test_500_ballots_against_the_close(evening: Evening) -> None:
    casts = [evening.cast() for _n in range(CAST)]
    start = threading.Barrier(THREADS + 1)

    def close() -> None:
        start.wait()
        try:
            # Let some ballots in, so that the close falls among them.
            while Ballot.objects.count() < CAST // 5:
                pass
            rounds.close_round(**evening.at(now=timezone.now()))
        finally:
            connection.close()

    closing = threading.Thread(target=close)
    closing.start()
    outcomes = in_threads([casts[n::THREADS] for n in range(THREADS)], start)
    closing.join()
    acked = {outcome.ballot for outcome in outcomes if isinstance(outcome, Ack)}
    refused = {o.code for o in outcomes if not isinstance(o, Ack)}
    tally = queries.tallies([evening.round.pk])[evening.round.pk]
    assert acked == set(VotedSeat.objects.values_list("ballot", flat=True))
    assert Ballot.objects.count() == len(acked)
    assert (tally.ballots, tally.rev, tally.final) == (len(acked), len(acked), True)
    assert refused <= {"round_closed"}
    rounds.rebuild_tally(round_id=evening.round.pk)
    assert queries.tallies([evening.round.pk])[evening.round.pk] == tally


def test_one_seat_on_many_phones_votes_once(evening: Evening) -> None:
    seat = evening.seat()
    casts = [evening.cast(seat=seat) for _n in range(THREADS)]
    outcomes = in_threads([[cast] for cast in casts], threading.Barrier(THREADS))
    assert sum(isinstance(outcome, Ack) for outcome in outcomes) == 1
    assert queries.tallies([evening.round.pk])[evening.round.pk].ballots == 1


def test_one_ballot_sent_many_times_counts_once(evening: Evening) -> None:
    cast = evening.cast()
    outcomes = in_threads([[cast]] * THREADS, threading.Barrier(THREADS))
    assert {type(outcome) for outcome in outcomes} == {Ack}
    assert len({outcome.accepted_at for outcome in outcomes if isinstance(outcome, Ack)}) == 1
    assert queries.tallies([evening.round.pk])[evening.round.pk].ballots == 1


def test_more_time_while_the_clock_closes(transactional_db: None) -> None:
    """The clock had seen that the time was over, and waits for the hand that gave more."""
    evening = make_evening(make_town(), timezone.now(), state="live")
    rounds.open_round(**evening.at(seconds=5))
    late = evening.now + timedelta(seconds=8)

    def close() -> int:
        try:
            return rounds.close_due_rounds(now=late)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            rounds.extend_timer(**evening.at(now=late, seconds=60))
            closing = pool.submit(close)
            while connection.vendor == "postgresql" and not someone_waits_for_us():
                assert not closing.done()
        assert closing.result() == 0
    assert Round.objects.get().state == Round.State.OPEN


def someone_waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks mine JOIN pg_locks theirs USING (transactionid)"
            " WHERE mine.pid = pg_backend_pid() AND mine.granted AND NOT theirs.granted"
        )
        return bool(cursor.fetchone()[0])


# --- Two processes -------------------------------------------------------------------------------


@pytest.fixture
def servers() -> Iterator[list[int]]:
    """Ports of two servers on the test's database and one Redis."""
    if not settings.REDIS_URL:
        pytest.skip("needs REDIS_URL")
    started = [_server() for _n in range(2)]
    yield [port for port, _process in started]
    for _port, process in started:
        process.terminate()
        process.wait(20)


def _server() -> tuple[int, "subprocess.Popen[bytes]"]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "postgresql":
        url = urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()
    else:
        url = f"sqlite:///{name}"
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    env["MITWIRK_MODE"] = "test"
    command = [
        sys.executable,
        "-m",
        "daphne",
        "-p",
        str(port),
        "-v",
        "0",
        "config.asgi:application",
    ]
    return port, subprocess.Popen(command, env=env, cwd=settings.BASE_DIR)


async def _join(port: int, code: str, **hello: str) -> ClientConnection:
    for _try in range(300):
        try:
            phone = await connect(f"ws://127.0.0.1:{port}/ws/live/{code}/")
            break
        except OSError:
            await asyncio.sleep(0.1)  # the process is still starting
    await phone.send(orjson.dumps({"t": "hello", "id": "1", "d": hello}).decode())
    await _hear(phone, "welcome")
    return phone


async def _hear(phone: ClientConnection, kind: str) -> dict[str, object]:
    while True:
        frame = orjson.loads(await asyncio.wait_for(phone.recv(), 20))
        if frame["t"] == kind:
            data: dict[str, object] = frame["d"]
            return data


async def test_two_processes_see_each_others_ballots(evening: Evening, servers: list[int]) -> None:
    walls = [await _join(port, evening.code, role="wall") for port in servers]
    phones = [await _join(port, evening.code) for port in servers]
    for phone in phones:
        cast = {
            "round": evening.round.pk,
            "ballot": secrets.token_hex(16),
            "version": 1,
            "value": {"options": [evening.options[0]]},
        }
        await phone.send(orjson.dumps({"t": "vote.cast", "id": "2", "d": cast}).decode())
        await _hear(phone, "ack")
    for wall in walls:
        while (await _hear(wall, "tally"))["ballots"] != 2:
            pass
    for connected in phones + walls:
        await connected.close()


def test_a_clock_and_a_hand_close_once(evening: Evening, now: datetime) -> None:
    rounds.close_round(**evening.at())
    assert rounds.close_due_rounds(now=now) == 0


def test_a_question_is_put_in_the_words_it_keeps(transactional_db: None) -> None:
    """A correction against the opening: it comes in time or is refused, never in between."""
    evening = make_evening(make_town(), timezone.now(), state="live")
    start = threading.Barrier(2)

    def change() -> bool:
        start.wait()
        try:
            questions.change_question(
                actor=evening.actor,
                code=evening.code,
                question_id=evening.question.pk,
                changes={"text": "Anders?", "options": [("A", ""), ("B", "")]},
            )
        except QuestionFrozen:
            return False
        finally:
            connection.close()
        return True

    def put() -> None:
        start.wait()
        try:
            rounds.open_round(**evening.at(now=timezone.now()))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        changed, opened = pool.submit(change), pool.submit(put)
        opened.result()
    event = SessionEvent.objects.get(type="round.opened").data["question"]
    question = Question.objects.get()
    assert question.text == ("Anders?" if changed.result() else "Wohin mit den Rädern?")
    assert event["text"] == question.text
    assert [option["id"] for option in event["options"]] == list(
        question.options.order_by("position").values_list("pk", flat=True)
    )


# --- Steering ------------------------------------------------------------------------------------


def at_once(*works: Callable[[], object]) -> list[object]:
    """Each work in a thread of its own, all at once: its result, or the rule that refused it."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        start.wait()
        try:
            return work()
        except RuleBroken as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_two_facilitators_press_next_and_one_step_is_done(evening: Evening) -> None:
    seq = LiveSession.objects.get().seq
    press = partial(
        steering.next_step, actor=evening.actor, code=evening.code, now=timezone.now(), seq=seq
    )
    pressed = at_once(press, press)
    assert sorted(str(getattr(one, "name", one)) for one in pressed) == ["close", "moved_on"]
    assert Round.objects.get().state == "closed"
    assert not Round.objects.get().revealed


def test_all_open_against_all_close(transactional_db: None) -> None:
    evening = make_evening(make_town(), timezone.now(), state="live")
    at: dict[str, Any] = {"actor": evening.actor, "code": evening.code, "now": timezone.now()}
    sessions.change_settings(**at, changes={"pace": "own"})
    for _n in range(4):
        questions.add_question(actor=evening.actor, code=evening.code, wording=BIKES)
    at_once(partial(steering.open_all, **at), partial(steering.close_all, **at))
    states = set(Round.objects.values_list("state", flat=True))
    assert states in ({"open"}, {"closed"})


def test_a_ban_among_ballots_lets_none_in_after_it(evening: Evening) -> None:
    """Acknowledged before the ban means counted; nothing of the seat is written after it."""
    seat = evening.seat()
    Seat.objects.create(pk=seat, session=evening.session, taken_at=evening.now)
    card = Contribution.objects.create(
        id=uuid4(),
        session=evening.session,
        kind="question",
        text="Unsinn",
        seat_id=seat,
        created_at=evening.now,
    )
    mine = evening.cast(seat=seat)
    others = [evening.cast() for _n in range(20)]
    outcomes: list[Outcome] = []
    after: list[Outcome] = []

    def cast() -> None:
        outcomes.extend(ballots.cast_ballots([*others, mine], timezone.now()))

    def ban() -> None:
        bans.ban_author(
            actor=evening.actor, code=evening.code, contribution=card.pk, now=timezone.now()
        )
        after.extend(ballots.cast_ballots([evening.cast(seat=seat)], timezone.now()))

    at_once(cast, ban)
    acked = isinstance(outcomes[-1], Ack)
    assert Ballot.objects.filter(seat_id=seat).count() == int(acked)
    assert [type(one) for one in after] == [SeatBanned]
    assert queries.tallies([evening.round.pk])[evening.round.pk].ballots == 20 + acked


def test_a_question_moves_while_another_is_put(transactional_db: None) -> None:
    evening = make_evening(make_town(), timezone.now(), state="live")
    second = questions.add_question(actor=evening.actor, code=evening.code, wording=BIKES)
    move = partial(
        order.move_question,
        actor=evening.actor,
        code=evening.code,
        question_id=second.pk,
        up=True,
    )
    at_once(move, partial(rounds.open_round, **evening.at(now=timezone.now())), move)
    assert sorted(Question.objects.values_list("position", flat=True)) == [1, 2]
