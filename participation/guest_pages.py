"""Pages that are the same for every guest: made once, then kept for two seconds.

Most of what a town's site does is to show the same few lists to many people at once. What is kept
may be that much out of date, and nothing rests on it: every booking and every vote is checked again
when it is written.
"""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers, set_response_etag
from django.utils.translation import get_language

from participation import secrets

View = Callable[..., HttpResponseBase]

# Neither changes who somebody is. With any other cookie the page is made for its reader alone.
HARMLESS_COOKIES = frozenset({settings.LANGUAGE_COOKIE_NAME, settings.CSRF_COOKIE_NAME})


@dataclass(frozen=True, slots=True)
class KeptPage:
    """Kept as it leaves: there is no secret in it that a compressed length could give away."""

    content: bytes
    gzipped: bytes
    headers: dict[str, str]

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        """The page, or 304 for a reader who has just this."""
        if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
            response = HttpResponse(self.gzipped, headers=self.headers)
            response["Content-Encoding"] = "gzip"
        else:
            response = HttpResponse(self.content, headers=self.headers)
        return (
            get_conditional_response(request, etag=response["ETag"], response=response) or response
        )


def same_for_guests(view: View) -> View:
    """Answer a guest's GET with what another guest was shown `GUEST_PAGE_SECONDS` ago at most.

    Kept in the process's memory, for each address, language and format. A page that is not 200,
    sets a cookie or holds a CSRF token is never kept.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not _is_guest(request):
            return view(request, *args, **kwargs)
        pages = caches["guest_pages"]
        key = _key(request)
        page: KeptPage | None = pages.get(key)
        if page is None:
            # The whole page, whatever the reader has already: that is compared with what is kept.
            known = request.META.pop("HTTP_IF_NONE_MATCH", "")
            response: Any = view(request, *args, **kwargs)
            if hasattr(response, "render"):
                response = response.render()
            request.META["HTTP_IF_NONE_MATCH"] = known
            if not _may_be_kept(request, response):
                return response  # type: ignore[no-any-return]
            page = _kept(response)
            pages.set(key, page, settings.GUEST_PAGE_SECONDS)
        return page.answer(request)

    return answered


def _is_guest(request: HttpRequest) -> bool:
    return (
        request.method == "GET"
        and "HTTP_AUTHORIZATION" not in request.META
        and request.COOKIES.keys() <= HARMLESS_COOKIES
    )


def _key(request: HttpRequest) -> str:
    wanted = (get_language(), request.META.get("HTTP_ACCEPT", ""), request.build_absolute_uri())
    return secrets.hashed(repr(wanted))


def _may_be_kept(request: HttpRequest, response: HttpResponseBase) -> bool:
    shows_token = request.META.get("CSRF_COOKIE_NEEDS_UPDATE", False)
    return response.status_code == 200 and not response.cookies and not shows_token


def _kept(response: HttpResponse) -> KeptPage:
    patch_vary_headers(response, ("Cookie", "Authorization", "Accept-Encoding"))
    response.headers.setdefault("Cache-Control", "no-cache")
    set_response_etag(response)
    # Weak: it names the page, compressed or not.
    response["ETag"] = f"W/{response['ETag']}"
    gzipped = gzip.compress(response.content, compresslevel=6, mtime=0)
    return KeptPage(response.content, gzipped, dict(response.headers))
