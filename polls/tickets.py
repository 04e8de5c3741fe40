"""Seat tokens: signed, so that a vote is authenticated without asking the database.

A token is `<code>.<secret>:<signature>`. The seat's key is a keyed hash of code and secret: whoever
reads the database finds no token in it, and whoever holds a token finds the one row.
"""

import secrets
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.utils.crypto import salted_hmac

from participation.secrets import normal_code

_signer = Signer(salt="polls.seat")


def new_seat_token(code: str) -> str:
    """For a seat that anyone may take: the row is made by the first ballot."""
    return _signer.sign(f"{code}.{secrets.token_urlsafe(16)}")


def seat_token_for_ticket(code: str, ticket_id: int) -> str:
    """The same ticket gives the same seat, on whichever phone.

    No row links the two. Whoever holds the secret key and the tickets of the evening could still
    compute the link by trying them; nobody with the database alone can.
    """
    return _signer.sign(f"{code}.{_derived('ticket', code, str(ticket_id))}")


def seat_token_for_access_code(code: str, access_code: str) -> str:
    """One code, one seat: asking again after a lost answer gives the same token."""
    return _signer.sign(f"{code}.{_derived('code', code, normal_code(access_code))}")


def seat_token_for_account(code: str, user_id: int) -> str:
    """One person, one seat, on every device. As with tickets, no row links the two."""
    return _signer.sign(f"{code}.{_derived('account', code, str(user_id))}")


def seat_of(token: str, code: str) -> UUID | None:
    """The seat this token opens in the session with this code; None when it opens none."""
    try:
        signed = _signer.unsign(token)
    except BadSignature:
        return None
    if not signed.startswith(f"{code}."):
        return None
    digest = salted_hmac("polls.seat.row", signed, algorithm="sha256").digest()
    return UUID(bytes=digest[:16])


def _derived(kind: str, code: str, source: str) -> str:
    return salted_hmac(f"polls.seat.{kind}", f"{code}|{source}", algorithm="sha256").hexdigest()[
        :32
    ]
