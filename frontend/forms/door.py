"""Forms of the door. They clean input and never save."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.fields import LineField
from workshops.models import Scan
from workshops.services.parties import MAX_NAME

MAX_REASON = 200


class DoorForm(forms.Form):
    """A code typed at the door, without JavaScript; `client_uuid` makes a resent form harmless.
    `force` is a reason that was tapped, `force_other` one that was typed."""

    code = LineField(
        label=_("Code von Ticket oder Buchung"),
        max_length=200,
        help_text=_("Sechs Zeichen, groß oder klein"),
        error_messages={"required": _("Bitte geben Sie einen Code ein.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "enterkeyhint": "go",
            }
        ),
    )
    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=Scan.Kind.choices)
    gate = LineField(max_length=60, required=False)
    force = LineField(max_length=MAX_REASON, required=False)
    force_other = LineField(max_length=MAX_REASON, required=False)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        initial = {"client_uuid": uuid4(), "kind": Scan.Kind.ENTRY}
        super().__init__(data, initial=initial, **kwargs)

    @property
    def reason(self) -> str:
        """Why somebody is admitted against a refusal, or nothing."""
        return str(self.cleaned_data["force"] or self.cleaned_data["force_other"])


class WalkInForm(forms.Form):
    """People at the door without a booking: each size is a button, and two taps on it are one."""

    SIZES = (1, 2, 3, 4)

    party_size = forms.TypedChoiceField(
        label=_("Wie viele Personen?"),
        choices=[(size, size) for size in SIZES],
        coerce=int,
        error_messages={"required": _("Bitte tippen Sie auf eine Zahl.")},
    )
    name = LineField(label=_("Name"), max_length=MAX_NAME, required=False)
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        # Stands on one page with the form for typed codes.
        initial = {"client_uuid": uuid4()}
        super().__init__(data, auto_id="id_walk_in_%s", initial=initial, **kwargs)
