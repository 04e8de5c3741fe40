"""The result of a round in words and numbers, for a picture and its table on any page or paper.

`figure(question, round_)` takes both as they stand in a snapshot or in `results`. What is in it is
ready to be printed: headings, labels and cells are text in the reader's language.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from polls.models import PaperTally
from polls.queries.figure_numbers import Dot, Kind, Line, Numbers, has_tenths, numbers

# Types whose rounds have the same bars, so that an earlier one can stand beside the newer.
COMPARED = frozenset({"single", "multiple", "yes_no", "quiz", "image", "scale"})
# More words than these crowd a wall; the table has them all.
CLOUD_WORDS = 40
FEW_BARS, SHORT = 10, 16
TILES = 6
TENTHS = frozenset({"mean", "place"})


@dataclass(frozen=True, slots=True)
class Row:
    """A bar, and its row of the table. `length` is its percent of the track."""

    key: str
    label: str
    number: str
    length: int
    cells: tuple[str, ...]
    lead: bool = False
    right: bool = False
    chosen: bool = False
    image: str = ""
    before: str = ""
    before_length: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """In a cloud: named `n` times, `size` 1 to 6."""

    text: str
    size: int
    n: int


@dataclass(frozen=True, slots=True)
class ByHand:
    """Raised hands or ballot papers, in words: who was counted, and what they said."""

    name: str
    said: str


@dataclass(frozen=True, slots=True)
class Figure:
    """`kind`: bars, a cloud of words, pins on a picture, or cards. `columns` head the table, the
    first one its labels; `note` is the sentence below the picture, where there is one. `before` is
    the number of the earlier round whose numbers stand beside these, or 0. `papers` were counted by
    hand: they are in no bar, no cell and no percent.
    """

    kind: Kind
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""
    cloud: tuple[Word, ...] = ()
    dots: tuple[Dot, ...] = ()
    image: str = ""
    image_alt: str = ""
    box: tuple[float, ...] = ()
    before: int = 0
    papers: tuple[ByHand, ...] = ()

    @property
    def bars(self) -> tuple[Row, ...]:
        """The rows that have bars: words are seen in the cloud."""
        return () if self.kind == "cloud" else self.rows

    @property
    def dense(self) -> bool:
        """Many bars with short names: each stands on one line with its number."""
        return len(self.bars) > FEW_BARS and all(len(row.label) <= SHORT for row in self.bars)

    @property
    def tiles(self) -> bool:
        """Few answers with pictures, which stand side by side on a wall."""
        return len(self.rows) <= TILES and any(row.image for row in self.rows)

    @property
    def crowd(self) -> str:
        """How full a cloud is: few, some or many words."""
        return "few" if len(self.cloud) <= 12 else "some" if len(self.cloud) <= 25 else "many"


def figure(
    question: Mapping[str, Any], round_: Mapping[str, Any], chosen: Collection[int] = ()
) -> Figure:
    """`chosen` are the options of the reader's own ballot. Hidden counts are zeros."""
    found = numbers(question, round_)
    earlier = _earlier(question, round_)
    past = numbers(question, earlier).lines if earlier else ()
    config = question.get("config", {})
    rows = tuple(
        _row(question, found, line, chosen, then=past[at] if past else None)
        for at, line in enumerate(found.lines)
    )
    return Figure(
        kind=found.kind,
        columns=(_head(question["type"]), *(_column(code, config) for code in found.columns)),
        rows=rows,
        note=_note(question["type"], config, found),
        cloud=_cloud(found),
        dots=found.dots,
        image=question.get("image") or "",
        image_alt=question.get("image_alt") or "",
        box=tuple(config.get("box", ())),
        before=earlier["n"] if earlier else 0,
        papers=tuple(_by_hand(paper, rows) for paper in round_.get("paper") or ()),
    )


def _by_hand(paper: Mapping[str, Any], rows: Collection[Row]) -> ByHand:
    name = _("{name}: {n}, von zwei Menschen gezählt, nicht in den Balken")
    counts = paper["counts"]
    told = " · ".join(f"{row.label}: {_n(counts.get(row.key, 0))}" for row in rows if counts)
    return ByHand(
        name.format(name=PaperTally.Kind(paper["kind"]).label, n=_n(paper["ballots"])),
        told or _("weniger als fünf, nicht einzeln gezeigt, damit niemand zu erkennen ist"),
    )


