"""Who books: what a party says about itself, cleaned and checked."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from participation.errors import InvalidInput

MAX_NAME = 120
MAX_ACCESS_NEEDS = 500
MAX_ANSWERS = 20
MAX_ANSWER = 1000
BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Party:
    """`size` people under one name; `names` are for the single tickets, in order."""

    size: int
    name: str
    email: str = ""
    language: str = "de"
    organisation: str = ""
    access_needs: str = ""
    names: Sequence[str] = ()
    answers: Mapping[str, str] = field(default_factory=dict)


def clean_party(party: Party, *, max_size: int, needs_email: bool) -> Party:
    """The party as it is stored. Raises InvalidInput naming the field."""
    check_size(party.size, max_size=max_size)
    if len(party.names) > party.size:
        raise InvalidInput("names", "max_length", _("Das sind mehr Namen als Plätze."))
    if party.language not in dict(settings.LANGUAGES):
        message = _("Bitte wählen Sie Deutsch oder Englisch.")
        raise InvalidInput("language", "invalid_choice", message)
    return replace(
        party,
        name=clean_line("name", party.name, required=needs_email),
        email=clean_email(party.email, required=needs_email),
        organisation=clean_line("organisation", party.organisation),
        access_needs=_clean_text("access_needs", party.access_needs, MAX_ACCESS_NEEDS),
        names=tuple(clean_line("names", name) for name in party.names),
        answers=_clean_answers(party.answers),
    )


def check_size(size: object, *, max_size: int, attr: str = "party_size") -> None:
    """A whole number from 1 to `max_size`. Raises InvalidInput."""
    if isinstance(size, bool) or not isinstance(size, int):
        raise InvalidInput(attr, "invalid", _("Bitte geben Sie eine ganze Zahl an."))
    if size < 1:
        raise InvalidInput(attr, "min_value", _("Bitte buchen Sie mindestens einen Platz."))
    if size > max_size:
        message = _("Je Buchung gibt es höchstens %(max)s Plätze. Rufen Sie uns für mehr bitte an.")
        raise InvalidInput(attr, "max_value", message % {"max": max_size})


def clean_line(attr: str, value: str, *, required: bool = False, longest: int = MAX_NAME) -> str:
    """One line without control characters. Raises InvalidInput."""
    value = unicodedata.normalize("NFC", value).strip()
    if required and not value:
        raise InvalidInput(attr, "required", _("Bitte füllen Sie dieses Feld aus."))
    if any(unicodedata.category(ch) in {"Cc", "Cs"} or ch in BIDI_CONTROLS for ch in value):
        raise InvalidInput(
            attr, "invalid_characters", _("Bitte verwenden Sie keine Steuerzeichen.")
        )
    return _at_most(attr, value, longest)


def clean_email(value: str, *, required: bool) -> str:
    """In lower case: databases disagree about which letters (a Kelvin sign, an ẞ) are the same."""
    value = value.strip().lower()
    if not value and not required:
        return ""
    if not value:
        raise InvalidInput("email", "required", _("Bitte geben Sie Ihre E-Mail-Adresse an."))
    _at_most("email", value, 254)
    try:
        validate_email(value)
    except ValidationError:
        message = _("Bitte geben Sie eine E-Mail-Adresse an, zum Beispiel kim@example.org.")
        raise InvalidInput("email", "invalid", message) from None
    return value


def _clean_text(attr: str, value: str, longest: int) -> str:
    return _at_most(attr, value.replace("\x00", "").strip(), longest)


def _clean_answers(answers: Mapping[str, str]) -> dict[str, str]:
    if len(answers) > MAX_ANSWERS:
        raise InvalidInput("answers", "max_length", _("Das sind zu viele Antworten."))
    return {
        clean_line("answers", key): _clean_text("answers", value, MAX_ANSWER)
        for key, value in answers.items()
    }


def _at_most(attr: str, value: str, longest: int) -> str:
    if len(value) > longest:
        message = _("Bitte kürzen Sie auf höchstens %(max)s Zeichen.") % {"max": longest}
        raise InvalidInput(attr, "max_length", message)
    return value
