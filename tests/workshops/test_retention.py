"""What is erased when; that counts stay, that a dry run says what a run does, and that it is
written down."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps

from participation import actors
from participation.errors import InvalidInput, LoginRequired, NotAllowed, NotFound
from participation.models import Municipality
from participation.models.access import Scope
from tests.workshops.factories import NOW, book, hold, make_slot, make_workshop, staff
from tests.workshops.retention_factories import DAY, answer, ask, past_slot, scan, stored
from workshops import privacy, queries
from workshops.errors import IllegalStep, OnLegalHold, Purged
from workshops.models import (
    AccessNeeds,
    Answer,
    Booking,
    ErasedLink,
    ErasureRecord,
    Scan,
    Slot,
    SlotFigures,
    Ticket,
    WaitEntry,
)
from workshops.queries import retention
from workshops.services import bookings, scheduling

pytestmark = pytest.mark.django_db

NOTHING = dict.fromkeys(
    ("bookings", "tickets", "scans", "answers", "needs", "waiting", "messages"), 0
)


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return past_slot(town)


def sealed(slot: Slot) -> list[dict[str, int]]:
    records = ErasureRecord.objects.filter(slot=slot).order_by("pk")
    assert "" not in records.values_list("sha256", flat=True)
    return [record.counts for record in records]


# --- When ----------------------------------------------------------------------------------------


def test_nothing_is_due_on_the_evening_itself(slot: Slot) -> None:
    before = stored(slot)
    assert privacy.purge_due(now=slot.ends_at + timedelta(hours=23)) == 0
    assert stored(slot) == before
    assert not ErasureRecord.objects.exists()


def test_needs_guardians_and_who_waited_go_after_a_day(slot: Slot) -> None:
    before = stored(slot)
    privacy.purge_due(now=slot.ends_at + DAY)
    assert stored(slot) == {**before, "needs": 0}
    assert not Booking.objects.exclude(guardian_name="", guardian_phone="").exists()
    assert not WaitEntry.objects.exclude(name="", email="").exists()
    assert Booking.objects.filter(name="Kim").exists()
    assert sealed(slot) == [{"access_needs": 1, "guardians": 1, "waiting_people": 1}]
    record = ErasureRecord.objects.get()
    assert (record.rule, record.erased_by) == ("early", "system")


def test_answers_go_by_their_question(slot: Slot) -> None:
    keeps_longer = ask(slot, keep_days=9)
    answer(keeps_longer, Booking.objects.get(name="Kim"), "Presse")
    privacy.purge_due(now=slot.ends_at + DAY)
    privacy.purge_due(now=slot.ends_at + 3 * DAY)
    assert list(Answer.objects.values_list("value", flat=True)) == ["Presse"]
    assert sealed(slot)[-1] == {"answers": 3}


def test_who_cancelled_or_never_confirmed_is_forgotten_after_a_week(town: Municipality) -> None:
    slot = make_slot(town, starts_at=NOW + 30 * DAY)
    booked, kept = book(slot, 2, name="Kim"), book(slot, name="Mika")
    hold(slot, name="Toni")
    Ticket.objects.filter(booking=booked).update(name="Kim")
    AccessNeeds.objects.create(booking=booked, text="Rollstuhl")
    answer(ask(slot, keep_days=30), booked)
    bookings.cancel_booking(booking_id=booked.pk, now=NOW)
    bookings.release_expired_holds(now=NOW + timedelta(hours=1))

    privacy.purge_due(now=NOW + 7 * DAY)
    assert Booking.objects.filter(erased_at=None).count() == 3
    privacy.purge_due(now=NOW + 8 * DAY)

    assert list(Booking.objects.exclude(name="", email="").values_list("pk", flat=True)) == [
        kept.pk
    ]
    assert not Ticket.objects.filter(booking=booked).exclude(name="").exists()
    assert not AccessNeeds.objects.exists()
    assert not Answer.objects.exists()
    # They still count, until the date is over and purged.
    assert sorted(Booking.objects.values_list("state", flat=True)) == [
        "cancelled",
        "confirmed",
        "expired",
    ]
    assert sealed(slot) == [{"answers": 1, "access_needs": 1, "ended_bookings": 2}]
    slot.refresh_from_db()
    assert (slot.state, slot.seats_taken) == ("open", 1)


@pytest.mark.parametrize(("own_days", "days"), [(None, 30), (5, 5)])
def test_all_goes_after_the_days_of_the_date_else_of_its_workshop(
    town: Municipality, own_days: int | None, days: int
) -> None:
    slot = past_slot(town, keep_days=own_days)
    figures = SlotFigures.objects.values().get(slot=slot)
    privacy.purge_due(now=slot.ends_at + days * DAY - timedelta(seconds=1))
    assert stored(slot)["bookings"] == 3
    privacy.purge_due(now=slot.ends_at + days * DAY)
    assert stored(slot) == NOTHING
    slot.refresh_from_db()
    assert (slot.state, slot.purged_at) == ("purged", slot.ends_at + days * DAY)
    assert SlotFigures.objects.values().get(slot=slot) == figures
    assert ErasureRecord.objects.latest("pk").rule == f"after_{days}_days"
    assert privacy.purge_due(now=slot.ends_at + 99 * DAY) == 0


def test_a_date_called_off_is_purged_and_counted_too(town: Municipality) -> None:
    slot = make_slot(town)
    book(slot, 3)
    scheduling.cancel_slot(actor=staff(town), slot_id=slot.pk, now=NOW)
    privacy.purge_due(now=slot.ends_at + 31 * DAY)
    assert stored(slot) == NOTHING
    assert SlotFigures.objects.values_list("booked", "cancelled").get(slot=slot) == (0, 3)


def test_a_date_without_guests_is_purged_without_a_record(town: Municipality) -> None:
    slot = make_slot(town)
    scheduling.finish_past_slots(now=slot.ends_at + DAY)
    privacy.purge_due(now=slot.ends_at + 31 * DAY)
    slot.refresh_from_db()
    assert slot.state == "purged"
    assert not ErasureRecord.objects.exists()


def test_a_ticket_shown_at_another_door_does_not_stay(town: Municipality) -> None:
    """The scan lies at a date that is kept; it is of the guest whose date is purged."""
    workshop = make_workshop(town, keep_days=3650)
    other = make_slot(town, workshop=workshop)
    slot = make_slot(town)
    secret = book(slot).tickets.get().secret
    assert scan(other, secret).reason == "wrong_slot"
    scan(other, "ABCDEF")
    scheduling.finish_past_slots(now=slot.ends_at + DAY)
    privacy.purge_due(now=slot.ends_at + 31 * DAY)
    assert stored(slot) == NOTHING
    assert list(Scan.objects.values_list("reason", flat=True)) == ["unknown"]
    assert sealed(slot) == [{"scans": 1, "tickets": 1, "bookings": 1}]


def test_every_row_that_points_to_a_booking_goes() -> None:
    """A new table of personal data has to be given its class."""
    covered = {data.rows().model for data in retention.DATA_CLASSES}
    pointing = {
        relation.related_model
        for model in (Booking, Ticket)
        for relation in model._meta.related_objects
    }
    assert pointing <= covered
    assert set(privacy.ERASE) == {data.name for data in retention.DATA_CLASSES}
    assert {field.name for field in Booking._meta.get_fields()} >= privacy.EMPTIED.keys()


def test_every_row_that_points_to_a_date_goes_or_is_known_to_stay() -> None:
    covered = {data.rows().model for data in retention.DATA_CLASSES}
    stay = {"SlotFigures", "Feedback", "ErasureRecord", "LiveSession"}
    pointing = {relation.related_model for relation in Slot._meta.related_objects}
    assert {model.__name__ for model in pointing - covered} <= stay
    assert apps.get_model("workshops", "Feedback") not in covered


# --- A run and its dry run -----------------------------------------------------------------------


@pytest.mark.parametrize("days", [1, 3, 9, 31])
def test_a_dry_run_says_what_a_run_does(town: Municipality, days: int) -> None:
    first = past_slot(town)
    second = past_slot(town, keep_days=2, starts_at=NOW + 3 * DAY)
    coming = make_slot(town, starts_at=NOW + 60 * DAY)
    bookings.cancel_booking(booking_id=book(coming).pk, now=NOW)
    now = second.ends_at + days * DAY
    said = {one.slot.pk: (one.rule, one.counts) for one in retention.dry_run(staff(town), now)}
    assert said
    privacy.purge_due(now=now)
    records = ErasureRecord.objects.all()
    assert {record.slot_id: (record.rule, record.counts) for record in records} == said
    assert retention.dry_run(staff(town), now) == []
    assert first.pk in said


def test_a_run_goes_on_where_it_stopped(slot: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batch by batch, run by run: one record with the sum of all."""
    monkeypatch.setattr(privacy, "BATCH_ROWS", 2)
    monkeypatch.setattr(privacy, "PAUSE_SECONDS", 0)
    now = slot.ends_at + 31 * DAY
    said = retention.dry_run(staff(slot.workshop.municipality), now)[0].counts
    runs = 0
    while privacy.purge_due(now=now, most=3):
        runs += 1
    assert runs > 3
    assert stored(slot) == NOTHING
    assert sealed(slot) == [said]
    slot.refresh_from_db()
    assert slot.purged_at == now


