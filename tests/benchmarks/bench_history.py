"""What a tally costs in a round with 100,000 ballots, beside one with 1,000: asked in turn.

    DJANGO_SETTINGS_MODULE=config.settings DATABASE_URL=… python -m tests.benchmarks.bench_history

`read` is the query behind each tally that goes to the screens, `cast` a batch of ballots written,
counted and committed, `picture` the snapshot of a phone that joins.
"""

import statistics
import sys
import time
from collections.abc import Callable
from uuid import uuid4

from tests.benchmarks import evening
from tests.benchmarks.evening import Room

BATCH = 500
BALLOTS = 20
TURNS = 200


def fill(count: int) -> Room:
    from django.utils import timezone

    from polls.services import ballots

    room = evening.open_room()
    for start in range(0, count, BATCH):
        batch = [cast(room, number) for number in range(start, min(start + BATCH, count))]
        ballots.cast_ballots(batch, timezone.now())
    return room


def cast(room: Room, number: int) -> "evening.Cast":
    value = {"options": [room.options[number % len(room.options)]]}
    return evening.Cast(room.session_id, room.round_id, uuid4(), uuid4(), 1, value)


def works(room: Room) -> dict[str, Callable[[], object]]:
    from django.utils import timezone

    from polls import queries
    from polls.services import ballots

    def picture() -> object:
        session = queries.session_by_code(room.code)
        return queries.snapshot(session, now=timezone.now(), audience="voter")

    return {
        "read": lambda: queries.tallies([room.round_id]),
        f"cast, {BALLOTS} ballots": lambda: ballots.cast_ballots(
            [cast(room, number) for number in range(BALLOTS)], timezone.now()
        ),
        "picture": picture,
    }


def milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def main(many: int = 100_000, few: int = 1_000) -> None:
    large, small = works(fill(many)), works(fill(few))
    print(f"| what | {many:,} ballots, p50 ms | {few:,}, p50 ms | ratio |")
    print("|---|---|---|---|")
    for name in large:
        took: tuple[list[float], list[float]] = ([], [])
        for turn in range(TURNS + 10):
            pair = milliseconds(large[name]), milliseconds(small[name])
            if turn >= 10:  # the first ones warm up
                took[0].append(pair[0])
                took[1].append(pair[1])
        slow, fast = (statistics.median(times) for times in took)
        print(f"| {name} | {slow:.2f} | {fast:.2f} | {slow / fast:.2f} |")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
