"""A thumb, a heart, applause or a puzzled face from the room: told on, and stored nowhere."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from participation import rates
from participation.errors import InvalidInput
from polls import queries
from polls.errors import RoomClosed, SeatBanned, SessionNotLive
from polls.live import announcements
from polls.models.contributions import Reaction

AT_MOST = 10
SECONDS = 10


def react(*, code: str, seat: UUID, kind: str) -> None:
    """For REST and the plain form: ten of a seat in ten seconds.

    Raises NotFound, SessionNotLive, RoomClosed, InvalidInput (`kind`), TooManyRequests, SeatBanned.
    """
    session = queries.session_by_code(code)
    if not session.is_live:
        raise SessionNotLive
    if not session.reactions:
        raise RoomClosed
    if kind not in Reaction.values:
        raise InvalidInput("kind", "invalid_value", _("Diese Reaktion gibt es nicht."))
    rates.limit("react", str(seat), AT_MOST, SECONDS)
    if queries.is_banned(seat):
        raise SeatBanned
    announcements.announce_soon(session.code, {"kind": "reactions", "counts": {kind: 1}})
