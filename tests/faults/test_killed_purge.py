"""A purge killed (-9) in the middle: its record says what is gone, and the next run goes on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from participation import secrets
from participation.models import Municipality
from tests.faults.conftest import Start, until
from tests.workshops.factories import make_slot, staff
from workshops import privacy
from workshops.models import Booking, ErasureRecord, Slot, SlotFigures, Ticket
from workshops.queries import retention
from workshops.services import scheduling

pytestmark = pytest.mark.django_db(transaction=True)
GUESTS = 6000


def fill(slot: Slot) -> None:
    seeds = [secrets.new_token() for _ in range(GUESTS)]
    rows = Booking.objects.bulk_create(
        Booking(
            slot=slot,
            code=f"{number:06d}",
            party_size=1,
            name="Kim",
            state=Booking.State.CONFIRMED,
            seed=seed,
            confirm_token_hash=secrets.hashed(f"confirm-{seed}"),
            manage_token_hash=secrets.hashed(f"manage-{seed}"),
            created_at=slot.starts_at,
        )
        for number, seed in enumerate(seeds)
    )
    Ticket.objects.bulk_create(
        Ticket(booking=row, seq=1, secret=secrets.new_token(), changed_at=slot.starts_at)
        for row in rows
    )
    Slot.objects.filter(pk=slot.pk).update(seats_taken=GUESTS)


def left(slot: Slot) -> dict[str, int]:
    return {
        "tickets": Ticket.objects.filter(booking__slot=slot).count(),
        "bookings": Booking.objects.filter(slot=slot).count(),
    }


def test_a_killed_purge_is_gone_on_with(town: Municipality, start: Start) -> None:
    now = timezone.now()
    slot = make_slot(town, capacity=GUESTS, starts_at=now - timedelta(days=40))
    fill(slot)
    scheduling.finish_past_slots(now=now)
    figures = SlotFigures.objects.values().get(slot=slot)
    (said,) = retention.dry_run(staff(town), now)
    assert said.counts == {"tickets": GUESTS, "bookings": GUESTS}

    purge = start("manage.py", "purge")
    until(lambda: Ticket.objects.count() < GUESTS, purge)
    purge.kill()
    record = ErasureRecord.objects.get()
    rest = left(slot)
    assert sum(rest.values()) > 0, "It had finished before it was killed."
    gone = {name: GUESTS - count for name, count in rest.items() if count < GUESTS}
    assert (record.sha256, record.counts) == ("", gone)
    slot.refresh_from_db()
    assert (slot.state, slot.purged_at) == ("purged", None)

    while privacy.purge_due(now=timezone.now()):
        pass
    assert left(slot) == {"tickets": 0, "bookings": 0}
    record = ErasureRecord.objects.get()
    assert record.counts == said.counts
    assert len(record.sha256) == 64
    assert SlotFigures.objects.values().get(slot=slot) == figures
    slot.refresh_from_db()
    assert slot.purged_at is not None
