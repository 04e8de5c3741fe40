"""Imprint, privacy, accessibility, plain language, sign language: the network's and each town's."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from frontend.forms.legal import BarrierForm
from frontend.town import town_page
from participation.actors import Actor
from participation.api_base import client_address
from participation.services import feedback


def imprint(request: HttpRequest) -> HttpResponse:
    return render(request, "legal/imprint.html")


def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "legal/privacy.html")


def accessibility(request: HttpRequest) -> HttpResponse:
    return _accessibility(request, None)


def plain_language(request: HttpRequest) -> HttpResponse:
    return render(request, "legal/plain_language.html")


def sign_language(request: HttpRequest) -> HttpResponse:
    return render(request, "legal/sign_language.html")


@town_page()
def town_imprint(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "legal/imprint.html", {"own_text": actor.town.imprint})


@town_page()
def town_privacy(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "legal/privacy.html", {"own_text": actor.town.privacy})


@town_page()
def town_accessibility(request: HttpRequest, actor: Actor) -> HttpResponse:
    return _accessibility(request, actor)


@town_page()
def town_plain_language(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "legal/plain_language.html", {"own_text": actor.town.plain_language})


@town_page()
def town_sign_language(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "legal/sign_language.html")


def _accessibility(request: HttpRequest, actor: Actor | None) -> HttpResponse:
    form = BarrierForm(request.POST or None)
    if form.is_valid():
        feedback.report_barrier(
            municipality=actor.town if actor else None,
            report=form.report(),
            caller=client_address(request),
        )
        messages.success(
            request, _("Danke, Ihre Meldung ist unterwegs. Wir kümmern uns um die Barriere.")
        )
        return redirect(request.path)
    context = {"form": form, "own_text": actor.town.accessibility if actor else ""}
    return render(
        request, "legal/accessibility.html", context, status=422 if form.is_bound else 200
    )
