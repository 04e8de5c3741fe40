"""What a ballot may say, one class per type of question.

A further type is one more class here and one more choice in `QuestionType`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from participation.errors import InvalidInput
from polls.errors import InvalidValue

Value = dict[str, Any]
MAX_OPTIONS = 40


class QuestionType(models.TextChoices):
    SINGLE = "single", _("Eine Antwort")
    MULTIPLE = "multiple", _("Mehrere Antworten")
    YES_NO = "yes_no", _("Ja, Nein, Enthaltung")


@dataclass(frozen=True, slots=True)
class Spec:
    """What a value is checked against: fixed once the question is frozen."""

    type: str
    config: dict[str, Any]
    options: tuple[int, ...]


class Answer:
    """How one type of question is set up, checked and counted."""

    type: ClassVar[QuestionType]

    def clean_config(self, config: dict[str, Any], options: int) -> dict[str, Any]:
        """The stored config for a question with so many options. Raises InvalidInput."""
        raise NotImplementedError

    def clean(self, spec: Spec, value: Any) -> Value:
        """The value in its one canonical form. Raises InvalidValue."""
        raise NotImplementedError

    def keys(self, value: Value) -> list[str]:
        """What the value adds one to in the tally."""
        raise NotImplementedError


class Choice(Answer):
    """`{"options": [id, …]}`: between `limits` many of the question's own options."""

    def clean_config(self, config: dict[str, Any], options: int) -> dict[str, Any]:
        if config:
            raise InvalidInput("config", "unknown_config", _("Diese Art hat keine Einstellungen."))
        if not 2 <= options <= MAX_OPTIONS:
            raise InvalidInput(
                "options", "option_count", _("Bitte geben Sie 2 bis 40 Antworten an.")
            )
        return {}

    def limits(self, spec: Spec) -> tuple[int, int]:
        return 1, 1

    def clean(self, spec: Spec, value: Any) -> Value:
        if not isinstance(value, dict) or set(value) != {"options"}:
            raise InvalidValue
        chosen = value["options"]
        # `type(…) is int`: True is an int, too, but no option.
        if not isinstance(chosen, list) or not all(type(item) is int for item in chosen):
            raise InvalidValue
        low, high = self.limits(spec)
        distinct = set(chosen)
        if len(distinct) != len(chosen) or not low <= len(chosen) <= high:
            raise InvalidValue
        if not distinct <= set(spec.options):
            raise InvalidValue
        return {"options": sorted(chosen)}

    def keys(self, value: Value) -> list[str]:
        return [str(item) for item in value["options"]]


class Single(Choice):
    type = QuestionType.SINGLE


class Multiple(Choice):
    """Config `{"min": 1, "max": n}`; nothing set means one to all."""

    type = QuestionType.MULTIPLE

    def clean_config(self, config: dict[str, Any], options: int) -> dict[str, Any]:
        super().clean_config({}, options)
        low, high = config.get("min", 1), config.get("max", options)
        fits = type(low) is int and type(high) is int and 1 <= low <= high <= options
        if not fits or not set(config) <= {"min", "max"}:
            raise InvalidInput(
                "config",
                "choice_limits",
                _("Mindestens 1, höchstens so viele Antworten, wie es gibt."),
            )
        return {"min": low, "max": high}

    def limits(self, spec: Spec) -> tuple[int, int]:
        return int(spec.config["min"]), int(spec.config["max"])


class YesNo(Choice):
    """The three options are made by the question itself."""

    type = QuestionType.YES_NO
    OPTIONS: ClassVar[Sequence[tuple[str, str]]] = (
        ("Ja", "Yes"),
        ("Nein", "No"),
        ("Enthaltung", "Abstain"),
    )


ANSWERS: dict[str, Answer] = {kind.type: kind() for kind in (Single, Multiple, YesNo)}
