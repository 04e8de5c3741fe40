"""The desk: one date, how it stands, and what can be done with it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from frontend.forms.desk_bookings import CancelSlotForm, CapacityForm, GuestFilterForm, MessageForm
from frontend.forms.fields import add_rule
from frontend.town import town_page
from participation import sheets
from participation.actors import Actor
from participation.errors import RuleBroken
from participation.models.access import Scope
from workshops import queries, tickets
from workshops.errors import CapacityTooSmall
from workshops.models import Slot
from workshops.queries import figures
from workshops.services import decisions, scheduling
from workshops.services import messages as guest_messages

PER_PAGE = 30
SHEETS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def view_names() -> dict[str, str]:
    """The chips of the guest list, in order."""
    return {
        "coming": _("Alle"),
        "held": _("unbestätigt"),
        "answered": _("kommen sicher"),
        "silent": _("keine Antwort"),
        "no_email": _("ohne E-Mail"),
        "no_show": _("nicht gekommen"),
        "cancelled": _("storniert"),
    }


@town_page(Scope.DESK)
def slot(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """How the date stands, what can be done with it, and its guests."""
    found = queries.slot(actor, pk)
    if found.state == Slot.State.PURGED:
        context = {"slot": found, "place": tickets.place_of(found), "total": figures.of_date(found)}
        return render(request, "desk/workshops/slot_purged.html", context)
    shown = request.GET.get("stand", queries.DEFAULT_SHOWN)
    form = GuestFilterForm(request.GET or None)
    text = form.cleaned_data["suche"] if form.is_valid() else ""
    guests = queries.guests(actor, found.pk, text=text, shown=shown)
    counts = queries.guest_counts(actor, found.pk)
    context = {
        "slot": found,
        "place": tickets.place_of(found),
        "counts": counts,
        "door": queries.door_counts(found),
        "minimum": queries.minimum(found),
        "waiting": queries.waiting(actor, found.pk).count(),
        "messages_sent": queries.messages(actor, found.pk)[:3],
        "page_obj": Paginator(guests, PER_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "text": text,
        "shown": shown if shown in queries.SHOWN else queries.DEFAULT_SHOWN,
        "views": [
            (key, name, counts[key])  # type: ignore[literal-required]  # the keys of SHOWN
            for key, name in view_names().items()
            if counts[key] or key in (queries.DEFAULT_SHOWN, shown)  # type: ignore[literal-required]
        ],
        "may_change": found.state in scheduling.CHANGEABLE_STATES,
        "may_hold": actor.may(Scope.ADMIN),
        "may_decide": found.state in decisions.UNDECIDED and found.decided_at is None,
        "now": timezone.now(),
    }
    return render(request, "desk/workshops/slot.html", context)


@require_POST
@town_page(Scope.DESK)
def slot_step(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Open, close, or decide that it takes place."""
    step, now = request.POST.get("step", ""), timezone.now()
    try:
        if step == "go":
            decisions.decide_go(actor=actor, slot_id=pk, now=now)
            messages.success(request, _("Der Termin findet statt."))
        elif step == "close":
            scheduling.close_slot(actor=actor, slot_id=pk)
            messages.success(request, _("Der Termin nimmt keine Buchungen mehr an."))
        else:
            scheduling.open_slot(actor=actor, slot_id=pk, now=now)
            messages.success(request, _("Der Termin kann jetzt gebucht werden."))
    except RuleBroken as error:
        if error.status == 404:
            raise
        messages.error(request, str(error.message))
    return redirect("desk_slot", slug=actor.town.slug, pk=pk)


