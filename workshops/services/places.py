"""The town's places and their rooms."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from workshops import policy
from workshops.errors import RoomInUse
from workshops.models import Room, Slot, Venue
from workshops.services.parties import clean_line

LONGEST = {"name": 120, "address": 160, "city": 80}
MAX_TEXT = 2000
MAX_ROOM_SEATS = 10_000
TO_COME = (Slot.State.DRAFT, Slot.State.OPEN, Slot.State.CLOSED, Slot.State.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueDetails:
    """`lat` and `lon` in degrees (WGS 84), both or none."""

    name: str
    address: str
    postal_code: str
    city: str
    lat: float | None = None
    lon: float | None = None
    access_info: str = ""
    opening_hours: str = ""
    directions: str = ""


CHANGEABLE = frozenset(field.name for field in fields(VenueDetails))
TEXTS = ("access_info", "opening_hours", "directions")


@transaction.atomic
def create_venue(*, actor: Actor, details: VenueDetails) -> Venue:
    """A place with its own address. Raises InvalidInput (`name` taken, …)."""
    policy.run_programme(actor)
    venue = Venue(municipality=actor.town, **asdict(details))
    _clean_venue(actor, venue)
    venue.slug = slugify(venue.name)[:60] or "ort"
    if Venue.objects.of(actor.town).filter(slug=venue.slug).exists():
        raise _name_taken()
    venue.save(force_insert=True)
    return venue


@transaction.atomic
def change_venue(*, actor: Actor, venue_id: int, changes: Mapping[str, Any]) -> Venue:
    """`changes` has field names of VenueDetails. The slug stays, so that links go on working.

    Locks the venue. Raises NotFound, InvalidInput (`name` taken, …).
    """
    venue = _locked_venue(actor, venue_id)
    for name in CHANGEABLE & changes.keys():
        setattr(venue, name, changes[name])
    _clean_venue(actor, venue)
    venue.save(update_fields=sorted(CHANGEABLE))
    return venue


@transaction.atomic
def create_room(*, actor: Actor, venue_id: int, name: str, seats: int) -> Room:
    """Locks the venue. Raises NotFound, InvalidInput (`name` taken, `seats`)."""
    venue = _locked_venue(actor, venue_id)
    room = Room(venue=venue, name=name, seats=seats)
    _clean_room(room)
    room.save(force_insert=True)
    return room


@transaction.atomic
def change_room(*, actor: Actor, room_id: int, changes: Mapping[str, Any]) -> Room:
    """`changes` has `name` and `seats`. Locks the venue, then the room.

    Raises NotFound, InvalidInput (`name` taken; `seats` fewer than a date to come takes).
    """
    room = _locked_room(actor, room_id)
    for name in {"name", "seats"} & changes.keys():
        setattr(room, name, changes[name])
    _clean_room(room)
    largest = room.slots.filter(state__in=TO_COME).aggregate(n=Max("capacity"))["n"] or 0
    if room.seats < largest:
        too_few = _("Ein Termin in diesem Raum hat %(seats)s Plätze. Ändern Sie zuerst diesen.")
        raise InvalidInput("seats", "min_value", too_few % {"seats": largest})
    room.save(update_fields=["name", "seats"])
    return room


@transaction.atomic
def remove_room(*, actor: Actor, room_id: int) -> None:
    """Locks the venue, then the room.

    Raises NotFound, RoomInUse while a date, over or not, takes place there.
    """
    room = _locked_room(actor, room_id)
    try:
        room.delete()
    except ProtectedError as error:
        raise RoomInUse(dates=room.slots.count()) from error


def _clean_room(room: Room) -> None:
    room.name = clean_line("name", room.name, required=True, longest=80)
    if not 1 <= room.seats <= MAX_ROOM_SEATS:
        raise InvalidInput("seats", "invalid", _("Möglich sind 1 bis 10.000 Plätze."))
    if room.venue.rooms.filter(name=room.name).exclude(pk=room.pk).exists():
        raise InvalidInput("name", "taken", _("Einen Raum mit diesem Namen gibt es hier schon."))


def _locked_room(actor: Actor, room_id: int) -> Room:
    """With its place, which is locked first. Raises NotFound."""
    policy.run_programme(actor)
    rooms = Room.objects.of(actor.town).filter(pk=room_id)
    found = rooms.first()
    venue = _locked_venue(actor, found.venue_id) if found else None
    room = rooms.select_for_update(of=("self",), no_key=True).first()
    if room is None or venue is None:
        raise NotFound
    room.venue = venue
    return room


def _clean_venue(actor: Actor, venue: Venue) -> None:
    for attr, longest in LONGEST.items():
        value = clean_line(attr, getattr(venue, attr), required=True, longest=longest)
        setattr(venue, attr, value)
    for attr in TEXTS:
        if len(getattr(venue, attr)) > MAX_TEXT:
            too_long = _("Bitte kürzen Sie auf höchstens %(max)s Zeichen.") % {"max": MAX_TEXT}
            raise InvalidInput(attr, "max_length", too_long)
    code = venue.postal_code
    if not (len(code) == 5 and code.isascii() and code.isdecimal()):
        no_code = _("Bitte geben Sie die Postleitzahl mit fünf Ziffern ein.")
        raise InvalidInput("postal_code", "invalid", no_code)
    if (venue.lat is None) != (venue.lon is None):
        missing = "lat" if venue.lat is None else "lon"
        raise InvalidInput(missing, "required", _("Ein Punkt hat Breite und Länge."))
    for attr, most in (("lat", 90), ("lon", 180)):
        if not -most <= (getattr(venue, attr) or 0) <= most:
            raise InvalidInput(attr, "invalid", _("Diesen Punkt gibt es auf der Erde nicht."))
    if Venue.objects.of(actor.town).filter(name=venue.name).exclude(pk=venue.pk).exists():
        raise _name_taken()


def _name_taken() -> InvalidInput:
    return InvalidInput("name", "taken", _("Einen Ort mit diesem Namen gibt es schon."))


def _locked_venue(actor: Actor, venue_id: int) -> Venue:
    policy.run_programme(actor)
    venue = Venue.objects.of(actor.town).select_for_update().filter(pk=venue_id).first()
    if venue is None:
        raise NotFound
    return venue
