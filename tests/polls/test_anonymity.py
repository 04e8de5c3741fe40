"""After the close nobody can tell who said what: the database is read as an attacker would."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from rest_framework.test import APIClient

from participation.models import IdempotencyRecord, Municipality
from polls import queries
from polls.models import Ballot, RoundTally, Seat, VotedSeat
from polls.services import access_codes, ballots, rounds, seats
from polls.services.ballots import Ack, Cast
from tests.factories import make_user
from tests.polls.factories import Evening, make_evening, seat_of
from tests.workshops.factories import book, make_slot
from workshops.models import Ticket

pytestmark = pytest.mark.django_db
VOTERS = 60


@pytest.fixture
def evening(town: Municipality, now: datetime) -> Evening:
    return make_evening(town, now)


@pytest.fixture
def cast(evening: Evening, now: datetime) -> list[Cast]:
    """Sixty ballots, one after the other, for the two answers in a pattern."""
    made = []
    for number in range(VOTERS):
        value = {"options": [evening.options[number % 3 == 0]]}
        made.append(evening.cast(value=value))
        ballots.cast_one(made[-1], now)
    return made


def close(evening: Evening) -> None:
    rounds.close_round(**evening.at())


def in_place(columns: str) -> list[tuple[Any, ...]]:
    """The ballots in the order in which they lie on the disk."""
    order = "ctid" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM polls_ballot ORDER BY {order}")  # noqa: S608
        return list(cursor.fetchall())


def test_ballots_lie_in_no_order_that_tells(evening: Evening, cast: list[Cast]) -> None:
    close(evening)
    values = [ballot.value for ballot in Ballot.objects.in_bulk(_uuids()).values()]
    assert sorted(map(str, values)) == sorted(str(one.value) for one in cast)
    lying = [str(Ballot.objects.get(pk=pk).value) for pk in _uuids()]
    in_time = [str(one.value) for one in cast]
    by_seat = [str(one.value) for one in sorted(cast, key=lambda one: one.seat)]
    by_uuid = [str(one.value) for one in sorted(cast, key=lambda one: one.ballot)]
    # By chance they would lie so once in some 10^15 tries: 60 ballots, 20 of them different.
    for known in (in_time, by_seat, by_uuid):
        assert lying not in (known, known[::-1])


def _uuids() -> list[UUID]:
    return [UUID(str(uuid)) for (uuid,) in in_place("uuid")]


def test_no_row_holds_a_voter_and_a_word(evening: Evening, cast: list[Cast]) -> None:
    close(evening)
    traces = {one.seat.hex for one in cast} | {one.ballot.hex for one in cast}
    telling = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  (our own tables)
            rows = [str(row).replace("-", "") for row in cursor.fetchall()]
            if any(trace in row for row in rows for trace in traces):
                telling.add(table)
    assert telling == {"polls_seat", "polls_votedseat"}
    bare = Ballot.objects.filter(seat=None, accepted_at=None, version=1)
    assert bare.count() == Ballot.objects.count() == VOTERS


def test_the_marks_lie_by_their_random_keys(evening: Evening, cast: list[Cast]) -> None:
    close(evening)
    marks = VotedSeat.objects.order_by("pk").values_list("seat", flat=True)
    assert list(marks) == sorted(one.seat for one in cast)


def test_one_transaction_wrote_them_all(evening: Evening, cast: list[Cast]) -> None:
    """PostgreSQL names the writing transaction beside each row."""
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL keeps xmin")
    close(evening)
    assert len(set(in_place("xmin::text"))) == 1


def test_no_transaction_wrote_a_seat_and_a_count(evening: Evening, cast: list[Cast]) -> None:
    """A seat is written with its first ballot. Whoever votes alone, and last for an answer, would
    be found by the counter that the same transaction raised.
    """
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL keeps xmin")
    close(evening)
    assert written_by("polls_seat").isdisjoint(written_by("polls_roundtally"))


def written_by(table: str) -> set[str]:
    """The transactions that wrote its rows as they stand now."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT xmin::text FROM {table}")  # noqa: S608  (our own tables)
        return {transaction for (transaction,) in cursor.fetchall()}


