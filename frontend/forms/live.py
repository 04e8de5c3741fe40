"""Forms of live polls: joining by code, taking a seat, and what facilitators prepare."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from frontend.forms.fields import LineField, offer
from participation.secrets import normal_code
from polls.models import LiveSession, Question
from polls.models.answers import MAX_OPTIONS, QuestionType
from polls.models.sessions import Visibility
from polls.services.wording import Wording
from workshops.models import Slot

CODE_LENGTH = 6


class JoinForm(forms.Form):
    """The join code as people type it: small letters, blanks and dashes do not matter."""

    code = LineField(
        label=_("Code"),
        max_length=20,
        help_text=_("Sechs Buchstaben und Ziffern. Groß oder klein ist gleich."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "inputmode": "text",
                "class": "mw-code-input",
            }
        ),
    )

    def clean_code(self) -> str:
        code = normal_code(self.cleaned_data["code"])
        if len(code) != CODE_LENGTH:
            raise ValidationError(
                _("Der Code hat sechs Buchstaben und Ziffern, zum Beispiel AC7 K3M."),
                code="code_length",
            )
        return code


class SeatForm(forms.Form):
    """What gives a seat in a session that is not open to everyone."""

    LABELS: ClassVar[dict[str, tuple[Any, Any]]] = {
        LiveSession.Eligibility.TICKETS: (
            _("Ticket"),
            _(
                "Am einfachsten: Öffnen Sie Ihr Ticket, dort steht der Knopf zum Abstimmen."
                " Oder fügen Sie seine Adresse hier ein."
            ),
        ),
        LiveSession.Eligibility.CODES: (
            _("Einmal-Code"),
            _("Acht Buchstaben und Ziffern. Groß oder klein ist gleich."),
        ),
    }

    proof = LineField(max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, data: Any = None, *, kind: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.kind = kind
        if kind in self.LABELS:
            self.fields["proof"].label, self.fields["proof"].help_text = self.LABELS[kind]
        else:
            del self.fields["proof"]  # the log-in is the proof

    def evidence(self) -> dict[str, Any]:
        """The keyword of `seats.take_seat` that this kind of session looks at."""
        if self.kind not in self.LABELS:
            return {}
        name = "ticket_secret" if self.kind == LiveSession.Eligibility.TICKETS else "access_code"
        return {name: self.cleaned_data["proof"]}


class SessionForm(forms.Form):
    title = LineField(
        label=_("Titel"), max_length=160, help_text=_("Steht auf den Handys und an der Wand.")
    )
    eligibility = forms.ChoiceField(
        label=_("Wer darf abstimmen?"),
        choices=[
            (LiveSession.Eligibility.ANYONE, _("Alle, die den Code sehen")),
            (LiveSession.Eligibility.TICKETS, _("Wer mit Ticket eingelassen wurde")),
            (LiveSession.Eligibility.CODES, _("Wer einen Einmal-Code bekommen hat")),
            (LiveSession.Eligibility.ACCOUNT, _("Wer angemeldet ist, je Konto eine Stimme")),
        ],
        initial=LiveSession.Eligibility.ANYONE,
        widget=forms.RadioSelect,
    )
    slot = forms.ChoiceField(
        label=_("Termin"),
        required=False,
        help_text=_("Nötig, wenn Tickets zur Stimme berechtigen."),
    )
    visibility = forms.ChoiceField(
        label=_("Wann sieht der Saal das Ergebnis?"),
        choices=[
            (Visibility.HIDDEN, _("Wenn Sie es zeigen")),
            (Visibility.AFTER_CLOSE, _("Sobald die Abstimmung geschlossen ist")),
            (Visibility.LIVE, _("Sofort, während abgestimmt wird")),
        ],
        initial=Visibility.HIDDEN,
        widget=forms.RadioSelect,
    )

    def __init__(
        self, data: Any = None, *, slots: Iterable[tuple[Slot, str]], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        rows = [(str(slot.pk), words) for slot, words in slots]
        offer(self, "slot", [("", _("Kein Termin")), *rows])

    @property
    def slot_id(self) -> int | None:
        chosen = self.cleaned_data["slot"]
        return int(chosen) if chosen else None


class QuestionForm(forms.Form):
    type = forms.ChoiceField(
        label=_("Art der Frage"),
        choices=[
            (QuestionType.SINGLE, _("Eine Antwort wählen")),
            (QuestionType.MULTIPLE, _("Mehrere Antworten wählen")),
            (QuestionType.YES_NO, _("Ja, Nein oder Enthaltung")),
        ],
        initial=QuestionType.SINGLE,
        widget=forms.RadioSelect,
    )
    text = LineField(label=_("Frage"), max_length=300)
    options = forms.CharField(
        label=_("Antworten"),
        required=False,
        max_length=10_000,
        help_text=_("Eine Antwort je Zeile. Bei Ja, Nein oder Enthaltung leer lassen."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    min = forms.IntegerField(
        label=_("Mindestens so viele"), min_value=1, max_value=MAX_OPTIONS, required=False
    )
    max = forms.IntegerField(
        label=_("Höchstens so viele"), min_value=1, max_value=MAX_OPTIONS, required=False
    )
    text_en = LineField(label=_("Frage auf Englisch"), max_length=300, required=False)
    options_en = forms.CharField(
        label=_("Antworten auf Englisch"),
        required=False,
        max_length=10_000,
        help_text=_("In derselben Reihenfolge, eine je Zeile."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    @classmethod
    def initial_of(cls, question: Question) -> dict[str, Any]:
        """What stands in the fields of a question that is changed."""
        own = question.type == QuestionType.YES_NO
        options = [] if own else list(question.options.all())
        english = [option.text_en for option in options]
        return {
            "type": question.type,
            "text": question.text,
            "text_en": question.text_en,
            "options": "\n".join(option.text for option in options),
            "options_en": "\n".join(english) if all(english) else "",
            "min": question.config.get("min"),
            "max": question.config.get("max"),
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        german = _lines(values.get("options", ""))
        english = _lines(values.get("options_en", ""))
        if english and len(english) != len(german):
            self.add_error(
                "options_en",
                ValidationError(
                    _("Bitte geben Sie so viele englische Antworten an wie deutsche."),
                    code="option_count",
                ),
            )
        return values

    def wording(self) -> Wording:
        values = self.cleaned_data
        german = _lines(values["options"])
        english = _lines(values["options_en"]) or [""] * len(german)
        config = {
            name: values[name]
            for name in ("min", "max")
            if values[name] is not None and values["type"] == QuestionType.MULTIPLE
        }
        return Wording(
            type=values["type"],
            text=values["text"],
            text_en=values["text_en"],
            options=list(zip(german, english, strict=True)),
            config=config,
        )


class CodesForm(forms.Form):
    count = forms.IntegerField(label=_("Anzahl"), min_value=1, max_value=2000, initial=50)


def _lines(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()]
