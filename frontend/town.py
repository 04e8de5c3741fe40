"""The frame of a town's page: which municipality, who is looking, and may they."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from participation import actors, queries
from participation.actors import Actor
from participation.errors import LoginRequired
from participation.models import User
from participation.models.access import Scope
from participation.services import devices

View = Callable[..., HttpResponseBase]


def town_page(scope: Scope | None = None) -> Callable[[View], View]:
    """Turn `slug` into an `Actor`: the page is called as `page(request, actor, **kwargs)`.

    Unknown and closed towns are 404. With a `scope`, guests go to the log-in and come back;
    people whose role is too small get 403.
    """

    def wrap(page: View) -> View:
        @wraps(page)
        def framed(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponseBase:
            municipality = queries.active_municipality(slug)
            at_door = scope == Scope.DOOR
            actor = (
                door_actor_of(request, municipality) if at_door else actor_of(request, municipality)
            )
            request.actor = actor  # type: ignore[attr-defined]  # read by the context processor
            if scope is not None:
                try:
                    actor.require(scope)
                except LoginRequired:
                    if at_door and actors.DEVICE_COOKIE in request.COOKIES:
                        return render(request, "door/unpaired.html", status=403)
                    return redirect_to_login(request.get_full_path())
            return page(request, actor, **kwargs)

        return framed

    return wrap


def other_towns(actor: Actor) -> list[tuple[str, str]]:
    """The open towns besides this one, as a form offers them: slug and name."""
    found = queries.municipalities(status="active")
    return [(row.slug, row.name) for row in found if row.pk != actor.town.pk]


def actor_of(request: HttpRequest, municipality: Any) -> Actor:
    user: User | AnonymousUser = request.user
    return actors.for_user(user, municipality, timezone.now())


def door_actor_of(request: HttpRequest, municipality: Any) -> Actor:
    """The person who is logged in, else the device this browser is paired as."""
    token = request.COOKIES.get(actors.DEVICE_COOKIE)
    if request.user.is_authenticated or not token:
        return actor_of(request, municipality)
    device = actors.find_device(token)
    if device is None:
        return actors.guest(municipality)
    devices.note_seen(device, timezone.now())
    return actors.for_device(device, municipality)
