"""What a party says about itself, corrected after it has booked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from workshops import emails, policy, queries
from workshops.errors import BookingCancelled, ChangeTooLate
from workshops.models import AccessNeeds, Booking, Question, Ticket
from workshops.services import questions
from workshops.services.parties import (
    MAX_ACCESS_NEEDS,
    MAX_PARTY,
    Party,
    clean_line,
    clean_party,
    clean_text,
)

COLUMNS = ("name", "phone", "organisation", "guardian_name", "guardian_phone", "language")
CHANGEABLE = frozenset({*COLUMNS, "names", "access_needs", "answers"})


@transaction.atomic
def change_booking(
    *, booking_id: int, changes: Mapping[str, Any], now: datetime, actor: Actor | None = None
) -> Booking:
    """Change what `changes` names: fields of Party but the size and the address.

    `names` are those of the seats still valid, in order; `answers` only those that change. The
    citizen, whose token the caller has checked, may until the date's deadline; the desk (`actor`)
    always. Who has an address gets a mail if anything changed. Locks the booking. Raises NotFound,
    InvalidInput, ChangeTooLate, BookingCancelled.
    """
    rows = Booking.objects.select_related("slot__workshop__municipality")
    if actor is not None:
        policy.run_programme(actor)
        rows = rows.of(actor.town)
    booking = rows.select_for_update(no_key=True, of=("self",)).filter(pk=booking_id).first()
    if booking is None:
        raise NotFound
    if not booking.is_active:
        raise BookingCancelled
    slot = booking.slot
    if actor is None and now >= slot.cancellable_until:
        raise ChangeTooLate(until=slot.cancellable_until, town=slot.workshop.municipality)
    given = {name: changes[name] for name in CHANGEABLE & changes.keys()}
    changed = [
        _change_columns(booking, given, at_desk=actor is not None),
        _change_names(booking, given.get("names"), now),
        _change_needs(booking, given.get("access_needs")),
        _change_answers(booking, given.get("answers"), now, at_desk=actor is not None),
    ]
    if any(changed):
        booking.sequence += 1
        booking.save(update_fields=["sequence"])
        if booking.email and booking.state != Booking.State.HELD:
            emails.send_changed.enqueue(booking.pk, booking.sequence)
    return queries.booking_by_pk(booking_id)


def _change_columns(booking: Booking, given: Mapping[str, Any], *, at_desk: bool) -> bool:
    before = {name: getattr(booking, name) for name in COLUMNS}
    party = Party(booking.party_size, email=booking.email, **before)
    party = replace(party, **{name: given[name] for name in given.keys() & before.keys()})
    party = clean_party(
        party,
        max_size=MAX_PARTY,
        needs_email=bool(booking.email),
        needs_guardian=bool(booking.guardian_name) and not at_desk,
    )
    after = {name: getattr(party, name) for name in COLUMNS}
    for name, value in after.items():
        setattr(booking, name, value)
    if after == before:
        return False
    booking.save(update_fields=COLUMNS)
    return True


def _change_names(booking: Booking, names: Sequence[str] | None, now: datetime) -> bool:
    if names is None:
        return False
    tickets = list(Ticket.objects.filter(booking=booking, revoked_at=None).order_by("seq", "pk"))
    seats = len(tickets) or booking.party_size
    if len(names) > seats:
        raise InvalidInput("names", "max_length", _("Das sind mehr Namen als Plätze."))
    cleaned = [clean_line("names", name) for name in names] + [""] * (seats - len(names))
    if not tickets:
        is_same = booking.seat_names == cleaned
        booking.seat_names = cleaned
        booking.save(update_fields=["seat_names"])
        return not is_same
    renamed = [ticket for ticket, name in zip(tickets, cleaned, strict=True) if ticket.name != name]
    for ticket, name in zip(tickets, cleaned, strict=True):
        ticket.name, ticket.changed_at = name, now
    Ticket.objects.bulk_update(renamed, ["name", "changed_at"])
    return bool(renamed)


def _change_needs(booking: Booking, text: str | None) -> bool:
    if text is None:
        return False
    needs = clean_text("access_needs", text, MAX_ACCESS_NEEDS)
    rows = AccessNeeds.objects.filter(booking=booking)
    before = rows.values_list("text", flat=True).first() or ""
    if needs == before:
        return False
    if needs:
        AccessNeeds.objects.update_or_create(booking=booking, defaults={"text": needs})
    else:
        rows.delete()
    return True


def _change_answers(
    booking: Booking, given: Mapping[str, Any] | None, now: datetime, *, at_desk: bool
) -> bool:
    if given is None:
        return False
    asked = Question.Asked.BOOKING
    before = {
        answer.question_id: answer.value
        for answer in queries.answers(booking)
        if answer.question.asked == asked and answer.question.retired_at is None
    }
    after = questions.store_answers(
        booking=booking, given=given, asked=asked, now=now, is_complete=not at_desk
    )
    return after != before
