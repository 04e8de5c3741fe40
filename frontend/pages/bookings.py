"""Booking a date: the form, the confirm link, the tickets, the waiting list.

Pages behind a secret in their address are `private`: no cache keeps them, no search engine lists
them, and no other site learns the address from a link.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.forms.bookings import BookingForm, WaitingForm
from frontend.forms.fields import add_rule
from frontend.forms.own_bookings import EmailForm
from frontend.town import actor_of, town_page
from participation.actors import Actor
from participation.api_base import client_address
from participation.errors import InvalidInput, NotFound, RuleBroken, TooManyRequests
from participation.models import Municipality, User
from participation.proofs import ProofRequired
from polls import queries as live
from workshops import queries, tickets
from workshops.errors import BookingClosed, SlotCancelled, SlotFull, UnknownToken
from workshops.models import Booking, Slot, Ticket
from workshops.services import bookings, holds
from workshops.services import waiting as waiting_list
from workshops.services.limits import Caller
from workshops.services.parties import suggest_email

Page = Callable[..., HttpResponse]


def private(page: Page) -> Page:
    @wraps(page)
    def shielded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        response = page(request, **kwargs)
        response["Cache-Control"] = "no-store, private"
        # Not `no-referrer`: with it browsers send forms with `Origin: null`, which CSRF refuses.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return shielded


# --- Book ----------------------------------------------------------------------------------------


@town_page()
def book(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    slot = queries.slot(actor, pk)
    now = timezone.now()
    if not slot.takes_bookings(now):
        return closed(request, slot, status=200 if request.method == "GET" else 409)
    form = BookingForm(
        request.POST if request.method == "POST" else None,
        slot=slot,
        questions=queries.asked_questions(slot.workshop_id, asked="booking", now=now),
    )
    if request.method != "POST" or not form.is_valid():
        return booking_page(request, slot, form, status=422 if form.is_bound else 200)
    try:
        booking = bookings.book_slot(
            actor=actor,
            slot_id=slot.pk,
            party=form.party(get_language() or "de"),
            now=now,
            caller=Caller(client_address(request), request.POST.get("proof", "")),
        )
    except SlotFull as error:
        slot.seats_taken = slot.capacity - error.extra["seats_left"]
        form.add_error("party_size", str(error.message))
        return booking_page(request, slot, form, status=409)
    except (SlotCancelled, BookingClosed) as error:
        return closed(request, slot, status=error.status)
    except ProofRequired as error:
        return booking_page(
            request, slot, form, status=error.status, challenge=error.extra["challenge"]
        )
    except (InvalidInput, TooManyRequests) as error:
        add_rule(form, error)
        return booking_page(
            request, slot, form, status=422 if error.status == 400 else error.status
        )
    keep_hold(request, booking)
    return redirect("booking_held", slug=actor.town.slug, pk=slot.pk)


def booking_page(
    request: HttpRequest, slot: Slot, form: BookingForm, *, status: int, challenge: Any = None
) -> HttpResponse:
    """`challenge`: what the browser has to solve first, for the same form once more."""
    waiting_form = None
    if slot.is_full or status == 409:
        typed = {name: form[name].value() for name in ("party_size", "name", "email")}
        waiting_form = WaitingForm(slot=slot, initial=typed, auto_id="warten_%s")
    context = {
        "slot": slot,
        "form": form,
        "waiting_form": waiting_form,
        "overlaps": own_overlaps(request, slot),
        "now": timezone.now(),
        "challenge": challenge,
    }
    return render(request, "bookings/book.html", context, status=status)


def closed(request: HttpRequest, slot: Slot, *, status: int) -> HttpResponse:
    return render(
        request, "bookings/closed.html", {"slot": slot, "now": timezone.now()}, status=status
    )


@town_page()
def held(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """What to do now; the browser that booked may have the link mailed again or elsewhere."""
    return held_page(request, queries.slot(actor, pk), EmailForm())


@require_POST
@town_page()
def resend(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    hold = own_hold(request, queries.slot(actor, pk).pk)
    if hold is not None:
        try:
            holds.resend_link(code=hold.code, now=timezone.now(), network=client_address(request))
            messages.success(request, _("Wir haben Ihnen den Link noch einmal geschickt."))
        except TooManyRequests as error:
            messages.error(request, str(error.message))
    return redirect("booking_held", slug=actor.town.slug, pk=pk)


@require_POST
@town_page()
def correct_email(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    slot = queries.slot(actor, pk)
    form = EmailForm(request.POST)
    if not form.is_valid():
        return held_page(request, slot, form, status=422)
    try:
        booking = holds.correct_email(
            token=own_holds(request).get(str(pk), ""),
            email=form.cleaned_data["email"],
            now=timezone.now(),
            network=client_address(request),
        )
    except RuleBroken as error:
        add_rule(form, error, field="email")
        return held_page(request, slot, form, status=error.status)
    keep_hold(request, booking)
    messages.success(
        request, _("Der Link ist zur neuen Adresse unterwegs. Der alte gilt nicht mehr.")
    )
    return redirect("booking_held", slug=actor.town.slug, pk=pk)


def held_page(
    request: HttpRequest, slot: Slot, form: EmailForm, *, status: int = 200
) -> HttpResponse:
    hold = own_hold(request, slot.pk)
    context = {
        "slot": slot,
        "hold": hold,
        "form": form,
        "suggestion": suggest_email(hold.email) if hold else "",
        "now": timezone.now(),
    }
    return render(request, "bookings/held.html", context, status=status)


# --- What this browser has booked ----------------------------------------------------------------

HOLDS = "holds"
MOST_HOLDS = 20


def own_holds(request: HttpRequest) -> dict[str, str]:
    """The tokens of its holds, by date; for the half hour, and to warn of overlapping dates."""
    kept: dict[str, str] = request.session.get(HOLDS, {})
    return kept


def keep_hold(request: HttpRequest, booking: Booking) -> None:
    kept = {**own_holds(request), str(booking.slot_id): booking.hold_token}
    request.session[HOLDS] = dict(list(kept.items())[-MOST_HOLDS:])


def own_hold(request: HttpRequest, slot_id: int) -> holds.Hold | None:
    try:
        return holds.find(token=own_holds(request).get(str(slot_id), ""))
    except UnknownToken:
        return None


def own_overlaps(request: HttpRequest, slot: Slot) -> list[Slot]:
    """Dates at the same time which this browser, or who is logged in, has booked."""
    user = request.user
    email = user.email if isinstance(user, User) else ""
    slot_ids = [int(pk) for pk in own_holds(request)]
    return queries.overlaps_of(slot, email=email, slot_ids=slot_ids)


# --- Behind the links of the mails ---------------------------------------------------------------


@private
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Only the button confirms: programs that follow the links of mails must not."""
    booking = queries.booking_by_confirm_token(token)
    if booking is None:
        return render(request, "bookings/unknown_link.html", status=404)
    stand_in_town(request, booking.slot.workshop.municipality)
    context: dict[str, Any] = {"booking": booking, "slot": booking.slot, "now": timezone.now()}
    if request.method != "POST":
        return render(request, "bookings/confirm.html", context)
    try:
        booking, manage_token = bookings.confirm_booking(token=token, now=timezone.now())
    except RuleBroken as error:
        return render(
            request, "bookings/confirm.html", context | {"error": error}, status=error.status
        )
    return redirect("booking_manage", code=booking.code, token=manage_token)


