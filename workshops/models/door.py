"""What happened at the door."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from participation.models import TenantQuerySet
from workshops.models.booking import Booking, Ticket
from workshops.models.venue import Venue
from workshops.models.workshop import Slot


class GateQuerySet(TenantQuerySet["Gate"]):
    tenant_path = "venue__municipality"


class Gate(models.Model):
    """An entrance of a venue, as scanners name it."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="gates")
    name = models.CharField(_("Name"), max_length=60)

    objects = GateQuerySet.as_manager()

    class Meta:
        verbose_name = _("Eingang")
        verbose_name_plural = _("Eingänge")
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=("venue", "name"), name="gate_name_once_a_venue"),
        )

    def __str__(self) -> str:
        return self.name


class ScanQuerySet(TenantQuerySet["Scan"]):
    tenant_path = "slot__workshop__municipality"


class Scan(models.Model):
    """One thing held before a scanner, admitted or not.

    Append-only: a trigger (migration `0002_scans_append_only`) refuses every UPDATE, and every
    DELETE as long as the slot is not purged. `principal` names the device, person or key that
    scanned (`device-9`, `user-3`): no foreign key, so that a person's leaving changes no scan.
    `gate` is the name the door gave (it outlives the Gate row). `skew_seconds` is by how much
    `occurred_at` was moved: back to the server's time, or on to the opening of the door.
    `presented_hash` stands for what nobody here ever issued.
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
        NOT_UNDOABLE = "not_undoable", _("nicht mehr zurückzunehmen")

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
    skew_seconds = models.PositiveIntegerField(null=True, blank=True)
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


class SettledConflict(models.Model):
    """Somebody has seen to a scan that did not fit; beside it, because a scan never changes.

    It goes with its scan. `settled_by` as `principal` of a scan.
    """

    scan = models.OneToOneField(Scan, on_delete=models.PROTECT, related_name="settled")
    note = models.CharField(_("Notiz"), max_length=200, blank=True)
    settled_at = models.DateTimeField()
    settled_by = models.CharField(max_length=40)

    class Meta:
        verbose_name = _("Geklärter Konflikt")
        verbose_name_plural = _("Geklärte Konflikte")
        ordering = ("settled_at", "pk")

    def __str__(self) -> str:
        return f"{self.settled_at:%Y-%m-%d %H:%M}"


class RefusedWalkInQuerySet(TenantQuerySet["RefusedWalkIn"]):
    tenant_path = "slot__workshop__municipality"


class RefusedWalkIn(models.Model):
    """People whom a door without a network has let in without a booking, and who did not fit.

    They are inside, so the row is never dropped: somebody gives them seats after all (`booking`),
    or settles it otherwise. `principal` as of a scan.
    """

    class Reason(models.TextChoices):
        SLOT_FULL = "slot_full", _("kein Platz frei")
        BOOKING_CLOSED = "booking_closed", _("Einlass war zu")
        SLOT_CANCELLED = "slot_cancelled", _("Termin abgesagt")

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="refused_walk_ins")
    principal = models.CharField(max_length=40)
    client_uuid = models.UUIDField()
    party_size = models.PositiveSmallIntegerField()
    name = models.CharField(_("Name"), max_length=120, blank=True)
    gate = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=14, choices=Reason)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=40, blank=True)
    note = models.CharField(_("Notiz"), max_length=200, blank=True)
    booking = models.OneToOneField(
        Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="refused_walk_in"
    )

    objects = RefusedWalkInQuerySet.as_manager()

    class Meta:
        verbose_name = _("Ohne Buchung und ohne Platz")
        verbose_name_plural = _("Ohne Buchung und ohne Platz")
        ordering = ("occurred_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("principal", "client_uuid"), name="refused_walk_in_once"
            ),
            models.CheckConstraint(
                condition=Q(party_size__range=(1, 100)), name="refused_walk_in_party_1_to_100"
            ),
            models.CheckConstraint(
                condition=Q(booking=None) | Q(settled_at__isnull=False),
                name="refused_walk_in_seated_is_settled",
            ),
        )

    def __str__(self) -> str:
        return f"{self.party_size} {self.reason}"
