"""Real threads: what erases beside what books, admits, holds back and erases, too."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import Sum

from participation.models import Municipality
from tests.workshops.factories import NOW, book, make_slot, staff
from tests.workshops.retention_factories import DAY, past_slot, scan, stored
from tests.workshops.test_races import at_once, check_seats, guest_books
from workshops import privacy
from workshops.models import Booking, ErasureRecord, Slot
from workshops.queries import retention
from workshops.services import bookings

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TIMES = 4


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that runs meet in the middle of a date."""
    monkeypatch.setattr(privacy, "BATCH_ROWS", 2)
    monkeypatch.setattr(privacy, "PAUSE_SECONDS", 0)


def test_two_runs_at_once_erase_and_count_each_row_once(town: Municipality) -> None:
    slots = [past_slot(town, starts_at=NOW + number * DAY) for number in range(3)]
    now = slots[-1].ends_at + 31 * DAY
    said = {one.slot.pk: one.counts for one in retention.dry_run(staff(town), now)}

    def by_clock() -> int:
        return privacy.purge_due(now=now)

    erased = sum(at_once(by_clock, by_clock, by_clock))
    # A date locked by another clock is left to it; what nobody took is there for the next run.
    erased += privacy.purge_due(now=now)
    assert erased == sum(sum(counts.values()) for counts in said.values())
    assert {one.slot_id: one.counts for one in ErasureRecord.objects.exclude(sha256="")} == said
    assert ErasureRecord.objects.count() == len(slots)
    assert all(not any(stored(slot).values()) for slot in slots)


def test_a_hold_set_during_a_run_keeps_what_is_left(town: Municipality) -> None:
    for _time in range(TIMES):
        slot = past_slot(town)
        now = slot.ends_at + 2 * DAY
        at_once(
            lambda now=now: privacy.purge_due(now=now),  # type: ignore[misc]
            lambda slot=slot, now=now: privacy.set_hold(  # type: ignore[misc]
                actor=staff(town), slot_id=slot.pk, reason="Streit", now=now
            ),
        )
        before = stored(slot)
        assert privacy.purge_due(now=now + 99 * DAY) == 0
        assert stored(slot) == before
        privacy.lift_hold(actor=staff(town), slot_id=slot.pk, now=now)
        while privacy.purge_due(now=now + 99 * DAY):
            pass
        assert not any(stored(slot).values())
        assert not ErasureRecord.objects.filter(sha256="").exists()


def test_a_person_erases_while_the_desk_cancels_and_others_book(town: Municipality) -> None:
    for _time in range(TIMES):
        slot = make_slot(town, capacity=6)
        booked = [book(slot, 2) for _ in range(3)]

        def erases(pk: int) -> Callable[[], object]:
            return lambda: privacy.erase_booking(booking_id=pk, now=NOW)

        def cancels(pk: int) -> Callable[[], object]:
            return lambda: bookings.cancel_booking(booking_id=pk, now=NOW)

        at_once(
            *(work for one in booked for work in (erases(one.pk), cancels(one.pk))),
            *(guest_books(slot) for _ in range(2)),
        )
        assert Booking.objects.filter(slot=slot).exclude(erased_at=None).count() == 3
        assert ErasureRecord.objects.filter(slot=slot).count() == 3
        check_seats(slot)


def test_an_early_erasure_beside_bookings_of_the_same_date(town: Municipality) -> None:
    """Whoever cancelled last week is forgotten while others take the seats."""
    slot = make_slot(town, starts_at=NOW + 30 * DAY, capacity=20)
    for one in [book(slot) for _ in range(6)]:
        bookings.cancel_booking(booking_id=one.pk, now=NOW)
    later = NOW + 8 * DAY
    answers = at_once(
        lambda: privacy.purge_due(now=later),
        *(guest_books(slot) for _ in range(6)),
        lambda: privacy.purge_due(now=later),
    )
    assert sum(isinstance(answer, Booking) for answer in answers) == 6
    privacy.purge_due(now=later)
    assert not Booking.objects.filter(state="cancelled").exclude(name="").exists()
    taken = Booking.objects.seated().filter(slot=slot).aggregate(n=Sum("party_size"))["n"]
    assert check_seats(slot) == taken == 6
    (record,) = ErasureRecord.objects.exclude(sha256="")
    assert record.counts == {"ended_bookings": 6}


def test_a_late_scan_beside_the_purge(town: Municipality) -> None:
    """A door that was long without a network: its scan is kept or refused, never half of it."""
    for _time in range(TIMES):
        slot = past_slot(town)
        secret = Booking.objects.get(slot=slot, name="Kim").secret
        now = slot.ends_at + timedelta(days=31)
        at_once(
            lambda now=now: privacy.purge_due(now=now),  # type: ignore[misc]
            lambda slot=slot, secret=secret: scan(slot, secret),  # type: ignore[misc]
        )
        while privacy.purge_due(now=now):
            pass
        slot.refresh_from_db()
        assert slot.state == Slot.State.PURGED
        assert stored(slot)["bookings"] == stored(slot)["tickets"] == 0
