"""A ballot as a plain HTML form: what its fields show, and what they say.

`frontend/ts/live/values.ts` reads the same names in the browser.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from polls.errors import InvalidValue
from polls.models.languages import Language

Entries = Mapping[str, list[str]]
CHOICES = frozenset({"single", "multiple", "yes_no", "quiz"})
SIDE = 1000


@dataclass(frozen=True, slots=True)
class Words:
    """A wording with the `lang` and `dir` of the element that says it."""

    text: str
    lang: str
    dir: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Row:
    """An option: `typed` is what stands in its field, `chosen` whether it is ticked."""

    id: int
    words: Words
    image: str | None
    chosen: bool
    typed: str


@dataclass(frozen=True, slots=True)
class Chip:
    code: str
    name: str
    lang: str
    current: bool


@dataclass(frozen=True, slots=True)
class BallotForm:
    """A question's fields, `part` being their template."""

    part: str
    type: str
    question: Words
    image: str | None
    image_alt: str
    many: bool
    hint: str
    rows: list[Row]
    steps: list[int]
    ends: tuple[Words, Words]
    slots: list[str]
    typed: dict[str, str]
    unit: str
    length: int
    chips: list[Chip]
    language: str


def chosen_language(asked: str) -> str:
    """What `?sprache=` names, where there is such a language; the page's own otherwise."""
    page = "en" if (get_language() or "de").startswith("en") else "de"
    return asked if asked in {"de", "en", *Language.values} else page


def worded(thing: dict[str, Any], language: str) -> Words:
    if further := thing.get("texts", {}).get(language):
        lang = "de" if language == Language.EASY else language
        return Words(further, lang, "rtl" if language == Language.ARABIC else "ltr")
    if language == "en" and thing["text_en"]:
        return Words(thing["text_en"], "en", "ltr")
    return Words(thing["text"], "de", "ltr")


def form_of(question: dict[str, Any], entries: Entries, language: str) -> BallotForm:
    kind, config = question["type"], question["config"]
    typed = {name: values[0] for name, values in entries.items() if values}
    slots: list[str] = []
    if kind == "ranking":
        # Each place starts empty: the order of the options is nobody's answer.
        slots = [typed.get(f"place_{n}", "") for n in range(1, config["places"] + 1)]
    if kind == "words":
        said = list(entries.get("words", ()))[: config["max"]]
        slots = said + [""] * (config["max"] - len(said))
    stepped = kind in {"scale", "rating"}
    return BallotForm(
        part=f"live/parts/answers/{'choices' if kind in CHOICES else kind}.html",
        type=kind,
        question=worded(question, language),
        image=question["image"],
        image_alt=question["image_alt"],
        many=limits(question)[1] > 1,
        hint=sentence(question, "hint"),
        rows=[_row(option, question, entries, language) for option in question["options"]],
        steps=list(range(config["min"], config["max"] + 1)) if stepped else [],
        ends=_ends(config, language),
        slots=slots,
        typed=typed,
        unit=config.get("unit", ""),
        length=config.get("length", 0),
        chips=_chips(question, language),
        language=language,
    )


def _row(option: dict[str, Any], question: dict[str, Any], entries: Entries, language: str) -> Row:
    name = {"rating": "rating_", "points": "points_"}.get(question["type"], "")
    typed = entries.get(f"{name}{option['id']}", [""]) if name else [""]
    return Row(
        id=option["id"],
        words=worded(option, language),
        image=option["image"],
        chosen=str(option["id"]) in entries.get("options", ()),
        typed=typed[0] if typed else "",
    )


def _ends(config: dict[str, Any], language: str) -> tuple[Words, Words]:
    def own(name: str) -> Words:
        texts = {code: config.get(f"{name}_{code}", "") for code in Language.values}
        thing = {"text": config.get(name, ""), "text_en": config.get(f"{name}_en", "")}
        return worded({**thing, "texts": texts}, language)

    return own("low"), own("high")


def _chips(question: dict[str, Any], language: str) -> list[Chip]:
    """German first; one language alone is no choice."""
    names = {"de": "Deutsch", **({"en": "English"} if question["text_en"] else {})}
    with override("de"):  # Plain language is German, whatever the page is.
        names |= {code: str(name) for code, name in Language.choices if code in question["texts"]}
    if len(names) == 1:
        return []
    now = language if language in names else "de"
    return [
        Chip(code, name, "de" if code == Language.EASY else code, code == now)
        for code, name in names.items()
    ]


def focus_of(snapshot: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any] | None] | None:
    """The question in focus, and what this seat has said to it."""
    for question in snapshot["questions"]:
        if any(round_["id"] == snapshot["focus"] for round_ in question["rounds"]):
            own = snapshot["own"].get(str(snapshot["focus"]))
            return question, own["value"] if own else None
    return None


