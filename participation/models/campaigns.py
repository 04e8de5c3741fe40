"""Dated calls for ideas, in phases."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from participation.models.municipality import Municipality
from participation.models.tenant import TenantQuerySet


class Campaign(models.Model):
    """A dated call for ideas. Without a phase that is running, it can only be read."""

    class Moderation(models.TextChoices):
        BEFORE = "before", _("vor der Veröffentlichung")
        AFTER = "after", _("nach der Veröffentlichung")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("öffentlich")
        LINK = "link", _("nur mit dem Link")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="campaigns"
    )
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    guests_allowed = models.BooleanField(default=True)
    moderation = models.CharField(max_length=6, choices=Moderation, default=Moderation.BEFORE)
    visibility = models.CharField(max_length=6, choices=Visibility, default=Visibility.PUBLIC)
    response_days = models.PositiveSmallIntegerField(
        default=42, help_text=_("Tage bis zur ersten Antwort der Verwaltung")
    )

    objects = TenantQuerySet["Campaign"].as_manager()

    class Meta:
        verbose_name = _("Beteiligung")
        verbose_name_plural = _("Beteiligungen")
        ordering = ("title", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("municipality", "slug"), name="campaign_slug_once_a_town"
            ),
        )

    def __str__(self) -> str:
        return self.title


class PhaseQuerySet(TenantQuerySet["Phase"]):
    tenant_path = "campaign__municipality"


class Phase(models.Model):
    """A part of a campaign and what may be done in it."""

    class Kind(models.TextChoices):
        COLLECT = "collect", _("Ideen sammeln")
        DISCUSS = "discuss", _("Ideen besprechen")
        SUPPORT = "support", _("Ideen unterstützen")
        RESULT = "result", _("Ergebnis")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="phases")
    kind = models.CharField(max_length=7, choices=Kind)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    allows_ideas = models.BooleanField(default=False)
    allows_comments = models.BooleanField(default=False)
    allows_supports = models.BooleanField(default=False)

    objects = PhaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("Abschnitt")
        verbose_name_plural = _("Abschnitte")
        ordering = ("campaign", "starts_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("campaign", "kind"), name="phase_once_a_kind"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="phase_ends_after_it_starts"
            ),
        )

    def __str__(self) -> str:
        return f"{self.campaign}: {self.get_kind_display()}"
