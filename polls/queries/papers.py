"""What was counted by hand, and who may be told."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from polls.models import LiveSession, PaperTally, ResultRecord
from polls.models.answers import QuestionType

# Their answers can be counted in a room: fixed ones, or the steps of a scale.
PAPER_TYPES = frozenset(
    {
        QuestionType.SINGLE,
        QuestionType.MULTIPLE,
        QuestionType.YES_NO,
        QuestionType.QUIZ,
        QuestionType.IMAGE,
        QuestionType.SCALE,
    }
)
# What fewer than so many put into the box would tell how each of them voted.
FEW = 5
PAPER_FIELDS = ("kind", "ballots", "counts")


def paper_tallies(session: LiveSession) -> QuerySet[PaperTally]:
    """All counts of a session with their people: one statement. For who facilitates it."""
    return (
        PaperTally.objects.filter(round__question__session=session)
        .select_related("counted_by", "countersigned_by", "round")
        .order_by("round", "kind", "pk")
    )


def unsigned(session: LiveSession) -> bool:
    """Whether a count still waits for its second person."""
    return paper_tallies(session).filter(countersigned_at=None).exists()


def stamp_of(tally: PaperTally) -> str:
    """A word for just these numbers by just this person: what a second one has seen."""
    said = json.dumps(
        [tally.round_id, tally.kind, tally.ballots, tally.counts, tally.counted_by_id],
        sort_keys=True,
    )
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def papers_shown(session: LiveSession) -> dict[int, list[dict[str, Any]]]:
    """Countersigned counts by round, as anyone may see them once the round is revealed."""
    return _by_round(paper_tallies(session))


def papers_beside(round_ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """The same of these rounds, as far as their session is not published: from then on its record
    alone speaks, and a correction shows with the corrected one. One statement.
    """
    running = PaperTally.objects.filter(round_id__in=list(round_ids)).exclude(
        round__question__session__state=LiveSession.State.PUBLISHED
    )
    return _by_round(running.order_by("round", "kind", "pk"))


def papers_told(round_ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """The same wherever the rounds' sessions stand: of a published one its valid record speaks. Two
    statements.
    """
    ids = list(round_ids)
    found = papers_beside(ids)
    valid = ResultRecord.objects.filter(
        session__questions__rounds__in=ids, superseded_by=None
    ).order_by("pk")
    for body in valid.values_list("body", flat=True):
        for question in json.loads(body)["questions"]:
            found |= {row["id"]: papers_of(row) for row in question["rounds"]}
    return found


def papers_of(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Of a round in a record, without their times."""
    return [{name: row[name] for name in PAPER_FIELDS} for row in told.get("paper", [])]


def _by_round(tallies: QuerySet[PaperTally]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for tally in tallies.filter(countersigned_at__isnull=False):
        found[tally.round_id].append(paper_shown(tally))
    return found


def paper_shown(tally: PaperTally) -> dict[str, Any]:
    """`counts` is None for fewer than five ballot papers: raised hands everyone saw anyway."""
    hidden = tally.kind == PaperTally.Kind.PAPER and tally.ballots < FEW
    return {
        "kind": tally.kind,
        "ballots": tally.ballots,
        "counts": None if hidden else tally.counts,
    }
