"""From the counts of a round to the numbers of its picture: one line a bar, and its table's row.

Whole numbers only: shares in percent, means and places in tenths, halves upwards; on a long scale
a mean is rounded to a whole number (`has_tenths`). So
`frontend/ts/live/figure_numbers.ts` comes to the same ones; `tests/polls/data/figures.json` is what
both are held to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["bars", "cloud", "pins", "cards"]
Counts = Mapping[str, int]
LEVELS = 6
BUSIEST = 12
# A pin's cells are told by their field, 4 × 4 cells: letter and number, as on a chessboard.
CELLS, FIELDS = 40, 10
# On a scale that spans more, a tenth of one says nothing.
LONG_SCALE = 100


@dataclass(frozen=True, slots=True)
class Line:
    """`value` is what the bar shows, `length` its percent of the track, `cells` the table's row.

    `key` is an option's id, a step, the lowest number of a class, a word or a field.
    """

    key: str
    value: int | None
    length: int
    cells: tuple[int | None, ...]
    lead: bool = False
    right: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A cell of the picture that was pointed at; `level` 1 to 6 by how often."""

    column: int
    row: int
    level: int

    @property
    def x(self) -> str:
        """Its middle, in percent from the left; text, since a template would write a comma."""
        return f"{(self.column + 0.5) * 100 / CELLS:g}"

    @property
    def y(self) -> str:
        return f"{(self.row + 0.5) * 100 / CELLS:g}"


@dataclass(frozen=True, slots=True)
class Numbers:
    """`columns` name the cells (`step:3`: how often this step was given); `mean` in tenths, and
    `middle`, the key of the line with the middle ballot, where there is one number a ballot.
    """

    kind: Kind
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    mean: int | None = None
    middle: str | None = None
    dots: tuple[Dot, ...] = ()


def numbers(question: Mapping[str, Any], round_: Mapping[str, Any]) -> Numbers:
    """Both as in a snapshot or in results. Counts that may not be seen are zeros here."""
    counts: Counts = round_["counts"] or {}
    ballots: int = round_["ballots"] or 0
    return _OF_TYPE[question["type"]](question, counts, ballots)


