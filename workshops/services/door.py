"""The door: scans. A refused scan is stored and answered, not an error."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from workshops import policy, queries, tickets
from workshops.models import Booking, Scan, Slot, Ticket
from workshops.services.walk_ins import ABSENT_AFTER, walk_in

__all__ = ["ScanOptions", "ScanResult", "scan", "walk_in"]

OFFLINE_AFTER = timedelta(seconds=60)
FORCEABLE = frozenset({Scan.Reason.TOO_EARLY, Scan.Reason.TOO_LATE, Scan.Reason.ALREADY_INSIDE})

Kind, Outcome, Reason = Scan.Kind, Scan.Outcome, Scan.Reason


class ScanOptions(TypedDict, total=False):
    """`kind` entry (unless said), exit or undo; `occurred_at` by the scanner's clock; `gate` its
    name; `force` a reason to admit against `too_early`, `too_late` or `already_inside`; `seats` the
    seats of a booking code, all unless said; `offline` for scans that come later."""

    kind: str
    occurred_at: datetime | None
    gate: str
    force: str
    seats: Collection[int] | None
    offline: bool


@dataclass(frozen=True, slots=True)
class ScanResult:
    """`ticket` is the seat that was meant, None for a whole booking or an unknown code; `booking`
    whose it is; `seats` the seat numbers moved; `first_scan` the entry that stands against it."""

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


@dataclass(slots=True)
class _Presented:
    """What was held before the scanner, resolved."""

    slot: Slot
    booking: Booking | None = None
    ticket: Ticket | None = None
    tickets: list[Ticket] = field(default_factory=list)


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

    The same `client_uuid` from the same scanner gives the first answer again, before any rule.
    A ticket is admitted by one guarded UPDATE; a second entry that happened offline is stored as a
    conflict. Raises NotFound for the slot, LoginRequired, NotAllowed, InvalidInput.
    """
    policy.run_door(actor)
    _check(options)
    try:
        return _scan(actor, slot_id, secret_or_code, client_uuid, now, options)
    except IntegrityError:
        # The same scan came twice at once: the other one is stored now.
        earlier = _earlier(actor, client_uuid)
        if earlier is None:
            raise
        return _result(earlier, replay=True)


def _check(options: ScanOptions) -> None:
    if options.get("kind", Kind.ENTRY) not in Kind.values:
        raise InvalidInput("kind", "invalid_choice", _("Möglich sind entry, exit und undo."))


@transaction.atomic
def _scan(
    actor: Actor,
    slot_id: int,
    presented: str,
    client_uuid: UUID,
    now: datetime,
    options: ScanOptions,
) -> ScanResult:
    # One statement answers three questions in the common case: which ticket, which slot, and has
    # this scan been here before.
    found, replay_of = _find_ticket(actor, presented, client_uuid)
    if found is None:
        replay_of = _earlier_ids(actor, client_uuid).first()
    if replay_of is not None:
        stored = Scan.objects.select_related(*_RELATED).get(pk=replay_of)
        return _result(stored, replay=True)
    what = _resolve(actor, slot_id, presented, found)
    record = Scan(
        slot=what.slot,
        booking=what.booking,
        ticket=what.ticket,
        principal=actor.principal,
        client_uuid=client_uuid,
        gate=_label(options.get("gate", ""), 60),
        kind=options.get("kind", Kind.ENTRY),
        offline=_is_offline(options, now),
        # A clock that runs ahead must not refuse anybody.
        occurred_at=min(options.get("occurred_at") or now, now),
        received_at=now,
    )
    if what.booking is None:
        record.presented_hash = queries.hashed(presented)
    _decide(record, what, options)
    record.save(force_insert=True)
    return _result(record, replay=False)


def _label(text: str, longest: int) -> str:
    """What the door typed, as far as it can be kept: a scan is never lost over it."""
    return "".join(ch for ch in text if ch.isprintable()).strip()[:longest]


def _is_offline(options: ScanOptions, now: datetime) -> bool:
    occurred_at = options.get("occurred_at")
    late = occurred_at is not None and now - occurred_at > OFFLINE_AFTER
    return options.get("offline", False) or late


