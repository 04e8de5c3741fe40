"""Cast ballots: those that arrive together are committed together, each judged on its own."""

import itertools
import threading
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import Q

from participation.errors import RuleBroken
from polls.errors import (
    AlreadyVoted,
    BallotConflict,
    InvalidValue,
    NoSuchRound,
    RoundClosed,
    SeatBanned,
    WrongRound,
)
from polls.live import announcements
from polls.models import Ballot, Option, Question, Round, RoundTally, Seat, VotedSeat
from polls.models.answers import ANSWERS, QuestionType, Spec
from polls.models.ballots import SHARDS
from polls.services import ballot_rows, contribution_rows
from polls.services.ballot_rows import Change, NewBallot
from polls.services.contribution_rows import Card

MAX_VERSION = 1000
MAX_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Cast:
    """One ballot as it arrives; `value` None takes the ballot back. In time is what `arrived_at`
    was, however long it waited to be written; without it, when it is written says.
    """

    session_id: int
    round_id: int
    seat: UUID
    ballot: UUID
    version: int
    value: Any
    arrived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ack:
    """The ballot is committed and counted."""

    ballot: UUID
    version: int
    accepted_at: datetime


Outcome = Ack | RuleBroken


def cast_ballots(batch: Sequence[Cast], now: datetime) -> list[Outcome]:
    """Write a batch in one transaction; the answers stand in the batch's order.

    A ballot that is already there with this value gets its first ack again; another value needs the
    next version. After the close a repeated ballot gets an ack with the time of the close: that it
    was counted is all that is left of it. Locks the rounds in share mode (a close waits), writes
    ballots, then the cards of open questions, then tallies. Five statements for a fresh batch, one
    more with cards, whatever its size. Refused ballots carry InvalidValue, NoSuchRound, WrongRound,
    RoundClosed, AlreadyVoted, BallotConflict or SeatBanned.
    """
    connection.ensure_connection()  # while the database is away, one wait for it is enough
    try:
        return _cast(batch, now)
    except OperationalError:
        # Two batches with the same seats crossed and the database chose this one to give way; or
        # it was restarted. Had the commit been made nevertheless, the same acks come again.
        return _cast(batch, now)


def cast_one(cast: Cast, now: datetime) -> Ack:
    """A batch of one, for REST and the plain form. Raises what refuses the ballot."""
    outcome = cast_ballots([cast], now)[0]
    if isinstance(outcome, RuleBroken):
        raise outcome
    return outcome


@transaction.atomic
def _cast(batch: Sequence[Cast], now: datetime) -> list[Outcome]:
    ballot_rows.lock_rounds(cast.round_id for cast in batch if 0 < cast.round_id <= MAX_ID)
    work = _Batch(batch, now)
    work.judge()
    work.insert()
    work.compare()
    work.write_cards()
    work.count()
    return work.outcomes()


