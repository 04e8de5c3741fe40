"""The quiz's list: nicknames, points at the close, what is forgotten."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from participation import actors
from participation.errors import InvalidInput, NotFound, RuleBroken
from participation.models import Municipality
from polls import queries
from polls.errors import NicknameTaken, NoLeaderboard, NotEligible, SessionNotLive
from polls.models import Player, Seat, VotedSeat
from polls.services import ballots, players, questions, records, rounds, seats, sessions
from polls.services.ballots import Ack
from polls.services.wording import Wording
from tests.factories import make_town
from tests.polls.factories import Evening, make_evening

QUIZ = Wording(
    "quiz",
    "Wie viele Kommunen hat Südwestfalen?",
    options=[("39", ""), ("59", ""), ("79", "")],
    config={"right": [2]},
)


def quiz_evening(town: Municipality, now: datetime, state: str = "open") -> Evening:
    made = make_evening(town, now, wording=QUIZ, state=state)
    type(made.session).objects.filter(pk=made.session.pk).update(leaderboard=True)
    made.session.refresh_from_db()
    return made


@pytest.fixture
def evening(town: Municipality, now: datetime) -> Evening:
    return quiz_evening(town, now)


def join(evening: Evening, nickname: str, seat: UUID | None = None) -> UUID:
    seat = seat or evening.seat()
    players.choose_nickname(code=evening.code, seat=seat, nickname=nickname, now=evening.now)
    return seat


def vote(evening: Evening, seat: UUID, place: int) -> None:
    value = {"options": [evening.options[place - 1]]}
    ballots.cast_one(evening.cast(seat=seat, value=value), evening.now)


def board(evening: Evening) -> list[tuple[int, str, int]]:
    rows = queries.leaders(evening.session.pk)
    return [(row["place"], row["nickname"], row["score"]) for row in rows]


def test_who_was_right_has_a_point_once_the_result_is_shown(evening: Evening) -> None:
    anna, ben, cem = (join(evening, name) for name in ("Anna", "Ben", "Cem"))
    vote(evening, anna, 2)
    vote(evening, ben, 1)
    vote(evening, cem, 2)
    assert board(evening) == [(1, "Anna", 0), (1, "Ben", 0), (1, "Cem", 0)]
    rounds.close_round(**evening.at())
    # Before, the points would tell who was right, and so what is.
    assert board(evening) == [(1, "Anna", 0), (1, "Ben", 0), (1, "Cem", 0)]
    rounds.reveal_round(**evening.at())
    assert board(evening) == [(1, "Anna", 1), (1, "Cem", 1), (3, "Ben", 0)]
    rounds.hide_round(**evening.at())
    rounds.reveal_round(**evening.at())
    assert board(evening) == [(1, "Anna", 1), (1, "Cem", 1), (3, "Ben", 0)]


def test_points_come_with_the_close_where_the_room_sees_the_counts(evening: Evening) -> None:
    anna = join(evening, "Anna")
    vote(evening, anna, 2)
    rounds.reveal_round(**evening.at())
    rounds.close_round(**evening.at())
    assert board(evening) == [(1, "Anna", 1)]


def test_points_wait_for_the_last_hidden_result(evening: Evening) -> None:
    """Of two counted questions one is shown: whose points they are would tell of the other."""
    anna = join(evening, "Anna")
    vote(evening, anna, 2)
    second = questions.add_question(actor=evening.actor, code=evening.code, wording=QUIZ)
    other = second.rounds.get()
    rounds.open_round(**evening.at(round_id=other.pk))
    for round_id in (evening.round.pk, other.pk):
        rounds.close_round(**evening.at(round_id=round_id))
    rounds.reveal_round(**evening.at(round_id=other.pk))
    assert board(evening) == [(1, "Anna", 0)]
    sessions.end_session(actor=evening.actor, code=evening.code, now=evening.now)
    records.publish_session(actor=evening.actor, code=evening.code, now=evening.now)
    assert board(evening) == [(1, "Anna", 1)]


def test_a_question_counts_in_its_first_round_only(evening: Evening, now: datetime) -> None:
    anna = join(evening, "Anna")
    rounds.close_round(**evening.at())
    second = rounds.again(**evening.at())
    rounds.open_round(**evening.at(round_id=second.pk))
    value = {"options": [evening.options[1]]}
    ballots.cast_one(evening.cast(seat=anna, round_id=second.pk, value=value), now)
    rounds.close_round(**evening.at(round_id=second.pk))
    assert board(evening) == [(1, "Anna", 0)]


def test_a_name_can_be_changed_and_taken_back(evening: Evening) -> None:
    seat = join(evening, "Anna")
    join(evening, "  Die   Annen ", seat)
    assert board(evening) == [(1, "Die Annen", 0)]
    players.leave_list(code=evening.code, seat=seat)
    players.leave_list(code=evening.code, seat=seat)
    assert board(evening) == []
    assert Seat.objects.filter(pk=seat).exists()


def test_one_name_once(evening: Evening) -> None:
    join(evening, "Anna")
    with pytest.raises(NicknameTaken):
        join(evening, "aNNa")


@pytest.mark.parametrize("name", ["", "   ", "a" * 21, "a\x00b", "Arschloch", "F1cken"])
def test_names_that_are_none(evening: Evening, name: str) -> None:
    with pytest.raises(InvalidInput):
        join(evening, name)
    assert not Player.objects.exists()


def test_when_there_is_no_list(town: Municipality, evening: Evening, now: datetime) -> None:
    with pytest.raises(NoLeaderboard):
        join(make_evening(town, now), "Anna")
    seat = evening.seat()
    Seat.objects.create(pk=seat, session=evening.session, taken_at=now, banned_at=now)
    with pytest.raises(NotEligible):
        join(evening, "Anna", seat)
    rounds.close_round(**evening.at())
    late = evening.seat()
    sessions.end_session(actor=evening.actor, code=evening.code, now=now)
    with pytest.raises(SessionNotLive):
        join(evening, "Anna", late)


def test_facilitators_take_names_off_their_own_list(evening: Evening) -> None:
    seat = join(evening, "Anna")
    [player] = queries.players(evening.session.pk)
    for actor, pk in ((actors.system(make_town("hemer")), player.pk), (evening.actor, 10**6)):
        with pytest.raises(NotFound):
            players.remove_player(actor=actor, code=evening.code, player_id=pk)
    players.remove_player(actor=evening.actor, code=evening.code, player_id=player.pk)
    assert queries.player_of(seat) is None


def test_names_are_forgotten_a_week_after_the_end(evening: Evening, now: datetime) -> None:
    join(evening, "Anna")
    rounds.close_round(**evening.at())
    sessions.end_session(actor=evening.actor, code=evening.code, now=now)
    assert players.forget_players(now=now + timedelta(days=7)) == 0
    assert players.forget_players(now=now + timedelta(days=7, seconds=1)) == 1
    assert board(evening) == []


def test_over_the_api(evening: Evening) -> None:
    client, url = APIClient(), f"/api/v1/live/{evening.code}/player/"
    assert client.post(url, {"nickname": "Anna"}).status_code == 401
    token = seats.take_seat(code=evening.code, now=timezone.now())
    client.credentials(HTTP_AUTHORIZATION=f"Seat {token}")
    assert client.get(url).status_code == 404
    made = client.post(url, {"nickname": "Anna"})
    assert (made.status_code, made.json()["nickname"], made.json()["score"]) == (201, "Anna", 0)
    assert client.get(url).json() == made.json()
    rude = client.post(url, {"nickname": "Arschloch"})
    assert (rude.status_code, rude.json()["code"]) == (400, "rude_nickname")
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404


def test_the_list_is_in_snapshots_of_sessions_that_have_one(
    town: Municipality, evening: Evening, now: datetime
) -> None:
    join(evening, "Anna")
    shown = queries.snapshot(evening.session, now=now)["leaders"]
    assert shown == [{"place": 1, "nickname": "Anna", "score": 0}]
    assert queries.snapshot(make_evening(town, now).session, now=now)["leaders"] is None


# --- Races ---------------------------------------------------------------------------------------


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_points_are_what_was_counted_when_ballots_race_the_close() -> None:
    evening = quiz_evening(make_town(), timezone.now())
    names = {join(evening, f"Spieler {n}"): n for n in range(24)}
    start = threading.Barrier(len(names) + 1)

    def cast(seat: UUID) -> bool:
        start.wait()
        try:
            value = {"options": [evening.options[1]]}
            ballot = evening.cast(seat=seat, value=value)
            [outcome] = ballots.cast_ballots([ballot], timezone.now())
            return isinstance(outcome, Ack)
        finally:
            connection.close()

    def close() -> None:
        start.wait()
        try:
            rounds.close_round(**evening.at(now=timezone.now()))
        finally:
            connection.close()

    closing = threading.Thread(target=close)
    closing.start()
    with ThreadPoolExecutor(len(names)) as pool:
        acked = {seat for seat, ok in zip(names, pool.map(cast, names), strict=True) if ok}
    closing.join()
    scored = set(Player.objects.filter(waiting=1).values_list("seat_id", flat=True))
    assert scored == acked == set(VotedSeat.objects.values_list("seat_id", flat=True))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_name_wanted_by_many_goes_to_one() -> None:
    evening = quiz_evening(make_town(), timezone.now())
    wanted = [evening.seat() for _n in range(8)]
    start = threading.Barrier(len(wanted))

    def choose(seat: UUID) -> str:
        start.wait()
        try:
            join(evening, "Anna", seat)
        except RuleBroken as error:
            return error.code
        else:
            return "ok"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(wanted)) as pool:
        outcomes = sorted(pool.map(choose, wanted))
    assert outcomes == ["nickname_taken"] * 7 + ["ok"]
    assert Player.objects.count() == 1
