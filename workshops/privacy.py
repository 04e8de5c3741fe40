"""Erasing personal data when its time has come: by the clock, by the operator, on a person's wish.

What is due stands in `queries/retention.py`. A run goes date by date in small transactions that
lock nothing but a date that is over, so that nobody who books waits for it; the counts erased are
added to the date's record in the same transaction. A run that was killed is simply gone on with.
"""

import hashlib
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from participation import actors, documents, secrets
from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from workshops.errors import IllegalStep, OnLegalHold, Purged
from workshops.models import (
    AccessNeeds,
    Answer,
    Booking,
    ErasedLink,
    ErasureRecord,
    RefusedWalkIn,
    Scan,
    SettledConflict,
    Slot,
    SlotFigures,
    Ticket,
    WaitEntry,
)
from workshops.queries import retention
from workshops.services import bookings, figures
from workshops.services import seats as seating

BATCH_ROWS = 500
# A run of the clock, which has more to do: the rest is left for the next one.
ROWS_A_RUN = 20_000
SLOTS_A_RUN = 500
# After a full batch, so that others get at a database that has one writer at a time.
PAUSE_SECONDS = 0.02
KEEP_ERASED_LINKS = timedelta(days=365)
MAX_REASON = 300

# What an emptied booking no longer says.
EMPTIED = {
    "name": "",
    "seat_names": [],
    "email": "",
    "phone": "",
    "organisation": "",
    "guardian_name": "",
    "guardian_phone": "",
}


# --- The clock and the operator ------------------------------------------------------------------


def purge_due(*, now: datetime, by: str = "system", most: int = ROWS_A_RUN) -> int:
    """Erase what is due in all towns, dates on legal hold aside. Returns how many rows.

    A date whose days are over keeps its counts (`SlotFigures`) and becomes `purged`. Stops after
    about `most` rows; a date locked this moment is left for the next run, too. Each date gets an
    erasure record, which is sealed when nothing of it is due any more.
    """
    erased = 0
    for slot_id in retention.due_slot_ids(now, SLOTS_A_RUN):
        while erased < most:
            try:
                rows = _erase_batch(slot_id, now, by)
            except IntegrityError:
                # A door that was long without a network has sent a scan at this very moment.
                break
            erased += rows
            if rows < BATCH_ROWS:
                break
            time.sleep(PAUSE_SECONDS)
    ErasedLink.objects.filter(erased_at__lt=now - KEEP_ERASED_LINKS).delete()
    return erased


@transaction.atomic
def _erase_batch(slot_id: int, now: datetime, by: str) -> int:
    """Up to BATCH_ROWS rows of one date; fewer say that it is finished, or busy. Locks the date."""
    free = Slot.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    slot = free.select_related("workshop__municipality").filter(pk=slot_id, legal_hold="").first()
    if slot is None:
        return 0
    is_over = slot.state == Slot.State.PURGED or retention.keeping_is_over(slot, now)
    if is_over and slot.state != Slot.State.PURGED:
        if not SlotFigures.objects.filter(slot=slot).exists():
            figures.record(slot)
        # Now, and not before, the door's record may go.
        slot.state = Slot.State.PURGED
        slot.save(update_fields=["state"])
    counts = _erase_rows(slot, now)
    erased = sum(counts.values())
    finished = erased < BATCH_ROWS
    _write_down(slot, counts, rule=retention.rule_of(slot, now), by=by, now=now, finished=finished)
    if finished and is_over:
        slot.purged_at = now
        slot.save(update_fields=["purged_at"])
    return erased


def _erase_rows(slot: Slot, now: datetime) -> dict[str, int]:
    counts: dict[str, int] = {}
    left = BATCH_ROWS
    for data in retention.DATA_CLASSES:
        # The newest first: a scan may point to an earlier one.
        due = data.due_of(slot.pk, now).order_by("-pk")
        ids = list(due.values_list("pk", flat=True)[:left])
        if ids:
            ERASE[data.name](data.rows().filter(pk__in=ids), now)
            counts[data.name] = len(ids)
            left -= len(ids)
        if not left:
            break
    return counts


def _write_down(
    slot: Slot, counts: dict[str, int], *, rule: str, by: str, now: datetime, finished: bool
) -> None:
    """Add to the date's record under way, or begin one; seal it when all is erased."""
    record = ErasureRecord.objects.filter(slot=slot, sha256="").first()
    if record is not None and record.rule != rule:
        _seal(record)
        record = None
    if record is None and counts:
        record = _new_record(slot, rule=rule, by=by, now=now)
    if record is None:
        return
    for name, count in counts.items():
        record.counts[name] = record.counts.get(name, 0) + count
    if finished:
        _seal(record)
    else:
        record.save()


