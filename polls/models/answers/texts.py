"""A free text: `{"text": "…"}`."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from polls.errors import InvalidValue
from polls.models.answers.base import (
    Answer,
    Config,
    QuestionType,
    Spec,
    Value,
    bad_config,
    check_names,
    only_member,
    setting,
)

MAX_TEXT = 500


def one_paragraph(typed: Any, longest: int) -> str:
    """Printable text, blanks and line ends made one blank each. Raises InvalidValue."""
    if not isinstance(typed, str):
        raise InvalidValue
    text = " ".join(typed.split())
    if not text or len(text) > longest or not text.isprintable():
        raise InvalidValue
    return text


class Text(Answer):
    """Config `length` (20 to 500 characters; 280 unless said) and `moderation`: whether someone
    looks at a card `before` it is on the wall (unless said) or only `after`. Cards are
    contributions; the tally counts nothing but the ballots.
    """

    type = QuestionType.TEXT

    def clean_config(self, config: Config, options: int) -> Config:
        self.check_options(options)
        check_names(config, {"length", "moderation"})
        moderation = config.get("moderation", "before")
        if moderation not in {"before", "after"}:
            raise bad_config("moderation", _("Bitte wählen Sie, wann jemand die Karten prüft."))
        return {"length": setting(config, "length", 280, 20, MAX_TEXT), "moderation": moderation}

    def clean(self, spec: Spec, value: Any) -> Value:
        return {"text": one_paragraph(only_member(value, "text"), spec.config["length"])}

    def adds(self, spec: Spec, value: Value) -> Iterable[tuple[str, int]]:
        return []
