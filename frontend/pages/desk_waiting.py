"""The desk: who waits for seats of a date, in the order they are served."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.forms.desk_bookings import CallerForm, PriorityForm
from frontend.forms.fields import add_rule
from frontend.town import town_page
from participation.actors import Actor
from participation.errors import InvalidInput, RuleBroken
from participation.models.access import Scope
from workshops import queries
from workshops.models import WaitEntry
from workshops.services import waiting as waiting_list

SHOWN = 200


@town_page(Scope.DESK)
def waiting(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The list; the form puts a caller on it."""
    found = queries.slot(actor, pk)
    form = CallerForm(request.POST if request.method == "POST" else None, slot=found)
    if request.method == "POST" and form.is_valid():
        try:
            waiting_list.join(
                actor=actor,
                slot_id=pk,
                party=form.party(get_language() or "de"),
                min_party=form.cleaned_data["min_party"],
                now=timezone.now(),
            )
        except RuleBroken as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Der Eintrag steht auf der Warteliste."))
            return redirect("desk_waiting", slug=actor.town.slug, pk=pk)
    entries = list(queries.waiting(actor, found.pk)[:SHOWN])
    place = 0
    rows = []
    for entry in entries:
        is_waiting = entry.state == WaitEntry.State.WAITING
        place += is_waiting
        first = PriorityForm(initial={"priority": entry.priority}, auto_id=f"id_{entry.pk}_%s")
        may_offer = is_waiting and entry.min_party <= found.seats_left
        rows.append((entry, place if is_waiting else None, first, may_offer))
    context = {
        "slot": found,
        "rows": rows,
        "form": form,
        "to_call": [one for one in entries if one.offer and not one.email],
        "may_add": found.is_full or bool(form.errors) or bool(rows),
        "until": waiting_list.offer_ends_at(found, timezone.now()),
        "now": timezone.now(),
    }
    status = 422 if form.errors else 200
    return render(request, "desk/bookings/waiting.html", context, status=status)


@require_POST
@town_page(Scope.DESK)
def wait_step(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Serve an entry first, offer it what is free, or take it off the list."""
    entry = queries.wait_entry(actor, pk)
    step, now = request.POST.get("step", ""), timezone.now()
    form = PriorityForm(request.POST)
    try:
        if step == "offer":
            waiting_list.offer_by_hand(actor=actor, entry_id=pk, now=now)
            by_mail = _("Die Plätze sind angeboten; eine Mail ist unterwegs.")
            by_phone = _("Die Plätze sind zurückgelegt. Bitte rufen Sie jetzt an.")
            messages.success(request, by_mail if entry.email else by_phone)
        elif step == "accept":
            accepted = waiting_list.accept(entry_id=pk, now=now, actor=actor)
            messages.success(request, _("Die Plätze sind gebucht. Drucken Sie hier die Tickets."))
            if accepted.offer:
                return redirect("desk_booking", slug=actor.town.slug, code=accepted.offer.code)
        elif step == "remove":
            waiting_list.leave(entry_id=pk, now=now)
            messages.success(request, _("Der Eintrag ist von der Warteliste genommen."))
        elif form.is_valid():
            priority = form.cleaned_data["priority"]
            waiting_list.set_priority(actor=actor, entry_id=pk, priority=priority)
            messages.success(request, _("Die Reihenfolge ist geändert."))
        else:
            raise InvalidInput("priority", "invalid", _("Bitte wählen Sie aus der Liste."))
    except RuleBroken as error:
        messages.error(request, str(error.message))
    return redirect("desk_waiting", slug=actor.town.slug, pk=entry.slot_id)
