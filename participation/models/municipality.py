"""Municipalities (the tenants), their accessions, and the themes they share."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from participation.models.tenant import TenantQuerySet


class Municipality(models.Model):
    """A town; `ags` is the official eight-digit key (Amtlicher Gemeindeschlüssel)."""

    class Kind(models.TextChoices):
        TOWN = "town", _("Stadt")
        MUNICIPALITY = "municipality", _("Gemeinde")

    class State(models.TextChoices):
        INVITED = "invited", _("eingeladen")
        ACTIVE = "active", _("aktiv")
        ARCHIVED = "archived", _("archiviert")

    ags = models.CharField(max_length=8, unique=True, validators=[RegexValidator(r"^\d{8}$")])
    slug = models.SlugField(unique=True)
    code = models.CharField(
        max_length=2, unique=True, help_text=_("Kürzel in Aktenzeichen, zum Beispiel SO")
    )
    name = models.CharField(max_length=80, help_text=_("Kurzer Name, zum Beispiel Menden"))
    official_name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind)
    district = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=State, default=State.INVITED)

    population = models.PositiveIntegerField()
    population_date = models.DateField()
    population_source = models.CharField(max_length=120)
    area_km2 = models.DecimalField(max_digits=7, decimal_places=2)
    area_source = models.CharField(max_length=120)
    lat = models.FloatField()
    lon = models.FloatField()
    postal_codes = models.JSONField(default=list, help_text=_("Liste fünfstelliger Postleitzahlen"))
    website = models.URLField(blank=True)

    brand_color = models.CharField(
        max_length=7, default="#1f5d8c", validators=[RegexValidator(r"^#[0-9a-f]{6}$")]
    )
    claim = models.CharField(max_length=160, blank=True, help_text=_("Ein Satz auf der Startseite"))
    contact_name = models.CharField(max_length=120, blank=True)
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    contact_address = models.TextField(blank=True)
    imprint = models.TextField(blank=True)
    privacy = models.TextField(blank=True)
    accessibility = models.TextField(blank=True)
    plain_language = models.TextField(blank=True)
    sign_language_url = models.URLField(blank=True)

    class Meta:
        verbose_name = _("Kommune")
        verbose_name_plural = _("Kommunen")
        ordering = ("name", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ags__regex=r"^[0-9]{8}$"), name="municipality_ags_eight_digits"
            ),
            models.CheckConstraint(
                condition=Q(lat__range=(50, 52.5), lon__range=(6, 10)),
                name="municipality_centre_in_region",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def contact(self) -> str:
        """The shortest way to somebody there: the number, else the address, else the name."""
        return self.contact_phone or self.contact_email or self.official_name

    @property
    def reach_us(self) -> str:
        """That as a sentence of the town's, in the reader's language."""
        if self.contact_phone:
            sentence = gettext("Rufen Sie uns an: %(contact)s.")
        elif self.contact_email:
            sentence = gettext("Schreiben Sie uns: %(contact)s.")
        else:
            sentence = gettext("Wenden Sie sich an uns: %(contact)s.")
        return sentence % {"contact": self.contact}


class Accession(models.Model):
    """A council resolution to join; two separate things may be joined (see `Kind`)."""

    class Kind(models.TextChoices):
        STRATEGY = "strategy", _("Rahmenstrategie")
        SCHOOL = "school", _("Smart Cities: Schule")

    class Partner(models.TextChoices):
        PIONEER = "pioneer", _("Pionierkommune")
        MEMBER = "member", _("beigetreten")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="accessions"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    partner = models.CharField(max_length=7, choices=Partner, default=Partner.MEMBER)
    resolved_date = models.DateField(null=True, blank=True)
    document_url = models.URLField(blank=True)

    class Meta:
        verbose_name = _("Beitritt")
        verbose_name_plural = _("Beitritte")
        ordering = ("municipality", "kind", "pk")
        constraints = (
            models.UniqueConstraint(fields=("municipality", "kind"), name="accession_once_a_kind"),
        )

    def __str__(self) -> str:
        return f"{self.municipality}: {self.get_kind_display()}"


class ThemeQuerySet(TenantQuerySet["Theme"]):
    def usable_in(self, municipality: Municipality) -> "ThemeQuerySet":
        """The network's shared themes and the town's own."""
        return self.filter(Q(municipality=None) | Q(municipality=municipality))


class Theme(models.Model):
    """What something is about: shared by the network (`municipality` empty) or a town's own."""

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="themes"
    )
    slug = models.SlugField()
    name_de = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("Thema")
        verbose_name_plural = _("Themen")
        ordering = ("position", "slug", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("slug",), condition=Q(municipality=None), name="theme_slug_once_shared"
            ),
            models.UniqueConstraint(fields=("municipality", "slug"), name="theme_slug_once_a_town"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.name_en if (get_language() or "de").startswith("en") else self.name_de