@private
def ticket(request: HttpRequest, secret: str) -> HttpResponse:
    """One seat; or, by the secret of a booking, all its seats."""
    try:
        found = queries.ticket_by_secret(secret)
    except NotFound:
        return all_tickets(request, secret)
    slot = found.booking.slot
    stand_in_town(request, slot.workshop.municipality)
    context = {
        "ticket": found,
        "qr": qr(tickets.ticket_url(found)),
        "booking": found.booking,
        "slot": slot,
        "place": tickets.place_of(slot),
        "online_url": tickets.online_url_for(found.booking),
        "votes": live.open_to_tickets(slot.pk),
    }
    return render(request, "bookings/ticket.html", context)


def all_tickets(request: HttpRequest, secret: str) -> HttpResponse:
    try:
        booking = queries.booking_by_secret(secret)
    except NotFound:
        return render(request, "bookings/unknown_ticket.html", status=404)
    slot = booking.slot
    stand_in_town(request, slot.workshop.municipality)
    context = {
        "booking": booking,
        "seats": [ticket for ticket in booking.tickets.all() if ticket.revoked_at is None],
        "qr": qr(tickets.booking_url(booking)),
        "slot": slot,
        "place": tickets.place_of(slot),
        "online_url": tickets.online_url_for(booking),
    }
    return render(request, "bookings/tickets.html", context)


