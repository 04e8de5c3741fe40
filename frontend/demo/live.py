"""A town-hall evening in Soest, live now, and the same question in Menden, Olpe and Soest.

Olpe has ended and published: its page shows a result; in Menden and Soest phones may vote.
"""

import uuid
from datetime import datetime

from participation import actors, queries
from participation.actors import Actor
from polls import queries as live_queries
from polls import tickets
from polls.models import LiveSession, Question
from polls.services import ballots, rounds, seats, sessions

CITY = sessions.Wording(
    type="single",
    text="Was braucht unsere Innenstadt bis 2030?",
    text_en="What does our town centre need by 2030?",
    options=(
        ("Mehr Grün und Schatten", "More green and shade"),
        ("Sichere Wege für Rad und Fuß", "Safe ways for bikes and feet"),
        ("Orte zum Treffen ohne Kaufen", "Places to meet without buying"),
        ("Wohnungen statt Leerstand", "Homes instead of empty shops"),
    ),
)
CLIMATE = (
    sessions.Wording(
        type="single",
        text="Was soll Soest für die Klimaneutralität zuerst angehen?",
        text_en="What should Soest do first to become climate neutral?",
        options=(
            ("Sonnenstrom auf alle städtischen Dächer", "Solar power on all municipal roofs"),
            ("Wärmenetz für die Altstadt", "A heat network for the old town"),
            ("Bus und Rad vor Auto", "Bus and bike before car"),
            ("Bäume und Wasser gegen Hitze", "Trees and water against heat"),
        ),
    ),
    sessions.Wording(
        type="multiple",
        text="Womit könnten Sie selbst anfangen? Wählen Sie bis zu drei.",
        text_en="What could you start with? Choose up to three.",
        options=(
            ("Balkonkraftwerk", "Balcony solar"),
            ("Weniger heizen", "Heating less"),
            ("Mit dem Rad zur Arbeit", "Cycling to work"),
            ("Weniger Fleisch", "Less meat"),
            ("Reparieren statt neu kaufen", "Repairing instead of buying"),
        ),
        config={"min": 1, "max": 3},
    ),
    sessions.Wording(
        type="yes_no",
        text="Soll die Stadt jedes Jahr öffentlich berichten, wie weit sie ist?",
        text_en="Should the town report its progress in public every year?",
    ),
)
EVENING = "Klimaneutrales Soest: ein Abend zum Mitreden"
TOGETHER = "Unsere Innenstadt 2030"
OLPE_VOTES = (14, 9, 17, 6)


def load(now: datetime) -> None:
    soest, menden, olpe = (
        actors.system(queries.municipality_by_slug(slug)) for slug in ("soest", "menden", "olpe")
    )
    _evening(soest, now)
    for actor in (menden, soest):
        _together(actor, now)
    _published(olpe, now)


def _exists(actor: Actor, title: str) -> bool:
    return any(session.title == title for session in live_queries.sessions(actor))


def _start(
    actor: Actor, title: str, wordings: tuple[sessions.Wording, ...], now: datetime
) -> tuple[LiveSession, list[Question]]:
    """A running session whose first question is open."""
    session = sessions.create_session(actor=actor, title=title, now=now)
    asked = [
        sessions.add_question(actor=actor, code=session.code, wording=wording)
        for wording in wordings
    ]
    sessions.start_session(actor=actor, code=session.code, now=now)
    first = asked[0].rounds.get().pk
    rounds.open_round(actor=actor, code=session.code, round_id=first, now=now)
    return session, asked


def _evening(actor: Actor, now: datetime) -> None:
    if not _exists(actor, EVENING):
        _start(actor, EVENING, CLIMATE, now)


def _together(actor: Actor, now: datetime) -> None:
    if not _exists(actor, TOGETHER):
        _start(actor, TOGETHER, (CITY,), now)


def _published(actor: Actor, now: datetime) -> None:
    if _exists(actor, TOGETHER):
        return
    session, (question,) = _start(actor, TOGETHER, (CITY,), now)
    round_id = question.rounds.get().pk
    for option, votes in zip(question.options.order_by("position"), OLPE_VOTES, strict=True):
        batch = [_cast(session, round_id, option.pk, now) for _ in range(votes)]
        ballots.cast_ballots(batch, now)
    rounds.close_round(actor=actor, code=session.code, round_id=round_id, now=now)
    rounds.reveal_round(actor=actor, code=session.code, round_id=round_id, now=now)
    sessions.end_session(actor=actor, code=session.code, now=now)
    sessions.publish_session(actor=actor, code=session.code, now=now)


def _cast(session: LiveSession, round_id: int, option_id: int, now: datetime) -> ballots.Cast:
    token = seats.take_seat(code=session.code, now=now)
    seat = tickets.seat_of(token, session.code)
    assert seat is not None  # noqa: S101  (we have just signed it)
    return ballots.Cast(
        session_id=session.pk,
        round_id=round_id,
        seat=seat,
        ballot=uuid.uuid4(),
        version=1,
        value={"options": [option_id]},
    )
