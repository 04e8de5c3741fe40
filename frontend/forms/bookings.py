"""Forms of bookings, the waiting list and the door. They clean input and never save."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from frontend.forms.answers import AnswersForm, Row, condition_row
from frontend.forms.fields import LineField, offer
from workshops.models import Booking, Question, Slot
from workshops.services.bookings import Party
from workshops.services.parties import MAX_NAME, known_mail_domains
from workshops.services.questions import NO, YES

PHONE_LENGTH = 40
GUARDIAN = ("guardian_name", "guardian_phone")


def phone_field(label: Any, *, required: bool = False, help_text: Any = "") -> LineField:
    return LineField(
        label=label,
        max_length=PHONE_LENGTH,
        required=required,
        help_text=help_text,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )


def needs_field() -> forms.CharField:
    return forms.CharField(
        label=_("Was brauchen Sie, um gut teilzunehmen?"),
        max_length=500,
        required=False,
        help_text=_(
            "Zum Beispiel ein Platz für den Rollstuhl oder Gebärdensprache. Nur die Veranstalter "
            "lesen das; wir löschen es als Erstes."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def organisation_field() -> LineField:
    return LineField(
        label=_("Ihre Einrichtung"),
        max_length=MAX_NAME,
        help_text=_("Firma, Verein oder Behörde"),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )


def guardian_fields() -> dict[str, forms.Field]:
    return {
        "guardian_name": LineField(
            label=_("Name einer erziehungsberechtigten Person"),
            max_length=MAX_NAME,
            help_text=_("Für Kinder und Jugendliche unter 16, die allein kommen"),
        ),
        "guardian_phone": phone_field(
            _("Ihre Telefonnummer während des Angebots"),
            required=True,
            help_text=_("Dort rufen wir an, wenn etwas ist."),
        ),
    }


def minor_field() -> forms.ChoiceField:
    """Whether the guardian's fields need an answer."""
    return forms.ChoiceField(
        label=_("Kommt jemand unter 16 ohne eine erwachsene Person?"),
        choices=[(YES, _("Ja")), (NO, _("Nein"))],
        widget=forms.RadioSelect,
    )


