"""The entrances of a venue, and what two doors without a network decided differently."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from frontend.forms.devices import GateForm
from frontend.forms.fields import add_rule
from frontend.town import town_page
from participation.actors import Actor
from participation.errors import InvalidInput, NotFound, RuleBroken
from participation.models.access import Scope
from workshops import queries
from workshops.errors import SlotFull
from workshops.models import RefusedWalkIn
from workshops.services import conflicts as differences
from workshops.services import gates as entrances
from workshops.services import refused_walk_ins

PER_PAGE = 50
MOST_PARTIES = 200
MOST_SETTLED = 200


@town_page(Scope.DESK)
def gates(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """A venue's entrances; each can be renamed where it stands."""
    form = GateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = entrances.add_gate(actor=actor, venue_id=pk, **form.cleaned_data)
        except InvalidInput as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Der Eingang „%s“ ist angelegt.") % made.name)
            return redirect("desk_gates", slug=actor.town.slug, pk=pk)
    rows = [(gate, GateForm.of(gate)) for gate in queries.gates(actor, pk)]
    context = {"venue": queries.venue(actor, pk), "rows": rows, "form": form}
    return render(request, "desk/door/gates.html", context, status=422 if form.errors else 200)


@require_POST
@town_page(Scope.DESK)
def change_gate(request: HttpRequest, actor: Actor, pk: int, gate: int) -> HttpResponse:
    """Rename it, or remove it by the other button."""
    try:
        if "remove" in request.POST:
            entrances.remove_gate(actor=actor, venue_id=pk, gate_id=gate)
            messages.success(request, _("Der Eingang ist entfernt."))
        else:
            name = request.POST.get(f"name-{gate}", "")
            entrances.rename_gate(actor=actor, venue_id=pk, gate_id=gate, name=name)
            messages.success(request, _("Der Name ist gespeichert."))
    except InvalidInput as error:
        messages.error(request, str(error.message))
    return redirect("desk_gates", slug=actor.town.slug, pk=pk)


@never_cache
@require_safe
@town_page(Scope.DOOR)
def conflicts(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Who, when, at which gate, by which device; and the entry that stood already."""
    found = Paginator(queries.door_conflicts(actor, pk, settled=False), PER_PAGE)
    page = found.get_page(request.GET.get("page"))
    settled = queries.door_conflicts(actor, pk, settled=True)[:MOST_SETTLED]
    scans = [
        {**row, "skew_minutes": (row["skew_seconds"] or 0) // 60}
        for row in queries.described(actor, [*page.object_list, *settled])
    ]
    refused = list(queries.refused_walk_ins(actor, pk)[:MOST_PARTIES])
    parties = queries.refused_described(actor, refused)
    context = {
        "slot": queries.slot(actor, pk),
        "page_obj": page,
        "conflicts": [row for row in scans if not row["settled_at"]],
        "parties": [row for row in parties if not row["settled_at"]],
        "settled_conflicts": [row for row in scans if row["settled_at"]],
        "settled_parties": [row for row in parties if row["settled_at"]],
        "reasons": dict(RefusedWalkIn.Reason.choices),
        "may_plan": actor.may(Scope.DESK),
    }
    return render(request, "desk/door/conflicts.html", context)


@require_POST
@town_page(Scope.DOOR)
def refused_walk_in(request: HttpRequest, actor: Actor, pk: int, refused: int) -> HttpResponse:
    """Seats for people who are inside without one, or somebody has seen to it otherwise."""
    asked: dict[str, Any] = {"actor": actor, "slot_id": pk, "refused_id": refused}
    try:
        if "seat" in request.POST:
            seated = refused_walk_ins.seat(**asked, now=timezone.now())
            said = _("Eingebucht. Der Code ist %(code)s.") % {"code": seated.code}
        else:
            note = request.POST.get("note", "")
            refused_walk_ins.settle(**asked, note=note, now=timezone.now())
            said = _("Als geklärt vermerkt.")
    except NotFound:
        raise
    except SlotFull as error:
        left = error.extra["seats_left"]
        messages.error(request, _("So viele Plätze sind nicht frei, nur noch %s.") % left)
    except RuleBroken as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, said)
    return redirect("door_conflicts", slug=actor.town.slug, pk=pk)


@require_POST
@town_page(Scope.DOOR)
def settle_conflict(request: HttpRequest, actor: Actor, pk: int, conflict: int) -> HttpResponse:
    """Somebody has seen to it; a line may say how."""
    try:
        differences.settle(
            actor=actor,
            slot_id=pk,
            scan_id=conflict,
            note=request.POST.get("note", ""),
            now=timezone.now(),
        )
    except InvalidInput as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Als geklärt vermerkt."))
    return redirect("door_conflicts", slug=actor.town.slug, pk=pk)
