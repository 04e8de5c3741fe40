"""Each round of the results as people read it: phones, hands and ballot papers side by side."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from polls.errors import IllegalStep, NoPaperForType, NoSuchRound
from polls.models import PaperTally
from polls.models.answers import QuestionType
from polls.queries.count_rows import average, count_rows, wording
from polls.queries.papers import PAPER_TYPES
from polls.queries.tables import source_name

LONG = 20


@dataclass(frozen=True, slots=True)
class Source:
    """Who was counted, how: `kind` is empty for phones; `shown` false for too few ballot papers."""

    kind: str
    name: str
    ballots: int
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One answer; `counts` follow the sources that are shown, `total` adds just these."""

    label: str
    counts: list[int]
    percent: int | None
    total: int


@dataclass(frozen=True, slots=True)
class Told:
    """A question in one round. `lines` are empty and `shown` false until it is revealed."""

    number: int
    question_id: int
    round_id: int
    n: int
    type: str
    kind: str
    text: str
    state: str
    shown: bool
    ballots: int
    turnout: dict[str, int] | None
    sources: list[Source]
    lines: list[Line]
    average: str = ""
    texts: list[str] = field(default_factory=list)
    joint: dict[str, Any] | None = None
    hidden_words: int = 0
    not_shown: int = 0

    @property
    def is_over(self) -> bool:
        return self.state in {"closed", "certified"}

    @property
    def by_hand_possible(self) -> bool:
        return self.type in PAPER_TYPES and self.state != "draft"

    @property
    def is_long(self) -> bool:
        """A table to unfold, not to scroll by."""
        return len(self.lines) > LONG

    @property
    def by_hand(self) -> list[Source]:
        return [source for source in self.sources if source.kind]

    @property
    def columns(self) -> list[Source]:
        return [source for source in self.sources if source.shown]

    @property
    def adds_up(self) -> bool:
        """More than one column, so that a sum says something."""
        return len(self.columns) > 1

    @property
    def has_shares(self) -> bool:
        """Points and places in an order have none."""
        return any(line.percent is not None for line in self.lines)


def told_rounds(
    results: Mapping[str, Any], texts: Mapping[int, list[str]] | None = None
) -> list[Told]:
    """Every round of the results, or of a record's body; `texts` are the open answers by round,
    where a record does not bring them along.
    """
    return [
        _told(number, question, round_, (texts or {}).get(round_["id"], []))
        for number, question in enumerate(results["questions"], start=1)
        for round_ in question["rounds"]
    ]


def _told(
    number: int, question: Mapping[str, Any], round_: Mapping[str, Any], texts: list[str]
) -> Told:
    shown = round_["counts"] is not None
    papers = round_.get("paper") or []
    ballots = round_["ballots"] or 0
    return Told(
        number=number,
        question_id=question["id"],
        round_id=round_["id"],
        n=round_["n"],
        type=question["type"],
        kind=str(QuestionType(question["type"]).label),
        text=wording(question),
        state=round_["state"],
        shown=shown,
        ballots=ballots,
        turnout=round_.get("turnout"),
        sources=[
            Source("", source_name(""), ballots),
            *(
                Source(row["kind"], source_name(row["kind"]), row["ballots"], bool(row["counts"]))
                for row in papers
            ),
        ],
        lines=_lines(question, round_, papers),
        average=average(question, round_["counts"], ballots),
        texts=round_.get("answers", texts if shown else []),
        joint=question.get("joint"),
        hidden_words=round_["hidden"] if "hidden" in round_ else round_.get("hidden_words", 0),
        not_shown=round_.get("answers_not_shown", 0),
    )


def _lines(
    question: Mapping[str, Any], round_: Mapping[str, Any], papers: list[Mapping[str, Any]]
) -> list[Line]:
    by_hand = [row["counts"] for row in papers if row["counts"]]
    lines = []
    for figure in count_rows(question, round_["counts"], round_["ballots"] or 0):
        counts = [figure.n, *(row.get(figure.key, 0) for row in by_hand)]
        lines.append(Line(figure.label, counts, figure.percent, sum(counts)))
    return lines


def paper_rows(results: Mapping[str, Any], round_id: int) -> tuple[str, list[tuple[str, str]]]:
    """What can be counted by hand in a round: its question, and key and label of each answer.

    `results` are the facilitator's. Raises NoSuchRound, IllegalStep (not opened), NoPaperForType.
    """
    for question in results["questions"]:
        for round_ in question["rounds"]:
            if round_["id"] != round_id:
                continue
            if question["type"] not in PAPER_TYPES:
                raise NoPaperForType
            if round_["state"] == "draft":
                raise IllegalStep
            rows = count_rows(question, round_["counts"], round_["ballots"] or 0)
            return wording(question), [(row.key, row.label) for row in rows]
    raise NoSuchRound


def paper_lines(results: Mapping[str, Any], tally: PaperTally) -> list[tuple[str, int]]:
    """Label and number of each answer of a count, as the desk reads it before countersigning."""
    _text, rows = paper_rows(results, tally.round_id)
    return [(label, tally.counts.get(key, 0)) for key, label in rows]