def test_an_idempotency_key_does_not_keep_the_ballot(evening: Evening, now: datetime) -> None:
    """Who reads the database knows what the phone called its ballot, and tries every answer."""
    token = seats.take_seat(code=evening.code, now=now)
    client, path = APIClient(), f"/api/v1/live/{evening.code}/ballots/"
    client.credentials(HTTP_AUTHORIZATION=f"Seat {token}", HTTP_IDEMPOTENCY_KEY=str(uuid4()))

    def body(ballot: UUID, option: int) -> bytes:
        told = {"round": evening.round.pk, "ballot": str(ballot), "version": 1}
        return json.dumps({**told, "value": {"options": [option]}}).encode()

    first = body(uuid4(), evening.options[1])
    assert client.post(path, first, content_type="application/json").status_code == 201
    close(evening)
    guesses = {
        hashlib.sha256(f"POST {path} {hashlib.sha256(guess).hexdigest()}".encode()).hexdigest()
        for mark in VotedSeat.objects.all()
        for guess in [body(mark.ballot, option) for option in evening.options]
    }
    assert IdempotencyRecord.objects.get().fingerprint not in guesses


def test_counts_and_turnout_stay(evening: Evening, cast: list[Cast], now: datetime) -> None:
    taken_back = cast[0]
    ballots.cast_one(
        evening.cast(seat=taken_back.seat, ballot=taken_back.ballot, version=2, value=None), now
    )
    before = queries.tallies([evening.round.pk])[evening.round.pk]
    close(evening)
    after = queries.tallies([evening.round.pk])[evening.round.pk]
    assert (after.counts, after.ballots, after.rev) == (before.counts, before.ballots, before.rev)
    assert (Ballot.objects.count(), VotedSeat.objects.count()) == (VOTERS - 1, VOTERS)
    rounds.rebuild_tally(round_id=evening.round.pk)
    assert queries.tallies([evening.round.pk])[evening.round.pk] == after
    assert RoundTally.objects.filter(shard__gt=0).count() == 0


def test_what_a_phone_hears_that_asks_again(
    evening: Evening, cast: list[Cast], now: datetime
) -> None:
    close(evening)
    first = cast[0]
    again, changed, anew, fresh = ballots.cast_ballots(
        [
            first,
            evening.cast(seat=first.seat, ballot=first.ballot, version=2),
            evening.cast(seat=first.seat),
            evening.cast(),
        ],
        now,
    )
    assert isinstance(again, Ack)
    assert (again.ballot, again.version, again.accepted_at) == (first.ballot, 1, evening.now)
    codes = [getattr(outcome, "code", "ack") for outcome in (changed, anew, fresh)]
    assert codes == ["round_closed", "already_voted", "round_closed"]
    assert queries.own_ballots(evening.session.pk, [first.seat]) == {first.seat: {}}


# --- Who sits where ------------------------------------------------------------------------------


def everything_told(*tables: str) -> list[str]:
    """Every row of these tables, or of all, without dashes, as someone with the whole database
    reads it: with its place on the disk and, on PostgreSQL, the transaction that wrote it.
    """
    rows: list[str] = []
    more = "ctid, xmin, *" if connection.vendor == "postgresql" else "*"
    with connection.cursor() as cursor:
        for table in tables or connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT {more} FROM "{table}"')  # noqa: S608  (our own tables)
            rows += [f"{table} {row}".replace("-", "") for row in cursor.fetchall()]
    return rows


@pytest.mark.parametrize("kind", ["tickets", "codes", "account"])
def test_no_row_joins_a_seat_and_whose_it_is(town: Municipality, now: datetime, kind: str) -> None:
    """A ticket, a slip or an account gives a seat; the seat's row says neither which nor when."""
    slot = make_slot(town)
    booking = book(slot)
    Ticket.objects.update(entered_at=now)
    evening = make_evening(town, now, eligibility=kind, slot_id=slot.pk)
    later = now + timedelta(minutes=17)
    proof: dict[str, Any] = {}
    if kind == "tickets":
        proof = {"ticket_secret": booking.tickets.get().secret}
    elif kind == "codes":
        (code,) = access_codes.issue_access_codes(actor=evening.actor, code=evening.code, count=1)
        proof = {"access_code": code}
    else:
        proof = {"person": make_user("kim@example.org")}
    before = everything_told("polls_accesscode", "workshops_ticket")
    token = seats.take_seat(code=evening.code, now=later, **proof)
    assert seats.take_seat(code=evening.code, now=later, **proof) == token
    seat = seat_of(token, evening.code)
    telling = [row for row in everything_told() if seat.hex in row]
    assert [row.partition(" ")[0] for row in telling] == ["polls_seat"]
    told = Seat.objects.get()
    assert (told.pk, told.taken_at) == (seat, evening.session.started_at)
    assert token.partition(".")[2].partition(":")[0] not in " ".join(everything_told())
    assert everything_told("polls_accesscode", "workshops_ticket") == before
