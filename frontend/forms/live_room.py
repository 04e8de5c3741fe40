"""What the room writes on paper-like forms: a question, a table card, a theme for its idea."""

from django import forms
from django.utils.translation import gettext_lazy as _

from polls.services.contributions import LONGEST


class AskForm(forms.Form):
    """`id` is drawn with the page, so that a second press of the button asks nothing twice."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Ihre Frage an den Saal"),
        max_length=LONGEST,
        help_text=_("Ohne Namen, höchstens 500 Zeichen."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST}),
    )


class CardForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Ihre Tischkarte"),
        max_length=LONGEST,
        help_text=_("Ein Wunsch oder Vorschlag, höchstens 500 Zeichen. Ohne Namen."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST}),
    )
    consent = forms.BooleanField(
        label=_("Darf als Idee weitergegeben werden und öffentlich erscheinen"),
        required=False,
    )
