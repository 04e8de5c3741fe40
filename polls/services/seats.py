"""Take a voting seat: a token that the phone keeps and the database does not."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from participation import rates, secrets
from participation.errors import LoginRequired, TooManyRequests
from participation.models import User
from polls import queries, tickets
from polls.errors import NotEligible, SeatBanned, SessionNotLive
from polls.models import AccessCode, LiveSession, Seat
from workshops.models import Ticket

# A hall of 1,000 with printed codes mistypes a few hundred. Guessing at this pace finds one of
# 2,000 codes (eight characters out of 23) in some 540 days.
WRONG_TRIES = 500
WRONG_SECONDS = 600


def take_seat(
    *,
    code: str,
    now: datetime,
    ticket_secret: str = "",
    access_code: str = "",
    person: User | None = None,
    address: str = "",
) -> str:
    """A signed seat token for this session.

    Anyone: a fresh one, and nothing is written until its first ballot. Ticket, single-use code or
    account: the one seat that belongs to it, each time the same; whose it is, is not stored.
    From one network, 500 wrong tickets or codes are answered in ten minutes. Raises NotFound,
    SessionNotLive, NotEligible, SeatBanned, LoginRequired (accounts), TooManyRequests.
    """
    session = queries.session_by_code(code)
    if not session.is_live:
        raise SessionNotLive
    if session.eligibility == LiveSession.Eligibility.ANYONE:
        return tickets.new_seat_token(session.code)
    if session.eligibility == LiveSession.Eligibility.ACCOUNT:
        return _seat_for_account(session, person, now)
    guesses = f"wrong-seat-{session.pk}"
    if rates.noted(guesses, rates.network(address)) >= WRONG_TRIES:
        raise TooManyRequests(WRONG_SECONDS)
    try:
        if session.eligibility == LiveSession.Eligibility.TICKETS:
            return _seat_for_ticket(session, ticket_secret, now)
        return _seat_for_access_code(session, access_code, now)
    except NotEligible:
        rates.note(guesses, rates.network(address), WRONG_SECONDS)
        raise


def _seat_for_ticket(session: LiveSession, secret: str, now: datetime) -> str:
    # People scan the whole address printed on the ticket; its last part is the secret.
    bare = secret.strip().rstrip("/").rpartition("/")[2]
    ticket = (
        Ticket.objects.valid()
        .filter(booking__slot=session.slot, secret=bare, entered_at__isnull=False)
        .only("pk")
        .first()
        if bare and "\x00" not in bare
        else None
    )
    if ticket is None:
        raise NotEligible(
            _(
                "Dieses Ticket gibt hier noch keinen Sitz: Bitte lassen Sie es zuerst am Einlass"
                " scannen. Es muss zu diesem Termin gehören."
            )
        )
    token = tickets.seat_token_for_ticket(session.code, ticket.pk)
    _keep(session, token, now)
    return token


def _seat_for_account(session: LiveSession, person: User | None, now: datetime) -> str:
    if person is None:
        raise LoginRequired(
            _("Bitte melden Sie sich an: Hier hat jedes Konto eine Stimme je Frage.")
        )
    token = tickets.seat_token_for_account(session.code, person.pk)
    _keep(session, token, now)
    return token


def _seat_for_access_code(session: LiveSession, typed: str, now: datetime) -> str:
    code = secrets.normal_code(typed)
    code_hash = secrets.hashed(f"{session.code}|{code}")
    if not AccessCode.objects.filter(session=session, code_hash=code_hash).exists():
        raise NotEligible(
            _("Diesen Code gibt es hier nicht. Bitte vergleichen Sie ihn mit Ihrem Zettel.")
        )
    token = tickets.seat_token_for_access_code(session.code, code)
    # Nothing is written beside the slip: it would lie in the order of the seats, or name the
    # transaction that wrote one.
    _keep(session, token, now)
    return token


def _keep(session: LiveSession, token: str, now: datetime) -> None:
    seat = tickets.seat_of(token, session.code)
    if not isinstance(seat, UUID):
        raise NotEligible
    # The time of the start, not of now: beside a log-in or an admission it would name the person.
    taken_at = session.started_at or now
    row, _fresh = Seat.objects.get_or_create(
        pk=seat, defaults={"session": session, "taken_at": taken_at}
    )
    if row.banned_at is not None:
        raise SeatBanned
