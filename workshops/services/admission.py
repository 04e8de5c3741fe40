"""Who may pass, and the seats that move: the rules of the door.

A seat moves by one UPDATE that is guarded by the ticket's own row: two gates that scan at once, a
cancellation and a walk-in who gets the seat all change that row, and only one of them comes first.
What needs more than the row (a seat that is lost, a date that is over) starts again with the
slot locked, before any ticket: the order in which everybody locks.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from participation.actors import Actor
from participation.models.access import Scope
from workshops.models import Booking, Scan, Slot, Ticket
from workshops.services import scan_times, walk_ins
from workshops.services import seats as seating

# Later somebody goes out instead: an exit is counted, an undo says it never was.
UNDO_WITHIN = timedelta(minutes=15)

Kind, Outcome, Reason = Scan.Kind, Scan.Outcome, Scan.Reason
FORCEABLE = frozenset({Reason.TOO_EARLY, Reason.TOO_LATE, Reason.ALREADY_INSIDE})
NOT_SEATED = {
    Booking.State.HELD: Reason.UNCONFIRMED,
    Booking.State.EXPIRED: Reason.UNCONFIRMED,
    Booking.State.CANCELLED: Reason.CANCELLED,
}


class SeatsChanged(Exception):
    """The seats are not as they were read, or must not be judged without the slot's lock."""


@dataclass(slots=True)
class Presented:
    """What was held before the scanner, resolved; `is_locked`: under the slot's lock."""

    slot: Slot
    booking: Booking | None = None
    ticket: Ticket | None = None
    tickets: list[Ticket] = field(default_factory=list)
    is_locked: bool = False


def decide(
    record: Scan, what: Presented, *, actor: Actor, seats: Collection[int] | None, force: str
) -> None:
    """Set outcome, reason and seats of the record, and move the tickets. Raises SeatsChanged."""
    booking = what.booking
    reason = _refusal(what, record)
    if reason in FORCEABLE and force and booking is not None:
        _force(record, force)
        reason = Reason.OK
    if reason != Reason.OK or booking is None:
        _refuse(record, reason)
        return
    chosen = _chosen(what, seats)
    if not chosen:
        _refuse(record, Reason.REVOKED)
    elif record.kind == Kind.ENTRY:
        _enter(record, what, booking, chosen, force)
    elif record.kind == Kind.EXIT:
        _move_out(record, _inside(chosen), Outcome.ADMITTED)
    else:
        _undo(record, what, booking, chosen, actor)


def _refusal(what: Presented, record: Scan) -> Scan.Reason:
    """Why nobody may pass with this, or `ok`."""
    booking = what.booking
    if booking is None:
        return Reason.UNKNOWN
    if booking.slot_id != what.slot.pk:
        return Reason.WRONG_SLOT
    if booking.state in NOT_SEATED:
        return NOT_SEATED[Booking.State(booking.state)]
    if what.slot.is_cancelled:
        return Reason.CANCELLED
    if all(ticket.revoked_at for ticket in what.tickets):
        return Reason.REVOKED
    return _window(what.slot, record) if record.kind == Kind.ENTRY else Reason.OK


def _window(slot: Slot, record: Scan) -> Scan.Reason:
    if record.occurred_at < slot.door_opens_at:
        return Reason.TOO_EARLY
    if record.occurred_at > slot.door_closes_at:
        return Reason.TOO_LATE
    is_over = scan_times.is_upload_over(slot, record.received_at)
    return Reason.TOO_LATE if is_over else Reason.OK


def _chosen(what: Presented, seats: Collection[int] | None) -> list[Ticket]:
    valid = [ticket for ticket in what.tickets if ticket.revoked_at is None]
    if seats is None or what.ticket is not None:
        return valid
    return [ticket for ticket in valid if ticket.seq in seats]


def _refuse(record: Scan, reason: Scan.Reason) -> None:
    record.outcome, record.reason = Outcome.REFUSED, reason


def _force(record: Scan, reason: str) -> None:
    record.forced_by, record.force_reason = record.principal, reason


def _note_moved(record: Scan, moved: list[Ticket], outcome: Scan.Outcome) -> None:
    record.seats = [ticket.seq for ticket in moved]
    record.outcome, record.reason = outcome, Reason.OK


# --- In ------------------------------------------------------------------------------------------


def _enter(
    record: Scan, what: Presented, booking: Booking, chosen: list[Ticket], force: str
) -> None:
    lost = [ticket for ticket in chosen if _has_lost_its_seat(ticket, booking)]
    if lost and not what.is_locked:
        raise SeatsChanged
    still_lost = lost[_take_back(what, booking, lost, record.received_at) :] if lost else []
    coming = [ticket for ticket in chosen if ticket not in still_lost]
    if not coming:
        # Who is in by an offline door's word is in: somebody has to look at it.
        record.reason = Reason.TOO_LATE
        record.outcome = Outcome.CONFLICT if record.offline else Outcome.REFUSED
        return
    entered = _move_in(coming, record, is_locked=what.is_locked)
    awaited = sum(ticket.entered_at is None for ticket in coming)
    if len(entered) < awaited and not what.is_locked and not _all_inside(coming):
        raise SeatsChanged
    _note_moved(record, entered, Outcome.ADMITTED)
    if entered:
        return
    if force:
        _force(record, force)
        return
    record.first_scan = _entries(booking, coming).first
    record.reason = Reason.ALREADY_INSIDE
    record.outcome = Outcome.CONFLICT if record.offline else Outcome.REFUSED


def _has_lost_its_seat(ticket: Ticket, booking: Booking) -> bool:
    """A walk-in has it, or the date is over and nobody had come."""
    return ticket.released_at is not None or booking.state == Booking.State.NO_SHOW


