"""The shared base of the REST API: who asks, what may be kept, pages of rows."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import (
    get_conditional_response,
    patch_vary_headers,
    set_response_etag,
)
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, serializers
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from participation import actors, queries, rates
from participation.actors import Actor
from participation.api_problems import PROBLEM_TYPE, problem, problem_response, rule_problem
from participation.api_replays import replayable
from participation.errors import InvalidInput, NotFound
from participation.models import ApiKey, Device, Municipality, User
from participation.services import devices

__all__ = [
    "PROBLEM_TYPE",
    "ApiView",
    "Page",
    "PageFilter",
    "client_address",
    "page_of",
    "paged",
    "problem",
    "problem_response",
    "resolve_actor",
    "rule_problem",
]

BIGGEST_ID = 2**63 - 1


def client_address(request: HttpRequest | Request) -> str:
    """The caller's network address; `config/proxy.py` has put the proxy's word in place."""
    return str(request.META.get("REMOTE_ADDR", ""))


class ApiView(APIView):
    """A view with an `actor`; `slug` in the URL names the active municipality it acts in.

    Every GET carries an ETag; every POST may be repeated with an Idempotency-Key. Writes of guests
    are counted by their network address unless a view with limits of its own turns that off.
    """

    actor: Actor
    counts_guests = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        _refuse_impossible(request, kwargs)
        super().initial(request, *args, **kwargs)
        self.actor = resolve_actor(request, kwargs.get("slug"))
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            return
        if self.counts_guests and self.actor.principal == "guest":
            caller = rates.network(client_address(request))
            rates.limit("guest-writes", caller, settings.GUEST_WRITES_A_MINUTE, 60)
        key = request.headers.get("Idempotency-Key")
        name = str(request.method).lower()
        handler = getattr(self, name, None)
        if name == "post" and key is not None and handler is not None:
            # DRF looks the handler up after this.
            setattr(self, name, replayable(self, key, _caller(request, self.actor), handler))

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        final: Response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(final, ("Authorization",))
        if request.method not in {"GET", "HEAD"}:
            final.setdefault("Cache-Control", "no-store")
        elif final.status_code == 200:
            known = getattr(self, "actor", None)
            everyone = known is not None and known.principal == "guest"
            final.setdefault("Cache-Control", "no-cache" if everyone else "private, no-cache")
            plain = request._request  # noqa: SLF001  (DRF has no other way to it)
            final.add_post_render_callback(lambda rendered: _if_changed(plain, rendered))
        return final


def _if_changed(request: HttpRequest, response: HttpResponse) -> HttpResponseBase | None:
    """304 for a reader who has just this."""
    set_response_etag(response)
    return get_conditional_response(request, etag=response["ETag"], response=response)


def _refuse_impossible(request: Request, names: dict[str, Any]) -> None:
    """Ids that no row can have, and the NUL character, which no text column takes."""
    for value in names.values():
        if (isinstance(value, int) and value > BIGGEST_ID) or "\0" in str(value):
            raise NotFound
    for name, values in request.query_params.lists():
        if any("\0" in value for value in (name, *values)):
            raise InvalidInput(
                name.replace("\0", ""), "invalid", _("Dieses Zeichen ist nicht erlaubt.")
            )


def _caller(request: Request, actor: Actor) -> str:
    """Whose Idempotency-Key it is; guests are told apart by their seat or their address."""
    if actor.principal != "guest":
        return actor.principal
    return request.headers.get("Authorization") or client_address(request)


def resolve_actor(request: Request, slug: str | None) -> Actor:
    """Key, device, person or guest; in the named municipality or in none. Raises NotFound."""
    auth = request.auth
    municipality = _municipality(slug, auth) if slug else None
    if isinstance(auth, ApiKey):
        return actors.for_key(auth, municipality or auth.municipality)
    if isinstance(auth, Device):
        devices.note_seen(auth, timezone.now())
        return actors.for_device(auth, municipality or auth.municipality)
    if isinstance(request.user, User):
        return actors.for_user(request.user, municipality, timezone.now())
    return actors.guest(municipality)


def _municipality(slug: str, auth: Any) -> Municipality:
    """The named one; that of a key or a device came with it."""
    own = auth.municipality if isinstance(auth, (ApiKey, Device)) else None
    if own is not None and own.slug == slug and own.is_active:
        return own
    return queries.active_municipality(slug)


class InvalidCursor(InvalidInput):
    def __init__(self) -> None:
        message = _("Diese Seite gibt es nicht. Bitte beginnen Sie mit der ersten.")
        super().__init__("cursor", "invalid_cursor", message)


class Page(CursorPagination):
    """`{next, previous, results}`; `?page_size` to 100; `ordering` ends in the key."""

    page_size = 20
    max_page_size = 100
    page_size_query_param = "page_size"
    cursor_query_param = "cursor"
    # Rows in a list that may share their first sorted value: a slot's guests without names.
    offset_cutoff = 100_000
    ordering: Any = ("-pk",)

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        """Raises InvalidCursor for a cursor that we did not make."""
        try:
            return super().paginate_queryset(queryset, request, view=view)
        except (exceptions.NotFound, ValidationError, ValueError, TypeError, DataError) as error:
            if self.cursor_query_param not in request.query_params:
                raise
            raise InvalidCursor from error


def paged(
    view: APIView, rows: Any, serializer: Callable[..., Any], ordering: tuple[str, ...]
) -> Response:
    """One cursor page of `rows`; `serializer(list, many=True).data` gives the results."""
    page = Page()
    page.ordering = ordering
    part: list[Any] | None = page.paginate_queryset(rows, view.request, view=view)
    return page.get_paginated_response(serializer(part, many=True).data)


class PageFilter(serializers.Serializer[Any]):
    """What every list understands; read by the cursor page itself."""

    cursor = serializers.CharField(required=False)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=100)


def page_of(name: str, row: type[serializers.BaseSerializer[Any]]) -> type[Any]:
    """The documented shape of a cursor page of `row`."""
    members = {
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": row(many=True),
    }
    return type(name, (serializers.Serializer,), members)
