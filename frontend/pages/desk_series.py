"""The desk: dates by a recurrence rule, seen before they are made, and called off together."""

import hashlib

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from frontend.forms.fields import add_rule
from frontend.forms.series import SeriesForm, SeriesStepForm
from frontend.town import town_page
from participation.actors import Actor
from participation.errors import InvalidInput, RuleBroken
from participation.models.access import Scope
from workshops import queries
from workshops.models import Series, Slot
from workshops.services import series as planning
from workshops.services.recurrence import PlannedDate


@town_page(Scope.DESK)
def new_series(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """First the dates are shown; the buttons that make them hold for what has been shown."""
    found = queries.workshop(actor, pk)
    form = SeriesForm(
        request.POST if request.method == "POST" else None, venues=queries.venues(actor)
    )
    planned: list[PlannedDate] = []
    if request.method == "POST" and form.is_valid():
        first = form.details()
        try:
            planned = planning.preview(
                actor=actor, rule=form.rule, starts_at=first.starts_at, ends_at=first.ends_at
            )
            if "step" in request.POST and form.cleaned_data["seen"] == fingerprint(planned):
                is_open = request.POST["step"] == "open"
                made = planning.create_series(
                    actor=actor,
                    workshop_id=pk,
                    rule=form.rule,
                    first=first,
                    state=Slot.State.OPEN if is_open else Slot.State.DRAFT,
                )
                messages.success(request, _("Die Termine sind angelegt."))
                return redirect("desk_series", slug=actor.town.slug, pk=made.pk)
        except InvalidInput as error:
            add_rule(form, error, field="count")
    context = {
        "workshop": found,
        "form": form,
        "planned": planned,
        "seen": fingerprint(planned),
        "has_shifted": any(row.is_shifted for row in planned),
    }
    status = 422 if form.errors else 200
    return render(request, "desk/workshops/series_new.html", context, status=status)


def fingerprint(planned: list[PlannedDate]) -> str:
    """Of the dates that were shown."""
    moments = ",".join(row.starts_at.isoformat() for row in planned)
    return hashlib.sha256(moments.encode()).hexdigest()[:16]


@town_page(Scope.DESK)
def series(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = queries.series(actor, pk)
    form = SeriesStepForm(
        slots=upcoming(found), initial={"slot": request.GET.get("termin"), "applies_to": "one"}
    )
    return series_page(request, found, form)


@require_POST
@town_page(Scope.DESK)
def series_step(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Open, call off or remove; the last two take a second page."""
    found = queries.series(actor, pk)
    step = request.POST.get("step", "")
    now = timezone.now()
    slots = upcoming(found)
    if step == "open" and slots:
        opened = planning.open_dates(actor=actor, slot_id=slots[0].pk, now=now)
        words = ngettext(
            "Ein Termin kann jetzt gebucht werden.",
            "%(count)s Termine können jetzt gebucht werden.",
            opened or 1,
        )
        messages.success(request, words % {"count": opened})
        return redirect("desk_series", slug=actor.town.slug, pk=pk)
    form = SeriesStepForm(request.POST, slots=slots)
    if not form.is_valid():
        return series_page(request, found, form)
    if "sure" not in request.POST:
        context = {"series": found, "step": step, "form": form, "hit": hit(form, slots)}
        return render(request, "desk/workshops/series_sure.html", context)
    chosen = {"slot_id": form.cleaned_data["slot"], "reach": form.cleaned_data["applies_to"]}
    try:
        if step == "remove":
            planning.remove_dates(actor=actor, now=now, **chosen)
            messages.success(request, _("Die Termine sind aus dem Programm genommen."))
        else:
            planning.cancel_dates(actor=actor, now=now, **chosen)
            messages.success(
                request, _("Die Termine sind abgesagt. Alle mit E-Mail-Adresse bekommen eine Mail.")
            )
    except RuleBroken as error:
        messages.error(request, str(error.message))
    return redirect("desk_series", slug=actor.town.slug, pk=pk)


def series_page(request: HttpRequest, found: Series, form: SeriesStepForm) -> HttpResponse:
    slots = list(found.slots.all())
    context = {
        "series": found,
        "slots": slots,
        "form": form,
        "has_upcoming": bool(upcoming(found)),
        "drafts": sum(slot.state == Slot.State.DRAFT for slot in slots),
        "now": timezone.now(),
    }
    status = 422 if form.errors else 200
    return render(request, "desk/workshops/series.html", context, status=status)


def upcoming(found: Series) -> list[Slot]:
    now = timezone.now()
    states = (Slot.State.DRAFT, Slot.State.OPEN, Slot.State.CLOSED)
    return [slot for slot in found.slots.all() if slot.ends_at > now and slot.state in states]


def hit(form: SeriesStepForm, slots: list[Slot]) -> list[Slot]:
    """The dates that the step is for, as the service chooses them."""
    reach = form.cleaned_data["applies_to"]
    chosen = next(slot for slot in slots if slot.pk == form.cleaned_data["slot"])
    if reach == planning.Reach.ONE:
        return [chosen]
    if reach == planning.Reach.ALL:
        return slots
    return [
        slot
        for slot in slots
        if slot.series_date and chosen.series_date and slot.series_date >= chosen.series_date
    ]
