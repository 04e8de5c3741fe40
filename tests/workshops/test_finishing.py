"""Slots that end by themselves, half an hour after their time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from participation.models import Municipality
from tests.workshops.factories import NOW, book, hold, make_slot, staff
from workshops.models import Booking, Slot
from workshops.services import door, scheduling

HALF_AN_HOUR = timedelta(minutes=30)


def states(slot: Slot) -> list[str]:
    return list(slot.bookings.order_by("pk").values_list("state", flat=True))


@pytest.mark.django_db
def test_who_came_has_attended(town: Municipality) -> None:
    slot = make_slot(town)
    came, _absent, _unconfirmed = book(slot, 2), book(slot, 3), hold(slot)
    door.scan(
        actor=staff(town),
        slot_id=slot.pk,
        secret_or_code=came.tickets.all()[0].secret,
        client_uuid=uuid4(),
        now=slot.starts_at,
    )
    due = slot.ends_at + HALF_AN_HOUR
    assert scheduling.finish_past_slots(now=due - timedelta(seconds=1)) == 0
    assert scheduling.finish_past_slots(now=due) == 1
    assert states(slot) == ["attended", "no_show", "expired"]
    slot.refresh_from_db()
    assert (slot.state, slot.seats_taken) == ("done", 2)
    assert scheduling.finish_past_slots(now=due) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "becomes"),
    [
        ("draft", "draft"),
        ("open", "done"),
        ("closed", "done"),
        ("running", "done"),
        ("cancelled", "cancelled"),
        ("purged", "purged"),
    ],
)
def test_what_took_place_ends(town: Municipality, state: str, becomes: str) -> None:
    slot = make_slot(town, state=state)
    scheduling.finish_past_slots(now=slot.ends_at + HALF_AN_HOUR)
    slot.refresh_from_db()
    assert slot.state == becomes


@pytest.mark.django_db
def test_a_door_that_is_still_open_is_waited_for(town: Municipality) -> None:
    slot = make_slot(town)
    slot.check_in_closes_at = slot.ends_at + timedelta(hours=1)
    slot.save(update_fields=["check_in_closes_at"])
    assert scheduling.finish_past_slots(now=slot.ends_at + HALF_AN_HOUR) == 0
    assert scheduling.finish_past_slots(now=slot.check_in_closes_at + HALF_AN_HOUR) == 1


@pytest.mark.django_db
def test_the_oldest_first_and_not_all_at_once(
    town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduling, "FINISH_AT_ONCE", 2)
    first = make_slot(town)
    slots = [
        make_slot(town, workshop=first.workshop, starts_at=NOW - timedelta(days=days))
        for days in (1, 3, 2)
    ]
    assert scheduling.finish_past_slots(now=NOW) == 2
    assert [Slot.objects.get(pk=slot.pk).state for slot in slots] == ["open", "done", "done"]
    assert [scheduling.finish_past_slots(now=NOW) for _ in range(2)] == [1, 0]


def together(*works: Callable[[], int]) -> list[int]:
    start = Barrier(len(works))

    def run(work: Callable[[], int]) -> int:
        start.wait(timeout=20)
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_clocks_at_once_finish_each_slot_once(town: Municipality) -> None:
    slots = [make_slot(town, capacity=4) for _ in range(4)]
    for slot in slots:
        book(slot, 3)
    due = slots[0].ends_at + HALF_AN_HOUR

    def by_clock() -> int:
        return scheduling.finish_past_slots(now=due)

    finished = together(by_clock, by_clock, by_clock)
    # A slot locked by another clock is left to it; what nobody took is there for the next run.
    assert sum(finished) + scheduling.finish_past_slots(now=due) == 4
    assert set(Booking.objects.values_list("state", flat=True)) == {"no_show"}
    assert set(Slot.objects.values_list("state", "seats_taken")) == {("done", 0)}
