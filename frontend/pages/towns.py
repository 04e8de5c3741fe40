"""A town's home page, its stylesheet, and its desk's overview."""

import hashlib
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from frontend.town import actor_of, town_page
from participation import colors, queries
from participation.actors import Actor
from participation.errors import InvalidInput
from participation.guest_pages import same_for_guests
from participation.models.access import Scope
from participation.queries import ideas as ideas_queries
from participation.queries import inbox
from polls import queries as polls_queries
from workshops import queries as workshops_queries
from workshops.models import Slot
from workshops.queries import open_days

SLOTS_SHOWN = 6
IDEAS_SHOWN = 3
OPEN_DAYS_SHOWN = 3
EVENINGS_SHOWN = 3
COMING_STATES = {Slot.State.OPEN, Slot.State.CLOSED, Slot.State.RUNNING}


@same_for_guests
@require_safe
def home(request: HttpRequest, slug: str) -> HttpResponse:
    """An open town's home page; of any other municipality what is known, and how it could join."""
    municipality = queries.municipality_by_slug(slug)
    accessions = queries.accessions(municipality)
    if not municipality.is_active:
        context = {"municipality": municipality, "accessions": accessions}
        return render(request, "network/not_joined.html", context)
    actor = actor_of(request, municipality)
    request.actor = actor  # type: ignore[attr-defined]  # read by the context processor
    context = {"accessions": accessions, **_what_goes_on(actor, timezone.now())}
    return render(request, "network/town.html", context)


def _what_goes_on(actor: Actor, now: datetime) -> dict[str, object]:
    """Four statements: the next dates, open days, the newest ideas, the live sessions."""
    coming = workshops_queries.programme(actor, from_date=now)[: 2 * SLOTS_SHOWN]
    return {
        "slots": [slot for slot in coming if slot.state in COMING_STATES][:SLOTS_SHOWN],
        "open_days": open_days.coming_open_days(actor, now)[:OPEN_DAYS_SHOWN],
        "ideas": ideas_queries.ideas(actor)[:IDEAS_SHOWN],
        "evenings": polls_queries.current_sessions(actor)[:EVENINGS_SHOWN],
    }


@require_safe
def style(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The town's colour as a stylesheet of its own; one too pale leaves KERN's."""
    try:
        pair = colors.derive_pair(queries.active_municipality(slug).brand_color)
    except InvalidInput:
        pair = None
    content = render_to_string("network/town_style.css", {"pair": pair}).encode()
    response = HttpResponse(content, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    response["ETag"] = quote_etag(hashlib.sha256(content).hexdigest()[:16])
    return get_conditional_response(request, response["ETag"], None, response) or response


@never_cache
@require_safe
@town_page(Scope.READ)
def desk(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits for this person: calls, ideas, tonight's doors, full dates."""
    now = timezone.now()
    context = {
        "ideas": inbox.inbox_counts(actor, now) if actor.may(Scope.MODERATE) else None,
        "doors": workshops_queries.door_slots(actor, now) if actor.may(Scope.DOOR) else None,
        "callers": workshops_queries.callers_with_seats(actor) if actor.may(Scope.DESK) else None,
        "full": workshops_queries.full_dates(actor, now) if actor.may(Scope.DESK) else None,
    }
    return render(request, "desk/home.html", context)
