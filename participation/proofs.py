"""A small proof of work: what a browser pays in computing time where too much comes from one place.

The challenges are altcha's: signed, good for ten minutes, for one purpose and once. Who answers one
has made some 16,000 hashes, a few seconds' work for a phone; to check it takes four.
"""

from datetime import datetime, timedelta
from typing import Any

import altcha
from django.core.cache import cache
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from participation import secrets
from participation.errors import RuleBroken

LASTS = timedelta(minutes=10)
# Three hexadecimal noughts, so 4,096 tries, each of so many hashes.
PREFIX, HASHES = "000", 4
LONGEST = 4000


class ProofRequired(RuleBroken):
    """`challenge` is to be solved and sent again as `proof`; `proof` says what was wrong with the
    one that came: missing, invalid, expired or used."""

    status = 403
    code = "proof_required"
    message = _(
        "Von Ihrem Anschluss kamen gerade viele Anfragen. Ihr Gerät muss erst eine kleine"
        " Rechenaufgabe lösen."
    )

    def __init__(self, *, challenge: dict[str, Any], wrong: str) -> None:
        super().__init__(challenge=challenge, proof=wrong)


def new_challenge(purpose: str, now: datetime) -> dict[str, Any]:
    """As altcha's solvers take it."""
    terms = {"for": purpose, "until": int((now + LASTS).timestamp())}
    made = altcha.create_challenge(
        "SHA-256", HASHES, key_prefix=PREFIX, data=terms, hmac_secret=_signing_key()
    )
    return dict(made.to_dict())


def require(proof: str, *, purpose: str, now: datetime) -> None:
    """Use up a proof made for this purpose. Raises ProofRequired with a new challenge."""
    if wrong := _what_is_wrong(proof, purpose, now):
        raise ProofRequired(challenge=new_challenge(purpose, now), wrong=wrong)


def _what_is_wrong(proof: str, purpose: str, now: datetime) -> str:
    if not proof:
        return "missing"
    try:
        given = altcha.Payload.from_base64(proof[:LONGEST])
        solved = altcha.verify_solution(given, _signing_key()).verified
        terms = given.challenge.parameters.data
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "invalid"
    if not solved or not isinstance(terms, dict) or terms.get("for") != purpose:
        return "invalid"
    if terms["until"] <= now.timestamp():
        return "expired"
    # Stored in one step: of two that come at once with the same proof only one is first.
    used = f"proof:{secrets.hashed(given.challenge.parameters.nonce)}"
    return "" if cache.add(used, 1, int(LASTS.total_seconds())) else "used"


def _signing_key() -> str:
    return salted_hmac("participation.proofs", "", algorithm="sha256").hexdigest()
