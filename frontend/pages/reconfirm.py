"""Behind the mail's question: do you come? One click answers; only a POST does."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.pages.bookings import own_booking, private
from participation.errors import RuleBroken
from workshops.models import Booking
from workshops.services import reconfirmations

# Up to here each number of people has a button of its own.
BUTTONS = 4


def _answers(booking: Booking) -> list[tuple[int, str]]:
    """How many come, and the words for it; whoever has said yes can only say less."""
    size = booking.party_size
    words = {2: _("Wir kommen zu zweit"), 3: _("Wir kommen zu dritt"), 4: _("Wir kommen zu viert")}
    everyone = _("Ich komme") if size == 1 else words.get(size, _("Wir kommen alle"))
    yes = [] if booking.reconfirmed_at else [(size, everyone)]
    fewer = range(size - 1, 0, -1) if size <= BUTTONS else ()
    return [
        *yes,
        *((seats, words.get(seats, _("Nur eine Person kommt"))) for seats in fewer),
        (0, _("Ich komme nicht") if size == 1 else _("Niemand von uns kommt")),
    ]


@private
def reconfirm(request: HttpRequest, code: str, token: str) -> HttpResponse:
    booking = own_booking(request, code, token)
    if booking is None:
        return render(request, "bookings/unknown_link.html", status=404)
    error, status = None, 200
    if request.method == "POST":
        typed = request.POST.get("seats", "")
        seats = int(typed) if typed.isdecimal() and len(typed) < 4 else -1
        try:
            reconfirmations.answer(booking_id=booking.pk, seats=seats, now=timezone.now())
        except RuleBroken as broken:
            error, status = broken, 422 if broken.status == 400 else broken.status
        else:
            return redirect("booking_reconfirm", code=code, token=token)
    size = booking.party_size
    context = {
        "booking": booking,
        "slot": booking.slot,
        "token": token,
        "error": error,
        "is_open": booking.state == Booking.State.CONFIRMED
        and timezone.now() < booking.slot.starts_at,
        "is_lost": booking.cancelled_by == Booking.CancelledBy.NO_REPLY,
        "answers": _answers(booking),
        "many": size - 1 if size > BUTTONS else 0,
    }
    return render(request, "bookings/reconfirm.html", context, status=status)
