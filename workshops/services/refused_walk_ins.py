"""People whom a door without a network let in beyond the seats: seated after all, or settled."""

from datetime import datetime

from django.db import transaction

from participation.actors import Actor
from participation.errors import NotFound
from workshops import policy
from workshops.errors import AlreadySettled
from workshops.models import Booking, RefusedWalkIn, Slot
from workshops.services import questions, walk_ins
from workshops.services import seats as seating
from workshops.services.conflicts import MAX_NOTE
from workshops.services.parties import clean_line


@transaction.atomic
def seat(*, actor: Actor, slot_id: int, refused_id: int, now: datetime) -> Booking:
    """Give them seats, if there are enough by now; they are inside since they came, and what they
    answered at the door is the booking's.

    Done already: the same booking again. Locks the slot. Raises NotFound, AlreadySettled,
    SlotFull, SlotCancelled, BookingClosed.
    """
    slot, refused = _locked(actor, slot_id, refused_id)
    if refused.booking is not None:
        return refused.booking
    if refused.settled_at is not None:
        raise AlreadySettled
    booking = walk_ins.let_in(
        actor=actor,
        slot=slot,
        party_size=refused.party_size,
        name=refused.name,
        now=now,
        occurred_at=refused.occurred_at,
        offline=True,
        gate=refused.gate,
    )
    questions.carry_answers(refused, booking)
    _settle(refused, actor, now, booking)
    return booking


@transaction.atomic
def settle(
    *, actor: Actor, slot_id: int, refused_id: int, now: datetime, note: str = ""
) -> RefusedWalkIn:
    """Somebody has seen to it: they left, or sit elsewhere. `note` is one line of at most 200
    characters. Settled twice is settled once, with the first note.

    Locks the slot. Raises NotFound, InvalidInput, LoginRequired, NotAllowed.
    """
    _slot, refused = _locked(actor, slot_id, refused_id)
    note = clean_line("note", note, longest=MAX_NOTE)
    if refused.settled_at is None:
        refused.note = note
        _settle(refused, actor, now, None)
    return refused


def _locked(actor: Actor, slot_id: int, refused_id: int) -> tuple[Slot, RefusedWalkIn]:
    policy.run_door(actor)
    rows = RefusedWalkIn.objects.of(actor.town).filter(slot=slot_id)
    if not rows.filter(pk=refused_id).exists():
        raise NotFound
    slot = seating.lock_slot(slot_id)
    refused = rows.select_related("booking").filter(pk=refused_id).first()
    if refused is None:
        raise NotFound
    return slot, refused


def _settle(refused: RefusedWalkIn, actor: Actor, now: datetime, booking: Booking | None) -> None:
    refused.settled_at, refused.settled_by, refused.booking = now, actor.principal, booking
    refused.save(update_fields=["settled_at", "settled_by", "note", "booking"])
