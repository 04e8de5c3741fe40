"""The door and the clock: undo in time, scanners whose clock is wrong, scans that come late."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from participation import actors
from participation.actors import Actor
from participation.errors import InvalidInput
from participation.models import Municipality
from participation.models.access import Role
from tests.factories import member
from tests.workshops.factories import NOW, book, make_slot, staff
from workshops import queries, tickets
from workshops.models import Answer, Booking, Question, Scan, Slot, SlotFigures
from workshops.services import door, scheduling

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def slot(town: Municipality) -> Slot:
    """Starts in half an hour; the door has been open for a while."""
    return make_slot(town, starts_at=NOW + 30 * MINUTE)


@pytest.fixture
def volunteers(town: Municipality) -> list[Actor]:
    """Two people with nothing but the door."""
    return [actors.for_user(member(None, town, Role.DOOR), town, NOW) for _ in range(2)]


def scan(slot: Slot, presented: str, *, now: datetime = NOW, **options: Any) -> door.ScanResult:
    return door.scan(
        actor=options.pop("actor", staff(slot.workshop.municipality)),
        slot_id=slot.pk,
        secret_or_code=presented,
        client_uuid=options.pop("client_uuid", None) or uuid4(),
        now=now,
        **options,
    )


def said(result: door.ScanResult) -> tuple[str, str]:
    return result.outcome, result.reason


def secret_of(booking: Booking) -> str:
    return booking.tickets.order_by("seq")[0].secret


class TestBookingQr:
    def test_all_or_some(self, slot: Slot) -> None:
        booking = book(slot, 4)
        assert booking.secret is not None
        result = scan(slot, tickets.booking_url(booking), seats=[2, 3])
        assert (said(result), list(result.seats)) == (("admitted", "ok"), [2, 3])
        assert (result.booking, result.ticket) == (booking, None)
        assert list(scan(slot, booking.secret).seats) == [1, 4]
        result = scan(slot, booking.secret)
        assert said(result) == ("refused", "already_inside")
        assert result.first_scan is not None

    def test_another_date_another_town(self, slot: Slot, other_town: Municipality) -> None:
        other = book(make_slot(slot.workshop.municipality, starts_at=slot.starts_at))
        stranger = book(make_slot(other_town, starts_at=slot.starts_at))
        assert said(scan(slot, str(other.secret))) == ("refused", "wrong_slot")
        assert said(scan(slot, str(stranger.secret))) == ("refused", "unknown")


class TestUndo:
    def test_fifteen_minutes(self, slot: Slot, volunteers: list[Actor]) -> None:
        me = volunteers[0]
        for minutes in (0, 15):
            secret = secret_of(book(slot))
            scan(slot, secret, actor=me)
            undone = scan(slot, secret, actor=me, kind="undo", now=NOW + minutes * MINUTE)
            assert said(undone) == ("undone", "ok")
        secret = secret_of(book(slot))
        scan(slot, secret, actor=me)
        late = NOW + 15 * MINUTE + timedelta(seconds=1)
        assert said(scan(slot, secret, actor=me, kind="undo", now=late)) == (
            "refused",
            "not_undoable",
        )
        result = scan(slot, secret, actor=me, kind="exit", now=late)
        assert (said(result), result.inside) == (("admitted", "ok"), 0)

    def test_by_who_let_them_in_or_by_the_desk(self, slot: Slot, volunteers: list[Actor]) -> None:
        me, colleague = volunteers
        secret = secret_of(book(slot))
        scan(slot, secret, actor=me)
        assert said(scan(slot, secret, actor=colleague, kind="undo")) == ("refused", "not_undoable")
        assert said(scan(slot, secret, kind="undo")) == ("undone", "ok")

    def test_the_entry_that_stands_is_the_one_that_counts(
        self, slot: Slot, volunteers: list[Actor]
    ) -> None:
        """In by me, out, in again by a colleague: not mine to take back."""
        me, colleague = volunteers
        secret = secret_of(book(slot))
        scan(slot, secret, actor=me)
        scan(slot, secret, actor=me, kind="exit", now=NOW + MINUTE)
        scan(slot, secret, actor=colleague, now=NOW + 2 * MINUTE)
        result = scan(slot, secret, actor=me, kind="undo", now=NOW + 3 * MINUTE)
        assert said(result) == ("refused", "not_undoable")

    def test_what_was_undone_offline_is_judged_by_its_own_time(
        self, slot: Slot, volunteers: list[Actor]
    ) -> None:
        me, secret, later = volunteers[0], secret_of(book(slot)), NOW + 2 * HOUR
        scan(slot, secret, actor=me, now=later, offline=True, occurred_at=NOW)
        at = NOW + 10 * MINUTE
        undone = scan(slot, secret, actor=me, kind="undo", now=later, offline=True, occurred_at=at)
        assert said(undone) == ("undone", "ok")


class TestClocks:
    @pytest.mark.parametrize(
        ("ahead", "offline", "occurred_at", "skew"),
        [
            (timedelta(0), None, NOW, None),
            (timedelta(seconds=90), None, NOW, 90),
            (9 * 24 * HOUR, True, NOW, 777_600),
            (-50 * MINUTE, None, NOW - 30 * MINUTE, 1200),
            (-20 * MINUTE, True, NOW - 20 * MINUTE, None),
            (-20 * MINUTE, False, NOW, 1200),
            (-5 * timedelta(seconds=1), None, NOW - 5 * timedelta(seconds=1), None),
        ],
    )
    def test_clamped_and_flagged(
        self,
        *,
        slot: Slot,
        ahead: timedelta,
        offline: bool | None,
        occurred_at: datetime,
        skew: int | None,
    ) -> None:
        """The door opens half an hour before NOW."""
        Slot.objects.update(check_in_opens_at=NOW - 30 * MINUTE)
        secret = secret_of(book(slot))
        result = scan(slot, secret, occurred_at=NOW + ahead, offline=offline)
        stored = Scan.objects.get()
        assert said(result) == ("admitted", "ok")
        assert (stored.occurred_at, stored.skew_seconds) == (occurred_at, skew)
        assert result.skew_seconds == skew

    @pytest.mark.parametrize("off", [-HOUR, HOUR])
    def test_a_clock_that_says_how_wrong_it_is(self, slot: Slot, off: timedelta) -> None:
        Slot.objects.update(check_in_opens_at=NOW - HOUR)
        secret = secret_of(book(slot))
        wrong = {"occurred_at": NOW - 5 * MINUTE + off, "sent_at": NOW + off}
        taken = scan(slot, secret, offline=True, **wrong)
        assert (taken.outcome, taken.skew_seconds) == ("admitted", 3600)
        assert Scan.objects.get().occurred_at == NOW - 5 * MINUTE
        # With a network it is no door without one: refused, and no conflict.
        again = scan(slot, secret, occurred_at=NOW + off, sent_at=NOW + off)
        assert (again.outcome, again.offline, again.skew_seconds) == ("refused", False, 3600)

    def test_a_clock_of_another_century(self, slot: Slot) -> None:
        secret = secret_of(book(slot))
        said_at = datetime(1900, 1, 1, tzinfo=UTC)
        assert said(scan(slot, secret, occurred_at=said_at)) == ("admitted", "ok")
        assert Scan.objects.get().skew_seconds == 2**31 - 1
        first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
        absurd = scan(slot, secret, kind="exit", occurred_at=first, sent_at=last)
        assert said(absurd) == ("admitted", "ok")

    def test_before_the_door_opens_nobody_comes_by_a_wrong_clock(self, slot: Slot) -> None:
        early = slot.starts_at - 5 * HOUR
        result = scan(slot, secret_of(book(slot)), now=early, occurred_at=NOW)
        assert said(result) == ("refused", "too_early")


class TestLate:
    @pytest.fixture
    def done(self, slot: Slot) -> Slot:
        """One booking came, one did not; then the date was finished."""
        came, _absent = book(slot, 1, name="Da"), book(slot, 3, name="Weg")
        scan(slot, secret_of(came))
        actor = staff(slot.workshop.municipality)
        scheduling.finish_slot(actor=actor, slot_id=slot.pk, now=slot.ends_at)
        return slot

    def upload(self, slot: Slot, late: timedelta, **options: Any) -> door.ScanResult:
        at = {"offline": True, "occurred_at": slot.starts_at, "now": slot.ends_at + late}
        return scan(slot, options.pop("presented"), **{**at, **options})

    def figures(self, slot: Slot) -> tuple[int, int]:
        row = SlotFigures.objects.get(slot=slot)
        return row.came, row.no_show

    @pytest.mark.parametrize("late", [MINUTE, 31 * MINUTE, 24 * HOUR])
    def test_counted_after_the_end(self, done: Slot, late: timedelta) -> None:
        absent = Booking.objects.get(name="Weg")
        assert self.figures(done) == (1, 3)
        result = self.upload(done, late, presented=secret_of(absent))
        assert (said(result), list(result.seats)) == (("admitted", "ok"), [1])
        absent.refresh_from_db()
        done.refresh_from_db()
        assert (absent.state, absent.party_size, done.seats_taken) == ("attended", 1, 2)
        assert self.figures(done) == (2, 2)
        assert list(self.upload(done, late, presented=absent.code).seats) == [2, 3]
        absent.refresh_from_db()
        assert (absent.party_size, self.figures(done)) == (3, (4, 0))

    def test_sent_twice_after_the_end(self, done: Slot) -> None:
        code, uuid = Booking.objects.get(name="Weg").code, uuid4()
        first = self.upload(done, HOUR, presented=code, client_uuid=uuid)
        again = self.upload(done, 2 * HOUR, presented=code, client_uuid=uuid)
        assert (said(again), list(again.seats), again.replay) == (said(first), [1, 2, 3], True)
        assert self.figures(done) == (4, 0)

    def test_taken_back_after_the_end(self, done: Slot) -> None:
        came = Booking.objects.get(name="Da")
        at = NOW + 5 * MINUTE
        self.upload(done, HOUR, presented=came.code, kind="undo", occurred_at=at)
        assert self.figures(done) == (0, 4)

    def test_not_later_than_a_day_and_not_for_a_time_after_the_end(self, done: Slot) -> None:
        code = Booking.objects.get(name="Weg").code
        too_late = self.upload(done, 24 * HOUR + MINUTE, presented=code)
        assert said(too_late) == ("refused", "too_late")
        afterwards = self.upload(done, HOUR, presented=code, occurred_at=done.ends_at + MINUTE)
        assert said(afterwards) == ("refused", "too_late")
        online = self.upload(done, HOUR, presented=code, offline=False)
        assert said(online) == ("refused", "too_late")
        assert self.figures(done) == (1, 3)

    def test_whose_seat_a_walk_in_got(self, slot: Slot, town: Municipality) -> None:
        """Let in without a network before the seats were given away: told, not lost."""
        Slot.objects.update(capacity=3)
        absent = book(slot, 3)
        late = slot.starts_at + 10 * MINUTE
        door.walk_in(actor=staff(town), slot_id=slot.pk, party_size=3, name="", now=late)
        offline = {"offline": True, "occurred_at": slot.starts_at - MINUTE}
        result = scan(slot, absent.code, now=late, **offline)
        assert said(result) == ("conflict", "too_late")
        assert said(scan(slot, absent.code, now=late)) == ("refused", "too_late")
        (told,) = queries.described(staff(town), list(queries.door_conflicts(staff(town), slot.pk)))
        assert (told["code"], told["reason"], told["first"]) == (absent.code, "too_late", None)


class TestAnswers:
    @pytest.fixture
    def asked(self, slot: Slot) -> Question:
        return Question.objects.create(
            workshop=slot.workshop, text="Alter?", asked="door", kind="number"
        )

    def test_with_the_scan_and_with_its_repetition(self, slot: Slot, asked: Question) -> None:
        booking, client_uuid = book(slot), uuid4()
        scan(slot, booking.code, client_uuid=client_uuid, answers={str(asked.pk): "41"})
        assert Answer.objects.get().value == 41
        again = scan(slot, booking.code, client_uuid=client_uuid, answers={str(asked.pk): 42})
        assert again.replay
        assert Answer.objects.get().value == 42
        assert Scan.objects.count() == 1

    def test_a_wrong_answer_refuses_nobody(self, slot: Slot, asked: Question) -> None:
        booking, client_uuid = book(slot), uuid4()
        with pytest.raises(InvalidInput) as error:
            scan(slot, booking.code, client_uuid=client_uuid, answers={str(asked.pk): "viel"})
        assert error.value.attr == f"answers.{asked.pk}"
        assert said(scan(slot, booking.code, client_uuid=client_uuid)) == ("admitted", "ok")

    def test_offline_a_wrong_one_is_dropped(self, slot: Slot, asked: Question) -> None:
        result = scan(slot, book(slot).code, offline=True, answers={"0": "x"})
        assert said(result) == ("admitted", "ok")
        assert not Answer.objects.exists()

    def test_nobodys_answers(self, slot: Slot, asked: Question) -> None:
        other = book(make_slot(slot.workshop.municipality, starts_at=slot.starts_at))
        for presented in ("Busfahrschein", other.code):
            scan(slot, presented, answers={str(asked.pk): "41"})
        assert not Answer.objects.exists()
