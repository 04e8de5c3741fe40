"""The desk: correct a booking for somebody who calls, or move it to another date."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.forms.fields import add_rule
from frontend.forms.own_bookings import MoveForm
from frontend.pages.own_bookings import add_move_rule, change_form, full, roomy
from frontend.town import town_page
from participation.actors import Actor
from participation.errors import RuleBroken
from participation.models.access import Scope
from workshops import queries
from workshops.services import changes, moves


@town_page(Scope.DESK)
def change(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    booking = queries.booking(actor, code)
    if not booking.is_active:
        return redirect("desk_booking", slug=actor.town.slug, code=booking.code)
    form = change_form(request, booking, at_desk=True)
    if request.method == "POST" and form.is_valid():
        try:
            changes.change_booking(
                booking_id=booking.pk, changes=form.changes(), now=timezone.now(), actor=actor
            )
        except RuleBroken as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Die Angaben sind gespeichert."))
            return redirect("desk_booking", slug=actor.town.slug, code=booking.code)
    context = {"booking": booking, "slot": booking.slot, "form": form}
    return render(request, "desk/bookings/change.html", context, status=422 if form.errors else 200)


@town_page(Scope.DESK)
def move(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    booking = queries.booking(actor, code)
    dates = queries.other_dates(booking, actor, timezone.now())
    form = MoveForm(request.POST if request.method == "POST" else None, slots=roomy(dates, booking))
    context: dict[str, Any] = {
        "booking": booking,
        "slot": booking.slot,
        "form": form,
        "full": full(dates, booking),
    }
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "desk/bookings/move.html", context, status=status)
    try:
        moves.move_booking(
            booking_id=booking.pk,
            to_slot_id=form.cleaned_data["slot"],
            now=timezone.now(),
            actor=actor,
        )
    except RuleBroken as error:
        add_move_rule(form, error)
        return render(request, "desk/bookings/move.html", context, status=error.status)
    messages.success(request, _("Der neue Termin ist gebucht. Alte Tickets gelten nicht mehr."))
    return redirect("desk_booking", slug=actor.town.slug, code=booking.code)
