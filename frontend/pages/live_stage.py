"""What a live page shows: the snapshot turned into prepared values for the templates.

`frontend/ts/live/state.ts` makes the same decisions in the browser, from the same snapshot.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language

from polls import queries
from polls.models.answers import QuestionType
from polls.queries import Figure

StageName = Literal[
    "before",
    "between",
    "ballot",
    "counted",
    "counting",
    "result",
    "ended",
    "seat",
    "list",
    "banned",
]


# More answers than this stand in two columns on the wall, where no more than two names are long.
ONE_COLUMN, LONG_NAME, LONG_NAMES = 6, 24, 2


@dataclass(frozen=True, slots=True)
class Put:
    """A question as it is put in one round."""

    question_id: int
    round_id: int
    n: int
    type: str
    text: str
    state: str
    revealed: bool
    many: bool
    low: int
    high: int
    ballots: int
    answers: tuple[str, ...]
    has_counts: bool
    figure: Figure
    kind: str = ""
    lacks_picture: bool = False
    hidden: int = 0
    hidden_words: tuple[str, ...] = ()
    closes_at: datetime | None = None
    held: bool = False
    ballot: str = ""
    version: int = 0
    voted: bool = False

    @property
    def is_over(self) -> bool:
        return self.state in {"closed", "certified"}

    @property
    def tells_who(self) -> bool:
        """Few have voted: once it is shown, somebody could tell how each of them did."""
        return self.state == "closed" and not self.revealed and 0 < self.ballots < queries.FEW


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on the remote: its newest round, and the earlier ones, newest first."""

    number: int
    put: Put
    earlier: list[Put]


@dataclass(frozen=True, slots=True)
class Stage:
    name: StageName
    put: Put | None


def wording(thing: dict[str, Any]) -> str:
    """In the reader's language where there is such a wording, in German otherwise."""
    english = thing.get("text_en") if (get_language() or "de").startswith("en") else ""
    return str(english or thing["text"])


def put_of(question: dict[str, Any], round_: dict[str, Any], own: dict[str, Any]) -> Put:
    """`own` is the snapshot's member of that name: this seat's ballots by round."""
    mine = own.get(str(round_["id"]))
    chosen = set((mine["value"] or {}).get("options", ())) if mine else set()
    answers = tuple(wording(option) for option in question["options"])
    config = question.get("config", {})
    many = question["type"] == "multiple"
    closes_at = round_.get("closes_at")
    return Put(
        question_id=question["id"],
        round_id=round_["id"],
        n=round_["n"],
        type=question["type"],
        text=wording(question),
        state=round_["state"],
        revealed=bool(round_.get("revealed")),
        many=many,
        low=config.get("min", 1) if many else 1,
        high=config.get("max", len(answers)) if many else 1,
        ballots=round_["ballots"] or 0,
        answers=answers,
        has_counts=round_["counts"] is not None,
        figure=queries.figure(question, round_, chosen),
        kind=str(QuestionType(question["type"]).label),
        lacks_picture=round_["state"] == "draft" and _lacks_picture(question),
        hidden=round_["hidden"],
        hidden_words=tuple(round_["hidden_words"] or ()),
        closes_at=parse_datetime(closes_at) if closes_at else None,
        held=bool(round_.get("held")),
        ballot=mine["ballot"] if mine else str(uuid.uuid4()),
        version=mine["version"] if mine else 0,
        voted=bool(mine and mine["value"]),
    )


def _lacks_picture(question: dict[str, Any]) -> bool:
    """As `RoundQuerySet.lacking_pictures` finds them."""
    if question["type"] == QuestionType.IMAGE:
        return not all(option["image"] for option in question["options"])
    return question["type"] == QuestionType.PIN and not question["image"]


def focus_of(snapshot: dict[str, Any]) -> Put | None:
    for question in snapshot["questions"]:
        for round_ in question["rounds"]:
            if round_["id"] == snapshot["focus"]:
                return put_of(question, round_, snapshot["own"])
    return None


def is_crowded(put: Put) -> bool:
    """Its bars stand in two columns on the wall."""
    long = sum(len(row.label) > LONG_NAME for row in put.figure.rows)
    return put.figure.kind == "bars" and len(put.figure.rows) > ONE_COLUMN and long <= LONG_NAMES


def every_put(snapshot: dict[str, Any]) -> list[Put]:
    """Each round of each question, in the order they are put."""
    own = snapshot.get("own", {})
    return [
        put_of(question, round_, own)
        for question in snapshot["questions"]
        for round_ in question["rounds"]
    ]


def asked(puts: list[Put], focus: int | None) -> list[Asked]:
    """Each question once: the one on the screens first, then those still to put, then the rest."""
    questions: dict[int, list[Put]] = {}
    for put in puts:
        questions.setdefault(put.question_id, []).append(put)
    rows = [
        Asked(number, rounds[-1], rounds[-2::-1])
        for number, rounds in enumerate(questions.values(), start=1)
    ]
    return sorted(
        rows, key=lambda row: (row.put.round_id != focus, row.put.state != "draft", row.number)
    )


def stage_of(snapshot: dict[str, Any]) -> Stage:
    """The screen that is due to the room; the voter's own ballot is looked at in `voter_stage`."""
    put = focus_of(snapshot)
    if snapshot["state"] in {"ended", "published"}:
        return Stage("ended", put)
    if snapshot["state"] == "draft":
        return Stage("before", None)
    if put is None or put.state == "draft":
        return Stage("between", None)
    if put.state == "open":
        return Stage("ballot", put)
    return Stage("result" if put.revealed and put.has_counts else "counting", put)


def voter_stage(snapshot: dict[str, Any], *, seated: bool, changing: bool) -> Stage:
    """As `stage_of`, with what this seat has done: voted, or (`changing`) about to vote anew.

    Without a seat, everything waits for one.
    """
    stage = stage_of(snapshot)
    if not seated and stage.name != "ended":
        return Stage("seat", None)
    if stage.name != "ballot" or stage.put is None:
        return stage
    if stage.put.voted and not changing:
        return Stage("counted", stage.put)
    return stage
