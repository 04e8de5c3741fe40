"""While a hold waits for its link: the mail again, or to another address.

An address that has booked already must not show: then nothing was stored (see `decoys`), and the
browser that booked is treated just as if it had a hold.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare

from participation import rates, secrets
from participation.errors import RuleBroken, VersionConflict
from workshops import emails
from workshops.errors import HoldExpired, TooManyHolds, UnknownToken
from workshops.models import Booking, Slot
from workshops.services import bookings, decoys, waiting
from workshops.services import seats as seating
from workshops.services.parties import Party, clean_email

LINKS_AN_HOUR = 6
WINDOW = int(seating.HOLD.total_seconds())


@dataclass(frozen=True, slots=True)
class Hold:
    """What the browser that booked may know."""

    code: str
    email: str
    slot_id: int
    party_size: int
    expires_at: datetime


def find(*, token: str) -> Hold:
    """Raises UnknownToken."""
    booking = _stored(token)
    if booking is not None:
        return Hold(
            booking.code,
            booking.email,
            booking.slot_id,
            booking.party_size,
            booking.created_at + seating.HOLD,
        )
    decoy = decoys.find_by_token(token)
    if decoy is None:
        raise UnknownToken
    party, code = decoy.party, token.partition("-")[0]
    return Hold(code, party.email, decoy.slot_id, party.size, decoy.made_at + seating.HOLD)


def resend_link(*, code: str, now: datetime, network: str = "") -> None:
    """Mail the link once more, to the address it belongs to: to confirm, or to the tickets.

    Nobody learns whether there was anything to mail. At most one mail a minute and six an hour.
    Raises TooManyRequests.
    """
    code = secrets.normal_code(code)[:12]
    rates.limit("resend-network", rates.network(network), 10 * LINKS_AN_HOUR, 3600)
    rates.limit("resend-code", code, LINKS_AN_HOUR, 3600)
    booking = Booking.objects.seated().filter(code=code).exclude(email="").first()
    if booking is not None:
        emails.send_link_again.enqueue(booking.pk, f"{now:%Y%m%d%H%M}")
        return
    decoy = decoys.find(code)
    same = _holder(decoy.slot_id, decoy.party.email) if decoy else None
    if same is not None:
        emails.send_already_booked.enqueue(same.pk, f"{now:%Y%m%d%H}")


@transaction.atomic
def correct_email(*, token: str, email: str, now: datetime, network: str = "") -> Booking:
    """Send the link to another address; links mailed before lead nowhere any more.

    Returns the hold, which has a new `hold_token`. Where the new address has booked this date
    already, the answer looks the same, the hold ends, and the mail says so. Locks the slot, then
    the booking. Raises UnknownToken, InvalidInput, HoldExpired, TooManyHolds, TooManyRequests,
    VersionConflict.
    """
    email = clean_email(email, required=True)
    rates.limit("correct-email", rates.network(network), 20, WINDOW)
    found = _stored(token)
    if found is None:
        return _book_again(token, email, now)
    seating.lock_slot(found.slot_id)
    booking = Booking.objects.select_for_update(no_key=True).get(pk=found.pk)
    if not constant_time_compare(booking.hold_token, token):
        raise UnknownToken
    ended = booking.hold_expires_at is None or booking.hold_expires_at <= now
    if booking.state != Booking.State.HELD or ended:
        raise HoldExpired
    if email == booking.email:
        emails.send_link_again.enqueue(booking.pk, f"{now:%Y%m%d%H%M}")
        return booking
    others = Booking.objects.filter(
        email__iexact=email, state=Booking.State.HELD, hold_expires_at__gt=now
    )
    if others.count() >= bookings.HOLDS_PER_ADDRESS:
        raise TooManyHolds(WINDOW)
    same = _holder(booking.slot_id, email)
    if same is not None:
        return _give_way(booking, email, same, now)
    booking.email = email
    booking.renew_tokens()
    booking.save(update_fields=["email", "seed", "confirm_token_hash", "manage_token_hash"])
    emails.send_confirm_link.enqueue(booking.pk)
    return booking


def _give_way(booking: Booking, email: str, same: Booking, now: datetime) -> Booking:
    """The new address has this date already: the hold ends, and looks as if it went on."""
    # Its code goes on under the look of a hold, and may become one again.
    Booking.objects.filter(pk=booking.pk).update(
        state=Booking.State.EXPIRED, hold_expires_at=None, code=secrets.new_code()
    )
    Slot.objects.free_seats(booking.slot_id, booking.party_size)
    waiting.offer_freed_seats(slot_id=booking.slot_id, now=now)
    emails.send_already_booked.enqueue(same.pk, f"{now:%Y%m%d%H}")
    return _look_of_a_hold(
        booking.slot, _party_of(booking, email), booking.code, booking.created_at
    )


def _book_again(token: str, email: str, now: datetime) -> Booking:
    """There was no hold, only the look of one: now there is, or again the look of one.

    A hold would not mind that the date has filled or closed meanwhile, so the answer must not tell:
    the mail does.
    """
    decoy = decoys.find_by_token(token)
    if decoy is None:
        raise UnknownToken
    slot = Slot.objects.select_related("workshop__municipality").get(pk=decoy.slot_id)
    if slot.is_cancelled or decoy.made_at + seating.HOLD <= now:
        raise HoldExpired
    party, code = replace(decoy.party, email=email), token.partition("-")[0]
    try:
        booking = bookings.book_again(
            slot=slot, party=party, code=code, created_at=decoy.made_at, now=now
        )
    except TooManyHolds:
        raise
    except IntegrityError as error:  # sent twice at once: the other one has it
        raise VersionConflict from error
    except RuleBroken:
        booking = _look_of_a_hold(slot, party, code, decoy.made_at)
        emails.send_not_held.enqueue(slot.pk, email, party.language, f"{now:%Y%m%d%H}")
    if booking.pk:
        decoys.forget(token)
    return booking


def _look_of_a_hold(slot: Slot, party: Party, code: str, made_at: datetime) -> Booking:
    decoy = seating.new_booking(slot, party, source=Booking.Source.WEB, now=made_at)
    decoy.code, decoy.hold_expires_at = code, made_at + seating.HOLD
    decoys.keep(decoy, party)
    return decoy


def _party_of(booking: Booking, email: str) -> Party:
    answers = dict(booking.given_answers.values_list("question_id", "value"))
    return Party(
        booking.party_size,
        booking.name,
        email,
        booking.language,
        booking.organisation,
        getattr(getattr(booking, "access_needs", None), "text", ""),
        booking.phone,
        booking.guardian_name,
        booking.guardian_phone,
        booking.seat_names,
        {str(pk): value for pk, value in answers.items()},
    )


def _holder(slot_id: int, email: str) -> Booking | None:
    return Booking.objects.seated().filter(slot_id=slot_id, email__iexact=email).first()


def _stored(token: str) -> Booking | None:
    code = secrets.normal_code(token.partition("-")[0])[:12]
    booking = Booking.objects.select_related("slot").filter(code=code).first()
    if booking is None or not constant_time_compare(booking.hold_token, token):
        return None
    return booking