def test_a_record_proves_itself(slot: Slot) -> None:
    privacy.purge_due(now=slot.ends_at + 31 * DAY)
    record = retention.erasure_records(staff(slot.workshop.municipality)).get()
    canonical = retention.canonical_json(record)
    assert hashlib.sha256(canonical.encode()).hexdigest() == record.sha256
    assert canonical.startswith('{"counts":{"')
    assert "Kim" not in canonical


def test_statements_of_a_dry_run_stay_the_same(
    town: Municipality, django_assert_num_queries: Any
) -> None:
    for _ in range(3):
        past_slot(town)
    with django_assert_num_queries(14):
        retention.dry_run(staff(town), NOW + 99 * DAY)


# --- Legal hold ----------------------------------------------------------------------------------


def test_a_hold_keeps_everything_until_it_is_lifted(slot: Slot) -> None:
    town = slot.workshop.municipality
    privacy.set_hold(actor=staff(town), slot_id=slot.pk, reason=" Streit um  den Beitrag ", now=NOW)
    before, now = stored(slot), slot.ends_at + 31 * DAY
    (planned,) = retention.dry_run(staff(town), now)
    assert planned.held_by == "Streit um den Beitrag"
    assert planned.counts["bookings"] == 3
    assert privacy.purge_due(now=now) == 0
    assert stored(slot) == before
    assert list(retention.held_slots(staff(town))) == [slot]
    privacy.lift_hold(actor=staff(town), slot_id=slot.pk, now=NOW)
    privacy.purge_due(now=now)
    assert stored(slot) == NOTHING
    with pytest.raises(IllegalStep):
        privacy.set_hold(actor=staff(town), slot_id=slot.pk, reason="zu spät", now=NOW)


