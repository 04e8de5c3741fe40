"""The statements of `cast_ballots`, each one for a whole batch.

PostgreSQL takes arrays, SQLite one JSON document: both parse one short statement however many
ballots there are. What the ORM cannot say (share locks, arrays, RETURNING of what was new) is here.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from polls.models.ballots import SHARDS

Change = tuple[int, str]  # (round, key)


@dataclass(frozen=True, slots=True)
class NewBallot:
    uuid: UUID
    round_id: int
    session_id: int
    seat: UUID
    value: dict[str, Any] | None
    version: int


def lock_rounds(round_ids: Iterable[int]) -> None:
    """Keep the rounds as they are until the commit, beside other batches: a close waits.

    On SQLite the transaction (IMMEDIATE) is alone already.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM polls_round WHERE id = ANY(%s) ORDER BY id FOR SHARE",
                [sorted(set(round_ids))],
            )


def insert_new(ballots: Sequence[NewBallot], now: datetime) -> set[UUID]:
    """Write seats and ballots that are not there yet, but no ballots of banned seats. Returns the
    uuids of the ballots written.
    """
    if not ballots:
        return set()
    # One order for all batches, so that two of them cannot wait for each other.
    rows = sorted(ballots, key=lambda row: (row.round_id, row.seat))
    if connection.vendor == "postgresql":
        return _insert_arrays(rows, now)
    return _insert_json(rows, now)


def _insert_arrays(rows: Sequence[NewBallot], now: datetime) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH incoming AS (
                SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::uuid[],
                                     %s::text[], %s::int[])
                    AS t (uuid, round_id, session_id, seat_id, value, version)
            ), new_seats AS (
                INSERT INTO polls_seat (id, session_id, taken_at)
                SELECT seat_id, session_id, %s FROM incoming ORDER BY seat_id
                ON CONFLICT DO NOTHING
            )
            INSERT INTO polls_ballot (uuid, round_id, seat_id, value, version, accepted_at)
            SELECT uuid, round_id, seat_id, value::jsonb, version, %s FROM incoming
            WHERE NOT EXISTS (SELECT 1 FROM polls_seat AS seat
                              WHERE seat.id = seat_id AND seat.banned_at IS NOT NULL)
            ON CONFLICT DO NOTHING
            RETURNING uuid
            """,
            [
                [row.uuid for row in rows],
                [row.round_id for row in rows],
                [row.session_id for row in rows],
                [row.seat for row in rows],
                [_json(row.value) for row in rows],
                [row.version for row in rows],
                now,
                now,
            ],
        )
        return {uuid for (uuid,) in cursor.fetchall()}


def _insert_json(rows: Sequence[NewBallot], now: datetime) -> set[UUID]:
    at = connection.ops.adapt_datetimefield_value(now)
    document = orjson.dumps(
        [
            [
                row.uuid.hex,
                row.round_id,
                row.session_id,
                row.seat.hex,
                _json(row.value),
                row.version,
            ]
            for row in rows
        ]
    ).decode()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO polls_seat (id, session_id, taken_at)
            SELECT json_extract(value, '$[3]'), json_extract(value, '$[2]'), %s
            FROM json_each(%s) WHERE true
            ON CONFLICT DO NOTHING
            """,
            [at, document],
        )
        cursor.execute(
            """
            INSERT INTO polls_ballot (uuid, round_id, seat_id, value, version, accepted_at)
            SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'),
                   json_extract(value, '$[3]'), json_extract(value, '$[4]'),
                   json_extract(value, '$[5]'), %s
            FROM json_each(%s)
            WHERE NOT EXISTS (SELECT 1 FROM polls_seat AS seat
                              WHERE seat.id = json_extract(value, '$[3]')
                                AND seat.banned_at IS NOT NULL)
            ON CONFLICT DO NOTHING
            RETURNING uuid
            """,
            [at, document],
        )
        return {UUID(hex=uuid) for (uuid,) in cursor.fetchall()}


def cut_from_seats(round_id: int) -> None:
    """Part the ballots of a closed round from their seats; turnout and counts stay.

    The rows are written anew in an order drawn by the database's strong random numbers, with fresh
    uuids; the marks of who voted are written in the order of the seats' random keys. Nothing that
    is left, not even the place of a row on the disk, joins the two again. The round must be locked.
    """
    random_key = "randomblob(16)"
    fresh_uuid = "lower(hex(randomblob(16)))"
    if connection.vendor == "postgresql":
        random_key = fresh_uuid = "gen_random_uuid()"
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO polls_votedseat (round_id, seat_id, ballot, version)
            SELECT round_id, seat_id, uuid, version FROM polls_ballot
            WHERE round_id = %s AND seat_id IS NOT NULL ORDER BY seat_id
            """,
            [round_id],
        )
        cursor.execute(
            f"""
            INSERT INTO polls_ballot (uuid, round_id, seat_id, value, version, accepted_at)
            SELECT {fresh_uuid}, round_id, NULL, value, 1, NULL FROM polls_ballot
            WHERE round_id = %s AND seat_id IS NOT NULL AND value IS NOT NULL
            ORDER BY {random_key}
            """,  # noqa: S608  (names of functions only)
            [round_id],
        )
        cursor.execute(
            "DELETE FROM polls_ballot WHERE round_id = %s AND seat_id IS NOT NULL", [round_id]
        )


def sum_up_tallies(round_id: int) -> None:
    """Write the counters of a closed round anew, in a shard that no thread has: the same numbers.

    Each was last raised by the transaction of some ballot, and whose first ballot that was has its
    seat from the same transaction: PostgreSQL keeps the number of it beside every row. The round
    must be locked.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO polls_roundtally (round_id, shard, key, n)
            SELECT round_id, %s, key, SUM(n) FROM polls_roundtally WHERE round_id = %s
            GROUP BY round_id, key ORDER BY key
            """,
            [SHARDS, round_id],
        )
        cursor.execute(
            "DELETE FROM polls_roundtally WHERE round_id = %s AND shard < %s", [round_id, SHARDS]
        )


def add_to_tallies(changes: Counter[Change], shard: int) -> None:
    """Add to the counters of one shard: one statement, rows in one order for all batches."""
    rows = [(round_id, shard, key, n) for (round_id, key), n in sorted(changes.items()) if n]
    if not rows:
        return
    places = ", ".join(["(%s, %s, %s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO polls_roundtally (round_id, shard, key, n) VALUES {places}
            ON CONFLICT (round_id, shard, key) DO UPDATE SET n = polls_roundtally.n + excluded.n
            """,  # noqa: S608  (placeholders only)
            [part for row in rows for part in row],
        )


def _json(value: dict[str, Any] | None) -> str | None:
    return None if value is None else orjson.dumps(value).decode()
