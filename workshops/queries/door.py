"""What the door needs to know."""

from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import TypedDict

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from participation import secrets
from participation.actors import Actor
from participation.errors import NotFound
from participation.models.access import Scope
from workshops import policy
from workshops.models import Answer, Booking, Gate, Question, Slot, Ticket, Venue
from workshops.queries.door_counts import door_counts
from workshops.queries.programme import slots

DOOR_STATES = (Slot.State.OPEN, Slot.State.CLOSED, Slot.State.RUNNING)


# A change is stamped a moment before it is committed: the next look goes back this far.
DOOR_OVERLAP = timedelta(seconds=10)
# What a scanner keeps for a slot goes this long after its end.
WIPE_AFTER = timedelta(hours=24)


def door_slots(actor: Actor, now: datetime) -> QuerySet[Slot]:
    """The slots a door may be needed for: over at most two hours ago, starting within 18 hours."""
    policy.run_door(actor)
    return (
        slots(actor)
        .filter(
            state__in=DOOR_STATES,
            ends_at__gt=now - timedelta(hours=2),
            starts_at__lt=now + timedelta(hours=18),
        )
        .order_by("starts_at", "pk")
    )


class DoorTicket(TypedDict):
    """`state` is valid, cancelled or revoked."""

    secret_hash: str
    code_hash: str
    seq: int
    state: str
    inside: bool


class DoorBooking(TypedDict):
    """`hash` stands for the QR code of the whole booking, `seqs` for all its seats; `answered`:
    nothing is left to be asked at the door."""

    hash: str | None
    code_hash: str
    seqs: list[int]
    answered: bool


class DoorList(TypedDict):
    """What a scanner needs to go on without a network: no names, no addresses.

    What it reads it finds as SHA-256 of `salt` and the ticket's secret, the booking's secret or
    the booking's code. The salt is the slot's own.
    """

    as_of: datetime
    salt: str
    starts_at: datetime
    ends_at: datetime
    wipe_at: datetime
    window: dict[str, datetime]
    inside: int
    expected: int
    seats: int
    gates: list[Gate]
    questions: list[Question]
    tickets: list[DoorTicket]
    bookings: list[DoorBooking]


def door_list(
    actor: Actor, slot_id: int, *, now: datetime, since: datetime | None = None
) -> DoorList:
    """At most six statements. `since`: only bookings that have changed.

    Raises LoginRequired, NotAllowed, NotFound.
    """
    policy.run_door(actor)
    slot = door_slot(actor, slot_id)
    tickets = Ticket.objects.filter(booking__slot=slot).select_related("booking")
    if since:
        changed = Ticket.objects.filter(booking__slot=slot, changed_at__gt=since)
        tickets = tickets.filter(booking_id__in=changed.values("booking_id"))
    questions = door_questions(slot)
    rows, parties = _hashed_rows(slot, tickets.order_by("booking_id", "seq", "pk"), questions)
    counts = door_counts(slot)
    return {
        "as_of": now - DOOR_OVERLAP,
        "salt": door_salt(slot_id),
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "wipe_at": slot.ends_at + WIPE_AFTER,
        "window": {"opens_at": slot.door_opens_at, "closes_at": slot.door_closes_at},
        "inside": counts["inside"],
        "expected": counts["expected"],
        "seats": counts["seats"],
        "gates": list(gates_of_slot(slot)),
        "questions": questions,
        "tickets": rows,
        "bookings": parties,
    }


def door_slot(actor: Actor, slot_id: int) -> Slot:
    """The slot with its workshop and places. Raises NotFound."""
    slot = (
        Slot.objects.of(actor.town)
        .select_related("workshop__venue", "room__venue")
        .filter(pk=slot_id)
        .first()
    )
    if slot is None:
        raise NotFound
    slot.workshop.municipality = actor.town
    return slot


def door_questions(slot: Slot) -> list[Question]:
    """What is asked at this door, in its order."""
    asked = Question.objects.filter(workshop_id=slot.workshop_id, asked=Question.Asked.DOOR)
    return list(asked.filter(retired_at=None).order_by("position", "pk"))


def gates(actor: Actor, venue_id: int) -> QuerySet[Gate]:
    """The entrances of a venue, for desk and door. Raises LoginRequired, NotAllowed, NotFound."""
    if not actor.may(Scope.DESK):
        policy.run_door(actor)
    venue = Venue.objects.of(actor.town).filter(pk=venue_id).first()
    if venue is None:
        raise NotFound
    return venue.gates.order_by("name", "pk")


def gates_of_slot(slot: Slot) -> QuerySet[Gate]:
    """The entrances of its venue."""
    venue = slot.room.venue if slot.room else slot.workshop.venue
    gates = venue.gates.all() if venue else Gate.objects.none()
    return gates.order_by("name", "pk")


def door_salt(slot_id: int) -> str:
    """The same for every scanner of the slot, so that what has changed can be sent alone."""
    return salted_hmac("workshops.door", str(slot_id), algorithm="sha256").hexdigest()[:32]


def _hashed_rows(
    slot: Slot, tickets: QuerySet[Ticket], questions: list[Question]
) -> tuple[list[DoorTicket], list[DoorBooking]]:
    salt = door_salt(slot.pk)
    answered = _answered(slot, questions)
    rows: list[DoorTicket] = []
    parties: list[DoorBooking] = []
    for booking, seats in groupby(tickets, key=attrgetter("booking")):
        code_hash = secrets.hashed(salt + booking.code)
        party: DoorBooking = {
            "hash": secrets.hashed(salt + booking.secret) if booking.secret else None,
            "code_hash": code_hash,
            "seqs": [],
            "answered": booking.pk in answered if questions else True,
        }
        for ticket in seats:
            party["seqs"].append(ticket.seq)
            rows.append(
                {
                    "secret_hash": secrets.hashed(salt + ticket.secret),
                    "code_hash": code_hash,
                    "seq": ticket.seq,
                    "state": _state_of(ticket, booking),
                    "inside": ticket.entered_at is not None,
                }
            )
        parties.append(party)
    return rows, parties


def _state_of(ticket: Ticket, booking: Booking) -> str:
    if booking.state == Booking.State.CANCELLED:
        return "cancelled"
    return "revoked" if ticket.revoked_at else "valid"


def _answered(slot: Slot, questions: list[Question]) -> set[int]:
    """The bookings that have answered something at the door: they are not asked again."""
    if not questions:
        return set()
    given = Answer.objects.filter(booking__slot=slot, question__in=questions)
    return set(given.order_by().values_list("booking_id", flat=True))
