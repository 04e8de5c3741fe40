"""Ideas and the numbers under which they are kept."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from participation.models.campaigns import Campaign
from participation.models.municipality import Municipality, Theme
from participation.models.tenant import TenantQuerySet


class State(models.TextChoices):
    """Where an idea stands, in words a citizen understands."""

    DRAFT = "draft", _("Entwurf")
    SUBMITTED = "submitted", _("Eingereicht")
    DECLINED = "declined", _("Nicht veröffentlicht")
    PUBLISHED = "published", _("Veröffentlicht")
    IN_REVIEW = "in_review", _("Wird geprüft")
    NEEDS_INFORMATION = "needs_information", _("Rückfrage offen")
    ACCEPTED = "accepted", _("Angenommen")
    PARTLY = "partly_accepted", _("Teilweise angenommen")
    REJECTED = "rejected", _("Abgelehnt")
    IN_PROGRESS = "in_progress", _("In Umsetzung")
    DONE = "done", _("Umgesetzt")
    WITHDRAWN = "withdrawn", _("Zurückgezogen")
    HIDDEN = "hidden", _("Ausgeblendet")
    MERGED = "merged", _("Zusammengelegt")


LISTED_STATES = (
    State.PUBLISHED,
    State.IN_REVIEW,
    State.NEEDS_INFORMATION,
    State.ACCEPTED,
    State.PARTLY,
    State.REJECTED,
    State.IN_PROGRESS,
    State.DONE,
)


class Origin(models.TextChoices):
    WEB = "web", _("Website")
    PAPER = "paper", _("Papier")
    WORKSHOP = "workshop", _("Workshop")
    PHONE = "phone", _("Telefon")


class IdeaQuerySet(TenantQuerySet["Idea"]):
    def public(self) -> "IdeaQuerySet":
        """What everyone may see: from publication on; a merged or withdrawn one as its trace."""
        return self.filter(
            Q(state__in=LISTED_STATES)
            | Q(state__in=(State.MERGED, State.WITHDRAWN), published_at__isnull=False)
        )

    def overdue(self, now: datetime) -> "IdeaQuerySet":
        """Promised an answer by now, none given, and not waiting for the citizen."""
        return self.filter(
            answered_at=None,
            clock_paused_at=None,
            due_at__lt=now,
            state__in=(State.SUBMITTED, State.PUBLISHED, State.IN_REVIEW),
        )


class Idea(models.Model):
    """What someone proposes to a town.

    A guest's idea is a draft until the link in the mail is confirmed: `confirmed_at` tells.
    `state_before` remembers where a hidden or merged idea goes back to. `version` rises with every
    write a person could overwrite unknowingly. `due_at` is the day by which a first answer is
    promised; it moves by the time the citizen is asked (`clock_paused_at`).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(max_length=13, unique=True)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="ideas")
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="ideas"
    )
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="ideas")
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True, help_text=_("leer, wenn zurückgezogen"))
    language = models.CharField(max_length=2, default="de")
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    place = models.CharField(max_length=160, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ideas",
    )
    guest_email = models.EmailField(blank=True)
    display_name = models.CharField(max_length=80, blank=True, help_text=_("leer: anonym"))
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.WEB)
    captured_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=17, choices=State, default=State.DRAFT)
    state_before = models.CharField(max_length=17, choices=State, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_ideas"
    )
    support_count = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    confirm_until_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    clock_paused_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = IdeaQuerySet.as_manager()

    class Meta:
        verbose_name = _("Idee")
        verbose_name_plural = _("Ideen")
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(reference__regex=r"^[A-Z0-9]{2}-[0-9]{4}-[0-9]{5}$"),
                name="idea_reference_form",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="idea_state_known"),
            models.CheckConstraint(
                condition=Q(lat=None, lon=None) | Q(lat__range=(50, 52.5), lon__range=(6, 10)),
                name="idea_point_in_region",
            ),
            models.CheckConstraint(
                condition=Q(state=State.MERGED, merged_into__isnull=False)
                | (~Q(state=State.MERGED) & Q(merged_into=None)),
                name="idea_merged_has_target",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("pk")), name="idea_not_merged_into_itself"
            ),
            models.CheckConstraint(
                condition=Q(state__in=(State.HIDDEN, State.MERGED)) | Q(state_before=""),
                name="idea_way_back_only_when_away",
            ),
        )
        indexes = (
            models.Index(
                fields=("municipality", "state", "-published_at", "-id"), name="idea_town_list"
            ),
            models.Index(fields=("municipality", "-support_count"), name="idea_town_supports"),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def is_listed(self) -> bool:
        return self.state in LISTED_STATES

    @property
    def is_unconfirmed(self) -> bool:
        return self.state == State.DRAFT and self.confirmed_at is None

    @property
    def contact(self) -> str:
        """Where news for the author go; empty when there is nobody to write to."""
        return self.author.email if self.author else self.guest_email

    def is_overdue(self, now: datetime) -> bool:
        """The one-row form of `IdeaQuerySet.overdue`."""
        return (
            self.answered_at is None
            and self.clock_paused_at is None
            and self.due_at is not None
            and self.due_at < now
            and self.state in (State.SUBMITTED, State.PUBLISHED, State.IN_REVIEW)
        )

    @property
    def response_days(self) -> timedelta:
        days = self.campaign.response_days if self.campaign else 42
        return timedelta(days=days)


class ReferenceCounter(models.Model):
    """The last number given to an idea of a town in a year; it only rises."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    objects = TenantQuerySet["ReferenceCounter"].as_manager()

    class Meta:
        verbose_name = _("Nummernkreis")
        verbose_name_plural = _("Nummernkreise")
        ordering = ("municipality", "year", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("municipality", "year"), name="reference_counter_once_a_year"
            ),
            models.CheckConstraint(
                condition=Q(last__lte=99_999), name="reference_counter_five_digits"
            ),
        )

    def __str__(self) -> str:
        return f"{self.municipality} {self.year}: {self.last}"
