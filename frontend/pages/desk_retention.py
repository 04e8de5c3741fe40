"""The desk: what is erased when, what is kept back, and the records of what is gone."""

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from frontend.forms.fields import add_rule
from frontend.forms.retention import DryRunForm, HoldForm
from frontend.town import town_page
from participation.actors import Actor
from participation.errors import InvalidInput
from participation.models.access import Scope
from workshops import privacy
from workshops.queries import day_start, retention

PER_PAGE = 30
RECORDS_SHOWN = 5


@never_cache
@require_safe
@town_page(Scope.ADMIN)
def retention_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Holds, what goes within thirty days, the latest records."""
    coming = Paginator(retention.coming(actor, timezone.now()), PER_PAGE)
    context = {
        "held": retention.held_slots(actor),
        "page_obj": coming.get_page(request.GET.get("page")),
        "records": retention.erasure_records(actor)[:RECORDS_SHOWN],
    }
    return render(request, "desk/retention/overview.html", context)


@never_cache
@require_safe
@town_page(Scope.ADMIN)
def dry_run(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the clock would erase now, or by the end of the day that is asked for."""
    now = timezone.now()
    form = DryRunForm(request.GET or {"am": timezone.localdate(now).isoformat()})
    at = now
    if form.is_valid() and request.GET:
        at = max(now, _end_of_day(form.cleaned_data["am"]))
    planned = [] if form.errors else retention.dry_run(actor, at)
    context = {
        "form": form,
        "at": at,
        "dates": [
            (one, retention.rule_text(one.rule), retention.labelled(one.counts)) for one in planned
        ],
        "rows": sum(one.rows for one in planned if not one.held_by),
    }
    return render(
        request, "desk/retention/dry_run.html", context, status=422 if form.errors else 200
    )


def _end_of_day(day: datetime) -> datetime:
    return day_start(day + retention.DAY)


@never_cache
@require_safe
@town_page(Scope.ADMIN)
def records(request: HttpRequest, actor: Actor) -> HttpResponse:
    page = Paginator(retention.erasure_records(actor), PER_PAGE)
    context = {"page_obj": page.get_page(request.GET.get("page"))}
    return render(request, "desk/retention/records.html", context)


@never_cache
@require_safe
@town_page(Scope.ADMIN)
def record(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = retention.erasure_record(actor, pk)
    context = {
        "record": found,
        "rule": retention.rule_text(found.rule),
        "by": retention.who_text(found.erased_by),
        "rows": retention.labelled(found.counts),
        "canonical": retention.canonical_json(found),
    }
    return render(request, "desk/retention/record.html", context)


@never_cache
@require_safe
@town_page(Scope.ADMIN)
def record_pdf(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = retention.erasure_record(actor, pk)
    content = privacy.record_pdf(found, language=get_language() or "de")
    name = f"loeschprotokoll-{found.pk}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@never_cache
@town_page(Scope.ADMIN)
def hold(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Set the hold of a date, or lift the one it has."""
    slot, now = retention.slot_to_hold(actor, pk), timezone.now()
    if request.method == "POST" and request.POST.get("step") == "lift":
        privacy.lift_hold(actor=actor, slot_id=pk, now=now)
        messages.success(request, _("Die Sperre ist aufgehoben. Fälliges löscht nun die Uhr."))
        return redirect("desk_retention", slug=actor.town.slug)
    form = HoldForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            privacy.set_hold(actor=actor, slot_id=pk, now=now, **form.cleaned_data)
        except InvalidInput as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Die Daten dieses Termins bleiben, bis Sie das aufheben."))
            return redirect("desk_retention", slug=actor.town.slug)
    context = {"slot": slot, "form": form, "set_by": retention.hold_set_by(actor, slot)}
    return render(request, "desk/retention/hold.html", context, status=422 if form.errors else 200)