def test_a_hold_says_who_and_when_and_the_record_until_when(slot: Slot) -> None:
    town, later = slot.workshop.municipality, slot.ends_at + 40 * DAY
    first, second = staff(town), staff(town)
    privacy.set_hold(actor=first, slot_id=slot.pk, reason="Streit", now=NOW)
    held = privacy.set_hold(actor=second, slot_id=slot.pk, reason="Klage", now=later)
    assert (held.legal_hold, held.legal_hold_by) == ("Klage", first.principal)
    assert held.legal_hold_at == NOW
    privacy.lift_hold(actor=second, slot_id=slot.pk, now=later)
    privacy.lift_hold(actor=second, slot_id=slot.pk, now=later + DAY)
    privacy.purge_due(now=later + DAY)
    record = ErasureRecord.objects.get(slot=slot)
    assert (record.held_at, record.hold_lifted_at) == (NOW, later)
    assert later.isoformat() in retention.canonical_json(record)
    assert hashlib.sha256(retention.canonical_json(record).encode()).hexdigest() == record.sha256


def test_a_record_without_a_hold_is_as_it_always_was(slot: Slot) -> None:
    privacy.purge_due(now=slot.ends_at + 31 * DAY)
    assert "hold" not in retention.canonical_json(ErasureRecord.objects.get(slot=slot))


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_a_hold_needs_a_reason(slot: Slot, reason: str) -> None:
    with pytest.raises(InvalidInput):
        privacy.set_hold(
            actor=staff(slot.workshop.municipality), slot_id=slot.pk, reason=reason, now=NOW
        )


