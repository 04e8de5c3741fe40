"""Bookings, their tickets, and who waits for a seat."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from participation import secrets
from participation.models import TenantQuerySet
from workshops.models.workshop import Slot


class BookingQuerySet(TenantQuerySet["Booking"]):
    tenant_path = "slot__workshop__municipality"

    def seated(self) -> Self:
        """Bookings whose seats count as taken."""
        return self.filter(state__in=Booking.SEATED)

    def silent(self) -> Self:
        """Asked whether they still come, and not heard of."""
        return self.filter(
            state=Booking.State.CONFIRMED, reconfirm_asked_at__isnull=False, reconfirmed_at=None
        )

    def to_be_written_to(self) -> Self:
        """Guests whom a message reaches."""
        return self.filter(state__in=Booking.COMING).exclude(email="")

    def expired(self, now: datetime) -> Self:
        return self.filter(state=Booking.State.HELD, hold_expires_at__lte=now)


class Booking(models.Model):
    """Seats of one party in one slot.

    The confirm and the manage token are derived from `seed` and the secret key, so that a mail task
    needs only the id; only their hashes are stored. Neither is kept readable anywhere. `secret` is
    what the booking's own QR code says; like the tickets' it opens the door, not the booking.
    """

    class State(models.TextChoices):
        HELD = "held", _("wartet auf Bestätigung")
        CONFIRMED = "confirmed", _("bestätigt")
        ATTENDED = "attended", _("war da")
        NO_SHOW = "no_show", _("kam nicht")
        EXPIRED = "expired", _("verfallen")
        CANCELLED = "cancelled", _("storniert")

    class Source(models.TextChoices):
        WEB = "web", _("Website")
        DESK = "desk", _("Verwaltung")
        WALK_IN = "walk_in", _("vor Ort")
        WAITING_LIST = "waiting_list", _("Warteliste")
        GROUP = "group", _("Gruppe")

    class CancelledBy(models.TextChoices):
        CITIZEN = "citizen", _("selbst")
        VENUE = "venue", _("Verwaltung")
        NO_REPLY = "no_reply", _("keine Antwort")

    # Only where a query counts them (queries.guests).
    seats_present: int
    # Only where they were written just now (services.seats): no need to read them again.
    issued: "list[Ticket] | None" = None

    SEATED = (State.HELD, State.CONFIRMED, State.ATTENDED)
    COMING = (State.CONFIRMED, State.ATTENDED)

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="bookings")
    code = models.CharField(max_length=6, unique=True)
    party_size = models.PositiveSmallIntegerField(_("Plätze"))
    name = models.CharField(_("Name"), max_length=120, blank=True)
    seat_names = models.JSONField(
        default=list, help_text=_("Namen für die Tickets, der Reihe nach")
    )
    email = models.EmailField(_("E-Mail-Adresse"), blank=True)
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    organisation = models.CharField(_("Einrichtung"), max_length=120, blank=True)
    guardian_name = models.CharField(_("Erziehungsberechtigt"), max_length=120, blank=True)
    guardian_phone = models.CharField(_("Telefon im Notfall"), max_length=40, blank=True)
    language = models.CharField(_("Sprache"), max_length=2, default="de")
    source = models.CharField(max_length=12, choices=Source, default=Source.WEB)
    state = models.CharField(max_length=9, choices=State, default=State.HELD)
    hold_expires_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    secret = models.CharField(
        max_length=40,
        unique=True,
        default=secrets.new_token,
        help_text=_("QR-Code der ganzen Buchung"),
    )
    sequence = models.PositiveIntegerField(
        default=0, help_text=_("Eigener Anteil an der Fassung des Kalendereintrags")
    )
    seed = models.CharField(max_length=32)
    confirm_token_hash = models.CharField(max_length=64, unique=True)
    manage_token_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.CharField(max_length=9, choices=CancelledBy, blank=True)
    reconfirm_asked_at = models.DateTimeField(null=True, blank=True)
    reconfirmed_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Seitdem steht hier nur noch, dass es sie gab")
    )

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("Buchung")
        verbose_name_plural = _("Buchungen")
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(party_size__range=(1, 100)), name="booking_party_1_to_100"
            ),
            models.UniqueConstraint(
                "slot",
                Lower("email"),
                condition=Q(state__in=("held", "confirmed", "attended")) & ~Q(email=""),
                name="booking_once_an_address",
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | Q(hold_expires_at__isnull=False),
                name="booking_hold_has_an_end",
            ),
        )
        indexes = (
            models.Index(
                fields=("hold_expires_at",), condition=Q(state="held"), name="booking_open_holds"
            ),
            models.Index(
                Lower("email"), condition=Q(state="held"), name="booking_holds_of_address"
            ),
            models.Index(
                fields=("created_at",),
                condition=Q(state__in=("expired", "cancelled"), erased_at=None),
                name="booking_to_empty",
            ),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def confirm_token(self) -> str:
        return self._token("confirm")

    @property
    def manage_token(self) -> str:
        return self._token("manage")

    @property
    def hold_token(self) -> str:
        """What the browser that booked keeps: it may correct the address of a hold."""
        return f"{self.code}-{self._token('hold')}"

    @property
    def is_active(self) -> bool:
        return self.state in self.SEATED

    @property
    def was_called_off(self) -> bool:
        """By the venue and with its date; not alone, by the guest or for want of an answer."""
        by_venue = self.cancelled_by == self.CancelledBy.VENUE
        return self.state == self.State.CANCELLED and by_venue and self.slot.is_cancelled

    @property
    def may_be_moved(self) -> bool:
        """By the desk, as far as its own state goes."""
        return self.state == self.State.CONFIRMED or self.was_called_off

    def renew_tokens(self) -> None:
        """New links; those in mails sent before lead nowhere any more. Nothing is saved."""
        self.seed = secrets.new_token()
        self.confirm_token_hash = secrets.hashed(self.confirm_token)
        self.manage_token_hash = secrets.hashed(self.manage_token)

    @property
    def is_silent(self) -> bool:
        """Asked whether they still come, and not heard of."""
        asked = self.reconfirm_asked_at is not None and self.reconfirmed_at is None
        return asked and self.state == self.State.CONFIRMED

    def _token(self, purpose: str) -> str:
        return salted_hmac(
            f"workshops.booking.{purpose}", self.seed, algorithm="sha256"
        ).hexdigest()


class AccessNeeds(models.Model):
    """What a party needs to take part; a row of its own, because it is deleted first."""

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="access_needs")
    text = models.CharField(max_length=500)

    class Meta:
        verbose_name = _("Unterstützungsbedarf")
        verbose_name_plural = _("Unterstützungsbedarfe")

    def __str__(self) -> str:
        return self.text


class TicketQuerySet(TenantQuerySet["Ticket"]):
    tenant_path = "booking__slot__workshop__municipality"

    def valid(self) -> Self:
        """Tickets of confirmed bookings that nobody has revoked and no walk-in has got."""
        return self.filter(
            booking__state__in=(Booking.State.CONFIRMED, Booking.State.ATTENDED),
            revoked_at=None,
            released_at=None,
        )


class Ticket(models.Model):
    """One seat.

    `entered_at` is set while its holder is inside, by one guarded UPDATE: two gates that scan at
    once cannot both admit. `released_at`: nobody came, and a walk-in has the seat, while others of
    the booking are there. `changed_at` moves with every change, for `?since=` at the door.
    """

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="tickets")
    seq = models.PositiveSmallIntegerField()
    name = models.CharField(_("Name"), max_length=120, blank=True)
    secret = models.CharField(max_length=40, unique=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    entered_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("Ticket")
        verbose_name_plural = _("Tickets")
        ordering = ("booking", "seq", "pk")
        constraints = (
            models.UniqueConstraint(fields=("booking", "seq"), name="ticket_once_a_seat"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="ticket_counts_from_one"),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(entered_at=None), name="ticket_revoked_is_outside"
            ),
            models.CheckConstraint(
                condition=Q(released_at=None) | Q(entered_at=None),
                name="ticket_released_is_outside",
            ),
        )

    def __str__(self) -> str:
        return f"{self.booking_id}/{self.seq}"


class WaitEntryQuerySet(TenantQuerySet["WaitEntry"]):
    tenant_path = "slot__workshop__municipality"


class WaitEntry(models.Model):
    """A party that waits; `min_party` seats would do. Served by priority, then time.

    Without an address the desk has put it on the list, and calls it when there are seats.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("wartet")
        OFFERED = "offered", _("Platz angeboten")
        ACCEPTED = "accepted", _("angenommen")
        DECLINED = "declined", _("abgelehnt")
        LAPSED = "lapsed", _("verfallen")
        LEFT = "left", _("verlassen")
        CLOSED = "closed", _("geschlossen")

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="wait_entries")
    code = models.CharField(max_length=8, unique=True)
    name = models.CharField(_("Name"), max_length=120)
    email = models.EmailField(_("E-Mail-Adresse"), blank=True)
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    language = models.CharField(max_length=2, default="de")
    party_size = models.PositiveSmallIntegerField()
    min_party = models.PositiveSmallIntegerField()
    priority = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    offer = models.OneToOneField(
        Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="wait_entry"
    )
    seed = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    objects = WaitEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("Wartende")
        verbose_name_plural = _("Warteliste")
        ordering = ("-priority", "created_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(min_party__gte=1) & Q(min_party__lte=models.F("party_size")),
                name="wait_min_party_fits",
            ),
            models.CheckConstraint(condition=Q(party_size__lte=100), name="wait_party_at_most_100"),
            models.UniqueConstraint(
                "slot",
                Lower("email"),
                condition=Q(state__in=("waiting", "offered")) & ~Q(email=""),
                name="wait_once_an_address",
            ),
        )

    def __str__(self) -> str:
        return f"{self.slot_id}: {self.party_size}"

    @property
    def token(self) -> str:
        """The link of the mails: accept, decline, leave."""
        return salted_hmac("workshops.wait", self.seed, algorithm="sha256").hexdigest()
