"""Fields that several forms share."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from participation.errors import InvalidInput, RuleBroken


def refuse_control_characters(value: str) -> None:
    if any(unicodedata.category(character) == "Cc" for character in value):
        raise ValidationError(
            _("Bitte geben Sie nur Buchstaben, Ziffern und Satzzeichen ein."),
            code="control_characters",
        )


class LineField(forms.CharField):
    """One line of text, without control characters."""

    default_validators = [*forms.CharField.default_validators, refuse_control_characters]


class DayInput(forms.DateInput):
    """The browser's own calendar; its value is ISO in every language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """A time of day, in the browser's own field."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class MomentField(forms.DateTimeField):
    """A day and a time of day in Südwestfalen."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M"], **kwargs)


def offer(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Give the choice field `name` its choices, which are rows of this town."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} is no choice field")
    field.choices = list(choices)
    field.error_messages["invalid_choice"] = _("Bitte wählen Sie aus der Liste.")


def add_rule(form: forms.Form, error: RuleBroken, *, field: str = "") -> None:
    """Show a rule that a service enforces beside its field (or `field`), or above the form."""
    for one in error.errors if isinstance(error, InvalidInput) else (error,):
        attr = one.attr if isinstance(one, InvalidInput) else field
        form.add_error(attr if attr in form.fields else None, str(one.message))
