"""A workshop's questions as fields of a form; what counts as an answer the service says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from frontend.forms.fields import DayInput
from frontend.templatetags.mitwirk import spoken_in
from workshops.models import Question
from workshops.services.questions import MAX_ANSWER, NO, YES, clean_answers

# More options than these are easier to find in a list that opens.
MOST_BUTTONS = 6


@dataclass(frozen=True, slots=True)
class Row:
    """A field; with a condition it counts only where the field `needs` has the value `value`."""

    field: BoundField
    needs: str = ""
    value: str = ""
    condition: str = ""


class AnswerField(forms.Field):
    """Takes what was typed as it is: whether the question is asked at all depends on others."""

    def clean(self, value: Any) -> Any:
        return value


class AnswersForm(forms.Form):
    """A form with a field `answers.<id>` for each question; `rows` puts all in order."""

    def __init__(
        self,
        data: Any = None,
        *,
        questions: Sequence[Question] = (),
        answers: Mapping[int, Any] | None = None,
        is_complete: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.questions, self.is_complete = questions, is_complete
        for question in questions:
            name = name_of(question.pk)
            self.fields[name] = _field(question, required=question.is_required and is_complete)
            if answers and question.pk in answers:
                self.initial[name] = _shown(answers[question.pk])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        given = {str(row.pk): cleaned.get(name_of(row.pk)) for row in self.questions}
        _answers, errors = clean_answers(self.questions, given, is_complete=self.is_complete)
        for pk, error in errors.items():
            self.add_error(name_of(pk), str(error.message))
        return cleaned

    def answers(self) -> dict[str, Any]:
        """By question, for the service; an empty one takes an answer back."""
        return {str(row.pk): self.cleaned_data[name_of(row.pk)] for row in self.questions}

    @property
    def rows(self) -> list[Row]:
        conditions = {name_of(row.pk): row for row in self.questions if row.depends_on_id}
        return [
            self._row(field, conditions.get(field.name)) for field in self if not field.is_hidden
        ]

    def _row(self, field: BoundField, question: Question | None) -> Row:
        needed = question.depends_on if question else None
        if question is None or needed is None or name_of(needed.pk) not in self.fields:
            return Row(field)
        value, shown = question.depends_value, question.condition_as_text
        return condition_row(field, needed.text, name_of(needed.pk), value, shown)


def condition_row(field: BoundField, text: Any, needs: str, value: str, shown: Any) -> Row:
    """A field that counts only where the question `text` was answered with `value`."""
    condition = _("Nur wenn Ihre Antwort auf „%(question)s“ „%(answer)s“ ist:")
    return Row(field, needs, value, condition % {"question": text, "answer": shown})


def name_of(question_id: int) -> str:
    return f"answers.{question_id}"


def _shown(value: Any) -> Any:
    """An answer as its field shows it."""
    if isinstance(value, bool):
        return YES if value else NO
    return value


def _field(question: Question, *, required: bool) -> AnswerField:
    return AnswerField(
        label=spoken_in(question.text, "de"),
        help_text=spoken_in(question.help_text, "de") if question.help_text else "",
        required=required,
        widget=_widget(question),
    )


def _widget(question: Question) -> forms.Widget:
    kinds = Question.Kind
    options = [(option, option) for option in question.options]
    match question.kind:
        case kinds.NUMBER:
            return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        case kinds.DATE:
            return DayInput()
        case kinds.YES_NO:
            return forms.RadioSelect(choices=[(YES, _("Ja")), (NO, _("Nein"))])
        case kinds.SEVERAL:
            return forms.CheckboxSelectMultiple(choices=options)
        case kinds.CHOICE if len(options) <= MOST_BUTTONS:
            return forms.RadioSelect(choices=options)
        case kinds.CHOICE:
            return forms.Select(choices=[("", _("Bitte wählen")), *options])
    return forms.Textarea(attrs={"rows": 2, "maxlength": MAX_ANSWER})