def test_holds_are_for_the_towns_head(slot: Slot, other_town: Municipality) -> None:
    town = slot.workshop.municipality
    desk = actors.Actor(town, scopes=frozenset({Scope.DESK}), principal="user-1")
    for actor, refusal in (
        (desk, NotAllowed),
        (actors.guest(town), LoginRequired),
        (staff(other_town), NotFound),
    ):
        with pytest.raises(refusal):
            privacy.set_hold(actor=actor, slot_id=slot.pk, reason="Streit", now=NOW)
        with pytest.raises(refusal):
            privacy.lift_hold(actor=actor, slot_id=slot.pk, now=NOW)
    for actor in (desk, actors.guest(town)):
        with pytest.raises((NotAllowed, LoginRequired)):
            retention.dry_run(actor, NOW)


# --- Links that led to what is gone --------------------------------------------------------------


def test_old_links_say_that_all_is_erased(slot: Slot) -> None:
    booking = Booking.objects.get(name="Kim")
    ticket, entry = booking.tickets.order_by("seq")[0], WaitEntry.objects.get()
    links: list[Callable[[], object]] = [
        lambda: queries.booking_by_manage_token(booking.code, booking.manage_token),
        lambda: queries.booking_by_confirm_token(booking.confirm_token),
        lambda: queries.ticket_by_secret(ticket.secret),
        lambda: queries.wait_entry_by_token(entry.token),
    ]
    now = slot.ends_at + 31 * DAY
    privacy.purge_due(now=now)
    for link in links:
        with pytest.raises(Purged):
            link()
    with pytest.raises(NotFound):
        queries.ticket_by_secret("nie-gesehen")
    privacy.purge_due(now=now + 366 * DAY)
    assert not ErasedLink.objects.exists()


# --- A person's own right ------------------------------------------------------------------------


def test_a_person_reads_all_that_is_stored(slot: Slot) -> None:
    data = privacy.data_of(queries.booking_by_pk(Booking.objects.get(name="Kim").pk))
    assert data["booking"]["name"] == "Kim"
    assert data["access_needs"] == "Rollstuhl"
    assert data["answers"] == [{"question": "Woher?", "answer": "Zeitung"}]
    assert [scan["outcome"] for scan in data["scans"]] == ["admitted", "refused"]
    assert len(data["tickets"]) == 2


def test_a_person_erases_a_booking_to_come(town: Municipality) -> None:
    slot = make_slot(town)
    booking = book(slot, 2, name="Kim")
    answer(ask(slot, keep_days=30), booking)
    record = privacy.erase_booking(booking_id=booking.pk, now=NOW)
    assert (record.rule, record.counts) == ("on_request", {"answers": 1, "bookings": 1})
    booking.refresh_from_db()
    assert (booking.state, booking.name, booking.email) == ("cancelled", "", "")
    slot.refresh_from_db()
    assert slot.seats_taken == 0
    with pytest.raises(Purged):
        privacy.erase_booking(booking_id=booking.pk, now=NOW)
    with pytest.raises(Purged):
        queries.booking_by_manage_token(booking.code, booking.manage_token)


def test_who_was_there_is_forgotten_and_still_counts(slot: Slot) -> None:
    booking = Booking.objects.get(name="Kim")
    figures = SlotFigures.objects.values().get(slot=slot)
    privacy.erase_booking(booking_id=booking.pk, now=slot.ends_at)
    booking.refresh_from_db()
    assert (booking.state, booking.name) == ("attended", "")
    assert SlotFigures.objects.values().get(slot=slot) == figures


def test_nothing_is_erased_on_request_during_a_hold(slot: Slot) -> None:
    booking = Booking.objects.get(name="Kim")
    privacy.set_hold(
        actor=staff(slot.workshop.municipality), slot_id=slot.pk, reason="Streit", now=NOW
    )
    with pytest.raises(OnLegalHold):
        privacy.erase_booking(booking_id=booking.pk, now=NOW)
    with pytest.raises(NotFound):
        privacy.erase_booking(booking_id=0, now=NOW)
