"""The network's pages: all municipalities together."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from frontend import network_map, programme_facts
from participation import queries
from participation.guest_pages import same_for_guests


@same_for_guests
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
