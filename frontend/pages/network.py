"""The network's pages: all municipalities together, the home page of each, and its desk."""

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from frontend import colors, network_map, programme_facts
from frontend.town import actor_of, town_page
from participation import queries
from participation.actors import Actor
from participation.errors import InvalidInput
from participation.models.access import Scope


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Three statements, for one municipality found or for all."""
    text = request.GET.get("q", "")[:80]
    everyone = list(queries.municipalities())
    found = list(queries.municipalities(text=text)) if text.strip() else everyone
    context = {
        "q": text,
        "found": found,
        "map": network_map.draw(everyone, highlighted={town.pk for town in found}),
        "counts": programme_facts.counts(everyone),
        "timeline": programme_facts.timeline(),
    }
    return render(request, "network/home.html", context)


@require_safe
def town(request: HttpRequest, slug: str) -> HttpResponse:
    """An open town's home page; of any other municipality what is known, and how it could join."""
    municipality = queries.municipality_by_slug(slug)
    accessions = queries.accessions(municipality)
    if not municipality.is_active:
        context = {"municipality": municipality, "accessions": accessions}
        return render(request, "network/not_joined.html", context)
    request.actor = actor_of(request, municipality)  # type: ignore[attr-defined]
    return render(request, "network/town.html", {"accessions": accessions})


@require_safe
@town_page()
def town_style(request: HttpRequest, actor: Actor) -> HttpResponseBase | None:
    """The town's colour as a stylesheet of its own; one too pale leaves KERN's."""
    try:
        pair = colors.derive_pair(actor.town.brand_color)
    except InvalidInput:
        pair = None
    content = render(request, "network/town_style.css", {"pair": pair}, content_type="text/css")
    content["Cache-Control"] = "public, max-age=3600"
    content["ETag"] = quote_etag(hashlib.sha256(content.content).hexdigest()[:16])
    return get_conditional_response(request, etag=content["ETag"], response=content)


@require_safe
@town_page(Scope.READ)
def desk(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "desk/home.html")