def _earlier(question: Mapping[str, Any], round_: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The newest round before this one whose numbers may be seen."""
    if question["type"] not in COMPARED or round_["counts"] is None:
        return None
    rounds = [
        other
        for other in question.get("rounds", ())
        if other["n"] < round_["n"] and other["counts"] is not None
    ]
    return rounds[-1] if rounds else None


def _row(
    question: Mapping[str, Any],
    found: Numbers,
    line: Line,
    chosen: Collection[int],
    then: Line | None,
) -> Row:
    option = next((one for one in question["options"] if str(one["id"]) == line.key), None)
    return Row(
        key=line.key,
        label=_label(question, line.key, option),
        number=_number(question, line),
        length=line.length,
        cells=tuple(
            _cell(code, cell) for code, cell in zip(found.columns, line.cells, strict=True)
        ),
        lead=line.lead,
        right=line.right,
        chosen=option is not None and option["id"] in chosen,
        image=(option or {}).get("image") or "",
        before=_number(question, then) if then else "",
        before_length=then.length if then else 0,
    )


def _cloud(found: Numbers) -> tuple[Word, ...]:
    """By the alphabet, so that words keep their neighbours while they grow."""
    if found.kind != "cloud":
        return ()
    most = found.lines[:CLOUD_WORDS]
    return tuple(Word(line.key, line.length, line.value or 0) for line in sorted(most, key=_abc))


def _abc(line: Line) -> tuple[str, str]:
    return line.key.lower(), line.key


# --- In words ------------------------------------------------------------------------------------


def worded(thing: Mapping[str, Any], name: str = "text") -> str:
    """In the reader's language where there is such a wording, in German otherwise."""
    english = thing.get(f"{name}_en") if (get_language() or "de").startswith("en") else ""
    return str(english or thing.get(name, ""))


def _label(question: Mapping[str, Any], key: str, option: Mapping[str, Any] | None) -> str:
    if option is not None:
        return worded(option)
    config = question.get("config", {})
    if question["type"] == "number":
        return class_in_words(config, int(key))
    if question["type"] == "scale":
        ends = {config["min"]: worded(config, "low"), config["max"]: worded(config, "high")}
        end = ends.get(int(key), "")
        return f"{key} ({end})" if end else key
    return key


def class_in_words(config: Mapping[str, Any], low: int) -> str:
    """The numbers of one bar, `low` the first of them."""
    high = min(low + config["step"] - 1, config["max"])
    return _n(low) if low == high else f"{_n(low)} – {_n(high)}"


def _number(question: Mapping[str, Any], line: Line) -> str:
    """What stands beside the bar."""
    if line.value is None:
        return "–"
    kind = question["type"]
    if kind == "rating":
        return _tenths(line.value)
    if kind == "ranking":
        return ngettext("%(n)s Punkt", "%(n)s Punkte", line.value) % {"n": _n(line.value)}
    if kind == "points":
        unit = question["config"].get("unit")
        given = f"{_n(line.value)} {unit}" if unit else _n(line.value)
        return f"{given} · {line.cells[1]} %"
    if kind == "words":
        return _n(line.value)
    return f"{_n(line.value)} · {line.cells[1]} %"


def _note(kind: str, config: Mapping[str, Any], found: Numbers) -> str:
    if found.mean is None or found.middle is None:
        return ""
    unit = config.get("unit", "")
    middle = class_in_words(config, int(found.middle)) if kind == "number" else found.middle
    mean = f"{mean_in_words(config, found.mean)} {unit}".strip()
    middle = f"{middle} {unit}".strip()
    return _("Durchschnitt {mean}, mittlere Antwort {middle}").format(mean=mean, middle=middle)


def _head(kind: str) -> str:
    heads = {
        "scale": _("Stufe"),
        "number": _("Zahl"),
        "words": _("Wort"),
        "pin": _("Feld"),
    }
    return heads.get(kind) or _("Antwort")


def _column(code: str, config: Mapping[str, Any]) -> str:
    if code.startswith("step:"):
        return code.removeprefix("step:")
    if code == "points" and config.get("unit"):
        return str(config["unit"])
    return {
        "votes": _("Stimmen"),
        "share": _("Anteil"),
        "mean": _("Durchschnitt"),
        "ratings": _("Bewertungen"),
        "points": _("Punkte"),
        "place": _("Mittlerer Platz"),
        "first": _("Auf Platz 1"),
        "named": _("Genannt"),
        "givers": _("Von wie vielen"),
        "times": _("Genannt"),
    }[code]


def _cell(code: str, cell: int | None) -> str:
    if cell is None:
        return "–"
    if code in TENTHS:
        return _tenths(cell)
    return f"{cell} %" if code == "share" else _n(cell)


def mean_in_words(config: Mapping[str, Any], mean: int) -> str:
    """With one decimal, and none on a long scale."""
    return _tenths(mean) if has_tenths(config) else _n(mean // 10)


def _tenths(n: int) -> str:
    return number_format(n / 10, decimal_pos=1, use_l10n=True, force_grouping=True)


def _n(n: int) -> str:
    return number_format(n, use_l10n=True, force_grouping=True)
