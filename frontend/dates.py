"""Days and times in words, in Europe/Berlin, as people say them in German and in English."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language


def _local(value: date) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) else value


def _english() -> bool:
    return (get_language() or "de").startswith("en")


def when(value: datetime) -> str:
    """`Sa., 28. November 2026, 14 Uhr`; `Sat, 28 November 2026, 2 pm`."""
    return f"{day(value)}, {clock(value)}"


def day(value: date) -> str:
    """`Sa., 28. November 2026`; `Sat, 28 November 2026`."""
    point = "" if _english() else "."
    return f"{date_format(_local(value), 'D').rstrip('.')}{point}, {short_day(value)}"


def short_day(value: date) -> str:
    """`28. November 2026`; `28 November 2026`."""
    return date_format(_local(value), "j F Y" if _english() else "j. F Y")


def clock(value: datetime) -> str:
    """`14 Uhr`, `14.30 Uhr`; `2 pm`, `2.30 pm`."""
    local = timezone.localtime(value)
    if _english():
        hour = local.hour % 12 or 12
        minutes = f".{local.minute:02}" if local.minute else ""
        return f"{hour}{minutes} {'am' if local.hour < 12 else 'pm'}"
    minutes = f".{local.minute:02}" if local.minute else ""
    return f"{local.hour}{minutes} Uhr"


def parts(value: date) -> dict[str, str]:
    """Weekday, number and short month of a day, for a block of three lines."""
    local = _local(value)
    return {
        "weekday": date_format(local, "D"),
        "number": str(local.day),
        "month": date_format(local, "M" if _english() else "M."),
    }
