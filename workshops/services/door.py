"""The door: scans. A refused scan is stored and answered, not an error."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from participation import actors
from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from workshops import policy, queries, tickets
from workshops.errors import Purged
from workshops.models import Booking, Question, RefusedWalkIn, Scan, Slot, Ticket
from workshops.services import admission, figures, questions, scan_times
from workshops.services import seats as seating
from workshops.services.admission import UNDO_WITHIN, Presented
from workshops.services.walk_ins import walk_in

__all__ = [
    "UNDO_WITHIN",
    "BatchScan",
    "ScanOptions",
    "ScanResult",
    "scan",
    "scan_batch",
    "walk_in",
]

Kind, Outcome, Reason = Scan.Kind, Scan.Outcome, Scan.Reason


class ScanOptions(TypedDict, total=False):
    """`kind` entry (unless said), exit or undo; `walk_in` instead of a code the `client_uuid` of a
    walk-in of this scanner's; `occurred_at` by the scanner's clock, `sent_at` what that shows now;
    `gate` its name; `force` a reason to admit against `too_early`, `too_late` or `already_inside`;
    `seats` the seats of a whole booking, all unless said; `offline` whether it was taken without a
    network, None for the server to tell by its time; `answers` to what is asked at the door, by the
    question's id as text."""

    kind: str
    walk_in: UUID | None
    occurred_at: datetime | None
    sent_at: datetime | None
    gate: str
    force: str
    seats: Collection[int] | None
    offline: bool | None
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ScanResult:
    """`ticket` is the seat that was meant, None for a whole booking or an unknown code; `booking`
    whose it is; `seats` the seat numbers moved; `first_scan` the entry that stands against it;
    `skew_seconds` by how much the scanner's time was moved."""

    outcome: str
    reason: str
    ticket: Ticket | None
    booking: Booking | None
    seats: Sequence[int]
    first_scan: Scan | None
    inside: int
    expected: int
    replay: bool
    kind: str
    offline: bool
    skew_seconds: int | None


@dataclass(frozen=True, slots=True)
class BatchScan:
    """One of many."""

    secret_or_code: str
    client_uuid: UUID
    options: ScanOptions


def scan(
    *,
    actor: Actor,
    slot_id: int,
    secret_or_code: str,
    client_uuid: UUID,
    now: datetime,
    **options: Unpack[ScanOptions],
) -> ScanResult:
    """Admit, let out or take back; store what was decided and count who is inside.

    The same `client_uuid` from the same scanner gives the first answer again, before any rule. A
    second entry that happened offline is stored as a conflict. Answers are stored after the scan,
    also with its repetition: what is wrong with them refuses nobody; with a scan that was taken
    offline they are dropped. Locks the tickets; near the end and for seats that were given away the
    slot before them. Raises NotFound for the slot, LoginRequired, NotAllowed, InvalidInput.
    """
    policy.run_door(actor)
    if options.get("kind", Kind.ENTRY) not in Kind.values:
        raise InvalidInput("kind", "invalid_choice", _("Möglich sind entry, exit und undo."))
    asked = _Asked(actor, slot_id, secret_or_code, client_uuid, now, options)
    try:
        try:
            result = _scan(asked)
        except admission.SeatsChanged:
            result = _scan(asked, is_locked=True)
    except IntegrityError:
        # It has been here before, which is rare enough to be found out at the very end: nothing of
        # this attempt stays.
        earlier = _earlier(actor, client_uuid).first()
        if earlier is None:
            # Or the date is being purged this moment. Raises Purged.
            _slot_of(asked, None)
            raise
        result = _result(earlier, replay=True)
    if answers := options.get("answers"):
        _keep_answers(result, answers, now)
    return result


