"""The shared base of the REST API: who asks, errors, pages of rows, replays of POSTs."""

import hashlib
from collections.abc import Callable
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, OperationalError, connection, transaction
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from participation import actors, queries
from participation.actors import Actor
from participation.api_formats import JSONRenderer
from participation.errors import InvalidInput, NotFound, RuleBroken, TooManyRequests
from participation.models import ApiKey, Device, IdempotencyRecord, User

PROBLEM_TYPE = "application/problem+json"


def client_address(request: HttpRequest | Request) -> str:
    """The caller's network address; `config/asgi.py` has put the proxy's word in place."""
    return str(request.META.get("REMOTE_ADDR", ""))


# --- Errors --------------------------------------------------------------------------------------

TITLES = {
    400: _("Ungültige Anfrage"),
    401: _("Nicht angemeldet"),
    403: _("Nicht erlaubt"),
    404: _("Nicht gefunden"),
    405: _("Methode nicht erlaubt"),
    406: _("Format nicht verfügbar"),
    409: _("Geht gerade nicht"),
    410: _("Nicht mehr da"),
    413: _("Zu groß"),
    415: _("Format nicht unterstützt"),
    422: _("Passt nicht zur ersten Anfrage"),
    429: _("Zu viele Anfragen"),
}


def problem(code: int, slug: str, detail: Any, **extra: Any) -> Response:
    """An RFC 9457 problem document."""
    body = {
        "type": f"/api/v1/docs/#{slug}",
        "title": str(TITLES.get(code, _("Fehler"))),
        "status": code,
        "detail": str(detail),
        "code": slug,
        **extra,
    }
    return Response(body, status=code, content_type=PROBLEM_TYPE)


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """The one mapping from errors to HTTP; anything unknown stays an error of ours."""
    if isinstance(error, RuleBroken):
        return _rule_problem(error)
    if isinstance(error, (ObjectDoesNotExist, Http404)):
        return _rule_problem(NotFound())
    if isinstance(error, exceptions.ValidationError):
        return problem(
            400,
            "invalid",
            gettext("Bitte prüfen Sie Ihre Angaben."),
            errors=_field_errors(error.get_full_details()),
        )
    if isinstance(error, exceptions.APIException):
        return _framework_problem(error)
    return None


def _rule_problem(error: RuleBroken) -> Response:
    if isinstance(error, InvalidInput):
        fields = [{"attr": error.attr, "code": error.code, "detail": str(error.message)}]
        return problem(400, error.code, error.message, errors=fields)
    response = problem(error.status, error.code, error.message, **error.extra)
    if isinstance(error, TooManyRequests):
        response["Retry-After"] = str(error.retry_after)
    return response


def _framework_problem(error: exceptions.APIException) -> Response:
    codes = {
        exceptions.ParseError: "malformed",
        exceptions.NotAuthenticated: "unauthenticated",
        exceptions.AuthenticationFailed: "unauthenticated",
        exceptions.PermissionDenied: "forbidden",
        exceptions.Throttled: "rate_limited",
    }
    slug = codes.get(type(error), str(error.get_codes()))
    response = problem(error.status_code, slug, error.detail)
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    if isinstance(error, exceptions.Throttled):
        response["Retry-After"] = str(int(getattr(error, "wait", None) or 1))
    return response


def _field_errors(details: Any, attr: str = "") -> list[dict[str, str]]:
    """DRF's nested details as a flat list; `attr` is a dotted path."""
    if isinstance(details, dict) and "message" in details and "code" in details:
        return [{"attr": attr, "code": str(details["code"]), "detail": str(details["message"])}]
    if isinstance(details, dict):
        pairs: Any = (
            (name if name != "non_field_errors" else "", value) for name, value in details.items()
        )
    else:
        flat = all(
            isinstance(item, dict) and "code" in item and "message" in item for item in details
        )
        pairs = (("" if flat else str(index), value) for index, value in enumerate(details))
    return [
        row
        for name, value in pairs
        for row in _field_errors(value, ".".join(part for part in (attr, str(name)) if part))
    ]


# --- Views ---------------------------------------------------------------------------------------


class ApiView(APIView):
    """A view with an `actor`; `slug` in the URL names the active municipality it acts in."""

    actor: Actor

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        slug = kwargs.get("slug")
        self.actor = resolve_actor(request, slug)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key", "")
        if request.method != "POST" or not key:
            return super().dispatch(request, *args, **kwargs)
        return replayable(
            self, key, request, lambda: super(ApiView, self).dispatch(request, *args, **kwargs)
        )


