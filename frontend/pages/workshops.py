"""A town's programme: as a list, a week, a month; one offer, one place."""

from calendar import Calendar, monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date

from frontend.forms.workshops import ProgrammeFilter
from frontend.structured_data import event_of_parts, events_of
from frontend.town import town_page
from participation import queries as towns
from participation.actors import Actor
from participation.errors import NotFound
from participation.guest_pages import same_for_guests
from workshops import queries, tickets
from workshops.models import OpenDay, Slot, Workshop
from workshops.queries import open_days as days_of

PER_PAGE = 20
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass
class Day:
    """A day of the calendar; `slots` and `open_days` take place on it, soonest first."""

    date: date
    is_today: bool
    is_outside: bool
    slots: list[Slot] = field(default_factory=list)
    open_days: list[OpenDay] = field(default_factory=list)

    @property
    def is_free(self) -> bool:
        return not self.slots and not self.open_days


@same_for_guests
@town_page()
def programme(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = ProgrammeFilter(request.GET, themes=towns.themes(actor), venues=queries.venues(actor))
    found = queries.programme(actor, **form.filters)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    shows_open_days = page.number == 1 and not form.is_filtering
    context = {
        "form": form,
        "page_obj": page,
        "open_days": days_of.coming_open_days(actor, timezone.now()) if shows_open_days else [],
        "days": by_day(page.object_list),
        "feed_url": tickets.feed_url(actor.town),
        "today": timezone.localdate(),
        "now": timezone.now(),
    }
    status = 422 if form.errors else 200
    return render(request, "workshops/programme.html", context, status=status)


@same_for_guests
@town_page()
def month(request: HttpRequest, actor: Actor, year: str, month: str) -> HttpResponse:
    first = first_of_month(int(year), int(month))
    if first is None:
        raise NotFound
    slots = list(queries.month(actor, first.year, first.month))
    last = first.replace(day=monthrange(first.year, first.month)[1])
    open_days = list(days_of.open_days_between(actor, first, last))
    context = {
        "first": first,
        "weeks": weeks(first, slots, timezone.localdate(), open_days),
        "is_empty": not slots and not open_days,
        "previous": neighbour(first, -1),
        "next": neighbour(first, 1),
        "today": timezone.localdate(),
        "now": timezone.now(),
    }
    return render(request, "workshops/month.html", context)


@same_for_guests
@town_page()
def week(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The seven days from the Monday before `ab` on; this week unless said."""
    today = timezone.localdate()
    monday = monday_of(request.GET.get("ab", ""), today)
    dates = [monday + timedelta(days=number) for number in range(7)]
    by_date = {day: Day(day, day == today, is_outside=False) for day in dates}
    for slot in queries.programme(actor, from_date=monday, to_date=dates[-1]):
        by_date[_day(slot)].slots.append(slot)
    for open_day in days_of.open_days_between(actor, monday, dates[-1]):
        by_date[timezone.localdate(open_day.starts_at)].open_days.append(open_day)
    context = {
        "days": list(by_date.values()),
        "monday": monday,
        "is_empty": all(day.is_free for day in by_date.values()),
        "previous": monday - timedelta(days=7),
        "next": monday + timedelta(days=7),
        "today": today,
        "now": timezone.now(),
    }
    return render(request, "workshops/week.html", context)


@same_for_guests
@town_page()
def workshop(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = queries.workshop(actor, pk)
    context = workshop_context(actor, found)
    events = events_of(found, found.upcoming)  # type: ignore[attr-defined]  # the query adds it
    if parts := [slot for _day, rows in context["parts"] for slot in rows]:
        events.append(event_of_parts(found, parts))
    context["events"] = events
    return render(request, "workshops/workshop.html", context)


def workshop_context(actor: Actor, found: Workshop) -> dict[str, Any]:
    """What the offer's page shows, also as a preview; its parts, where it has some, by day."""
    parts = list(queries.parts(actor, found.pk)) if found.parent_id is None else []
    return {
        "workshop": found,
        "parts": by_day(parts),
        "feed_url": tickets.feed_url(actor.town, workshop_id=found.pk),
        "now": timezone.now(),
        "today": timezone.localdate(),
    }


@same_for_guests
@town_page()
def venue(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """A place of the town: how to get there and in, its rooms, what takes place next."""
    now = timezone.now()
    found = queries.venue(actor, pk)
    dates = Paginator(queries.upcoming_at(actor, pk, now=now), PER_PAGE)
    context = {
        "venue": found,
        "page_obj": dates.get_page(request.GET.get("page")),
        "feed_url": tickets.feed_url(actor.town, venue_id=found.pk),
        "now": now,
    }
    return render(request, "workshops/venue.html", context)


@town_page()
def slot_ics(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    slot = queries.slot(actor, pk)
    return ics_response(tickets.calendar_of(slot, now=timezone.now()), f"termin-{slot.pk}.ics")


def ics_response(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def by_day(slots: Iterable[Slot]) -> list[tuple[date, list[Slot]]]:
    """The slots of each day in Südwestfalen's time; they come sorted by their start."""
    return [(day, list(rows)) for day, rows in groupby(slots, key=_day)]


def weeks(
    first: date, slots: Iterable[Slot], today: date, open_days: Iterable[OpenDay] = ()
) -> list[list[Day]]:
    """The calendar's rows for the month that begins on `first`, Monday to Sunday."""
    rows = [
        [Day(day, day == today, day.month != first.month) for day in week]
        for week in Calendar().monthdatescalendar(first.year, first.month)
    ]
    by_date = {day.date: day for week in rows for day in week}
    for slot in slots:
        by_date[_day(slot)].slots.append(slot)
    for open_day in open_days:
        by_date[timezone.localdate(open_day.starts_at)].open_days.append(open_day)
    return rows


def monday_of(text: str, today: date) -> date:
    """The Monday of that day's week; of this week, where the text is no day of our calendar."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year < LAST_YEAR:
        day = today
    return day - timedelta(days=day.weekday())


def first_of_month(year: int, month: int) -> date | None:
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        return None
    return date(year, month, 1)


def neighbour(first: date, step: int) -> str:
    """The month before (-1) or after (1), as it stands in the address."""
    year, month = divmod(first.year * 12 + first.month - 1 + step, 12)
    return f"{year:04}-{month + 1:02}"


def _day(slot: Slot) -> date:
    return timezone.localdate(slot.starts_at)
