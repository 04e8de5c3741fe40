"""A person's own right: read all that is stored about a booking, and have it erased."""

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from frontend.pages.bookings import own_booking, private
from participation.errors import RuleBroken
from workshops import privacy


@private
@require_safe
def own_data(request: HttpRequest, code: str, token: str) -> HttpResponse:
    booking = own_booking(request, code, token)
    if booking is None:
        return render(request, "bookings/unknown_link.html", status=404)
    context = {
        "booking": booking,
        "slot": booking.slot,
        "token": token,
        "data": privacy.data_of(booking),
        "on_hold": bool(booking.slot.legal_hold),
    }
    return render(request, "bookings/own_data.html", context)


@private
@require_safe
def own_data_file(request: HttpRequest, code: str, token: str) -> HttpResponse:
    booking = own_booking(request, code, token)
    if booking is None:
        return render(request, "bookings/unknown_link.html", status=404)
    data = privacy.data_of(booking)
    content = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    name = f"buchung-{booking.code}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/json", headers=headers)


@private
def erase(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """Ask once more, then erase; the booking's own links end with it."""
    booking = own_booking(request, code, token)
    if booking is None:
        return render(request, "bookings/unknown_link.html", status=404)
    context = {"booking": booking, "slot": booking.slot, "token": token, "now": timezone.now()}
    if request.method != "POST":
        return render(request, "bookings/erase.html", context)
    try:
        privacy.erase_booking(booking_id=booking.pk, now=timezone.now())
    except RuleBroken as error:
        context["error"] = error
        return render(request, "bookings/erase.html", context, status=error.status)
    return render(request, "bookings/erased.html", {"slot": booking.slot})
