"""The desk: what the town offers, its dates, who has booked, and booking for someone else."""

from dataclasses import asdict

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.forms.bookings import CancelForm, DeskBookingForm
from frontend.forms.fields import add_rule
from frontend.forms.workshops import SlotForm, WorkshopForm
from frontend.pages.bookings import printable
from frontend.town import town_page
from participation import queries as towns
from participation.actors import Actor
from participation.errors import InvalidInput, RuleBroken
from participation.models.access import Scope
from workshops import queries, tickets
from workshops.errors import CapacityTooSmall
from workshops.models import Booking, Slot, Workshop
from workshops.services import bookings
from workshops.services import programme as planning

PER_PAGE = 30
SHOWN = (
    Booking.State.HELD,
    Booking.State.CONFIRMED,
    Booking.State.ATTENDED,
    Booking.State.NO_SHOW,
)


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
    found = queries.workshop(actor, pk)
    form = WorkshopForm(
        request.POST if request.method == "POST" else None,
        themes=towns.themes(actor),
        venues=queries.venues(actor),
        initial=WorkshopForm.initial_of(found),
    )
    if request.method == "POST" and form.is_valid():
        changes = asdict(form.details())
        try:
            planning.change_workshop(actor=actor, workshop_id=pk, changes=changes)
        except RuleBroken as error:
            add_rule(form, error)
        else:
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
            slot = planning.create_slot(
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
def slot(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The guest list, and what can be done with the date."""
    found = queries.slot(actor, pk)
    context = {
        "slot": found,
        "place": tickets.place_of(found),
        "bookings": queries.bookings(actor, found.pk, states=SHOWN),
        "waiting": queries.waiting(actor, found.pk),
        "counts": queries.door_counts(found),
        "may_change": found.state in planning.CHANGEABLE_STATES,
        "now": timezone.now(),
    }
    return render(request, "desk/workshops/slot.html", context)


@town_page(Scope.DESK)
def edit_slot(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = queries.slot(actor, pk)
    form = SlotForm(
        request.POST if request.method == "POST" else None,
        venues=queries.venues(actor),
        initial=SlotForm.initial_of(found),
    )
    if request.method == "POST" and form.is_valid():
        changes = asdict(form.details())
        try:
            planning.change_slot(actor=actor, slot_id=pk, changes=changes, now=timezone.now())
        except CapacityTooSmall as error:
            add_rule(form, error, field="capacity")
        except RuleBroken as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Der Termin ist gespeichert."))
            return redirect("desk_slot", slug=actor.town.slug, pk=pk)
    context = {"slot": found, "form": form}
    return render(
        request, "desk/workshops/edit_slot.html", context, status=422 if form.errors else 200
    )


@require_POST
@town_page(Scope.DESK)
def slot_step(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Open, close or cancel; cancelling takes a second page, because it mails everybody."""
    step = request.POST.get("step", "")
    now = timezone.now()
    found = queries.slot(actor, pk)
    if step == "cancel" and "sure" not in request.POST:
        return render(request, "desk/workshops/cancel_slot.html", {"slot": found})
    try:
        if step == "cancel":
            planning.cancel_slot(actor=actor, slot_id=pk, now=now)
            messages.success(request, _("Der Termin ist abgesagt. Alle Gäste bekommen eine Mail."))
        elif step == "close":
            planning.close_slot(actor=actor, slot_id=pk)
            messages.success(request, _("Der Termin nimmt keine Buchungen mehr an."))
        else:
            planning.open_slot(actor=actor, slot_id=pk, now=now)
            messages.success(request, _("Der Termin kann jetzt gebucht werden."))
    except RuleBroken as error:
        messages.error(request, str(error.message))
    return redirect("desk_slot", slug=actor.town.slug, pk=pk)


@town_page(Scope.DESK)
def book(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """A booking for someone at the desk or on the phone: confirmed at once."""
    found = queries.slot(actor, pk)
    form = DeskBookingForm(request.POST if request.method == "POST" else None, slot=found)
    if request.method == "POST" and form.is_valid():
        try:
            booked = bookings.book_slot(
                actor=actor,
                slot_id=pk,
                party=form.party(get_language() or "de"),
                now=timezone.now(),
                source=Booking.Source.DESK,
            )
        except RuleBroken as error:
            add_rule(form, error)
        else:
            return redirect("desk_booking", slug=actor.town.slug, code=booked.code)
    context = {"slot": found, "form": form, "now": timezone.now()}
    return render(request, "desk/workshops/book.html", context, status=422 if form.errors else 200)


@town_page(Scope.DESK)
def booking(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """One booking with its tickets, ready for the printer."""
    found = queries.booking(actor, code)
    context = {
        "booking": found,
        "slot": found.slot,
        "place": tickets.place_of(found.slot),
        "tickets": printable(found),
        "now": timezone.now(),
    }
    response = render(request, "desk/workshops/booking.html", context)
    response["Cache-Control"] = "no-store, private"
    return response


@town_page(Scope.DESK)
def cancel_booking(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    found = queries.booking(actor, code)
    if not found.is_active:
        return redirect("desk_booking", slug=actor.town.slug, code=found.code)
    form = CancelForm(request.POST if request.method == "POST" else None, booking=found)
    if request.method == "POST" and form.is_valid():
        try:
            bookings.cancel_booking(
                booking_id=found.pk,
                seats=form.chosen,
                now=timezone.now(),
                by="desk",
                actor=actor,
            )
        except RuleBroken as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Die Plätze sind wieder frei."))
            return redirect("desk_booking", slug=actor.town.slug, code=found.code)
    context = {"booking": found, "slot": found.slot, "form": form}
    return render(
        request, "desk/workshops/cancel_booking.html", context, status=422 if form.errors else 200
    )
