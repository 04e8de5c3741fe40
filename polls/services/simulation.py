"""Random ballots that a voter could have cast, for every type of question."""

import random
from collections.abc import Callable
from typing import Any

from polls.models.answers import QuestionType, Spec

Draw = Callable[[random.Random, Spec], dict[str, Any]]

WORDS = (
    "Radweg",
    "Marktplatz",
    "Freibad",
    "Bus",
    "Bäume",
    "Bücherei",
    "Spielplatz",
    "WLAN",
    "Ruhe",
    "Bänke",
    "Licht",
    "Wochenmarkt",
)
TEXTS = (
    "Mehr Bänke im Schatten.",
    "Der Bus sollte abends länger fahren.",
    "Ein Raum, den alle nutzen dürfen.",
    "Bitte denken Sie an die Kinder.",
    "Weniger Autos in der Altstadt.",
    "So wie es ist, ist es gut.",
)


def random_value(dice: random.Random, spec: Spec) -> dict[str, Any]:
    """A valid value; people lean towards some answers, so the picture is not flat."""
    return DRAWS[spec.type](dice, spec)


def _leaning(dice: random.Random, spec: Spec, n: int) -> list[int]:
    """`n` different options, the first ones more often."""
    left, chosen = list(spec.options), []
    for _n in range(n):
        weights = [1 / (place + 1) for place in range(len(left))]
        (option,) = dice.choices(left, weights)
        left.remove(option)
        chosen.append(option)
    return chosen


def _one(dice: random.Random, spec: Spec) -> dict[str, Any]:
    return {"options": _leaning(dice, spec, 1)}


def _some(dice: random.Random, spec: Spec) -> dict[str, Any]:
    low, high = spec.config["min"], spec.config["max"]
    return {"options": _leaning(dice, spec, dice.randint(low, high))}


def _quiz(dice: random.Random, spec: Spec) -> dict[str, Any]:
    right = [spec.options[place - 1] for place in spec.config["right"]]
    return {"options": right} if dice.random() < 0.5 else _one(dice, spec)


def _step(dice: random.Random, low: int, high: int) -> int:
    return round(dice.triangular(low, high, low + (high - low) * 0.7))


def _scale(dice: random.Random, spec: Spec) -> dict[str, Any]:
    return {"number": _step(dice, spec.config["min"], spec.config["max"])}


def _rating(dice: random.Random, spec: Spec) -> dict[str, Any]:
    low, high = spec.config["min"], spec.config["max"]
    return {"ratings": {str(option): _step(dice, low, high) for option in spec.options}}


def _ranking(dice: random.Random, spec: Spec) -> dict[str, Any]:
    return {"ranking": _leaning(dice, spec, spec.config["places"])}


def _points(dice: random.Random, spec: Spec) -> dict[str, Any]:
    left, given = spec.config["total"], {}
    for option in _leaning(dice, spec, len(spec.options)):
        most = min(left, spec.config["max"])
        if most:
            given[str(option)] = dice.randint(1, most)
            left -= given[str(option)]
    return {"points": given}


def _words(dice: random.Random, spec: Spec) -> dict[str, Any]:
    n = dice.randint(1, spec.config["max"])
    weights = [1 / (place + 1) for place in range(len(WORDS))]
    return {"words": sorted(set(dice.choices(WORDS, weights, k=n)))}


def _text(dice: random.Random, spec: Spec) -> dict[str, Any]:
    return {"text": dice.choice(TEXTS)[: spec.config["length"]].strip()}


def _pin(dice: random.Random, _spec: Spec) -> dict[str, Any]:
    at = [min(max(round(dice.gauss(500, 180)), 0), 999) for _axis in range(2)]
    return {"pin": at}


DRAWS: dict[str, Draw] = {
    QuestionType.SINGLE: _one,
    QuestionType.YES_NO: _one,
    QuestionType.MULTIPLE: _some,
    QuestionType.IMAGE: _some,
    QuestionType.QUIZ: _quiz,
    QuestionType.SCALE: _scale,
    QuestionType.NUMBER: _scale,
    QuestionType.RATING: _rating,
    QuestionType.RANKING: _ranking,
    QuestionType.POINTS: _points,
    QuestionType.WORDS: _words,
    QuestionType.TEXT: _text,
    QuestionType.PIN: _pin,
}
