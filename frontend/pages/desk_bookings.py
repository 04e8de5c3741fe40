"""The desk: booking for someone else, one booking, its seats, and whether it still stands."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontend.forms.bookings import CancelForm
from frontend.forms.desk_bookings import GroupBookingForm, PhoneBookingForm
from frontend.forms.fields import add_rule
from frontend.pages.bookings import printable, qr
from frontend.spelling import spelled
from frontend.town import town_page
from participation.actors import Actor
from participation.errors import RuleBroken
from participation.models.access import Scope
from workshops import queries, tickets
from workshops.errors import AlreadyBooked, SlotFull
from workshops.models import Booking
from workshops.services import bookings, reconfirmations
from workshops.services.parties import Party


@town_page(Scope.DESK)
def book(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """A booking for someone at the desk or on the phone: confirmed at once."""
    found = queries.slot(actor, pk)
    form = PhoneBookingForm(
        request.POST if request.method == "POST" else None,
        slot=found,
        questions=queries.asked_questions(found.workshop_id, asked="booking", now=timezone.now()),
    )
    if request.method == "POST" and form.is_valid():
        party = form.party(get_language() or "de")
        booked = _book(actor, pk, party, form, source=Booking.Source.DESK)
        if booked is not None:
            return redirect("desk_booking", slug=actor.town.slug, code=booked.code)
    context = {"slot": found, "form": form, "now": timezone.now()}
    return render(request, "desk/workshops/book.html", context, status=422 if form.errors else 200)


@town_page(Scope.DESK)
def book_group(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """A class or a club: one booking, one QR code for all."""
    found = queries.slot(actor, pk)
    form = GroupBookingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        party = form.party(get_language() or "de")
        booked = _book(actor, pk, party, form, source=Booking.Source.GROUP)
        if booked is not None:
            return redirect("desk_booking", slug=actor.town.slug, code=booked.code)
    context = {"slot": found, "form": form, "now": timezone.now()}
    return render(
        request, "desk/bookings/book_group.html", context, status=422 if form.errors else 200
    )


def _book(actor: Actor, pk: int, party: Party, form: Any, *, source: str) -> Booking | None:
    try:
        return bookings.book_slot(
            actor=actor, slot_id=pk, party=party, now=timezone.now(), source=source
        )
    except SlotFull as error:
        form.add_error("party_size", too_full(error.extra["seats_left"], source))
    except RuleBroken as error:
        add_rule(form, error, field="email" if isinstance(error, AlreadyBooked) else "")
    return None


def too_full(left: int, source: str) -> str:
    """What the desk can do about it; the rule's own words are for who books at home."""
    free = _("Es ist kein Platz mehr frei.")
    if left:
        free = ngettext(
            "Es ist nur noch ein Platz frei.", "Es sind nur noch %(left)s Plätze frei.", left
        ) % {"left": left}
    if source == Booking.Source.GROUP:
        advice = _(
            "Teilen Sie die Gruppe auf mehrere Termine auf, oder geben Sie mehr Plätze frei."
        )
    else:
        advice = _(
            "Setzen Sie die Person auf die Warteliste, oder nehmen Sie einen anderen Termin."
        )
    return f"{free} {advice}"


@town_page(Scope.DESK)
def booking(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """One booking: the code to read aloud, who comes, what is to be done, and its tickets."""
    found = queries.booking(actor, code)
    context = {
        **_sheet(found),
        "spelled": spelled(found.code),
        "tickets": printable(found),
        "overlaps": queries.overlapping_here(actor, found) if found.is_active else [],
        "needs": queries.needs_of(found),
        "answers": queries.answers(found),
        "may_hold": actor.may(Scope.ADMIN),
        "answer": queries.answer_word(found),
        "present": sum(ticket.entered_at is not None for ticket in found.tickets.all()),
        "may_answer": found.is_silent and found.slot.state in reconfirmations.TAKING_ANSWERS,
        "now": timezone.now(),
    }
    return _private(render(request, "desk/workshops/booking.html", context))


@require_safe
@town_page(Scope.DESK)
def booking_print(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """One sheet to hand over or post: a large QR code for all seats, and the six characters."""
    found = queries.booking(actor, code)
    context = {**_sheet(found), "spelled": spelled(found.code)}
    return _private(render(request, "desk/bookings/print.html", context))


def _sheet(found: Booking) -> dict[str, Any]:
    return {
        "booking": found,
        "slot": found.slot,
        "place": tickets.place_of(found.slot),
        "online_url": tickets.online_url_for(found),
        "qr": qr(tickets.booking_url(found)) if found.secret and found.is_active else "",
    }


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store, private"
    return response


@require_POST
@town_page(Scope.DESK)
def booking_answer(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """They said on the phone that they come."""
    found = queries.booking(actor, code)
    try:
        reconfirmations.answer(
            actor=actor, booking_id=found.pk, seats=found.party_size, now=timezone.now()
        )
        messages.success(request, _("Die Zusage ist eingetragen."))
    except RuleBroken as error:
        messages.error(request, str(error.message))
    return redirect("desk_booking", slug=actor.town.slug, code=found.code)


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
