"""What a room writes during an evening, and the hands that were counted beside the phones."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from participation.actors import Actor
from polls import queries, tickets
from polls.models import Contribution, LiveSession, Question
from polls.services import contributions, papers, seats, sessions, upvotes

Kind, State = Contribution.Kind, Contribution.State


@dataclass(frozen=True, slots=True)
class Asked:
    """A question out of the room: how many agree, and what the facilitator did with it."""

    text: str
    votes: int
    state: str = State.SHOWN
    pinned: bool = False


SOEST_ASKED = (
    Asked("Was kostet das Wärmenetz einen Haushalt in der Altstadt?", 14, pinned=True),
    Asked("Dürfen auf denkmalgeschützte Dächer jetzt Solarmodule?", 9),
    Asked("Fährt der Bus nach Hiddingsen auch am Wochenende?", 6),
    Asked("Wer pflegt die neuen Bäume in den ersten drei Jahren?", 4),
    Asked("Wie weit ist Soest heute, gemessen am Ziel 2030?", 11, state=State.ANSWERED),
)
SOEST_CARDS = (
    "Trinkbrunnen am Marktplatz und am Bahnhof",
    "Ein Abend im Monat zum Reparieren im Petrushaus",
    "Schattige Bänke entlang der Wallanlagen",
)
OLPE_ASKED = (
    Asked("Bleibt der Wochenmarkt während des Umbaus am alten Platz?", 12, state=State.ANSWERED),
    Asked("Was geschieht mit den leeren Läden in der Westfälischen Straße?", 8),
)
OLPE_CARDS = (
    "Ein Spielplatz mitten in der Stadt, nicht nur am Rand",
    "Sitzplätze am Ufer der Olpe, auch für Rollstühle",
)


def fill(
    actor: Actor,
    session: LiveSession,
    asked: tuple[Asked, ...],
    cards: tuple[str, ...],
    now: datetime,
) -> None:
    """Open a running session to the room, which then asks, agrees and hands in table cards."""
    changes = {"qa": LiveSession.Moderation.AFTER, "cards": True, "reactions": True}
    sessions.change_settings(actor=actor, code=session.code, changes=changes, now=now)
    for row in asked:
        question = _write(session, Kind.QUESTION, row.text, now)
        wishes = [
            upvotes.Wish(session.pk, _seat(session, now), question.pk, up=True)
            for _voter in range(row.votes)
        ]
        upvotes.cast_upvotes(wishes, now)
        contributions.moderate(
            actor=actor,
            code=session.code,
            contribution_id=question.pk,
            state=row.state,
            pinned=row.pinned,
        )
    for text in cards:
        _write(session, Kind.CARD, text, now)


def count_by_hand(  # noqa: PLR0913  (who counted what, and who looked at it)
    counter: Actor,
    second: Actor,
    session: LiveSession,
    question: Question,
    *,
    kind: str,
    votes: tuple[int, ...],
    now: datetime,
) -> None:
    """One person counts an answer each, another countersigns."""
    options = question.options.order_by("position").values_list("pk", flat=True)
    tally = papers.enter_tally(
        actor=counter,
        code=session.code,
        round_id=question.rounds.get().pk,
        kind=kind,
        ballots=sum(votes),
        counts={str(pk): n for pk, n in zip(options, votes, strict=True)},
        now=now,
    )
    stamp = queries.stamp_of(tally)
    papers.countersign_tally(
        actor=second, code=session.code, tally_id=tally.pk, stamp=stamp, now=now
    )


def _write(session: LiveSession, kind: str, text: str, now: datetime) -> Contribution:
    words = contributions.Words(uuid.uuid4(), kind, text, consent=True)
    return contributions.contribute(
        code=session.code, seat=_seat(session, now), words=words, now=now
    )


def _seat(session: LiveSession, now: datetime) -> uuid.UUID:
    seat = tickets.seat_of(seats.take_seat(code=session.code, now=now), session.code)
    assert seat is not None  # noqa: S101  (we have just signed it)
    return seat
