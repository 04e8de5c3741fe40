from datetime import UTC, date, datetime

import pytest
from django.utils import timezone, translation

from frontend import dates

AFTERNOON = datetime(2026, 11, 28, 13, 0, tzinfo=UTC)  # 14 Uhr in winter
SUMMER_NIGHT = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)  # 0.30 Uhr of the next day


@pytest.mark.parametrize(
    ("language", "moment", "words"),
    [
        ("de", AFTERNOON, "Sa., 28. November 2026, 14 Uhr"),
        ("en", AFTERNOON, "Sat, 28 November 2026, 2 pm"),
        ("de", SUMMER_NIGHT, "Mi., 1. Juli 2026, 0.30 Uhr"),
        ("en", SUMMER_NIGHT, "Wed, 1 July 2026, 12.30 am"),
    ],
)
def test_when(language: str, moment: datetime, words: str) -> None:
    with translation.override(language):
        assert dates.when(moment) == words


@pytest.mark.parametrize(
    ("language", "hour", "minute", "words"),
    [
        ("de", 14, 30, "14.30 Uhr"),
        ("de", 9, 5, "9.05 Uhr"),
        ("en", 12, 0, "12 pm"),
        ("en", 0, 0, "12 am"),
        ("en", 14, 30, "2.30 pm"),
    ],
)
def test_clock(language: str, hour: int, minute: int, words: str) -> None:
    moment = datetime(2026, 1, 5, hour, minute, tzinfo=timezone.get_default_timezone())
    with translation.override(language):
        assert dates.clock(moment) == words


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [
        ("de", "So., 1. März 2026", "1. März 2026"),
        ("en", "Sun, 1 March 2026", "1 March 2026"),
    ],
)
def test_a_plain_day(language: str, long: str, short: str) -> None:
    with translation.override(language):
        assert dates.day(date(2026, 3, 1)) == long
        assert dates.short_day(date(2026, 3, 1)) == short


def test_the_parts_of_a_day() -> None:
    with translation.override("de"):
        assert dates.parts(AFTERNOON) == {"weekday": "Sa", "number": "28", "month": "Nov."}
