"""Prepare an evening: its settings, copies of it, templates of the network, rehearsals."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.forms.fields import add_rule
from frontend.forms.live_settings import CopyForm, SettingsForm
from frontend.pages.desk_live import coming_slots
from frontend.town import town_page
from participation.actors import Actor
from participation.errors import RuleBroken
from participation.models.access import Scope
from polls import queries
from polls.models import LiveSession
from polls.services import bans, copies, sessions

PER_PAGE = 30


@town_page(Scope.LIVE)
def settings(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """What may still change of this evening, how to copy it, and who is kept out."""
    session = queries.own_session(actor, code)
    form = SettingsForm(
        request.POST if request.method == "POST" else None,
        session=session,
        slots=coming_slots(actor),
    )
    if request.method == "POST" and form.is_valid():
        try:
            sessions.change_settings(
                actor=actor, code=session.code, changes=form.changes(), now=timezone.now()
            )
        except RuleBroken as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Die Einstellungen sind gespeichert."))
            return redirect("desk_live_run", slug=actor.town.slug, code=session.code)
    return _settings_page(request, session, form, CopyForm())


@require_POST
@town_page(Scope.LIVE)
def copy(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """A copy of a session of this town, or of a template that another town shares."""
    form = CopyForm(request.POST)
    if not form.is_valid():
        session = queries.own_session(actor, code)
        settings_form = SettingsForm(session=session, slots=coming_slots(actor))
        return _settings_page(request, session, settings_form, form)
    fresh = copies.copy_session(actor=actor, code=code, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _told(fresh.kind))
    return redirect("desk_live_run", slug=actor.town.slug, code=fresh.code)


@require_POST
@town_page(Scope.LIVE)
def remove(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Delete what was never live."""
    session = queries.own_session(actor, code)
    try:
        copies.remove_prepared(actor=actor, code=session.code)
    except RuleBroken as error:
        messages.error(request, str(error.message))
        return redirect("desk_live_settings", slug=actor.town.slug, code=session.code)
    messages.success(request, _("„%(title)s“ ist gelöscht.") % {"title": session.title})
    return redirect("desk_live", slug=actor.town.slug)


@town_page(Scope.LIVE)
def templates(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The town's own templates and those that others share."""
    page = Paginator(queries.templates(actor), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/live/templates.html", {"page_obj": page})


def _settings_page(
    request: HttpRequest, session: LiveSession, form: SettingsForm, copy_form: CopyForm
) -> HttpResponse:
    context = {
        "session": session,
        "code": session.code,
        "form": form,
        "copy_form": copy_form,
        "bans": [
            {"name": bans.name_of(seat.pk), "at": seat.banned_at} for seat in queries.bans(session)
        ],
    }
    failed = bool(form.errors or copy_form.errors)
    return render(request, "desk/live/settings.html", context, status=422 if failed else 200)


def _told(kind: str) -> str:
    if kind == LiveSession.Kind.TEMPLATE:
        return _("Die Vorlage ist gespeichert.")
    if kind == LiveSession.Kind.REHEARSAL:
        return _("Die Probe steht bereit. Sie hat einen eigenen Code.")
    return _("Die Kopie steht bereit.")