class _Batch:
    """One transaction's work: judged, inserted, compared with what is there, counted."""

    def __init__(self, batch: Sequence[Cast], now: datetime) -> None:
        self.batch = batch
        self.now = now
        self.rounds = _rounds(batch)
        self.specs = {round_.question_id: _spec(round_) for round_ in self.rounds.values()}
        self.answers: dict[int, Outcome] = {}
        self.values: dict[int, dict[str, Any] | None] = {}
        self.changes: Counter[Change] = Counter()
        self.cards: dict[UUID, Card] = {}

    def judge(self) -> None:
        """Refuse what no ballot box would take."""
        for index, cast in enumerate(self.batch):
            round_ = self.rounds.get(cast.round_id)
            if round_ is None or round_.question.session_id != cast.session_id:
                self.answers[index] = NoSuchRound()
                continue
            try:
                self.values[index] = self._clean(round_, cast)
            except InvalidValue as error:
                self.answers[index] = error

    def insert(self) -> None:
        """Write the first word of each seat and round; the rest is left to `compare`."""
        fresh: dict[int, NewBallot] = {}
        seen: set[Any] = set()
        for index, value in self.values.items():
            cast = self.batch[index]
            place = (cast.round_id, cast.seat)
            if not self._takes(cast):
                continue
            if place in seen or cast.ballot in seen:
                continue
            seen |= {place, cast.ballot}
            fresh[index] = NewBallot(
                cast.ballot, cast.round_id, cast.session_id, cast.seat, value, cast.version
            )
        written = ballot_rows.insert_new(list(fresh.values()), self.now)
        for index, row in fresh.items():
            if row.uuid in written:
                self.answers[index] = Ack(row.uuid, row.version, self.now)
                self._add(row.round_id, row.value, row.version, +1)
                self._card(self.batch[index], row.value)
        self._freeze({row.round_id for row in fresh.values() if row.uuid in written})

    def compare(self) -> None:
        """Judge the rest against the ballots that are there, in the order of arrival."""
        rest = [index for index in self.values if index not in self.answers]
        if not rest:
            return
        closed = {pk for pk, round_ in self.rounds.items() if round_.is_final}
        there = _Existing([self.batch[index] for index in rest], closed)
        changed: dict[UUID, Ballot] = {}
        for index in rest:
            try:
                self.answers[index] = self._against(there, index, changed)
            except RuleBroken as error:
                self.answers[index] = error
        Ballot.objects.bulk_update(changed.values(), ["value", "version", "accepted_at"])

    def write_cards(self) -> None:
        """What open questions were answered stands on cards, in the same commit."""
        if self.cards:
            contribution_rows.write_cards(self.cards, self.now)

    def count(self) -> None:
        """Bring the tallies along and tell the screens after the commit."""
        ballot_rows.add_to_tallies(self.changes, _shard())
        rounds: dict[str, set[int]] = {}
        for round_id, _key in self.changes:
            code = self.rounds[round_id].question.session.code
            rounds.setdefault(code, set()).add(round_id)
        for code, ids in rounds.items():
            tell = partial(announcements.announce_ballots, code, sorted(ids))
            transaction.on_commit(tell)

    def outcomes(self) -> list[Outcome]:
        return [self.answers[index] for index in range(len(self.batch))]

    def _freeze(self, round_ids: set[int]) -> None:
        thawed = [
            self.rounds[round_id].question_id
            for round_id in round_ids
            if self.rounds[round_id].question.frozen_at is None
        ]
        if thawed:
            Question.objects.filter(pk__in=thawed, frozen_at=None).update(frozen_at=self.now)

    def _clean(self, round_: Round, cast: Cast) -> dict[str, Any] | None:
        if not 1 <= cast.version <= MAX_VERSION:
            raise InvalidValue
        if cast.value is None:
            return None
        spec = self.specs[round_.question_id]
        return ANSWERS[spec.type].clean(spec, cast.value)

    def _against(self, there: "_Existing", index: int, changed: dict[UUID, Ballot]) -> Ack:
        cast, value = self.batch[index], self.values[index]
        if self.rounds[cast.round_id].is_final:
            return self._counted_before(there, cast)
        ballot = there.by_uuid.get(cast.ballot)
        if ballot is not None and ballot.seat_id != cast.seat:
            raise BallotConflict
        if ballot is not None and ballot.round_id != cast.round_id:
            raise WrongRound
        open_ = self._takes(cast)
        if ballot is None:
            raise there.why_not(cast, is_open=open_)
        if value == ballot.value and cast.version <= ballot.version:
            return Ack(ballot.pk, ballot.version, ballot.accepted_at or self.now)
        if cast.seat in there.banned:
            raise SeatBanned
        if not open_:
            raise RoundClosed
        if cast.version != ballot.version + 1:
            raise BallotConflict(**_standing(ballot))
        self._add(cast.round_id, ballot.value, ballot.version, -1)
        if value != ballot.value:
            self._card(cast, value)
        ballot.value, ballot.version, ballot.accepted_at = value, cast.version, self.now
        self._add(cast.round_id, value, cast.version, +1)
        changed[ballot.pk] = ballot
        return Ack(ballot.pk, ballot.version, self.now)

    def _takes(self, cast: Cast) -> bool:
        return self.rounds[cast.round_id].takes_ballots(cast.arrived_at or self.now)

    def _counted_before(self, there: "_Existing", cast: Cast) -> Ack:
        """After the close only the fact is left: what is repeated gets its ack, nothing else."""
        voted = there.voted.get((cast.round_id, cast.seat))
        if voted is None:
            raise RoundClosed
        if cast.ballot != voted.ballot:
            raise AlreadyVoted(ballot=str(voted.ballot), version=voted.version)
        closed_at = self.rounds[cast.round_id].closed_at
        if cast.version > voted.version or closed_at is None:
            raise RoundClosed
        return Ack(voted.ballot, voted.version, closed_at)

    def _card(self, cast: Cast, value: dict[str, Any] | None) -> None:
        round_ = self.rounds[cast.round_id]
        spec = self.specs[round_.question_id]
        if spec.type == QuestionType.TEXT:
            self.cards[cast.ballot] = Card(
                session=round_.question.session,
                round_id=round_.pk,
                seat=cast.seat,
                text=None if value is None else value["text"],
                moderation=spec.config["moderation"],
            )

    def _add(self, round_id: int, value: dict[str, Any] | None, version: int, sign: int) -> None:
        self.changes[round_id, RoundTally.CHANGES] += sign * version
        if value is None:
            return
        spec = self.specs[self.rounds[round_id].question_id]
        self.changes[round_id, RoundTally.BALLOTS] += sign
        for key, n in ANSWERS[spec.type].adds(spec, value):
            self.changes[round_id, f"{RoundTally.ANSWER}{key}"] += sign * n


