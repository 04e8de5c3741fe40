"""The programme of all towns together, and how its dates stand right now."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from frontend.forms.network_programme import NetworkFilter
from frontend.pages.workshops import PER_PAGE, by_day
from frontend.templatetags.workshops import booking_state
from frontend.town import actor_of
from participation import queries as towns
from participation.guest_pages import same_for_guests
from workshops import queries


@same_for_guests
@require_safe
def programme(request: HttpRequest) -> HttpResponse:
    """By day, or, near a place, by distance."""
    actor = actor_of(request, None)
    form = NetworkFilter(
        request.GET, themes=towns.themes(actor), towns=towns.municipalities(status="active")
    )
    found = queries.network_programme(actor, **form.filters)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "form": form,
        "page_obj": page,
        "is_near": form.is_near,
        "days": [] if form.is_near else by_day(page.object_list),
        "today": timezone.localdate(),
        "now": timezone.now(),
    }
    status = 422 if form.errors else 200
    return render(request, "workshops/network.html", context, status=status)


@same_for_guests
@require_safe
def seats(request: HttpRequest) -> JsonResponse:
    """`?termin=1,2,3`: how dates stand, in the words of their badges; for pages that are open."""
    ids = [int(part) for part in request.GET.get("termin", "").split(",") if _is_id(part)]
    now = timezone.now()
    rows = []
    for slot in queries.seats(actor_of(request, None), ids):
        state = booking_state(slot, now)
        left = max(slot.seats_left, 0)
        rows.append({"id": slot.pk, "left": left, "kind": state.kind, "words": state.words})
    return JsonResponse({"slots": rows})


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18
