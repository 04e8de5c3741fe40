"""What visitors filter the programme of all towns by."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frontend.forms.fields import DayInput, LineField, offer
from participation.models import Municipality, Theme
from workshops import queries
from workshops.queries import Point


class NetworkFilter(forms.Form):
    """`filters` are the keyword arguments of `queries.network_programme`."""

    suche = LineField(label=_("Suchwort"), max_length=100, required=False)
    thema = forms.ChoiceField(label=_("Thema"), required=False)
    kommune = forms.ChoiceField(label=_("Kommune"), required=False)
    nahe = LineField(
        label=_("In der Nähe von"),
        max_length=60,
        required=False,
        help_text=_("Postleitzahl oder Name der Stadt"),
    )
    ab = forms.DateField(label=_("Ab Datum"), required=False, widget=DayInput)
    frei = forms.BooleanField(label=_("Nur mit freien Plätzen"), required=False)
    lat = forms.FloatField(min_value=-90, max_value=90, required=False, widget=forms.HiddenInput)
    lon = forms.FloatField(min_value=-180, max_value=180, required=False, widget=forms.HiddenInput)

    near: Point | None = None

    def __init__(
        self, data: Any, *, themes: Iterable[Theme], towns: Iterable[Municipality], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        offer(self, "thema", [("", _("Alle Themen")), *((row.slug, row.name) for row in themes)])
        offer(self, "kommune", [("", _("Alle")), *((row.slug, row.name) for row in towns)])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if place := cleaned.get("nahe"):
            self.near = queries.point_of_place(place)
            if self.near is None:
                unknown = _("Diesen Ort finden wir in Südwestfalen nicht.")
                self.add_error("nahe", unknown)
        elif cleaned.get("lat") is not None and cleaned.get("lon") is not None:
            self.near = Point(cleaned["lat"], cleaned["lon"])
        return cleaned

    @property
    def is_near(self) -> bool:
        return self.near is not None

    @property
    def filters(self) -> dict[str, Any]:
        self.is_valid()
        chosen = getattr(self, "cleaned_data", {})
        return {
            "text": chosen.get("suche", ""),
            "theme": chosen.get("thema", ""),
            "town": chosen.get("kommune", ""),
            "near": self.near,
            "free": chosen.get("frei", False),
            "from_date": chosen.get("ab") or timezone.localdate(),
        }

    @property
    def is_filtering(self) -> bool:
        return self.is_bound and any(
            self.cleaned_data.get(name) for name in self.fields if name in self.data
        )
