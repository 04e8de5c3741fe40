"""Bookings: hold, confirm, cancel, and the end of holds."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Lower

from participation.actors import Actor
from participation.errors import NotFound, VersionConflict
from workshops import emails, policy, queries
from workshops.errors import (
    AlreadyBooked,
    BookingCancelled,
    BookingClosed,
    CancelTooLate,
    HoldExpired,
    SlotCancelled,
    TooManyHolds,
    UnknownToken,
)
from workshops.models import Booking, Question, Slot, WaitEntry
from workshops.services import decoys, limits, questions, waiting
from workshops.services import seats as seating
from workshops.services.limits import OURSELVES, Caller
from workshops.services.parties import MAX_PARTY, Party, clean_party

__all__ = ["Party", "book_slot", "cancel_booking", "confirm_booking", "release_expired_holds"]

HOLDS_PER_ADDRESS = 3
ATTEMPTS = 3
_CANCELLED_BY = {"citizen": Booking.CancelledBy.CITIZEN, "desk": Booking.CancelledBy.VENUE}


def book_slot(
    *,
    actor: Actor,
    slot_id: int,
    party: Party,
    now: datetime,
    source: str = Booking.Source.WEB,
    caller: Caller = OURSELVES,
) -> Booking:
    """Take `party.size` seats: held for 30 minutes for the public, confirmed at once at the desk.

    The public gets a mail with the confirm link. Where the address has an active booking of this
    slot already, the answer looks the same (a booking that is not stored, `pk` None) and the mail
    says so: nobody learns from the answer who comes. With the scope `desk`, any source but `web`
    gives tickets at once, with or without an e-mail address. How much may wait for its confirmation
    is limited by the `caller`'s network; beyond a few holds a proof of work is due.

    Locks the questions (against a change of their meaning alone), then the slot. Raises NotFound,
    BookingClosed, SlotCancelled, SlotFull (with the seats left), InvalidInput, TooManyHolds,
    TooManyRequests, ProofRequired; AlreadyBooked at the desk only.
    """
    at_desk = source != Booking.Source.WEB
    if at_desk:
        policy.run_programme(actor)
    seen = _look_at(Slot.objects.visible_to(actor), slot_id, party.email, now)
    slot = seen.slot
    slot.workshop.municipality = actor.town
    _check_open(slot, now, at_desk=at_desk)
    party = clean_party(
        party,
        max_size=MAX_PARTY if at_desk else slot.workshop.max_party,
        needs_email=not at_desk,
        needs_guardian=slot.workshop.asks_guardian and party.minor_alone and not at_desk,
    )
    for attempt in range(ATTEMPTS):
        draft = seating.new_booking(slot, party, source=source, now=now)
        try:
            with transaction.atomic():
                answers = _clean_answers(seen, party, now, at_desk=at_desk)
                if not at_desk and not attempt:
                    limits.limit_holds(actor, caller, slot_id=slot.pk, now=now)
                return _book(seen, party, draft, answers, now)
        except IntegrityError:
            # The same address booked in this very moment (then the next turn sees it), or two
            # bookings drew the same code.
            seen = seen.again(party.email, now)
    raise BookingClosed


@transaction.atomic
def book_again(
    *, slot: Slot, party: Party, code: str, created_at: datetime, now: datetime
) -> Booking:
    """A hold for who had only the look of one: under its code, and no longer than that.

    `party` is clean. Locks as `book_slot` does. Raises what that raises, limits aside.
    """
    seen = _look_at(Slot.objects.all(), slot.pk, party.email, now)
    seen.slot.workshop.municipality = slot.workshop.municipality
    _check_open(seen.slot, now, at_desk=False)
    draft = seating.new_booking(seen.slot, party, source=Booking.Source.WEB, now=created_at)
    draft.code = code
    answers = _clean_answers(seen, party, now, at_desk=False)
    return _book(seen, party, draft, answers, now)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A slot and what an address has: its active booking there (`same_id`; `has_ended` where that
    is a hold whose time is over), and how many unconfirmed holds anywhere."""

    slot: Slot
    asks_questions: bool
    same_id: int | None
    has_ended: bool
    open_holds: int

    def again(self, email: str, now: datetime) -> "_Seen":
        """As it is now; what was judged by stays."""
        seen = _look_at(Slot.objects.all(), self.slot.pk, email, now)
        self.slot.seats_taken, self.slot.capacity = seen.slot.seats_taken, seen.slot.capacity
        return replace(seen, slot=self.slot)


