"""Whom the door has before it: the party behind a code, and parties by name. No e-mail address."""

from typing import TypedDict

from django.db.models import Prefetch, QuerySet

from participation.actors import Actor
from participation.errors import NotFound
from workshops import policy, tickets
from workshops.models import Booking, Ticket
from workshops.queries.programme import slot

FEWEST_LETTERS = 3
MOST_FOUND = 20


class PartySeat(TypedDict):
    seq: int
    name: str
    inside: bool


class Party(TypedDict):
    """The valid seats of a booking; `name` is the booking's."""

    code: str
    name: str
    state: str
    seats: list[PartySeat]


def party(actor: Actor, slot_id: int, presented: str) -> Party:
    """Behind a booking's QR code or its six characters, if it is good for this date.

    Two statements. Raises LoginRequired, NotAllowed, NotFound.
    """
    policy.run_door(actor)
    code = tickets.code_in(presented)
    key = {"code": code} if code else {"secret": tickets.secret_in(presented).replace("\x00", "")}
    if not any(key.values()):
        raise NotFound
    found = _valid(actor, slot_id).filter(**key).first()
    if found is None:
        raise NotFound
    return _party(found)


def parties_named(actor: Actor, slot_id: int, name: str) -> list[Party]:
    """Those of the date with `name` in the booking's name or in a seat's, at most 20, by name; none
    below three letters. Three statements. Raises LoginRequired, NotAllowed, NotFound."""
    policy.run_door(actor)
    slot(actor, slot_id)
    wanted = name.casefold().strip()
    if len(wanted) < FEWEST_LETTERS:
        return []
    # SQLite knows no capital Ö; a date has few enough bookings to look at each.
    named = [
        booking
        for booking in _valid(actor, slot_id).order_by("name", "pk")
        if any(wanted in text.casefold() for text in _names(booking))
    ]
    return [_party(booking) for booking in named[:MOST_FOUND]]


def _valid(actor: Actor, slot_id: int) -> QuerySet[Booking]:
    # Late comers too, whose seats may have gone to walk-ins.
    states = (*Booking.COMING, Booking.State.NO_SHOW)
    bookings = Booking.objects.of(actor.town).filter(slot_id=slot_id, state__in=states)
    return bookings.prefetch_related(Prefetch("tickets", Ticket.objects.order_by("seq", "pk")))


def _names(booking: Booking) -> list[str]:
    return [booking.name, *(ticket.name for ticket in booking.tickets.all())]


def _party(booking: Booking) -> Party:
    return {
        "code": booking.code,
        "name": booking.name,
        "state": booking.state,
        "seats": [
            {"seq": ticket.seq, "name": ticket.name, "inside": ticket.entered_at is not None}
            for ticket in booking.tickets.all()
            if ticket.revoked_at is None
        ],
    }
