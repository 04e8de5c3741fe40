"""Ballots, and the running tally that is written in the same commit."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from polls.models.questions import Round
from polls.models.sessions import Seat

SHARDS = 16


class Ballot(models.Model):
    """One seat's word in one round. `uuid` is the phone's; `value` empty means taken back."""

    uuid = models.UUIDField(primary_key=True, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="ballots")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="ballots")
    value = models.JSONField(null=True)
    version = models.PositiveSmallIntegerField(default=1)
    accepted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Stimme")
        verbose_name_plural = _("Stimmen")
        constraints = (
            models.UniqueConstraint(fields=("round", "seat"), name="ballot_once_a_seat"),
            models.CheckConstraint(
                condition=models.Q(version__gte=1), name="ballot_version_from_one"
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class RoundTally(models.Model):
    """Counters of a round: the sum over `shard` is the tally.

    Ballots add to them in their own commit, so a tally costs the same after ten ballots and after
    ten thousand and is right after a crash. Each writing thread has a shard, so writers do not wait
    for one row; one shard alone may go below zero. `rounds.rebuild_tally` makes them anew.
    """

    BALLOTS = "ballots"
    CHANGES = "changes"  # the sum of all versions: the tally's `rev`, which only rises
    ANSWER = "answer:"

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="tallies")
    shard = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=80)
    n = models.IntegerField()

    class Meta:
        verbose_name = _("Zählstand")
        verbose_name_plural = _("Zählstände")
        constraints = (
            models.UniqueConstraint(fields=("round", "shard", "key"), name="tally_key_once"),
        )

    def __str__(self) -> str:
        return f"{self.round_id}/{self.shard} {self.key}"
