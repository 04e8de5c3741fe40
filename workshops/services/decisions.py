"""Whether a date with a minimum number takes place: by the desk at any time, by the clock at its
`decides_at`."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from participation.actors import Actor
from participation.errors import NotFound
from workshops import policy
from workshops.errors import IllegalStep
from workshops.models import Booking, Slot
from workshops.services import scheduling
from workshops.services import seats as seating

UNDECIDED = (Slot.State.OPEN, Slot.State.CLOSED)


@transaction.atomic
def decide_go(*, actor: Actor, slot_id: int, now: datetime) -> Slot:
    """The date takes place, however many come; the clock does not ask again.

    To call it off, use `scheduling.cancel_slot`. Locks the slot. Raises NotFound, NotAllowed,
    IllegalStep for a date that is no longer to come.
    """
    policy.run_programme(actor)
    if not Slot.objects.of(actor.town).filter(pk=slot_id).exists():
        raise NotFound
    slot = seating.lock_slot(slot_id)
    if slot.state not in UNDECIDED or now >= slot.starts_at:
        raise IllegalStep
    if slot.decided_at is None:
        slot.decided_at = now
        slot.save(update_fields=["decided_at"])
    return slot


def decide_due(*, now: datetime) -> int:
    """Decide what is due: enough seats confirmed, and the date takes place; else it is called off.

    Each date in its own transaction; one locked this moment is left for the next run. Returns how
    many were decided.
    """
    due = Slot.objects.filter(
        state__in=UNDECIDED,
        min_seats__isnull=False,
        decides_at__lte=now,
        decided_at=None,
        starts_at__gt=now,
    )
    return sum(_decide(pk, now) for pk in list(due.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _decide(slot_id: int, now: datetime) -> bool:
    """Seats that are only held may still be confirmed: where they would make the difference, the
    decision waits for them, at most as long as a hold lasts."""
    rows = Slot.objects.select_for_update(no_key=True, skip_locked=True)
    slot = rows.filter(pk=slot_id, state__in=UNDECIDED, decided_at=None).first()
    if slot is None or slot.min_seats is None or slot.decides_at is None:
        return False
    seats = Booking.objects.filter(slot=slot).aggregate(
        confirmed=Coalesce(Sum("party_size", filter=Q(state__in=Booking.COMING)), 0),
        held=Coalesce(Sum("party_size", filter=Q(state=Booking.State.HELD)), 0),
    )
    if seats["confirmed"] < slot.min_seats:
        waits = now < slot.decides_at + seating.HOLD
        if waits and seats["confirmed"] + seats["held"] >= slot.min_seats:
            return False
        slot.decided_at = now
        scheduling.call_off(slot, now)
        return True
    slot.decided_at = now
    slot.save(update_fields=["decided_at"])
    return True
