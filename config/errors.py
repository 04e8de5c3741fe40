"""What no view answers: a problem document under /api/, a page elsewhere."""

import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.template import loader
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt

from participation.api_problems import problem_page
from participation.errors import DatabaseAway


def is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        detail = _("Diese Anfrage können wir nicht lesen.")
        return problem_page(HTTPStatus.BAD_REQUEST, "malformed", detail)
    return defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        detail = _("Dafür reicht Ihre Rolle nicht aus.")
        return problem_page(HTTPStatus.FORBIDDEN, "forbidden", detail)
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        detail = _("Diese Adresse gibt es in der API nicht. Alle stehen unter /api/v1/docs/.")
        return problem_page(HTTPStatus.NOT_FOUND, "not_found", detail)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls this while it handles the error, wherever it came up: view, template or
    middleware. A database that is away is no fault of ours, and may soon be back.
    """
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        return _database_away(request)
    if is_api(request):
        detail = _("Das hat bei uns nicht geklappt. Bitte versuchen Sie es später noch einmal.")
        return problem_page(HTTPStatus.INTERNAL_SERVER_ERROR, "server_error", detail)
    return defaults.server_error(request)


def _database_away(request: HttpRequest) -> HttpResponse:
    """Asks the database for nothing: a static text, without town, language or person."""
    if is_api(request):
        response = problem_page(DatabaseAway.status, DatabaseAway.code, DatabaseAway.message)
    else:
        response = HttpResponse(loader.get_template("503.html").render(), status=503)
    response["Retry-After"] = str(DatabaseAway.retry_after)
    response["Cache-Control"] = "no-store"
    return response


@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponse:
    """Under /api/ and no view's: the same address with its slash, or 404."""
    with_slash = f"{request.path_info}/"
    if not request.path_info.endswith("/") and _is_view(with_slash):
        query = request.META.get("QUERY_STRING", "")
        target = f"{with_slash}?{query}" if query else with_slash
        # 308: a POST stays a POST and keeps its body.
        return HttpResponsePermanentRedirect(target, preserve_request=True)
    return not_found(request, Http404())


def _is_view(path: str) -> bool:
    try:
        return resolve(path).func is not unknown
    except Resolver404:
        return False
