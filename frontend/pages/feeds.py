"""Calendars to subscribe to: of a town, of a place, of an offer."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from frontend.town import town_page
from participation.actors import Actor
from participation.guest_pages import same_for_guests
from workshops import queries, tickets


@same_for_guests
@require_safe
@town_page()
def town(request: HttpRequest, actor: Actor) -> HttpResponse:
    return feed(actor, f"Angebote in {actor.town.name}", "angebote.ics")


@same_for_guests
@require_safe
@town_page()
def venue(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = queries.venue(actor, pk)
    return feed(actor, found.name, f"{found.slug}.ics", venue_id=pk)


@same_for_guests
@require_safe
@town_page()
def workshop(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = queries.workshop(actor, pk)
    return feed(actor, found.title, f"angebot-{pk}.ics", workshop_id=pk)


def feed(actor: Actor, name: str, file: str, **only: Any) -> HttpResponse:
    now = timezone.now()
    content = tickets.feed_of(queries.feed(actor, now=now, **only), name=name, now=now)
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": f'inline; filename="{file}"',
            "Cache-Control": "public, max-age=300" if actor.principal == "guest" else "private",
        },
    )
