"""Behind the link of a booking's mails: its tickets, what it says, another date, giving seats back.

Each page is `private`, see bookings.py.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.forms.bookings import CancelForm
from frontend.forms.fields import add_rule
from frontend.forms.own_bookings import ChangeForm, MoveForm
from frontend.pages.bookings import own_booking, printable, private, qr
from frontend.pages.workshops import ics_response
from participation import actors
from participation.errors import RuleBroken
from workshops import queries, tickets
from workshops.errors import SlotFull
from workshops.models import Booking, Slot
from workshops.services import bookings, changes, moves


@private
def manage(request: HttpRequest, code: str, token: str) -> HttpResponse:
    booking = own_booking(request, code, token)
    if booking is None:
        return unknown(request)
    now = timezone.now()
    printed = printable(booking)
    context = {
        **frame(booking, token),
        "tickets": printed,
        "seats": [row.ticket for row in printed],
        "qr": qr(tickets.booking_url(booking)) if len(printed) > 1 else "",
        "place": tickets.place_of(booking.slot),
        "online_url": tickets.online_url_for(booking),
        "answers": queries.answers(booking),
        "overlaps": queries.overlapping(booking) if booking.is_active else [],
        "may_change": may_change(booking),
        "may_move": booking.was_called_off and bool(open_dates(booking)),
        "now": now,
    }
    return render(request, "bookings/manage.html", context)


@private
def change(request: HttpRequest, code: str, token: str) -> HttpResponse:
    booking = own_booking(request, code, token)
    if booking is None:
        return unknown(request)
    if not may_change(booking):
        return redirect("booking_manage", code=code, token=token)
    form = change_form(request, booking)
    if request.method == "POST" and form.is_valid():
        try:
            changes.change_booking(
                booking_id=booking.pk, changes=form.changes(), now=timezone.now()
            )
        except RuleBroken as error:
            add_rule(form, error)
        else:
            messages.success(request, _("Ihre Angaben sind gespeichert."))
            return redirect("booking_manage", code=code, token=token)
    context = {**frame(booking, token), "form": form}
    return render(request, "bookings/change.html", context, status=422 if form.errors else 200)


def change_form(request: HttpRequest, booking: Booking, *, at_desk: bool = False) -> ChangeForm:
    return ChangeForm(
        request.POST if request.method == "POST" else None,
        booking=booking,
        seats=[ticket for ticket in booking.tickets.all() if ticket.revoked_at is None],
        questions=queries.asked_questions(
            booking.slot.workshop_id, asked="booking", now=timezone.now()
        ),
        answers={answer.question_id: answer.value for answer in queries.answers(booking)},
        at_desk=at_desk,
    )


@private
def move(request: HttpRequest, code: str, token: str) -> HttpResponse:
    booking = own_booking(request, code, token)
    if booking is None:
        return unknown(request)
    if not may_move(booking):
        return redirect("booking_manage", code=code, token=token)
    dates = open_dates(booking)
    form = MoveForm(request.POST if request.method == "POST" else None, slots=roomy(dates, booking))
    context: dict[str, Any] = {**frame(booking, token), "form": form, "full": full(dates, booking)}
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "bookings/move.html", context, status=status)
    try:
        moves.move_booking(
            booking_id=booking.pk, to_slot_id=form.cleaned_data["slot"], now=timezone.now()
        )
    except RuleBroken as error:
        add_move_rule(form, error)
        return render(request, "bookings/move.html", context, status=error.status)
    messages.success(request, _("Ihr neuer Termin ist gebucht. Hier sind Ihre neuen Tickets."))
    return redirect("booking_manage", code=code, token=token)


def open_dates(booking: Booking) -> list[Slot]:
    guest = actors.guest(booking.slot.workshop.municipality)
    return queries.other_dates(booking, guest, timezone.now())


def roomy(dates: list[Slot], booking: Booking) -> list[Slot]:
    return [slot for slot in dates if slot.seats_left >= booking.party_size]


def full(dates: list[Slot], booking: Booking) -> list[Slot]:
    """Too full for this party; one may wait for them."""
    return [slot for slot in dates if slot.seats_left < booking.party_size]


def add_move_rule(form: MoveForm, error: RuleBroken) -> None:
    if isinstance(error, SlotFull):
        message = _("Dort ist eben jemand schneller gewesen. Ihr alter Termin bleibt gebucht.")
        form.add_error("slot", message)
    else:
        add_rule(form, error, field="slot")


@private
def cancel(request: HttpRequest, code: str, token: str) -> HttpResponse:
    booking = own_booking(request, code, token)
    if booking is None:
        return unknown(request)
    if not booking.is_active or (request.method != "POST" and not may_change(booking)):
        # That page says until when it was possible, and whom to call.
        return redirect("booking_manage", code=code, token=token)
    form = CancelForm(request.POST if request.method == "POST" else None, booking=booking)
    context = {**frame(booking, token), "form": form}
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "bookings/cancel.html", context, status=status)
    try:
        bookings.cancel_booking(booking_id=booking.pk, seats=form.chosen, now=timezone.now())
    except RuleBroken as error:
        add_rule(form, error)
        return render(request, "bookings/cancel.html", context, status=error.status)
    messages.success(request, _("Ihre Plätze sind wieder frei. Danke, dass Sie Bescheid sagen."))
    return redirect("booking_manage", code=code, token=token)


@private
def booking_ics(request: HttpRequest, code: str, token: str) -> HttpResponse:
    booking = queries.booking_by_manage_token(code, token)
    calendar = tickets.calendar_of(booking.slot, now=timezone.now(), booking=booking)
    return ics_response(calendar, f"termin-{booking.code}.ics")


def may_change(booking: Booking) -> bool:
    return booking.is_active and timezone.now() < booking.slot.cancellable_until


def may_move(booking: Booking) -> bool:
    """Until the deadline; and always where the date was called off."""
    return booking.was_called_off or (may_change(booking) and booking.state != Booking.State.HELD)


def frame(booking: Booking, token: str) -> dict[str, Any]:
    return {"booking": booking, "slot": booking.slot, "token": token}


def unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "bookings/unknown_link.html", status=404)
