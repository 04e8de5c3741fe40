"""Series, rooms and events under many hands: real threads against one database."""

from datetime import timedelta

import pytest

from participation.models import Municipality
from tests.workshops.factories import NOW, make_slot, make_venue, make_workshop, staff
from tests.workshops.test_races import at_once, check_seats, guest_books
from workshops.models import Booking, Room, Slot, Workshop
from workshops.services import places, programme, scheduling, series

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def dates(transactional_db: None, town: Municipality) -> list[Slot]:
    """Four dates of a series with five seats each."""
    start = NOW + timedelta(days=2)
    made = series.create_series(
        actor=staff(town),
        workshop_id=make_workshop(town).pk,
        rule="FREQ=WEEKLY;COUNT=4",
        first=scheduling.SlotDetails(
            starts_at=start, ends_at=start + timedelta(hours=1), capacity=5
        ),
        state="open",
    )
    return list(made.slots.select_related("workshop__municipality").order_by("series_date"))


def test_fewer_seats_for_all_while_people_book(town: Municipality, dates: list[Slot]) -> None:
    """All dates are made smaller or none is, and no date is overbooked."""

    def shrink() -> int:
        return series.change_dates(
            actor=staff(town),
            slot_id=dates[0].pk,
            changes={"capacity": 2},
            reach="all",
            now=NOW,
        )

    answers = at_once(shrink, *(guest_books(slot) for slot in dates[1:] for _ in range(4)))
    capacities = set(Slot.objects.values_list("capacity", flat=True))
    assert capacities == ({2} if answers[0] == 4 else {5})
    assert answers[0] in {4, "capacity_too_small"}
    taken = [check_seats(slot) for slot in dates]
    assert sum(taken) == sum(isinstance(answer, Booking) for answer in answers)


def test_two_who_change_and_call_off_the_same_series(town: Municipality, dates: list[Slot]) -> None:
    """Locks are taken in one order: neither waits for the other for ever."""

    def change(first: int) -> int:
        return series.change_dates(
            actor=staff(town),
            slot_id=dates[first].pk,
            changes={"capacity": 9},
            reach="following",
            now=NOW,
        )

    answers = at_once(
        lambda: change(0),
        lambda: series.cancel_dates(
            actor=staff(town), slot_id=dates[2].pk, reach="following", now=NOW
        ),
        lambda: change(1),
    )
    assert answers[1] == 2
    after = Slot.objects.order_by("series_date").values_list("state", flat=True)
    assert list(after) == ["open", "open", "cancelled", "cancelled"]


def test_two_events_that_each_become_a_part_of_the_other(
    transactional_db: None, town: Municipality
) -> None:
    one, two = make_workshop(town), make_workshop(town)

    def join(child: Workshop, parent: Workshop) -> Workshop:
        return programme.change_workshop(
            actor=staff(town), workshop_id=child.pk, changes={"parent_id": parent.pk}
        )

    answers = at_once(lambda: join(one, two), lambda: join(two, one))
    assert sum(isinstance(answer, Workshop) for answer in answers) == 1
    assert Workshop.objects.exclude(parent=None).count() == 1


def test_a_room_made_smaller_while_a_date_is_put_into_it(
    transactional_db: None, town: Municipality
) -> None:
    room = Room.objects.create(venue=make_venue(town), name="Saal", seats=20)
    slot = make_slot(town, capacity=10)
    at_once(
        lambda: places.change_room(actor=staff(town), room_id=room.pk, changes={"seats": 5}),
        lambda: scheduling.change_slot(
            actor=staff(town), slot_id=slot.pk, changes={"room_id": room.pk}, now=NOW
        ),
    )
    room.refresh_from_db()
    slot.refresh_from_db()
    assert slot.room_id is None or slot.capacity <= room.seats