def scan_batch(
    *, actor: Actor, slot_id: int, scans: Iterable[BatchScan], clock: Callable[[], datetime]
) -> Iterator[tuple[UUID, ScanResult]]:
    """What a scanner did without a network, one after the other; each is stored by itself.

    Before each it is asked again whether the device or the key still may: one that is revoked
    meanwhile gets no further. Raises LoginRequired, and what `scan` raises.
    """
    for one in scans:
        actors.check_still_valid(actor)
        result = scan(
            actor=actor,
            slot_id=slot_id,
            secret_or_code=one.secret_or_code,
            client_uuid=one.client_uuid,
            now=clock(),
            **one.options,
        )
        yield one.client_uuid, result


@dataclass(frozen=True, slots=True)
class _Asked:
    actor: Actor
    slot_id: int
    presented: str
    client_uuid: UUID
    now: datetime
    options: ScanOptions


@transaction.atomic
def _scan(asked: _Asked, *, is_locked: bool = False) -> ScanResult:
    if is_locked:
        seating.lock_slot(asked.slot_id)
    what = _resolve(asked)
    what.is_locked = is_locked
    if not is_locked and admission.needs_lock(what.slot, asked.now):
        raise admission.SeatsChanged
    record = _record(asked, what)
    if _takes_back_refused(asked, what, record):
        record.outcome, record.reason = Outcome.UNDONE, Reason.OK
    else:
        admission.decide(
            record,
            what,
            actor=asked.actor,
            seats=asked.options.get("seats"),
            force=_label(asked.options.get("force", ""), 200),
        )
    record.save(force_insert=True)
    if admission.is_counted_again(record):
        figures.record(what.slot)
    return _result(record, replay=False)


def _takes_back_refused(asked: _Asked, what: Presented, record: Scan) -> bool:
    """Whether these are people without a booking who never had seats, and are gone again: then
    nobody has to see to them. Raises SeatsChanged."""
    walk_in = asked.options.get("walk_in")
    if walk_in is None or record.kind != Kind.UNDO:
        return False
    kept = RefusedWalkIn.objects.filter(
        slot=record.slot,
        principal=record.principal,
        client_uuid=walk_in,
        settled_at=None,
        occurred_at__gte=record.occurred_at - UNDO_WITHIN,
    )
    if not kept.exists():
        return False
    if not what.is_locked:
        raise admission.SeatsChanged
    note = _("An der Tür zurückgenommen")
    kept.update(settled_at=record.received_at, settled_by=record.principal, note=note)
    return True


def _record(asked: _Asked, what: Presented) -> Scan:
    """The scan as far as it stands before any rule."""
    options = asked.options
    moment = scan_times.moment_of(
        what.slot,
        options.get("occurred_at"),
        now=asked.now,
        offline=options.get("offline"),
        sent_at=options.get("sent_at"),
    )
    return Scan(
        slot=what.slot,
        booking=what.booking,
        ticket=what.ticket,
        principal=asked.actor.principal,
        client_uuid=asked.client_uuid,
        gate=_label(options.get("gate", ""), 60),
        kind=options.get("kind", Kind.ENTRY),
        presented_hash="" if what.booking else queries.hashed(asked.presented),
        offline=moment.offline,
        skew_seconds=moment.skew_seconds,
        occurred_at=moment.occurred_at,
        received_at=moment.received_at,
    )


def _label(text: str, longest: int) -> str:
    """What the door typed, as far as it can be kept: a scan is never lost over it."""
    return "".join(ch for ch in text if ch.isprintable()).strip()[:longest]


# --- What was presented --------------------------------------------------------------------------

# The columns that the rules need and the answer shows: of three wide rows, a quarter.
_BOOKING = ("slot", "code", "name", "party_size", "state", "source", "created_at")
_READ = (
    "seq",
    "secret",
    "name",
    "revoked_at",
    "released_at",
    "entered_at",
    *(f"booking__{name}" for name in _BOOKING),
    *(
        f"booking__slot__{name}"
        for name in (
            "state",
            "starts_at",
            "ends_at",
            "check_in_opens_at",
            "check_in_closes_at",
            "capacity",
            "seats_taken",
        )
    ),
)
_RELATED = ("ticket", "booking", "slot", "first_scan")