def _look_at(slots: QuerySet[Slot], slot_id: int, email: str, now: datetime) -> _Seen:
    """One statement. Raises NotFound."""
    asked = Question.objects.filter(workshop=OuterRef("workshop"), asked=Question.Asked.BOOKING)
    theirs = Booking.objects.alias(address=Lower("email")).exclude(email="")
    theirs = theirs.filter(address=email.strip().lower()[:254]).order_by()
    same = theirs.seated().filter(slot=OuterRef("pk"))
    holds = theirs.filter(state=Booking.State.HELD, hold_expires_at__gt=now)
    row = (
        slots.select_related("workshop")
        .filter(pk=slot_id)
        .annotate(
            asks_questions=Exists(asked.filter(retired_at=None)),
            same_id=Subquery(same.values("pk")[:1]),
            has_ended=Exists(same.filter(hold_expires_at__lte=now)),
            open_holds=Subquery(holds.values("state").annotate(count=Count("pk")).values("count")),
        )
        .first()
    )
    if row is None:
        raise NotFound
    return _Seen(row, row.asks_questions, row.same_id, row.has_ended, row.open_holds or 0)


def _check_open(slot: Slot, now: datetime, *, at_desk: bool) -> None:
    """Raises SlotCancelled, BookingClosed."""
    if slot.is_cancelled:
        raise SlotCancelled
    open_now = slot.state == Slot.State.OPEN and now < slot.ends_at
    if not (open_now if at_desk else slot.takes_bookings(now)):
        raise BookingClosed


def _clean_answers(seen: _Seen, party: Party, now: datetime, *, at_desk: bool) -> dict[int, Any]:
    """By question. On the phone not everything can be asked: the desk may leave questions open."""
    if not party.answers and not seen.asks_questions:
        return {}
    return questions.check_answers(
        seen.slot.workshop_id,
        party.answers,
        asked=Question.Asked.BOOKING,
        now=now,
        is_complete=not at_desk,
    )


def _book(
    seen: _Seen, party: Party, booking: Booking, answers: Mapping[int, Any], now: datetime
) -> Booking:
    at_desk = booking.source != Booking.Source.WEB
    slot = seen.slot
    if seen.has_ended or slot.seats_left < party.size:
        _release_slot(slot.pk, now)
        seen = seen.again(party.email, now)
    booking.hold_expires_at = booking.created_at + seating.HOLD
    # First, so that it does not tell who has booked: three holds are refused either way.
    if not at_desk and seen.open_holds >= HOLDS_PER_ADDRESS:
        raise TooManyHolds(int(seating.HOLD.total_seconds()))
    if seen.same_id:
        if at_desk:
            raise AlreadyBooked
        if slot.seats_left < party.size:
            raise seating.slot_full(slot)
        emails.send_already_booked.enqueue(seen.same_id, f"{now:%Y%m%d%H}")
        decoys.keep(booking, party)
        return booking
    seating.take_seats(slot, party.size)
    if at_desk:
        booking.state, booking.hold_expires_at = Booking.State.CONFIRMED, None
    seating.store_booking(booking, party)
    questions.write_answers(booking, answers)
    if not at_desk:
        emails.send_confirm_link.enqueue(booking.pk)
        return booking
    seating.issue_tickets(booking, now=now)
    if booking.email:
        emails.send_tickets.enqueue(booking.pk)
    return booking


# --- Confirm -------------------------------------------------------------------------------------


