"""Counting at the stands: exact under retries, corrections and many devices at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from participation import actors
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.models import Municipality
from tests.workshops.factories import NOW, staff
from tests.workshops.open_day_factories import make_open_day, make_stand, tap
from workshops.errors import BelowZero, CountingClosed, CountingNotOpen, OpenDayCancelled
from workshops.models import OpenDay, Stand, StandCount, StandTally
from workshops.services import open_days, stand_counts
from workshops.services.stand_counts import Tap

QUARTER = timedelta(minutes=15)


@pytest.fixture
def stand(town: Municipality) -> Stand:
    return make_stand(make_open_day(town))


def tallies(stand: Stand) -> list[tuple[int, int]]:
    """Quarters after NOW, and how many."""
    return [
        (round((tally.quarter_at - NOW) / QUARTER), tally.count) for tally in stand.tallies.all()
    ]


@pytest.mark.django_db
def test_taps_add_up_in_their_quarter(stand: Stand) -> None:
    for minutes, amount in ((0, 1), (14, 2), (15, 5), (16, -1)):
        tap(stand, amount, at=NOW + timedelta(minutes=minutes))
    assert tallies(stand) == [(0, 3), (1, 4)]


@pytest.mark.django_db
def test_the_same_tap_again_counts_nothing(stand: Stand) -> None:
    name = uuid4()
    first = tap(stand, 3, client_uuid=name)
    again = tap(stand, 3, client_uuid=name, at=NOW + timedelta(hours=2))
    late = tap(stand, 3, client_uuid=name, now=NOW + timedelta(days=30))
    assert [row.repeated for row in (first, again, late)] == [False, True, True]
    assert {row.quarter_at for row in (first, again, late)} == {NOW}
    assert tallies(stand) == [(0, 3)]


@pytest.mark.django_db
def test_a_tap_of_another_stand_cannot_be_taken_over(stand: Stand) -> None:
    name = uuid4()
    tap(stand, client_uuid=name)
    with pytest.raises(InvalidInput, match="taken"):
        tap(make_stand(stand.open_day, "VR"), client_uuid=name)


@pytest.mark.django_db
def test_no_quarter_falls_below_zero(stand: Stand) -> None:
    tap(stand, 2)
    with pytest.raises(BelowZero) as refused:
        tap(stand, -3)
    assert refused.value.extra == {"count": 2}
    with pytest.raises(BelowZero):
        tap(stand, -1, at=NOW + QUARTER)
    assert tallies(stand) == [(0, 2)]
    assert StandCount.objects.count() == 1
    tap(stand, -2)
    assert tallies(stand) == [(0, 0)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tapped", "now", "quarter"),
    [
        (-180, 30, -4),  # a clock that is slow: the first quarter, an hour before the beginning
        (90, 30, 2),  # a clock that runs ahead: the server's
        (400, 900, 26),  # after the end, within the hour
        (800, 900, 27),  # a phone whose clock went on: the last quarter
    ],
)
def test_the_quarter_is_drawn_into_the_day(
    stand: Stand, tapped: int, now: int, quarter: int
) -> None:
    tap(stand, at=NOW + timedelta(minutes=tapped), now=NOW + timedelta(minutes=now))
    assert tallies(stand) == [(quarter, 1)]


@pytest.mark.django_db
@pytest.mark.parametrize("amount", [0, 1001, -1001])
def test_amounts_that_cannot_be(stand: Stand, amount: int) -> None:
    with pytest.raises(InvalidInput, match="invalid"):
        tap(stand, amount)


@pytest.mark.django_db
def test_when_a_stand_counts(town: Municipality, stand: Stand) -> None:
    open_day = stand.open_day
    with pytest.raises(CountingNotOpen):
        tap(stand, now=open_day.starts_at - timedelta(minutes=61))
    tap(stand, now=open_day.starts_at - timedelta(minutes=60))
    tap(stand, now=open_day.ends_at + timedelta(days=7))
    with pytest.raises(CountingClosed):
        tap(stand, now=open_day.ends_at + timedelta(days=7, seconds=1))
    with pytest.raises(CountingNotOpen):
        tap(make_stand(make_open_day(town, state="draft")))
    open_days.cancel_open_day(actor=staff(town), open_day_id=open_day.pk)
    with pytest.raises(OpenDayCancelled):
        tap(Stand.objects.get(pk=stand.pk))


@pytest.mark.django_db
def test_staff_count_and_enter_paper_tallies(town: Municipality, stand: Stand) -> None:
    long_after = stand.open_day.ends_at + timedelta(days=90)
    for source, amount in (("desk", 2), ("paper", 40)):
        stand_counts.count_at_desk(
            actor=staff(town),
            stand_id=stand.pk,
            tap=Tap(client_uuid=uuid4(), amount=amount, tapped_at=NOW + QUARTER),
            now=long_after,
            source=source,
        )
    assert tallies(stand) == [(1, 42)]
    assert set(StandCount.objects.values_list("source", "amount")) == {("desk", 2), ("paper", 40)}


@pytest.mark.django_db
def test_strangers_do_not_count(town: Municipality, other_town: Municipality, stand: Stand) -> None:
    one = Tap(client_uuid=uuid4(), amount=1, tapped_at=NOW)
    for actor, refusal in ((staff(other_town), NotFound), (actors.guest(town), LoginRequired)):
        with pytest.raises(refusal):
            stand_counts.count_at_desk(actor=actor, stand_id=stand.pk, tap=one, now=NOW)
        with pytest.raises(refusal):
            stand_counts.rebuild_tallies(actor=actor, open_day_id=stand.open_day_id)
    with pytest.raises(NotFound):
        stand_counts.count_by_token(token="unbekannt", tap=one, now=NOW)
    with pytest.raises(InvalidInput):
        stand_counts.count_at_desk(
            actor=staff(town), stand_id=stand.pk, tap=one, now=NOW, source="counter"
        )


@pytest.mark.django_db
def test_the_tally_is_the_fold_of_the_counts(town: Municipality, stand: Stand) -> None:
    other = make_stand(stand.open_day, "VR")
    for minute in range(0, 120, 7):
        tap(stand, 1 + minute % 5, at=NOW + timedelta(minutes=minute))
        tap(other, 2, at=NOW + timedelta(minutes=minute))
    before = list(StandTally.objects.values_list("stand", "quarter_at", "count"))
    total = sum(count for _stand, _quarter, count in before)
    StandTally.objects.filter(stand=other).delete()
    StandTally.objects.update(count=999)
    rebuilt = stand_counts.rebuild_tallies(actor=staff(town), open_day_id=stand.open_day_id)
    assert rebuilt == total
    assert list(StandTally.objects.values_list("stand", "quarter_at", "count")) == before


def together(works: list[Callable[[], object]]) -> list[object]:
    start = Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        start.wait(timeout=20)
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_devices_at_once_and_their_retries_count_each_tap_once(town: Municipality) -> None:
    stand = make_stand(make_open_day(town))
    names = [uuid4() for _ in range(5)]

    def device() -> None:
        for name in names:
            tap(stand, 2, client_uuid=name)
        tap(stand, 1)

    together([device] * 6)
    assert tallies(stand) == [(0, 2 * 5 + 6)]
    assert StandCount.objects.count() == 5 + 6


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_corrections_at_once_take_only_what_is_there(town: Municipality) -> None:
    stand = make_stand(make_open_day(town))
    tap(stand, 3)

    def correct() -> bool:
        try:
            tap(stand, -1)
        except BelowZero:
            return False
        return True

    assert sorted(together([correct] * 6)) == [False] * 3 + [True] * 3  # type: ignore[type-var]
    assert tallies(stand) == [(0, 0)]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_rebuilding_while_counting_loses_nothing(town: Municipality) -> None:
    open_day = make_open_day(town)
    stand = make_stand(open_day)
    tap(stand, 5)

    def count() -> None:
        for minute in (1, 16, 31, 2):
            tap(stand, 1, at=NOW + timedelta(minutes=minute))

    def rebuild() -> None:
        for _ in range(4):
            stand_counts.rebuild_tallies(actor=staff(town), open_day_id=open_day.pk)

    together([count, rebuild, count, rebuild, count])
    assert tallies(stand) == [(0, 11), (1, 3), (2, 3)]
    assert OpenDay.objects.get().stands.count() == 1
