"""What the server's write-ahead log, and so a backup of it, tells about a closed round.

The log holds each ballot as it was cast, beside its seat, until it is recycled: that is why
docs/privacy.md says how long an archive of it may be kept. What the close writes tells nothing new.
"""

import json
from uuid import UUID

import pytest

from participation.models import Municipality
from tests.faults.conftest import Start, shared
from tests.faults.services import OwnPostgres

pytestmark = pytest.mark.django_db(transaction=True)

POLL = """
import json
from django.db import connection
from django.utils import timezone
from participation.models import Municipality
from polls.services import ballots, rounds
from tests.polls.factories import make_evening
now = timezone.now()
evening = make_evening(Municipality.objects.get(), now)
cast = []
for number in range(60):
    cast.append(evening.cast(value={"options": [evening.options[number % 3 == 0]]}))
    ballots.cast_one(cast[-1], now)
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_current_wal_lsn() - '0/0'")
    (start,) = cursor.fetchone()
rounds.close_round(**evening.at())
print("CAST", json.dumps({
    "start": int(start),
    "in_time": [one.value["options"][0] for one in cast],
    "by_seat": [one.value["options"][0] for one in sorted(cast, key=lambda one: one.seat)],
}))
"""


def logged_since(postgres: OwnPostgres, start: int) -> bytes:
    """The log's bytes from there on. Its files are named by time line and number in hexadecimal."""
    files = sorted(path for path in postgres.log.iterdir() if len(path.name) == 24)
    size = files[0].stat().st_size
    a_log = 2**32 // size
    first = int(files[0].name[8:16], 16) * a_log + int(files[0].name[16:], 16)
    return b"".join(path.read_bytes() for path in files)[start - first * size :]


def test_the_log_of_the_close_does_not_tell_who_said_what(
    town: Municipality, start: Start, postgres: OwnPostgres
) -> None:
    postgres.copy(shared()["DATABASE_URL"])
    process = start("manage.py", "shell", "-v", "0", "-c", POLL, DATABASE_URL=postgres.url)
    process.wait()
    line = next(row for row in process.log.read_text().splitlines() if row.startswith("CAST"))
    cast = json.loads(line.removeprefix("CAST"))

    said: dict[bytes, int] = {
        UUID(str(uuid)).bytes: option
        for uuid, option in postgres.rows(
            "SELECT uuid, (value->'options'->>0)::bigint FROM polls_ballot"
        )
    }
    log = logged_since(postgres, cast["start"])
    assert all(uuid in log for uuid in said), "The close is not in the log."
    logged = [said[uuid] for uuid in sorted(said, key=log.index)]
    assert sorted(logged) == sorted(cast["in_time"])
    # By chance they would stand so once in some 10^15 tries: 60 ballots, 20 of them different.
    for known in (cast["in_time"], cast["by_seat"]):
        assert logged not in (known, known[::-1])
