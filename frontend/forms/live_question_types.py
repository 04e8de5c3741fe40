"""The types of questions as facilitators choose them, and the settings of each."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.fields import LineField
from polls.models.answers import QuestionType as Kind

# Each type in a line, as a facilitator chooses it; in groups.
TYPES: tuple[tuple[Any, tuple[tuple[str, Any], ...]], ...] = (
    (
        _("Auswählen"),
        (
            (Kind.SINGLE, _("Alle wählen genau eine Ihrer Antworten.")),
            (Kind.MULTIPLE, _("Alle wählen mehrere Ihrer Antworten.")),
            (Kind.YES_NO, _("Ein Vorschlag, dem alle zustimmen oder nicht.")),
            (Kind.IMAGE, _("Die Antworten sind Bilder, zum Beispiel Entwürfe.")),
            (Kind.QUIZ, _("Eine Wissensfrage mit richtigen Antworten.")),
        ),
    ),
    (
        _("Bewerten und gewichten"),
        (
            (Kind.SCALE, _("Eine Einschätzung, zum Beispiel von 1 bis 5.")),
            (Kind.RATING, _("Mehrere Dinge nacheinander auf derselben Skala.")),
            (Kind.RANKING, _("Antworten in eine Reihenfolge bringen.")),
            (Kind.POINTS, _("Punkte oder Geld auf die Antworten verteilen.")),
        ),
    ),
    (
        _("Eigene Worte"),
        (
            (Kind.WORDS, _("Ein paar Stichwörter; häufige werden an der Wand groß.")),
            (Kind.TEXT, _("Ein kurzer Text je Person, als Karten an der Wand.")),
        ),
    ),
    (
        _("Zahl und Ort"),
        (
            (Kind.NUMBER, _("Eine Zahl schätzen oder angeben.")),
            (Kind.PIN, _("Auf einem Bild oder der Karte auf eine Stelle tippen.")),
        ),
    ),
)


def config_fields(kind: str) -> Iterable[tuple[str, forms.Field]]:
    if kind in {Kind.MULTIPLE, Kind.IMAGE}:
        yield "min", number(_("Mindestens so viele Antworten"), 1, 40)
        yield "max", number(_("Höchstens so viele Antworten"), 1, 40)
    if kind in {Kind.SCALE, Kind.RATING}:
        yield "min", number(_("Erste Stufe"), 0, 9, initial=1)
        yield "max", number(_("Letzte Stufe"), 1, 10, initial=5)
        yield "low", label(_("Was die erste Stufe heißt"), _("Zum Beispiel: gar nicht"))
        yield "high", label(_("Was die letzte Stufe heißt"), _("Zum Beispiel: sehr"))
    if kind == Kind.NUMBER:
        yield "min", number(_("Kleinste Zahl"), -(10**9), 10**9, initial=0)
        yield "max", number(_("Größte Zahl"), -(10**9), 10**9, initial=100)
        yield "unit", label(_("Einheit"), _("Zum Beispiel: Minuten"), longest=20)
    if kind == Kind.RANKING:
        yield (
            "places",
            number(_("Wie viele Plätze zählen"), 1, 12, help_text=_("Leer heißt: alle.")),
        )
    if kind == Kind.POINTS:
        yield "total", number(_("Punkte je Person"), 1, 10**6, initial=10)
        yield "max", number(_("Höchstens für eine Antwort"), 1, 10**6)
        yield "unit", label(_("Einheit"), _("Zum Beispiel: Euro. Leer heißt: Punkte."), longest=20)
    if kind == Kind.WORDS:
        yield "max", number(_("Wörter je Person"), 1, 5, initial=3)
    if kind == Kind.TEXT:
        yield "length", number(_("Höchstens so viele Zeichen"), 20, 500, initial=280)
        yield (
            "moderation",
            forms.ChoiceField(
                label=_("Wann prüfen Sie die Karten?"),
                choices=[
                    ("before", _("Bevor sie an der Wand stehen")),
                    ("after", _("Danach: Sie stehen sofort an der Wand")),
                ],
                initial="before",
                widget=forms.RadioSelect,
            ),
        )
    if kind == Kind.PIN:
        yield (
            "on",
            forms.ChoiceField(
                label=_("Worauf wird getippt?"),
                choices=[("image", _("Auf ein Bild")), ("map", _("Auf die Karte der Kommune"))],
                initial="image",
                widget=forms.RadioSelect,
            ),
        )


def number(label: Any, low: int, high: int, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=low, max_value=high, required=False, **more)


def label(label: Any, hint: Any = "", *, longest: int = 40) -> LineField:
    return LineField(label=label, help_text=hint, max_length=longest, required=False)


def lines_field(label: Any, hint: Any, *, rows: int = 5, required: bool = False) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=10_000, widget=widget
    )


def picture_field(label: Any, hint: Any = "") -> forms.FileField:
    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})
    return forms.FileField(
        label=label, help_text=hint, required=False, widget=widget, allow_empty_file=True
    )
