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
ANSWERS_DUE_BEFORE = timedelta(hours=24)


class WorkshopQuerySet(TenantQuerySet["Workshop"]):
    def visible_to(self, actor: "Actor") -> Self:
        """What this actor sees of the town: its staff everything, everyone else the published; what
        is for staff alone, whoever works for a town of the network."""
        rows = self.of(actor.town).filter(is_template=False)
        if actor.is_staff:
            return rows
        published = rows.filter(state=Workshop.State.PUBLISHED)
        return published if actor.works_in_network else published.filter(staff_only=False)

    def templates_for(self, actor: "Actor") -> Self:
        """The town's own templates, and those that other towns share with the network."""
        mine_or_shared = Q(municipality=actor.town) | Q(is_shared=True)
        return self.filter(mine_or_shared, is_template=True).exclude(state=Workshop.State.ARCHIVED)


class SeriesQuerySet(TenantQuerySet["Series"]):
    tenant_path = "workshop__municipality"


class Workshop(models.Model):
    """An offer; it is booked by its slots.

    `parent` is the event of which this is a part (a conference and its sessions). A template is
    copied, never booked; a shared one by every town. `keep_days` counts from a slot's end until its
    bookings are purged.
    """

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
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts"
    )
    is_template = models.BooleanField(_("Vorlage"), default=False)
    is_shared = models.BooleanField(_("Im Netzwerk geteilt"), default=False)
    asks_guardian = models.BooleanField(
        _("Nach Erziehungsberechtigten fragen"),
        default=False,
        help_text=_("Für Angebote, zu denen Kinder unter 16 allein kommen"),
    )
    asks_reconfirmation = models.BooleanField(
        _("Zusage erfragen"),
        default=False,
        help_text=_("48 Stunden vorher; wer nicht antwortet, gibt den Platz frei"),
    )
    remind_hours_before = models.PositiveSmallIntegerField(
        _("Erinnerung, Stunden vorher"), null=True, blank=True, default=24
    )
    remind_on_day_at = models.TimeField(_("Erinnerung am Tag selbst, um"), null=True, blank=True)
    feedback_question = models.CharField(_("Frage danach"), max_length=300, blank=True)
    gives_certificate = models.BooleanField(_("Teilnahme bescheinigen"), default=False)
    keep_days = models.PositiveSmallIntegerField(_("Daten löschen nach Tagen"), default=30)
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
            models.CheckConstraint(
                condition=Q(is_shared=False) | Q(is_template=True),
                name="workshop_only_templates_are_shared",
            ),
            models.CheckConstraint(
                condition=Q(keep_days__range=(1, 3650)), name="workshop_keep_days_1_to_3650"
            ),
            models.CheckConstraint(
                condition=Q(remind_hours_before=None) | Q(remind_hours_before__range=(1, 336)),
                name="workshop_reminds_within_14_days",
            ),
        )

    def __str__(self) -> str:
        return self.title


class Series(models.Model):
    """Dates of one workshop by a recurrence rule (RFC 5545), in local wall time (Europe/Berlin).

    The rule is finite, with at most 500 dates. `minutes` is the length of each date.
    """

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="series")
    rrule = models.CharField(_("Wiederholung"), max_length=200)
    first_date = models.DateField(_("Erster Tag"))
    starts_at_time = models.TimeField(_("Beginn"))
    minutes = models.PositiveIntegerField(_("Dauer in Minuten"))

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("Terminreihe")
        verbose_name_plural = _("Terminreihen")
        ordering = ("first_date", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(minutes__range=(1, 10080)), name="series_up_to_a_week_long"
            ),
        )

    def __str__(self) -> str:
        return f"{self.workshop_id} {self.rrule}"


class SlotQuerySet(TenantQuerySet["Slot"]):
    tenant_path = "workshop__municipality"

    def visible_to(self, actor: "Actor") -> Self:
        """As of the workshops; and who is not the town's staff sees no drafts."""
        rows = self.of(actor.town)
        return rows if actor.is_staff else rows.published(actor)

    def visible_in_network(self, actor: "Actor") -> Self:
        """What any town shows, of all that are active."""
        active = self.filter(workshop__municipality__state=Municipality.State.ACTIVE)
        return active.published(actor)

    def published(self, actor: "Actor") -> Self:
        rows = self.filter(workshop__state=Workshop.State.PUBLISHED).exclude(
            state__in=(Slot.State.DRAFT, Slot.State.PURGED)
        )
        return rows if actor.works_in_network else rows.filter(workshop__staff_only=False)

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
    series = models.ForeignKey(
        Series, on_delete=models.PROTECT, null=True, blank=True, related_name="slots"
    )
    series_date = models.DateField(
        null=True, blank=True, help_text=_("Der Tag nach der Regel der Reihe")
    )
    leaves_series = models.BooleanField(
        default=False, help_text=_("Einzeln geändert: die Reihe ändert diesen Termin nicht mehr")
    )
    decides_at = models.DateTimeField(_("Entscheidung am"), null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    confirm_by_at = models.DateTimeField(_("Zusage bis"), null=True, blank=True)
    reconfirm_asked_at = models.DateTimeField(null=True, blank=True)
    reconfirm_reminded_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    reminded_on_day_at = models.DateTimeField(null=True, blank=True)
    feedback_asked_at = models.DateTimeField(null=True, blank=True)
    keep_days = models.PositiveSmallIntegerField(
        _("Daten löschen nach Tagen"), null=True, blank=True
    )
    legal_hold = models.CharField(_("Löschung ausgesetzt, weil"), max_length=300, blank=True)
    legal_hold_by = models.CharField(max_length=40, blank=True)
    legal_hold_at = models.DateTimeField(null=True, blank=True)
    legal_hold_lifted_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)
    sequence = models.PositiveIntegerField(
        default=0, help_text=_("Fassung des Kalendereintrags, steigt mit jeder Änderung")
    )
    cancel_reason = models.CharField(_("Grund der Absage"), max_length=500, blank=True)
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
            models.CheckConstraint(
                condition=Q(keep_days=None) | Q(keep_days__range=(1, 3650)),
                name="slot_keep_days_1_to_3650",
            ),
            models.CheckConstraint(
                condition=Q(legal_hold="") | Q(legal_hold_lifted_at=None),
                name="slot_held_or_lifted",
            ),
            models.UniqueConstraint(
                fields=("series", "series_date"), name="slot_once_a_series_day"
            ),
            models.CheckConstraint(
                condition=Q(series=None, series_date=None)
                | Q(series__isnull=False, series_date__isnull=False),
                name="slot_series_has_its_day",
            ),
        )
        indexes = (
            # Holds all that counting the dates of a town to come asks for.
            models.Index(fields=("workshop", "starts_at", "state"), name="slot_by_workshop"),
            models.Index(fields=("starts_at", "id"), name="slot_by_time"),
            models.Index(
                fields=("decides_at",),
                condition=Q(decides_at__isnull=False, decided_at=None),
                name="slot_to_decide",
            ),
            models.Index(
                fields=("ends_at",),
                condition=Q(state__in=("done", "cancelled", "purged"), purged_at=None),
                name="slot_to_purge",
            ),
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
    def answers_due_at(self) -> datetime:
        """Until when a party that was asked says that it comes; then its seats go to others."""
        return min(self.confirm_by_at or self.starts_at - ANSWERS_DUE_BEFORE, self.starts_at)

    @property
    def door_opens_at(self) -> datetime:
        return self.check_in_opens_at or self.starts_at - CHECK_IN_OPENS_BEFORE

    @property
    def door_closes_at(self) -> datetime:
        return self.check_in_closes_at or self.ends_at
