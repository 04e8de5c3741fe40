"""What people may write: plain text of a stated length, without control characters."""

import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from participation.errors import InvalidInput

TITLE_LENGTH: Final = 120
TEXT_LENGTH: Final = 5_000
PLACE_LENGTH: Final = 160
NAME_LENGTH: Final = 80
COMMENT_LENGTH: Final = 2_000
REASON_LENGTH: Final = 1_000


def line(attr: str, value: str, limit: int, *, required: bool = False) -> str:
    """One line, trimmed. Raises InvalidInput `required`, `too_long` or `control_characters`."""
    return _checked(attr, value.strip(), limit, required=required, breaks="")


def paragraphs(attr: str, value: str, limit: int, *, required: bool = False) -> str:
    """Text with line breaks, which become plain `\\n`. Raises InvalidInput as `line` does."""
    value = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    return _checked(attr, value, limit, required=required, breaks="\n\t")


def address(attr: str, value: str) -> str:
    """A mail address in lower case. Raises InvalidInput `invalid_email`."""
    value = value.strip().lower()
    try:
        validate_email(value)
    except ValidationError as error:
        raise InvalidInput(
            attr,
            "invalid_email",
            _("Bitte geben Sie eine gültige E-Mail-Adresse ein, zum Beispiel name@beispiel.de."),
        ) from error
    if len(value) > 254:
        raise InvalidInput(attr, "too_long", _("Diese E-Mail-Adresse ist zu lang."))
    return value


def _checked(attr: str, value: str, limit: int, *, required: bool, breaks: str) -> str:
    if required and not value:
        raise InvalidInput(attr, "required", _("Bitte füllen Sie dieses Feld aus."))
    if len(value) > limit:
        raise InvalidInput(
            attr,
            "too_long",
            _("Bitte kürzen Sie den Text auf höchstens %(limit)d Zeichen.") % {"limit": limit},
        )
    # Cc: control characters; Cs: half a character, which no database stores.
    if any(unicodedata.category(ch) in {"Cc", "Cs"} and ch not in breaks for ch in value):
        raise InvalidInput(
            attr,
            "control_characters",
            _("Bitte entfernen Sie die unsichtbaren Steuerzeichen aus dem Text."),
        )
    return value
