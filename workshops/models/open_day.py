"""Open days: stands that count their visitors, and nothing about them."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from participation.models import Municipality, TenantQuerySet
from workshops.models.venue import Venue

if TYPE_CHECKING:
    from participation.actors import Actor


class OpenDayQuerySet(TenantQuerySet["OpenDay"]):
    def visible_to(self, actor: "Actor") -> Self:
        """The public sees what is published and what was cancelled; staff the drafts too."""
        rows = self.of(actor.town)
        return rows if actor.is_staff else rows.exclude(state=OpenDay.State.DRAFT)


class OpenDay(models.Model):
    """A day at which people come without booking and go from stand to stand."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Entwurf")
        PUBLISHED = "published", _("veröffentlicht")
        CANCELLED = "cancelled", _("abgesagt")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="open_days"
    )
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="open_days")
    title = models.CharField(_("Titel"), max_length=120)
    text = models.TextField(_("Beschreibung"), max_length=5000, blank=True)
    starts_at = models.DateTimeField(_("Beginn"))
    ends_at = models.DateTimeField(_("Ende"))
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)

    objects = OpenDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("Offener Tag")
        verbose_name_plural = _("Offene Tage")
        ordering = ("-starts_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="open_day_ends_after_it_starts"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED


class StandQuerySet(TenantQuerySet["Stand"]):
    tenant_path = "open_day__municipality"


class Stand(models.Model):
    """A stand of an open day. Its QR code (`/stand/<token>/`) opens the counter, without a log-in;
    only the token's hash is stored, the token itself is derived."""

    open_day = models.ForeignKey(OpenDay, on_delete=models.PROTECT, related_name="stands")
    number = models.PositiveSmallIntegerField(_("Nummer"))
    name = models.CharField(_("Name"), max_length=80)
    text = models.CharField(_("Was es hier gibt"), max_length=300, blank=True)
    seed = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)

    objects = StandQuerySet.as_manager()

    class Meta:
        verbose_name = _("Stand eines offenen Tags")
        verbose_name_plural = _("Stände")
        ordering = ("number", "pk")
        constraints = (
            models.UniqueConstraint(fields=("open_day", "number"), name="stand_number_once_a_day"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def token(self) -> str:
        """The counter's address; another seed makes another one and ends the old."""
        digest = salted_hmac("workshops.stand", self.seed, algorithm="sha256").hexdigest()
        return digest[:40]


class StandTallyQuerySet(TenantQuerySet["StandTally"]):
    tenant_path = "stand__open_day__municipality"


class StandTally(models.Model):
    """How many came to a stand in one quarter of an hour; the fold of its StandCounts."""

    stand = models.ForeignKey(Stand, on_delete=models.PROTECT, related_name="tallies")
    quarter_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    objects = StandTallyQuerySet.as_manager()

    class Meta:
        verbose_name = _("Zählung")
        verbose_name_plural = _("Zählungen")
        ordering = ("stand", "quarter_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("stand", "quarter_at"), name="tally_once_a_quarter"),
        )

    def __str__(self) -> str:
        return f"{self.stand_id} {self.quarter_at:%H:%M}: {self.count}"


class StandCountQuerySet(TenantQuerySet["StandCount"]):
    tenant_path = "stand__open_day__municipality"


class StandCount(models.Model):
    """Taps of one counter that arrived together, kept so that a retry counts nothing twice.

    Nothing here says who tapped, or from where.
    """

    class Source(models.TextChoices):
        COUNTER = "counter", _("Zähler am Stand")
        DESK = "desk", _("Verwaltung")
        PAPER = "paper", _("Strichliste")

    stand = models.ForeignKey(Stand, on_delete=models.PROTECT, related_name="counts")
    client_uuid = models.UUIDField(unique=True)
    quarter_at = models.DateTimeField()
    amount = models.SmallIntegerField()
    source = models.CharField(max_length=7, choices=Source, default=Source.COUNTER)
    received_at = models.DateTimeField()

    objects = StandCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("Zählschritt")
        verbose_name_plural = _("Zählschritte")
        ordering = ("received_at", "pk")
        constraints = (
            models.CheckConstraint(condition=~Q(amount=0), name="stand_count_counts_something"),
        )

    def __str__(self) -> str:
        return f"{self.stand_id}: {self.amount:+d}"
