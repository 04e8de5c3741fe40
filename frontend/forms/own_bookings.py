"""Forms behind the links of a booking's mails. They clean input and never save."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from frontend import dates
from frontend.forms.answers import AnswersForm
from frontend.forms.bookings import (
    GUARDIAN,
    guardian_fields,
    needs_field,
    organisation_field,
    phone_field,
)
from frontend.forms.fields import LineField, offer
from workshops.models import AccessNeeds, Booking, Slot, Ticket
from workshops.services.parties import MAX_NAME

ALWAYS = ("name", "phone", "organisation", "guardian_name", "guardian_phone")


class ChangeForm(AnswersForm):
    """What a party says about itself; `answers` are those given so far."""

    name = LineField(
        label=_("Name"),
        max_length=MAX_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        booking: Booking,
        seats: Sequence[Ticket],
        at_desk: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, is_complete=not at_desk, **kwargs)
        self.seats = seats
        workshop = booking.slot.workshop
        self.fields["name"].required = bool(booking.email)
        fields: dict[str, forms.Field] = {
            f"seat_{ticket.seq}": LineField(
                label=_("Name auf dem Ticket für Platz %(seq)s") % {"seq": ticket.seq},
                max_length=MAX_NAME,
                required=False,
            )
            for ticket in seats
        }
        fields["phone"] = phone_field(_("Telefon"))
        if workshop.asks_organisation or booking.organisation:
            fields["organisation"] = organisation_field()
            fields["organisation"].required = False
        if workshop.asks_guardian:
            fields |= guardian_fields()
            for name in GUARDIAN:
                fields[name].required = bool(booking.guardian_name) and not at_desk
        fields["access_needs"] = needs_field()
        fields["language"] = forms.ChoiceField(
            label=_("Sprache unserer E-Mails"),
            choices=settings.LANGUAGES,
            widget=forms.RadioSelect,
        )
        self.fields.update(fields)
        asked = [name for name in self.fields if name.startswith("answers.")]
        self.order_fields(["name", *(f"seat_{ticket.seq}" for ticket in seats), *asked])
        self.initial.update(initial_of(booking, seats))

    def changes(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        changes = {name: cleaned[name] for name in ALWAYS if name in cleaned}
        if self.seats:
            changes["names"] = [cleaned[f"seat_{ticket.seq}"] for ticket in self.seats]
        return {
            **changes,
            "access_needs": cleaned["access_needs"],
            "language": cleaned["language"],
            "answers": self.answers(),
        }


def initial_of(booking: Booking, seats: Sequence[Ticket]) -> dict[str, Any]:
    needs: AccessNeeds | None = getattr(booking, "access_needs", None)
    return {
        **{name: getattr(booking, name) for name in (*ALWAYS, "language")},
        **{f"seat_{ticket.seq}": ticket.name for ticket in seats},
        "access_needs": needs.text if needs else "",
    }


class MoveForm(forms.Form):
    """To which other date."""

    slot = forms.TypedChoiceField(
        label=_("Neuer Termin"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Bitte wählen Sie einen Termin.")},
    )

    def __init__(self, data: Any = None, *, slots: Sequence[Slot], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        offer(self, "slot", [(slot.pk, self._label(slot)) for slot in slots])
        self.fields["slot"].error_messages["invalid_choice"] = _(
            "Dieser Termin ist inzwischen zu voll oder nicht mehr buchbar. Die Buchung bleibt, wie "
            "sie ist."
        )

    @staticmethod
    def _label(slot: Slot) -> str:
        left = ngettext("noch ein Platz", "noch %(left)s Plätze", slot.seats_left)
        return f"{dates.when(slot.starts_at)} ({left % {'left': slot.seats_left}})"


class EmailForm(forms.Form):
    """The right address for a hold that waits for its link."""

    email = forms.EmailField(
        label=_("Richtige E-Mail-Adresse"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": _(
                "Bitte geben Sie eine vollständige E-Mail-Adresse ein, etwa kim@muster.de."
            )
        },
    )
