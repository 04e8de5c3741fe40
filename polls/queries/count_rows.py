"""A round's counts as rows that can be read: for tables, documents and the record's page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from polls.models.answers import QuestionType as Type
from polls.models.answers.numbers import SUM
from polls.queries.figure_numbers import mean_of, share
from polls.queries.figures import class_in_words, mean_in_words

CHOICES = frozenset({Type.SINGLE, Type.MULTIPLE, Type.YES_NO, Type.QUIZ, Type.IMAGE})


@dataclass(frozen=True, slots=True)
class CountRow:
    """`percent` of the ballots, None where the number is no share of them; `key` in the counts."""

    key: str
    label: str
    n: int
    percent: int | None = None


def wording(thing: Mapping[str, Any]) -> str:
    """In the reader's language where there is such a wording, in German otherwise."""
    english = thing.get("text_en") if (get_language() or "de").startswith("en") else ""
    return str(english or thing["text"])


def count_rows(
    question: Mapping[str, Any], counts: Mapping[str, int] | None, ballots: int
) -> list[CountRow]:
    """What `counts` say, in the order of the question; `question` is a member of the results, or of
    a record, with its `config`. Nothing where counts are not shown.
    """
    if counts is None:
        return []
    kind, config = question["type"], question.get("config") or {}
    labels = {str(option["id"]): wording(option) for option in question["options"]}
    if kind in CHOICES:
        return [_share(key, labels[key], counts.get(key, 0), ballots) for key in labels]
    if kind == Type.SCALE:
        steps = sorted(counts, key=int)
        return [_share(key, _step(key, config), counts[key], ballots) for key in steps]
    if kind == Type.NUMBER:
        return _classes(counts, config, ballots)
    if kind == Type.WORDS:
        most_first = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        return [_share(word, word, n, ballots) for word, n in most_first]
    if kind == Type.POINTS:
        return [CountRow(key, label, counts.get(key, 0)) for key, label in labels.items()]
    if kind in {Type.RATING, Type.RANKING}:
        return _by_option(counts, labels, config, place=kind == Type.RANKING)
    if kind == Type.PIN:
        return [_share(key, _cell(key), counts[key], ballots) for key in sorted(counts, key=_place)]
    return []


def average(question: Mapping[str, Any], counts: Mapping[str, int] | None, ballots: int) -> str:
    """The mean of a scale or a number, as below its picture; empty for all other types."""
    if not counts or not ballots:
        return ""
    if question["type"] == Type.NUMBER:
        total = counts.get(SUM, 0)
    elif question["type"] == Type.SCALE:
        total = sum(int(step) * n for step, n in counts.items())
    else:
        return ""
    config = question["config"]
    return mean_in_words(config, mean_of(config, total, ballots) or 0)


def _share(key: str, label: str, n: int, ballots: int) -> CountRow:
    return CountRow(key, label, n, share(n, ballots))


def _step(key: str, config: Mapping[str, Any]) -> str:
    """A step of a scale; its ends say what they mean."""
    ends = {str(config.get("min")): "low", str(config.get("max")): "high"}
    name = ends.get(key, "")
    english = (get_language() or "de").startswith("en")
    said = (english and config.get(f"{name}_en")) or config.get(name)
    return f"{key}: {said}" if name and said else key


def _classes(counts: Mapping[str, int], config: Mapping[str, Any], ballots: int) -> list[CountRow]:
    unit = f" {config['unit']}" if config.get("unit") else ""
    keys = sorted((key for key in counts if key != SUM), key=int)
    return [
        _share(key, f"{class_in_words(config, int(key))}{unit}", counts[key], ballots)
        for key in keys
    ]


def _by_option(
    counts: Mapping[str, int], labels: Mapping[str, str], config: Mapping[str, Any], *, place: bool
) -> list[CountRow]:
    rows = []
    for key, n in sorted(counts.items(), key=lambda pair: _pair(pair[0], labels)):
        option, _colon, step = key.partition(":")
        if not step or option not in labels:
            continue
        said = _("Platz %(n)s") % {"n": step} if place else _step(step, config)
        rows.append(CountRow(key, f"{labels[option]} – {said}", n))
    return rows


def _pair(key: str, labels: Mapping[str, str]) -> tuple[int, int]:
    option, _colon, step = key.partition(":")
    order = list(labels)
    return (order.index(option) if option in labels else len(order), int(step or 0))


def _cell(key: str) -> str:
    column, row = _place(key)[::-1]
    return _("Spalte %(column)s, Zeile %(row)s") % {"column": column + 1, "row": row + 1}


def _place(key: str) -> tuple[int, int]:
    """Row, then column of a cell of the picture."""
    column, _colon, row = key.partition(":")
    return int(row or 0), int(column)
