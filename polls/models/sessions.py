"""An evening's live session, the seats that vote in it, and its durable control events."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.models import Municipality, TenantQuerySet
from participation.models.access import Scope
from workshops.models import Slot


class Visibility(models.TextChoices):
    """When a round's counts are shown to the room without the facilitator's hand."""

    HIDDEN = "hidden", _("erst nach dem Aufdecken")
    LIVE = "live", _("sofort, während abgestimmt wird")
    AFTER_CLOSE = "after_close", _("sobald der Durchgang geschlossen ist")


class LiveSessionQuerySet(TenantQuerySet["LiveSession"]):
    def visible_to(self, actor: Actor) -> Self:
        """Everything of the actor's own town for those who run live sessions there; for all
        others what has started, in towns whose pages are open.
        """
        public = ~Q(state=LiveSession.State.DRAFT) & Q(
            municipality__state=Municipality.State.ACTIVE
        )
        if actor.municipality is not None and actor.may(Scope.LIVE):
            return self.filter(public | Q(municipality=actor.municipality))
        return self.filter(public)


class LiveSession(models.Model):
    """`epoch` names one life of the event log; `seq` counts its control events and only rises."""

    class State(models.TextChoices):
        DRAFT = "draft", _("in Vorbereitung")
        LIVE = "live", _("läuft")
        ENDED = "ended", _("beendet")
        PUBLISHED = "published", _("veröffentlicht")

    class Eligibility(models.TextChoices):
        ANYONE = "anyone", _("alle mit dem Beitrittscode")
        TICKETS = "tickets", _("eingelassene Tickets")
        CODES = "codes", _("Einmal-Codes")
        ACCOUNT = "account", _("Angemeldete")

    class Moderation(models.TextChoices):
        """Whether the room may ask questions of its own, and when someone looks at them."""

        OFF = "off", _("keine Fragen aus dem Saal")
        BEFORE = "before", _("erst prüfen, dann zeigen")
        AFTER = "after", _("gleich zeigen")

    class Pace(models.TextChoices):
        TOGETHER = "together", _("alle bei derselben Frage")
        OWN = "own", _("alle in ihrem Tempo")

    class Kind(models.TextChoices):
        """A template is only copied; a rehearsal never becomes a record."""

        REAL = "real", _("Live-Runde")
        TEMPLATE = "template", _("Vorlage")
        REHEARSAL = "rehearsal", _("Probe")

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="live_sessions"
    )
    slot = models.ForeignKey(
        Slot,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="live_sessions",
        help_text=_("Der Termin, dessen eingelassene Tickets abstimmen"),
    )
    title = models.CharField(max_length=160)
    code = models.CharField(max_length=6, unique=True)
    eligibility = models.CharField(max_length=7, choices=Eligibility, default=Eligibility.ANYONE)
    visibility = models.CharField(
        max_length=11,
        choices=Visibility,
        default=Visibility.HIDDEN,
        help_text=_("Vorgabe für neue Durchgänge"),
    )
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.REAL)
    shared = models.BooleanField(
        default=False, help_text=_("Andere Kommunen dürfen diese Vorlage übernehmen")
    )
    pace = models.CharField(max_length=8, choices=Pace, default=Pace.TOGETHER)
    qa = models.CharField(max_length=6, choices=Moderation, default=Moderation.OFF)
    cards = models.BooleanField(
        default=False, help_text=_("Der Saal darf Tischkarten schreiben, aus denen Ideen werden")
    )
    reactions = models.BooleanField(default=False)
    leaderboard = models.BooleanField(
        default=False, help_text=_("Wer einen Spitznamen wählt, steht in der Quiz-Rangliste")
    )
    eligible = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("Wie viele Menschen abstimmen dürfen")
    )
    outcome = models.TextField(blank=True, help_text=_("Was aus dem Ergebnis wurde"))
    outcome_url = models.URLField(blank=True)
    outcome_idea = models.ForeignKey(
        "participation.Idea", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    epoch = models.CharField(max_length=12)
    seq = models.PositiveIntegerField(default=0)
    focus_round = models.ForeignKey(
        "polls.Round", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = LiveSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Live-Runde")
        verbose_name_plural = _("Live-Runden")
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(eligibility="tickets") | Q(slot__isnull=False),
                name="live_session_tickets_need_a_slot",
            ),
            models.CheckConstraint(
                condition=Q(shared=False) | Q(kind="template"),
                name="live_session_only_templates_are_shared",
            ),
            models.CheckConstraint(
                condition=~Q(kind="template") | Q(state="draft"),
                name="live_session_templates_stay_drafts",
            ),
            models.CheckConstraint(
                condition=~Q(kind="rehearsal") | ~Q(state="published"),
                name="live_session_rehearsals_stay_unpublished",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} ({self.code})"

    @property
    def is_live(self) -> bool:
        return self.state == self.State.LIVE


class Seat(models.Model):
    """The right to one ballot a round. Holds no name, no ticket and no address.

    The key is itself the keyed hash of the seat's token (128 bits), so it follows from the token
    without asking the database, and the token does not follow from the row.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="seats")
    taken_at = models.DateTimeField()
    banned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Sitz")
        verbose_name_plural = _("Sitze")

    def __str__(self) -> str:
        return str(self.pk)


class AccessCode(models.Model):
    """A printed code that gives one seat: handed out without a name, stored hashed. Whether it was
    used stands nowhere.
    """

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="access_codes")
    code_hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("Einmal-Code")
        verbose_name_plural = _("Einmal-Codes")
        constraints = (
            models.UniqueConstraint(fields=("session", "code_hash"), name="access_code_once"),
        )

    def __str__(self) -> str:
        return str(self.pk)


class SessionEvent(models.Model):
    """A control event as it went out: `type` and `data` are the frame's `t` and `d`."""

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    type = models.CharField(max_length=20)
    data = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Ereignis")
        verbose_name_plural = _("Ereignisse")
        ordering = ("session", "seq")
        constraints = (
            models.UniqueConstraint(fields=("session", "seq"), name="session_event_seq_once"),
        )

    def __str__(self) -> str:
        return f"{self.session_id}/{self.seq} {self.type}"
