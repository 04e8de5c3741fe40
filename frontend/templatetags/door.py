"""What the door says to a scan: colour, icon, one word, and what to do."""

from dataclasses import dataclass

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()


@dataclass(frozen=True, slots=True)
class DoorAnswer:
    tone: str
    icon: str
    word: str | Promise
    advice: str | Promise = ""


ANSWERS = {
    "ok": DoorAnswer("good", "success", _("Eingelassen")),
    "undone": DoorAnswer("warn", "info", _("Zurückgenommen"), _("Gilt wieder als nicht da.")),
    "stored": DoorAnswer(
        "warn",
        "info",
        _("Gespeichert"),
        _("Kein Netz. Wir prüfen den Code, sobald es wieder da ist."),
    ),
    "already_inside": DoorAnswer("bad", "danger", _("Schon drin")),
    "cancelled": DoorAnswer("bad", "danger", _("Storniert"), _("Diese Buchung wurde abgesagt.")),
    "revoked": DoorAnswer(
        "bad",
        "danger",
        _("Ungültig"),
        _("Dieser Platz wurde zurückgegeben. Fragen Sie nach dem neuen Ticket."),
    ),
    "wrong_slot": DoorAnswer(
        "bad",
        "danger",
        _("Anderer Termin"),
        _("Das Ticket gilt für einen anderen Termin. Sehen Sie auf das Datum."),
    ),
    "too_early": DoorAnswer(
        "warn", "warning", _("Zu früh"), _("Der Einlass hat noch nicht begonnen.")
    ),
    "too_late": DoorAnswer("bad", "danger", _("Zu spät"), _("Der Einlass ist vorbei.")),
    "unconfirmed": DoorAnswer(
        "bad",
        "danger",
        _("Nicht bestätigt"),
        _("Die Buchung wurde nie bestätigt. Ist noch Platz, buchen Sie sie neu."),
    ),
    "unknown": DoorAnswer(
        "bad",
        "danger",
        _("Unbekannt"),
        _("Das ist kein Ticket von hier. Fragen Sie nach dem Code der Buchung."),
    ),
}
OTHER = DoorAnswer("bad", "danger", _("Nicht geprüft"))


@register.simple_tag
def door_answer(outcome: str, reason: str) -> DoorAnswer:
    if outcome == "undone":
        return ANSWERS["undone"]
    return ANSWERS.get(reason, OTHER)
