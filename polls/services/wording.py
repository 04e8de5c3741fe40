"""What facilitators type, cleaned: one line, a known setting, a whole question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from participation.errors import InvalidInput
from polls.models.answers import ANSWERS, QuestionType, YesNo
from polls.models.languages import Language
from polls.models.sessions import Visibility

Texts = Mapping[str, str]

# What every yes/no question says in the languages that it is worded in.
YES_NO_TEXTS: dict[str, tuple[str, str, str]] = {
    Language.EASY: ("Ja", "Nein", "Ich enthalte mich"),
    Language.UKRAINIAN: ("Так", "Ні", "Утримуюся"),
    Language.RUSSIAN: ("Да", "Нет", "Воздерживаюсь"),
    Language.TURKISH: ("Evet", "Hayır", "Çekimser"),
    Language.ARABIC: ("نعم", "لا", "أمتنع"),
    Language.POLISH: ("Tak", "Nie", "Wstrzymuję się"),
    Language.ROMANIAN: ("Da", "Nu", "Mă abțin"),
}


@dataclass(frozen=True, slots=True)
class Wording:
    """A question as it is handed in. `options` are (German, English or empty).

    `texts` and, place by place, `option_texts` are the wordings in further languages. `image` and
    `option_images` name pictures that are stored already: uploads come beside, as `Pictures`.
    """

    type: str
    text: str
    text_en: str = ""
    options: Sequence[tuple[str, str]] = ()
    config: dict[str, Any] = field(default_factory=dict)
    visibility: str = ""
    texts: Texts = field(default_factory=dict)
    option_texts: Sequence[Texts] = ()
    image: str = ""
    image_alt: str = ""
    option_images: Sequence[str] = ()


def cleaned(wording: Wording, visibility: str) -> Wording:
    """The wording as it is stored; `visibility` is the session's. Raises InvalidInput."""
    if wording.type not in QuestionType.values:
        raise InvalidInput("type", "unknown_type", _("Diese Art von Frage gibt es nicht."))
    visibility = wording.visibility or visibility
    known_visibility(visibility)
    options = _options(wording)
    texts = _texts("texts", wording.texts, 300)
    return Wording(
        type=wording.type,
        text=line("text", wording.text, 300),
        text_en=line("text_en", wording.text_en, 300, empty=True),
        options=options,
        config=ANSWERS[wording.type].clean_config(wording.config, len(options)),
        visibility=visibility,
        texts=texts,
        option_texts=_option_texts(wording, texts, len(options)),
        image=wording.image,
        image_alt=line("image_alt", wording.image_alt, 300, empty=not wording.image),
        option_images=_option_images(wording, len(options)),
    )


def _options(wording: Wording) -> list[tuple[str, str]]:
    if wording.type == QuestionType.YES_NO:
        if wording.options:
            raise InvalidInput(
                "options", "options_fixed", _("Ja, Nein und Enthaltung stehen schon fest.")
            )
        return list(YesNo.OPTIONS)
    options = [
        (line("options", text, 200), line("options", text_en, 200, empty=True))
        for text, text_en in wording.options
    ]
    if len({text for text, _text_en in options}) < len(options):
        raise InvalidInput("options", "option_twice", _("Jede Antwort darf nur einmal vorkommen."))
    return options


def _texts(attr: str, texts: Texts, limit: int) -> dict[str, str]:
    """Those that say something, in the order of the languages."""
    if unknown := sorted(set(texts) - set(Language.values)):
        message = _("Diese Sprache gibt es hier nicht.")
        raise InvalidInput(f"{attr}.{unknown[0]}", "unknown_language", message)
    lines = {
        language: line(f"{attr}.{language}", texts[language], limit, empty=True)
        for language in Language.values
        if language in texts
    }
    return {language: text for language, text in lines.items() if text}


def _option_texts(wording: Wording, texts: Texts, options: int) -> list[dict[str, str]]:
    if wording.type == QuestionType.YES_NO:
        return [{code: YES_NO_TEXTS[code][at] for code in texts} for at in range(options)]
    if len(wording.option_texts) > options:
        message = _("Das sind mehr Übersetzungen als Antworten.")
        raise InvalidInput("option_texts", "option_count", message)
    given = [_texts("option_texts", one, 200) for one in wording.option_texts]
    return given + [{} for _place in range(options - len(given))]


def _option_images(wording: Wording, options: int) -> list[str]:
    images = list(wording.option_images)[:options]
    if any(images) and wording.type != QuestionType.IMAGE:
        message = _("Bilder haben nur die Antworten der Art „Bild wählen“.")
        raise InvalidInput("option_images", "no_images", message)
    return images + [""] * (options - len(images))


def line(attr: str, typed: str, limit: int, *, empty: bool = False) -> str:
    """One line of printable text, blanks collapsed."""
    text = " ".join(typed.split())
    if not text and not empty:
        raise InvalidInput(attr, "required", _("Bitte füllen Sie dieses Feld aus."))
    if len(text) > limit:
        message = _("Höchstens %(limit)d Zeichen.") % {"limit": limit}
        raise InvalidInput(attr, "too_long", message)
    if not text.isprintable():
        raise InvalidInput(attr, "unprintable", _("Bitte geben Sie nur lesbare Zeichen ein."))
    return text


def known_visibility(visibility: str) -> None:
    if visibility not in Visibility.values:
        raise InvalidInput(
            "visibility", "unknown_visibility", _("Diese Einstellung gibt es nicht.")
        )
