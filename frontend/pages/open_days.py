"""Open days: the public page with its stands, the live picture, the wall, a stand's counter."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from frontend import built_files
from frontend.forms.open_days import TapForm
from frontend.offline import worker_script
from frontend.pages.workshops import ics_response
from frontend.town import actor_of, town_page
from participation import rates, secrets
from participation.actors import Actor
from participation.errors import NotFound, RuleBroken
from participation.guest_pages import same_for_guests
from workshops import tickets
from workshops.models import OpenDay
from workshops.queries import open_days as days
from workshops.services import stand_counts

GROUPS = (5, 10, 28)
ISLANDS = ("frontend/ts/main.ts", "frontend/ts/stand.ts")


@same_for_guests
@require_safe
@town_page()
def open_day(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = days.open_day(actor, pk)
    now = timezone.now()
    context = {**_picture_context(found), "is_over": found.ends_at <= now, "now": now}
    return render(request, "open_days/open_day.html", context)


@same_for_guests
@require_safe
@town_page()
def picture(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """What the pages fetch every few seconds: for guests, made once for all of them."""
    return render(request, "open_days/picture.html", _picture_context(days.open_day(actor, pk)))


@same_for_guests
@require_safe
@town_page()
def wall(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The picture for a screen in the hall."""
    return render(request, "open_days/wall.html", _picture_context(days.open_day(actor, pk)))


def _picture_context(found: OpenDay) -> dict[str, Any]:
    return {"open_day": found, "picture": days.picture(found)}


@require_safe
@town_page()
def open_day_ics(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = days.open_day(actor, pk)
    if found.state == OpenDay.State.DRAFT:
        raise NotFound
    content = tickets.calendar_of_open_day(found, now=timezone.now())
    return ics_response(content, f"offener-tag-{found.pk}.ics")


# --- The counter ---------------------------------------------------------------------------------


@never_cache
def counter(request: HttpRequest, token: str) -> HttpResponse:
    """One huge button, opened by the stand's QR code without a log-in. Nobody is known by it.

    Without JavaScript each button is a form.
    """
    stand = days.stand_by_token(token)
    request.actor = actor_of(request, stand.open_day.municipality)  # type: ignore[attr-defined]
    if request.method == "POST":
        _tap(request, token)
        return redirect("counter", token=token)
    now = timezone.now()
    context = {
        "stand": stand,
        "open_day": stand.open_day,
        "total": days.stand_total(stand),
        "counts": stand_counts.is_counting(stand.open_day, now),
        "opens_at": stand.open_day.starts_at - stand_counts.MARGIN,
        "is_early": now < stand.open_day.starts_at,
        "groups": GROUPS,
        "client_uuid": uuid4(),
        "counts_url": f"/api/v1/stands/{token}/counts/",
    }
    response = render(request, "open_days/counter.html", context)
    # The token is all it takes to count: it is not told to the next site.
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def counter_worker(request: HttpRequest) -> HttpResponse:
    """The counters' service worker: nothing on a counter minds a newer version in between."""
    files = [*built_files.of(ISLANDS), static("favicon.svg")]
    return worker_script(
        family="stand-", files=files, pages=r"^/stand/[^/]+/$", starts_at_once=True
    )


def _tap(request: HttpRequest, token: str) -> None:
    form = TapForm(request.POST)
    if not form.is_valid():
        return
    now = timezone.now()
    tap = stand_counts.Tap(tapped_at=now, **form.cleaned_data)
    try:
        rates.limit("counter", secrets.hashed(token), settings.COUNTS_A_MINUTE, 60)
        stand_counts.count_by_token(token=token, tap=tap, now=now)
    except RuleBroken as error:
        if error.status == 404:
            raise
        messages.error(request, str(error.message))
        return
    said = ngettext("%s gezählt.", "%s gezählt.", tap.amount) % tap.amount
    messages.success(request, said if tap.amount > 0 else _("%s abgezogen.") % -tap.amount)
