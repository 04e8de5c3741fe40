"""The form of a nickname."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.fields import LineField
from polls.services.players import LONGEST


class NicknameForm(forms.Form):
    nickname = LineField(
        label=_("Ihr Spitzname"),
        max_length=LONGEST,
        help_text=_(
            "Alle im Saal sehen ihn. Nehmen Sie nicht Ihren vollen Namen. Höchstens 20 Zeichen."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