# --- What a form says -----------------------------------------------------------------------------


def entries_of(value: dict[str, Any] | None) -> dict[str, list[str]]:
    """What stands in the form of someone who said this."""
    match value:
        case {"options": options}:
            return {"options": [str(option) for option in options]}
        case {"words": words}:
            return {"words": list(words)}
        case {"number": number}:
            return {"number": [str(number)]}
        case {"text": text}:
            return {"text": [text]}
        case {"ratings": marks}:
            return {f"rating_{option}": [str(step)] for option, step in marks.items()}
        case {"points": marks}:
            return {f"points_{option}": [str(n)] for option, n in marks.items()}
        case {"ranking": ids}:
            return {f"place_{n}": [str(one)] for n, one in enumerate(ids, start=1)}
        case {"pin": [x, y]}:
            return {"pin_x": [f"{x / 10:g}"], "pin_y": [f"{y / 10:g}"]}
    return {}


def value_of(typed: QueryDict) -> dict[str, Any]:
    """The value of a ballot, by the names of the fields that came. Raises InvalidValue."""
    if "number" in typed:
        return {"number": _whole(typed.get("number", ""))}
    if "text" in typed:
        return {"text": typed.get("text", "")}
    if "words" in typed:
        return {"words": [word for word in typed.getlist("words") if word.strip()]}
    if "pin_x" in typed:
        return {"pin": [_thousandths(typed.get(name, "")) for name in ("pin_x", "pin_y")]}
    for start, member in (("rating_", "ratings"), ("points_", "points")):
        fields = {name: value for name, value in typed.items() if name.startswith(start)}
        if fields:
            return {
                member: {
                    name.removeprefix(start): _whole(str(said))
                    for name, said in fields.items()
                    if str(said).strip()
                }
            }
    if "place_1" in typed:
        count = sum(1 for name in typed if name.startswith("place_"))
        return {"ranking": [_whole(typed.get(f"place_{n}", "")) for n in range(1, count + 1)]}
    return {"options": [_whole(option) for option in typed.getlist("options")]}


def _whole(typed: str) -> int:
    text = typed.strip().replace("−", "-")
    if len(text) > 12:
        raise InvalidValue
    try:
        return int(text)
    except ValueError:
        raise InvalidValue from None


def _thousandths(typed: str) -> int:
    """Of a hundred, as people type it. Raises InvalidValue."""
    try:
        said = float(typed.strip().replace(",", ".")[:10])
    except ValueError:
        raise InvalidValue from None
    if not 0 <= said <= 100:
        raise InvalidValue
    return min(SIDE - 1, round(said * 10))


def limits(question: dict[str, Any]) -> tuple[int, int]:
    """How many options a ballot has at least and at most."""
    config = question["config"]
    if question["type"] in {"multiple", "image"}:
        return config["min"], config["max"]
    if question["type"] == "quiz" and config["many"]:
        return 1, len(question["options"])
    return 1, 1


# --- In words -------------------------------------------------------------------------------------


def said(question: dict[str, Any], value: dict[str, Any] | None, language: str) -> str:
    """What someone said, in words; empty for nothing."""
    names = {option["id"]: worded(option, language).text for option in question["options"]}
    unit = question["config"].get("unit", "")
    match value:
        case {"options": ids}:
            return ", ".join(text for option, text in names.items() if option in ids)
        case {"number": number}:
            return _amount(number, unit)
        case {"ratings": marks}:
            return ", ".join(
                f"{names[option]}: {marks[str(option)]}" for option in names if str(option) in marks
            )
        case {"points": marks}:
            return ", ".join(
                f"{names[option]}: {_amount(marks[str(option)], unit)}"
                for option in names
                if str(option) in marks
            )
        case {"ranking": ids}:
            return ", ".join(f"{n}. {names.get(one, '')}" for n, one in enumerate(ids, start=1))
        case {"words": words}:
            return ", ".join(words)
        case {"text": text}:
            return str(text)
        case {"pin": [x, y]}:
            words = phrases()["pinSaid"]
            return words.replace("{x}", str(round(x / 10))).replace("{y}", str(round(y / 10)))
    return ""


def _amount(number: int, unit: str = "") -> str:
    # A year is no amount: only from five digits on do they stand in groups.
    text = str(number) if abs(number) < 10_000 else number_format(number, force_grouping=True)
    return f"{text} {unit}".strip()


