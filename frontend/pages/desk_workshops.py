"""The desk: what the town offers, and its dates."""

from dataclasses import asdict

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from frontend.forms.fields import add_rule
from frontend.forms.workshops import SlotChangeForm, SlotForm, WorkshopForm
from frontend.town import town_page
from participation import queries as towns
from participation.actors import Actor
from participation.errors import InvalidInput, RuleBroken
from participation.models.access import Scope
from workshops import queries
from workshops.errors import CapacityTooSmall, DateTooFull
from workshops.models import Slot, Workshop
from workshops.services import programme as planning
from workshops.services import scheduling, series

PER_PAGE = 30


@town_page(Scope.DESK)
def programme(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The coming dates first: they are what needs looking after. Below them all offers."""
    now = timezone.now()
    upcoming = queries.programme(actor, from_date=timezone.localdate(now))
    offers = Paginator(queries.workshops(actor), PER_PAGE).get_page(request.GET.get("page"))
    context = {"slots": upcoming[:PER_PAGE], "page_obj": offers, "now": now}
    return render(request, "desk/workshops/programme.html", context)


@town_page(Scope.DESK)
def new_workshop(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = WorkshopForm(
        request.POST if request.method == "POST" else None,
        themes=towns.themes(actor),
        venues=queries.venues(actor),
        events=queries.events(actor),
    )
    if request.method == "POST" and form.is_valid():
        try:
            workshop = planning.create_workshop(
                actor=actor, details=form.details(), state=Workshop.State.DRAFT
            )
        except InvalidInput as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Das Angebot ist angelegt. Legen Sie nun Termine an."))
            return redirect("desk_workshop", slug=actor.town.slug, pk=workshop.pk)
    status = 422 if form.errors else 200
    return render(request, "desk/workshops/new_workshop.html", {"form": form}, status=status)


@town_page(Scope.DESK)
def edit_workshop(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = queries.own_workshop(actor, pk)
    form = WorkshopForm(
        request.POST if request.method == "POST" else None,
        themes=towns.themes(actor),
        venues=queries.venues(actor),
        events=queries.events(actor, besides=pk),
        initial=WorkshopForm.initial_of(found),
    )
    if request.method == "POST" and form.is_valid():
        changes = asdict(form.details())
        try:
            planning.change_workshop(actor=actor, workshop_id=pk, changes=changes)
        except RuleBroken as error:
            add_rule(form, error)
        else:
            if found.is_template:
                messages.success(request, _("Die Vorlage ist gespeichert."))
                return redirect("desk_templates", slug=actor.town.slug)
            messages.success(request, _("Das Angebot ist gespeichert."))
            return redirect("desk_workshop", slug=actor.town.slug, pk=pk)
    context = {"workshop": found, "form": form}
    return render(
        request, "desk/workshops/edit_workshop.html", context, status=422 if form.errors else 200
    )


@town_page(Scope.DESK)
def workshop(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = queries.workshop(actor, pk)
    dates = Paginator(queries.slots_of_workshop(actor, pk), PER_PAGE)
    context = {
        "workshop": found,
        "page_obj": dates.get_page(request.GET.get("page")),
        "series": queries.series_of_workshop(actor, pk),
        "now": timezone.now(),
    }
    return render(request, "desk/workshops/workshop.html", context)


@require_POST
@town_page(Scope.DESK)
def workshop_step(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Publish or archive."""
    try:
        if request.POST.get("step") == "archive":
            planning.archive_workshop(actor=actor, workshop_id=pk, now=timezone.now())
            messages.success(request, _("Das Angebot ist archiviert."))
        else:
            planning.publish_workshop(actor=actor, workshop_id=pk)
            messages.success(request, _("Das Angebot steht jetzt im Programm."))
    except RuleBroken as error:
        if error.status == 404:
            raise
        messages.error(request, str(error.message))
    return redirect("desk_workshop", slug=actor.town.slug, pk=pk)


@town_page(Scope.DESK)
def new_slot(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = queries.workshop(actor, pk)
    form = SlotForm(
        request.POST if request.method == "POST" else None, venues=queries.venues(actor)
    )
    if request.method == "POST" and form.is_valid():
        state = Slot.State.OPEN if "open" in request.POST else Slot.State.DRAFT
        try:
            slot = scheduling.create_slot(
                actor=actor, workshop_id=pk, details=form.details(), state=state
            )
        except InvalidInput as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Der Termin ist angelegt."))
            return redirect("desk_slot", slug=actor.town.slug, pk=slot.pk)
    context = {"workshop": found, "form": form}
    return render(
        request, "desk/workshops/new_slot.html", context, status=422 if form.errors else 200
    )


@town_page(Scope.DESK)
def edit_slot(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = queries.slot(actor, pk)
    form = SlotChangeForm(
        request.POST if request.method == "POST" else None,
        venues=queries.venues(actor),
        in_series=found.series_id is not None,
        initial=SlotChangeForm.initial_of(found),
    )
    if request.method == "POST" and form.is_valid():
        changes = asdict(form.details())
        try:
            changed = series.change_dates(
                actor=actor, slot_id=pk, changes=changes, reach=form.reach, now=timezone.now()
            )
        except (CapacityTooSmall, DateTooFull) as error:
            add_rule(form, error, field="capacity")
        except RuleBroken as error:
            add_rule(form, error)
        else:
            words = ngettext(
                "Der Termin ist gespeichert.", "%(count)s Termine sind gespeichert.", changed or 1
            )
            messages.success(request, words % {"count": changed})
            return redirect("desk_slot", slug=actor.town.slug, pk=pk)
    context = {"slot": found, "form": form}
    return render(
        request, "desk/workshops/edit_slot.html", context, status=422 if form.errors else 200
    )
