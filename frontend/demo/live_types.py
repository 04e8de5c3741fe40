"""An evening in Menden that is over and published: one question of nearly every type."""

import random
import uuid
from datetime import datetime
from typing import Any
from uuid import UUID

from participation import actors, queries
from polls import queries as live_queries
from polls import tickets
from polls.models import LiveSession, Question
from polls.services import (
    ballots,
    clouds,
    players,
    questions,
    records,
    rounds,
    seats,
    sessions,
)
from polls.services.wording import Wording

TITLE = "Werkstattabend: Was wird aus der Zukunfts.Werk.Stadt?"
PEOPLE = 36
NICKNAMES = ("Lötkolben", "Frau Funke", "Team Hönnestadt", "Der Drucker", "Bo")
PLACES = (
    ("Lernwerkstatt für Schulen", "Workshop for schools"),
    ("Repair-Café", "Repair café"),
    ("3D-Druck und Löten", "3D printing and soldering"),
    ("Raum für Vereine", "Room for clubs"),
)
WORDS = {
    "Repair-Café": 9,
    "3D-Druck": 7,
    "Löten": 5,
    "Nähen": 5,
    "Roboter": 4,
    "Programmieren": 4,
    "Gemeinschaft": 3,
    "Fahrrad": 3,
    "Garten": 2,
    "Musik": 2,
    "Holz": 2,
    "Laser": 2,
    "Kochen": 1,
    "Ruhe": 1,
    "Offenes WLAN": 1,
    "Parkplatz!!!": 4,
}
ASKED = (
    Wording(
        "scale",
        "Wie gut kennen Sie die Zukunfts.Werk.Stadt?",
        "How well do you know the Zukunfts.Werk.Stadt?",
        config={"min": 1, "max": 5, "low": "noch gar nicht", "high": "sehr gut"},
    ),
    Wording("words", "Was möchten Sie hier tun?", "What would you like to do here?"),
    Wording(
        "ranking",
        "Was soll zuerst kommen? Bringen Sie es in Ihre Reihenfolge.",
        "What should come first? Put it in your order.",
        options=PLACES,
    ),
    Wording(
        "rating",
        "Wie wichtig ist Ihnen das?",
        "How important is this to you?",
        options=PLACES,
        config={"min": 1, "max": 5, "low": "unwichtig", "high": "sehr wichtig"},
    ),
    Wording(
        "points",
        "Sie haben 100 €. Wofür geben Sie sie aus?",
        "You have €100. What do you spend them on?",
        options=PLACES,
        config={"total": 100, "unit": "€"},
    ),
    Wording(
        "number",
        "Wie viele Minuten brauchen Sie von zu Hause hierher?",
        "How many minutes does it take you to get here?",
        config={"min": 0, "max": 59, "unit": "min"},
    ),
    Wording(
        "quiz",
        "Wie viele Kommunen hat Südwestfalen?",
        "How many municipalities does Südwestfalen have?",
        options=(("39", ""), ("59", ""), ("79", "")),
        config={"right": [2]},
    ),
    Wording("yes_no", "Soll die Werkstatt auch sonntags öffnen?", "Open on Sundays, too?"),
)


def load(now: datetime) -> None:
    actor = actors.system(queries.municipality_by_slug("menden"))
    if any(row.title == TITLE for row in live_queries.sessions(actor)):
        return
    session = sessions.create_session(actor=actor, title=TITLE, visibility="after_close", now=now)
    sessions.change_settings(actor=actor, code=session.code, changes={"leaderboard": True}, now=now)
    asked = [
        questions.add_question(actor=actor, code=session.code, wording=wording) for wording in ASKED
    ]
    sessions.start_session(actor=actor, code=session.code, now=now)
    room = [seat_in(session, now) for _number in range(PEOPLE)]
    for seat, nickname in zip(room, NICKNAMES, strict=False):
        players.choose_nickname(code=session.code, seat=seat, nickname=nickname, now=now)
    draw = random.Random(59)
    for question in asked:
        round_id = question.rounds.get().pk
        at: dict[str, Any] = {
            "actor": actor,
            "code": session.code,
            "round_id": round_id,
            "now": now,
        }
        rounds.open_round(**at)
        vote(session, question, round_id, room, draw, now)
        if question.type == "words":
            clouds.hide_word(**at, word="Parkplatz")
        rounds.close_round(**at)
    once_more(session, asked[-1], room, now)
    sessions.end_session(actor=actor, code=session.code, now=now)
    records.publish_session(actor=actor, code=session.code, now=now)


def once_more(session: LiveSession, question: Question, room: list[UUID], now: datetime) -> None:
    """After some talk the last question is put again: more are for it."""
    at: dict[str, Any] = {
        "actor": actors.system(session.municipality),
        "code": session.code,
        "now": now,
    }
    second = rounds.again(**at, round_id=question.rounds.get().pk)
    rounds.open_round(**at, round_id=second.pk)
    yes = question.options.order_by("position").first()
    assert yes is not None  # noqa: S101  (it is a yes/no question)
    cast(session, second.pk, [(seat, {"options": [yes.pk]}) for seat in room[:29]], now)
    rounds.close_round(**at, round_id=second.pk)


def vote(
    session: LiveSession,
    question: Question,
    round_id: int,
    room: list[UUID],
    draw: random.Random,
    now: datetime,
) -> None:
    options = list(question.options.order_by("position").values_list("pk", flat=True))
    named = [word for word, n in WORDS.items() for _time in range(n)]
    draw.shuffle(named)
    said = [(seat, _value(question.type, options, named, draw)) for seat in room]
    cast(session, round_id, [(seat, value) for seat, value in said if value], now)


def _value(
    kind: str, options: list[int], named: list[str], draw: random.Random
) -> dict[str, Any] | None:
    weights = [5, 3, 2, 1][: len(options)]
    if kind == "scale":
        return {"number": draw.choices(range(1, 6), (6, 9, 8, 7, 6))[0]}
    if kind == "number":
        return {"number": min(59, int(draw.expovariate(1 / 14)))}
    if kind == "words":
        return {"words": [named.pop() for _time in range(2)]} if len(named) > 1 else None
    if kind == "rating":
        lowest = zip(options, weights, strict=True)
        return {"ratings": {str(pk): draw.randint(max(1, low - 1), 5) for pk, low in lowest}}
    if kind == "ranking":
        left = list(zip(options, weights, strict=True))
        draw.shuffle(left)
        left.sort(key=lambda pair: -pair[1] * draw.random())
        return {"ranking": [pk for pk, _weight in left]}
    if kind == "points":
        first, second = draw.sample(options, 2)
        return {"points": {str(first): 70, str(second): 30}}
    return {"options": [draw.choices(options, weights)[0]]}


def seat_in(session: LiveSession, now: datetime) -> UUID:
    seat = tickets.seat_of(seats.take_seat(code=session.code, now=now), session.code)
    assert seat is not None  # noqa: S101  (we have just signed it)
    return seat


def cast(
    session: LiveSession, round_id: int, said: list[tuple[UUID, dict[str, Any]]], now: datetime
) -> None:
    batch = [
        ballots.Cast(session.pk, round_id, seat, uuid.uuid4(), 1, value) for seat, value in said
    ]
    ballots.cast_ballots(batch, now)
