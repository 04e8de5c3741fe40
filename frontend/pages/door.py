"""The door: which dates are on, one date's scanner, and how many are inside."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.forms.bookings import DoorForm, WalkInForm
from frontend.forms.fields import add_rule
from frontend.pages.bookings import printable
from frontend.town import town_page
from participation.actors import Actor
from participation.errors import InvalidInput, NotFound, RuleBroken
from participation.models.access import Scope
from workshops import queries, tickets
from workshops.errors import SlotFull
from workshops.models import Booking, Scan, Slot
from workshops.services import door as entrance

WALKED_IN = "ohne-buchung"


@dataclass(frozen=True, slots=True)
class Answer:
    """A scan's result in the words of the page."""

    outcome: str
    reason: str
    who: str
    seats: str
    moved: Collection[int]
    first_time: str
    first_gate: str
    may_undo: bool


@town_page(Scope.DOOR)
def slots(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "door/slots.html", {"slots": queries.door_slots(actor, timezone.now())})


@town_page(Scope.DOOR)
def slot(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The scanner; without JavaScript a form for typed codes, answered by the same page."""
    found = queries.slot(actor, pk)
    form = DoorForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        if choice := choice_of(request, actor, pk, form):
            context["choice"] = choice
            form = DoorForm()
        else:
            form = answer_scan(request, actor, pk, form, context)
    elif code := request.GET.get(WALKED_IN, ""):
        context |= walked_in(actor, found, code)
    return door_page(request, found, context | {"form": form})


@require_POST
@town_page(Scope.DOOR)
def walk_in(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """People without a booking: one tap on their number lets them in."""
    found = queries.slot(actor, pk)
    form = WalkInForm(request.POST)
    if form.is_valid():
        now = timezone.now()
        try:
            booked = entrance.walk_in(actor=actor, slot_id=pk, now=now, **form.cleaned_data)
        except SlotFull:
            form.add_error(None, _("So viele Plätze sind nicht frei."))
        except RuleBroken as error:
            add_rule(form, error)
        else:
            page = reverse("door_slot", args=[actor.town.slug, pk])
            return redirect(f"{page}?{WALKED_IN}={booked.code}")
    return door_page(request, found, {"walk_in_form": form})


def walked_in(actor: Actor, slot: Slot, code: str) -> dict[str, Any]:
    """The tickets of those who have just come in; nothing for a booking of another date."""
    try:
        booked = queries.booking(actor, code[:20])
    except NotFound:
        return {}
    if booked.slot_id != slot.pk or booked.source != Booking.Source.WALK_IN:
        return {}
    place = tickets.place_of(slot)
    return {"walk_in": booked, "tickets": printable(booked), "place": place}


def door_page(request: HttpRequest, slot: Slot, context: dict[str, Any]) -> HttpResponse:
    frame: dict[str, Any] = {
        "slot": slot,
        "reasons": Scan.Reason.values,
        "counts": queries.door_counts(slot),
        "form": DoorForm(),
        "walk_in_form": WalkInForm(),
    }
    shown = frame | context
    failed = shown["form"].errors or shown["walk_in_form"].errors
    response = render(request, "door/slot.html", shown, status=422 if failed else 200)
    if "walk_in" in context:
        response["Cache-Control"] = "no-store, private"
    return response


@town_page(Scope.DOOR)
def counts(request: HttpRequest, actor: Actor, pk: int) -> JsonResponse:
    """What the open scanners ask for every few seconds: two statements besides the log-in."""
    numbers = queries.door_counts(queries.slot(actor, pk))
    return JsonResponse(numbers, headers={"Cache-Control": "no-store"})


@town_page(Scope.DOOR)
def booking(request: HttpRequest, actor: Actor, pk: int, code: str) -> JsonResponse:
    """The seats behind a booking code, so that the door can tick who is there."""
    choice = seats_of(queries.booking(actor, code), pk)
    if choice is None:
        raise NotFound
    return JsonResponse(choice, headers={"Cache-Control": "no-store"})


def choice_of(request: HttpRequest, actor: Actor, pk: int, form: DoorForm) -> dict[str, Any] | None:
    """The tick list for the code of a booking with several seats to come, until it is answered."""
    code = tickets.code_in(form.cleaned_data["code"])
    is_answered = "all" in request.POST or "seats" in request.POST
    if not code or is_answered or form.cleaned_data["kind"] != Scan.Kind.ENTRY:
        return None
    try:
        choice = seats_of(queries.booking(actor, code), pk)
    except NotFound:
        return None
    to_come = [seat for seat in choice["seats"] if not seat["inside"]] if choice else []
    return choice if len(to_come) > 1 else None


def seats_of(booking: Booking, slot_id: int) -> dict[str, Any] | None:
    """The valid seats, if the booking is good for this date."""
    valid = booking.state in (Booking.State.CONFIRMED, Booking.State.ATTENDED)
    if booking.slot_id != slot_id or not valid:
        return None
    return {
        "code": booking.code,
        "name": booking.name,
        "seats": [
            {"seq": seat.seq, "name": seat.name, "inside": seat.entered_at is not None}
            for seat in booking.tickets.all()
            if seat.revoked_at is None
        ],
    }


def answer_scan(
    request: HttpRequest, actor: Actor, pk: int, form: DoorForm, context: dict[str, Any]
) -> DoorForm:
    """Scan what was typed and put the answer into the context; returns the form to show next."""
    cleaned = form.cleaned_data
    try:
        result = entrance.scan(
            actor=actor,
            slot_id=pk,
            secret_or_code=cleaned["code"],
            client_uuid=cleaned["client_uuid"],
            now=timezone.now(),
            kind=cleaned["kind"],
            seats=chosen_seats(request),
        )
    except InvalidInput as error:
        add_rule(form, error, field="code")
        return form
    context |= {"answer": in_words(result), "typed": cleaned["code"]}
    return DoorForm()


def chosen_seats(request: HttpRequest) -> Collection[int] | None:
    """None stands for all."""
    if "all" in request.POST or "seats" not in request.POST:
        return None
    return [int(seq) for seq in request.POST.getlist("seats") if seq.isdecimal()]


def in_words(result: entrance.ScanResult) -> Answer:
    first = result.first_scan
    named = result.ticket.name if result.ticket else ""
    return Answer(
        outcome=result.outcome,
        reason=result.reason,
        who=named or (result.booking.name if result.booking else ""),
        seats=", ".join(str(seq) for seq in result.seats),
        moved=result.seats,
        first_time=f"{timezone.localtime(first.occurred_at):%H:%M}" if first else "",
        first_gate=first.gate if first else "",
        may_undo=result.outcome == Scan.Outcome.ADMITTED and result.kind == Scan.Kind.ENTRY,
    )
