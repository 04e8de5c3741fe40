"""What search engines read of an offer: schema.org events, as JSON-LD."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from workshops.models import Slot, Venue, Workshop

CONTEXT = "https://schema.org"


def events_of(workshop: Workshop, slots: Iterable[Slot]) -> list[dict[str, Any]]:
    """One event a date; the workshop's municipality, venue and parent are loaded."""
    return [_event(workshop, slot) for slot in slots if slot.state != Slot.State.DRAFT]


def event_of_parts(workshop: Workshop, parts: Sequence[Slot]) -> dict[str, Any]:
    """A conference as one event around those of its parts, which come by their start."""
    return {
        "@context": CONTEXT,
        "@type": "Event",
        "@id": f"{_absolute('workshop', workshop.municipality.slug, workshop.pk)}#programm",
        **_facts(workshop),
        "startDate": timezone.localtime(parts[0].starts_at).isoformat(),
        "endDate": timezone.localtime(max(slot.ends_at for slot in parts)).isoformat(),
        "location": _location(workshop, parts[0]),
        "subEvent": [_event(slot.workshop, slot) for slot in parts],
    }


def _event(workshop: Workshop, slot: Slot) -> dict[str, Any]:
    town = workshop.municipality
    page = _absolute("workshop", town.slug, workshop.pk)
    status = "EventCancelled" if slot.is_cancelled else "EventScheduled"
    mode = "OnlineEventAttendanceMode" if workshop.is_online else "OfflineEventAttendanceMode"
    event: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Event",
        "@id": f"{page}#termin-{slot.pk}",
        **_facts(workshop),
        "startDate": timezone.localtime(slot.starts_at).isoformat(),
        "endDate": timezone.localtime(slot.ends_at).isoformat(),
        "eventStatus": f"{CONTEXT}/{status}",
        "eventAttendanceMode": f"{CONTEXT}/{mode}",
        "location": _location(workshop, slot),
        "maximumAttendeeCapacity": slot.capacity,
        "remainingAttendeeCapacity": slot.seats_left,
        "offers": {
            "@type": "Offer",
            "price": 0,
            "priceCurrency": "EUR",
            "availability": f"{CONTEXT}/{'SoldOut' if slot.is_full else 'InStock'}",
            "url": _absolute("book", town.slug, slot.pk),
        },
    }
    if workshop.parent:
        parent = _absolute("workshop", town.slug, workshop.parent.pk)
        event["superEvent"] = {"@type": "Event", "name": workshop.parent.title, "url": parent}
    return event


def _facts(workshop: Workshop) -> dict[str, Any]:
    """What holds for all its dates."""
    town = workshop.municipality
    facts: dict[str, Any] = {
        "name": workshop.title,
        "description": workshop.text,
        "url": _absolute("workshop", town.slug, workshop.pk),
        "inLanguage": workshop.language,
        "organizer": {
            "@type": "GovernmentOrganization",
            "name": town.official_name,
            "url": _absolute("town", town.slug),
        },
        "isAccessibleForFree": True,
    }
    if workshop.image:
        facts["image"] = f"{settings.SITE_URL}{workshop.image.url}"
    if workshop.audience:
        facts["audience"] = {"@type": "Audience", "audienceType": workshop.audience}
    return facts


def _location(workshop: Workshop, slot: Slot) -> dict[str, Any]:
    if workshop.is_online:
        # The link itself is for who has booked.
        page = _absolute("workshop", workshop.municipality.slug, workshop.pk)
        return {"@type": "VirtualLocation", "url": page}
    venue = slot.room.venue if slot.room else workshop.venue
    if venue is None:
        name = workshop.municipality.name
        return {"@type": "Place", "name": name, "address": name}
    place = {"@type": "Place", "name": venue.name, "address": _address(venue)}
    if venue.lat is not None:
        geo = {"@type": "GeoCoordinates", "latitude": venue.lat, "longitude": venue.lon}
        return {**place, "geo": geo}
    return place


def _address(venue: Venue) -> dict[str, str]:
    return {
        "@type": "PostalAddress",
        "streetAddress": venue.address,
        "postalCode": venue.postal_code,
        "addressLocality": venue.city,
        "addressCountry": "DE",
    }


def _absolute(route: str, *args: Any) -> str:
    return f"{settings.SITE_URL}{reverse(route, args=args)}"
