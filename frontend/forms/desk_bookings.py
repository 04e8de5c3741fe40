"""Forms of the desk about bookings and dates. They clean input and never save."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.bookings import DeskBookingForm, WaitingForm
from frontend.forms.fields import LineField
from workshops.models import Slot
from workshops.services.messages import MAX_SUBJECT, MAX_TEXT
from workshops.services.parties import MAX_NAME, MAX_PARTY, Party
from workshops.services.scheduling import MAX_REASON

GROUP_SIZE = 25


def _number(label: Any, most: int, **options: Any) -> forms.IntegerField:
    message = _("Bitte geben Sie eine ganze Zahl von 1 bis %(most)s ein.") % {"most": most}
    field = forms.IntegerField(label=label, min_value=1, max_value=most, **options)
    field.error_messages.update(invalid=message, required=message)
    for validator in field.validators:
        validator.message = message  # type: ignore[attr-defined]  # min and max carry one
    return field


class PhoneBookingForm(DeskBookingForm):
    """Somebody calls or stands at the desk: a name and a number are enough."""

    phone = LineField(
        label=_("Telefon"),
        max_length=40,
        required=False,
        help_text=_("Damit wir anrufen können, wenn der Termin sich ändert."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, slot: Slot, **kwargs: Any) -> None:
        super().__init__(data, slot=slot, **kwargs)
        self.fields["party_size"] = _number(_("Wie viele Plätze?"), MAX_PARTY, initial=1)
        self.order_fields(["party_size", "name", "phone", "email"])

    def party(self, language: str) -> Party:
        return replace(super().party(language), phone=self.cleaned_data["phone"])


class GroupBookingForm(forms.Form):
    """A class or a club: one teacher books for all, and the names can stay at school."""

    organisation = LineField(label=_("Schule oder Gruppe"), max_length=MAX_NAME)
    name = LineField(label=_("Leitung"), max_length=MAX_NAME, help_text=_("Wer die Gruppe bringt"))
    party_size = _number(_("Wie viele kommen, mit Begleitung?"), MAX_PARTY, initial=GROUP_SIZE)
    email = forms.EmailField(
        label=_("E-Mail-Adresse"),
        required=False,
        max_length=254,
        help_text=_("Dorthin schicken wir den QR-Code. Ohne Adresse drucken Sie ihn aus."),
    )
    phone = LineField(
        label=_("Telefon"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    names = forms.CharField(
        label=_("Namen"),
        required=False,
        max_length=MAX_PARTY * (MAX_NAME + 2),
        help_text=_("Je Zeile ein Name. Nicht nötig: Gezählt wird auch ohne Namen."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    access_needs = forms.CharField(
        label=_("Was braucht die Gruppe, um gut teilzunehmen?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def party(self, language: str) -> Party:
        cleaned = self.cleaned_data
        return Party(
            size=cleaned["party_size"],
            name=cleaned["name"],
            email=cleaned["email"],
            phone=cleaned["phone"],
            language=language,
            organisation=cleaned["organisation"],
            access_needs=cleaned["access_needs"],
            names=[name for line in cleaned["names"].splitlines() if (name := line.strip())],
        )


class CallerForm(WaitingForm):
    """Somebody calls for a date that is full: a name is enough, a number helps to call back."""

    phone = LineField(
        label=_("Telefon"),
        max_length=40,
        required=False,
        help_text=_("Dort rufen Sie an, wenn Plätze frei werden."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    field_order = ("party_size", "min_party", "name", "phone", "email")

    def __init__(self, data: Any = None, *, slot: Slot, **kwargs: Any) -> None:
        super().__init__(data, slot=slot, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["email"].label = _("E-Mail-Adresse")
        self.fields["email"].required = False
        self.fields["email"].help_text = _("Ohne Adresse rufen Sie an, sobald Plätze frei werden.")

    def party(self, language: str) -> Party:
        return replace(super().party(language), phone=self.cleaned_data["phone"])


class CapacityForm(forms.Form):
    capacity = _number(_("Plätze"), 10000)


class CancelSlotForm(forms.Form):
    reason = LineField(
        label=_("Grund"),
        max_length=MAX_REASON,
        required=False,
        help_text=_("Steht so in der E-Mail an alle Gäste, etwa: Die Kursleitung ist krank."),
    )


class MessageForm(forms.Form):
    subject = LineField(label=_("Betreff"), max_length=MAX_SUBJECT)
    text = forms.CharField(
        label=_("Nachricht"),
        max_length=MAX_TEXT,
        help_text=_("Datum, Ort und der Link zur Buchung stehen von selbst darunter."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class PriorityForm(forms.Form):
    priority = forms.TypedChoiceField(
        label=_("Vorrang"),
        choices=((10, _("zuerst")), (0, _("wie alle")), (-10, _("zuletzt"))),
        coerce=int,
    )


class GuestFilterForm(forms.Form):
    """Search in the guest list; `stand` is a chip beside it."""

    suche = forms.CharField(label=_("Name, Code oder E-Mail"), required=False, max_length=100)
