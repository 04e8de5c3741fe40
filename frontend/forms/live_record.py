"""What a council asks for: who may vote, counts by hand, what came of it, corrections."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.fields import LineField
from polls.models import PaperTally
from polls.services.papers import MOST_HANDS
from polls.services.sessions import MOST_PEOPLE
from polls.services.turnout import LONGEST_OUTCOME

FIELD = "n_"


class EligibleForm(forms.Form):
    eligible = forms.IntegerField(
        label=_("So viele Menschen dürfen abstimmen"),
        min_value=1,
        max_value=MOST_PEOPLE,
        required=False,
        help_text=_("Leer lassen, wenn das niemand weiß: Dann nennt das Ergebnis keine Quote."),
    )


class PaperForm(forms.Form):
    """One number an answer; `rows` are the round's keys and labels."""

    kind = forms.ChoiceField(
        label=_("Was wurde gezählt?"),
        choices=PaperTally.Kind.choices,
        initial=PaperTally.Kind.HANDS,
        widget=forms.RadioSelect,
    )
    ballots = forms.IntegerField(
        label=_("Wie viele Menschen wurden gezählt?"),
        min_value=1,
        max_value=MOST_HANDS,
        help_text=_("Bei Stimmzetteln auch die leeren und ungültigen."),
    )

    def __init__(self, data: Any = None, *, rows: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for key, label in rows:
            self.fields[f"{FIELD}{key}"] = forms.IntegerField(
                label=label, min_value=0, max_value=MOST_HANDS, required=False
            )

    def counts(self) -> dict[str, int]:
        return {
            name.removeprefix(FIELD): value or 0
            for name, value in self.cleaned_data.items()
            if name.startswith(FIELD)
        }

    @classmethod
    def initial_of(cls, tally: PaperTally) -> dict[str, Any]:
        """What stands in the fields of a count that is changed."""
        numbers = {f"{FIELD}{key}": n for key, n in tally.counts.items()}
        return {"kind": tally.kind, "ballots": tally.ballots, **numbers}


class OutcomeForm(forms.Form):
    text = forms.CharField(
        label=_("Was wurde daraus?"),
        required=False,
        max_length=LONGEST_OUTCOME,
        help_text=_("Zum Beispiel: Der Ausschuss hat am 3. März zugestimmt, gebaut wird im Mai."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    url = LineField(
        label=_("Adresse dazu"),
        required=False,
        max_length=200,
        help_text=_("Etwa die Vorlage im Ratsinformationssystem. Beginnt mit https://."),
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )
    idea = LineField(
        label=_("Idee Ihrer Kommune"),
        required=False,
        max_length=20,
        help_text=_("Ihre Nummer, zum Beispiel SO-2026-00042."),
    )


class CorrectionForm(forms.Form):
    supersedes = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = LineField(
        label=_("Warum wird berichtigt?"),
        max_length=300,
        help_text=_("Steht öffentlich bei der neuen Fassung."),
    )
    title = LineField(label=_("Titel"), max_length=160)
    eligible = forms.IntegerField(
        label=_("So viele Menschen durften abstimmen"),
        min_value=1,
        max_value=MOST_PEOPLE,
        required=False,
    )
