"""Options to choose from: `{"options": [id, …]}`."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from participation.errors import InvalidInput
from polls.models.answers.base import (
    MAX_OPTIONS,
    Answer,
    Config,
    QuestionType,
    Spec,
    Value,
    bad_config,
    check_names,
    chosen_ids,
    only_member,
)


class Choice(Answer):
    """Between `limits` many of the question's own options; the tally has one key an option."""

    fewest, most = 2, MAX_OPTIONS

    def limits(self, spec: Spec) -> tuple[int, int]:
        return 1, 1

    def clean(self, spec: Spec, value: Any) -> Value:
        low, high = self.limits(spec)
        return {"options": sorted(chosen_ids(spec, only_member(value, "options"), low, high))}

    def adds(self, spec: Spec, value: Value) -> Iterable[tuple[str, int]]:
        return [(str(item), 1) for item in value["options"]]


class Single(Choice):
    type = QuestionType.SINGLE


class Multiple(Choice):
    """Config `{"min": 1, "max": n}`; nothing set means one to all."""

    type = QuestionType.MULTIPLE

    def clean_config(self, config: Config, options: int) -> Config:
        self.check_options(options)
        low, high = config.get("min", 1), config.get("max", self.default_max(options))
        fits = type(low) is int and type(high) is int and 1 <= low <= high <= options
        if not fits or not set(config) <= {"min", "max"}:
            raise InvalidInput(
                "config",
                "choice_limits",
                _("Mindestens 1, höchstens so viele Antworten, wie es gibt."),
            )
        return {"min": low, "max": high}

    def default_max(self, options: int) -> int:
        return options

    def limits(self, spec: Spec) -> tuple[int, int]:
        return int(spec.config["min"]), int(spec.config["max"])


class Image(Multiple):
    """Options with a picture each; the option's text says what it shows. One unless said."""

    type = QuestionType.IMAGE

    def default_max(self, options: int) -> int:
        return 1


class YesNo(Choice):
    """The three options are made by the question itself."""

    type = QuestionType.YES_NO
    OPTIONS: ClassVar[Sequence[tuple[str, str]]] = (
        ("Ja", "Yes"),
        ("Nein", "No"),
        ("Enthaltung", "Abstain"),
    )


class Quiz(Choice):
    """Config `{"right": [1, 3]}`: places of the right answers, from 1. With several right ones a
    ballot may choose several; `many` in the public config says so, and not how many.
    """

    type = QuestionType.QUIZ

    def clean_config(self, config: Config, options: int) -> Config:
        self.check_options(options)
        check_names(config, {"right", "many"})
        right = config.get("right")
        fits = isinstance(right, list) and all(type(place) is int for place in right)
        if not fits or not right or not set(right) <= set(range(1, options + 1)):
            raise bad_config("right", _("Bitte sagen Sie, welche Antworten richtig sind."))
        right = sorted(set(right))
        return {"right": right, "many": len(right) > 1}

    def public_config(self, config: Config) -> Config:
        return {"many": config["many"]}

    def limits(self, spec: Spec) -> tuple[int, int]:
        return 1, len(spec.options) if spec.config["many"] else 1

    def right_ids(self, spec: Spec) -> set[int]:
        return {spec.options[place - 1] for place in spec.config["right"]}

    def is_right(self, spec: Spec, value: Value) -> bool:
        """All of the right ones and no other."""
        return set(value["options"]) == self.right_ids(spec)