# --- What was presented --------------------------------------------------------------------------

_RELATED = ("ticket", "booking", "slot", "first_scan")


def _find_ticket(
    actor: Actor, presented: str, client_uuid: UUID
) -> tuple[Ticket | None, int | None]:
    secret = tickets.secret_in(presented)
    if len(secret) > 40 or not secret.isascii() or not secret.isprintable():
        return None, None
    tickets_of_town = Ticket.objects.of(actor.town).select_related("booking__slot")
    earlier = Subquery(_earlier_ids(actor, client_uuid))
    try:
        ticket = tickets_of_town.annotate(replay_of=earlier).get(secret=secret)
    except Ticket.DoesNotExist:
        return None, None
    return ticket, getattr(ticket, "replay_of", None)


def _resolve(actor: Actor, slot_id: int, presented: str, ticket: Ticket | None) -> _Presented:
    if ticket is not None:
        slot = ticket.booking.slot
        if slot.pk != slot_id:
            slot = _door_slot(actor, slot_id)
        return _Presented(slot, ticket.booking, ticket, [ticket])
    slot = _door_slot(actor, slot_id)
    code = tickets.code_in(presented)
    if not code:
        return _Presented(slot)
    booking = Booking.objects.of(actor.town).select_related("slot").filter(code=code).first()
    if booking is None:
        return _Presented(slot)
    return _Presented(slot, booking, None, list(booking.tickets.order_by("seq", "pk")))


def _door_slot(actor: Actor, slot_id: int) -> Slot:
    slot = Slot.objects.of(actor.town).select_related("workshop").filter(pk=slot_id).first()
    if slot is None:
        raise NotFound
    return slot


# --- Rules ---------------------------------------------------------------------------------------


def _decide(record: Scan, what: _Presented, options: ScanOptions) -> None:
    """Set outcome, reason and seats of the record, and move the tickets."""
    reason = _refusal(what, record)
    seated = what.booking is not None and what.booking.state != Booking.State.NO_SHOW
    if reason in FORCEABLE and seated and options.get("force"):
        _force(record, options["force"])
        reason = Reason.OK
    if reason != Reason.OK:
        record.outcome, record.reason = Outcome.REFUSED, reason
        return
    chosen = _chosen(what, options.get("seats"))
    if not chosen:
        record.outcome, record.reason = Outcome.REFUSED, Reason.REVOKED
        return
    if record.kind == Kind.ENTRY:
        _enter(record, what, chosen, options)
    else:
        _go_out(record, chosen)


def _refusal(what: _Presented, record: Scan) -> Scan.Reason:
    """Why nobody may pass with this, or `ok`."""
    booking = what.booking
    if booking is None:
        return Reason.UNKNOWN
    if booking.slot_id != what.slot.pk:
        return Reason.WRONG_SLOT
    states = {
        Booking.State.HELD: Reason.UNCONFIRMED,
        Booking.State.EXPIRED: Reason.UNCONFIRMED,
        Booking.State.CANCELLED: Reason.CANCELLED,
    }
    if booking.state in states:
        return states[Booking.State(booking.state)]
    if what.slot.is_cancelled:
        return Reason.CANCELLED
    if all(ticket.revoked_at for ticket in what.tickets):
        return Reason.REVOKED
    return _window(what, record, booking) if record.kind == Kind.ENTRY else Reason.OK


def _window(what: _Presented, record: Scan, booking: Booking) -> Scan.Reason:
    if record.occurred_at < what.slot.door_opens_at:
        return Reason.TOO_EARLY
    if record.occurred_at > what.slot.door_closes_at:
        return Reason.TOO_LATE
    if booking.state == Booking.State.NO_SHOW and not _comes_late(what, booking):
        return Reason.TOO_LATE
    return Reason.OK