@town_page(Scope.DESK)
def cancel_slot(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """A page of its own, because it mails everybody and cannot be taken back."""
    found = queries.slot(actor, pk)
    form = CancelSlotForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            scheduling.cancel_slot(
                actor=actor, slot_id=pk, now=timezone.now(), reason=form.cleaned_data["reason"]
            )
        except RuleBroken as error:
            add_rule(form, error)
        else:
            messages.success(
                request, _("Der Termin ist abgesagt. Alle mit E-Mail-Adresse bekommen eine Mail.")
            )
            return redirect("desk_slot", slug=actor.town.slug, pk=pk)
    context = {
        "slot": found,
        "form": form,
        "recipients": queries.recipients(actor, pk),
        "without_email": queries.guest_counts(actor, pk)["no_email"],
        "waiting": queries.waiting(actor, pk).count(),
        "waiting_to_call": queries.waiting_to_call(actor, pk),
        "others": queries.dates_with_seats(found, after=timezone.now()),
    }
    return render(
        request, "desk/workshops/cancel_slot.html", context, status=422 if form.errors else 200
    )


@town_page(Scope.DESK)
def capacity(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = queries.slot(actor, pk)
    form = CapacityForm(
        request.POST if request.method == "POST" else None, initial={"capacity": found.capacity}
    )
    if request.method == "POST" and form.is_valid():
        changes = {"capacity": form.cleaned_data["capacity"]}
        try:
            scheduling.change_slot(actor=actor, slot_id=pk, changes=changes, now=timezone.now())
        except CapacityTooSmall as error:
            add_rule(form, error, field="capacity")
        except RuleBroken as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Die Zahl der Plätze ist geändert."))
            return redirect("desk_slot", slug=actor.town.slug, pk=pk)
    context = {
        "slot": found,
        "form": form,
        "waiting": queries.waiting(actor, pk).count(),
        "counts": queries.guest_counts(actor, pk),
    }
    return render(
        request, "desk/workshops/capacity.html", context, status=422 if form.errors else 200
    )


@town_page(Scope.DESK)
def message(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Write, look at it, send: the first button shows what the guests will read."""
    found = queries.slot(actor, pk)
    form = MessageForm(request.POST if request.method == "POST" else None)
    is_preview = False
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        is_preview = "send" not in request.POST
        try:
            if not is_preview:
                guest_messages.write_to_guests(
                    actor=actor, slot_id=pk, now=timezone.now(), **form.cleaned_data
                )
        except RuleBroken as error:
            add_rule(form, error)
        else:
            if not is_preview:
                count = queries.recipients(actor, pk)
                said = ngettext(
                    "%(count)s Mail ist unterwegs.", "%(count)s Mails sind unterwegs.", count
                )
                messages.success(request, said % {"count": count})
                return redirect("desk_slot", slug=actor.town.slug, pk=pk)
    context = {
        "slot": found,
        "form": form,
        "is_preview": is_preview,
        "place": tickets.place_of(found),
        "recipients": queries.recipients(actor, pk),
        "without_email": queries.guest_counts(actor, pk)["no_email"],
        "messages_sent": queries.messages(actor, pk)[:PER_PAGE],
    }
    return render(
        request, "desk/bookings/message.html", context, status=422 if form.errors else 200
    )


@require_safe
@town_page(Scope.DESK)
def door_list(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """For the door, on paper: who comes, by name, with boxes to tick. No addresses, no needs."""
    found = queries.slot(actor, pk)
    context = {
        "slot": found,
        "place": tickets.place_of(found),
        "bookings": queries.door_rows(actor, found.pk),
        "door": queries.door_counts(found),
    }
    response = render(request, "desk/bookings/door_list.html", context)
    response["Cache-Control"] = "no-store, private"
    return response


@require_safe
@town_page(Scope.DESK)
def guest_sheet(request: HttpRequest, actor: Actor, pk: int, form: str) -> HttpResponse:
    """The guest list as shown, to take away; with access needs only where asked for."""
    found = queries.slot(actor, pk)
    table = queries.guest_table(
        actor,
        found,
        text=request.GET.get("suche", ""),
        shown=request.GET.get("stand", ""),
        needs="bedarf" in request.GET,
    )
    content = (
        sheets.xlsx(table.title, table.columns, table.rows)
        if form == "xlsx"
        else sheets.csv(table.columns, table.rows)
    )
    response = HttpResponse(content, content_type=SHEETS[form])
    response["Content-Disposition"] = f'attachment; filename="gaeste-{found.pk}.{form}"'
    response["Cache-Control"] = "no-store, private"
    return response
