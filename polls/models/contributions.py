"""What the room writes: questions with up-votes, cards of an open question, table cards."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from participation.models import TenantQuerySet
from polls.models.questions import Round
from polls.models.sessions import LiveSession, Seat


class Reaction(models.TextChoices):
    """Passes over the wall and is not kept."""

    UP = "up", _("Zustimmung")
    HEART = "heart", _("Gefällt mir")
    CLAP = "clap", _("Applaus")
    PUZZLED = "puzzled", _("Das ist mir unklar")


class ContributionQuerySet(TenantQuerySet["Contribution"]):
    tenant_path = "session__municipality"


class Contribution(models.Model):
    """A text from the room, without a name.

    `seat` and `ballot` are there while its author may still change it: they go when its round
    closes (answers) or the session ends (the rest), and the rows are written anew, shuffled.
    `votes` counts its up-votes. A card becomes an idea only with `consent`.
    """

    class Kind(models.TextChoices):
        QUESTION = "question", _("Frage aus dem Saal")
        ANSWER = "answer", _("Antwort")
        CARD = "card", _("Tischkarte")

    class State(models.TextChoices):
        PENDING = "pending", _("wartet auf Prüfung")
        SHOWN = "shown", _("zu sehen")
        ANSWERED = "answered", _("beantwortet")
        ARCHIVED = "archived", _("weggelegt")

    id = models.UUIDField(primary_key=True, editable=False)
    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="contributions")
    round = models.ForeignKey(
        Round, on_delete=models.CASCADE, null=True, blank=True, related_name="contributions"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    pinned = models.BooleanField(default=False)
    votes = models.PositiveIntegerField(default=0)
    consent = models.BooleanField(default=False)
    idea = models.OneToOneField(
        "participation.Idea", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    seat = models.ForeignKey(
        Seat, on_delete=models.SET_NULL, null=True, blank=True, related_name="contributions"
    )
    ballot = models.UUIDField(null=True, blank=True, unique=True)
    created_at = models.DateTimeField(null=True, blank=True)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Beitrag aus dem Saal")
        verbose_name_plural = _("Beiträge aus dem Saal")
        ordering = ("session", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="answer", round__isnull=False) | ~Q(kind="answer") & Q(round=None),
                name="contribution_answers_have_a_round",
            ),
            models.CheckConstraint(
                condition=Q(idea=None) | Q(kind="card", consent=True),
                name="contribution_ideas_need_consent",
            ),
            models.CheckConstraint(
                condition=Q(seat=None, ballot=None, created_at=None) | ~Q(created_at=None),
                name="contribution_cut_without_traces",
            ),
        )

    def __str__(self) -> str:
        return self.text


class Upvote(models.Model):
    """One seat's agreement with a question; goes with the seats when the session ends."""

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="upvotes")
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="upvotes")

    class Meta:
        verbose_name = _("Zustimmung")
        verbose_name_plural = _("Zustimmungen")
        constraints = (
            models.UniqueConstraint(fields=("contribution", "seat"), name="upvote_once_a_seat"),
        )

    def __str__(self) -> str:
        return f"{self.contribution_id}: {self.seat_id}"


class Player(models.Model):
    """A seat that chose a nickname for the quiz; `score` counts its right answers, `waiting` those
    whose result the room has not seen.

    Only who wants to be on the list is here, and the list says how many were right, not which.
    """

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="players")
    seat = models.OneToOneField(Seat, on_delete=models.CASCADE, related_name="player")
    nickname = models.CharField(max_length=20)
    score = models.PositiveSmallIntegerField(default=0)
    waiting = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("Spitzname")
        verbose_name_plural = _("Spitznamen")
        ordering = ("session", "-score", "nickname")
        constraints = (models.UniqueConstraint("session", Lower("nickname"), name="nickname_once"),)

    def __str__(self) -> str:
        return self.nickname
