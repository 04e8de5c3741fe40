"""How many of those who may vote did, where that does not tell how each of them did."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from polls.models import AccessCode, LiveSession, Seat
from polls.queries.figure_numbers import share
from polls.queries.papers import FEW
from workshops.models import Ticket

Eligibility = LiveSession.Eligibility


@dataclass(frozen=True, slots=True)
class CodesUsed:
    issued: int
    used: int


def round_turnout(
    eligible: int | None, ballots: int, counts: Mapping[str, int] | None
) -> dict[str, int] | None:
    """`{"eligible", "percent"}` of a round by phone; None where nobody said how many may vote, and
    where it would give people away.
    """
    if eligible is None or min(eligible, ballots) < FEW or _all_alike(eligible, ballots, counts):
        return None
    return {"eligible": eligible, "percent": share(ballots, eligible)}


def eligible_shown(
    eligible: int | None, rounds: Iterable[tuple[int, Mapping[str, int] | None]]
) -> int | None:
    """The session's number as the public may see it; `rounds` are ballots and counts of each."""
    if eligible is None or eligible < FEW:
        return None
    alike = any(_all_alike(eligible, ballots, counts) for ballots, counts in rounds)
    return None if alike else eligible


def _all_alike(eligible: int, ballots: int, counts: Mapping[str, int] | None) -> bool:
    """Everyone voted, and all the same: then the turnout tells how each of them did."""
    return ballots >= eligible and max((counts or {}).values(), default=0) >= ballots


def suggested_eligible(session: LiveSession) -> int | None:
    """Tickets that were admitted, or codes that were printed; unknown where anyone may vote."""
    if session.eligibility == Eligibility.TICKETS:
        admitted = Ticket.objects.valid().filter(
            booking__slot=session.slot_id, entered_at__isnull=False
        )
        return admitted.count()
    if session.eligibility == Eligibility.CODES:
        return session.access_codes.count()
    return None


def codes_used(session: LiveSession) -> CodesUsed:
    """Of the printed single-use codes: each that was used has a seat. In a rehearsal invented
    voters sit there, too.
    """
    issued = AccessCode.objects.filter(session=session).count()
    return CodesUsed(issued, min(issued, Seat.objects.filter(session=session).count()))
