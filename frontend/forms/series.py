"""Forms of series: the rule by which dates repeat, and which of them a step is for."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frontend import dates
from frontend.forms.fields import DayInput, offer
from frontend.forms.workshops import SlotForm
from workshops.models import Slot
from workshops.services.recurrence import MOST_DATES
from workshops.services.series import Reach

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class SeriesForm(SlotForm):
    """The first date and how it repeats; `rule` says so in RFC 5545's words."""

    frequency = forms.ChoiceField(
        label=_("Wiederholung"),
        choices=[
            ("weekly", _("jede Woche")),
            ("fortnightly", _("alle zwei Wochen")),
            ("monthly_day", _("jeden Monat am selben Tag, zum Beispiel am 15.")),
            ("monthly_weekday", _("jeden Monat am selben Wochentag, zum Beispiel am 2. Dienstag")),
        ],
        initial="weekly",
    )
    weekdays = forms.MultipleChoiceField(
        label=_("An diesen Wochentagen"),
        choices=[
            ("MO", _("Montag")),
            ("TU", _("Dienstag")),
            ("WE", _("Mittwoch")),
            ("TH", _("Donnerstag")),
            ("FR", _("Freitag")),
            ("SA", _("Samstag")),
            ("SU", _("Sonntag")),
        ],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nur bei „jede Woche“ und „alle zwei Wochen“; sonst der Tag des ersten."),
    )
    count = forms.IntegerField(
        label=_("Anzahl der Termine"), min_value=1, max_value=MOST_DATES, required=False
    )
    until = forms.DateField(
        label=_("Oder: letzter Tag"),
        required=False,
        widget=DayInput,
        help_text=_("Füllen Sie eines von beiden aus."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    MAIN = ("starts_at", "ends_at", "capacity", "room", "frequency", "weekdays", "count", "until")
    RULE = ("frequency", "weekdays", "count", "until", "seen")

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["starts_at"].label = _("Beginn des ersten Termins")
        self.fields["ends_at"].label = _("Ende des ersten Termins")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and bool(cleaned["count"]) == bool(cleaned["until"]):
            self.add_error("count", _("Geben Sie die Anzahl an oder den letzten Tag."))
        return cleaned

    @property
    def more(self) -> list[forms.BoundField]:
        return [field for field in super().more if field.name != "seen"]

    @property
    def rule(self) -> str:
        asked = self.cleaned_data
        last = f"COUNT={asked['count']}" if asked["count"] else f"UNTIL={asked['until']:%Y%m%d}"
        return f"{self._repeats()};{last}"

    def _repeats(self) -> str:
        asked = self.cleaned_data
        first: date = timezone.localdate(asked["starts_at"])
        if asked["frequency"] == "monthly_day":
            return f"FREQ=MONTHLY;BYMONTHDAY={first.day}"
        if asked["frequency"] == "monthly_weekday":
            week = (first.day - 1) // 7 + 1
            return f"FREQ=MONTHLY;BYDAY={week if week < 5 else -1}{WEEKDAYS[first.weekday()]}"
        days = ",".join(asked["weekdays"]) or WEEKDAYS[first.weekday()]
        interval = 2 if asked["frequency"] == "fortnightly" else 1
        return f"FREQ=WEEKLY;INTERVAL={interval};BYDAY={days}"

    def slot_values(self) -> dict[str, Any]:
        values = super().slot_values()
        return {name: value for name, value in values.items() if name not in self.RULE}


class SeriesStepForm(forms.Form):
    """Which dates of the series to call off or to remove."""

    slot = forms.TypedChoiceField(label=_("Termin"), coerce=int)
    applies_to = forms.ChoiceField(
        label=_("Gilt für"), choices=Reach.choices, widget=forms.RadioSelect, initial=Reach.ONE
    )

    def __init__(self, data: Any = None, *, slots: Iterable[Slot], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        offer(self, "slot", [(slot.pk, dates.when(slot.starts_at)) for slot in slots])
