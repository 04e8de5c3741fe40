"""Results to take away: one table for every question, each count with where it comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from participation.sheets import Cell
from polls.models import PaperTally
from polls.models.answers import QuestionType
from polls.queries.count_rows import count_rows, wording

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ResultTable:
    title: str
    columns: list[str]
    rows: list[list[Cell]]


def result_table(results: Body, shown_texts: Mapping[int, list[str]]) -> ResultTable:
    """A row an answer and source: phones, hands and ballot papers are never added.

    `results` decide what is shown; `shown_texts` are the open answers the room saw, by round.
    """
    columns = [
        _("Nr."),
        _("Frage"),
        _("Art"),
        _("Durchgang"),
        _("Stand"),
        _("Berechtigte"),
        _("Quelle"),
        _("Abgegeben"),
        _("Antwort"),
        _("Anzahl"),
        _("Anteil in Prozent"),
    ]
    rows = [
        row
        for number, question in enumerate(results["questions"], start=1)
        for round_ in question["rounds"]
        for row in _round_rows(number, question, round_, shown_texts.get(round_["id"], []))
    ]
    return ResultTable(results["title"], columns, rows)


def source_name(kind: str) -> str:
    """Where a count comes from; `""` are the phones."""
    return str(PaperTally.Kind(kind).label) if kind else _("Handys")


def _round_rows(
    number: int, question: Body, round_: Body, texts: list[str]
) -> Iterator[list[Cell]]:
    turnout = round_.get("turnout")
    about: list[Cell] = [
        number,
        wording(question),
        str(QuestionType(question["type"]).label),
        round_["n"],
        _state(round_),
        turnout["eligible"] if turnout else None,
    ]
    if round_["counts"] is None:
        yield [*about, source_name(""), round_["ballots"], _("noch nicht gezeigt"), None, None]
        return
    answers: list[list[Cell]] = [
        [figure.label, figure.n, figure.percent]
        for figure in count_rows(question, round_["counts"], round_["ballots"])
    ]
    answers += [[text, None, None] for text in texts]
    # A question whose answers the room saw none of was put all the same, and answered by so many.
    for answer in answers or [[None, None, None]]:
        yield [*about, source_name(""), round_["ballots"], *answer]
    for paper in round_["paper"]:
        kind, ballots = source_name(paper["kind"]), paper["ballots"]
        if paper["counts"] is None:
            why = _("weniger als fünf, nicht einzeln gezeigt, damit niemand zu erkennen ist")
            yield [*about, kind, ballots, why, None, None]
        for figure in count_rows(question, paper["counts"], ballots):
            yield [*about, kind, ballots, figure.label, figure.n, figure.percent]


def _state(round_: Body) -> str:
    if round_["state"] == "certified":
        return _("festgestellt")
    return _("geschlossen") if round_["state"] == "closed" else _("läuft noch")
