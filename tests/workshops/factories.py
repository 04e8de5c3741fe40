"""Rows of workshops, straight to the database; what a test is about it makes by services."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from participation import actors
from participation.actors import Actor
from participation.models import Municipality, Theme
from participation.services.keys import create_key
from tests.factories import make_theme
from workshops.models import Booking, Slot, Venue, Workshop
from workshops.services import bookings
from workshops.services.parties import Party

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

_numbers = count(1)


def make_venue(town: Municipality, **fields: Any) -> Venue:
    number = next(_numbers)
    defaults = {
        "name": f"Haus {number}",
        "slug": f"haus-{number}",
        "address": "Am Markt 1",
        "postal_code": "58706",
        "city": town.name,
    }
    return Venue.objects.create(municipality=town, **{**defaults, **fields})


def _education() -> Theme:
    return Theme.objects.filter(slug="bildung").first() or make_theme("bildung")


def make_workshop(town: Municipality, **fields: Any) -> Workshop:
    theme = fields.pop("theme", None) or _education()
    defaults = {
        "title": f"Workshop {next(_numbers)}",
        "text": "Wir bauen etwas.",
        "state": Workshop.State.PUBLISHED,
    }
    return Workshop.objects.create(municipality=town, theme=theme, **{**defaults, **fields})


def make_slot(town: Municipality, **fields: Any) -> Slot:
    """An open slot with ten seats, two days after NOW, two hours long."""
    workshop = fields.pop("workshop", None) or make_workshop(town)
    starts_at = fields.pop("starts_at", NOW + timedelta(days=2))
    defaults = {"ends_at": starts_at + timedelta(hours=2), "capacity": 10, "state": Slot.State.OPEN}
    return Slot.objects.create(workshop=workshop, starts_at=starts_at, **{**defaults, **fields})


def party(size: int = 1, email: str = "", **fields: Any) -> Party:
    email = email or f"kim-{next(_numbers)}@example.org"
    return Party(size, fields.pop("name", "Kim"), email, **fields)


def staff(town: Municipality) -> Actor:
    return actors.system(town)


def book(slot: Slot, size: int = 1, *, now: datetime = NOW, **fields: Any) -> Booking:
    """Confirmed at the desk, with tickets."""
    town = slot.workshop.municipality
    who = party(size, **fields)
    return bookings.book_slot(actor=staff(town), slot_id=slot.pk, party=who, now=now, source="desk")


def hold(slot: Slot, size: int = 1, *, now: datetime = NOW, **fields: Any) -> Booking:
    """Held for a guest who has not confirmed yet."""
    guest = actors.guest(slot.workshop.municipality)
    who = party(size, **fields)
    return bookings.book_slot(actor=guest, slot_id=slot.pk, party=who, now=now)


def make_key(town: Municipality, *scopes: str) -> str:
    """The header of a new API key."""
    _key, token = create_key(municipality=town, scopes=scopes, name="Test", now=NOW)
    return f"Bearer {token}"
