"""How much may wait for its confirmation, by the network it comes from.

So that nobody blocks a workshop with invented addresses: the first few cost nothing, those after
them a small proof of work, and there is an end to it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from participation import proofs, rates
from participation.actors import Actor
from participation.errors import TooManyRequests
from workshops.services.seats import HOLD

WINDOW = int(HOLD.total_seconds())


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request comes from (empty: from ourselves), and the proof of work it brought."""

    network: str = ""
    proof: str = ""


OURSELVES = Caller()


def limit_holds(actor: Actor, caller: Caller, *, slot_id: int, now: datetime) -> None:
    """Count what a network asks for without a log-in; the town's staff and keys are not counted.

    Raises TooManyRequests, ProofRequired.
    """
    if not settings.RATE_LIMITS or not caller.network or actor.is_staff:
        return
    network = rates.network(caller.network)
    asked = rates.noted("holds", network)
    if asked >= settings.HOLDS_PER_NETWORK:
        raise TooManyRequests(WINDOW)
    if asked >= settings.HOLDS_WITHOUT_PROOF:
        proofs.require(caller.proof, purpose=f"slot-{slot_id}", now=now)
    rates.limit("holds", network, settings.HOLDS_PER_NETWORK, WINDOW)