def _new_record(slot: Slot, *, rule: str, by: str, now: datetime) -> ErasureRecord:
    return ErasureRecord(
        municipality=slot.workshop.municipality,
        slot=slot,
        workshop_title=slot.workshop.title,
        slot_starts_at=slot.starts_at,
        rule=rule,
        counts={},
        erased_by=by,
        erased_at=now,
        held_at=slot.legal_hold_at,
        hold_lifted_at=slot.legal_hold_lifted_at,
    )


def _seal(record: ErasureRecord) -> ErasureRecord:
    record.sha256 = hashlib.sha256(retention.canonical_json(record).encode()).hexdigest()
    record.save()
    return record


def record_pdf(record: ErasureRecord, *, language: str) -> bytes:
    """The record as a document, with the text that its hash proves. Raises PrintUnavailable."""
    with translation.override(language):
        context = {
            "record": record,
            "town": record.municipality,
            "rule": retention.rule_text(record.rule),
            "by": retention.who_text(record.erased_by),
            "rows": retention.labelled(record.counts),
            "canonical": retention.canonical_json(record),
        }
        return documents.pdf("print/erasure_record.html", context, language=language)


# --- How each class goes -------------------------------------------------------------------------


def _delete(rows: QuerySet[Any], _now: datetime) -> None:
    """In one statement, by the database's own foreign keys: Django's way reads every row first."""
    rows._raw_delete(rows.db)  # noqa: SLF001


def _delete_bookings(rows: QuerySet[Booking], now: datetime) -> None:
    given = rows.values_list("manage_token_hash", "confirm_token_hash", "secret")
    _remember_links(
        (
            link
            for manage, confirm, secret in given
            for link in (manage, confirm, secrets.hashed(secret))
        ),
        now,
    )
    _delete(rows, now)


def _delete_scans(rows: QuerySet[Scan], now: datetime) -> None:
    SettledConflict.objects.filter(scan__in=rows).delete()
    _delete(rows, now)


def _delete_tickets(rows: QuerySet[Ticket], now: datetime) -> None:
    given = rows.values_list("secret", flat=True)
    _remember_links((secrets.hashed(secret) for secret in given), now)
    _delete(rows, now)


def _delete_wait_entries(rows: QuerySet[WaitEntry], now: datetime) -> None:
    _remember_links(rows.values_list("token_hash", flat=True), now)
    _delete(rows, now)


def _remember_links(hashes: Iterable[str], now: datetime) -> None:
    ErasedLink.objects.bulk_create(
        (ErasedLink(token_hash=one, erased_at=now) for one in hashes), ignore_conflicts=True
    )


def _empty_guardians(rows: QuerySet[Booking], _now: datetime) -> None:
    rows.update(guardian_name="", guardian_phone="")


def _empty_bookings(rows: QuerySet[Booking], now: datetime) -> None:
    Ticket.objects.filter(booking__in=rows).update(name="")
    RefusedWalkIn.objects.filter(booking__in=rows).update(name="")
    rows.update(**EMPTIED, erased_at=now)


def _empty_wait_entries(rows: QuerySet[WaitEntry], _now: datetime) -> None:
    rows.update(name="", email="", phone="")


ERASE: dict[str, Callable[[Any, datetime], None]] = {
    "answers": _delete,
    "access_needs": _delete,
    "guardians": _empty_guardians,
    "ended_bookings": _empty_bookings,
    "waiting_people": _empty_wait_entries,
    "wait_entries": _delete_wait_entries,
    "unknown_scans": _delete_scans,
    "refused_answers": _delete,
    "refused_walk_ins": _delete,
    "scans": _delete_scans,
    "tickets": _delete_tickets,
    "bookings": _delete_bookings,
    "messages": _delete,
}


# --- Legal hold ----------------------------------------------------------------------------------


