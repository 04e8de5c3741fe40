"""The door: every reason, replays, offline scans, walk-ins."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from participation import actors
from participation.errors import InvalidInput, LoginRequired, NotAllowed, NotFound
from participation.models import Municipality
from participation.models.access import Role
from tests.factories import member
from tests.workshops.factories import NOW, book, hold, make_slot, staff
from workshops import queries, tickets
from workshops.errors import BookingClosed, SlotCancelled, SlotFull
from workshops.models import Answer, Booking, Question, Scan, Slot, SlotFigures, Ticket
from workshops.services import bookings, door, scheduling


@pytest.fixture
def slot(town: Municipality) -> Slot:
    """Starts in half an hour."""
    return make_slot(town, starts_at=NOW + timedelta(minutes=30))


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


def ticket_of(booking: Booking) -> Ticket:
    return booking.tickets.order_by("seq")[0]


class TestEntry:
    def test_by_secret_and_by_address(self, slot: Slot) -> None:
        first, second = book(slot, 2, name="Kim").tickets.order_by("seq")
        result = scan(slot, first.secret, gate="Nord")
        assert said(result) == ("admitted", "ok")
        assert result.ticket == first
        assert (result.inside, result.expected, result.replay) == (1, 2, False)
        result = scan(slot, f"  {tickets.ticket_url(second)} ")
        assert said(result) == ("admitted", "ok")
        assert result.inside == 2

    def test_already_inside_says_when_and_where(self, slot: Slot) -> None:
        secret = ticket_of(book(slot)).secret
        scan(slot, secret, gate="Nord")
        result = scan(slot, secret, now=NOW + timedelta(minutes=1), gate="Süd")
        assert said(result) == ("refused", "already_inside")
        assert result.first_scan is not None
        assert (result.first_scan.occurred_at, result.first_scan.gate) == (NOW, "Nord")
        assert result.inside == 1

    def test_a_second_offline_entry_is_a_conflict(self, slot: Slot) -> None:
        secret = ticket_of(book(slot)).secret
        scan(slot, secret)
        later = NOW + timedelta(minutes=10)
        result = scan(slot, secret, now=later, occurred_at=NOW + timedelta(minutes=1))
        assert said(result) == ("conflict", "already_inside")
        assert said(scan(slot, secret, now=later, offline=True)) == ("conflict", "already_inside")
        assert Scan.objects.filter(outcome="conflict").count() == 2

    def test_a_replay_comes_before_any_rule(self, slot: Slot) -> None:
        booking, client_uuid = book(slot), uuid4()
        secret = ticket_of(booking).secret
        first = scan(slot, secret, client_uuid=client_uuid)
        bookings.cancel_booking(
            booking_id=booking.pk, now=NOW, by="desk", actor=staff(slot.workshop.municipality)
        )
        again = scan(slot, secret, client_uuid=client_uuid, kind="undo")
        assert said(again) == said(first)
        assert (again.replay, again.kind, again.ticket) == (True, "entry", first.ticket)
        assert said(scan(slot, "no ticket", client_uuid=client_uuid)) == said(first)
        assert Scan.objects.count() == 1

    def test_the_same_uuid_of_another_scanner_is_another_scan(self, slot: Slot) -> None:
        secret, client_uuid = ticket_of(book(slot)).secret, uuid4()
        scan(slot, secret, client_uuid=client_uuid)
        town = slot.workshop.municipality
        other = actors.for_user(member(None, town, Role.DOOR), town, NOW)
        result = scan(slot, secret, client_uuid=client_uuid, actor=other)
        assert said(result) == ("refused", "already_inside")

    def test_cancelled_revoked_unconfirmed(self, slot: Slot) -> None:
        cancelled, partly, held = book(slot), book(slot, 2), hold(slot)
        bookings.cancel_booking(booking_id=cancelled.pk, now=NOW)
        bookings.cancel_booking(booking_id=partly.pk, now=NOW, seats=[1])
        assert said(scan(slot, ticket_of(cancelled).secret)) == ("refused", "cancelled")
        assert said(scan(slot, ticket_of(partly).secret)) == ("refused", "revoked")
        assert said(scan(slot, held.code)) == ("refused", "unconfirmed")

    def test_wrong_slot(self, slot: Slot) -> None:
        other = make_slot(slot.workshop.municipality, starts_at=slot.starts_at)
        booking = book(other)
        for presented in (ticket_of(booking).secret, booking.code):
            result = scan(slot, presented)
            assert said(result) == ("refused", "wrong_slot")
        assert (result.inside, result.expected) == (0, 0)

    def test_too_early_too_late_and_by_force(self, slot: Slot) -> None:
        first, second = book(slot, 2).tickets.order_by("seq")
        early, late = slot.starts_at - timedelta(hours=3), slot.ends_at + timedelta(minutes=1)
        assert said(scan(slot, first.secret, now=early)) == ("refused", "too_early")
        assert said(scan(slot, second.secret, now=late)) == ("refused", "too_late")
        result = scan(slot, first.secret, now=early, force="Hilft beim Aufbau")
        assert said(result) == ("admitted", "ok")
        stored = Scan.objects.get(outcome="admitted")
        assert (stored.forced_by, stored.force_reason) == ("system", "Hilft beim Aufbau")

    def test_no_force_for_what_was_cancelled(self, slot: Slot) -> None:
        booking = book(slot)
        bookings.cancel_booking(booking_id=booking.pk, now=NOW)
        result = scan(slot, ticket_of(booking).secret, force="Bitte")
        assert said(result) == ("refused", "cancelled")

    @pytest.mark.parametrize(
        "presented",
        [
            "#UT01008000000010802C02146B1D",
            "https://example.org/t/",
            "https://example.org/t/%00",
            "x" * 10_000,
            "\x00\x01",
            "\ud800",
            "ÄÖÜßÄÖ",
            "AAAAAA",
            "😀" * 6,
        ],
    )
    def test_foreign_codes_are_unknown(self, slot: Slot, presented: str) -> None:
        result = scan(slot, presented)
        assert said(result) == ("refused", "unknown")
        stored = Scan.objects.get()
        assert len(stored.presented_hash) == 64
        assert (result.ticket, result.booking) == (None, None)

    def test_another_towns_ticket_is_unknown(self, slot: Slot, other_town: Municipality) -> None:
        booking = book(make_slot(other_town, starts_at=slot.starts_at))
        for presented in (ticket_of(booking).secret, booking.code):
            assert said(scan(slot, presented)) == ("refused", "unknown")

    def test_a_clock_that_runs_ahead_refuses_nobody(self, slot: Slot) -> None:
        result = scan(slot, ticket_of(book(slot)).secret, occurred_at=NOW + timedelta(days=9))
        assert said(result) == ("admitted", "ok")
        assert Scan.objects.get().occurred_at == NOW


class TestWholeBookings:
    def test_all_who_are_not_inside(self, slot: Slot) -> None:
        booking = book(slot, 4)
        scan(slot, ticket_of(booking).secret)
        result = scan(slot, booking.code.lower())
        assert said(result) == ("admitted", "ok")
        assert list(result.seats) == [2, 3, 4]
        assert (result.ticket, result.booking, result.inside) == (None, booking, 4)
        result = scan(slot, f" {booking.code[:3]}-{booking.code[3:]} ")
        assert said(result) == ("refused", "already_inside")
        assert result.first_scan is not None

    def test_some_seats(self, slot: Slot) -> None:
        booking = book(slot, 4)
        assert list(scan(slot, booking.code, seats=[2, 4]).seats) == [2, 4]
        assert said(scan(slot, booking.code, seats=[9])) == ("refused", "revoked")
        result = scan(slot, booking.code, kind="undo", seats=[4])
        assert (said(result), list(result.seats)) == (("undone", "ok"), [4])
        assert result.inside == 1


class TestOut:
    def test_undo_and_in_again(self, slot: Slot) -> None:
        secret = ticket_of(book(slot)).secret
        scan(slot, secret)
        assert said(scan(slot, secret, kind="undo")) == ("undone", "ok")
        assert scan(slot, secret, kind="undo").seats == []
        assert said(scan(slot, secret)) == ("admitted", "ok")

    def test_exit_and_re_entry(self, slot: Slot) -> None:
        secret = ticket_of(book(slot)).secret
        scan(slot, secret)
        result = scan(slot, secret, kind="exit")
        assert (said(result), result.inside) == (("admitted", "ok"), 0)
        assert said(scan(slot, secret)) == ("admitted", "ok")

    def test_unknown_kind(self, slot: Slot) -> None:
        with pytest.raises(InvalidInput):
            scan(slot, "x", kind="jump")


class TestWho:
    def test_door_scope_only(self, slot: Slot) -> None:
        town = slot.workshop.municipality
        moderator = actors.for_user(member(None, town, Role.MODERATOR), town, NOW)
        for actor, error in ((actors.guest(town), LoginRequired), (moderator, NotAllowed)):
            with pytest.raises(error):
                scan(slot, "x", actor=actor)
            with pytest.raises(error):
                door.walk_in(actor=actor, slot_id=slot.pk, party_size=1, name="", now=NOW)
            with pytest.raises(error):
                queries.door_list(actor, slot.pk, now=NOW)

    def test_another_towns_slot_does_not_exist(self, slot: Slot, other_town: Municipality) -> None:
        actor = staff(other_town)
        with pytest.raises(NotFound):
            scan(slot, ticket_of(book(slot)).secret, actor=actor)
        with pytest.raises(NotFound):
            door.walk_in(actor=actor, slot_id=slot.pk, party_size=1, name="", now=NOW)
        with pytest.raises(NotFound):
            queries.door_list(actor, slot.pk, now=NOW)
        assert not Scan.objects.exists()


class TestRecord:
    def test_append_only(self, slot: Slot) -> None:
        scan(slot, "x")
        with pytest.raises(DatabaseError), transaction.atomic():
            Scan.objects.update(outcome="admitted")
        with pytest.raises(DatabaseError), transaction.atomic():
            Scan.objects.all().delete()
        Slot.objects.update(state=Slot.State.PURGED)
        assert Scan.objects.all().delete()[0] == 1

    def test_few_statements(self, slot: Slot) -> None:
        """Ticket with slot and replay, seat, record, counts."""
        secret = ticket_of(book(slot)).secret
        with CaptureQueriesContext(connection) as captured:
            scan(slot, secret)
        plain = [q for q in captured.captured_queries if "SAVEPOINT" not in q["sql"]]
        assert len(plain) == 4


class TestWalkIns:
    def walk_in(self, slot: Slot, size: int, now: datetime = NOW, **options: Any) -> Booking:
        return door.walk_in(
            actor=staff(slot.workshop.municipality),
            slot_id=slot.pk,
            party_size=size,
            name="",
            now=now,
            **options,
        )

    def test_inside_at_once(self, slot: Slot) -> None:
        booking = self.walk_in(slot, 2)
        assert (booking.source, booking.state) == ("walk_in", "confirmed")
        assert queries.door_counts(slot) == {"inside": 2, "expected": 2, "seats": 10}
        assert said(scan(slot, ticket_of(booking).secret)) == ("refused", "already_inside")

    def test_full_until_ten_minutes_after_the_start(self, slot: Slot) -> None:
        absent, present = book(slot, 6), book(slot, 4)
        scan(slot, present.code)
        with pytest.raises(SlotFull):
            self.walk_in(slot, 2, slot.starts_at + timedelta(minutes=9))
        late = slot.starts_at + timedelta(minutes=10)
        assert self.walk_in(slot, 2, late).party_size == 2
        absent.refresh_from_db()
        assert absent.state == Booking.State.NO_SHOW
        slot.refresh_from_db()
        assert slot.seats_taken == 6
        with pytest.raises(SlotFull):
            self.walk_in(slot, 5, late)
        # They come after all: four seats are left for their six.
        result = scan(slot, absent.code, now=late)
        assert (said(result), list(result.seats)) == (("admitted", "ok"), [1, 2, 3, 4])
        assert said(scan(slot, absent.code, now=late, seats=[5])) == ("refused", "too_late")
        slot.refresh_from_db()
        absent.refresh_from_db()
        assert (slot.seats_taken, absent.party_size, absent.state) == (10, 4, "confirmed")

    def test_the_empty_seats_of_a_party_that_is_partly_there(self, slot: Slot) -> None:
        family, class_ = book(slot, 4), book(slot, 6)
        scan(slot, family.code, seats=[1, 4])
        scan(slot, class_.code)
        scan(slot, class_.code, kind="exit", seats=[6])
        late = slot.starts_at + timedelta(minutes=10)
        with pytest.raises(SlotFull):
            self.walk_in(slot, 3, late)
        # Who has been there comes back: seats 2 and 3 alone are free, the last one goes first.
        self.walk_in(slot, 1, late)
        family.refresh_from_db()
        assert family.party_size == 3
        assert queries.door_counts(slot) == {"inside": 8, "expected": 10, "seats": 10}
        assert said(scan(slot, family.code, seats=[3], now=late)) == ("refused", "too_late")
        assert list(scan(slot, family.code, now=late).seats) == [2]
        slot.refresh_from_db()
        assert slot.seats_taken == 10

    def test_a_party_that_gives_back_its_seats_afterwards(self, slot: Slot) -> None:
        """Seats that went to walk-ins are not given back once more."""
        family = book(slot, 4)
        scan(slot, family.code, seats=[1])
        late = slot.starts_at + timedelta(minutes=10)
        self.walk_in(slot, 8, late)
        family.refresh_from_db()
        assert family.party_size == 2
        actor = staff(slot.workshop.municipality)
        bookings.cancel_booking(booking_id=family.pk, now=late, by="desk", actor=actor)
        slot.refresh_from_db()
        assert slot.seats_taken == 8

    def test_a_second_tap_lets_nobody_in(self, slot: Slot) -> None:
        tap: dict[str, Any] = {"client_uuid": uuid4(), "gate": "Nord"}
        first = self.walk_in(slot, 2, **tap)
        assert self.walk_in(slot, 2, **tap) == first
        assert Booking.objects.count() == 1
        assert Scan.objects.get().gate == "Nord"
        other = make_slot(slot.workshop.municipality, starts_at=slot.starts_at)
        with pytest.raises(InvalidInput):
            self.walk_in(other, 2, **tap)

    def test_without_a_network(self, slot: Slot) -> None:
        """Let in at twelve, told a day later; not after that, and not for a time after the end."""
        at: dict[str, Any] = {"occurred_at": slot.starts_at, "offline": True}
        scheduling.finish_slot(
            actor=staff(slot.workshop.municipality), slot_id=slot.pk, now=slot.ends_at
        )
        booking = self.walk_in(slot, 2, slot.ends_at + timedelta(hours=24), **at)
        assert booking.state == Booking.State.ATTENDED
        entry = Scan.objects.get()
        assert (entry.offline, entry.occurred_at, entry.skew_seconds) == (
            True,
            slot.starts_at,
            None,
        )
        assert SlotFigures.objects.get(slot=slot).walk_ins == 2
        with pytest.raises(BookingClosed):
            self.walk_in(slot, 2, slot.ends_at + timedelta(hours=24, seconds=1), **at)
        with pytest.raises(BookingClosed):
            self.walk_in(
                slot, 2, slot.ends_at + timedelta(hours=1), **{**at, "occurred_at": slot.ends_at}
            )

    def test_answers(self, slot: Slot) -> None:
        asked = Question.objects.create(workshop=slot.workshop, text="PLZ?", asked="door")
        booking = self.walk_in(slot, 1, answers={str(asked.pk): "58706"})
        assert Answer.objects.get(booking=booking).value == "58706"
        with pytest.raises(InvalidInput):
            self.walk_in(slot, 1, answers={"0": "x"})
        assert Booking.objects.count() == 1

    def test_late_comers_get_their_seats_while_there_are_any(self, slot: Slot) -> None:
        absent = book(slot, 10)
        late = slot.starts_at + timedelta(minutes=10)
        walk_in = self.walk_in(slot, 1, late)
        bookings.cancel_booking(
            booking_id=walk_in.pk,
            now=late,
            by="desk",
            actor=staff(slot.workshop.municipality),
        )
        result = scan(slot, absent.code, now=late)
        assert (said(result), result.inside) == (("admitted", "ok"), 10)
        slot.refresh_from_db()
        assert slot.seats_taken == 10

    def test_not_after_the_end_and_not_when_cancelled(self, slot: Slot) -> None:
        with pytest.raises(BookingClosed):
            self.walk_in(slot, 1, slot.ends_at)
        scheduling.cancel_slot(actor=staff(slot.workshop.municipality), slot_id=slot.pk, now=NOW)
        with pytest.raises(SlotCancelled):
            self.walk_in(slot, 1)
