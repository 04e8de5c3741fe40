"""Venues, workshops, dates in the coming four weeks, bookings, and one full date with a queue."""

import math
from datetime import datetime, time, timedelta

from django.utils import timezone

from frontend.demo.workshops_content import OFFERS, PLACES, Date, Offer, Place
from participation import actors, queries
from participation.actors import Actor
from workshops import queries as workshop_queries
from workshops.models import Slot, Venue, Workshop
from workshops.services import bookings, places, programme, scheduling, waiting
from workshops.services.parties import Party

GUESTS = ("Ayla Demir", "Jonas Weber", "Familie Schröder", "Marta Nowak", "Ben Richter", "Lea Koch")


def load(now: datetime) -> None:
    venues = {place.town: _venue(place) for place in PLACES}
    for offer in OFFERS:
        actor = actors.system(queries.municipality_by_slug(offer.town))
        workshop = _workshop(actor, offer, venues[offer.town])
        dates = workshop_queries.slots_of_workshop(actor, workshop.pk)
        upcoming = [slot for slot in dates if slot.ends_at > now]
        if not upcoming:
            upcoming = [_slot(actor, offer, workshop, date, now) for date in offer.dates]
            _fill(actor, offer, upcoming, now)
        if offer.today and not any(slot.starts_at - now < timedelta(hours=2) for slot in upcoming):
            _tonight(actor, offer, workshop, now)


def _venue(place: Place) -> Venue:
    actor = actors.system(queries.municipality_by_slug(place.town))
    for venue in workshop_queries.venues(actor):
        if venue.name == place.name:
            return venue
    details = places.VenueDetails(
        name=place.name,
        address=place.address,
        postal_code=place.postal_code,
        city=place.city,
        access_info=place.access_info,
        opening_hours=place.opening_hours,
    )
    venue = places.create_venue(actor=actor, details=details)
    for name, seats in place.rooms:
        places.create_room(actor=actor, venue_id=venue.pk, name=name, seats=seats)
    return venue


def _workshop(actor: Actor, offer: Offer, venue: Venue) -> Workshop:
    for workshop in workshop_queries.workshops(actor, text=offer.title):
        if workshop.title == offer.title:
            return workshop
    details = programme.WorkshopDetails(
        title=offer.title,
        text=offer.text,
        theme=offer.theme,
        venue_id=None if offer.details.get("is_online") else venue.pk,
        **offer.details,  # type: ignore[arg-type]  # the content names fields of WorkshopDetails
    )
    return programme.create_workshop(actor=actor, details=details, state=Workshop.State.PUBLISHED)


def _slot(actor: Actor, offer: Offer, workshop: Workshop, date: Date, now: datetime) -> Slot:
    day = timezone.localdate(now) + timedelta(days=date.days)
    zone = timezone.get_default_timezone()
    starts_at = datetime.combine(day, time(date.hour, date.minute), tzinfo=zone)
    return _open_slot(actor, offer, workshop, starts_at, date.hours)


def _open_slot(
    actor: Actor, offer: Offer, workshop: Workshop, starts_at: datetime, hours: float
) -> Slot:
    rooms = {
        room.name: room.pk
        for venue in workshop_queries.venues(actor)
        for room in venue.rooms.all()
        if venue.pk == workshop.venue_id
    }
    details = scheduling.SlotDetails(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        capacity=offer.capacity,
        room_id=rooms.get(offer.room),
    )
    return scheduling.create_slot(
        actor=actor, workshop_id=workshop.pk, details=details, state=Slot.State.OPEN
    )


def _tonight(actor: Actor, offer: Offer, workshop: Workshop, now: datetime) -> None:
    """A date whose door is open right now, with guests to admit."""
    minutes = math.ceil((timezone.localtime(now).minute + 30) / 30) * 30
    starts_at = timezone.localtime(now).replace(minute=0, second=0, microsecond=0)
    slot = _open_slot(actor, offer, workshop, starts_at + timedelta(minutes=minutes), 2)
    for number, name in enumerate(GUESTS):
        _book(actor, slot, name, 1 + number % 2, now)


def _fill(actor: Actor, offer: Offer, slots: list[Slot], now: datetime) -> None:
    """Some guests on the first date; a full one gets a queue too."""
    first = slots[0]
    if not offer.full:
        _book(actor, first, GUESTS[len(offer.title) % len(GUESTS)], 2, now)
        return
    for number in range(offer.capacity):
        _book(actor, first, GUESTS[number % len(GUESTS)], 1, now)
    for name in ("Hannelore Brandt", "Ernst Vogel"):
        email = f"{name.split()[0].lower()}@example.org"
        party = Party(size=1, name=name, email=email)
        waiting.join(actor=actor, slot_id=first.pk, party=party, now=now)


def _book(actor: Actor, slot: Slot, name: str, size: int, now: datetime) -> None:
    party = Party(size=size, name=name)
    bookings.book_slot(actor=actor, slot_id=slot.pk, party=party, now=now, source="desk")
