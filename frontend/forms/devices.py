"""Naming what stands at a door: its scanners and its entrances."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.fields import LineField
from workshops.models import Gate
from workshops.services.gates import MAX_NAME


class DeviceForm(forms.Form):
    name = LineField(
        label=_("Name des Geräts"),
        help_text=_("So erkennen Sie es in der Liste wieder, zum Beispiel „Handy am Hofeingang“."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Bitte geben Sie dem Gerät einen Namen.")},
    )


class GateForm(forms.Form):
    name = LineField(
        label=_("Name des Eingangs"),
        help_text=_("Wie ihn alle nennen, zum Beispiel „Hofeingang“."),
        max_length=MAX_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Bitte geben Sie dem Eingang einen Namen.")},
    )

    @classmethod
    def of(cls, gate: Gate) -> "GateForm":
        """Its present name, among others on the page."""
        form = cls(initial={"name": gate.name})
        field = form.fields.pop("name")
        field.help_text = ""
        form.fields[f"name-{gate.pk}"] = field
        form.initial = {f"name-{gate.pk}": gate.name}
        return form
