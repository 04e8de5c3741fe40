"""People who come without a booking, and the seats of those who did not come."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput, NotFound, RuleBroken
from workshops import policy, queries
from workshops.errors import BookingClosed, SlotCancelled, SlotFull
from workshops.models import Booking, Question, RefusedWalkIn, Scan, Slot, Ticket
from workshops.services import figures, questions, scan_times, waiting
from workshops.services import seats as seating
from workshops.services.parties import Party, clean_line, clean_party
from workshops.services.scan_times import Moment

ABSENT_AFTER = timedelta(minutes=10)
LARGEST_GROUP = 100
REFUSALS: dict[type[RuleBroken], str] = {
    SlotFull: RefusedWalkIn.Reason.SLOT_FULL,
    BookingClosed: RefusedWalkIn.Reason.BOOKING_CLOSED,
    SlotCancelled: RefusedWalkIn.Reason.SLOT_CANCELLED,
}


class WalkInOptions(TypedDict, total=False):
    """As for a scan (`door.ScanOptions`): the scanner's own id, its clock then and when it sends,
    its gate, whether it had a network, and what was answered."""

    client_uuid: UUID | None
    occurred_at: datetime | None
    sent_at: datetime | None
    offline: bool | None
    gate: str
    answers: Mapping[str, Any]


def walk_in(
    *,
    actor: Actor,
    slot_id: int,
    party_size: int,
    name: str,
    now: datetime,
    **options: Unpack[WalkInOptions],
) -> Booking:
    """People at the door without a booking: seats, tickets and inside at once.

    The same `client_uuid` from the same scanner gives the first booking again: a second tap lets
    nobody in. From ten minutes after the start, seats nobody came for are given away too. What a
    door did without a network may come up to a day after the end; what does not fit then is kept as
    a RefusedWalkIn, because these people are inside, and refused once and for all. Locks the slot.

    Raises NotFound, SlotCancelled, BookingClosed, SlotFull, InvalidInput.
    """
    policy.run_door(actor)
    client_uuid = options["client_uuid"] = options.get("client_uuid") or uuid4()
    try:
        with transaction.atomic():
            slot = _locked_slot(actor, slot_id)
            if earlier := _earlier(actor, slot, client_uuid):
                return earlier
            _check_refused(actor, slot, client_uuid)
            return let_in(
                actor=actor, slot=slot, party_size=party_size, name=name, now=now, **options
            )
    except tuple(REFUSALS) as error:
        party = (party_size, name)
        if earlier := _keep(actor, slot_id, party, error, now, options):
            return earlier
        raise


def let_in(
    *,
    actor: Actor,
    slot: Slot,
    party_size: int,
    name: str,
    now: datetime,
    **options: Unpack[WalkInOptions],
) -> Booking:
    """The same in the caller's transaction, in which the slot is locked. Raises what it raises."""
    client_uuid = options.get("client_uuid") or uuid4()
    moment = _moment(slot, now, options)
    _check_open(slot, moment)
    party = clean_party(Party(party_size, name), max_size=LARGEST_GROUP, needs_email=False)
    _make_room(slot, party.size, now)
    booking = seating.new_booking(slot, party, source=Booking.Source.WALK_IN, now=now)
    is_done = slot.state == Slot.State.DONE
    booking.state = Booking.State.ATTENDED if is_done else Booking.State.CONFIRMED
    seating.store_booking(booking, party)
    issued = seating.issue_tickets(booking, now=now, entered_at=moment.occurred_at)
    Scan.objects.create(
        slot=slot,
        booking=booking,
        seats=[ticket.seq for ticket in issued],
        principal=actor.principal,
        client_uuid=client_uuid,
        gate=clean_line("gate", options.get("gate", ""), longest=60),
        kind=Scan.Kind.ENTRY,
        outcome=Scan.Outcome.ADMITTED,
        reason=Scan.Reason.OK,
        offline=moment.offline,
        skew_seconds=moment.skew_seconds,
        occurred_at=moment.occurred_at,
        received_at=moment.received_at,
    )
    if given := options.get("answers"):
        asked = Question.Asked.DOOR
        questions.store_answers(
            booking=booking, given=given, asked=asked, now=now, is_complete=False
        )
    if is_done:
        figures.record(slot)
    return queries.booking_by_pk(booking.pk)


def take_back(booking: Booking, seats: Collection[int], now: datetime) -> None:
    """Free the seats with these numbers, which nobody sits on any more, for whoever waits or comes.

    In the caller's transaction, in which the slot is locked.
    """
    if seats:
        by = Booking.CancelledBy.VENUE
        freed = seating.give_back(booking, seats, now=now, by=by)
        Slot.objects.free_seats(booking.slot_id, freed)
        waiting.offer_freed_seats(slot_id=booking.slot_id, now=now)


def _locked_slot(actor: Actor, slot_id: int) -> Slot:
    if not Slot.objects.of(actor.town).filter(pk=slot_id).exists():
        raise NotFound
    return seating.lock_slot(slot_id)


def _earlier(actor: Actor, slot: Slot, client_uuid: UUID) -> Booking | None:
    """What the first tap made; the slot's lock lets one in after the other."""
    scan = Scan.objects.filter(principal=actor.principal, client_uuid=client_uuid).first()
    if scan is None:
        return None
    if scan.slot_id != slot.pk or scan.booking_id is None:
        message = _("Diese Kennung gehört schon zu einem anderen Scan.")
        raise InvalidInput("client_uuid", "unique", message)
    return queries.booking_by_pk(scan.booking_id)


