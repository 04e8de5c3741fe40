"""Forms around ideas: handing in, supporting, the town's steps. They clean input, never save."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.fields import DayInput, LineField, offer
from participation.models import Idea, Theme, Transition, User
from participation.models.ideas import LISTED_STATES, Origin, State
from participation.policy import ANSWERED_BY
from participation.services import wording
from participation.services.ideas import IdeaDraft
from participation.services.statuses import Step

SORTS = [
    ("new", _("Neueste zuerst")),
    ("support", _("Meiste Unterstützung")),
    ("answered", _("Zuletzt beantwortet")),
]


class TextField(forms.CharField):
    """Several lines; the service refuses control characters."""

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class IdeaFilter(forms.Form):
    """`filters` are the keyword arguments of `queries.ideas`; unknown choices are left out."""

    suche = LineField(label=_("Suchwort"), max_length=100, required=False)
    thema = forms.ChoiceField(label=_("Thema"), required=False)
    stand = forms.ChoiceField(
        label=_("Stand"),
        required=False,
        choices=[("", _("Jeder Stand")), *((state.value, state.label) for state in LISTED_STATES)],
    )
    sortierung = forms.ChoiceField(label=_("Reihenfolge"), required=False, choices=SORTS)

    def __init__(self, data: Any, *, themes: Iterable[Theme], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        offer(self, "thema", [("", _("Alle Themen")), *((row.slug, row.name) for row in themes)])

    @property
    def filters(self) -> dict[str, str]:
        self.is_valid()
        chosen = getattr(self, "cleaned_data", {})
        return {
            "text": chosen.get("suche", ""),
            "theme": chosen.get("thema", ""),
            "state": chosen.get("stand", ""),
            "sort": chosen.get("sortierung", "") or "new",
        }

    @property
    def is_filtering(self) -> bool:
        chosen = getattr(self, "cleaned_data", {})
        return any(chosen.get(name) for name in ("suche", "thema", "stand"))


class IdeaForm(forms.Form):
    """What a citizen types; staff see where it came from, guests are asked for their address."""

    title = LineField(
        label=_("Ihre Idee in einem Satz"),
        max_length=wording.TITLE_LENGTH,
        help_text=_("Zum Beispiel: Mehr Schatten auf dem Marktplatz"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-similar-input": ""}),
    )
    text = TextField(
        label=_("Beschreiben Sie Ihre Idee"),
        rows=8,
        max_length=wording.TEXT_LENGTH,
        help_text=_("Was soll besser werden, und für wen? Bitte nennen Sie keine Namen anderer."),
    )
    theme = forms.ChoiceField(label=_("Thema"))
    place = LineField(
        label=_("Wo?"),
        max_length=wording.PLACE_LENGTH,
        required=False,
        help_text=_("Straße, Platz oder Ortsteil"),
    )
    name = LineField(
        label=_("Ihr Name"),
        max_length=wording.NAME_LENGTH,
        required=False,
        help_text=_("Er steht öffentlich bei der Idee."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    anonymous = forms.BooleanField(label=_("Ohne meinen Namen veröffentlichen"), required=False)
    email = forms.EmailField(
        label=_("Ihre E-Mail-Adresse"),
        max_length=254,
        help_text=_(
            "Wir schicken Ihnen einen Link zum Bestätigen und jede Neuigkeit. "
            "Sie wird nicht veröffentlicht."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": _(
                "Bitte geben Sie eine vollständige E-Mail-Adresse ein, etwa kim@muster.de."
            )
        },
    )
    origin = forms.ChoiceField(
        label=_("Wie kam die Idee zu Ihnen?"),
        choices=[
            (Origin.WEB, _("Es ist meine eigene")),
            (Origin.PAPER, _("Auf Papier")),
            (Origin.PHONE, _("Am Telefon")),
            (Origin.WORKSHOP, _("In einem Workshop")),
        ],
        required=False,
    )
    campaign = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)

    def __init__(
        self,
        data: Any = None,
        *,
        themes: Iterable[Theme],
        guest: bool,
        captures: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        choices = [("", _("Bitte wählen")), *((row.slug, row.name) for row in themes)]
        offer(self, "theme", choices)
        if captures:
            self.fields["email"].required = False
            self.fields["email"].label = _("E-Mail-Adresse der Person")
            self.fields["name"].label = _("Name der Person")
        else:
            del self.fields["origin"]
            if not guest:
                del self.fields["email"]

    def draft(self, language: str) -> IdeaDraft:
        return IdeaDraft(
            **{name: value for name, value in self.cleaned_data.items() if name != "origin"},
            origin=self.cleaned_data.get("origin") or Origin.WEB,
            language=language,
        )


class AddressForm(forms.Form):
    """A guest's address, to support or to follow."""

    email = forms.EmailField(
        label=_("Ihre E-Mail-Adresse"),
        max_length=254,
        help_text=_("Wir schicken Ihnen einen Link. Erst damit zählt es."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": _(
                "Bitte geben Sie eine vollständige E-Mail-Adresse ein, etwa kim@muster.de."
            )
        },
    )


class CommentForm(forms.Form):
    text = TextField(label=_("Ihr Kommentar"), rows=4, max_length=wording.COMMENT_LENGTH)


class ReportForm(forms.Form):
    reason = TextField(
        label=_("Was stimmt hier nicht?"),
        max_length=wording.REASON_LENGTH,
        help_text=_("Zum Beispiel: Hier steht der Name einer Nachbarin."),
    )


