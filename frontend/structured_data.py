"""What search engines read of an offer: schema.org events, as JSON-LD."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from workshops.models import Slot, Venue, Workshop

CONTEXT = "https://schema.org"


def events_of(workshop: Workshop, slots: Iterable[Slot]) -> list[dict[str, Any]]:
    """One event a date; the workshop's municipality, venue and parent are loaded."""
    return [_event(workshop, slot) for slot in slots if slot.state != Slot.State.DRAFT]


def _event(workshop: Workshop, slot: Slot) -> dict[str, Any]:
    town = workshop.municipality
    page = _absolute("workshop", town.slug, workshop.pk)
    status = "EventCancelled" if slot.is_cancelled else "EventScheduled"
    mode = "OnlineEventAttendanceMode" if workshop.is_online else "OfflineEventAttendanceMode"
    event: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Event",
        "@id": f"{page}#termin-{slot.pk}",
        "name": workshop.title,
        "description": workshop.text,
        "url": page,
        "inLanguage": workshop.language,
        "startDate": timezone.localtime(slot.starts_at).isoformat(),
        "endDate": timezone.localtime(slot.ends_at).isoformat(),
        "eventStatus": f"{CONTEXT}/{status}",
        "eventAttendanceMode": f"{CONTEXT}/{mode}",
        "location": _location(workshop, slot, page),
        "organizer": {
            "@type": "GovernmentOrganization",
            "name": town.official_name,
            "url": _absolute("town", town.slug),
        },
        "isAccessibleForFree": True,
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
    if workshop.image:
        event["image"] = f"{settings.SITE_URL}{workshop.image.url}"
    if workshop.audience:
        event["audience"] = {"@type": "Audience", "audienceType": workshop.audience}
    if workshop.parent:
        parent = _absolute("workshop", town.slug, workshop.parent.pk)
        event["superEvent"] = {"@type": "Event", "name": workshop.parent.title, "url": parent}
    return event


def _location(workshop: Workshop, slot: Slot, page: str) -> dict[str, Any]:
    if workshop.is_online:
        # The link itself is for who has booked.
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
