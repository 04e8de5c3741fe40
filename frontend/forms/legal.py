"""Reporting a barrier."""

from django import forms
from django.utils.translation import gettext_lazy as _

from participation.services.feedback import Barrier


class BarrierForm(forms.Form):
    text = forms.CharField(
        label=_("Was hat nicht funktioniert?"),
        help_text=_("Zum Beispiel: „Mein Vorleseprogramm liest den Kalender nicht vor.“"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Bitte beschreiben Sie die Barriere in ein paar Worten.")},
    )
    page = forms.CharField(
        label=_("Auf welcher Seite?"),
        help_text=_("Die Adresse oder der Name der Seite."),
        max_length=300,
        required=False,
    )
    email = forms.EmailField(
        label=_("Ihre E-Mail-Adresse"),
        help_text=_("Nur, wenn Sie eine Antwort möchten."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Bitte geben Sie eine vollständige E-Mail-Adresse ein.")},
    )

    def report(self) -> Barrier:
        return Barrier(**self.cleaned_data)
