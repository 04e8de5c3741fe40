"""What is offered, and its dates."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from participation.models import Municipality, TenantQuerySet, Theme
from workshops.models.venue import Room, Venue

if TYPE_CHECKING:
    from participation.actors import Actor

CHECK_IN_OPENS_BEFORE = timedelta(hours=2)


class WorkshopQuerySet(TenantQuerySet["Workshop"]):
    def visible_to(self, actor: "Actor") -> Self:
        """What this actor sees of the town: the public the published, staff everything."""
        rows = self.of(actor.town)
        if actor.is_staff:
            return rows
        return rows.filter(state=Workshop.State.PUBLISHED, staff_only=False)


class Workshop(models.Model):
    """An offer; it is booked by its slots."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Entwurf")
        PUBLISHED = "published", _("veröffentlicht")
        ARCHIVED = "archived", _("archiviert")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="workshops"
    )
    venue = models.ForeignKey(
        Venue, on_delete=models.PROTECT, null=True, blank=True, related_name="workshops"
    )
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("Titel"), max_length=120)
    text = models.TextField(_("Beschreibung"), max_length=5000)
    audience = models.CharField(_("Für wen"), max_length=160, blank=True)
    age_min = models.PositiveSmallIntegerField(_("Alter ab"), null=True, blank=True)
    age_max = models.PositiveSmallIntegerField(_("Alter bis"), null=True, blank=True)
    language = models.CharField(_("Sprache"), max_length=2, default="de")
    bring = models.CharField(_("Mitbringen"), max_length=300, blank=True)
    image = models.ImageField(_("Bild"), upload_to="workshops/", blank=True)
    image_alt = models.CharField(_("Bildbeschreibung"), max_length=300, blank=True)
    is_online = models.BooleanField(_("Online"), default=False)
    online_url = models.URLField(_("Adresse online"), blank=True)
    asks_organisation = models.BooleanField(_("Nach der Einrichtung fragen"), default=False)
    staff_only = models.BooleanField(_("Nur intern"), default=False)
    max_party = models.PositiveSmallIntegerField(_("Plätze je Buchung"), default=10)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        verbose_name = _("Angebot")
        verbose_name_plural = _("Angebote")
        ordering = ("title", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(max_party__range=(1, 100)), name="workshop_max_party_1_to_100"
            ),
            models.CheckConstraint(
                condition=Q(age_min=None) | Q(age_max=None) | Q(age_min__lte=F("age_max")),
                name="workshop_ages_in_order",
            ),
            models.CheckConstraint(
                condition=Q(image="") | ~Q(image_alt=""), name="workshop_image_has_alt"
            ),
        )

    def __str__(self) -> str:
        return self.title


class SlotQuerySet(TenantQuerySet["Slot"]):
    tenant_path = "workshop__municipality"

    def visible_to(self, actor: "Actor") -> Self:
        """The public sees the dates of published workshops once they are no drafts."""
        rows = self.of(actor.town)
        if actor.is_staff:
            return rows
        return rows.filter(
            workshop__state=Workshop.State.PUBLISHED, workshop__staff_only=False
        ).exclude(state__in=(Slot.State.DRAFT, Slot.State.PURGED))

    def take_seats(self, slot_id: int, seats: int) -> bool:
        """One guarded UPDATE: whether the seats were free and are taken now."""
        return bool(
            self.filter(pk=slot_id, capacity__gte=F("seats_taken") + seats).update(
                seats_taken=F("seats_taken") + seats
            )
        )

    def free_seats(self, slot_id: int, seats: int) -> None:
        self.filter(pk=slot_id).update(seats_taken=F("seats_taken") - seats)


class Slot(models.Model):
    """One date with seats. `seats_taken` changes by `take_seats` and `free_seats` alone."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Entwurf")
        OPEN = "open", _("buchbar")
        CLOSED = "closed", _("geschlossen")
        RUNNING = "running", _("läuft")
        DONE = "done", _("vorbei")
        PURGED = "purged", _("gelöscht")
        CANCELLED = "cancelled", _("abgesagt")

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="slots")
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, null=True, blank=True, related_name="slots"
    )
    online_url = models.URLField(_("Adresse online"), blank=True)
    starts_at = models.DateTimeField(_("Beginn"))
    ends_at = models.DateTimeField(_("Ende"))
    capacity = models.PositiveIntegerField(_("Plätze"))
    seats_taken = models.PositiveIntegerField(default=0)
    min_seats = models.PositiveIntegerField(_("Mindestzahl"), null=True, blank=True)
    booking_opens_at = models.DateTimeField(_("Buchbar ab"), null=True, blank=True)
    booking_closes_at = models.DateTimeField(_("Buchbar bis"), null=True, blank=True)
    cancel_until_at = models.DateTimeField(_("Stornierbar bis"), null=True, blank=True)
    check_in_opens_at = models.DateTimeField(_("Einlass ab"), null=True, blank=True)
    check_in_closes_at = models.DateTimeField(_("Einlass bis"), null=True, blank=True)
    sequence = models.PositiveIntegerField(
        default=0, help_text=_("Fassung des Kalendereintrags, steigt mit jeder Änderung")
    )
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)

    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("Termin")
        verbose_name_plural = _("Termine")
        ordering = ("starts_at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(capacity__range=(1, 10000)), name="slot_capacity"),
            models.CheckConstraint(
                condition=Q(seats_taken__gte=0) & Q(seats_taken__lte=F("capacity")),
                name="slot_never_overbooked",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="slot_ends_after_it_starts"
            ),
        )
        indexes = (
            models.Index(fields=("workshop", "starts_at"), name="slot_by_workshop"),
            models.Index(fields=("starts_at", "id"), name="slot_by_time"),
        )

    def __str__(self) -> str:
        return f"{self.workshop_id} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def seats_left(self) -> int:
        return self.capacity - self.seats_taken

    @property
    def is_full(self) -> bool:
        return self.seats_left <= 0

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.State.CANCELLED

    def takes_bookings(self, now: datetime) -> bool:
        """Whether the public may book now, seats aside."""
        opens_at, closes_at = self.booking_opens_at, self.booking_closes_at or self.starts_at
        return (
            self.state == self.State.OPEN
            and (opens_at is None or opens_at <= now)
            and now < min(closes_at, self.starts_at)
        )

    @property
    def cancellable_until(self) -> datetime:
        return self.cancel_until_at or self.starts_at

    @property
    def door_opens_at(self) -> datetime:
        return self.check_in_opens_at or self.starts_at - CHECK_IN_OPENS_BEFORE

    @property
    def door_closes_at(self) -> datetime:
        return self.check_in_closes_at or self.ends_at
