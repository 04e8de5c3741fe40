"""What every type of question has in common."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from participation.errors import InvalidInput
from polls.errors import InvalidValue

Value = dict[str, Any]
Config = dict[str, Any]
MAX_OPTIONS = 40


class QuestionType(models.TextChoices):
    SINGLE = "single", _("Eine Antwort")
    MULTIPLE = "multiple", _("Mehrere Antworten")
    YES_NO = "yes_no", _("Ja, Nein, Enthaltung")
    SCALE = "scale", _("Skala")
    RATING = "rating", _("Mehreres bewerten")
    RANKING = "ranking", _("Rangfolge")
    POINTS = "points", _("Punkte verteilen")
    NUMBER = "number", _("Zahl")
    WORDS = "words", _("Wortwolke")
    TEXT = "text", _("Freier Text")
    QUIZ = "quiz", _("Quiz")
    IMAGE = "image", _("Bild wählen")
    PIN = "pin", _("Stelle zeigen")


@dataclass(frozen=True, slots=True)
class Spec:
    """What a value is checked against: fixed once the question is frozen."""

    type: str
    config: Config
    options: tuple[int, ...]


class Answer:
    """How one type of question is set up, checked and counted."""

    type: ClassVar[QuestionType]
    fewest: ClassVar[int] = 0
    most: ClassVar[int] = 0  # options; with 0 the question has none

    def clean_config(self, config: Config, options: int) -> Config:
        """The stored config for a question with so many options. Raises InvalidInput."""
        self.check_options(options)
        if config:
            raise InvalidInput("config", "unknown_config", _("Diese Art hat keine Einstellungen."))
        return {}

    def clean(self, spec: Spec, value: Any) -> Value:
        """The value in its one canonical form. Raises InvalidValue."""
        raise NotImplementedError

    def adds(self, spec: Spec, value: Value) -> Iterable[tuple[str, int]]:
        """What the value adds to the tally: (key, how much), each key once."""
        raise NotImplementedError

    def shown(self, sums: Mapping[str, int], hidden: Iterable[str]) -> Mapping[str, int]:
        """The tally without what the facilitator has taken off."""
        return sums

    def counts(self, spec: Spec, sums: Mapping[str, int]) -> dict[str, int]:
        """The tally as it is told: each key that always stands, then what was said besides."""
        return {str(option): 0 for option in spec.options} | {
            key: n for key, n in sorted(sums.items()) if n
        }

    def public_config(self, config: Config) -> Config:
        """Without what voters may not know before the result is shown."""
        return config

    def check_options(self, options: int) -> None:
        """Raises InvalidInput when there are too few or too many."""
        if self.fewest <= options <= self.most:
            return
        if self.most == 0:
            without = _("Diese Art von Frage hat keine Antworten zur Auswahl.")
            raise InvalidInput("options", "option_count", without)
        message = _("Bitte geben Sie %(low)d bis %(high)d Antworten an.")
        limits = {"low": self.fewest, "high": self.most}
        raise InvalidInput("options", "option_count", message % limits)


def only_member(value: Any, name: str) -> Any:
    """`value[name]` of an object with this one member. Raises InvalidValue."""
    if not isinstance(value, dict) or set(value) != {name}:
        raise InvalidValue
    return value[name]


def whole(value: Any, low: int, high: int) -> int:
    """A whole number in these bounds. Raises InvalidValue."""
    # `type(…) is int`: True is an int, too, but no number.
    if type(value) is not int or not low <= value <= high:
        raise InvalidValue
    return value


def chosen_ids(spec: Spec, value: Any, low: int, high: int) -> list[int]:
    """Between `low` and `high` different options, in the order given. Raises InvalidValue."""
    if not isinstance(value, list) or not low <= len(value) <= high:
        raise InvalidValue
    if not all(type(item) is int for item in value) or len(set(value)) != len(value):
        raise InvalidValue
    if not set(value) <= set(spec.options):
        raise InvalidValue
    return value


def by_option(spec: Spec, value: Any, low: int, high: int) -> dict[int, int]:
    """`{"<option>": number}` in the order of the options. Raises InvalidValue."""
    if not isinstance(value, dict) or not set(value) <= {str(option) for option in spec.options}:
        raise InvalidValue
    return {
        option: whole(value[str(option)], low, high)
        for option in spec.options
        if str(option) in value
    }


def setting(config: Config, name: str, default: int, low: int, high: int) -> int:
    """A whole number of a config. Raises InvalidInput."""
    number = config.get(name, default)
    if type(number) is not int or not low <= number <= high:
        raise bad_config(
            name, _("Bitte geben Sie eine Zahl von %(low)d bis %(high)d an."), low=low, high=high
        )
    return number


def label(config: Config, name: str, longest: int) -> str:
    """A line of a config, empty where there is none. Raises InvalidInput."""
    text = config.get(name, "")
    if not isinstance(text, str) or len(text) > longest or not text.isprintable():
        raise bad_config(name, _("Höchstens %(limit)d lesbare Zeichen."), limit=longest)
    return " ".join(text.split())


def check_names(config: Config, names: set[str]) -> None:
    """Raises InvalidInput for a setting that this type does not have."""
    if unknown := sorted(set(config) - names):
        raise bad_config(unknown[0], _("Diese Einstellung hat die Frage nicht."))


def bad_config(name: str, message: Any, **numbers: int) -> InvalidInput:
    return InvalidInput(
        f"config.{name}", "invalid_config", message % numbers if numbers else message
    )
