"""A town-hall evening in Soest, live now, and one question that Menden, Olpe and Soest share.

Olpe has ended and published; in Menden and Soest phones may vote, and Menden shows its counts. In
Soest the room asks and hands in cards, in Olpe it did; in Menden hands were raised, in Olpe ballot
papers were handed in.
"""

import uuid
from datetime import datetime

from frontend.demo import live_room
from participation import actors, queries
from participation.actors import Actor
from participation.models import User
from polls import queries as live_queries
from polls import tickets
from polls.models import JointSession, LiveSession, Question
from polls.services import ballots, joint, questions, records, rounds, seats, sessions
from polls.services.wording import Wording

CITY = Wording(
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
    Wording(
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
    Wording(
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
    Wording(
        type="yes_no",
        text="Soll die Stadt jedes Jahr öffentlich berichten, wie weit sie ist?",
        text_en="Should the town report its progress in public every year?",
    ),
)
EVENING = "Klimaneutrales Soest: ein Abend zum Mitreden"
TOGETHER = "Unsere Innenstadt 2030"
OLPE_VOTES = (14, 9, 17, 6)
MENDEN_VOTES = (5, 3, 4, 1)
OLPE_PAPERS = (3, 1, 5, 2)
MENDEN_HANDS = (2, 4, 3, 0)


def load(now: datetime, staff: tuple[User, User]) -> None:
    """Two of the `staff` stand behind each count by hand."""
    soest, menden, olpe = (
        actors.system(queries.municipality_by_slug(slug)) for slug in ("soest", "menden", "olpe")
    )
    if not _exists(soest, EVENING):
        evening, _asked = _start(soest, EVENING, CLIMATE, now)
        live_room.fill(soest, evening, live_room.SOEST_ASKED, live_room.SOEST_CARDS, now)
    if any(part.joint.title == TOGETHER for part in live_queries.joint_sessions(menden)):
        return
    together = joint.create_joint(
        actor=menden, title=TOGETHER, wording=CITY, towns=("soest", "olpe"), now=now
    )
    _publish(olpe, staff, *_put(olpe, together, now), now=now)
    session, question = _put(menden, together, now, visibility="live")
    _vote(session, question, MENDEN_VOTES, now)
    _by_hand(menden, staff, session, question, "hands", MENDEN_HANDS, now)
    _put(soest, together, now)


def _exists(actor: Actor, title: str) -> bool:
    return any(session.title == title for session in live_queries.sessions(actor))


def _start(
    actor: Actor, title: str, wordings: tuple[Wording, ...], now: datetime
) -> tuple[LiveSession, list[Question]]:
    """A running session whose first question is open."""
    session = sessions.create_session(actor=actor, title=title, now=now)
    asked = [
        questions.add_question(actor=actor, code=session.code, wording=wording)
        for wording in wordings
    ]
    sessions.start_session(actor=actor, code=session.code, now=now)
    first = asked[0].rounds.get().pk
    rounds.open_round(actor=actor, code=session.code, round_id=first, now=now)
    return session, asked


def _put(
    actor: Actor, together: JointSession, now: datetime, *, visibility: str = "hidden"
) -> tuple[LiveSession, Question]:
    """The town's own session with the joint question, which is open for ballots."""
    evening = sessions.create_session(actor=actor, title=TOGETHER, visibility=visibility, now=now)
    part = joint.join(actor=actor, code=together.code, live_code=evening.code, now=now)
    question = part.question
    assert question is not None  # noqa: S101  (we have just joined)
    session = question.session
    sessions.start_session(actor=actor, code=session.code, now=now)
    round_id = question.rounds.get().pk
    rounds.open_round(actor=actor, code=session.code, round_id=round_id, now=now)
    return session, question


def _vote(session: LiveSession, question: Question, votes: tuple[int, ...], now: datetime) -> None:
    round_id = question.rounds.get().pk
    for option, count in zip(question.options.order_by("position"), votes, strict=True):
        batch = [_cast(session, round_id, option.pk, now) for _ in range(count)]
        ballots.cast_ballots(batch, now)


def _by_hand(  # noqa: PLR0913, PLR0917  (what is counted, and by whom)
    town: Actor,
    staff: tuple[User, User],
    session: LiveSession,
    question: Question,
    kind: str,
    votes: tuple[int, ...],
    now: datetime,
) -> None:
    counter, second = (actors.for_user(user, town.town, now) for user in staff)
    live_room.count_by_hand(counter, second, session, question, kind=kind, votes=votes, now=now)


def _publish(
    actor: Actor,
    staff: tuple[User, User],
    session: LiveSession,
    question: Question,
    now: datetime,
) -> None:
    """An evening that is over: voted, counted by hand, shown and published."""
    live_room.fill(actor, session, live_room.OLPE_ASKED, live_room.OLPE_CARDS, now)
    _vote(session, question, OLPE_VOTES, now)
    _by_hand(actor, staff, session, question, "paper", OLPE_PAPERS, now)
    round_id = question.rounds.get().pk
    rounds.close_round(actor=actor, code=session.code, round_id=round_id, now=now)
    rounds.reveal_round(actor=actor, code=session.code, round_id=round_id, now=now)
    sessions.end_session(actor=actor, code=session.code, now=now)
    records.publish_session(actor=actor, code=session.code, now=now)


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
