"""Where something takes place."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from participation.models import Municipality, TenantQuerySet


class Venue(models.Model):
    """A place of a municipality, such as the Zukunfts.Werk.Stadt."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="venues")
    name = models.CharField(_("Name"), max_length=120)
    slug = models.SlugField(max_length=60)
    address = models.CharField(_("Straße und Hausnummer"), max_length=160)
    postal_code = models.CharField(_("Postleitzahl"), max_length=5)
    city = models.CharField(_("Ort"), max_length=80)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    access_info = models.TextField(_("Barrierefreiheit"), blank=True)
    opening_hours = models.TextField(_("Öffnungszeiten"), blank=True)
    directions = models.TextField(_("Anfahrt"), blank=True)

    objects = TenantQuerySet["Venue"].as_manager()

    class Meta:
        verbose_name = _("Ort")
        verbose_name_plural = _("Orte")
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=("municipality", "slug"), name="venue_slug_once_a_town"),
            models.CheckConstraint(
                condition=Q(lat=None, lon=None) | Q(lat__range=(-90, 90), lon__range=(-180, 180)),
                name="venue_point_whole",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def full_address(self) -> str:
        return f"{self.address}, {self.postal_code} {self.city}"


class RoomQuerySet(TenantQuerySet["Room"]):
    tenant_path = "venue__municipality"


class Room(models.Model):
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(_("Name"), max_length=80)
    seats = models.PositiveIntegerField(_("Plätze"))

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("Raum")
        verbose_name_plural = _("Räume")
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=("venue", "name"), name="room_name_once_a_venue"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="room_has_seats"),
        )

    def __str__(self) -> str:
        return self.name
