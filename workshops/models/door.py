"""What happened at the door."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from participation.models import TenantQuerySet
from workshops.models.booking import Booking, Ticket
from workshops.models.workshop import Slot


class ScanQuerySet(TenantQuerySet["Scan"]):
    tenant_path = "slot__workshop__municipality"


class Scan(models.Model):
    """One thing held before a scanner, admitted or not.

    Append-only: a trigger (migration `0002_scans_append_only`) refuses every UPDATE, and every
    DELETE as long as the slot is not purged. `principal` names the device, person or key that
    scanned (`device-9`, `user-3`): no foreign key, so that a person's leaving changes no scan.
    `gate` is the name the door gave; `presented_hash` stands for what nobody here ever issued.
    """

    class Kind(models.TextChoices):
        ENTRY = "entry", _("Einlass")
        EXIT = "exit", _("Ausgang")
        UNDO = "undo", _("Zurückgenommen")

    class Outcome(models.TextChoices):
        ADMITTED = "admitted", _("eingelassen")
        REFUSED = "refused", _("abgewiesen")
        CONFLICT = "conflict", _("doppelt")
        UNDONE = "undone", _("zurückgenommen")

    class Reason(models.TextChoices):
        OK = "ok", _("in Ordnung")
        ALREADY_INSIDE = "already_inside", _("schon drin")
        CANCELLED = "cancelled", _("storniert")
        REVOKED = "revoked", _("ungültig gemacht")
        WRONG_SLOT = "wrong_slot", _("anderer Termin")
        TOO_EARLY = "too_early", _("noch zu früh")
        TOO_LATE = "too_late", _("zu spät")
        UNCONFIRMED = "unconfirmed", _("nicht bestätigt")
        UNKNOWN = "unknown", _("unbekannt")

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="scans")
    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="scans"
    )
    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, null=True, blank=True, related_name="scans"
    )
    seats = models.JSONField(default=list, help_text=_("Plätze, die dieser Scan bewegt hat"))
    first_scan = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    principal = models.CharField(max_length=40)
    client_uuid = models.UUIDField()
    gate = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=5, choices=Kind)
    outcome = models.CharField(max_length=8, choices=Outcome)
    reason = models.CharField(max_length=14, choices=Reason)
    presented_hash = models.CharField(max_length=64, blank=True)
    offline = models.BooleanField(default=False)
    forced_by = models.CharField(max_length=40, blank=True)
    force_reason = models.CharField(max_length=200, blank=True)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()

    objects = ScanQuerySet.as_manager()

    class Meta:
        verbose_name = _("Scan")
        verbose_name_plural = _("Scans")
        ordering = ("-received_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("principal", "client_uuid"), name="scan_once"),
            models.CheckConstraint(
                condition=Q(forced_by="") | ~Q(force_reason=""), name="scan_force_has_a_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.outcome} {self.reason}"
