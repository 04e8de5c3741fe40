"""What the town does with an idea: steps, answers, notes, assignment, hand-over, merging."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from participation.models.ideas import Idea, State
from participation.models.municipality import Municipality
from participation.models.tenant import TenantQuerySet


class TransitionQuerySet(TenantQuerySet["Transition"]):
    tenant_path = "idea__municipality"


class Transition(models.Model):
    """One step of an idea; the database refuses to change or delete it, save emptying `by`."""

    class Role(models.TextChoices):
        AUTHOR = "author", _("Urheberin oder Urheber")
        TOWN = "town", _("Verwaltung")
        SYSTEM = "system", _("Mitwirk")

    class Rule(models.TextChoices):
        """The rule of the house on which a contribution is declined."""

        OFF_TOPIC = "off_topic", _("Betrifft nicht die Kommune")
        PERSONAL_DATA = "personal_data", _("Nennt persönliche Daten anderer")
        INSULT = "insult", _("Beleidigt oder grenzt aus")
        ADVERTISING = "advertising", _("Werbung")
        DUPLICATE = "duplicate", _("Gibt es schon")
        OTHER = "other", _("Anderer Grund")

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="transitions")
    from_state = models.CharField(max_length=17, choices=State)
    to_state = models.CharField(max_length=17, choices=State)
    rule = models.CharField(max_length=13, choices=Rule, blank=True)
    reason = models.TextField(blank=True)
    role = models.CharField(max_length=6, choices=Role)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()

    objects = TransitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Schritt")
        verbose_name_plural = _("Schritte")
        ordering = ("idea", "created_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(to_state=State.DECLINED) | (~Q(rule="") & ~Q(reason="")),
                name="transition_decline_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.idea_id}: {self.from_state} → {self.to_state}"


class OfficialResponseQuerySet(TenantQuerySet["OfficialResponse"]):
    tenant_path = "idea__municipality"


class OfficialResponse(models.Model):
    """The town's public answer; a later one has the next number, and all stay readable."""

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="responses")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    signatory = models.CharField(max_length=120, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField()

    objects = OfficialResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("Antwort der Verwaltung")
        verbose_name_plural = _("Antworten der Verwaltung")
        ordering = ("idea", "-number", "pk")
        constraints = (
            models.UniqueConstraint(fields=("idea", "number"), name="response_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.idea_id}: {self.number}"

    @property
    def signatures(self) -> list["CoSignature"]:
        """Of the other towns that answer together with this one."""
        asked = self.cosignatures.all()
        return [row for row in asked if row.state == CoSignature.State.SIGNED]


class CoSignatureQuerySet(TenantQuerySet["CoSignature"]):
    """Of the town that is asked."""

    def open(self) -> Self:
        return self.filter(state=CoSignature.State.ASKED)


class CoSignature(models.Model):
    """Another town asked to stand behind an answer; public once that town has signed."""

    class State(models.TextChoices):
        ASKED = "asked", _("angefragt")
        SIGNED = "signed", _("mitgezeichnet")
        REFUSED = "refused", _("abgelehnt")

    response = models.ForeignKey(
        OfficialResponse, on_delete=models.PROTECT, related_name="cosignatures"
    )
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=7, choices=State, default=State.ASKED)
    reason = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = CoSignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("Mitzeichnung")
        verbose_name_plural = _("Mitzeichnungen")
        ordering = ("asked_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("response", "municipality"), name="cosignature_once_a_town"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", answered_at=None)
                | (~Q(state="asked") & Q(answered_at__isnull=False)),
                name="cosignature_answer_has_its_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.response_id}: {self.municipality_id} {self.state}"


class InternalNote(models.Model):
    """A note for colleagues of one town; it does not travel when the idea is handed over."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()

    objects = TenantQuerySet["InternalNote"].as_manager()

    class Meta:
        verbose_name = _("Interne Notiz")
        verbose_name_plural = _("Interne Notizen")
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.idea_id}: {self.text[:40]}"


class AssignmentQuerySet(TenantQuerySet["Assignment"]):
    tenant_path = "idea__municipality"


class Assignment(models.Model):
    """Who in the town deals with an idea, and until when."""

    idea = models.OneToOneField(Idea, on_delete=models.CASCADE, related_name="assignment")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    department = models.CharField(max_length=120, blank=True)
    due_date = models.DateField(null=True, blank=True)
    assigned_at = models.DateTimeField()

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Zuständigkeit")
        verbose_name_plural = _("Zuständigkeiten")
        ordering = ("idea", "pk")

    def __str__(self) -> str:
        return f"{self.idea_id}: {self.person or self.department}"


class Transfer(models.Model):
    """An idea offered to another municipality; the owner changes only when that one accepts."""

    class State(models.TextChoices):
        OFFERED = "offered", _("angeboten")
        ACCEPTED = "accepted", _("angenommen")
        REFUSED = "refused", _("abgelehnt")
        EXPIRED = "expired", _("abgelaufen")

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="transfers")
    giver = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="transfers_given"
    )
    taker = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="transfers_offered"
    )
    state = models.CharField(max_length=8, choices=State, default=State.OFFERED)
    reason = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager["Transfer"]()

    class Meta:
        verbose_name = _("Übergabe")
        verbose_name_plural = _("Übergaben")
        ordering = ("-offered_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("idea",), condition=Q(state="offered"), name="transfer_one_open_an_idea"
            ),
            models.CheckConstraint(
                condition=~Q(giver=F("taker")), name="transfer_between_two_towns"
            ),
        )

    def __str__(self) -> str:
        return f"{self.idea_id}: {self.giver_id} → {self.taker_id}"


class MergeQuerySet(TenantQuerySet["Merge"]):
    tenant_path = "idea__municipality"


class Merge(models.Model):
    """A reversible link from an idea to the one that carries on for both."""

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="merges")
    into = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="merges_taken")
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("Zusammenlegung")
        verbose_name_plural = _("Zusammenlegungen")
        ordering = ("-merged_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("idea",), condition=Q(undone_at=None), name="merge_one_active_an_idea"
            ),
        )

    def __str__(self) -> str:
        return f"{self.idea_id} → {self.into_id}"
