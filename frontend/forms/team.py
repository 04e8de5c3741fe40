"""Inviting someone to work for a town."""

from django import forms
from django.utils.translation import gettext_lazy as _

from participation.models.access import Role


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label=_("E-Mail-Adresse"),
        help_text=_("Dorthin geht der Link. Er gilt 14 Tage und nur für diese Adresse."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Bitte geben Sie eine E-Mail-Adresse an."),
            "invalid": _("Bitte prüfen Sie die E-Mail-Adresse."),
        },
    )
    role = forms.ChoiceField(
        label=_("Rolle"),
        choices=[
            (Role.DOOR, _("Einlass: Tickets prüfen, Gäste ohne Buchung einlassen")),
            (
                Role.FACILITATOR,
                _("Moderation vor Ort: dazu Angebote, Termine und Live-Runden"),
            ),
            (Role.MODERATOR, _("Redaktion: Ideen freigeben oder ablehnen")),
            (
                Role.CASE_WORKER,
                _("Sachbearbeitung: Ideen bearbeiten und beantworten, Angebote und Termine"),
            ),
            (Role.ADMIN, _("Leitung der Kommune: alles, auch dieses Team")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Bitte wählen Sie eine Rolle."),
            "invalid_choice": _("Bitte wählen Sie eine Rolle."),
        },
    )
