"""Questions, their options, and the rounds in which they are put."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from participation.models import TenantQuerySet
from polls.models.answers import ANSWERS, Answer, QuestionType, Spec
from polls.models.sessions import LiveSession, Visibility

CLOSING_GRACE = timedelta(seconds=2)


class Question(models.Model):
    """Its wording, options and config stand still from its first ballot on (`frozen_at`).

    `texts` has the wordings in further languages: {language: text}.
    """

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    type = models.CharField(max_length=10, choices=QuestionType)
    text = models.CharField(max_length=300)
    text_en = models.CharField(max_length=300, blank=True)
    texts = models.JSONField(default=dict, blank=True)
    image = models.ImageField(upload_to="live/", blank=True)
    image_alt = models.CharField(max_length=300, blank=True)
    config = models.JSONField(default=dict, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Frage")
        verbose_name_plural = _("Fragen")
        ordering = ("session", "position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("session", "position"), name="question_position_once"),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def answer(self) -> Answer:
        return ANSWERS[self.type]

    def spec(self, options: Iterable["Option"]) -> Spec:
        """What ballots are checked against; `options` are its own, in order."""
        return Spec(self.type, self.config, tuple(option.pk for option in options))


class Option(models.Model):
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    text_en = models.CharField(max_length=200, blank=True)
    texts = models.JSONField(default=dict, blank=True)
    image = models.ImageField(upload_to="live/", blank=True)

    class Meta:
        verbose_name = _("Antwort")
        verbose_name_plural = _("Antworten")
        ordering = ("question", "position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("question", "position"), name="option_position_once"),
        )

    def __str__(self) -> str:
        return self.text


class RoundQuerySet(TenantQuerySet["Round"]):
    tenant_path = "question__session__municipality"

    def lacking_pictures(self) -> "RoundQuerySet":
        """Those whose question is answered on a picture, or with pictures, and has not got them; a
        picture that merely goes with the words may be missing.
        """
        bare = Exists(Option.objects.filter(question=OuterRef("question"), image=""))
        views = Q(bare, question__type=QuestionType.IMAGE)
        pin = Q(question__type=QuestionType.PIN, question__config__on="image", question__image="")
        return self.filter(views | pin)


class Round(models.Model):
    """One time a question is put. The state never goes back: "again" is a new round.

    `revealed` alone decides whether the room sees the counts; `visibility` says what opening and
    closing do to it. Lock order: session, then round, then ballots, then tallies.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("vorbereitet")
        OPEN = "open", _("offen")
        CLOSED = "closed", _("geschlossen")
        CERTIFIED = "certified", _("festgestellt")

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="rounds")
    n = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    visibility = models.CharField(max_length=11, choices=Visibility, default=Visibility.HIDDEN)
    revealed = models.BooleanField(default=False)
    opened_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Seit wann auf eine Person gewartet wird")
    )
    hidden_words = models.JSONField(
        default=list, blank=True, help_text=_("Wörter, die die Moderation aus der Wolke nimmt")
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("Durchgang")
        verbose_name_plural = _("Durchgänge")
        ordering = ("question", "n", "pk")
        constraints = (
            models.UniqueConstraint(fields=("question", "n"), name="round_n_once"),
            models.CheckConstraint(
                condition=Q(state="draft", opened_at=None) | ~Q(state="draft") & ~Q(opened_at=None),
                name="round_opened_at_once_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "open"), closed_at=None)
                | Q(state__in=("closed", "certified")) & ~Q(closed_at=None),
                name="round_closed_at_once_closed",
            ),
            models.CheckConstraint(
                condition=Q(held_at=None) | Q(state="open"), name="round_held_while_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.question_id}/{self.n}"

    @property
    def is_final(self) -> bool:
        return self.state in {self.State.CLOSED, self.State.CERTIFIED}

    def takes_ballots(self, now: datetime) -> bool:
        """Open, and held for a person or not more than the grace past its closing time."""
        in_time = (
            self.closes_at is None
            or self.held_at is not None
            or now <= self.closes_at + CLOSING_GRACE
        )
        return self.state == self.State.OPEN and in_time
