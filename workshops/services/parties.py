"""Who books: what a party says about itself, cleaned and checked."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from participation.errors import InvalidInput

MAX_NAME = 120
MAX_PARTY = 100
MAX_ACCESS_NEEDS = 500
MAIL_DOMAINS = (
    "gmail.com",
    "googlemail.com",
    "gmx.de",
    "gmx.net",
    "gmx.com",
    "gmx.at",
    "gmx.ch",
    "web.de",
    "t-online.de",
    "freenet.de",
    "outlook.de",
    "outlook.com",
    "hotmail.de",
    "hotmail.com",
    "live.de",
    "yahoo.de",
    "yahoo.com",
    "icloud.com",
    "aol.com",
    "posteo.de",
    "mailbox.org",
    "arcor.de",
    "magenta.de",
    "unitybox.de",
)
BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Party:
    """`size` people under one name; `names` are for the single tickets, in order.

    `answers` are given to the workshop's questions, by their id; services/questions.py checks them.
    """

    size: int
    name: str
    email: str = ""
    language: str = "de"
    organisation: str = ""
    access_needs: str = ""
    phone: str = ""
    guardian_name: str = ""
    guardian_phone: str = ""
    names: Sequence[str] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    # Somebody under 16 comes without an adult; not kept.
    minor_alone: bool = True


def clean_party(
    party: Party, *, max_size: int, needs_email: bool, needs_guardian: bool = False
) -> Party:
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
        phone=clean_phone("phone", party.phone),
        guardian_name=clean_line("guardian_name", party.guardian_name, required=needs_guardian),
        guardian_phone=clean_phone("guardian_phone", party.guardian_phone, required=needs_guardian),
        access_needs=clean_text("access_needs", party.access_needs, MAX_ACCESS_NEEDS),
        names=tuple(clean_line("names", name) for name in party.names),
    )


def check_size(size: object, *, max_size: int, attr: str = "party_size") -> None:
    """A whole number from 1 to `max_size`. Raises InvalidInput."""
    if isinstance(size, bool) or not isinstance(size, int):
        raise InvalidInput(attr, "invalid", _("Bitte geben Sie eine ganze Zahl an."))
    if size < 1:
        raise InvalidInput(attr, "min_value", _("Bitte buchen Sie mindestens einen Platz."))
    if size > max_size:
        message = _(
            "Je Buchung gibt es höchstens %(max)s Plätze. Brauchen Sie mehr? Fragen Sie uns."
        )
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


def known_mail_domains() -> tuple[str, ...]:
    """Where most people here have their address."""
    return MAIL_DOMAINS


def suggest_email(address: str) -> str:
    """The address that was perhaps meant (`kim@gmial.com`: `kim@gmail.com`), or nothing.

    One letter too many, too few, wrong, or two in the wrong order; a hint that never blocks.
    """
    name, _at, domain = address.strip().lower().rpartition("@")
    if not name or domain in MAIL_DOMAINS:
        return ""
    meant = next((known for known in MAIL_DOMAINS if _is_one_slip(domain, known)), "")
    return f"{name}@{meant}" if meant else ""


def _is_one_slip(typed: str, meant: str) -> bool:
    if abs(len(typed) - len(meant)) > 1:
        return False
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    rest, wanted = typed[start:], meant[start:]
    return (
        rest[1:] == wanted[1:]
        or rest[1:] == wanted
        or rest == wanted[1:]
        or (rest[1::-1] == wanted[:2] and rest[2:] == wanted[2:])
    )


def clean_phone(attr: str, value: str, *, required: bool = False) -> str:
    """As typed, with at least five digits. Raises InvalidInput."""
    value = clean_line(attr, value, required=required, longest=40)
    if value and sum(ch.isdigit() for ch in value) < 5:
        message = _("Bitte geben Sie eine Telefonnummer an, zum Beispiel 02373 123456.")
        raise InvalidInput(attr, "invalid", message)
    return value


def clean_text(attr: str, value: str, longest: int) -> str:
    """Several lines. Raises InvalidInput."""
    return _at_most(attr, value.replace("\x00", "").strip(), longest)


def _at_most(attr: str, value: str, longest: int) -> str:
    if len(value) > longest:
        message = _("Bitte kürzen Sie auf höchstens %(max)s Zeichen.") % {"max": longest}
        raise InvalidInput(attr, "max_length", message)
    return value
