"""The question after a date."""

from django import forms
from django.utils.translation import gettext_lazy as _

from workshops.services.feedback import LONGEST_TEXT

STARS = [
    ("5", _("5 – sehr gut")),
    ("4", _("4 – gut")),
    ("3", _("3 – mittel")),
    ("2", _("2 – eher nicht gut")),
    ("1", _("1 – gar nicht gut")),
]


class FeedbackForm(forms.Form):
    stars = forms.TypedChoiceField(
        label=_("Wie war es?"), choices=STARS, coerce=int, widget=forms.RadioSelect
    )
    text = forms.CharField(
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Bitte nennen Sie keine Namen."),
    )

    def __init__(self, *args: object, question: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["text"].label = question
