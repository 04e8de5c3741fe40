"""What the door says to a scan: colour, icon, one word, and what to do."""

from dataclasses import dataclass

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()


@dataclass(frozen=True, slots=True)
class DoorAnswer:
    """`tone` is the colour, the sound and the vibration: good, offline, warn or bad."""

    tone: str
    icon: str
    word: str | Promise
    advice: str | Promise = ""


ANSWERS = {
    "ok": DoorAnswer("good", "success", _("Eingelassen")),
    "exit": DoorAnswer(
        "warn", "arrow-forward", _("Hinausgelassen"), _("Beim Wiederkommen gilt das Ticket noch.")
    ),
    "walked_in": DoorAnswer("good", "success", _("Eingelassen")),
    "slot_full": DoorAnswer(
        "bad",
        "danger",
        _("Nicht genug Plätze"),
        _("Zehn Minuten nach dem Beginn werden Plätze frei, zu denen niemand gekommen ist."),
    ),
    "offline": DoorAnswer("offline", "autorenew", _("Offline angenommen")),
    "offline_exit": DoorAnswer("offline", "arrow-forward", _("Offline hinausgelassen")),
    "offline_walk_in": DoorAnswer("offline", "autorenew", _("Offline angenommen")),
    "undone": DoorAnswer("warn", "info", _("Zurückgenommen"), _("Gilt wieder als nicht da.")),
    "not_undoable": DoorAnswer(
        "bad",
        "danger",
        _("Nicht mehr rückgängig"),
        _("Lassen Sie die Person über „Ausgang“ hinaus."),
    ),
    "stored": DoorAnswer(
        "warn",
        "info",
        _("Gespeichert"),
        _("Kein Netz und keine Liste. Wir prüfen den Code, sobald das Netz wieder da ist."),
    ),
    "unpaired": DoorAnswer(
        "bad",
        "danger",
        _("Nicht geprüft"),
        _("Dieses Gerät ist nicht mehr gekoppelt. Schicken Sie die Person zu einem anderen Gerät."),
    ),
    "already_inside": DoorAnswer("bad", "danger", _("Schon drin")),
    "conflict": DoorAnswer(
        "bad",
        "warning",
        _("Konflikt"),
        _("Dieses Ticket wurde an zwei Eingängen ohne Netz eingelassen. Es steht auf der Liste."),
    ),
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
        _("Falscher Termin"),
        _("Das Ticket gilt für einen anderen Termin. Sehen Sie auf das Datum."),
    ),
    "too_early": DoorAnswer(
        "warn", "warning", _("Zu früh"), _("Der Einlass hat noch nicht begonnen.")
    ),
    # From ten minutes after the start a walk-in may have the seat.
    "too_late": DoorAnswer(
        "bad",
        "danger",
        _("Zu spät"),
        _("Der Einlass ist vorbei, oder der Platz ist inzwischen vergeben."),
    ),
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
def door_answer(name: str) -> DoorAnswer:
    return ANSWERS.get(name, OTHER)


@register.simple_tag
def door_answers() -> list[str]:
    """All that the island may have to show."""
    return [*ANSWERS, "other"]
