"""The seat of this browser in a live session: a signed cookie."""

from django.core.signing import BadSignature
from django.http import HttpRequest

from polls import tickets
from polls.live import presence
from polls.models import LiveSession


def token_of(request: HttpRequest, session: LiveSession) -> str:
    """The seat's token; empty when there is none, or not a good one."""
    try:
        token = request.get_signed_cookie(f"seat_{session.code}", default="") or ""
    except BadSignature:
        return ""
    return token if token and tickets.seat_of(token, session.code) else ""


def note_visit(request: HttpRequest, session: LiveSession) -> None:
    """A seat that comes back for a page is present, for a while: without JavaScript nothing else
    would tell. One that the page only brings along is nobody's yet.
    """
    if token := token_of(request, session):
        presence.saw(session.code, tickets.seat_of(token, session.code), presence.PAGE_SECONDS)
