"""What is counted of a date that is over."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.forms import model_to_dict

from participation.models import Municipality
from tests.workshops.factories import NOW, book, hold, make_slot, party, staff
from workshops.models import Booking, Slot, SlotFigures
from workshops.services import bookings, door, figures, scheduling, waiting


def scan(booking: Booking, kind: str = "entry", *, seat: int = 1, at: datetime) -> None:
    door.scan(
        actor=staff(booking.slot.workshop.municipality),
        slot_id=booking.slot_id,
        secret_or_code=booking.tickets.get(seq=seat).secret,
        client_uuid=uuid4(),
        now=at,
        kind=kind,
    )


def finish(slot: Slot) -> dict[str, int]:
    actor = staff(slot.workshop.municipality)
    scheduling.finish_slot(actor=actor, slot_id=slot.pk, now=slot.ends_at)
    return counts(slot)


def counts(slot: Slot) -> dict[str, int]:
    return model_to_dict(SlotFigures.objects.get(slot=slot), exclude=["id", "slot"])


@pytest.mark.django_db
def test_a_date_is_counted_when_it_is_done(town: Municipality) -> None:
    slot = make_slot(town, capacity=12)
    family = book(slot, 4)
    scan(family, seat=1, at=slot.starts_at)
    scan(family, seat=2, at=slot.starts_at)
    book(slot, 2)
    gave_back = book(slot, 3)
    bookings.cancel_booking(booking_id=gave_back.pk, seats=[2], now=NOW)
    bookings.cancel_booking(booking_id=book(slot, 1).pk, now=NOW)
    hold(slot)
    door.walk_in(actor=staff(town), slot_id=slot.pk, party_size=2, name="", now=slot.starts_at)
    assert finish(slot) == {
        "capacity": 12,
        "booked": 8,
        "came": 2,
        "no_show": 6,
        "cancelled": 2,
        "walk_ins": 2,
        "waiting": 0,
    }


@pytest.mark.django_db
def test_an_undo_takes_back_and_an_exit_does_not(town: Municipality) -> None:
    slot = make_slot(town)
    stayed, left, mistaken = book(slot), book(slot), book(slot)
    for minute, (booking, kind) in enumerate(
        [
            (stayed, "entry"),
            (left, "entry"),
            (left, "exit"),
            (mistaken, "entry"),
            (mistaken, "undo"),
            (left, "entry"),
            (left, "undo"),
        ]
    ):
        scan(booking, kind, at=slot.starts_at + timedelta(minutes=minute))
    assert finish(slot)["came"] == 2


@pytest.mark.django_db
def test_all_who_ever_waited_are_counted(town: Municipality) -> None:
    slot = make_slot(town, capacity=1)
    booked = book(slot)
    for _ in range(2):
        waiting.join(actor=staff(town), slot_id=slot.pk, party=party(1), min_party=1, now=NOW)
    bookings.cancel_booking(booking_id=booked.pk, now=NOW)
    assert finish(slot)["waiting"] == 2


@pytest.mark.django_db
def test_counting_again_gives_the_same_and_takes_in_what_came_late(town: Municipality) -> None:
    slot = make_slot(town)
    family = book(slot, 2)
    scan(family, seat=1, at=slot.starts_at)
    first = finish(slot)
    slot.refresh_from_db()
    figures.record(slot)
    assert counts(slot) == first
    scan(family, seat=2, at=slot.ends_at)
    figures.record(slot)
    assert (counts(slot)["came"], counts(slot)["no_show"]) == (2, 0)


@pytest.mark.django_db
def test_a_purged_date_keeps_its_counts(town: Municipality) -> None:
    slot = make_slot(town)
    book(slot)
    before = finish(slot)
    slot.refresh_from_db()
    slot.state = Slot.State.PURGED
    Booking.objects.filter(slot=slot).update(state=Booking.State.EXPIRED)
    figures.record(slot)
    assert counts(slot) == before
