"""Forms of open days, their stands, and the period of the figures."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend import dates
from frontend.forms.fields import DayInput, LineField, MomentField, offer
from workshops.models import OpenDay, Stand, Venue
from workshops.services.open_days import (
    MAX_NAME,
    MAX_STAND_TEXT,
    MAX_TEXT,
    MAX_TITLE,
    OpenDayDetails,
    StandDetails,
)
from workshops.services.stand_counts import MOST_AT_ONCE


class OpenDayForm(forms.Form):
    title = LineField(label=_("Titel"), max_length=MAX_TITLE)
    venue = forms.ChoiceField(label=_("Ort"))
    starts_at = MomentField(label=_("Beginn"))
    ends_at = MomentField(label=_("Ende"))
    text = forms.CharField(
        label=_("Beschreibung"),
        help_text=_("Was Besucherinnen und Besucher erwartet. Die Stände kommen danach."),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, data: Any = None, *, venues: Iterable[Venue], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        offer(self, "venue", [(str(row.pk), row.name) for row in venues])

    @staticmethod
    def initial_of(open_day: OpenDay) -> dict[str, Any]:
        names = ("title", "starts_at", "ends_at", "text")
        return {"venue": open_day.venue_id, **{name: getattr(open_day, name) for name in names}}

    def details(self) -> OpenDayDetails:
        values = dict(self.cleaned_data)
        return OpenDayDetails(venue_id=int(values.pop("venue")), **values)


class StandForm(forms.Form):
    name = LineField(label=_("Name des Stands"), max_length=MAX_NAME)
    text = LineField(label=_("Was es hier gibt"), max_length=MAX_STAND_TEXT, required=False)

    @classmethod
    def of(cls, stand: Stand, data: Any = None) -> "StandForm":
        return cls(data, initial={"name": stand.name, "text": stand.text})

    def details(self) -> StandDetails:
        return StandDetails(**self.cleaned_data)


class TallyForm(forms.Form):
    """`quarters` are the starts of those in which the day counts."""

    quarter = forms.ChoiceField(label=_("Viertelstunde ab"))
    amount = forms.IntegerField(
        label=_("Anzahl"),
        help_text=_("Wird dazugezählt. Mit Minus davor wird abgezogen."),
        min_value=-MOST_AT_ONCE,
        max_value=MOST_AT_ONCE,
    )
    client_uuid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, quarters: Iterable[datetime], **kwargs: Any) -> None:
        super().__init__(data, auto_id="id_tally_%s", initial={"client_uuid": uuid4()}, **kwargs)
        offer(self, "quarter", [(at.isoformat(), dates.clock(at)) for at in quarters])

    @property
    def quarter_at(self) -> datetime:
        return datetime.fromisoformat(self.cleaned_data["quarter"])


class TapForm(forms.Form):
    """A button of the counter, pressed without JavaScript."""

    amount = forms.IntegerField(min_value=-MOST_AT_ONCE, max_value=MOST_AT_ONCE)
    client_uuid = forms.UUIDField()


class PeriodForm(forms.Form):
    """`first` and `last` are what the form shows while nobody has chosen."""

    von = forms.DateField(label=_("Von"), required=False, widget=DayInput)
    bis = forms.DateField(label=_("Bis"), required=False, widget=DayInput)

    def __init__(self, data: Any, *, first: date, last: date, **kwargs: Any) -> None:
        super().__init__({"von": first, "bis": last, **data.dict()}, **kwargs)
        self.first, self.last = first, last

    @property
    def days(self) -> tuple[date, date]:
        self.is_valid()
        chosen = self.cleaned_data
        return chosen.get("von") or self.first, chosen.get("bis") or self.last


class FiguresForm(PeriodForm):
    nach = forms.ChoiceField(
        label=_("Nach"),
        required=False,
        choices=[("workshop", _("Angebot")), ("venue", _("Ort")), ("month", _("Monat"))],
    )

    @property
    def group(self) -> str:
        self.is_valid()
        return str(self.cleaned_data.get("nach") or "workshop")
