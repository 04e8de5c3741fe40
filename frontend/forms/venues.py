"""Forms of places and rooms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.fields import LineField
from workshops.models import Venue
from workshops.services.places import LONGEST, MAX_ROOM_SEATS, MAX_TEXT, VenueDetails


def _paragraph(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class VenueForm(forms.Form):
    name = LineField(label=_("Name"), max_length=LONGEST["name"])
    address = LineField(label=_("Straße und Hausnummer"), max_length=LONGEST["address"])
    postal_code = forms.RegexField(
        r"^[0-9]{5}$",
        label=_("Postleitzahl"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("Bitte geben Sie die Postleitzahl mit fünf Ziffern ein.")},
    )
    city = LineField(label=_("Stadt oder Gemeinde"), max_length=LONGEST["city"])
    access_info = _paragraph(
        _("Barrierefreiheit"),
        _("Eingang, Aufzug, Toilette, Höranlage, Parkplatz: was man vorher wissen muss."),
    )
    opening_hours = _paragraph(_("Öffnungszeiten"), "")
    directions = _paragraph(_("Anfahrt"), _("Mit Bus, Bahn, Rad und Auto."))

    lat = forms.FloatField(
        label=_("Breitengrad"),
        min_value=-90,
        max_value=90,
        required=False,
        help_text=_("Für „In der Nähe“ und die Karten-App, zum Beispiel 51,4436."),
    )
    lon = forms.FloatField(label=_("Längengrad"), min_value=-180, max_value=180, required=False)

    @classmethod
    def of(cls, venue: Venue, data: Any = None) -> "VenueForm":
        """Filled with what is there."""
        return cls(data, initial={name: getattr(venue, name) for name in cls.base_fields})

    def details(self) -> VenueDetails:
        return VenueDetails(**self.cleaned_data)


class RoomForm(forms.Form):
    name = LineField(label=_("Name des Raums"), max_length=80)
    seats = forms.IntegerField(label=_("Plätze"), min_value=1, max_value=MAX_ROOM_SEATS)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        # Stands on one page with the place's own form.
        super().__init__(data, **{"auto_id": "id_room_%s", **kwargs})
