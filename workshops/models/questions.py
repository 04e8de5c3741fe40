"""What a workshop asks the people who come, and what they answered."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from participation.models import TenantQuerySet
from workshops.models.booking import Booking
from workshops.models.door import RefusedWalkIn
from workshops.models.workshop import Workshop


class QuestionQuerySet(TenantQuerySet["Question"]):
    tenant_path = "workshop__municipality"


class Question(models.Model):
    """One typed question of a workshop, asked at booking or at the door.

    `options` are the texts to choose from (choice, several). A conditional question is asked only
    where `depends_on` was answered with `depends_value`. Its answers go `keep_days` after the
    slot's end, earlier than the booking where that is shorter.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Zahl")
        CHOICE = "choice", _("eine Auswahl")
        SEVERAL = "several", _("mehrere Auswahlen")
        YES_NO = "yes_no", _("Ja oder Nein")
        DATE = "date", _("Datum")

    class Asked(models.TextChoices):
        BOOKING = "booking", _("bei der Buchung")
        DOOR = "door", _("am Einlass")

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="questions")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("Art"), max_length=7, choices=Kind, default=Kind.TEXT)
    asked = models.CharField(_("Wann"), max_length=7, choices=Asked, default=Asked.BOOKING)
    text = models.CharField(_("Frage"), max_length=200)
    help_text = models.CharField(_("Hinweis"), max_length=300, blank=True)
    options = models.JSONField(_("Antworten zur Auswahl"), default=list, blank=True)
    is_required = models.BooleanField(_("Pflicht"), default=False)
    depends_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="dependents"
    )
    depends_value = models.CharField(_("nur bei der Antwort"), max_length=200, blank=True)
    keep_days = models.PositiveSmallIntegerField(_("Antworten löschen nach Tagen"), default=30)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Frage")
        verbose_name_plural = _("Fragen")
        ordering = ("position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(keep_days__range=(0, 3650)), name="question_keep_days_0_to_3650"
            ),
            models.CheckConstraint(
                condition=Q(depends_on=None, depends_value="")
                | (Q(depends_on__isnull=False) & ~Q(depends_value="")),
                name="question_condition_is_whole",
            ),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def condition_as_text(self) -> str:
        """The answer it depends on, as people read it."""
        if self.depends_on is not None and self.depends_on.kind == self.Kind.YES_NO:
            return gettext("Ja") if self.depends_value == "yes" else gettext("Nein")
        return self.depends_value


class GivenAnswer(models.Model):
    """A string, a number, a boolean, an ISO date, or a list of option texts."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="%(class)ss")
    value = models.JSONField()

    class Meta:
        abstract = True
        ordering = ("question__position", "question", "pk")

    def __str__(self) -> str:
        return f"{self.question_id}: {self.value}"

    @property
    def as_text(self) -> str:
        """As people read it, in the reader's language."""
        if isinstance(self.value, bool):
            return gettext("Ja") if self.value else gettext("Nein")
        if isinstance(self.value, list):
            return ", ".join(str(one) for one in self.value)
        if self.question.kind == Question.Kind.DATE:
            return date_format(date.fromisoformat(self.value), "SHORT_DATE_FORMAT")
        return number_format(self.value) if isinstance(self.value, float) else str(self.value)


class AnswerQuerySet(TenantQuerySet["Answer"]):
    tenant_path = "booking__slot__workshop__municipality"


class Answer(GivenAnswer):
    """A booking's answer."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="given_answers")

    objects = AnswerQuerySet.as_manager()

    class Meta(GivenAnswer.Meta):
        verbose_name = _("Antwort")
        verbose_name_plural = _("Antworten")
        constraints = (
            models.UniqueConstraint(fields=("question", "booking"), name="answer_once_a_booking"),
        )


class RefusedAnswerQuerySet(TenantQuerySet["RefusedAnswer"]):
    tenant_path = "refused__slot__workshop__municipality"


class RefusedAnswer(GivenAnswer):
    """What people answered whom a door without a network let in and who did not fit; it becomes an
    `Answer` of the booking they get."""

    refused = models.ForeignKey(
        RefusedWalkIn, on_delete=models.PROTECT, related_name="given_answers"
    )

    objects = RefusedAnswerQuerySet.as_manager()

    class Meta(GivenAnswer.Meta):
        verbose_name = _("Antwort ohne Platz")
        verbose_name_plural = _("Antworten ohne Platz")
        constraints = (
            models.UniqueConstraint(fields=("question", "refused"), name="refused_answer_once"),
        )