def _tickets_of_town(asked: _Asked) -> QuerySet[Ticket]:
    rows = Ticket.objects.of(asked.actor.town).select_related("booking__slot")
    return rows.only(*_READ).order_by("seq", "pk")


def _resolve(asked: _Asked) -> Presented:
    """A seat's QR code, a booking's, the six characters of a booking, or what this scanner called
    people without one. Raises NotFound."""
    rows, code = _tickets_of_town(asked), tickets.code_in(asked.presented)
    seats: list[Ticket] = []
    if walk_in := asked.options.get("walk_in"):
        seats = list(rows.filter(booking__in=_earlier(asked.actor, walk_in).values("booking")))
    elif code:
        seats = list(rows.filter(booking__code=code))
    elif _is_secret(secret := tickets.secret_in(asked.presented)):
        # In one statement that uses the index on each of the two columns.
        own = Ticket.objects.filter(secret=secret).order_by().values("pk")
        whole = Ticket.objects.filter(booking__secret=secret).order_by().values("pk")
        seats = list(rows.filter(pk__in=own.union(whole)))
        if seats and seats[0].secret == secret:
            booking = seats[0].booking
            return Presented(_slot_of(asked, booking), booking, seats[0], seats)
    if seats:
        return Presented(_slot_of(asked, seats[0].booking), seats[0].booking, None, seats)
    # Nobody has a ticket before the booking is confirmed.
    held = Booking.objects.of(asked.actor.town).select_related("slot").filter(code=code)
    unconfirmed = held.first() if code else None
    return Presented(_slot_of(asked, unconfirmed), unconfirmed)


def _is_secret(text: str) -> bool:
    """Whether we may have made it; a secret has 32 characters, a code fewer."""
    return 24 < len(text) <= 40 and text.isascii() and text.isprintable()


def _slot_of(asked: _Asked, booking: Booking | None) -> Slot:
    """The slot of this door, which need not be that of the booking. Raises NotFound, Purged."""
    slot: Slot | None
    if booking is not None and booking.slot_id == asked.slot_id:
        slot = booking.slot
    else:
        slot = Slot.objects.of(asked.actor.town).filter(pk=asked.slot_id).first()
    if slot is None:
        raise NotFound
    if slot.state == Slot.State.PURGED:
        raise Purged
    return slot


# --- Answers -------------------------------------------------------------------------------------


def _keep_answers(result: ScanResult, given: Mapping[str, Any], now: datetime) -> None:
    """What was asked at the door. Raises InvalidInput for `answers.<id>`, unless taken offline."""
    is_theirs = result.reason in (Reason.OK, Reason.ALREADY_INSIDE)
    if result.booking is None or result.kind != Kind.ENTRY or not is_theirs:
        return
    with transaction.atomic():
        rows = Booking.objects.select_for_update(no_key=True, of=("self",)).select_related("slot")
        booking = rows.get(pk=result.booking.pk)
        try:
            questions.store_answers(
                booking=booking,
                given=given,
                asked=Question.Asked.DOOR,
                now=now,
                is_complete=False,
            )
        except InvalidInput:
            if not result.offline:
                raise


def _earlier(actor: Actor, client_uuid: UUID) -> QuerySet[Scan]:
    """The same scan, if it was here before."""
    scans = Scan.objects.filter(principal=actor.principal, client_uuid=client_uuid)
    return scans.order_by("pk").select_related(*_RELATED)


def _result(record: Scan, *, replay: bool) -> ScanResult:
    counts = queries.door_counts(record.slot)
    return ScanResult(
        outcome=record.outcome,
        reason=record.reason,
        ticket=record.ticket,
        booking=record.booking,
        seats=record.seats,
        first_scan=record.first_scan,
        inside=counts["inside"],
        expected=counts["expected"],
        replay=replay,
        kind=record.kind,
        offline=record.offline,
        skew_seconds=record.skew_seconds,
    )
