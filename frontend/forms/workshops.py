"""Forms of the programme: what visitors filter by, what the desk creates."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frontend.forms.fields import DayInput, LineField, MomentField, offer
from participation.models import Theme
from workshops.models import Slot, Venue, Workshop
from workshops.services.programme import SlotDetails, WorkshopDetails


class ProgrammeFilter(forms.Form):
    """`filters` are the keyword arguments of `queries.programme`; unknown choices are left out."""

    suche = LineField(label=_("Suchwort"), max_length=100, required=False)
    thema = forms.ChoiceField(label=_("Thema"), required=False)
    ort = forms.ChoiceField(label=_("Ort"), required=False)
    ab = forms.DateField(label=_("Ab Datum"), required=False, widget=DayInput)
    frei = forms.BooleanField(label=_("Nur mit freien Plätzen"), required=False)

    def __init__(
        self, data: Any, *, themes: Iterable[Theme], venues: Iterable[Venue], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        offer(self, "thema", [("", _("Alle Themen")), *((row.slug, row.name) for row in themes)])
        offer(self, "ort", [("", _("Alle Orte")), *((row.slug, row.name) for row in venues)])

    @property
    def filters(self) -> dict[str, Any]:
        self.is_valid()
        chosen = getattr(self, "cleaned_data", {})
        return {
            "text": chosen.get("suche", ""),
            "theme": chosen.get("thema", ""),
            "venue": chosen.get("ort", ""),
            "free": chosen.get("frei", False),
            "from_date": chosen.get("ab") or timezone.localdate(),
        }

    @property
    def is_filtering(self) -> bool:
        return self.is_bound and any(
            self.cleaned_data.get(name) for name in self.fields if name in self.data
        )


class WorkshopForm(forms.Form):
    title = LineField(label=_("Titel"), max_length=120)
    text = forms.CharField(
        label=_("Beschreibung"), max_length=5000, widget=forms.Textarea(attrs={"rows": 8})
    )
    theme = forms.ChoiceField(label=_("Thema"))
    venue = forms.ChoiceField(label=_("Ort"), required=False)
    audience = LineField(
        label=_("Für wen"),
        max_length=160,
        required=False,
        help_text=_("Zum Beispiel: Familien mit Kindern"),
    )
    age_min = forms.IntegerField(label=_("Alter ab"), min_value=0, max_value=120, required=False)
    age_max = forms.IntegerField(label=_("Alter bis"), min_value=0, max_value=120, required=False)
    language = forms.ChoiceField(
        label=_("Sprache"), choices=[("de", _("Deutsch")), ("en", _("Englisch"))], initial="de"
    )
    bring = LineField(label=_("Bitte mitbringen"), max_length=300, required=False)
    max_party = forms.IntegerField(
        label=_("Höchstens so viele Plätze in einer Buchung"),
        min_value=1,
        max_value=100,
        initial=10,
    )
    is_online = forms.BooleanField(label=_("Findet online statt"), required=False)
    online_url = forms.URLField(
        label=_("Adresse online"),
        required=False,
        assume_scheme="https",
        help_text=_("Sehen nur Menschen, die gebucht haben."),
    )
    asks_organisation = forms.BooleanField(
        label=_("Bei der Buchung nach der Einrichtung fragen"), required=False
    )
    staff_only = forms.BooleanField(label=_("Nur für Beschäftigte sichtbar"), required=False)

    def __init__(
        self, data: Any = None, *, themes: Iterable[Theme], venues: Iterable[Venue], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        offer(self, "theme", [("", _("Bitte wählen")), *((row.slug, row.name) for row in themes)])
        offer(
            self,
            "venue",
            [("", _("Kein fester Ort")), *((str(row.pk), row.name) for row in venues)],
        )

    @classmethod
    def initial_of(cls, workshop: Workshop) -> dict[str, Any]:
        """What stands in the fields of an offer that is changed."""
        names = cls.base_fields.keys() - {"theme", "venue"}
        plain = {name: getattr(workshop, name) for name in names}
        return {"theme": workshop.theme.slug, "venue": workshop.venue_id, **plain}

    def details(self) -> WorkshopDetails:
        values = dict(self.cleaned_data)
        venue_id = values.pop("venue")
        return WorkshopDetails(venue_id=int(venue_id) if venue_id else None, **values)


class SlotForm(forms.Form):
    """`main` is what every date needs, `more` what few do."""

    starts_at = MomentField(label=_("Beginn"))
    ends_at = MomentField(label=_("Ende"))
    capacity = forms.IntegerField(label=_("Plätze"), min_value=1, max_value=10_000)
    room = forms.ChoiceField(label=_("Raum"), required=False)
    online_url = forms.URLField(
        label=_("Adresse online"),
        required=False,
        assume_scheme="https",
        help_text=_("Nur für diesen Termin. Sehen nur Menschen, die gebucht haben."),
    )
    min_seats = forms.IntegerField(
        label=_("Mindestzahl"), min_value=1, max_value=10_000, required=False
    )
    booking_opens_at = MomentField(label=_("Buchbar ab"), required=False)
    booking_closes_at = MomentField(
        label=_("Buchbar bis"), required=False, help_text=_("Sonst bis zum Beginn.")
    )
    cancel_until_at = MomentField(
        label=_("Stornierbar bis"), required=False, help_text=_("Sonst bis zum Beginn.")
    )
    check_in_opens_at = MomentField(
        label=_("Einlass ab"), required=False, help_text=_("Sonst zwei Stunden vor dem Beginn.")
    )
    check_in_closes_at = MomentField(
        label=_("Einlass bis"), required=False, help_text=_("Sonst bis zum Ende.")
    )
    MAIN = ("starts_at", "ends_at", "capacity", "room")

    def __init__(self, data: Any = None, *, venues: Iterable[Venue], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        rooms = (
            (str(room.pk), f"{venue.name}, {room.name} ({room.seats})")
            for venue in venues
            for room in venue.rooms.all()
        )
        offer(self, "room", [("", _("Kein Raum")), *rooms])

    @classmethod
    def initial_of(cls, slot: Slot) -> dict[str, Any]:
        """What stands in the fields of a date that is changed."""
        names = cls.base_fields.keys() - {"room"}
        return {"room": slot.room_id, **{name: getattr(slot, name) for name in names}}

    @property
    def main(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MAIN]

    @property
    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.MAIN]

    @property
    def uses_more(self) -> bool:
        return any(field.value() or field.errors for field in self.more)

    def details(self) -> SlotDetails:
        values = dict(self.cleaned_data)
        room_id = values.pop("room")
        return SlotDetails(room_id=int(room_id) if room_id else None, **values)
