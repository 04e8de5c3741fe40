"""Recurrence rules: which days, and which moments on them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from participation.errors import InvalidInput
from workshops.services.recurrence import days_of, planned_dates, wall_offset, wall_shifted

MONDAY = date(2027, 1, 4)


def berlin(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=timezone.get_default_timezone())  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=WEEKLY;COUNT=3", [(1, 4), (1, 11), (1, 18)]),
        ("RRULE:freq=weekly; count=2", [(1, 4), (1, 11)]),
        ("FREQ=WEEKLY;INTERVAL=2;UNTIL=20270201", [(1, 4), (1, 18), (2, 1)]),
        ("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=3", [(1, 5), (1, 7), (1, 12)]),
        ("FREQ=MONTHLY;BYDAY=2TU;COUNT=3", [(1, 12), (2, 9), (3, 9)]),
        ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3", [(1, 31), (3, 31), (5, 31)]),
        # Midnight of 1 February in Berlin, said in UTC.
        ("FREQ=WEEKLY;UNTIL=20270131T230000Z", [(1, 4), (1, 11), (1, 18), (1, 25), (2, 1)]),
    ],
)
def test_days(rule: str, days: list[tuple[int, int]]) -> None:
    assert days_of(rule, MONDAY) == [date(2027, month, day) for month, day in days]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("FREQ=WEEKLY", "endless"),
        ("FREQ=WEEKLY;COUNT=0", "endless"),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20270201", "endless"),
        ("FREQ=DAILY;COUNT=501", "too_many"),
        ("FREQ=DAILY;UNTIL=20290101", "too_many"),
        ("FREQ=WEEKLY;UNTIL=20260101", "no_dates"),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=TU;COUNT=3", "no_dates"),
        ("FREQ=MONTHLY;INTERVAL=99;COUNT=500", "no_dates"),
        ("FREQ=HOURLY;COUNT=3", "invalid"),
        ("FREQ=YEARLY;COUNT=3", "invalid"),
        ("FREQ=WEEKLY;INTERVAL=0;COUNT=3", "invalid"),
        ("FREQ=WEEKLY;COUNT=-1", "invalid"),
        ("FREQ=WEEKLY;COUNT=3;COUNT=4", "invalid"),
        ("FREQ=WEEKLY;BYDAY=XX;COUNT=3", "invalid"),
        ("FREQ=WEEKLY;BYDAY=;COUNT=3", "invalid"),
        ("FREQ=WEEKLY;UNTIL=morgen", "invalid"),
        ("FREQ=WEEKLY;UNTIL=20270231", "invalid"),
        ("FREQ=WEEKLY;BYEASTER=1;COUNT=3", "invalid"),
        ("DTSTART:20270101\nRRULE:FREQ=WEEKLY;COUNT=3", "invalid"),
        ("", "invalid"),
        ("FREQ=WEEKLY;COUNT=3" + ";" * 300, "invalid"),
    ],
)
def test_rules_that_are_refused(rule: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        days_of(rule, MONDAY)
    assert (refused.value.attr, refused.value.code) == ("rrule", code)


def test_500_dates_are_enough() -> None:
    assert len(days_of("FREQ=WEEKLY;COUNT=500", MONDAY)) == 500
    assert len(days_of("FREQ=DAILY;UNTIL=20280517", MONDAY)) == 500


@pytest.mark.parametrize("change", [berlin(2026, 3, 29), berlin(2026, 10, 25)])
def test_the_wall_clock_stays_over_both_changes(change: datetime) -> None:
    start = change.replace(hour=14, minute=30) - timedelta(days=7)
    dates = planned_dates("FREQ=WEEKLY;COUNT=3", start, start + timedelta(hours=2))
    local = [timezone.localtime(row.starts_at) for row in dates]
    assert [(row.hour, row.minute) for row in local] == [(14, 30)] * 3
    assert {row.ends_at - row.starts_at for row in dates} == {timedelta(hours=2)}
    assert len({row.utcoffset() for row in local}) == 2
    assert not any(row.is_shifted for row in dates)


def test_a_time_that_does_not_exist_and_one_that_comes_twice() -> None:
    night = berlin(2026, 3, 28, 2, 30)
    spring = planned_dates("FREQ=DAILY;COUNT=3", night, night + timedelta(hours=1))
    assert [row.starts_at for row in spring] == [
        datetime(2026, 3, 28, 1, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),  # the clock shows 3.30
        datetime(2026, 3, 30, 0, 30, tzinfo=UTC),
    ]
    assert [row.is_shifted for row in spring] == [False, True, False]
    night = berlin(2026, 10, 24, 2, 30)
    autumn = planned_dates("FREQ=DAILY;COUNT=2", night, night + timedelta(hours=1))
    assert autumn[1].starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert not autumn[1].is_shifted


def test_a_deadline_keeps_its_distance_on_the_wall_clock() -> None:
    start, closes = berlin(2026, 3, 22, 14), berlin(2026, 3, 21, 18)
    later = berlin(2026, 3, 29, 14)
    assert wall_shifted(later, wall_offset(start, closes)) == berlin(2026, 3, 28, 18)
