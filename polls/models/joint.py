"""The same question in several towns at once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from participation.models import Municipality, TenantQuerySet
from polls.models.answers import QuestionType
from polls.models.questions import Question


class JointSession(models.Model):
    """One wording, which each town puts in a live session of its own, with its own facilitator and
    clock. `options` is a list of [German, English or empty]. Nothing is counted here: results are
    read from the towns' questions, side by side and, where revealed, in sum.
    """

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="joint_sessions"
    )
    code = models.CharField(max_length=6, unique=True)
    title = models.CharField(max_length=160)
    type = models.CharField(max_length=10, choices=QuestionType)
    text = models.CharField(max_length=300)
    text_en = models.CharField(max_length=300, blank=True)
    options = models.JSONField(default=list)
    config = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()

    objects = TenantQuerySet["JointSession"].as_manager()

    class Meta:
        verbose_name = _("Gemeinsame Frage")
        verbose_name_plural = _("Gemeinsame Fragen")
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.title} ({self.code})"


class JointPart(models.Model):
    """A town's part: asked, then taking part with a question of its own, or not (any more).

    Who leaves keeps the question and its ballots; they only stop to stand beside the others.
    """

    class State(models.TextChoices):
        INVITED = "invited", _("eingeladen")
        JOINED = "joined", _("dabei")
        DECLINED = "declined", _("sagt ab")
        LEFT = "left", _("ausgestiegen")

    joint = models.ForeignKey(JointSession, on_delete=models.CASCADE, related_name="parts")
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="joint_parts"
    )
    question = models.OneToOneField(
        Question, on_delete=models.SET_NULL, null=True, blank=True, related_name="joint_part"
    )
    state = models.CharField(max_length=8, choices=State, default=State.INVITED)

    objects = TenantQuerySet["JointPart"].as_manager()

    class Meta:
        verbose_name = _("Teilnahme einer Kommune")
        verbose_name_plural = _("Teilnahmen der Kommunen")
        ordering = ("joint", "municipality__name", "pk")
        constraints = (
            models.UniqueConstraint(fields=("joint", "municipality"), name="joint_once_a_town"),
            models.CheckConstraint(
                condition=Q(state="joined") | Q(question=None), name="joint_question_while_joined"
            ),
        )

    def __str__(self) -> str:
        return f"{self.joint_id}: {self.municipality_id} {self.state}"