@transaction.atomic
def confirm_booking(*, token: str, now: datetime) -> tuple[Booking, str]:
    """Turn a hold into a booking with tickets and mail them. Returns it with its manage token.

    Confirming again changes nothing and gives the same answer. Raises UnknownToken, HoldExpired,
    BookingCancelled.
    """
    booking = queries.booking_by_confirm_token(token)
    if booking is None:
        raise UnknownToken
    # By this very link: the address may be corrected between the look-up and the UPDATE.
    confirmed = Booking.objects.filter(
        pk=booking.pk,
        confirm_token_hash=booking.confirm_token_hash,
        state=Booking.State.HELD,
        hold_expires_at__gt=now,
    ).update(state=Booking.State.CONFIRMED, verified_at=now, hold_expires_at=None)
    if confirmed:
        # Seats may have been given back between the look-up and the UPDATE.
        booking.refresh_from_db(fields=["party_size", "seat_names"])
        seating.issue_tickets(booking, now=now)
        if booking.source == Booking.Source.WAITING_LIST:
            WaitEntry.objects.filter(offer=booking).update(state=WaitEntry.State.ACCEPTED)
        emails.send_tickets.enqueue(booking.pk)
    written = queries.booking_by_pk(booking.pk)
    if not confirmed:
        if written.confirm_token_hash != booking.confirm_token_hash:
            raise UnknownToken
        _refuse_unconfirmed(written)
    return written, written.manage_token


def _refuse_unconfirmed(booking: Booking) -> None:
    if booking.state in (Booking.State.HELD, Booking.State.EXPIRED):
        raise HoldExpired
    if booking.state == Booking.State.CANCELLED:
        raise SlotCancelled if booking.slot.is_cancelled else BookingCancelled


# --- Cancel --------------------------------------------------------------------------------------


@transaction.atomic
def cancel_booking(
    *,
    booking_id: int,
    now: datetime,
    seats: Collection[int] | None = None,
    by: str = "citizen",
    actor: Actor | None = None,
) -> Booking:
    """Give back all seats, or those with the numbers in `seats`, and offer them to who waits.

    The citizen (`by="citizen"`, whose token the caller has checked) may until `cancel_until_at`;
    the desk (`by="desk"`, which takes an `actor`) always. Cancelling what is cancelled changes
    nothing. Locks the slot, then the booking. Raises NotFound, CancelTooLate, InvalidInput, and
    VersionConflict where it was moved to another date in this moment.
    """
    found = Booking.objects.filter(pk=booking_id)
    if actor is not None:
        policy.run_programme(actor)
        found = found.of(actor.town)
    elif by == "desk":
        raise NotFound
    slot_id = found.values_list("slot_id", flat=True).first()
    if slot_id is None:
        raise NotFound
    slot = seating.lock_slot(slot_id)
    booking = Booking.objects.select_for_update(no_key=True).get(pk=booking_id)
    if booking.slot_id != slot_id:
        raise VersionConflict
    if not booking.is_active:
        return queries.booking_by_pk(booking_id)
    if by == "citizen" and now >= slot.cancellable_until:
        raise CancelTooLate(until=slot.cancellable_until, town=slot.workshop.municipality)
    told = bool(booking.email) and booking.state != Booking.State.HELD
    freed = seating.give_back(booking, seats, now=now, by=_CANCELLED_BY[by])
    Slot.objects.free_seats(slot_id, freed)
    waiting.offer_freed_seats(slot_id=slot_id, now=now)
    if told:
        emails.send_cancelled.enqueue(booking.pk, booking.party_size if booking.is_active else 0)
    return queries.booking_by_pk(booking_id)


# --- The end of holds ----------------------------------------------------------------------------


def release_expired_holds(*, now: datetime) -> int:
    """Give back the seats of holds whose time is over; slot by slot, each in its transaction.

    Slots that are being booked this moment are left for the next run. Returns the seats freed.
    """
    slot_ids = list(
        Booking.objects.expired(now)
        .order_by("slot_id")
        .values_list("slot_id", flat=True)
        .distinct()
    )
    return sum(_release_if_free(slot_id, now) for slot_id in slot_ids)


@transaction.atomic
def _release_if_free(slot_id: int, now: datetime) -> int:
    if (
        not Slot.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(pk=slot_id)
        .exists()
    ):
        return 0
    return _expire_and_offer(slot_id, now)


def _release_slot(slot_id: int, now: datetime) -> None:
    """On demand, where somebody wants a seat now."""
    if Booking.objects.expired(now).filter(slot_id=slot_id).exists():
        seating.lock_slot(slot_id)
        _expire_and_offer(slot_id, now)


def _expire_and_offer(slot_id: int, now: datetime) -> int:
    freed = seating.expire_holds(slot_id, now)
    if freed:
        waiting.offer_freed_seats(slot_id=slot_id, now=now)
    return freed
