"""Forms of bookings, the waiting list and the door. They clean input and never save."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from frontend.forms.fields import LineField, offer
from workshops.models import Booking, Slot
from workshops.services.bookings import Party
from workshops.services.parties import MAX_NAME


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


class BookingForm(_PartyForm):
    """A guest's booking."""

    organisation = LineField(
        label=_("Ihre Einrichtung"),
        max_length=120,
        help_text=_("Firma, Verein oder Behörde"),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    access_needs = forms.CharField(
        label=_("Was brauchen Sie, um gut teilzunehmen?"),
        max_length=500,
        required=False,
        help_text=_(
            "Zum Beispiel ein Platz für den Rollstuhl oder Gebärdensprache. Nur die Veranstalter "
            "lesen das; wir löschen es als Erstes."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, slot: Slot, **kwargs: Any) -> None:
        super().__init__(data, slot=slot, **kwargs)
        if not slot.workshop.asks_organisation:
            del self.fields["organisation"]

    def party(self, language: str) -> Party:
        cleaned = self.cleaned_data
        return Party(
            size=cleaned["party_size"],
            name=cleaned["name"],
            email=cleaned["email"],
            language=language,
            organisation=cleaned.get("organisation", ""),
            access_needs=cleaned["access_needs"],
        )


class DeskBookingForm(BookingForm):
    """A booking at the desk or by phone: an e-mail address helps, but none is needed."""

    def __init__(self, data: Any = None, *, slot: Slot, **kwargs: Any) -> None:
        super().__init__(data, slot=slot, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["email"].required = False
        self.fields["email"].label = _("E-Mail-Adresse")
        self.fields["email"].help_text = _("Ohne Adresse drucken Sie die Tickets aus.")
        if "organisation" in self.fields:
            self.fields["organisation"].required = False
            self.fields["organisation"].label = _("Einrichtung")


class WaitingForm(_PartyForm):
    """A party that waits for seats."""

    min_party = forms.IntegerField(
        label=_("Wie viele Plätze brauchen Sie mindestens?"),
        min_value=1,
        help_text=_("Dieselbe Zahl heißt: alle oder keiner. Weniger erhöht Ihre Chance."),
    )
    field_order = ("party_size", "min_party", "name", "email")

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


class DoorForm(forms.Form):
    """A code typed at the door, without JavaScript; `client_uuid` makes a resent form harmless."""

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
    kind = forms.ChoiceField(
        choices=[("entry", ""), ("undo", "")], widget=forms.HiddenInput, initial="entry"
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, initial={"client_uuid": uuid4(), "kind": "entry"}, **kwargs)


class WalkInForm(forms.Form):
    """People at the door without a booking: each size is a button."""

    SIZES = (1, 2, 3, 4)

    party_size = forms.TypedChoiceField(
        label=_("Wie viele Personen?"),
        choices=[(size, size) for size in SIZES],
        coerce=int,
        error_messages={"required": _("Bitte tippen Sie auf eine Zahl.")},
    )
    name = LineField(label=_("Name"), max_length=MAX_NAME, required=False)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        # Stands on one page with the form for typed codes.
        super().__init__(data, auto_id="id_walk_in_%s", **kwargs)