@transaction.atomic
def set_hold(*, actor: Actor, slot_id: int, reason: str, now: datetime) -> Slot:
    """Erase nothing of this date until the hold is lifted. `reason` has at most 300 characters.

    Another reason is another word for the same hold: who set it and when stay.

    A run that is at it stops at its next batch. Locks the slot. Raises NotFound, InvalidInput,
    LoginRequired, NotAllowed, and IllegalStep where the date is erased already.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise InvalidInput("reason", "required", _("Bitte geben Sie einen Grund an."))
    if len(reason) > MAX_REASON:
        raise InvalidInput("reason", "max_length", _("Bitte fassen Sie sich kürzer."))
    slot = _locked_slot(actor, slot_id)
    if slot.state == Slot.State.PURGED:
        raise IllegalStep(_("Die Daten dieses Termins sind schon gelöscht."))
    if not slot.legal_hold:
        slot.legal_hold_by, slot.legal_hold_at = actor.principal, now
        slot.legal_hold_lifted_at = None
    return _hold(slot, reason)


@transaction.atomic
def lift_hold(*, actor: Actor, slot_id: int, now: datetime) -> Slot:
    """Let the clock erase again what is due. Lifting twice is once. The record of the erasure says
    from when until when the date was held.

    Locks the slot. Raises NotFound, LoginRequired, NotAllowed.
    """
    slot = _locked_slot(actor, slot_id)
    if slot.legal_hold:
        slot.legal_hold_lifted_at = now
    return _hold(slot, "")


def _locked_slot(actor: Actor, slot_id: int) -> Slot:
    retention.slot_to_hold(actor, slot_id)
    return seating.lock_slot(slot_id)


def _hold(slot: Slot, reason: str) -> Slot:
    slot.legal_hold = reason
    slot.save(
        update_fields=["legal_hold", "legal_hold_by", "legal_hold_at", "legal_hold_lifted_at"]
    )
    return slot


# --- A person's own right ------------------------------------------------------------------------


def data_of(booking: Booking) -> dict[str, Any]:
    """All that is stored about a booking, for the one whose link it is (GDPR, article 15).

    Names of fields in English, times as ISO 8601: a person reads it, a program can.
    """
    needs = AccessNeeds.objects.filter(booking=booking).first()
    entry = WaitEntry.objects.filter(offer=booking).first()
    fields = ("code", "state", "source", "party_size", "language", "created_at")
    return {
        "municipality": booking.slot.workshop.municipality.official_name,
        "workshop": booking.slot.workshop.title,
        "starts_at": booking.slot.starts_at,
        "ends_at": booking.slot.ends_at,
        "kept_until": retention.kept_until(booking.slot),
        "booking": {name: getattr(booking, name) for name in (*fields, *EMPTIED)},
        "access_needs": needs.text if needs else "",
        "answers": [
            {"question": answer.question.text, "answer": answer.value}
            for answer in Answer.objects.filter(booking=booking)
            .select_related("question")
            .order_by("question__position", "pk")
        ],
        "tickets": list(
            booking.tickets.order_by("seq").values("seq", "name", "revoked_at", "entered_at")
        ),
        "scans": list(
            booking.scans.order_by("received_at", "pk").values(
                "kind", "outcome", "reason", "seats", "gate", "occurred_at"
            )
        ),
        "waiting_list": _of_entry(entry) if entry else None,
    }


def _of_entry(entry: WaitEntry) -> dict[str, str]:
    return {"name": entry.name, "email": entry.email, "phone": entry.phone}


@transaction.atomic
def erase_booking(*, booking_id: int, now: datetime) -> ErasureRecord:
    """Erase at once what says who booked (GDPR, article 17); the caller has checked whose it is.

    Seats of a date to come are given back, whatever the deadline. What stays is a booking without
    a person, counted until the date is purged. Locks the slot, then the booking. Raises NotFound,
    Purged, OnLegalHold.
    """
    found = Booking.objects.filter(pk=booking_id).values_list("slot_id", flat=True).first()
    if found is None:
        raise NotFound
    slot = seating.lock_slot(found)
    booking = Booking.objects.select_for_update(no_key=True).get(pk=booking_id)
    if booking.erased_at is not None or slot.state == Slot.State.PURGED:
        raise Purged
    if slot.legal_hold:
        raise OnLegalHold
    if booking.is_active and now < slot.starts_at:
        town = actors.system(slot.workshop.municipality)
        bookings.cancel_booking(booking_id=booking_id, by="desk", actor=town, now=now)
    rows = Booking.objects.filter(pk=booking_id)
    entries = WaitEntry.objects.filter(offer=booking_id)
    gone = {
        "answers": Answer.objects.filter(booking=booking_id).delete()[0],
        "access_needs": AccessNeeds.objects.filter(booking=booking_id).delete()[0],
        "waiting_people": entries.update(name="", email="", phone=""),
        "bookings": 1,
    }
    _empty_bookings(rows, now)
    record = _new_record(slot, rule=retention.ON_REQUEST, by="citizen", now=now)
    record.counts = {name: count for name, count in gone.items() if count}
    return _seal(record)
