"""Many rows at once, straight into PostgreSQL: copies of a row that the demo made.

Every column that is not given is the copied row's, so that a new column needs nothing here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

Connection = psycopg.Connection[tuple[Any, ...]]

# The measured town has so many dates to come of its own: its pages are full either way.
OWN = 60
HASH = "md5('{0}' || n) || md5(n || '{0}')"
SECRET = "substr(md5('{0}' || n), 1, 32)"


@dataclass(frozen=True, slots=True)
class Size:
    workshops: int
    slots: int
    bookings: int


def copy(connection: Connection, table: str, count: int, given: Mapping[str, str]) -> int:
    """`count` copies of the table's newest row; `given` are SQL expressions over their number `n`,
    from 0. Returns the first new key; the others follow it."""
    columns = [
        str(name)
        for (name,) in connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            " AND table_schema = 'public' AND column_name <> 'id'",
            [table],
        )
    ]
    values = ", ".join(given.get(name, f'model."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    first = number(connection, f"SELECT max(id) + 1 FROM {table}")
    execute(
        connection,
        f"INSERT INTO {table} (id, {names}) SELECT {first} + n, {values} FROM {table} model,"
        f" generate_series(0, {count} - 1) n WHERE model.id = {first} - 1 ORDER BY n",
    )
    execute(connection, f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {first + count})")
    return first


def execute(connection: Connection, statement: str) -> psycopg.Cursor[tuple[Any, ...]]:
    """All of its parts are written in this folder."""
    return connection.execute(sql.SQL(statement))


def number(connection: Connection, statement: str) -> int:
    row = execute(connection, statement).fetchone()
    assert row is not None
    return int(row[0])


def programme(url: str, size: Size) -> None:
    """So much in 59 towns: half of the dates to come within half a year, half over. Each booking
    has its ticket."""
    with psycopg.connect(url, autocommit=True) as connection:
        execute(connection, "UPDATE participation_municipality SET state = 'active'")
        towns = [
            str(key)
            for (key,) in connection.execute(
                "SELECT id FROM participation_municipality ORDER BY slug <> 'menden', slug"
            )
        ]
        workshop = copy(
            connection,
            "workshops_workshop",
            size.workshops,
            {
                "municipality_id": f"(ARRAY[{', '.join(towns)}])[1 + mod(n, {len(towns)})]",
                "title": "'Angebot ' || n",
                "state": "'published'",
                "parent_id": "NULL",
                "venue_id": "NULL",
                "is_template": "false",
            },
        )
        slot = copy(
            connection,
            "workshops_slot",
            size.slots,
            {
                # The first ones are all the first town's.
                "workshop_id": f"{workshop} + CASE WHEN n < {OWN} THEN 0"
                f" ELSE mod(n, {size.workshops}) END",
                "room_id": "NULL",
                "series_id": "NULL",
                "series_date": "NULL",
                "starts_at": _moment("0"),
                "ends_at": _moment("2"),
                "booking_closes_at": "NULL",
                "state": f"CASE WHEN {_is_coming()} THEN 'open' ELSE 'done' END",
                "capacity": "10000",
                "seats_taken": f"{size.bookings // size.slots}",
            },
        )
        _book(connection, slot, size)
        execute(connection, "VACUUM ANALYZE")


def _is_coming() -> str:
    return f"(n < {OWN} OR mod(n, 2) = 0)"


def _moment(hours: str) -> str:
    days = "1 + mod(n, 180)"
    return (
        f"date_trunc('hour', now()) + ({days} + mod(n, 7) / 24.0) * interval '1 day'"
        f" * CASE WHEN {_is_coming()} THEN 1 ELSE -1 END + {hours} * interval '1 hour'"
    )


def _book(connection: Connection, slot: int, size: Size) -> None:
    booking = copy(
        connection,
        "workshops_booking",
        size.bookings,
        {
            "slot_id": f"{slot} + mod(n, {size.slots})",
            "code": "lpad(to_hex(n), 6, '0')",
            "name": "'Gast ' || n",
            "email": "'gast-' || n || '@example.org'",
            "party_size": "1",
            "state": "'confirmed'",
            "hold_expires_at": "NULL",
            "seed": SECRET.format("s"),
            "secret": SECRET.format("b"),
            "confirm_token_hash": HASH.format("c"),
            "manage_token_hash": HASH.format("m"),
        },
    )
    copy(
        connection,
        "workshops_ticket",
        size.bookings,
        {
            "booking_id": f"{booking} + n",
            "seq": "1",
            "secret": SECRET.format("t"),
            "revoked_at": "NULL",
            "entered_at": "NULL",
        },
    )
