"""The programme of a town: as a list, as a calendar, one workshop, a date for the calendar app."""

from calendar import Calendar
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from frontend.forms.workshops import ProgrammeFilter
from frontend.town import town_page
from participation import queries as towns
from participation.actors import Actor
from participation.errors import NotFound
from participation.guest_pages import same_for_guests
from workshops import queries, tickets
from workshops.models import Slot

PER_PAGE = 20
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass
class Day:
    """A day of the calendar; `slots` take place on it, soonest first."""

    date: date
    is_today: bool
    is_outside: bool
    slots: list[Slot] = field(default_factory=list)


@same_for_guests
@town_page()
def programme(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = ProgrammeFilter(request.GET, themes=towns.themes(actor), venues=queries.venues(actor))
    found = queries.programme(actor, **form.filters)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "days": by_day(page.object_list),
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
    context = {
        "first": first,
        "weeks": weeks(first, slots, timezone.localdate()),
        "is_empty": not slots,
        "previous": neighbour(first, -1),
        "next": neighbour(first, 1),
        "today": timezone.localdate(),
        "now": timezone.now(),
    }
    return render(request, "workshops/month.html", context)


@same_for_guests
@town_page()
def workshop(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = queries.workshop(actor, pk)
    context = {"workshop": found, "now": timezone.now(), "today": timezone.localdate()}
    return render(request, "workshops/workshop.html", context)


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


def weeks(first: date, slots: Iterable[Slot], today: date) -> list[list[Day]]:
    """The calendar's rows for the month that begins on `first`, Monday to Sunday."""
    rows = [
        [Day(day, day == today, day.month != first.month) for day in week]
        for week in Calendar().monthdatescalendar(first.year, first.month)
    ]
    by_date = {day.date: day for week in rows for day in week}
    for slot in slots:
        by_date[_day(slot)].slots.append(slot)
    return rows


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