# --- Waiting list --------------------------------------------------------------------------------


@town_page()
def wait(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    slot = queries.slot(actor, pk)
    now = timezone.now()
    if not slot.takes_bookings(now):
        return closed(request, slot, status=200 if request.method == "GET" else 409)
    form = WaitingForm(request.POST if request.method == "POST" else None, slot=slot)
    context: dict[str, Any] = {"slot": slot, "form": form, "now": now}
    if request.method != "POST" or not form.is_valid():
        return render(request, "bookings/wait.html", context, status=422 if form.is_bound else 200)
    try:
        waiting_list.join(
            actor=actor,
            slot_id=slot.pk,
            party=form.party(get_language() or "de"),
            min_party=form.cleaned_data["min_party"],
            now=now,
            caller=Caller(client_address(request), request.POST.get("proof", "")),
        )
    except ProofRequired as error:
        context["challenge"] = error.extra["challenge"]
        return render(request, "bookings/wait.html", context, status=error.status)
    except RuleBroken as error:
        add_rule(form, error)
        status = 422 if error.status == 400 else error.status
        return render(request, "bookings/wait.html", context, status=status)
    return redirect("waiting", slug=actor.town.slug, pk=slot.pk)


@private
def wait_entry(request: HttpRequest, token: str) -> HttpResponse:
    """Where the waiting list's mails lead: how it stands, and taking or leaving an offer."""
    try:
        entry = queries.wait_entry_by_token(token)
    except NotFound:
        return render(request, "bookings/unknown_link.html", status=404)
    stand_in_town(request, entry.slot.workshop.municipality)
    context: dict[str, Any] = {
        "entry": entry,
        "slot": entry.slot,
        "token": token,
        "place_in_line": queries.place_in_line(entry),
    }
    if request.method != "POST":
        return render(request, "bookings/wait_entry.html", context)
    try:
        if request.POST.get("step") == "accept":
            entry = waiting_list.accept(entry_id=entry.pk, now=timezone.now())
        elif request.POST.get("step") == "decline":
            entry = waiting_list.decline(entry_id=entry.pk, now=timezone.now())
        else:
            entry = waiting_list.leave(entry_id=entry.pk, now=timezone.now())
    except RuleBroken as error:
        context["error"] = error
        return render(request, "bookings/wait_entry.html", context, status=error.status)
    if entry.offer and entry.offer.state == Booking.State.CONFIRMED:
        return redirect("booking_manage", code=entry.offer.code, token=entry.offer.manage_token)
    return redirect("wait_entry", token=token)


@town_page()
def waiting(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    return render(request, "bookings/waiting.html", {"slot": queries.slot(actor, pk)})


# --- Shared --------------------------------------------------------------------------------------


def own_booking(request: HttpRequest, code: str, token: str) -> Booking | None:
    """The booking that the link opens; the page then stands in its town's colours."""
    try:
        booking = queries.booking_by_manage_token(code, token)
    except NotFound:
        return None
    stand_in_town(request, booking.slot.workshop.municipality)
    return booking


def stand_in_town(request: HttpRequest, town: Municipality) -> None:
    request.actor = actor_of(request, town)  # type: ignore[attr-defined]  # for the context processor


@dataclass(frozen=True, slots=True)
class PrintableTicket:
    ticket: Ticket
    url: str
    qr: SafeString


def printable(booking: Booking) -> list[PrintableTicket]:
    """The tickets that are valid, each with its QR code."""
    return [
        PrintableTicket(ticket, tickets.ticket_url(ticket), qr(tickets.ticket_url(ticket)))
        for ticket in booking.tickets.all()
        if ticket.revoked_at is None
    ]


def qr(content: str) -> SafeString:
    """Our own SVG: its only input is modules, black or white."""
    return mark_safe(tickets.qr_svg(content))  # noqa: S308
