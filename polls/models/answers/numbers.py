"""One number: `{"number": 4}`."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from polls.models.answers.base import (
    Answer,
    Config,
    QuestionType,
    Spec,
    Value,
    bad_config,
    check_names,
    label,
    only_member,
    setting,
    whole,
)
from polls.models.languages import Language

STEPS = 10
MAX_LABEL = 40
ENDS = tuple(
    f"{end}{code}"
    for code in ("", "_en", *(f"_{code}" for code in Language.values))
    for end in ("low", "high")
)
LARGEST = 1_000_000_000
# As many as a wall shows below each other.
CLASSES = 15
SUM = "sum"


def scale_config(config: Config) -> Config:
    """`min`, `max` (0 to 10) and what the two ends are called: `low` and `high` in German, `low_en`
    in English, `low_uk` and so on in the further languages of the question.
    """
    check_names(config, {"min", "max", *ENDS})
    low = setting(config, "min", 1, 0, STEPS - 1)
    high = setting(config, "max", 5, 1, STEPS)
    if high <= low:
        raise bad_config("max", _("Das Ende der Skala muss größer sein als ihr Anfang."))
    labels = {name: label(config, name, MAX_LABEL) for name in ENDS}
    return {"min": low, "max": high, **{name: text for name, text in labels.items() if text}}


class Scale(Answer):
    """Steps from `min` to `max`; the tally has one key a step."""

    type = QuestionType.SCALE

    def clean_config(self, config: Config, options: int) -> Config:
        self.check_options(options)
        return scale_config(config)

    def clean(self, spec: Spec, value: Any) -> Value:
        low, high = spec.config["min"], spec.config["max"]
        return {"number": whole(only_member(value, "number"), low, high)}

    def adds(self, spec: Spec, value: Value) -> Iterable[tuple[str, int]]:
        return [(str(value["number"]), 1)]

    def counts(self, spec: Spec, sums: Mapping[str, int]) -> dict[str, int]:
        steps = range(spec.config["min"], spec.config["max"] + 1)
        return {str(step): sums.get(str(step), 0) for step in steps}


def class_width(numbers: int) -> int:
    """The smallest of 1, 2, 5, 10, 20 … that needs at most 15 classes for so many numbers."""
    tens = 1
    while True:
        for width in (tens, 2 * tens, 5 * tens):
            if numbers <= CLASSES * width:
                return width
        tens *= 10


class Number(Answer):
    """A whole number from `min` to `max`, with an optional `unit`.

    The tally has at most 15 keys for classes of equal width (`step`, which the config gets here;
    the key is the lowest number of the class) and `sum` of all, so that it stays as small after
    ten thousand ballots. A width is 1, 2 or 5 with zeros: people read such classes at a glance.
    """

    type = QuestionType.NUMBER

    def clean_config(self, config: Config, options: int) -> Config:
        self.check_options(options)
        check_names(config, {"min", "max", "unit", "step"})
        low = setting(config, "min", 0, -LARGEST, LARGEST - 1)
        high = setting(config, "max", 100, -LARGEST + 1, LARGEST)
        if high <= low:
            raise bad_config("max", _("Die größte Zahl muss größer sein als die kleinste."))
        step = class_width(high - low + 1)
        unit = label(config, "unit", 20)
        return {"min": low, "max": high, "step": step, **({"unit": unit} if unit else {})}

    def clean(self, spec: Spec, value: Any) -> Value:
        low, high = spec.config["min"], spec.config["max"]
        return {"number": whole(only_member(value, "number"), low, high)}

    def adds(self, spec: Spec, value: Value) -> Iterable[tuple[str, int]]:
        low, step, number = spec.config["min"], spec.config["step"], value["number"]
        return [(str(low + (number - low) // step * step), 1), (SUM, number)]

    def counts(self, spec: Spec, sums: Mapping[str, int]) -> dict[str, int]:
        low, high, step = spec.config["min"], spec.config["max"], spec.config["step"]
        classes = {str(start): sums.get(str(start), 0) for start in range(low, high + 1, step)}
        return {**classes, SUM: sums.get(SUM, 0)}
