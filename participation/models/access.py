"""Who may do what: memberships, keys of programs, paired devices; and replays of their POSTs."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from participation.models.municipality import Municipality
from participation.models.tenant import TenantQuerySet


class Role(models.TextChoices):
    DOOR = "door", _("Einlass")
    FACILITATOR = "facilitator", _("Moderation vor Ort")
    MODERATOR = "moderator", _("Redaktion")
    CASE_WORKER = "case_worker", _("Sachbearbeitung")
    ADMIN = "admin", _("Leitung der Kommune")
    COORDINATOR = "coordinator", _("Netzwerk-Koordination")
    AUDITOR = "auditor", _("Prüfung")


NETWORK_ROLES = (Role.COORDINATOR, Role.AUDITOR)


class Scope(models.TextChoices):
    """What a key or a role opens. `moderate` is part of the key scope `ideas`, not given alone."""

    READ = "read", _("Lesen")
    DESK = "desk", _("Buchungen annehmen")
    DOOR = "door", _("Einlass")
    MODERATE = "moderate", _("Beiträge freigeben")
    IDEAS = "ideas", _("Ideen bearbeiten")
    LIVE = "live", _("Live-Runden leiten")
    ADMIN = "admin", _("Kommune verwalten")


KEY_SCOPES = tuple(scope for scope in Scope if scope != Scope.MODERATE)


class Membership(models.Model):
    """A person's role in a municipality, or (`municipality` empty) in the whole network."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField(max_length=12, choices=Role)
    department = models.CharField(max_length=120, blank=True)
    valid_from_at = models.DateTimeField()
    valid_until_at = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = TenantQuerySet["Membership"].as_manager()

    class Meta:
        verbose_name = _("Rolle")
        verbose_name_plural = _("Rollen")
        ordering = ("municipality", "user", "role", "pk")
        constraints = (
            models.CheckConstraint(
                condition=(Q(role__in=NETWORK_ROLES) & Q(municipality=None))
                | (~Q(role__in=NETWORK_ROLES) & ~Q(municipality=None)),
                name="membership_network_roles_have_no_town",
            ),
            models.CheckConstraint(
                condition=Q(valid_until_at=None) | Q(valid_until_at__gt=F("valid_from_at")),
                name="membership_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=("user", "municipality", "role"), name="membership_once_a_role"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class Invitation(models.Model):
    """A role offered by mail; used once, before it expires."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="invitations"
    )
    email = models.EmailField()
    role = models.CharField(max_length=12, choices=Role)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["Invitation"].as_manager()

    class Meta:
        verbose_name = _("Einladung")
        verbose_name_plural = _("Einladungen")
        ordering = ("-expires_at", "pk")

    def __str__(self) -> str:
        return f"{self.email}: {self.get_role_display()}"


class ApiKey(models.Model):
    """A municipality's key for a program: shown once, stored hashed."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="keys")
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["ApiKey"].as_manager()

    class Meta:
        verbose_name = _("Schlüssel")
        verbose_name_plural = _("Schlüssel")
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class Device(models.Model):
    """A scanner without an account: the door scope of one municipality.

    Made by staff with a pairing secret that is shown once as a QR code and soon expires; whoever
    opens it first gets the device's token. Both secrets are stored hashed.
    """

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="devices")
    name = models.CharField(max_length=80)
    pairing_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    pairing_expires_at = models.DateTimeField(null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    paired_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["Device"].as_manager()

    class Meta:
        verbose_name = _("Gerät")
        verbose_name_plural = _("Geräte")
        ordering = ("name", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(token_hash=None, paired_at=None)
                | Q(token_hash__isnull=False, paired_at__isnull=False),
                name="device_has_its_token_once_paired",
            ),
        )

    def __str__(self) -> str:
        return self.name


class IdempotencyRecord(models.Model):
    """The first answer to a POST with an Idempotency-Key, kept to be given again for a day.

    Answers can hold secrets (ticket codes, a seat's token), so the answer is sealed with a key
    derived from the Idempotency-Key, of which only the hash is stored: whoever reads this table
    reads nothing.
    """

    principal = models.CharField(
        max_length=64, help_text=_("Wer gefragt hat (Schlüssel, Person, Netz), als Prüfsumme")
    )
    key_hash = models.CharField(max_length=64)
    fingerprint = models.CharField(
        max_length=64, help_text=_("SHA-256 von Methode, Pfad und Inhalt")
    )
    status = models.PositiveSmallIntegerField(default=0)
    sealed_answer = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Wiederholbare Anfrage")
        verbose_name_plural = _("Wiederholbare Anfragen")
        constraints = (
            models.UniqueConstraint(fields=("principal", "key_hash"), name="idempotency_key_once"),
        )
        indexes = (models.Index(fields=("created_at",), name="idempotency_created"),)

    def __str__(self) -> str:
        return self.key_hash[:8]
