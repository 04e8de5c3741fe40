"""Forms of joint questions: what is asked, which towns, and in which live session."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.fields import LineField, offer
from frontend.forms.live import QuestionForm
from polls.models import LiveSession
from polls.services.joint import JOINT_TYPES


class JointForm(QuestionForm):
    """A question with a title and the towns that are asked to put it, too."""

    title = LineField(
        label=_("Titel"), max_length=160, help_text=_("Steht in allen Kommunen über der Frage.")
    )
    towns = forms.MultipleChoiceField(
        label=_("Welche Kommunen laden Sie ein?"), widget=forms.CheckboxSelectMultiple
    )
    field_order = ("title", "text", "type", "options", "min", "max", "towns")

    def __init__(
        self, data: Any = None, *, towns: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        offer(self, "towns", list(towns))
        offer(self, "type", [(kind.value, kind.label) for kind in JOINT_TYPES])


class InviteForm(forms.Form):
    town = forms.ChoiceField(label=_("Kommune"))

    def __init__(
        self, data: Any = None, *, towns: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        offer(self, "town", [("", _("Bitte wählen")), *towns])


class JoinJointForm(forms.Form):
    """Where the question goes: into a session that is there, or into a new one."""

    session = forms.ChoiceField(
        label=_("In welcher Live-Runde stellen Sie die Frage?"), required=False
    )

    def __init__(self, data: Any = None, *, sessions: Iterable[LiveSession], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        rows = [(row.code, f"{row.title} ({row.code})") for row in sessions]
        offer(self, "session", [("", _("In einer neuen Live-Runde")), *rows])
