"""The room asks and writes cards; someone looks at them; a card becomes an idea."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput, TooManyRequests
from participation.models.ideas import Origin
from participation.services import ideas
from participation.services.ideas import IdeaDraft
from polls import policy, queries
from polls.errors import (
    BallotConflict,
    IllegalStep,
    InvalidValue,
    NoConsent,
    NoSuchContribution,
    RoomClosed,
    SeatBanned,
    SessionNotLive,
)
from polls.models import Contribution, LiveSession, Seat
from polls.models.answers.texts import one_paragraph
from polls.services import contribution_rows

Kind = Contribution.Kind
State = Contribution.State

LONGEST = 500
TITLE_LENGTH = 120
RATE_WINDOW = timedelta(minutes=5)
AT_MOST = {Kind.QUESTION: 5, Kind.CARD: 10}
NEXT_STATES: dict[str, frozenset[str]] = {
    State.PENDING: frozenset({State.SHOWN, State.ARCHIVED}),
    State.SHOWN: frozenset({State.ANSWERED, State.ARCHIVED}),
    State.ANSWERED: frozenset({State.SHOWN, State.ARCHIVED}),
    State.ARCHIVED: frozenset({State.SHOWN}),
}


@dataclass(frozen=True, slots=True)
class Words:
    """A question or table card as it is handed in; `id` is the phone's, for trying again.

    `consent`: the card may be passed on as an idea.
    """

    id: UUID
    kind: str
    text: str
    consent: bool = False


@transaction.atomic
def contribute(*, code: str, seat: UUID, words: Words, now: datetime) -> Contribution:
    """Keep a question or card of this seat; the same `id` again gives what is there.

    Moderated as the session says; rude words wait for a look in any case. A seat has 5 questions
    and 10 cards in five minutes. Holds the session, locks the seat. Raises NotFound,
    SessionNotLive, RoomClosed, SeatBanned, InvalidInput (`text`, `kind`), BallotConflict
    (another's `id`), TooManyRequests.
    """
    session = _held(code)
    if words.kind not in AT_MOST:
        raise InvalidInput("kind", "invalid_value", _("Diese Art von Beitrag gibt es nicht."))
    text = _text(words.text)
    open_to = session.qa != LiveSession.Moderation.OFF if _asks(words) else session.cards
    if not open_to:
        raise RoomClosed
    if seat not in contribution_rows.keep_seats({seat: session.pk}, now):
        raise SeatBanned
    # One seat writes one thing at a time: so its rate holds, whatever arrives at once.
    Seat.objects.select_for_update(no_key=True).get(pk=seat)
    there = Contribution.objects.filter(pk=words.id).first()
    if there is None:
        _check_rate(seat, words.kind, now)
        Contribution.objects.bulk_create(
            [
                Contribution(
                    pk=words.id,
                    session=session,
                    kind=words.kind,
                    text=text,
                    state=contribution_rows.first_state(session.qa, text),
                    consent=words.consent and not _asks(words),
                    seat_id=seat,
                    created_at=now,
                )
            ],
            ignore_conflicts=True,
        )
        there = Contribution.objects.get(pk=words.id)
        contribution_rows.tell(session.code)
    if (there.seat_id, there.session_id, there.kind) != (seat, session.pk, words.kind):
        raise BallotConflict(_("Dieser Beitrag ist schon vergeben. Bitte senden Sie ihn neu."))
    return there


@transaction.atomic
def moderate(
    *,
    actor: Actor,
    code: str,
    contribution_id: UUID,
    state: str | None = None,
    pinned: bool | None = None,
) -> Contribution:
    """Show, answer or put away what the room wrote; its words stay as they are.

    Only a question is answered, and only one that is shown is pinned; putting away unpins. The
    state it has already is no error. Locks the contribution. Raises NotFound, LoginRequired,
    NotAllowed, NoSuchContribution, InvalidInput (`state`), IllegalStep.
    """
    session = _own(actor, code)
    found = _locked(session, contribution_id)
    if state is not None and state not in State.values:
        raise InvalidInput("state", "invalid_value", _("Diesen Zustand gibt es nicht."))
    if state is not None and state != found.state:
        if state not in NEXT_STATES[found.state]:
            raise IllegalStep
        if state == State.ANSWERED and found.kind != Kind.QUESTION:
            raise IllegalStep
        found.state = state
        found.pinned = found.pinned and state == State.SHOWN
    if pinned is not None and pinned != found.pinned:
        if pinned and (found.kind, found.state) != (Kind.QUESTION, State.SHOWN):
            raise IllegalStep
        found.pinned = pinned
    found.save(update_fields=["state", "pinned"])
    contribution_rows.tell(session.code, found.seat_id)
    return found


@transaction.atomic
def pass_on(
    *, actor: Actor, code: str, contribution_id: UUID, now: datetime, theme: str = ""
) -> Contribution:
    """Make an idea of the town out of a table card; twice gives the same idea.

    `theme` is a slug; without one the idea takes that of the session's last card. It goes to the
    town's moderation like any other. Locks the contribution, then the town's reference counter.
    Raises NotFound, LoginRequired, NotAllowed, NoSuchContribution, NoConsent, IllegalStep (no card,
    or a rehearsal), InvalidInput (`theme`).
    """
    session = _own(actor, code)
    card = _locked(session, contribution_id)
    if card.idea_id is not None:
        return card
    if card.kind != Kind.CARD or session.kind == LiveSession.Kind.REHEARSAL:
        raise IllegalStep
    if not card.consent:
        raise NoConsent
    draft = IdeaDraft(
        title=_title(card.text),
        text=card.text,
        theme=theme or queries.last_card_theme(session),
        anonymous=True,
        origin=Origin.WORKSHOP,
    )
    card.idea = ideas.hand_in(actor=actor, draft=draft, now=now)
    card.save(update_fields=["idea"])
    contribution_rows.tell(session.code, card.seat_id)
    return card


def _held(code: str) -> LiveSession:
    """The session, held as it is. Raises NotFound, SessionNotLive."""
    session = queries.session_by_code(code)
    contribution_rows.hold_sessions([session.pk])
    session.refresh_from_db(fields=["state", "qa", "cards"])
    if not session.is_live:
        raise SessionNotLive
    return session


def _own(actor: Actor, code: str) -> LiveSession:
    session = queries.live_session(actor, code)
    policy.must_facilitate(actor, session)
    return session


def _locked(session: LiveSession, contribution_id: UUID) -> Contribution:
    found = (
        Contribution.objects.select_for_update(no_key=True, of=("self",))
        .filter(session=session, pk=contribution_id)
        .first()
    )
    if found is None:
        raise NoSuchContribution
    return found


def _asks(words: Words) -> bool:
    return words.kind == Kind.QUESTION


def _text(typed: str) -> str:
    try:
        return one_paragraph(typed, LONGEST)
    except InvalidValue:
        message = _("Bitte schreiben Sie 1 bis %(limit)d lesbare Zeichen.") % {"limit": LONGEST}
        raise InvalidInput("text", "invalid_value", message) from None


def _check_rate(seat: UUID, kind: str, now: datetime) -> None:
    recent = Contribution.objects.filter(seat_id=seat, kind=kind, created_at__gt=now - RATE_WINDOW)
    if recent.count() >= AT_MOST[Kind(kind)]:
        raise TooManyRequests(int(RATE_WINDOW.total_seconds()))


def _title(text: str) -> str:
    """The card's beginning, cut between words."""
    if len(text) <= TITLE_LENGTH:
        return text
    start = text[: TITLE_LENGTH - 2]
    return f"{start.rpartition(' ')[0] or start} …"