def share(part: int, whole: int) -> int:
    """In percent, halves upwards."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def tenths(total: int, n: int) -> int | None:
    """A mean in tenths, halves upwards."""
    return (20 * total + n) // (2 * n) if n else None


def has_tenths(config: Mapping[str, Any]) -> bool:
    """Whether a tenth is worth saying: three digits are enough."""
    return bool(config["max"] - config["min"] <= LONG_SCALE)


def mean_of(config: Mapping[str, Any], total: int, n: int) -> int | None:
    """A mean in tenths, halves upwards; full tens on a long scale."""
    if has_tenths(config) or not n:
        return tenths(total, n)
    return 10 * ((2 * total + n) // (2 * n))


def level(n: int, most: int) -> int:
    """1 to 6; all alike are in the middle."""
    return (LEVELS * n + most - 1) // most if most > 1 else LEVELS // 2


# --- One type after the other --------------------------------------------------------------------


def _choices(question: Mapping[str, Any], counts: Counts, ballots: int) -> Numbers:
    """Percent of the ballots: with several answers a ballot they may add up to more than 100."""
    right = question.get("config", {}).get("right", ())
    keys = [str(option["id"]) for option in question["options"]]
    lines = _votes(keys, counts, ballots)
    marked = tuple(
        Line(line.key, line.value, line.length, line.cells, line.lead, right=place in right)
        for place, line in enumerate(lines, start=1)
    )
    return Numbers("bars", ("votes", "share"), marked)


def _scale(question: Mapping[str, Any], counts: Counts, ballots: int) -> Numbers:
    config = question["config"]
    keys = [str(step) for step in range(config["min"], config["max"] + 1)]
    given = sum(counts.get(key, 0) for key in keys)
    total = sum(int(key) * counts.get(key, 0) for key in keys)
    return Numbers(
        "bars",
        ("votes", "share"),
        _votes(keys, counts, ballots),
        mean=mean_of(config, total, given),
        middle=_middle(keys, counts, given),
    )


def _number(question: Mapping[str, Any], counts: Counts, ballots: int) -> Numbers:
    """Many classes have small shares: the fullest fills the track."""
    config = question["config"]
    keys = [str(low) for low in range(config["min"], config["max"] + 1, config["step"])]
    given = sum(counts.get(key, 0) for key in keys)
    most = max((counts.get(key, 0) for key in keys), default=0)
    lines = tuple(
        Line(line.key, line.value, share(line.value or 0, most), line.cells, line.lead)
        for line in _votes(keys, counts, ballots)
    )
    mean = mean_of(config, counts.get("sum", 0), given)
    middle = _middle(keys, counts, given)
    return Numbers("bars", ("votes", "share"), lines, mean=mean, middle=middle)


def _rating(question: Mapping[str, Any], counts: Counts, ballots: int) -> Numbers:
    low, high = question["config"]["min"], question["config"]["max"]
    steps = range(low, high + 1)
    given = {
        str(option["id"]): [counts.get(f"{option['id']}:{step}", 0) for step in steps]
        for option in question["options"]
    }
    means = {
        key: tenths(sum(step * n for step, n in zip(steps, row, strict=True)), sum(row))
        for key, row in given.items()
    }
    best = max((mean for mean in means.values() if mean is not None), default=None)
    lines = tuple(
        Line(
            key,
            means[key],
            share(means[key] or 0, 10 * high),
            (means[key], sum(row), *row),
            lead=best is not None and means[key] == best,
        )
        for key, row in given.items()
    )
    return Numbers("bars", ("mean", "ratings", *(f"step:{step}" for step in steps)), lines)


def _ranking(question: Mapping[str, Any], counts: Counts, ballots: int) -> Numbers:
    """Borda: the first of p places gives p points, the last one. Most points first."""
    places: int = question["config"]["places"]
    rows = []
    for option in question["options"]:
        named = [counts.get(f"{option['id']}:{place}", 0) for place in range(1, places + 1)]
        points = sum(n * (places - at) for at, n in enumerate(named))
        place = tenths(sum(n * (at + 1) for at, n in enumerate(named)), sum(named))
        rows.append((str(option["id"]), points, place, named))
    rows.sort(key=lambda row: -row[1])
    most = max((points for _key, points, _place, _named in rows), default=0)
    lines = tuple(
        Line(
            key,
            points,
            share(points, places * ballots),
            (points, place, named[0], sum(named)),
            lead=0 < points == most,
        )
        for key, points, place, named in rows
    )
    return Numbers("bars", ("points", "place", "first", "named"), lines)


def _points(question: Mapping[str, Any], counts: Counts, ballots: int) -> Numbers:
    """The option with the most fills the track; shares are of all that was given."""
    keys = [str(option["id"]) for option in question["options"]]
    given = [counts.get(key, 0) for key in keys]
    whole, most = sum(given), max(given, default=0)
    lines = tuple(
        Line(
            key,
            sum_,
            share(sum_, most),
            (sum_, share(sum_, whole), counts.get(f"{key}:givers", 0)),
            lead=0 < sum_ == most,
        )
        for key, sum_ in zip(keys, given, strict=True)
    )
    return Numbers("bars", ("points", "share", "givers"), lines)


def _words(question: Mapping[str, Any], counts: Counts, ballots: int) -> Numbers:
    most = max(counts.values(), default=0)
    named = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    lines = tuple(Line(word, n, level(n, most), (n,), lead=n == most) for word, n in named)
    return Numbers("cloud", ("times",), lines)


def _text(question: Mapping[str, Any], counts: Counts, ballots: int) -> Numbers:
    """The cards themselves are contributions of the room, not counts."""
    return Numbers("cards", (), ())


def _pin(question: Mapping[str, Any], counts: Counts, ballots: int) -> Numbers:
    most = max(counts.values(), default=0)
    fields: dict[tuple[int, int], int] = {}
    dots = []
    for key, n in counts.items():
        column, row = (int(at) for at in key.split(":"))
        dots.append(Dot(column, row, level(n, most)))
        field = (row * FIELDS // CELLS, column * FIELDS // CELLS)
        fields[field] = fields.get(field, 0) + n
    busiest = sorted(fields.items(), key=lambda pair: (-pair[1], pair[0]))[:BUSIEST]
    top = busiest[0][1] if busiest else 0
    lines = tuple(
        Line(f"{chr(65 + column)}{row + 1}", n, share(n, top), (n, share(n, ballots)), n == top)
        for (row, column), n in busiest
    )
    dots.sort(key=lambda dot: (dot.row, dot.column))
    return Numbers("pins", ("votes", "share"), lines, dots=tuple(dots))


_OF_TYPE: dict[str, Callable[[Mapping[str, Any], Counts, int], Numbers]] = {
    **dict.fromkeys(("single", "multiple", "yes_no", "quiz", "image"), _choices),
    "scale": _scale,
    "number": _number,
    "rating": _rating,
    "ranking": _ranking,
    "points": _points,
    "words": _words,
    "text": _text,
    "pin": _pin,
}


def _votes(keys: list[str], counts: Counts, ballots: int) -> tuple[Line, ...]:
    most = max((counts.get(key, 0) for key in keys), default=0)
    return tuple(
        Line(key, n, percent, (n, percent), lead=0 < n == most)
        for key in keys
        for n in [counts.get(key, 0)]
        for percent in [share(n, ballots)]
    )


def _middle(keys: list[str], counts: Counts, given: int) -> str | None:
    """Where half of the ballots are at or below it."""
    below = 0
    for key in keys:
        below += counts.get(key, 0)
        if given and 2 * below >= given:
            return key
    return None
