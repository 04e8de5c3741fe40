"""Devices for the door: the desk's list with its QR codes, and the page that pairs a phone."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from frontend.forms.devices import DeviceForm
from frontend.forms.fields import add_rule
from frontend.pages.bookings import qr
from frontend.town import town_page
from participation import rates, secrets
from participation.actors import DEVICE_COOKIE, Actor
from participation.api_base import client_address
from participation.errors import RuleBroken
from participation.models.access import Scope
from participation.queries import devices as stored
from participation.services import devices as pairing

PER_PAGE = 50
COOKIE_SECONDS = 365 * 24 * 3600
# A venue's Wi-Fi is one address; a pairing secret has 192 bits and is not to be guessed anyway.
PAIRINGS_AN_HOUR = 120


@never_cache
@town_page(Scope.DESK)
def devices(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All devices, and the form for a new one, which leads to its QR code."""
    now = timezone.now()
    form = DeviceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = pairing.create_device(actor=actor, now=now, **form.cleaned_data)
        except RuleBroken as error:
            add_rule(form, error)
        else:
            return redirect("desk_device", slug=actor.town.slug, device=made.pk)
    page = Paginator(stored.devices(actor, now), PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page, "now": now}
    return render(request, "desk/door/devices.html", context, status=422 if form.errors else 200)


@never_cache
@town_page(Scope.DESK)
def device(request: HttpRequest, actor: Actor, device: int) -> HttpResponse:
    """One device: its QR code as long as it waits to be paired, its name, its end."""
    now = timezone.now()
    found = stored.device(actor, device)
    form = DeviceForm(request.POST or None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        pairing.rename_device(actor=actor, device_id=device, **form.cleaned_data)
        messages.success(request, _("Der Name ist gespeichert."))
        return redirect("desk_device", slug=actor.town.slug, device=device)
    is_waiting = found.paired_at is None and found.revoked_at is None
    expires_at = found.pairing_expires_at
    context: dict[str, object] = {"device": found, "form": form, "is_waiting": is_waiting}
    if is_waiting and expires_at is not None and expires_at > now:
        path = reverse("device_pair", args=[pairing.pairing_token(found)])
        context |= {"qr": qr(settings.SITE_URL + path), "expires_at": expires_at}
    return render(request, "desk/door/device.html", context, status=422 if form.errors else 200)


@require_POST
@town_page(Scope.DESK)
def renew(request: HttpRequest, actor: Actor, device: int) -> HttpResponse:
    try:
        pairing.renew_pairing(actor=actor, device_id=device, now=timezone.now())
    except pairing.PairingUsed as error:
        messages.error(request, str(error.message))
    return redirect("desk_device", slug=actor.town.slug, device=device)


@require_POST
@town_page(Scope.DESK)
def revoke(request: HttpRequest, actor: Actor, device: int) -> HttpResponse:
    ended = pairing.revoke_device(actor=actor, device_id=device, now=timezone.now())
    messages.success(request, _("„%s“ kann nichts mehr scannen.") % ended.name)
    return redirect("desk_devices", slug=actor.town.slug)


@never_cache
def pair(request: HttpRequest, token: str) -> HttpResponse:
    """One button; the phone is then a scanner of the town's doors and of nothing else."""
    rates.limit("pairings", rates.network(client_address(request)), PAIRINGS_AN_HOUR, 3600)
    now = timezone.now()
    try:
        if request.method == "POST":
            attempt = request.POST.get("attempt", "")[:80]
            paired, secret = pairing.pair_device(token=token, attempt=attempt, now=now)
            return _paired(paired.municipality.slug, secret)
        waiting = pairing.find_pairing(token=token, now=now)
    except RuleBroken as error:
        return render(request, "door/pair_refused.html", {"error": error}, status=error.status)
    context = {"device": waiting, "attempt": secrets.new_token()}
    return render(request, "door/pair.html", context)


def _paired(slug: str, secret: str) -> HttpResponse:
    response = redirect("door", slug=slug)
    response.set_cookie(
        DEVICE_COOKIE,
        secret,
        max_age=COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
