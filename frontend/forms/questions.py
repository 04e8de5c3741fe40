"""The desk's form for one question."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.fields import LineField
from workshops.models import Question
from workshops.services.questions import CONDITIONS, MAX_OPTIONS, NO, YES, QuestionDetails

# Between the id of a question and the answer that is meant.
BETWEEN = ":"


class QuestionForm(forms.Form):
    """`others` are the questions that may be a condition."""

    text = LineField(label=_("Frage"), max_length=200)
    help_text = LineField(label=_("Hinweis"), max_length=300, required=False)
    kind = forms.ChoiceField(label=_("Wie wird geantwortet?"), choices=Question.Kind.choices)
    options = forms.CharField(
        label=_("Antworten zur Auswahl"),
        required=False,
        max_length=MAX_OPTIONS * 102,
        help_text=_("Eine je Zeile; nur bei einer oder mehreren Auswahlen"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    asked = forms.ChoiceField(
        label=_("Wann fragen wir?"), choices=Question.Asked.choices, widget=forms.RadioSelect
    )
    is_required = forms.BooleanField(label=_("Muss beantwortet werden"), required=False)
    depends = forms.ChoiceField(
        label=_("Nur fragen, wenn"),
        required=False,
        help_text=_("Eine frühere Frage mit Auswahl oder mit Ja und Nein"),
    )
    keep_days = forms.IntegerField(
        label=_("Antworten löschen, Tage nach dem Termin"), min_value=0, max_value=3650
    )

    def __init__(
        self,
        data: Any = None,
        *,
        others: Sequence[Question],
        question: Question | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        choices = [("", _("immer fragen"))]
        for other in others:
            if other.kind in CONDITIONS and other != question:
                choices += _conditions(other)
        self.fields["depends"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        self.initial.update(_initial(question) if question else {"asked": "booking"})
        self.initial.setdefault("keep_days", 30)

    def details(self) -> QuestionDetails:
        cleaned = self.cleaned_data
        needed, _between, value = cleaned["depends"].partition(BETWEEN)
        return QuestionDetails(
            text=cleaned["text"],
            help_text=cleaned["help_text"],
            kind=cleaned["kind"],
            options=cleaned["options"].splitlines(),
            asked=cleaned["asked"],
            is_required=cleaned["is_required"],
            depends_on_id=int(needed) if needed else None,
            depends_value=value,
            keep_days=cleaned["keep_days"],
        )


def _conditions(other: Question) -> list[tuple[str, Any]]:
    words = [(YES, _("Ja")), (NO, _("Nein"))]
    if other.options:
        words = [(option, option) for option in other.options]
    return [(f"{other.pk}{BETWEEN}{value}", f"{other.text} {word}") for value, word in words]


def _initial(question: Question) -> dict[str, Any]:
    depends = f"{question.depends_on_id}{BETWEEN}{question.depends_value}"
    return {
        "text": question.text,
        "help_text": question.help_text,
        "kind": question.kind,
        "options": "\n".join(question.options),
        "asked": question.asked,
        "is_required": question.is_required,
        "depends": depends if question.depends_on_id else "",
        "keep_days": question.keep_days,
    }
