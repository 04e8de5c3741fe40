"""What stays of a date: figures, feedback, messages sent, and the record of what was erased."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from participation.models import Municipality, TenantQuerySet
from workshops.models.workshop import Slot


class SlotFiguresQuerySet(TenantQuerySet["SlotFigures"]):
    tenant_path = "slot__workshop__municipality"


class SlotFigures(models.Model):
    """The counts of a date that is over, in seats; written when it is done, kept for good."""

    slot = models.OneToOneField(Slot, on_delete=models.PROTECT, related_name="figures")
    capacity = models.PositiveIntegerField()
    booked = models.PositiveIntegerField()
    came = models.PositiveIntegerField()
    no_show = models.PositiveIntegerField()
    cancelled = models.PositiveIntegerField()
    walk_ins = models.PositiveIntegerField()
    waiting = models.PositiveIntegerField()

    objects = SlotFiguresQuerySet.as_manager()

    class Meta:
        verbose_name = _("Zahlen eines Termins")
        verbose_name_plural = _("Zahlen der Termine")
        ordering = ("slot",)

    def __str__(self) -> str:
        return f"{self.slot_id}: {self.came}/{self.booked}"


class FeedbackQuerySet(TenantQuerySet["Feedback"]):
    tenant_path = "slot__workshop__municipality"


class Feedback(models.Model):
    """An answer to the question after a date. Anonymous: `token_hash` says only that a booking has
    answered, and is not the hash of anything stored with the booking."""

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="feedback")
    token_hash = models.CharField(max_length=64, unique=True)
    stars = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=2000, blank=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("Rückmeldung")
        verbose_name_plural = _("Rückmeldungen")
        ordering = ("slot", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(stars__range=(1, 5)), name="feedback_1_to_5_stars"),
        )

    def __str__(self) -> str:
        return f"{self.slot_id}: {self.stars}"


class GuestMessageQuerySet(TenantQuerySet["GuestMessage"]):
    tenant_path = "slot__workshop__municipality"


class GuestMessage(models.Model):
    """What the desk wrote to all guests of a date."""

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="messages")
    subject = models.CharField(_("Betreff"), max_length=120)
    text = models.TextField(_("Nachricht"), max_length=5000)
    sent_by = models.CharField(max_length=40)
    sent_at = models.DateTimeField()

    objects = GuestMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("Nachricht an die Gäste")
        verbose_name_plural = _("Nachrichten an die Gäste")
        ordering = ("-sent_at", "-pk")

    def __str__(self) -> str:
        return self.subject


class ErasureRecord(models.Model):
    """That, when and on what ground personal data of a date was erased: counts, never content.

    `counts` names each data class with the number of rows erased (`{"bookings": 12, …}`); `sha256`
    is the hash of the record's canonical JSON, empty while the erasure is under way: a run that was
    killed goes on with the record it began, so that the counts are exact. `held_at` and
    `hold_lifted_at` are of the date's last legal hold, where there was one.
    """

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="erasures")
    workshop_title = models.CharField(max_length=120)
    slot_starts_at = models.DateTimeField()
    rule = models.CharField(max_length=200)
    counts = models.JSONField()
    erased_by = models.CharField(max_length=40)
    erased_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True, blank=True)
    hold_lifted_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64)

    objects = TenantQuerySet["ErasureRecord"].as_manager()

    class Meta:
        verbose_name = _("Löschprotokoll")
        verbose_name_plural = _("Löschprotokolle")
        ordering = ("-erased_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("slot",), condition=Q(sha256=""), name="erasure_one_under_way_a_slot"
            ),
        )
        indexes = (models.Index(fields=("municipality", "erased_at"), name="erasure_by_town"),)

    def __str__(self) -> str:
        return f"{self.workshop_title} {self.slot_starts_at:%Y-%m-%d}"


class ErasedLink(models.Model):
    """That a link once led to a booking, ticket or waiting entry: so that it says "erased" for a
    while instead of "unknown". The hash of a random secret; of whom or which date is kept nowhere.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    erased_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("Gelöschter Link")
        verbose_name_plural = _("Gelöschte Links")

    def __str__(self) -> str:
        return self.token_hash[:8]