def _take_back(what: Presented, booking: Booking, lost: list[Ticket], now: datetime) -> int:
    """Seats for late comers, as many as there are; the slot is locked. Returns how many."""
    slot = what.slot
    taken = min(len(lost), slot.seats_left)
    if taken <= 0 or not Slot.objects.take_seats(slot.pk, taken):
        return 0
    back = [ticket.pk for ticket in lost[:taken]]
    Ticket.objects.filter(pk__in=back).update(released_at=None, changed_at=now)
    if booking.state == Booking.State.NO_SHOW:
        booking.party_size = 0
        booking.state = (
            Booking.State.ATTENDED if slot.state == Slot.State.DONE else Booking.State.CONFIRMED
        )
        # The seats of those who are still missing are not theirs any more.
        others = Ticket.objects.filter(booking=booking, revoked_at=None).exclude(pk__in=back)
        others.update(released_at=now, changed_at=now)
    booking.party_size += taken
    booking.save(update_fields=["party_size", "state"])
    return taken


def _move_in(coming: list[Ticket], record: Scan, *, is_locked: bool) -> list[Ticket]:
    """Returns the tickets that this call, and no other, has let in.

    By their secrets, which change when the booking goes to another date in this moment. Several are
    locked in their order. Raises SeatsChanged where only some of those that were outside did move.
    """
    rows = Ticket.objects.filter(
        secret__in=[ticket.secret for ticket in coming],
        entered_at=None,
        revoked_at=None,
        released_at=None,
    )
    stamps = {"entered_at": record.occurred_at, "changed_at": record.received_at}
    if len(coming) == 1:
        return coming if rows.update(**stamps) else []
    if is_locked:
        moving = {ticket.pk for ticket in seating.lock_in_order(rows)}
        rows.update(**stamps)
        return [ticket for ticket in coming if ticket.pk in moving]
    # Locked, looked at again under the lock, and moved: one statement.
    outside = [ticket for ticket in coming if ticket.entered_at is None]
    locked = rows.select_for_update(no_key=True).order_by("pk").values("pk")
    if rows.filter(pk__in=locked).update(**stamps) != len(outside):
        raise SeatsChanged
    return outside


def _all_inside(tickets: list[Ticket]) -> bool:
    """Whether those that did not move had moved already."""
    outside = Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets], entered_at=None)
    return not outside.exists()


# --- Out -----------------------------------------------------------------------------------------


def _inside(chosen: list[Ticket]) -> list[Ticket]:
    """Those of them that are inside, locked."""
    rows = Ticket.objects.filter(pk__in=[ticket.pk for ticket in chosen])
    return seating.lock_in_order(rows.exclude(entered_at=None))


def _move_out(record: Scan, inside: list[Ticket], outcome: Scan.Outcome) -> None:
    """Out is out, twice too."""
    if inside:
        rows = Ticket.objects.filter(pk__in=[ticket.pk for ticket in inside])
        rows.update(entered_at=None, changed_at=record.received_at)
    _note_moved(record, inside, outcome)


def _undo(
    record: Scan, what: Presented, booking: Booking, chosen: list[Ticket], actor: Actor
) -> None:
    """Take entries back, each within its time, by who let them in or by the desk. The seats that
    walk-ins got by their entry are free again."""
    is_walk_in = booking.source == Booking.Source.WALK_IN
    if is_walk_in and not what.is_locked:
        raise SeatsChanged
    # Locked first, so that the entry that is read is the one that is taken back.
    inside = _inside(chosen)
    entries = _entries(booking, inside)
    mine = [
        ticket
        for ticket in inside
        if (entry := entries.of.get(ticket.seq)) is not None
        and record.occurred_at - entry.occurred_at <= UNDO_WITHIN
        and (entry.principal == actor.principal or actor.may(Scope.DESK))
    ]
    if inside and not mine:
        _refuse(record, Reason.NOT_UNDOABLE)
    else:
        _move_out(record, mine, Outcome.UNDONE)
    if is_walk_in and mine:
        # Who went out and came back had a seat before that entry, and keeps it.
        walked_in = {t.seq for t in mine if entries.of[t.seq].received_at == booking.created_at}
        walk_ins.take_back(booking, walked_in, record.received_at)


# --- Earlier entries -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Entries:
    """The scans that let these seats in last: by seat, and the latest of all."""

    of: dict[int, Scan]
    first: Scan | None


def _entries(booking: Booking, tickets: list[Ticket]) -> _Entries:
    wanted = {ticket.seq for ticket in tickets}
    of: dict[int, Scan] = {}
    latest: Scan | None = None
    if wanted:
        entries = Scan.objects.filter(
            booking=booking, kind=Kind.ENTRY, outcome=Outcome.ADMITTED
        ).order_by("-received_at", "-pk")
        for entry in entries:
            for seq in wanted.intersection(entry.seats):
                latest = latest or entry
                of.setdefault(seq, entry)
    return _Entries(of, latest)


def needs_lock(slot: Slot, now: datetime) -> bool:
    """From a minute before the end (for what is on its way): from then on it may be finished."""
    return now >= slot.ends_at - timedelta(minutes=1)


def is_counted_again(record: Scan) -> bool:
    """Whether the figures of a date that is over have changed."""
    return record.slot.state == Slot.State.DONE and record.outcome in (
        Outcome.ADMITTED,
        Outcome.UNDONE,
    )


__all__ = [
    "UNDO_WITHIN",
    "Presented",
    "SeatsChanged",
    "decide",
    "is_counted_again",
    "needs_lock",
]
