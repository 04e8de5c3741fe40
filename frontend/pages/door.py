"""The door: which dates are on, one date's scanner, and how many are inside."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from frontend.forms.bookings import DoorForm
from frontend.forms.fields import add_rule
from frontend.town import town_page
from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from participation.models.access import Scope
from workshops import queries, tickets
from workshops.models import Booking, Scan
from workshops.services import door as entrance


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
    context: dict[str, Any] = {"slot": found, "reasons": Scan.Reason.values}
    if request.method == "POST" and form.is_valid():
        if choice := choice_of(request, actor, pk, form):
            context["choice"] = choice
            form = DoorForm()
        else:
            form = answer_scan(request, actor, pk, form, context)
    context |= {"form": form, "counts": queries.door_counts(found)}
    return render(request, "door/slot.html", context, status=422 if form.errors else 200)


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