# --- What did not fit ----------------------------------------------------------------------------


def _check_refused(actor: Actor, slot: Slot, client_uuid: UUID) -> None:
    """What was refused and kept is refused again, whatever has become free since."""
    refused = RefusedWalkIn.objects.filter(principal=actor.principal, client_uuid=client_uuid)
    reason = refused.values_list("reason", flat=True).first()
    if reason == RefusedWalkIn.Reason.SLOT_FULL:
        raise seating.slot_full(slot)
    if reason == RefusedWalkIn.Reason.SLOT_CANCELLED:
        raise SlotCancelled
    if reason is not None:
        raise BookingClosed


@transaction.atomic
def _keep(
    actor: Actor,
    slot_id: int,
    who: tuple[int, str],
    error: RuleBroken,
    now: datetime,
    options: WalkInOptions,
) -> Booking | None:
    """Keep what was taken without a network, once, with its answers; the booking, where a second
    try of the same was luckier meanwhile. Locks the slot."""
    slot, client_uuid = _locked_slot(actor, slot_id), options["client_uuid"] or uuid4()
    if earlier := _earlier(actor, slot, client_uuid):
        return earlier
    moment = _moment(slot, now, options)
    if moment.offline and slot.state != Slot.State.PURGED:
        size, name = who
        refused, is_new = RefusedWalkIn.objects.get_or_create(
            principal=actor.principal,
            client_uuid=client_uuid,
            defaults={
                "slot": slot,
                "party_size": size,
                "name": _readable(name, 120),
                "gate": _readable(options.get("gate", ""), 60),
                "reason": REFUSALS[type(error)],
                "occurred_at": moment.occurred_at,
                "received_at": moment.received_at,
            },
        )
        if is_new:
            questions.keep_answers(refused, options.get("answers") or {}, now=now)
    return None


def _moment(slot: Slot, now: datetime, options: WalkInOptions) -> Moment:
    return scan_times.moment_of(
        slot,
        options.get("occurred_at"),
        now=now,
        offline=options.get("offline"),
        sent_at=options.get("sent_at"),
    )


def _readable(text: str, longest: int) -> str:
    return "".join(ch for ch in text if ch.isprintable()).strip()[:longest]


def _check_open(slot: Slot, moment: Moment) -> None:
    if slot.is_cancelled:
        raise SlotCancelled
    states: tuple[str, ...] = queries.DOOR_STATES
    if moment.offline and not scan_times.is_upload_over(slot, moment.received_at):
        states = (*states, Slot.State.DONE)
    if slot.state not in states or moment.occurred_at >= slot.door_closes_at:
        raise BookingClosed


# --- Room ----------------------------------------------------------------------------------------


def _make_room(slot: Slot, wanted: int, now: datetime) -> None:
    """Take the seats: those that are free, those of holds that are over, those of who is not there.

    Raises SlotFull.
    """
    if slot.seats_left < wanted:
        free = slot.seats_left + seating.expire_holds(slot.pk, now)
        if free < wanted and now >= slot.starts_at + ABSENT_AFTER:
            _release_absent(slot, wanted - free, now)
    seating.take_seats(slot, wanted)


def _release_absent(slot: Slot, wanted: int, now: datetime) -> None:
    """Free seats nobody came for: first of parties that are not there at all, each whole, in the
    order they booked; then, one by one, the empty seats of parties that are partly there.

    What is freed for too few seats is undone with the walk-in's transaction.
    """
    confirmed = Booking.objects.select_for_update(no_key=True).filter(
        slot=slot, state=Booking.State.CONFIRMED
    )
    present: list[tuple[Booking, list[Ticket]]] = []
    freed = 0
    for booking in confirmed.order_by("pk"):
        if freed >= wanted:
            break
        # Waits for a gate that is admitting them, and keeps it waiting until the seats are gone.
        seats = seating.lock_in_order(Ticket.objects.filter(booking=booking, revoked_at=None))
        empty = _never_taken(booking, seats)
        if len(empty) < len(seats):
            present.append((booking, empty))
            continue
        _release(empty, now)
        booking.state = Booking.State.NO_SHOW
        booking.save(update_fields=["state"])
        freed += booking.party_size
    for booking, empty in present:
        given = empty[max(0, len(empty) - max(0, wanted - freed)) :]
        if given:
            _release(given, now)
            booking.party_size -= len(given)
            booking.save(update_fields=["party_size"])
            freed += len(given)
    Slot.objects.free_seats(slot.pk, freed)


def _never_taken(booking: Booking, seats: list[Ticket]) -> list[Ticket]:
    """The booking's seats that nobody sits on or has left for a while."""
    entries = Scan.objects.filter(
        booking=booking, kind=Scan.Kind.ENTRY, outcome=Scan.Outcome.ADMITTED
    )
    came = {seq for moved in entries.values_list("seats", flat=True) for seq in moved}
    return [
        seat
        for seat in seats
        if seat.entered_at is None and seat.released_at is None and seat.seq not in came
    ]


def _release(seats: list[Ticket], now: datetime) -> None:
    rows = Ticket.objects.filter(pk__in=[seat.pk for seat in seats])
    rows.update(released_at=now, changed_at=now)
