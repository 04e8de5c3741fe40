"""Ballots, and the running tally that is written in the same commit."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from polls.models.questions import Round
from polls.models.sessions import Seat

SHARDS = 16


class Ballot(models.Model):
    """One word in one round: while that is open, a seat's.

    `uuid` is the phone's; `value` empty means taken back. When the round closes, every ballot is
    written anew under another uuid, in shuffled order, without seat, version and time, and the ones
    taken back go (`ballot_rows.cut_from_seats`): then no row says whose word it was.
    """

    uuid = models.UUIDField(primary_key=True, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="ballots")
    seat = models.ForeignKey(
        Seat, on_delete=models.PROTECT, null=True, blank=True, related_name="ballots"
    )
    value = models.JSONField(null=True)
    version = models.PositiveSmallIntegerField(default=1)
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Stimme")
        verbose_name_plural = _("Stimmen")
        constraints = (
            models.UniqueConstraint(fields=("round", "seat"), name="ballot_once_a_seat"),
            models.CheckConstraint(
                condition=models.Q(version__gte=1), name="ballot_version_from_one"
            ),
            models.CheckConstraint(
                condition=models.Q(seat=None, accepted_at=None, version=1)
                | models.Q(seat__isnull=False, accepted_at__isnull=False),
                name="ballot_cut_without_traces",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class VotedSeat(models.Model):
    """That a seat's ballot was counted in a closed round, and not what it said.

    So a phone that asks again after the close is told the truth, and turnout can be checked.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="voted_seats")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="voted_in")
    ballot = models.UUIDField(help_text=_("Wie das Handy die Stimme nannte"))
    version = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("Beteiligung eines Sitzes")
        verbose_name_plural = _("Beteiligungen der Sitze")
        constraints = (models.UniqueConstraint(fields=("round", "seat"), name="voted_once_a_seat"),)

    def __str__(self) -> str:
        return f"{self.round_id}: {self.seat_id}"


class RoundTally(models.Model):
    """Counters of a round: the sum over `shard` is the tally.

    Ballots add to them in their own commit, so a tally costs the same after ten ballots and after
    ten thousand and is right after a crash. Each writing thread has a shard, so writers do not wait
    for one row; one shard alone may go below zero. `rounds.rebuild_tally` makes them anew.
    """

    BALLOTS = "ballots"
    CHANGES = "changes"  # the sum of all versions
    EDITS = "edits"  # how often the facilitator took off or put back; the two are the tally's `rev`
    ANSWER = "answer:"

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="tallies")
    shard = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=80)
    n = models.BigIntegerField()

    class Meta:
        verbose_name = _("Zählstand")
        verbose_name_plural = _("Zählstände")
        constraints = (
            models.UniqueConstraint(fields=("round", "shard", "key"), name="tally_key_once"),
        )

    def __str__(self) -> str:
        return f"{self.round_id}/{self.shard} {self.key}"
