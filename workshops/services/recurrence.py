"""The days and moments of a recurrence rule (RFC 5545), in local wall time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from dateutil.rrule import rrulestr
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from participation.errors import InvalidInput

MOST_DATES = 500
LONGEST = timedelta(days=3653)  # ten years
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY"})
PARTS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYSETPOS", "WKST"})


@dataclass(frozen=True, slots=True)
class PlannedDate:
    """`is_shifted`: the clock jumps over the wall time on this day, so it begins an hour later."""

    day: date
    starts_at: datetime
    ends_at: datetime
    is_shifted: bool


def normal_rule(rule: str) -> str:
    """The rule without its name, blanks and small letters."""
    return rule.upper().replace(" ", "").removeprefix("RRULE:").strip(";")


def days_of(rule: str, first: date) -> list[date]:
    """The days of a finite rule that begins on `first`, at most 500 within ten years.

    Parts are FREQ (daily, weekly, monthly), INTERVAL, BYDAY, BYMONTHDAY, BYSETPOS, WKST and either
    COUNT or UNTIL; UNTIL is a day in local time, and included. Raises InvalidInput (`rrule`).
    """
    parts = _parts(rule)
    count = _number(parts.pop("COUNT", "0"), most=MOST_DATES)
    until = _last_day(parts.pop("UNTIL", ""))
    if bool(count) == bool(until):
        endless = _("Sagen Sie, wie viele Termine es sind oder an welchem Tag der letzte ist.")
        raise InvalidInput("rrule", "endless", endless)
    last = min(until or date.max, first + LONGEST)
    # Our own end goes to the library instead of COUNT: a rule without days would run for ever.
    bounded = ";".join(f"{name}={value}" for name, value in parts.items())
    begin, end = (datetime.combine(day, time.min) for day in (first, last))
    try:
        found = rrulestr(f"{bounded};UNTIL={end:%Y%m%dT%H%M%S}", dtstart=begin)
        days = [moment.date() for moment in islice(found, (count or MOST_DATES) + 1)]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise _invalid() from error
    if count:
        days = days[:count]
    if not days or len(days) < (count or 0):
        raise InvalidInput("rrule", "no_dates", _("Diese Regel ergibt nicht so viele Termine."))
    if len(days) > MOST_DATES:
        raise InvalidInput("rrule", "too_many", _("Möglich sind höchstens 500 Termine."))
    return days


def planned_dates(rule: str, starts_at: datetime, ends_at: datetime) -> list[PlannedDate]:
    """What the rule gives for a first date from `starts_at` to `ends_at`; all last equally long."""
    start, length = timezone.localtime(starts_at), ends_at - starts_at
    planned = []
    for day in days_of(rule, start.date()):
        moment = wall_moment(day, start.time())
        is_shifted = timezone.localtime(moment).time() != start.time()
        planned.append(PlannedDate(day, moment, moment + length, is_shifted))
    return planned


def wall_moment(day: date, clock: time) -> datetime:
    """The moment at which a local clock shows this.

    As RFC 5545 has it: a time that the clock jumps over is taken by the offset before the jump
    (2.30 becomes 3.30), of a time that comes twice the first.
    """
    local = datetime.combine(day, clock.replace(fold=0), tzinfo=timezone.get_default_timezone())
    return local.astimezone(timezone.get_fixed_timezone(0))


def wall_offset(start: datetime, moment: datetime) -> timedelta:
    """How far apart two moments are on the wall clock."""
    return _wall(moment) - _wall(start)


def wall_shifted(start: datetime, offset: timedelta) -> datetime:
    """The moment that is `offset` from `start` on the wall clock."""
    local = _wall(start) + offset
    return wall_moment(local.date(), local.time())


def _wall(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(tzinfo=None)


def _parts(rule: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in normal_rule(rule).split(";")]
    parts = {name: value for name, _equals, value in pairs}
    fits = len(parts) == len(pairs) and parts.keys() <= PARTS and all(parts.values())
    if not fits or parts.get("FREQ") not in FREQUENCIES or len(rule) > 200:
        raise _invalid()
    _number(parts.get("INTERVAL", "1"), most=99, least=1)
    return parts


def _number(text: str, *, most: int, least: int = 0) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        raise _invalid()
    if int(text) > most:
        raise InvalidInput("rrule", "too_many", _("Möglich sind höchstens 500 Termine."))
    if int(text) < least:
        raise _invalid()
    return int(text)


def _last_day(text: str) -> date | None:
    if not text:
        return None
    try:
        if text.endswith("Z"):
            moment = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(
                tzinfo=timezone.get_fixed_timezone(0)
            )
            return timezone.localdate(moment)
        return datetime.strptime(text[:8], "%Y%m%d").date()  # noqa: DTZ007  (a day, no moment)
    except ValueError as error:
        raise _invalid() from error


def _invalid() -> InvalidInput:
    return InvalidInput("rrule", "invalid", _("Diese Wiederholung verstehen wir nicht."))
