"""Bookings that look made and are not: the address has booked that date already.

Who typed the address must not learn that. What was asked for is kept for as long as a hold would
last, so that its browser may go on just as if there were one; see `holds`.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.utils.crypto import constant_time_compare

from participation import secrets
from workshops.models import Booking
from workshops.services.parties import Party

KEPT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Decoy:
    slot_id: int
    party: Party
    made_at: datetime
    token_hash: str


def keep(booking: Booking, party: Party) -> None:
    """Under the booking's code, until a hold would have ended."""
    kept: dict[str, Any] = {
        "slot_id": booking.slot_id,
        "party": asdict(party),
        "made_at": booking.created_at,
        "token_hash": secrets.hashed(booking.hold_token),
    }
    cache.set(_key(booking.code), kept, int(KEPT.total_seconds()))


def find(code: str) -> Decoy | None:
    kept: dict[str, Any] | None = cache.get(_key(code))
    return Decoy(**{**kept, "party": Party(**kept["party"])}) if kept else None


def find_by_token(token: str) -> Decoy | None:
    """By a booking's `hold_token`."""
    decoy = find(token.partition("-")[0])
    if decoy is None or not constant_time_compare(decoy.token_hash, secrets.hashed(token)):
        return None
    return decoy


def forget(token: str) -> None:
    cache.delete(_key(token.partition("-")[0]))


def _key(code: str) -> str:
    return f"decoy:{secrets.hashed(code)}"
