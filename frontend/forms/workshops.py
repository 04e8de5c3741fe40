"""Forms of the programme: what visitors filter by, what the desk creates."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frontend.forms.fields import ClockInput, DayInput, LineField, MomentField, offer
from participation.models import Theme
from workshops.models import Slot, Venue, Workshop
from workshops.services.programme import LONGEST_KEPT_DAYS, WorkshopDetails
from workshops.services.scheduling import SlotDetails
from workshops.services.series import Reach


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
    parent = forms.ChoiceField(
        label=_("Teil von"),
        required=False,
        help_text=_("Zum Beispiel einer Fachtagung; das Angebot steht dann auf deren Seite."),
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
    asks_guardian = forms.BooleanField(
        label=_("Nach Erziehungsberechtigten fragen"),
        required=False,
        help_text=_("Wenn Kinder unter 16 allein kommen: Name und Telefon für den Notfall."),
    )
    staff_only = forms.BooleanField(
        label=_("Nur für Beschäftigte"),
        required=False,
        help_text=_("Sehen und buchen können es Beschäftigte aller Kommunen, nach der Anmeldung."),
    )
    remind_hours_before = forms.IntegerField(
        label=_("Erinnerung, Stunden vorher"),
        min_value=1,
        max_value=336,
        initial=24,
        required=False,
        help_text=_("Leer: keine Erinnerung."),
    )
    remind_on_day_at = forms.TimeField(
        label=_("Erinnerung am Tag selbst, um"), required=False, widget=ClockInput
    )
    asks_reconfirmation = forms.BooleanField(
        label=_("48 Stunden vorher fragen, ob es dabei bleibt"),
        required=False,
        help_text=_("Wer nicht antwortet, gibt den Platz frei."),
    )
    feedback_question = LineField(
        label=_("Frage nach dem Termin"),
        max_length=300,
        required=False,
        help_text=_("Zum Beispiel: Was sollen wir beim nächsten Mal anders machen?"),
    )
    gives_certificate = forms.BooleanField(label=_("Teilnahme bescheinigen"), required=False)
    keep_days = forms.IntegerField(
        label=_("Daten der Gäste löschen, Tage nach dem Termin"),
        min_value=1,
        max_value=LONGEST_KEPT_DAYS,
        initial=30,
    )
    PARTS = {
        "what": ("title", "text", "theme", "audience", "age_min", "age_max", "language", "bring"),
        "where": ("venue", "is_online", "online_url", "parent"),
        "booking": ("max_party", "asks_organisation", "asks_guardian", "staff_only"),
    }

    def __init__(
        self,
        data: Any = None,
        *,
        themes: Iterable[Theme],
        venues: Iterable[Venue],
        events: Iterable[Workshop],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        offer(self, "theme", [("", _("Bitte wählen")), *((row.slug, row.name) for row in themes)])
        offer(
            self,
            "venue",
            [("", _("Kein fester Ort")), *((str(row.pk), row.name) for row in venues)],
        )
        offer(self, "parent", [("", _("–")), *((str(row.pk), row.title) for row in events)])

    @classmethod
    def initial_of(cls, workshop: Workshop) -> dict[str, Any]:
        """What stands in the fields of an offer that is changed."""
        names = cls.base_fields.keys() - {"theme", "venue", "parent"}
        plain = {name: getattr(workshop, name) for name in names}
        rows = {"venue": workshop.venue_id, "parent": workshop.parent_id}
        return {"theme": workshop.theme.slug, **rows, **plain}

    @property
    def parts(self) -> dict[str, list[forms.BoundField]]:
        """The fields by the part of the page they stand in; `after` has what is left."""
        named = {part: [self[name] for name in names] for part, names in self.PARTS.items()}
        placed = {name for names in self.PARTS.values() for name in names}
        return {**named, "after": [self[name] for name in self.fields if name not in placed]}

    def details(self) -> WorkshopDetails:
        values = dict(self.cleaned_data)
        venue_id, parent_id = (_row_id(values.pop(name)) for name in ("venue", "parent"))
        return WorkshopDetails(venue_id=venue_id, parent_id=parent_id, **values)


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
    decides_at = MomentField(
        label=_("Entscheidung am"),
        required=False,
        help_text=_("Ist die Mindestzahl dann nicht erreicht, wird der Termin abgesagt."),
    )
    confirm_by_at = MomentField(
        label=_("Zusage bis"),
        required=False,
        help_text=_("Nur bei Angeboten, die vorher nach der Zusage fragen."),
    )
    keep_days = forms.IntegerField(
        label=_("Daten der Gäste löschen, Tage nach dem Termin"),
        min_value=1,
        max_value=LONGEST_KEPT_DAYS,
        required=False,
        help_text=_("Sonst wie beim Angebot."),
    )
    MAIN: tuple[str, ...] = ("starts_at", "ends_at", "capacity", "room")

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
        names = SlotForm.base_fields.keys() - {"room"}
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
        values = self.slot_values()
        return SlotDetails(room_id=_row_id(values.pop("room")), **values)

    def slot_values(self) -> dict[str, Any]:
        """The cleaned values of the date itself."""
        return dict(self.cleaned_data)


class SlotChangeForm(SlotForm):
    """A date that is changed; of a series, with the question which of its dates are meant."""

    applies_to = forms.ChoiceField(
        label=_("Gilt für"),
        choices=Reach.choices,
        initial=Reach.ONE,
        widget=forms.RadioSelect,
        help_text=_("Termine, die Sie schon einzeln geändert haben, bleiben, wie sie sind."),
    )

    def __init__(self, data: Any = None, *, in_series: bool, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if in_series:
            self.MAIN = ("applies_to", *self.MAIN)
        else:
            del self.fields["applies_to"]

    @property
    def reach(self) -> str:
        return self.cleaned_data.get("applies_to") or Reach.ONE

    def slot_values(self) -> dict[str, Any]:
        values = super().slot_values()
        values.pop("applies_to", None)
        return values


def _row_id(chosen: str) -> int | None:
    return int(chosen) if chosen else None
