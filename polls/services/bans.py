"""Keep a seat out that is misused. Nobody learns whose it is, or what else it said."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from participation.actors import Actor
from participation.errors import NotFound
from polls import queries
from polls.errors import IllegalStep
from polls.models import Ballot, Contribution, LiveSession, Round, Seat
from polls.models.answers import QuestionType
from polls.models.answers.words import folded
from polls.services import sessions


@transaction.atomic
def ban_author(*, actor: Actor, code: str, contribution: UUID, now: datetime) -> Seat:
    """Ban the seat that wrote a question, a card or an answer.

    What it said in open rounds stays counted, as everywhere: nobody's ballot is thrown away by
    hand. From this commit on it casts no other and changes none. Locks the session and its open
    rounds, so it waits for the ballots being written. Raises NotFound (also once the text was
    parted from its seat), NotAllowed, IllegalStep (not live).
    """
    session = _live(actor, code)
    found = Contribution.objects.filter(session=session, pk=contribution).first()
    if found is None or found.seat_id is None:
        raise NotFound
    (seat,) = _ban(session, {found.seat_id}, now)
    return seat


@transaction.atomic
def ban_word(*, actor: Actor, code: str, round_id: int, word: str, now: datetime) -> list[Seat]:
    """Ban the seats that put this word into the cloud of an open round, however they spell it.

    Effect and locks as `ban_author`. Raises NotFound (nobody said so, or the round is closed and no
    row tells any more), NotAllowed, IllegalStep (not live).
    """
    session = _live(actor, code)
    said = Ballot.objects.filter(
        round_id=round_id,
        round__question__session=session,
        round__question__type=QuestionType.WORDS,
        seat__isnull=False,
        value__isnull=False,
    )
    wanted = folded(word)
    seats = {
        ballot.seat_id
        for ballot in said.order_by("pk")
        if ballot.seat_id and wanted in {folded(one) for one in (ballot.value or {})["words"]}
    }
    if not wanted or not seats:
        raise NotFound
    return _ban(session, seats, now)


@transaction.atomic
def unban(*, actor: Actor, code: str, ban: str) -> Seat:
    """Let a seat take part again; `ban` is its `name_of`. Locks the session.

    Raises NotFound, NotAllowed.
    """
    session = sessions.locked_session(actor, code)
    for seat in queries.bans(session):
        if constant_time_compare(name_of(seat.pk), ban):
            seat.banned_at = None
            seat.save(update_fields=["banned_at"])
            sessions.tell_hubs(session, {"kind": "unbanned", "seats": [seat.pk.hex]})
            return seat
    raise NotFound


def name_of(seat: UUID) -> str:
    """What a ban is called in addresses: the seat's own key stays where it is."""
    return salted_hmac("polls.ban", seat.hex, algorithm="sha256").hexdigest()[:16]


def _ban(session: LiveSession, seats: set[UUID], now: datetime) -> list[Seat]:
    # Ballots are written under a share lock on their round: those before this line count.
    open_ = Round.objects.filter(
        question_id__in=session.questions.values("pk"), state=Round.State.OPEN
    )
    list(open_.select_for_update(no_key=True).order_by("pk"))
    rows = list(Seat.objects.select_for_update().filter(pk__in=seats).order_by("pk"))
    for seat in rows:
        seat.banned_at = seat.banned_at or now
    Seat.objects.bulk_update(rows, ["banned_at"])
    hexes = [seat.pk.hex for seat in rows]
    sessions.tell_hubs(session, {"kind": "banned", "seats": hexes})
    return rows


def _live(actor: Actor, code: str) -> LiveSession:
    session = sessions.locked_session(actor, code)
    if not session.is_live:
        raise IllegalStep
    return session
