"""How large a request may be, and the answer to a larger one."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from participation.api_problems import problem_page
from participation.errors import TooLarge


def limit_for(content_type: str) -> int:
    """Bytes: forms that may carry files are the only large ones."""
    if content_type.lower().startswith("multipart/form-data"):
        return int(settings.MAX_UPLOAD_BYTES)
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


class RequestSizeMiddleware:
    """413 before anything reads the body: a problem document in the API, a page elsewhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        declared = request.META.get("CONTENT_LENGTH") or "0"
        if not declared.isdigit() or int(declared) <= limit_for(request.content_type or ""):
            return self.get_response(request)
        error = TooLarge()
        if request.path.startswith("/api/"):
            return problem_page(error.status, error.code, str(error.message))
        return render(request, "rule_broken.html", {"error": error}, status=error.status)
