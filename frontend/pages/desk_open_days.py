"""The desk: open days, their stands and QR codes, paper tallies, the counts to take away."""

from dataclasses import asdict

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from frontend.downloads import csv_response, xlsx_response
from frontend.forms.fields import add_rule
from frontend.forms.open_days import OpenDayForm, StandForm, TallyForm
from frontend.pages.bookings import qr
from frontend.town import town_page
from participation.actors import Actor
from participation.errors import InvalidInput, RuleBroken
from participation.models.access import Scope
from workshops import queries, tickets
from workshops.models import OpenDay, Stand, StandCount
from workshops.queries import open_days as days
from workshops.services import open_days as planning
from workshops.services import stand_counts

PER_PAGE = 30


@town_page(Scope.DESK)
def open_days(request: HttpRequest, actor: Actor) -> HttpResponse:
    page = Paginator(days.open_days(actor), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/open_days/list.html", {"page_obj": page, "now": timezone.now()})


@town_page(Scope.DESK)
def new_open_day(request: HttpRequest, actor: Actor) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = OpenDayForm(data, venues=queries.venues(actor))
    if request.method == "POST" and form.is_valid():
        try:
            made = planning.create_open_day(actor=actor, details=form.details())
        except InvalidInput as error:
            add_rule(form, error)
        else:
            messages.success(
                request, _("Der offene Tag ist angelegt. Ergänzen Sie nun die Stände.")
            )
            return redirect("desk_open_day", slug=actor.town.slug, pk=made.pk)
    status = 422 if form.errors else 200
    return render(request, "desk/open_days/new.html", {"form": form}, status=status)


@town_page(Scope.DESK)
def edit_open_day(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = days.open_day(actor, pk)
    form = OpenDayForm(
        request.POST if request.method == "POST" else None,
        venues=queries.venues(actor),
        initial=OpenDayForm.initial_of(found),
    )
    if request.method == "POST" and form.is_valid():
        try:
            planning.change_open_day(actor=actor, open_day_id=pk, changes=asdict(form.details()))
        except RuleBroken as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Der offene Tag ist gespeichert."))
            return redirect("desk_open_day", slug=actor.town.slug, pk=pk)
    context = {"open_day": found, "form": form}
    return render(request, "desk/open_days/edit.html", context, status=422 if form.errors else 200)


@town_page(Scope.DESK)
def open_day(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The picture of the day, and the stands; the form adds another one."""
    form = StandForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            stand = planning.add_stand(actor=actor, open_day_id=pk, details=form.details())
        except RuleBroken as error:
            if error.status == 404:
                raise
            add_rule(form, error)
        else:
            messages.success(request, _("Stand %s ist angelegt.") % stand.number)
            return redirect("desk_open_day", slug=actor.town.slug, pk=pk)
    found = days.open_day(actor, pk)
    now = timezone.now()
    context = {
        "open_day": found,
        "picture": days.picture(found),
        "form": form,
        "is_counting": stand_counts.is_counting(found, now),
        "has_begun": found.starts_at - stand_counts.MARGIN <= now,
    }
    status = 422 if form.errors else 200
    return render(request, "desk/open_days/open_day.html", context, status=status)


@require_POST
@town_page(Scope.DESK)
def open_day_step(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Announce, or call off."""
    try:
        if request.POST.get("step") == "cancel":
            planning.cancel_open_day(actor=actor, open_day_id=pk)
            messages.success(request, _("Der offene Tag ist abgesagt."))
        else:
            planning.publish_open_day(actor=actor, open_day_id=pk)
            messages.success(request, _("Der offene Tag steht jetzt im Programm."))
    except RuleBroken as error:
        _say(request, error)
    return redirect("desk_open_day", slug=actor.town.slug, pk=pk)


@never_cache
@require_safe
@town_page(Scope.DESK)
def codes(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One QR code per stand, to print and put up."""
    found = days.open_day(actor, pk)
    addresses = [(stand, tickets.stand_url(stand)) for stand in days.stands(actor, pk)]
    signs = [{"stand": stand, "url": url, "qr": qr(url)} for stand, url in addresses]
    return render(request, "desk/open_days/codes.html", {"open_day": found, "signs": signs})


@require_safe
@town_page(Scope.DESK)
def export(request: HttpRequest, actor: Actor, pk: int, form: str) -> HttpResponse:
    """Every quarter of an hour of every stand, as XLSX or CSV."""
    found = days.open_day(actor, pk)
    columns = [_("Nummer"), _("Name des Stands"), _("Viertelstunde ab"), _("Anzahl")]
    rows = [
        (row.stand.number, row.stand.name, row.quarter_at, row.count)
        for row in days.quarters(actor, pk)
    ]
    name = f"offener-tag-{timezone.localdate(found.starts_at):%Y-%m-%d}"
    if form == "csv":
        return csv_response(name, columns, rows)
    return xlsx_response(name, found.title, columns, rows)


# --- A stand -------------------------------------------------------------------------------------


@town_page(Scope.DESK)
def stand(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Change a stand; below: its code, its counter, a paper tally, its place in the order."""
    found = days.stand(actor, pk)
    form = StandForm.of(found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            planning.change_stand(actor=actor, stand_id=pk, changes=form.cleaned_data)
        except InvalidInput as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Der Stand ist gespeichert."))
            return redirect("desk_open_day", slug=actor.town.slug, pk=found.open_day_id)
    return _stand_page(request, found, form, None)


@require_POST
@town_page(Scope.DESK)
def stand_tally(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Enter a paper tally for one quarter of an hour."""
    found, now = days.stand(actor, pk), timezone.now()
    form = TallyForm(request.POST, quarters=stand_counts.quarters_of(found.open_day, now))
    if form.is_valid():
        tap = stand_counts.Tap(
            client_uuid=form.cleaned_data["client_uuid"],
            amount=form.cleaned_data["amount"],
            tapped_at=form.quarter_at,
        )
        try:
            stand_counts.count_at_desk(
                actor=actor, stand_id=pk, tap=tap, now=now, source=StandCount.Source.PAPER
            )
        except RuleBroken as error:
            add_rule(form, error, field="amount")
        else:
            messages.success(request, _("Die Strichliste ist eingetragen."))
            return redirect("desk_stand", slug=actor.town.slug, pk=pk)
    return _stand_page(request, found, StandForm.of(found), form)


@require_POST
@town_page(Scope.DESK)
def stand_step(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Up, down, away, or another code."""
    found = days.stand(actor, pk)
    back = redirect("desk_open_day", slug=actor.town.slug, pk=found.open_day_id)
    try:
        match request.POST.get("step"):
            case "up":
                planning.move_stand(actor=actor, stand_id=pk, to=found.number - 1)
            case "down":
                planning.move_stand(actor=actor, stand_id=pk, to=found.number + 1)
            case "remove":
                planning.remove_stand(actor=actor, stand_id=pk)
                messages.success(request, _("Der Stand ist entfernt."))
            case "renew":
                planning.renew_stand(actor=actor, stand_id=pk)
                messages.success(
                    request, _("Der Stand hat einen neuen QR-Code. Der alte gilt nicht mehr.")
                )
                return redirect("desk_stand", slug=actor.town.slug, pk=pk)
    except RuleBroken as error:
        _say(request, error)
        return redirect("desk_stand", slug=actor.town.slug, pk=pk)
    return back


def _stand_page(
    request: HttpRequest, found: Stand, form: StandForm, tally: TallyForm | None
) -> HttpResponse:
    now = timezone.now()
    quarters = stand_counts.quarters_of(found.open_day, now)
    context = {
        "stand": found,
        "open_day": found.open_day,
        "form": form,
        "tally_form": tally or TallyForm(quarters=quarters),
        "may_enter": bool(quarters) and found.open_day.state == OpenDay.State.PUBLISHED,
        "total": days.stand_total(found),
        "counter_url": tickets.stand_url(found),
        "qr": qr(tickets.stand_url(found)),
    }
    status = 422 if form.errors or (tally and tally.errors) else 200
    return render(request, "desk/open_days/stand.html", context, status=status)


def _say(request: HttpRequest, error: RuleBroken) -> None:
    if error.status == 404:
        raise error
    messages.error(request, str(error.message))
