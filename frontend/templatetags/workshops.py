"""How it stands with a date, in words."""

import json
from dataclasses import dataclass
from datetime import datetime

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend import dates
from workshops.models import Slot
from workshops.queries import retention

register = template.Library()

FEW = 3
ESCAPED = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}


@dataclass(frozen=True, slots=True)
class BookingState:
    """`kind` is the badge's; `may_book` covers the waiting list of a full date."""

    kind: str
    words: str
    may_book: bool = False


@register.simple_tag
def json_ld(data: object) -> SafeString:
    """A data block for search engines; what could end it early is escaped as JSON allows."""
    text = json.dumps(data, ensure_ascii=False).translate(ESCAPED)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308


@register.simple_tag
def booking_state(slot: Slot, now: datetime) -> BookingState:
    if slot.is_cancelled:
        return BookingState("danger", _("Abgesagt"))
    if slot.ends_at <= now or slot.state in (Slot.State.DONE, Slot.State.PURGED):
        return BookingState("", _("Vorbei"))
    if slot.starts_at <= now or slot.state == Slot.State.RUNNING:
        return BookingState("info", _("Läuft gerade"))
    if slot.state == Slot.State.DRAFT:
        return BookingState("", _("Entwurf"))
    if slot.takes_bookings(now):
        return _free_seats(slot.seats_left)
    if slot.booking_opens_at and slot.booking_opens_at > now and slot.state == Slot.State.OPEN:
        return BookingState("info", _("Buchbar ab %s") % dates.when(slot.booking_opens_at))
    return BookingState("", _("Nicht mehr buchbar"))


def _free_seats(left: int) -> BookingState:
    if left <= 0:
        return BookingState("warning", _("Ausgebucht – Warteliste"), may_book=True)
    if left <= FEW:
        words = ngettext("Nur noch %s Platz frei", "Nur noch %s Plätze frei", left) % left
        return BookingState("warning", words, may_book=True)
    return BookingState(
        "success", ngettext("%s Platz frei", "%s Plätze frei", left) % left, may_book=True
    )


@register.filter
def kept_until(slot: Slot) -> datetime:
    """When the personal data of a date goes."""
    return retention.kept_until(slot)
