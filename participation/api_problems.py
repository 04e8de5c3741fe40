"""The one mapping from errors to HTTP: RFC 9457 problem documents, and nothing else under /api/."""

import logging
from typing import Any

import orjson
from django.core.exceptions import (
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
)
from django.core.exceptions import (
    ValidationError as ModelInvalid,
)
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

from participation.api_formats import plain
from participation.errors import (
    DatabaseAway,
    InvalidInput,
    NotAllowed,
    NotFound,
    RuleBroken,
    TooLarge,
    TooManyRequests,
    Unavailable,
)

logger = logging.getLogger(__name__)

PROBLEM_TYPE = "application/problem+json"

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
    500: _("Fehler bei uns"),
    503: _("Gerade nicht verfügbar"),
}

CODES: dict[type[exceptions.APIException], str] = {
    exceptions.ParseError: "malformed",
    exceptions.NotAuthenticated: "unauthenticated",
    exceptions.AuthenticationFailed: "unauthenticated",
    exceptions.PermissionDenied: "forbidden",
    exceptions.Throttled: "rate_limited",
}


def problem(code: int, slug: str, detail: Any, **extra: Any) -> Response:
    """An RFC 9457 problem document; `slug` is its stable `code`."""
    return Response(_document(code, slug, detail, extra), code, content_type=PROBLEM_TYPE)


def problem_page(code: int, slug: str, detail: Any) -> HttpResponse:
    """The same outside a REST view, for paths that no view answers."""
    content = orjson.dumps(_document(code, slug, detail, {}), default=plain)
    return HttpResponse(content, status=code, content_type=PROBLEM_TYPE)


def _document(code: int, slug: str, detail: Any, extra: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": f"/api/v1/docs/#{slug}",
        "title": str(TITLES.get(code, _("Fehler"))),
        "status": code,
        "detail": str(detail),
        "code": slug,
        **extra,
    }


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Anything unknown stays an error of ours: it is logged and answered with 500."""
    if isinstance(error, RuleBroken):
        return rule_problem(error)
    if isinstance(error, (ObjectDoesNotExist, Http404)):
        return rule_problem(NotFound())
    if isinstance(error, exceptions.ValidationError):
        return _invalid(_field_errors(error.get_full_details()))
    if isinstance(error, exceptions.APIException):
        return _framework_problem(error)
    if isinstance(error, PermissionDenied):
        return rule_problem(NotAllowed())
    if isinstance(error, RequestDataTooBig):
        return rule_problem(TooLarge())
    if isinstance(error, ModelInvalid):
        return _invalid(
            [{"attr": "", "code": "invalid", "detail": text} for text in error.messages]
        )
    if isinstance(error, (DataError, OverflowError)):
        # Numbers and dates which no column holds.
        return problem(400, "out_of_range", gettext("Eine Zahl oder ein Datum ist zu groß."))
    if isinstance(error, (OperationalError, InterfaceError)):
        # The database is away or gave this one up: the same request may be sent again.
        logger.error("The database did not answer: %s", error)
        return rule_problem(DatabaseAway())
    return None


def _invalid(errors: list[dict[str, str]]) -> Response:
    return problem(400, "invalid", gettext("Bitte prüfen Sie Ihre Angaben."), errors=errors)


def rule_problem(error: RuleBroken) -> Response:
    if isinstance(error, InvalidInput):
        fields = [
            {"attr": one.attr, "code": one.code, "detail": str(one.message)} for one in error.errors
        ]
        if len(fields) > 1:
            return _invalid(fields)
        return problem(400, error.code, error.message, errors=fields)
    response = problem(error.status, error.code, error.message, **error.extra)
    if error.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if isinstance(error, (TooManyRequests, Unavailable)) and error.retry_after:
        response["Retry-After"] = str(error.retry_after)
    return response


def _framework_problem(error: exceptions.APIException) -> Response:
    response = problem(
        error.status_code, CODES.get(type(error), str(error.get_codes())), error.detail
    )
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
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
