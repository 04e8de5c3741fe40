"""Broken rules that a page did not show beside its form become a page of their own."""

from collections.abc import Callable

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from participation.errors import RuleBroken


class RuleBrokenMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, RuleBroken) and error.status != 404:
            return render(request, "rule_broken.html", {"error": error}, status=error.status)
        if isinstance(error, (RuleBroken, ObjectDoesNotExist, Http404)):
            return render(request, "404.html", status=404)
        return None
