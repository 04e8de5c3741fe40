"""The waiting list: join, be offered freed seats, accept, decline, leave.

An offer is a held booking, so its seats count as taken. Entries are served by priority, then by
time; one whose minimum does not fit now is skipped, not dropped. An offer lasts a day, less as the
date nears: see `offer_ends_at`.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from participation import secrets
from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from participation.models.access import Scope
from workshops import emails, policy
from workshops.errors import (
    AlreadyBooked,
    AlreadyWaiting,
    BookingClosed,
    IllegalStep,
    OfferLapsed,
    OfferTooLate,
    SeatsStillFree,
    SlotCancelled,
)
from workshops.models import Booking, Slot, WaitEntry
from workshops.services import limits
from workshops.services import seats as seating
from workshops.services.limits import OURSELVES, Caller
from workshops.services.parties import Party, check_size, clean_line, clean_party

LONGEST_OFFER = timedelta(hours=24)
OFFERS_END_BEFORE_START = timedelta(hours=1)
SHORTEST_OFFER = timedelta(minutes=15)
OFFERING = (Slot.State.OPEN, Slot.State.CLOSED)


def join(
    *,
    actor: Actor,
    slot_id: int,
    party: Party,
    min_party: int | None = None,
    now: datetime,
    caller: Caller = OURSELVES,
) -> WaitEntry:
    """Wait for seats of a full slot; `min_party` seats would do.

    The desk may put a caller on the list who has no address: a name is enough, a phone number
    helps. Whoever has none is called when there are seats, and the desk accepts (`accept`).

    The public gets the same answer where the address waits already (an entry that is not stored).
    The `caller`'s network limits how often that is done, as holds are limited. Locks the slot.
    Raises NotFound, SlotCancelled, BookingClosed, SeatsStillFree, InvalidInput, TooManyRequests,
    ProofRequired; AlreadyWaiting for staff only.
    """
    slot = (
        Slot.objects.visible_to(actor)
        .select_related("workshop__municipality")
        .filter(pk=slot_id)
        .first()
    )
    if slot is None:
        raise NotFound
    if slot.is_cancelled:
        raise SlotCancelled
    if slot.state != Slot.State.OPEN or now >= slot.starts_at:
        raise BookingClosed
    at_desk = actor.may(Scope.DESK)
    party = clean_party(party, max_size=slot.workshop.max_party, needs_email=not at_desk)
    clean_line("name", party.name, required=True)
    least = party.size if min_party is None else min_party
    check_size(least, max_size=party.size, attr="min_party")
    limits.limit_holds(actor, caller, slot_id=slot.pk, now=now)
    entry = WaitEntry(
        slot=slot,
        code=secrets.new_code(8),
        name=party.name,
        email=party.email,
        phone=party.phone,
        language=party.language,
        party_size=party.size,
        min_party=least,
        seed=secrets.new_token(),
        created_at=now,
    )
    entry.token_hash = secrets.hashed(entry.token)
    try:
        with transaction.atomic():
            _check_full(slot_id, party.size)
            entry.save(force_insert=True)
            if entry.email:
                emails.send_waiting.enqueue(entry.pk)
    except IntegrityError:
        if actor.is_staff:
            raise AlreadyWaiting from None
        entry.pk = None
    return entry


def _check_full(slot_id: int, seats: int) -> None:
    """Locks the slot: whoever frees seats or calls the date off then sees the entry, or it them."""
    slot = seating.lock_slot(slot_id)
    if slot.state != Slot.State.OPEN:
        raise BookingClosed
    if slot.seats_left >= seats:
        raise SeatsStillFree


def offer_ends_at(slot: Slot, now: datetime) -> datetime | None:
    """Until when an offer made now holds: a day, but at most half of the time that is left, so that
    the next in line can still be asked, and not into the last hour. None where less than a quarter
    of an hour would be left to answer."""
    left = slot.starts_at - now
    until = min(now + min(LONGEST_OFFER, left / 2), slot.starts_at - OFFERS_END_BEFORE_START)
    return until if until - now >= SHORTEST_OFFER else None


@transaction.atomic
def offer_freed_seats(*, slot_id: int, now: datetime) -> int:
    """Offer what is free to those who wait, in order, as held bookings with a mail each.

    Locks the slot. Returns the number of offers made.
    """
    waiting = WaitEntry.objects.filter(slot_id=slot_id, state=WaitEntry.State.WAITING)
    if not waiting.exists():
        return 0
    slot = seating.lock_slot(slot_id)
    until = offer_ends_at(slot, now)
    if slot.state != Slot.State.OPEN or until is None:
        return 0
    left, offers = slot.seats_left, 0
    for entry in waiting.order_by("-priority", "created_at", "pk"):
        if left < 1:
            break
        if entry.min_party > left or _has_booked(slot, entry):
            continue
        left -= _offer(slot, entry, seats=min(entry.party_size, left), until=until, now=now)
        offers += 1
    return offers


def _has_booked(slot: Slot, entry: WaitEntry) -> bool:
    same = Booking.objects.seated().filter(slot=slot, email__iexact=entry.email)
    return bool(entry.email) and same.exists()


def _offer(slot: Slot, entry: WaitEntry, *, seats: int, until: datetime, now: datetime) -> int:
    party = Party(seats, entry.name, entry.email, entry.language, phone=entry.phone)
    seating.take_seats(slot, seats)
    booking = seating.new_booking(slot, party, source=Booking.Source.WAITING_LIST, now=now)
    booking.hold_expires_at = until
    seating.store_booking(booking, party)
    entry.state, entry.offer = WaitEntry.State.OFFERED, booking
    entry.save(update_fields=["state", "offer"])
    if entry.email:
        emails.send_offer.enqueue(entry.pk, booking.pk)
    return seats


@transaction.atomic
def offer_by_hand(*, actor: Actor, entry_id: int, now: datetime) -> WaitEntry:
    """The desk offers what is free to this party now. With an open offer nothing changes.

    Locks the slot. Raises NotFound, NotAllowed, IllegalStep, OfferTooLate, SlotFull, AlreadyBooked.
    """
    policy.run_programme(actor)
    if not WaitEntry.objects.of(actor.town).filter(pk=entry_id).exists():
        raise NotFound
    entry = _locked_entry(entry_id)
    if entry.state == WaitEntry.State.OFFERED:
        return entry
    slot = seating.lock_slot(entry.slot_id)
    if entry.state != WaitEntry.State.WAITING or slot.state not in OFFERING:
        raise IllegalStep
    until = offer_ends_at(slot, now)
    if until is None:
        raise OfferTooLate
    if slot.seats_left < entry.min_party:
        raise seating.slot_full(slot)
    if _has_booked(slot, entry):
        raise AlreadyBooked
    _offer(slot, entry, seats=min(entry.party_size, slot.seats_left), until=until, now=now)
    return entry


def close_waiting(*, slot: Slot) -> None:
    """Nobody waits for a date that is over or called off; they are told. The slot is locked."""
    closed = WaitEntry.objects.filter(
        slot=slot, state__in=(WaitEntry.State.WAITING, WaitEntry.State.OFFERED)
    ).update(state=WaitEntry.State.CLOSED)
    if closed:
        emails.send_waiting_closed.enqueue(slot.pk)


@transaction.atomic
def accept(*, entry_id: int, now: datetime, actor: Actor | None = None) -> WaitEntry:
    """Turn the offer into a booking with tickets; again changes nothing.

    The caller has checked the entry's token, or the desk (`actor`) has heard it on the phone. Locks
    the slot. Raises NotFound, OfferLapsed.
    """
    if actor is not None:
        policy.run_programme(actor)
        if not WaitEntry.objects.of(actor.town).filter(pk=entry_id).exists():
            raise NotFound
    entry = _locked_entry(entry_id)
    if entry.state == WaitEntry.State.ACCEPTED:
        return entry
    offer = entry.offer
    if offer is None or not Booking.objects.filter(
        pk=offer.pk, state=Booking.State.HELD, hold_expires_at__gt=now
    ).update(
        state=Booking.State.CONFIRMED,
        verified_at=now if actor is None else None,
        hold_expires_at=None,
    ):
        raise OfferLapsed
    offer.state = Booking.State.CONFIRMED
    seating.issue_tickets(offer, now=now)
    if offer.email:
        emails.send_tickets.enqueue(offer.pk)
    return _move(entry, WaitEntry.State.ACCEPTED)


@transaction.atomic
def decline(*, entry_id: int, now: datetime) -> WaitEntry:
    """Give the offered seats to the next. Locks the slot. Raises NotFound, OfferLapsed."""
    return _give_up(entry_id, WaitEntry.State.DECLINED, now)


@transaction.atomic
def leave(*, entry_id: int, now: datetime) -> WaitEntry:
    """Stop waiting; an open offer goes to the next. Raises NotFound, OfferLapsed."""
    return _give_up(entry_id, WaitEntry.State.LEFT, now)


def set_priority(*, actor: Actor, entry_id: int, priority: int) -> WaitEntry:
    """The desk serves some first; higher is sooner. Raises NotFound, NotAllowed, InvalidInput."""
    policy.run_programme(actor)
    if not -100 <= priority <= 100:
        raise InvalidInput("priority", "invalid", _("Bitte wählen Sie eine Zahl von -100 bis 100."))
    entry = WaitEntry.objects.of(actor.town).filter(pk=entry_id).first()
    if entry is None:
        raise NotFound
    entry.priority = priority
    entry.save(update_fields=["priority"])
    return entry


def _locked_entry(entry_id: int) -> WaitEntry:
    """The entry under its slot's lock: then only a confirm link can still be faster."""
    slot_id = WaitEntry.objects.filter(pk=entry_id).values_list("slot_id", flat=True).first()
    if slot_id is None:
        raise NotFound
    seating.lock_slot(slot_id)
    return WaitEntry.objects.select_related("slot", "offer").get(pk=entry_id)


def _give_up(entry_id: int, state: WaitEntry.State, now: datetime) -> WaitEntry:
    entry = _locked_entry(entry_id)
    if entry.state == state:
        return entry
    if entry.state == WaitEntry.State.WAITING:
        return _move(entry, state)
    offer = entry.offer
    if offer is None or not Booking.objects.filter(pk=offer.pk, state=Booking.State.HELD).update(
        state=Booking.State.CANCELLED,
        cancelled_at=now,
        cancelled_by=Booking.CancelledBy.CITIZEN,
        hold_expires_at=None,
    ):
        raise OfferLapsed
    _move(entry, state)
    Slot.objects.free_seats(entry.slot_id, offer.party_size)
    offer_freed_seats(slot_id=entry.slot_id, now=now)
    return entry


def _move(entry: WaitEntry, state: WaitEntry.State) -> WaitEntry:
    entry.state = state
    entry.save(update_fields=["state"])
    return entry
