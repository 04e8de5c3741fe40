"""What is counted by hand, and the public record of a result: canonical JSON and its hash."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from polls.models.questions import Round
from polls.models.sessions import LiveSession


class ResultRecord(models.Model):
    """What was published, byte for byte; a correction supersedes, nothing is overwritten."""

    session = models.ForeignKey(LiveSession, on_delete=models.PROTECT, related_name="records")
    sha256 = models.CharField(max_length=64, unique=True)
    body = models.TextField(help_text=_("Kanonisches JSON, wie es gehasht wurde"))
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    reason = models.CharField(
        max_length=300, blank=True, help_text=_("Warum ein früheres Ergebnis berichtigt wurde")
    )
    published_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Ergebnis")
        verbose_name_plural = _("Ergebnisse")
        ordering = ("-published_at", "-pk")

    def __str__(self) -> str:
        return self.sha256


class PaperTally(models.Model):
    """Raised hands or paper ballots of a round: counted by one person, countersigned by another.

    It stands beside the ballots of the phones and is never added to them. `counts` has the keys of
    the round's own tally.
    """

    class Kind(models.TextChoices):
        HANDS = "hands", _("Handzeichen")
        PAPER = "paper", _("Stimmzettel")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="paper_tallies")
    kind = models.CharField(max_length=5, choices=Kind)
    ballots = models.PositiveIntegerField()
    counts = models.JSONField(default=dict)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    counted_at = models.DateTimeField()
    countersigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    countersigned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Auszählung von Hand")
        verbose_name_plural = _("Auszählungen von Hand")
        ordering = ("round", "kind", "pk")
        constraints = (
            models.UniqueConstraint(fields=("round", "kind"), name="paper_tally_once_a_kind"),
            models.CheckConstraint(
                condition=Q(countersigned_by=None) | ~Q(countersigned_by=F("counted_by")),
                name="paper_tally_two_people",
            ),
        )

    def __str__(self) -> str:
        return f"{self.round_id}: {self.kind}"
