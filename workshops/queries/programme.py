"""The programme: workshops, their dates and places."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils import timezone

from participation.actors import Actor
from participation.errors import NotFound
from workshops import policy
from workshops.models import Room, Series, Slot, Venue, Workshop


def slots(actor: Actor) -> QuerySet[Slot]:
    """The dates this actor sees, with what a line about them needs."""
    return Slot.objects.visible_to(actor).select_related(
        "workshop__municipality", "workshop__theme", "workshop__venue", "room__venue"
    )


def day_start(day: date) -> datetime:
    """Midnight in Südwestfalen, right on the days of 23 and 25 hours."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def _moment(day: date, *, days: int = 0) -> datetime:
    return day if isinstance(day, datetime) else day_start(day + timedelta(days=days))


def programme(actor: Actor, *, venue: str = "", **filters: Any) -> QuerySet[Slot]:
    """The town's dates that match, soonest first: one statement.

    `filters` are those of `matching`; `venue` is the slug of a place.
    """
    found = slots(actor).order_by("starts_at", "pk")
    if venue:
        found = found.filter(Q(room__venue__slug=venue) | Q(workshop__venue__slug=venue))
    return matching(found, **filters)


def matching(
    found: QuerySet[Slot],
    *,
    text: str = "",
    theme: str = "",
    free: bool = False,
    from_date: date | None = None,
    to_date: date | None = None,
) -> QuerySet[Slot]:
    """`from_date` and `to_date` are days (the last one included) or aware times."""
    if text := text.replace("\x00", "").strip():
        found = found.filter(
            Q(workshop__title__icontains=text)
            | Q(workshop__text__icontains=text)
            | Q(workshop__venue__name__icontains=text)
        )
    if theme:
        found = found.filter(workshop__theme__slug=theme)
    if free:
        found = found.filter(state=Slot.State.OPEN, seats_taken__lt=F("capacity"))
    if from_date:
        found = found.filter(starts_at__gte=_moment(from_date))
    if to_date:
        found = found.filter(starts_at__lt=_moment(to_date, days=1))
    return found


def month(actor: Actor, year: int, month: int) -> QuerySet[Slot]:
    """All dates of a calendar month. Raises NotFound for a month that does not exist."""
    try:
        first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
        return programme(actor, from_date=first, to_date=last)
    except (ValueError, IndexError, OverflowError) as error:
        raise NotFound from error


def workshops(actor: Actor, *, text: str = "", theme: str = "") -> QuerySet[Workshop]:
    """What is offered, by title."""
    rows = Workshop.objects.visible_to(actor).select_related("venue", "theme", "municipality")
    if text := text.replace("\x00", "").strip():
        rows = rows.filter(Q(title__icontains=text) | Q(text__icontains=text))
    if theme:
        rows = rows.filter(theme__slug=theme)
    return rows.order_by("title", "pk")


def events(actor: Actor, *, besides: int = 0) -> QuerySet[Workshop]:
    """What another offer of the town can be a part of: for the desk, by title."""
    return (
        Workshop.objects.of(actor.town)
        .filter(parent=None, is_template=False)
        .exclude(state=Workshop.State.ARCHIVED)
        .exclude(pk=besides)
        .order_by("title", "pk")
    )


def workshop(actor: Actor, pk: int) -> Workshop:
    """With `upcoming` (slots not over yet, soonest first): two statements. Raises NotFound."""
    return _with_upcoming(workshops(actor), Slot.objects.visible_to(actor), pk)


def workshop_preview(actor: Actor, pk: int) -> Workshop:
    """As `workshop`, as if it were published: without drafts of dates; for the desk."""
    policy.run_programme(actor)
    shown = Slot.objects.of(actor.town).exclude(state__in=(Slot.State.DRAFT, Slot.State.PURGED))
    return _with_upcoming(workshops(actor), shown, pk)


def _with_upcoming(offers: QuerySet[Workshop], dates: QuerySet[Slot], pk: int) -> Workshop:
    upcoming = (
        dates.filter(ends_at__gt=timezone.now())
        .select_related("room__venue")
        .order_by("starts_at", "pk")
    )
    found = (
        offers.filter(pk=pk)
        .select_related("parent")
        .prefetch_related(Prefetch("slots", upcoming, to_attr="upcoming"))
        .first()
    )
    if found is None:
        raise NotFound
    return found


def parts(actor: Actor, workshop_id: int) -> QuerySet[Slot]:
    """The dates of an event's parts, by time and room, over or not: one statement."""
    rows = slots(actor).filter(workshop__parent_id=workshop_id).select_related("workshop__parent")
    return rows.exclude(state=Slot.State.DRAFT).order_by("starts_at", "room__name", "pk")


def slot(actor: Actor, pk: int) -> Slot:
    """Raises NotFound."""
    found = slots(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def slots_of_workshop(actor: Actor, workshop_id: int) -> QuerySet[Slot]:
    """All dates of one workshop, the latest first; for the desk."""
    return slots(actor).filter(workshop_id=workshop_id).order_by("-starts_at", "-pk")


def templates(actor: Actor) -> QuerySet[Workshop]:
    """The town's own and those that other towns share, by title; for the desk."""
    policy.run_programme(actor)
    rows = Workshop.objects.templates_for(actor).select_related("municipality", "theme")
    return rows.order_by("title", "pk")


def own_workshop(actor: Actor, pk: int) -> Workshop:
    """An offer or a template of the town, in whatever state; for the desk. Raises NotFound."""
    policy.run_programme(actor)
    rows = Workshop.objects.of(actor.town).select_related("municipality", "theme", "venue")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def series(actor: Actor, pk: int) -> Series:
    """With its dates, soonest first, for the desk: two statements. Raises NotFound."""
    policy.run_programme(actor)
    dates = Slot.objects.order_by("starts_at", "pk").select_related("room__venue", "workshop")
    rows = Series.objects.of(actor.town).select_related("workshop__municipality")
    found = rows.prefetch_related(Prefetch("slots", dates)).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def series_of_workshop(actor: Actor, workshop_id: int) -> QuerySet[Series]:
    """Those with dates left, each with `dates` (their number); for the desk."""
    rows = Series.objects.of(actor.town).filter(workshop_id=workshop_id)
    counted = rows.annotate(dates=Count("slots")).filter(dates__gt=0)
    return counted.order_by("first_date", "pk")


def venues(actor: Actor) -> QuerySet[Venue]:
    """The town's places with their rooms: two statements."""
    rooms = Prefetch("rooms", Room.objects.order_by("name", "pk"))
    return Venue.objects.of(actor.town).prefetch_related(rooms).order_by("name", "pk")


def room(actor: Actor, pk: int) -> Room:
    """With its place; for the desk. Raises NotFound."""
    policy.run_programme(actor)
    found = Room.objects.of(actor.town).select_related("venue").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def venue(actor: Actor, pk: int) -> Venue:
    """With its rooms: two statements. Raises NotFound."""
    found = venues(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found