def _comes_late(what: _Presented, booking: Booking) -> bool:
    """Their seats went to walk-ins: whether they get others now."""
    back = Booking.objects.filter(pk=booking.pk, state=Booking.State.NO_SHOW)
    open_ = Slot.objects.filter(state__in=queries.DOOR_STATES)
    if not open_.take_seats(what.slot.pk, booking.party_size):
        return False
    if not back.update(state=Booking.State.CONFIRMED):
        # Another gate was faster and has taken the seats for them.
        Slot.objects.free_seats(what.slot.pk, booking.party_size)
    return True


def _chosen(what: _Presented, seats: Collection[int] | None) -> list[Ticket]:
    valid = [ticket for ticket in what.tickets if ticket.revoked_at is None]
    if seats is None or what.ticket is not None:
        return valid
    return [ticket for ticket in valid if ticket.seq in seats]


def _enter(record: Scan, what: _Presented, chosen: list[Ticket], options: ScanOptions) -> None:
    entered = _move(chosen, entered_at=record.occurred_at, now=record.received_at)
    if entered and _lost_their_seats(record, what):
        _move(entered, entered_at=None, now=record.received_at)
        record.outcome, record.reason = Outcome.REFUSED, Reason.TOO_LATE
        return
    record.seats = [ticket.seq for ticket in entered]
    record.outcome, record.reason = Outcome.ADMITTED, Reason.OK
    if entered:
        return
    if options.get("force"):
        _force(record, options["force"])
        return
    record.first_scan = _first_entry(record, chosen)
    record.reason = Reason.ALREADY_INSIDE
    record.outcome = Outcome.CONFLICT if record.offline else Outcome.REFUSED


def _lost_their_seats(record: Scan, what: _Presented) -> bool:
    """Whether a walk-in got the seats while this scan waited for the tickets."""
    if what.booking is None or record.received_at < what.slot.starts_at + ABSENT_AFTER:
        return False
    absent = Booking.objects.filter(pk=what.booking.pk, state=Booking.State.NO_SHOW)
    return absent.exists() and not _comes_late(what, what.booking)


def _force(record: Scan, reason: str) -> None:
    record.forced_by, record.force_reason = record.principal, _label(reason, 200) or "-"


def _go_out(record: Scan, chosen: list[Ticket]) -> None:
    """Exit and undo: the same move, told apart in the record. Out is out, twice too."""
    left = _move(chosen, entered_at=None, now=record.received_at)
    record.seats = [ticket.seq for ticket in left]
    record.outcome = Outcome.UNDONE if record.kind == Kind.UNDO else Outcome.ADMITTED
    record.reason = Reason.OK


def _move(chosen: list[Ticket], *, entered_at: datetime | None, now: datetime) -> list[Ticket]:
    """Set or clear `entered_at`; returns the tickets that this call, and no other, has moved."""
    rows = Ticket.objects.filter(
        pk__in=[ticket.pk for ticket in chosen],
        entered_at__isnull=entered_at is not None,
        revoked_at=None,
    )
    if len(chosen) > 1:
        moving = set(
            rows.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)
        )
        chosen = [ticket for ticket in chosen if ticket.pk in moving]
    return chosen if rows.update(entered_at=entered_at, changed_at=now) else []


def _first_entry(record: Scan, chosen: list[Ticket]) -> Scan | None:
    """The scan that admitted one of these seats last."""
    wanted = {ticket.seq for ticket in chosen}
    entries = Scan.objects.filter(
        booking=record.booking, kind=Kind.ENTRY, outcome=Outcome.ADMITTED
    ).order_by("-received_at", "-pk")
    return next((entry for entry in entries if wanted & set(entry.seats)), None)


# --- Answers -------------------------------------------------------------------------------------


def _earlier_ids(actor: Actor, client_uuid: UUID) -> QuerySet[Scan, int]:
    scans = Scan.objects.filter(principal=actor.principal, client_uuid=client_uuid)
    return scans.order_by().values_list("pk", flat=True)


def _earlier(actor: Actor, client_uuid: UUID) -> Scan | None:
    return (
        Scan.objects.select_related(*_RELATED)
        .filter(pk__in=_earlier_ids(actor, client_uuid))
        .first()
    )


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
    )