class _Existing:
    """The ballots that share a uuid, or a round and seat, with the casts; locked. `voted`: what is
    left of those in closed rounds. `banned`: seats that cast and change nothing any more."""

    def __init__(self, casts: Sequence[Cast], closed: Collection[int]) -> None:
        marks = VotedSeat.objects.filter(
            round_id__in=closed, seat_id__in={cast.seat for cast in casts}
        ).order_by("pk")
        self.voted = {(row.round_id, row.seat_id): row for row in marks} if closed else {}
        banned = Seat.objects.filter(
            pk__in={cast.seat for cast in casts}, banned_at__isnull=False
        ).order_by("pk")
        self.banned = set(banned.values_list("pk", flat=True))
        rows = (
            Ballot.objects.select_for_update()
            .filter(
                Q(pk__in={cast.ballot for cast in casts})
                | Q(
                    seat_id__in={cast.seat for cast in casts},
                    round_id__in={cast.round_id for cast in casts},
                )
            )
            .order_by("round_id", "seat_id")
        )
        self.by_uuid = {row.pk: row for row in rows}
        self.by_place = {(row.round_id, row.seat_id): row for row in self.by_uuid.values()}

    def why_not(self, cast: Cast, *, is_open: bool) -> RuleBroken:
        """What kept a new ballot from being written."""
        if cast.seat in self.banned:
            return SeatBanned()
        other = self.by_place.get((cast.round_id, cast.seat))
        if other is not None:
            return AlreadyVoted(**_standing(other))
        return BallotConflict() if is_open else RoundClosed()


def _rounds(batch: Sequence[Cast]) -> dict[int, Round]:
    """Read after the lock, so that the state is the one that counts."""
    ids = {cast.round_id for cast in batch if 0 < cast.round_id <= MAX_ID}
    rows = Round.objects.select_related("question__session").filter(pk__in=ids).order_by("pk")
    return {row.pk: row for row in rows}


# Frozen questions never change again, so their specs are kept: by session code and question id.
MOST_SPECS = 1000
_frozen_specs: dict[tuple[str, int], Spec] = {}


def _spec(round_: Round) -> Spec:
    question = round_.question
    key = (question.session.code, question.pk)
    if question.frozen_at is not None and (spec := _frozen_specs.get(key)):
        return spec
    spec = question.spec(Option.objects.filter(question=question).order_by("position", "pk"))
    if question.frozen_at is not None:
        if len(_frozen_specs) >= MOST_SPECS:
            _frozen_specs.clear()
        _frozen_specs[key] = spec
    return spec


def _standing(ballot: Ballot) -> dict[str, Any]:
    return {"ballot": str(ballot.pk), "version": ballot.version, "value": ballot.value}


_thread = threading.local()
_shards = itertools.count()


def _shard() -> int:
    """This thread's own: writers then wait for no one's counters but their own."""
    if not hasattr(_thread, "shard"):
        _thread.shard = (announcements.ORIGIN_NUMBER + next(_shards)) % SHARDS
    return int(_thread.shard)