def sentence(question: dict[str, Any], name: str) -> str:
    """The `hint` or `problem` of this type of question, with its numbers."""
    low, high = limits(question)
    config, kind = question["config"], question["type"]
    if kind in {"multiple", "quiz", "image"}:
        kind = "choice" if high == 1 else "exact" if low == high else "range"
    elif kind in CHOICES:
        kind = "choice"
    elif kind == "points" and config["max"] == config["total"]:
        kind = "points_free"
    values = {"low": low, "high": high, "most": config.get("max", ""), **config}
    values.setdefault("unit", phrases()["pointsUnit"])
    if (name, kind) == ("hint", "pin"):
        kind = "pin_numbers"  # A script that can take a tap says its own hint.
    text = phrases()[f"{name}_{kind}"]
    for key, value in values.items():
        text = text.replace(f"{{{key}}}", _amount(value) if type(value) is int else str(value))
    return text


def phrases() -> dict[str, str]:
    """What a ballot says in its reader's language, for the page and for its script."""
    exact, choice = _("Wählen Sie genau {high} Antworten."), _("Wählen Sie eine Antwort.")
    chosen_range = _("Wählen Sie {low} bis {high} Antworten.")
    return {
        "hint_choice": choice,
        "problem_choice": choice,
        "hint_exact": exact,
        "problem_exact": exact,
        "hint_range": chosen_range,
        "problem_range": chosen_range,
        "hint_scale": _("Wählen Sie eine Stufe."),
        "problem_scale": _("Bitte wählen Sie eine Stufe."),
        "hint_rating": _("Bewerten Sie, wozu Sie eine Meinung haben."),
        "problem_rating": _("Bitte bewerten Sie mindestens einen Punkt."),
        "hint_ranking": _("Das Wichtigste nach oben. Es zählen die ersten {places} Plätze."),
        "problem_ranking": _("Bitte wählen Sie für jeden Platz eine andere Antwort."),
        "problem_unranked": _(
            "Bitte bringen Sie die Antworten in Ihre Reihenfolge, oder tippen Sie auf „Reihenfolge"
            " so lassen“."
        ),
        "hint_points": _("Verteilen Sie bis zu {total} {unit}, höchstens {most} je Antwort."),
        "problem_points": _(
            "Bitte verteilen Sie 1 bis {total} {unit}, je Antwort höchstens {most}."
        ),
        "hint_points_free": _("Verteilen Sie bis zu {total} {unit}."),
        "problem_points_free": _("Bitte verteilen Sie 1 bis {total} {unit}."),
        "hint_number": _("Eine ganze Zahl von {min} bis {max}."),
        "problem_number": _("Bitte geben Sie eine ganze Zahl von {min} bis {max} ein."),
        "hint_words": _("Bis zu {max} Wörter, je höchstens 30 Zeichen."),
        "problem_words": _("Bitte schreiben Sie 1 bis {max} Wörter, je höchstens 30 Zeichen."),
        "hint_text": _("Höchstens {length} Zeichen. Bitte schreiben Sie keine Namen."),
        "problem_text": _("Bitte schreiben Sie etwas, höchstens {length} Zeichen."),
        "hint_pin": _("Tippen Sie auf die Stelle. Die Pfeiltasten verschieben sie."),
        "hint_pin_numbers": _("Geben Sie an, wo die Stelle auf dem Bild liegt."),
        "problem_pin": _("Bitte zeigen Sie eine Stelle."),
        "skip": _("Keine Angabe"),
        "numberLabel": _("Ihre Zahl"),
        "wordLabel": _("Wort {n}"),
        "textLabel": _("Ihr Text"),
        "textLeft": _("Noch {n} Zeichen"),
        "pointsUnit": _("Punkte"),
        "pointsLeft": _("{unit} noch frei: {n} von {total}"),
        "pointsOver": _("{unit} zu viel: {n}. Es gibt {total}."),
        "pointsLess": _("{option}: weniger"),
        "pointsMore": _("{option}: mehr"),
        "up": _("{option}: nach oben"),
        "down": _("{option}: nach unten"),
        "keepOrder": _("Reihenfolge so lassen"),
        "orderKept": _("Die Reihenfolge gilt jetzt als Ihre. Sie können sie abgeben."),
        "rankedAt": _("{option}: jetzt Platz {n} von {all}"),
        "pinGround": _("Stelle zeigen: {alt}"),
        "pinX": _("Von links, in Prozent"),
        "pinY": _("Von oben, in Prozent"),
        "pinNumbers": _("Stattdessen mit zwei Zahlen angeben"),
        "pinSaid": _("{x} % von links, {y} % von oben"),
        "retracted": _("Ihre Stimme ist zurückgenommen. Sie können neu abstimmen."),
    }
