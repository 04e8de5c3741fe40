"""Series: made by a rule, changed and called off together."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from rest_framework.test import APIClient

from participation import actors
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.models import Municipality
from tests.workshops.factories import NOW, book, make_slot, make_venue, make_workshop, staff
from workshops.errors import DateInUse, DateTooFull, IllegalStep
from workshops.models import Room, Series, Slot, WaitEntry
from workshops.services import series, waiting
from workshops.services.parties import Party
from workshops.services.scheduling import SlotDetails

BASE = "/api/v1/municipalities/menden"
# The clocks change on 28 March 2027.
START = datetime(2027, 3, 16, 14, 30, tzinfo=timezone.get_default_timezone())


def first(**fields: Any) -> SlotDetails:
    defaults = {"starts_at": START, "ends_at": START + timedelta(hours=2), "capacity": 5}
    return SlotDetails(**{**defaults, **fields})


def make(
    town: Municipality, rule: str = "FREQ=WEEKLY;COUNT=4", **fields: Any
) -> tuple[Series, list[Slot]]:
    workshop = make_workshop(town)
    made = series.create_series(
        actor=staff(town),
        workshop_id=workshop.pk,
        rule=rule,
        first=first(**fields),
        state=Slot.State.OPEN,
    )
    return made, rows(made)


def rows(made: Series) -> list[Slot]:
    return list(made.slots.order_by("series_date"))


def walls(made: Series) -> list[str]:
    return [f"{timezone.localtime(slot.starts_at):%d.%m. %H:%M}" for slot in rows(made)]


def change(slot: Slot, reach: str, **changes: Any) -> int:
    return series.change_dates(
        actor=staff(slot.workshop.municipality),
        slot_id=slot.pk,
        changes=changes,
        reach=reach,
        now=NOW,
    )


class TestMake:
    def test_the_dates_of_a_rule(self, town: Municipality) -> None:
        venue = make_venue(town)
        room = Room.objects.create(venue=venue, name="Saal", seats=5)
        closes = START - timedelta(hours=20)
        made, slots = make(town, room_id=room.pk, booking_closes_at=closes, keep_days=7)
        assert walls(made) == ["16.03. 14:30", "23.03. 14:30", "30.03. 14:30", "06.04. 14:30"]
        assert (made.rrule, made.first_date, made.minutes) == (
            "FREQ=WEEKLY;COUNT=4",
            date(2027, 3, 16),
            120,
        )
        assert {slot.ends_at - slot.starts_at for slot in slots} == {timedelta(hours=2)}
        deadlines = [timezone.localtime(slot.booking_closes_at) for slot in slots]
        assert [f"{moment:%d.%m. %H:%M}" for moment in deadlines] == [
            "15.03. 18:30",
            "22.03. 18:30",
            "29.03. 18:30",
            "05.04. 18:30",
        ]
        values = {(slot.room_id, slot.capacity, slot.keep_days, slot.state) for slot in slots}
        assert values == {(room.pk, 5, 7, "open")}

    def test_500_dates_in_few_statements(
        self, town: Municipality, django_assert_max_num_queries: Any
    ) -> None:
        workshop = make_workshop(town)
        with django_assert_max_num_queries(25):
            made = series.create_series(
                actor=staff(town),
                workshop_id=workshop.pk,
                rule="FREQ=DAILY;COUNT=500",
                first=first(),
            )
        assert made.slots.count() == 500

    def test_what_is_refused(self, town: Municipality, other_town: Municipality) -> None:
        room = Room.objects.create(venue=make_venue(other_town), name="Saal", seats=9)
        for rule, fields, attr in (
            ("FREQ=WEEKLY", {}, "rrule"),
            ("FREQ=WEEKLY;COUNT=2", {"room_id": room.pk}, "room"),
            ("FREQ=WEEKLY;COUNT=2", {"ends_at": START}, "ends_at"),
            ("FREQ=WEEKLY;COUNT=2", {"ends_at": START + timedelta(days=8)}, "ends_at"),
        ):
            with pytest.raises(InvalidInput) as refused:
                make(town, rule, **fields)
            assert refused.value.attr == attr
        assert Slot.objects.count() == Series.objects.count() == 0
        theirs = make_workshop(other_town)
        for actor, error in ((staff(town), NotFound), (actors.guest(town), LoginRequired)):
            with pytest.raises(error):
                series.create_series(
                    actor=actor, workshop_id=theirs.pk, rule="FREQ=WEEKLY;COUNT=2", first=first()
                )


class TestChange:
    def test_this_date_alone(self, town: Municipality) -> None:
        made, slots = make(town)
        assert change(slots[1], "one", starts_at=slots[1].starts_at - timedelta(hours=1)) == 1
        assert walls(made)[:3] == ["16.03. 14:30", "23.03. 13:30", "30.03. 14:30"]
        assert [slot.leaves_series for slot in rows(made)] == [False, True, False, False]

    def test_this_and_the_following_keep_the_wall_clock(self, town: Municipality) -> None:
        made, slots = make(town, booking_closes_at=START - timedelta(hours=1))
        new = slots[1].starts_at + timedelta(days=1, hours=2)
        done = change(
            slots[1],
            "following",
            starts_at=new,
            ends_at=new + timedelta(hours=3),
            booking_closes_at=new - timedelta(hours=2),
            capacity=9,
        )
        assert done == 3
        assert walls(made) == ["16.03. 14:30", "24.03. 16:30", "31.03. 16:30", "07.04. 16:30"]
        later = rows(made)[1:]
        assert {slot.ends_at - slot.starts_at for slot in later} == {timedelta(hours=3)}
        assert {slot.starts_at - (slot.booking_closes_at or NOW) for slot in later} == {
            timedelta(hours=2)
        }
        assert {(slot.capacity, slot.sequence) for slot in later} == {(9, 1)}

    def test_all_but_those_changed_one_by_one_and_those_over(self, town: Municipality) -> None:
        made, slots = make(town)
        change(slots[2], "one", capacity=2)
        Slot.objects.filter(pk=slots[0].pk).update(
            starts_at=NOW - timedelta(days=1), ends_at=NOW - timedelta(hours=20)
        )
        assert change(slots[3], "all", capacity=8) == 2
        assert [slot.capacity for slot in rows(made)] == [5, 8, 2, 8]

    def test_what_the_edit_leaves_stays_in_the_others(self, town: Municipality) -> None:
        made, slots = make(town)
        evening = slots[2].starts_at + timedelta(hours=4)
        change(slots[2], "following", starts_at=evening, ends_at=evening + timedelta(hours=2))
        chosen = rows(made)[0]
        same = {"starts_at": chosen.starts_at, "ends_at": chosen.ends_at, "capacity": 7}
        assert change(chosen, "all", **same) == 4
        assert [wall[-5:] for wall in walls(made)] == ["14:30", "14:30", "18:30", "18:30"]
        assert change(chosen, "all", **same) == 0

    def test_too_few_seats_name_the_date(self, town: Municipality) -> None:
        made, slots = make(town)
        book(slots[2], 3)
        with pytest.raises(DateTooFull) as refused:
            change(slots[0], "all", capacity=2)
        assert refused.value.extra["slot"] == slots[2].pk
        assert "30. März 2027" in str(refused.value.message)
        assert {slot.capacity for slot in rows(made)} == {5}

    def test_guests_of_moved_dates_are_told(self, town: Municipality) -> None:
        _made, slots = make(town)
        for slot in (slots[0], slots[1], slots[3]):
            book(slot)
        DBTaskResult.objects.all().delete()
        change(slots[1], "following", capacity=6)
        assert DBTaskResult.objects.count() == 0
        start = slots[1].starts_at + timedelta(hours=1)
        change(slots[1], "following", starts_at=start, ends_at=start + timedelta(hours=2))
        told = DBTaskResult.objects.values_list("task_path", "args_kwargs")
        assert sorted(row["args"][0] for _path, row in told) == [slots[1].pk, slots[3].pk]
        assert {path.rpartition(".")[2] for path, _row in told} == {"send_slot_changed"}

    def test_more_seats_go_to_who_waits(self, town: Municipality) -> None:
        _made, slots = make(town, capacity=1)
        book(slots[2])
        waiting.join(
            actor=actors.guest(town),
            slot_id=slots[2].pk,
            party=Party(2, "Kim", "kim@example.org"),
            now=NOW,
        )
        change(slots[0], "all", capacity=4)
        assert WaitEntry.objects.get().state == "offered"

    def test_a_date_without_a_series_is_changed_alone(self, town: Municipality) -> None:
        slot, other = make_slot(town), make_slot(town)
        assert change(slot, "all", capacity=3) == 1
        other.refresh_from_db()
        assert other.capacity == 10

    def test_what_is_not_there_or_over(self, town: Municipality, other_town: Municipality) -> None:
        _made, slots = make(town)
        theirs = make_slot(other_town)
        for reach in ("one", "following", "all"):
            with pytest.raises(NotFound):
                series.change_dates(
                    actor=staff(town), slot_id=theirs.pk, changes={}, reach=reach, now=NOW
                )
        Slot.objects.filter(pk=slots[0].pk).update(state=Slot.State.CANCELLED)
        with pytest.raises(IllegalStep):
            change(slots[0], "all", capacity=3)


class TestEnd:
    def test_calling_off_this_and_the_following(self, town: Municipality) -> None:
        made, slots = make(town)
        booking = book(slots[2])
        Slot.objects.filter(pk=slots[3].pk).update(state=Slot.State.DRAFT)
        done = series.cancel_dates(
            actor=staff(town), slot_id=slots[1].pk, reach="following", now=NOW
        )
        booking.refresh_from_db()
        assert (done, booking.state) == (3, "cancelled")
        assert [slot.state for slot in rows(made)] == ["open", "cancelled", "cancelled"]
        with pytest.raises(IllegalStep):
            series.cancel_dates(actor=staff(town), slot_id=slots[1].pk, reach="one", now=NOW)

    def test_removing_names_a_date_in_use(self, town: Municipality) -> None:
        made, slots = make(town)
        book(slots[2])
        with pytest.raises(DateInUse) as refused:
            series.remove_dates(actor=staff(town), slot_id=slots[1].pk, reach="following", now=NOW)
        assert refused.value.extra["slot"] == slots[2].pk
        series.remove_dates(actor=staff(town), slot_id=slots[3].pk, reach="following", now=NOW)
        series.remove_dates(actor=staff(town), slot_id=slots[0].pk, reach="one", now=NOW)
        assert rows(made) == [slots[1], slots[2]]

    def test_only_the_own_town(self, town: Municipality, other_town: Municipality) -> None:
        _made, slots = make(other_town)
        for service in (series.cancel_dates, series.remove_dates):
            with pytest.raises(NotFound):
                service(actor=staff(town), slot_id=slots[0].pk, reach="all", now=NOW)
        with pytest.raises(NotFound):
            series.open_dates(actor=staff(town), slot_id=slots[0].pk, now=NOW)


def test_drafts_are_opened_together(town: Municipality) -> None:
    made, slots = make(town)
    made.slots.update(state=Slot.State.DRAFT)
    Slot.objects.filter(pk=slots[0].pk).update(state=Slot.State.CLOSED)
    assert series.open_dates(actor=staff(town), slot_id=slots[1].pk, now=NOW) == 3
    assert [slot.state for slot in rows(made)] == ["closed", "open", "open", "open"]


def test_by_the_api(desk: APIClient, door: APIClient, town: Municipality) -> None:
    workshop = make_workshop(town)
    body = {
        "rrule": "FREQ=WEEKLY;COUNT=3",
        "starts_at": "2027-03-16T14:30:00+01:00",
        "ends_at": "2027-03-16T16:00:00+01:00",
        "capacity": 5,
        "state": "open",
    }
    planned = desk.post(f"{BASE}/series/preview/", body, format="json").json()
    assert [row["starts_at"] for row in planned][2] == "2027-03-30T14:30:00+02:00"
    made = desk.post(f"{BASE}/workshops/{workshop.pk}/series/", body, format="json")
    assert (made.status_code, len(made.json()["slots"])) == (201, 3)
    one, two, three = made.json()["slots"]
    assert desk.get(f"{BASE}/series/{made.json()['id']}/").json()["slots"] == [one, two, three]
    changes = {"capacity": 8, "applies_to": "following"}
    assert desk.patch(f"{BASE}/slots/{two}/", changes, format="json").json()["capacity"] == 8
    assert list(Slot.objects.order_by("pk").values_list("capacity", flat=True)) == [5, 8, 8]
    off = desk.post(f"{BASE}/slots/{three}/cancel-dates/", {"applies_to": "one"}, format="json")
    assert off.json() == {"dates": 1}
    gone = desk.delete(f"{BASE}/slots/{two}/")
    assert (gone.status_code, Slot.objects.filter(pk=two).exists()) == (204, False)
    wrong = desk.post(f"{BASE}/series/preview/", {**body, "rrule": "FREQ=SECONDLY"}, format="json")
    assert (wrong.status_code, wrong.json()["errors"][0]["attr"]) == (400, "rrule")
    assert door.delete(f"{BASE}/slots/{one}/").status_code == 403
