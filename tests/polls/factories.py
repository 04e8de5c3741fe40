"""Live sessions for tests, made through the services."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from participation import actors
from participation.actors import Actor
from participation.models import Municipality
from polls import tickets
from polls.models import LiveSession, Question, Round
from polls.services import questions, rounds, seats, sessions
from polls.services.ballots import Cast
from polls.services.wording import Wording

BIKES = Wording("single", "Wohin mit den Rädern?", options=[("Wallstraße", "Wall"), ("Markt", "")])


@dataclass(frozen=True)
class Evening:
    """A session with one question, its first round and its options."""

    actor: Actor
    session: LiveSession
    question: Question
    round: Round
    options: list[int]
    now: datetime

    @property
    def code(self) -> str:
        return self.session.code

    def at(self, **more: Any) -> dict[str, Any]:
        """The arguments of a service on this evening's round."""
        return {
            "actor": self.actor,
            "code": self.code,
            "round_id": self.round.pk,
            "now": self.now,
            **more,
        }

    def seat(self) -> UUID:
        return seat_of(seats.take_seat(code=self.code, now=self.now), self.code)

    def cast(self, **fields: Any) -> Cast:
        """A ballot for the first option from a fresh seat, unless `fields` say otherwise."""
        given: dict[str, Any] = {
            "session_id": self.session.pk,
            "round_id": self.round.pk,
            "ballot": uuid4(),
            "version": 1,
            "value": {"options": self.options[:1]},
            **fields,
        }
        given.setdefault("seat", self.seat())
        return Cast(**given)


def seat_of(token: str, code: str) -> UUID:
    seat = tickets.seat_of(token, code)
    assert seat is not None
    return seat


def make_evening(
    town: Municipality, now: datetime, *, state: str = "open", **session: Any
) -> Evening:
    """`state`: draft (session and round), live (session), open (round, too) or closed (round)."""
    wording = session.pop("wording", BIKES)
    if state in {"open", "closed"}:
        wording = pictured(wording)
    actor = actors.system(town)
    made = sessions.create_session(
        actor=actor, title=session.pop("title", "Rathausgespräch"), now=now, **session
    )
    question = questions.add_question(actor=actor, code=made.code, wording=wording)
    evening = Evening(
        actor,
        made,
        question,
        question.rounds.get(),
        list(question.options.order_by("position").values_list("pk", flat=True)),
        now,
    )
    if state != "draft":
        sessions.start_session(actor=actor, code=made.code, now=now)
    if state in {"open", "closed"}:
        rounds.open_round(**evening.at())
    if state == "closed":
        rounds.close_round(**evening.at())
    made.refresh_from_db()
    return evening


def pictured(wording: Wording) -> Wording:
    """With the pictures without which it cannot be put."""
    if wording.type == "image":
        return replace(wording, option_images=["live/view.png"] * len(wording.options))
    if wording.type == "pin" and wording.config.get("on", "image") == "image":
        return replace(wording, image="live/view.png", image_alt="Der Markt")
    return wording
