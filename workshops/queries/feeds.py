"""Dates across the network, near a place, for calendars to subscribe to, and their free seats."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, FloatField, Q, QuerySet, Value
from django.db.models.functions import ASin, Coalesce, Cos, Power, Radians, Sin, Sqrt

from participation.actors import Actor
from participation.models import Municipality
from workshops.models import Slot
from workshops.queries.programme import matching, slots

EARTH_KM = 6371.0
FEED_BEFORE, FEED_AFTER = timedelta(days=30), timedelta(days=366)
FEED_DATES = 1000
MOST_SEATS = 100


@dataclass(frozen=True, slots=True)
class Point:
    """WGS 84, in degrees."""

    lat: float
    lon: float


def network_programme(
    actor: Actor, *, town: str = "", near: Point | None = None, **filters: Any
) -> QuerySet[Slot]:
    """The dates of all active towns, or of one (its slug): one statement.

    `filters` are those of `matching`. With `near` those that have a place, each with its
    `distance_km`, nearest first; else soonest first.
    """
    rows = Slot.objects.visible_in_network(actor).select_related(
        "workshop__municipality", "workshop__theme", "workshop__venue", "room__venue"
    )
    if town:
        rows = rows.filter(workshop__municipality__slug=town)
    found = matching(rows, **filters)
    if near is None:
        return found.order_by("starts_at", "pk")
    placed = found.filter(workshop__is_online=False).annotate(distance_km=_distance_km(near))
    return placed.order_by("distance_km", "starts_at", "pk")


def point_of_place(text: str) -> Point | None:
    """Where a town of the network is, by its name or the start of a postal code: one statement."""
    text = text.replace("\x00", "").strip()
    if not text:
        return None
    rows = Municipality.objects.order_by("name", "pk")
    if text.isdecimal():
        town = rows.filter(postal_codes__icontains=f'"{text}').first()
    else:
        named = rows.filter(name__icontains=text)
        town = rows.filter(name__iexact=text).first() or named.first()
    return Point(town.lat, town.lon) if town else None


def point_of(text: str) -> Point | None:
    """As `point_of_place`, or the point that is written there (`51.44,7.79`)."""
    lat, comma, lon = text.partition(",")
    if not comma:
        return point_of_place(text)
    try:
        point = Point(float(lat), float(lon))
    except ValueError:
        return None
    return point if abs(point.lat) <= 90 and abs(point.lon) <= 180 else None


def feed(
    actor: Actor, *, now: datetime, venue_id: int | None = None, workshop_id: int | None = None
) -> QuerySet[Slot]:
    """A month back and a year ahead, those called off included, at most 1,000: one statement."""
    rows = slots(actor).filter(starts_at__gt=now - FEED_BEFORE, starts_at__lt=now + FEED_AFTER)
    rows = rows.exclude(state__in=(Slot.State.DRAFT, Slot.State.PURGED))
    if venue_id is not None:
        rows = rows.filter(_at(venue_id))
    if workshop_id is not None:
        # An event's own dates and those of its parts.
        rows = rows.filter(Q(workshop_id=workshop_id) | Q(workshop__parent_id=workshop_id))
    return rows.order_by("starts_at", "pk")[:FEED_DATES]


def upcoming_at(actor: Actor, venue_id: int, *, now: datetime) -> QuerySet[Slot]:
    """The dates to come at one place, soonest first: one statement."""
    return slots(actor).filter(_at(venue_id), ends_at__gt=now).order_by("starts_at", "pk")


def seats(actor: Actor, slot_ids: Iterable[int]) -> QuerySet[Slot]:
    """How these dates stand, of whichever town, a hundred at most: one statement."""
    rows = Slot.objects.visible_in_network(actor).select_related("workshop")
    return rows.filter(pk__in=list(slot_ids)[:MOST_SEATS]).order_by("pk")


def _at(venue_id: int) -> Q:
    elsewhere = Q(room__isnull=False) & ~Q(room__venue_id=venue_id)
    return (Q(room__venue_id=venue_id) | Q(workshop__venue_id=venue_id)) & ~elsewhere


def _distance_km(near: Point) -> Any:
    """Great-circle distance (haversine) to the room's place, the offer's, or the town's centre."""
    places = ("room__venue", "workshop__venue", "workshop__municipality")
    lat, lon = (
        Radians(Coalesce(*(F(f"{place}__{name}") for place in places), output_field=FloatField()))
        for name in ("lat", "lon")
    )
    here_lat, here_lon = Radians(Value(near.lat)), Radians(Value(near.lon))
    half = Power(Sin((lat - here_lat) / 2), 2) + (
        Cos(lat) * Cos(here_lat) * Power(Sin((lon - here_lon) / 2), 2)
    )
    return 2 * EARTH_KM * ASin(Sqrt(half), output_field=FloatField())
