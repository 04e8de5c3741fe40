"""The town's places and their rooms."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from workshops import policy
from workshops.models import Room, Venue
from workshops.services.parties import clean_line

LONGEST = {"name": 120, "address": 160, "city": 80}
MAX_TEXT = 2000
MAX_ROOM_SEATS = 10_000


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
    name = clean_line("name", name, required=True, longest=80)
    if not 1 <= seats <= MAX_ROOM_SEATS:
        raise InvalidInput("seats", "invalid", _("Möglich sind 1 bis 10.000 Plätze."))
    if venue.rooms.filter(name=name).exists():
        raise InvalidInput("name", "taken", _("Einen Raum mit diesem Namen gibt es hier schon."))
    return Room.objects.create(venue=venue, name=name, seats=seats)


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
