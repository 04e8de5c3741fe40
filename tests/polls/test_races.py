"""Many at once: real threads against one database, real processes over Redis."""

import asyncio
import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from urllib.parse import urlsplit

import orjson
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from websockets.asyncio.client import ClientConnection, connect

from polls import queries
from polls.errors import QuestionFrozen
from polls.models import Ballot, Question, SessionEvent
from polls.services import ballots, rounds, sessions
from polls.services.ballots import Ack, Cast, Outcome
from tests.factories import make_town
from tests.polls.factories import Evening, make_evening

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
    assert acked == set(Ballot.objects.values_list("pk", flat=True))
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
            sessions.change_question(
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