class RevisionForm(forms.Form):
    """What an author may still change."""

    title = LineField(label=_("Ihre Idee in einem Satz"), max_length=wording.TITLE_LENGTH)
    text = TextField(label=_("Beschreiben Sie Ihre Idee"), rows=8, max_length=wording.TEXT_LENGTH)
    place = LineField(label=_("Wo?"), max_length=wording.PLACE_LENGTH, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class AnswerForm(forms.Form):
    """The author's answer to a question of the town."""

    reason = TextField(label=_("Ihre Antwort"), max_length=wording.REASON_LENGTH)


# --- The desk ------------------------------------------------------------------------------------


class InboxFilter(forms.Form):
    suche = LineField(label=_("Suchwort"), max_length=100, required=False)
    thema = forms.ChoiceField(label=_("Thema"), required=False)

    def __init__(self, data: Any, *, themes: Iterable[Theme], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        offer(self, "thema", [("", _("Alle Themen")), *((row.slug, row.name) for row in themes)])

    @property
    def filters(self) -> dict[str, str]:
        self.is_valid()
        chosen = getattr(self, "cleaned_data", {})
        return {"text": chosen.get("suche", ""), "theme": chosen.get("thema", "")}


STEP_LABELS = {
    State.PUBLISHED: _("Veröffentlichen"),
    State.DECLINED: _("Nicht veröffentlichen"),
    State.IN_REVIEW: _("Prüfung beginnen"),
    State.NEEDS_INFORMATION: _("Rückfrage stellen"),
    State.ACCEPTED: _("Annehmen"),
    State.PARTLY: _("Teilweise annehmen"),
    State.REJECTED: _("Ablehnen"),
    State.IN_PROGRESS: _("Umsetzung beginnen"),
    State.DONE: _("Als umgesetzt melden"),
    State.HIDDEN: _("Ausblenden"),
}


class StepForm(forms.Form):
    """One step of one idea, with the words it needs and no others."""

    to = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    rule = forms.ChoiceField(label=_("Regel"), choices=Transition.Rule.choices)
    response = TextField(
        label=_("Öffentliche Antwort der Verwaltung"), rows=8, max_length=wording.TEXT_LENGTH
    )
    signatory = LineField(
        label=_("Unterzeichnet von"),
        max_length=120,
        required=False,
        help_text=_("Zum Beispiel: Fachbereich Stadtgrün"),
    )
    reason = TextField(label=_("Begründung"), rows=3, max_length=wording.REASON_LENGTH)

    def __init__(self, data: Any = None, *, idea: Idea, to: State) -> None:
        super().__init__(
            data, auto_id=f"{to}_%s", initial={"to": to.value, "version": idea.version}
        )
        self.target = to
        reopens = to == State.IN_REVIEW and idea.state in (State.REJECTED, State.DONE)
        if to != State.DECLINED:
            del self.fields["rule"]
        if to not in ANSWERED_BY:
            del self.fields["response"], self.fields["signatory"]
        if to == State.NEEDS_INFORMATION:
            self.fields["reason"].label = _("Was möchten Sie wissen?")
        elif not reopens and to not in (State.DECLINED, State.HIDDEN):
            del self.fields["reason"]
        self.label = _("Wieder einblenden") if idea.state == State.HIDDEN else STEP_LABELS[to]
        if idea.state == State.NEEDS_INFORMATION and to == State.IN_REVIEW:
            self.label = _("Prüfung fortsetzen")
        elif reopens:
            self.label = _("Noch einmal prüfen")

    @property
    def is_plain(self) -> bool:
        """Nothing to type: a button is enough."""
        return not self.visible_fields()

    def step(self) -> Step:
        return Step(**{**self.cleaned_data, "to": self.target.value})


class ResponseForm(forms.Form):
    text = TextField(
        label=_("Öffentliche Antwort der Verwaltung"), rows=6, max_length=wording.TEXT_LENGTH
    )
    signatory = LineField(label=_("Unterzeichnet von"), max_length=120, required=False)


class NoteForm(forms.Form):
    text = TextField(label=_("Neue Notiz"), rows=3, max_length=wording.COMMENT_LENGTH)


class AssignmentForm(forms.Form):
    person = forms.TypedChoiceField(label=_("Person"), required=False, coerce=int, empty_value=None)
    department = LineField(label=_("Fachbereich"), max_length=120, required=False)
    due_date = forms.DateField(label=_("Bis wann"), required=False, widget=DayInput)

    def __init__(self, data: Any = None, *, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(data, auto_id="zustaendig_%s", **kwargs)
        named = ((row.pk, row.get_full_name()) for row in people)
        offer(self, "person", [("", _("Niemand")), *named])


class MergeForm(forms.Form):
    into = LineField(
        label=_("Aktenzeichen der Idee, die für beide weitergeht"),
        max_length=13,
        help_text=_("Zum Beispiel ME-2026-00042"),
    )


class TransferForm(forms.Form):
    to = forms.ChoiceField(label=_("Kommune"))
    reason = TextField(
        label=_("Warum dorthin?"), rows=3, max_length=wording.REASON_LENGTH, required=False
    )

    def __init__(
        self, data: Any = None, *, towns: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(data, auto_id="uebergabe_%s", **kwargs)
        offer(self, "to", [("", _("Bitte wählen")), *towns])


class SignatureForm(forms.Form):
    """Whom to ask to stand behind the valid answer."""

    to = forms.ChoiceField(label=_("Kommune"))

    def __init__(
        self, data: Any = None, *, towns: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(data, auto_id="mitzeichnung_%s", **kwargs)
        offer(self, "to", [("", _("Bitte wählen")), *towns])
