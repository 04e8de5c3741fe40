"""Numbers under which ideas are kept: `SO-2026-00042`, given once and never again."""

from datetime import datetime

from django.db.models import F
from django.utils import timezone

from participation.errors import RuleBroken
from participation.models import Municipality, ReferenceCounter

LAST_NUMBER = 99_999


class NumbersUsedUp(RuleBroken):
    code = "numbers_used_up"


def next_reference(municipality: Municipality, now: datetime) -> str:
    """The next number of the town in this year (Europe/Berlin).

    Runs inside the idea's transaction; its guarded UPDATE locks the counter's row, so that two at
    once get two numbers and a rollback gives its number back. Raises NumbersUsedUp.
    """
    year = timezone.localtime(now).year
    counters = ReferenceCounter.objects.of(municipality).filter(year=year)
    room = counters.filter(last__lt=LAST_NUMBER)
    if not room.update(last=F("last") + 1):
        ReferenceCounter.objects.get_or_create(municipality=municipality, year=year)
        if not room.update(last=F("last") + 1):
            raise NumbersUsedUp
    return f"{municipality.code}-{year}-{counters.get().last:05d}"
