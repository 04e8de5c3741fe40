"""Settings of a live session, and the copy of one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.fields import LineField
from frontend.forms.live import SessionForm
from polls.models import LiveSession


class SettingsForm(SessionForm):
    """Everything about an evening but its questions; only what may still change is a field."""

    pace = forms.ChoiceField(
        label=_("Wie werden die Fragen gestellt?"),
        choices=[
            (LiveSession.Pace.TOGETHER, _("Nacheinander: alle sind bei derselben Frage")),
            (LiveSession.Pace.OWN, _("Alle auf einmal: jede Person in ihrem Tempo")),
        ],
        widget=forms.RadioSelect,
    )
    qa = forms.ChoiceField(
        label=_("Darf der Saal selbst Fragen stellen?"),
        choices=[
            (LiveSession.Moderation.OFF, _("Nein")),
            (LiveSession.Moderation.BEFORE, _("Ja, wir prüfen sie vorher")),
            (LiveSession.Moderation.AFTER, _("Ja, sie erscheinen gleich")),
        ],
        widget=forms.RadioSelect,
    )
    cards = forms.BooleanField(
        label=_("Tischkarten: Der Saal schreibt Karten, aus denen Ideen werden können"),
        required=False,
    )
    reactions = forms.BooleanField(
        label=_("Reaktionen: Der Saal darf klatschen und Herzen schicken"), required=False
    )
    leaderboard = forms.BooleanField(
        label=_("Rangliste: Wer beim Quiz einen Spitznamen wählt, steht an der Wand"),
        required=False,
    )
    eligible = forms.IntegerField(
        label=_("Wie viele Menschen dürfen abstimmen?"),
        required=False,
        min_value=1,
        max_value=10_000_000,
        help_text=_("Nur wenn Sie es wissen. Daraus ergibt sich die Beteiligung."),
    )

    ALWAYS = ("title", "eligible")
    BEFORE_START = ("eligibility", "slot")

    def __init__(self, data: Any = None, *, session: LiveSession, **kwargs: Any) -> None:
        names = ("title", "eligibility", "visibility", "pace", "qa", "cards", "reactions")
        initial = {name: getattr(session, name) for name in (*names, "leaderboard", "eligible")}
        initial["slot"] = str(session.slot_id or "")
        super().__init__(data, initial=initial, **kwargs)
        for name in list(self.fields):
            if not self._may_change(session, name):
                del self.fields[name]

    def _may_change(self, session: LiveSession, name: str) -> bool:
        if name in self.ALWAYS:
            return True
        if name in self.BEFORE_START:
            return session.state == LiveSession.State.DRAFT
        return session.state in {LiveSession.State.DRAFT, LiveSession.State.LIVE}

    def changes(self) -> dict[str, Any]:
        """What `sessions.change_settings` takes."""
        changed = dict(self.cleaned_data)
        if "slot" in changed:
            changed["slot"] = self.slot_id
        return changed


class CopyForm(forms.Form):
    title = LineField(
        label=_("Titel der neuen Live-Runde"),
        max_length=160,
        required=False,
        help_text=_("Leer lassen, wenn sie heißen soll wie die alte."),
    )
    kind = forms.ChoiceField(
        label=_("Wofür?"),
        choices=[
            (LiveSession.Kind.REAL, _("Für den nächsten Abend")),
            (LiveSession.Kind.TEMPLATE, _("Als Vorlage, die nur kopiert wird")),
            (
                LiveSession.Kind.REHEARSAL,
                _("Zum Proben mit erfundenen Stimmen; morgen ist die Probe gelöscht"),
            ),
        ],
        initial=LiveSession.Kind.REAL,
        widget=forms.RadioSelect,
    )
