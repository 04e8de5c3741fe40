"""The public record of a result: canonical JSON and its hash."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from polls.models.sessions import LiveSession


class ResultRecord(models.Model):
    """What was published, byte for byte; a correction supersedes, nothing is overwritten."""

    session = models.ForeignKey(LiveSession, on_delete=models.PROTECT, related_name="records")
    sha256 = models.CharField(max_length=64, unique=True)
    body = models.TextField(help_text=_("Kanonisches JSON, wie es gehasht wurde"))
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    published_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Ergebnis")
        verbose_name_plural = _("Ergebnisse")
        ordering = ("-published_at", "-pk")

    def __str__(self) -> str:
        return self.sha256
