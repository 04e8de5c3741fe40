"""What people do with an idea: support, follow, comment, report.

A person is known by `person`, a keyed hash of the verified e-mail address, logged in or not;
`email` of a guest's row is kept only as long as mail must reach it.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from participation.models.ideas import Idea
from participation.models.tenant import TenantQuerySet


class SupportQuerySet(TenantQuerySet["Support"]):
    tenant_path = "idea__municipality"

    def people(self, idea_id: int) -> int:
        """How many persons stand behind an idea and those merged into it, each once."""
        return (
            self.filter(Q(idea=idea_id) | Q(idea__merged_into=idea_id), confirmed_at__isnull=False)
            .values("person")
            .distinct()
            .count()
        )


class Support(models.Model):
    """One person stands behind an idea. A guest's counts once the mailed link is confirmed."""

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="supports")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    person = models.CharField(max_length=64)
    email = models.EmailField(blank=True, help_text=_("nur bis zur Bestätigung"))
    language = models.CharField(max_length=2, default="de")
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = SupportQuerySet.as_manager()

    class Meta:
        verbose_name = _("Unterstützung")
        verbose_name_plural = _("Unterstützungen")
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("idea", "person"), name="support_once_a_person"),
            models.UniqueConstraint(fields=("idea", "user"), name="support_once_a_user"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(email=""), name="support_forgets_the_address"
            ),
        )

    def __str__(self) -> str:
        return f"{self.idea_id}: {self.person[:8]}"


class FollowQuerySet(TenantQuerySet["Follow"]):
    tenant_path = "idea__municipality"


class Follow(models.Model):
    """Someone wants to hear of every step. A guest's counts once the mailed link is confirmed."""

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="follows")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    person = models.CharField(max_length=64)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, default="de")
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = _("Benachrichtigung")
        verbose_name_plural = _("Benachrichtigungen")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("idea", "person"), name="follow_once_a_person"),
            models.CheckConstraint(
                condition=Q(user__isnull=False) ^ ~Q(email=""), name="follow_user_or_address"
            ),
        )

    def __str__(self) -> str:
        return f"{self.idea_id}: {self.person[:8]}"

    @property
    def contact(self) -> str:
        return self.user.email if self.user else self.email


class CommentQuerySet(TenantQuerySet["Comment"]):
    tenant_path = "idea__municipality"


class Comment(models.Model):
    """A remark on an idea, or an answer to one; no deeper."""

    class State(models.TextChoices):
        PUBLISHED = "published", _("veröffentlicht")
        HIDDEN = "hidden", _("ausgeblendet")

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="comments")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="answers"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    display_name = models.CharField(max_length=80, blank=True)
    by_town = models.BooleanField(default=False, help_text=_("für die Verwaltung geschrieben"))
    text = models.TextField()
    state = models.CharField(max_length=9, choices=State, default=State.PUBLISHED)
    created_at = models.DateTimeField()

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Kommentar")
        verbose_name_plural = _("Kommentare")
        ordering = ("created_at", "pk")

    def __str__(self) -> str:
        return f"{self.idea_id}: {self.text[:40]}"


class ReportQuerySet(TenantQuerySet["Report"]):
    tenant_path = "idea__municipality"


class Report(models.Model):
    """Someone says that an idea or a comment breaks a rule."""

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="reports")
    comment = models.ForeignKey(
        Comment, on_delete=models.PROTECT, null=True, blank=True, related_name="reports"
    )
    reason = models.CharField(max_length=1000)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("Meldung")
        verbose_name_plural = _("Meldungen")
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.idea_id}: {self.reason[:40]}"