def resolve_actor(request: Request, slug: str | None) -> Actor:
    """Key, device, person or guest; in the named municipality or in none. Raises NotFound."""
    municipality = queries.active_municipality(slug) if slug else None
    auth = request.auth
    if isinstance(auth, ApiKey):
        return actors.for_key(auth, municipality or auth.municipality)
    if isinstance(auth, Device):
        return actors.for_device(auth, municipality or auth.municipality)
    if isinstance(request.user, User):
        return actors.for_user(request.user, municipality, timezone.now())
    return actors.guest(municipality)


class Page(CursorPagination):
    """`{next, previous, results}`; `?page_size` to 100. Views set `ordering`, ending in `pk`."""

    page_size = 20
    max_page_size = 100
    page_size_query_param = "page_size"
    cursor_query_param = "cursor"
    ordering: Any = ("-pk",)


def paged(
    view: APIView, rows: Any, serializer: Callable[..., Any], ordering: tuple[str, ...]
) -> Response:
    """One cursor page of `rows`; `serializer(list, many=True).data` gives the results."""
    page = Page()
    page.ordering = ordering
    part: list[Any] | None = page.paginate_queryset(rows, view.request, view=view)
    return page.get_paginated_response(serializer(part, many=True).data)


# --- Replays -------------------------------------------------------------------------------------


class IdempotencyMismatch(RuleBroken):
    status = 422
    code = "idempotency_mismatch"
    message = _("Dieser Idempotency-Key gehört zu einer anderen Anfrage.")


class IdempotencyInProgress(RuleBroken):
    code = "idempotency_in_progress"
    message = _("Die erste Anfrage mit diesem Idempotency-Key läuft noch.")


class BadIdempotencyKey(RuleBroken):
    status = 400
    code = "bad_idempotency_key"
    message = _("Ein Idempotency-Key hat 1 bis 120 druckbare Zeichen.")


def replayable(view: ApiView, key: str, request: HttpRequest, answer: Callable[[], Any]) -> Any:
    """Answer once; give the same answer to every later POST with this key.

    The record and what the view writes share one transaction, so a killed process leaves either
    both or neither. While the first runs, PostgreSQL answers 409 after a second; SQLite, which lets
    one writer in at a time, waits for the first and replays it. Answers of 5xx are not kept.
    """
    if len(key) > 120 or not key.isprintable():
        return _early(view, request, BadIdempotencyKey())
    try:
        with transaction.atomic():
            record = _first_record(request, key)
            if record.status:
                return _replay(view, request, record)
            response = answer()
            if response.status_code >= status.HTTP_500_INTERNAL_SERVER_ERROR:
                transaction.set_rollback(True)
                return response
            response.render()
            record.status = response.status_code
            record.body = orjson.loads(response.content or b"null")
            record.save(update_fields=["status", "body"])
            return response
    except (IdempotencyMismatch, IdempotencyInProgress) as error:
        return _early(view, request, error)


def _first_record(request: HttpRequest, key: str) -> IdempotencyRecord:
    # The credential where there is one; guests are told apart by their address.
    caller = (
        request.headers.get("Authorization")
        or request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        or client_address(request)
    )
    principal = hashlib.sha256(caller.encode()).hexdigest()
    body = hashlib.sha256(request.body).hexdigest()
    fingerprint = hashlib.sha256(
        f"{request.method} {request.get_full_path()} {body}".encode()
    ).hexdigest()
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '1s'")
            record, _created = IdempotencyRecord.objects.get_or_create(
                principal=principal,
                key=key,
                defaults={"fingerprint": fingerprint, "created_at": timezone.now()},
            )
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = 0")
    except (OperationalError, IntegrityError) as error:
        raise IdempotencyInProgress from error
    if record.fingerprint != fingerprint:
        raise IdempotencyMismatch
    return record


def _replay(view: ApiView, request: HttpRequest, record: IdempotencyRecord) -> Any:
    response = Response(record.body, status=record.status)
    if record.status >= status.HTTP_400_BAD_REQUEST:
        response.content_type = PROBLEM_TYPE
    response["Idempotency-Replayed"] = "true"
    return _rendered(view, request, response)


def _early(view: ApiView, request: HttpRequest, error: RuleBroken) -> Any:
    return _rendered(view, request, _rule_problem(error))


def _rendered(view: ApiView, request: HttpRequest, response: Response) -> Any:
    response.accepted_renderer = JSONRenderer()
    response.accepted_media_type = JSONRenderer.media_type
    response.renderer_context = {"view": view, "request": request}  # type: ignore[attr-defined]
    return response
