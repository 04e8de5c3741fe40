"""The door: which dates are on, one date's scanner, and how many are inside.

The scanner is an island on this page; without JavaScript the page answers forms. What the island
asks besides the counts, it asks the API.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from frontend.forms.door import DoorForm, WalkInForm
from frontend.forms.fields import add_rule
from frontend.pages.bookings import printable
from frontend.templatetags.door import door_answer
from frontend.town import town_page
from participation.actors import Actor
from participation.errors import InvalidInput, NotFound, RuleBroken
from participation.models.access import Scope
from workshops import queries, tickets
from workshops.errors import SlotFull
from workshops.models import Booking, Scan, Slot
from workshops.services import admission
from workshops.services import door as entrance

WALKED_IN, SEARCHED = "ohne-buchung", "suche"
FORCE_REASONS = (_("War nur kurz draußen"), _("Mit der Leitung abgesprochen"))
MODES = ((Scan.Kind.ENTRY, _("Einlass")), (Scan.Kind.EXIT, _("Ausgang")))
# What the island builds for a question at the door.
QUESTION_INPUTS = (("text", "text"), ("number", "number"), ("date", "date"))
QUESTION_CHOICES = (("choice", "radio"), ("several", "checkbox"), ("yes_no", "radio"))


@dataclass(frozen=True, slots=True)
class Answer:
    """A scan's result in the words of the page; `name` as in templatetags/door.py."""

    name: str
    who: str
    seats: str
    moved: Collection[int]
    first_time: str
    first_gate: str
    may_undo: bool
    may_force: bool


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
        context["mode"] = form.cleaned_data["kind"]
        if choice := choice_of(request, actor, pk, form):
            context["choice"] = choice
            form = DoorForm()
        else:
            form = answer_scan(request, actor, pk, form, context)
    elif code := request.GET.get(WALKED_IN, ""):
        context |= walked_in(actor, found, code)
    elif name := request.GET.get(SEARCHED, ""):
        context |= {"searched": name, "guests": guests_named(actor, pk, name)}
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
            form.add_error(None, str(door_answer("slot_full").advice))
        except RuleBroken as error:
            add_rule(form, error)
        else:
            page = reverse("door_slot", args=[actor.town.slug, pk])
            return redirect(f"{page}?{WALKED_IN}={booked.code}")
    return door_page(request, found, {"walk_in_form": form})


def walked_in(actor: Actor, slot: Slot, code: str) -> dict[str, Any]:
    """The tickets of those who have just come in; nothing for a booking of another date, or for
    those who were taken back."""
    try:
        booked = queries.booking(actor, code[:20])
    except NotFound:
        return {}
    is_theirs = booked.slot_id == slot.pk and booked.source == Booking.Source.WALK_IN
    if not is_theirs or not booked.is_active:
        return {}
    is_new = timezone.now() - booked.created_at < entrance.UNDO_WITHIN
    return {
        "walk_in": booked,
        "tickets": printable(booked),
        "place": tickets.place_of(slot),
        "undo_code": booked.code if is_new else "",
    }


def door_page(request: HttpRequest, slot: Slot, context: dict[str, Any]) -> HttpResponse:
    """A page about named people is kept by no cache; the bare scanner is, by its own worker."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the town's frame
    frame: dict[str, Any] = {
        "slot": slot,
        "is_device": actor.device_id is not None,
        "counts": queries.door_counts(slot),
        "gates": queries.gates_of_slot(slot),
        "wipe_at": slot.ends_at + queries.WIPE_AFTER,
        "undo_seconds": entrance.UNDO_WITHIN // timedelta(seconds=1),
        "modes": MODES,
        "mode": Scan.Kind.ENTRY,
        "force_reasons": FORCE_REASONS,
        "question_inputs": QUESTION_INPUTS,
        "question_choices": QUESTION_CHOICES,
        "form": DoorForm(),
        "walk_in_form": WalkInForm(),
    }
    shown = frame | context
    failed = shown["form"].errors or shown["walk_in_form"].errors
    response = render(request, "door/slot.html", shown, status=422 if failed else 200)
    response["Cache-Control"] = "no-store, private"
    return response


def choice_of(request: HttpRequest, actor: Actor, pk: int, form: DoorForm) -> dict[str, Any] | None:
    """The tick list for a booking of several who may come or go, until it is answered."""
    kind = form.cleaned_data["kind"]
    if "all" in request.POST or "seats" in request.POST or kind == Scan.Kind.UNDO or form.reason:
        return None
    try:
        party = queries.party(actor, pk, form.cleaned_data["code"])
    except NotFound:
        return None
    leaving = kind == Scan.Kind.EXIT
    moving = sum(seat["inside"] == leaving for seat in party["seats"])
    if moving < 2:
        return None
    seats = [seat | {"is_settled": seat["inside"] != leaving} for seat in party["seats"]]
    return {**party, "code": form.cleaned_data["code"], "seats": seats, "moving": moving}


def guests_named(actor: Actor, pk: int, name: str) -> list[dict[str, Any]]:
    return [
        {**party, "inside": sum(seat["inside"] for seat in party["seats"])}
        for party in queries.parties_named(actor, pk, name)
    ]


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
            gate=cleaned["gate"],
            force=form.reason,
            seats=chosen_seats(request),
        )
    except InvalidInput as error:
        add_rule(form, error, field="code")
        return form
    answer = in_words(result)
    context |= {"answer": answer, "typed": cleaned["code"], "may_force": answer.may_force}
    if answer.may_undo:
        context["undo_code"] = cleaned["code"]
    if result.kind == Scan.Kind.UNDO:
        context["mode"] = Scan.Kind.ENTRY
    return DoorForm()


def chosen_seats(request: HttpRequest) -> Collection[int] | None:
    """None stands for all."""
    if "all" in request.POST or "seats" not in request.POST:
        return None
    return [int(seq) for seq in request.POST.getlist("seats") if seq.isdecimal()]


def in_words(result: entrance.ScanResult) -> Answer:
    first = result.first_scan
    named = result.ticket.name if result.ticket else ""
    admitted = result.outcome == Scan.Outcome.ADMITTED
    return Answer(
        name=answer_name(result),
        who=named or (result.booking.name if result.booking else ""),
        seats=", ".join(str(seq) for seq in result.seats),
        moved=result.seats,
        first_time=f"{timezone.localtime(first.occurred_at):%H:%M}" if first else "",
        first_gate=first.gate if first else "",
        may_undo=admitted and result.kind == Scan.Kind.ENTRY,
        may_force=not admitted and result.reason in admission.FORCEABLE,
    )


def answer_name(result: entrance.ScanResult) -> str:
    if result.outcome in (Scan.Outcome.UNDONE, Scan.Outcome.CONFLICT):
        return result.outcome
    left = result.outcome == Scan.Outcome.ADMITTED and result.kind == Scan.Kind.EXIT
    return Scan.Kind.EXIT if left else result.reason