class _PartyForm(forms.Form):
    party_size = forms.IntegerField(label=_("Wie viele Plätze?"), min_value=1, initial=1)
    name = LineField(
        label=_("Ihr Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Ihre E-Mail-Adresse"),
        max_length=254,
        help_text=_("Dorthin schicken wir den Link zum Bestätigen und Ihre Tickets."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": _(
                "Bitte geben Sie eine vollständige E-Mail-Adresse ein, etwa kim@muster.de."
            )
        },
    )

    def __init__(self, data: Any = None, *, slot: Slot, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["party_size"] = self._party_field(slot.workshop.max_party)

    def _party_field(self, most: int) -> forms.IntegerField:
        message = ngettext(
            "Je Buchung gibt es hier einen Platz. Bitte geben Sie 1 ein.",
            "Bitte geben Sie eine ganze Zahl von 1 bis %(most)s ein.",
            most,
        ) % {"most": most}
        field = forms.IntegerField(
            label=_("Wie viele Plätze?"),
            min_value=1,
            max_value=most,
            initial=1,
            help_text=_("Höchstens %(most)s in einer Buchung.") % {"most": most},
        )
        field.error_messages.update(invalid=message)
        for validator in field.validators:
            validator.message = message  # type: ignore[attr-defined]  # min and max carry one
        return field


class BookingForm(AnswersForm, _PartyForm):
    """A guest's booking: what must be said first, then what may be."""

    # Below a line that opens; the rest is short enough for a phone.
    MORE = ("names", "phone", "access_needs")

    organisation = organisation_field()
    names = forms.CharField(
        label=_("Namen auf den Tickets"),
        required=False,
        max_length=100 * (MAX_NAME + 2),
        help_text=_("Ein Name je Zeile. Ohne Namen steht auf jedem Ticket Ihrer."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    phone = phone_field(_("Ihre Telefonnummer"), help_text=_("Falls sich kurzfristig etwas ändert"))
    access_needs = needs_field()

    def __init__(self, data: Any = None, *, slot: Slot, **kwargs: Any) -> None:
        super().__init__(data, slot=slot, **kwargs)
        workshop = slot.workshop
        if not workshop.asks_organisation:
            del self.fields["organisation"]
        if workshop.asks_guardian:
            self.fields.update(minor_alone=minor_field(), **guardian_fields())
        if workshop.max_party == 1:
            del self.fields["names"]
        asked = {name for name in self.fields if name.startswith("answers.")}
        own = [name for name in self.fields if name not in asked and name not in self.MORE]
        self.order_fields([*own, *(name for name in self.fields if name in asked)])
        self.fields["email"].widget.attrs["data-mail-domains"] = " ".join(known_mail_domains())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("minor_alone") != YES and "minor_alone" in self.fields:
            for name in GUARDIAN:
                self.errors.pop(name, None)
                cleaned[name] = ""
        return cleaned

    def _row(self, field: BoundField, question: Question | None) -> Row:
        if field.name in GUARDIAN and "minor_alone" in self.fields:
            return condition_row(field, self["minor_alone"].label, "minor_alone", YES, _("Ja"))
        return super()._row(field, question)

    def clean_names(self) -> list[str]:
        lines = self.cleaned_data["names"].splitlines()
        return [line.strip() for line in lines if line.strip()]

    @property
    def first_rows(self) -> list[Row]:
        return [row for row in self.rows if row.field.name not in self.MORE]

    @property
    def more_rows(self) -> list[Row]:
        return [row for row in self.rows if row.field.name in self.MORE]

    @property
    def shows_more(self) -> bool:
        """Something is in there, or wrong."""
        return any(row.field.value() or row.field.errors for row in self.more_rows)

    def party(self, language: str) -> Party:
        cleaned = self.cleaned_data
        return Party(
            size=cleaned["party_size"],
            name=cleaned["name"],
            email=cleaned["email"],
            language=language,
            organisation=cleaned.get("organisation", ""),
            access_needs=cleaned["access_needs"],
            phone=cleaned["phone"],
            guardian_name=cleaned.get("guardian_name", ""),
            guardian_phone=cleaned.get("guardian_phone", ""),
            minor_alone=cleaned.get("minor_alone") != NO,
            names=cleaned.get("names", []),
            answers=self.answers(),
        )


class DeskBookingForm(BookingForm):
    """A booking at the desk or by phone: an e-mail address helps, but none is needed."""

    def __init__(self, data: Any = None, *, slot: Slot, **kwargs: Any) -> None:
        super().__init__(data, slot=slot, is_complete=False, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["email"].required = False
        self.fields["email"].label = _("E-Mail-Adresse")
        self.fields["email"].help_text = _("Ohne Adresse drucken Sie die Tickets aus.")
        if "organisation" in self.fields:
            self.fields["organisation"].required = False
            self.fields["organisation"].label = _("Einrichtung")
        self.fields.pop("minor_alone", None)
        for name in GUARDIAN:
            if name in self.fields:
                self.fields[name].required = False


class WaitingForm(_PartyForm):
    """A party that waits for seats."""

    min_party = forms.IntegerField(
        label=_("Wie viele Plätze brauchen Sie mindestens?"),
        min_value=1,
        help_text=_("Dieselbe Zahl heißt: alle oder keiner. Weniger erhöht Ihre Chance."),
    )
    field_order: tuple[str, ...] = ("party_size", "min_party", "name", "email")

    def __init__(self, data: Any = None, *, slot: Slot, **kwargs: Any) -> None:
        super().__init__(data, slot=slot, **kwargs)
        self.fields["email"].help_text = _("Dorthin schreiben wir, sobald Plätze frei werden.")
        self.fields["min_party"].initial = self.initial.get("party_size", 1)

    def party(self, language: str) -> Party:
        cleaned = self.cleaned_data
        return Party(
            size=cleaned["party_size"],
            name=cleaned["name"],
            email=cleaned["email"],
            language=language,
        )

    def clean_min_party(self) -> int:
        least: int = self.cleaned_data["min_party"]
        size = self.cleaned_data.get("party_size")
        if size is not None and least > size:
            raise forms.ValidationError(
                _("Das sind mehr Plätze, als Sie möchten. Bitte geben Sie höchstens %(size)s ein."),
                params={"size": size},
            )
        return least


class CancelForm(forms.Form):
    """Which seats of a booking are given back."""

    seats = forms.TypedMultipleChoiceField(
        label=_("Welche Plätze geben Sie zurück?"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Bitte wählen Sie mindestens einen Platz aus.")},
    )

    def __init__(self, data: Any = None, *, booking: Booking, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        open_tickets = [ticket for ticket in booking.tickets.all() if ticket.revoked_at is None]
        if not open_tickets:
            # A hold has no tickets yet: it is given back as a whole.
            del self.fields["seats"]
            return
        offer(
            self,
            "seats",
            [
                (ticket.seq, _("Platz %(seq)s") % {"seq": ticket.seq} + self._name(ticket.name))
                for ticket in open_tickets
            ],
        )
        self.initial.setdefault("seats", [ticket.seq for ticket in open_tickets])

    @property
    def chosen(self) -> list[int] | None:
        """None stands for all."""
        return self.cleaned_data.get("seats")

    @staticmethod
    def _name(name: str) -> str:
        return f" ({name})" if name else ""
