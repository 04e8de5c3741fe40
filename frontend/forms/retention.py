"""Forms of what is erased: the day of a dry run, the reason of a hold."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.fields import DayInput, LineField
from workshops.privacy import MAX_REASON


class DryRunForm(forms.Form):
    am = forms.DateField(
        label=_("So, als wäre es der"),
        widget=DayInput(),
        help_text=_("Der Probelauf zählt nur; er löscht nichts."),
    )


class HoldForm(forms.Form):
    reason = LineField(
        label=_("Grund"),
        max_length=MAX_REASON,
        help_text=_(
            "Zum Beispiel ein Aktenzeichen. Nennen Sie niemanden beim Namen: Der Grund steht im"
            " Probelauf und in der Übersicht."
        ),
    )
