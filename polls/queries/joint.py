"""Joint questions: the towns' results side by side and in sum.

A town's own shown result is no part split out of another: anyone may read it at home, so it stands
here as there, however few have voted. What is held back there is held back here, and is in no sum.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from participation.actors import Actor
from participation.errors import NotFound
from participation.models import Municipality
from participation.secrets import normal_code
from polls import policy
from polls.models import JointPart, JointSession, Option, PaperTally, Question, Round
from polls.queries.papers import papers_told
from polls.queries.sessions import Tally, tallies


@dataclass(frozen=True, slots=True)
class JointPaper:
    """Raised hands or ballot papers of one town; `counts` None where they were too few."""

    kind: str
    ballots: int
    counts: list[int] | None


@dataclass(frozen=True, slots=True)
class TownResult:
    """One town's standing. `counts` follow the order of `joint.lines_of`, None until they are
    revealed there. `state` is that of its newest round that was opened, `draft` before. `paper` was
    counted by hand beside that round, as `papers_told` says it, with counts in the same order; it
    is in no total.
    """

    town: Municipality
    live_code: str
    state: str
    ballots: int
    counts: list[int] | None
    paper: tuple[JointPaper, ...] = ()


@dataclass(frozen=True, slots=True)
class JointResult:
    """`total` adds up the towns whose counts are shown, and no others (`summed` of them). `paper`
    adds up what two towns or more counted by hand in the same way.
    """

    joint: JointSession
    towns: list[TownResult]
    ballots: int
    summed: int
    total: list[int] | None
    paper: list[JointPaper]

    @property
    def has_paper(self) -> bool:
        return any(town.paper for town in self.towns)

    @property
    def holds_back(self) -> bool:
        """Whether some town's ballot papers are too few to be told apart."""
        return any(paper.counts is None for town in self.towns for paper in town.paper)


def joint_sessions(actor: Actor) -> QuerySet[JointPart]:
    """The town's parts in joint questions, newest first: one statement."""
    policy.facilitator(actor)
    return (
        JointPart.objects.of(actor.town)
        .select_related("joint__municipality", "question__session")
        .order_by("-joint__created_at", "-pk")
    )


def joint_part(actor: Actor, code: str) -> JointPart:
    """This town's part, for who facilitates. Raises NotFound, NotAllowed."""
    found = joint_sessions(actor).filter(joint__code=normal_code(code)).first()
    if found is None:
        raise NotFound
    return found


def parts(joint: JointSession) -> QuerySet[JointPart]:
    """Of every town that was asked, by name."""
    return joint.parts.select_related("municipality").order_by("municipality__name", "pk")


def joint_by_code(code: str) -> JointSession:
    """Any joint question whose town is open. Raises NotFound."""
    found = (
        JointSession.objects.select_related("municipality")
        .filter(code=normal_code(code)[:6], municipality__state=Municipality.State.ACTIVE)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def joint_results(joint: JointSession) -> JointResult:
    """What the public may see: eight statements, whatever the number of towns.

    A town stands here once its session has started; its counts once they are revealed there.
    """
    options = Prefetch("question__options", Option.objects.order_by("position", "pk"))
    opened = Round.objects.exclude(state=Round.State.DRAFT).order_by("n", "pk")
    taking_part = (
        JointPart.objects.filter(
            joint=joint,
            state=JointPart.State.JOINED,
            municipality__state=Municipality.State.ACTIVE,
        )
        .exclude(question=None)
        .exclude(question__session__state="draft")
        .select_related("question__session__municipality")
        .prefetch_related(options, Prefetch("question__rounds", opened, to_attr="opened"))
        .order_by("municipality__name", "pk")
    )
    asked = [part.question for part in taking_part if part.question is not None]
    rounds = {question.pk: getattr(question, "opened", []) for question in asked}
    newest = {pk: opened[-1] for pk, opened in rounds.items() if opened}
    ids = [round_.pk for round_ in newest.values()]
    standing, papers = tallies(ids), papers_told(ids)
    rows = [_town_result(question, newest.get(question.pk), standing, papers) for question in asked]
    shown = [row.counts for row in rows if row.counts is not None]
    return JointResult(
        joint=joint,
        towns=rows,
        ballots=sum(row.ballots for row in rows),
        summed=len(shown),
        total=_added(shown) if shown else None,
        paper=_paper_added([paper for row in rows for paper in row.paper]),
    )


def _paper_added(papers: list[JointPaper]) -> list[JointPaper]:
    found = []
    for kind in PaperTally.Kind.values:
        alike = [row for row in papers if row.kind == kind and row.counts]
        if len(alike) > 1:
            counts = _added([row.counts or [] for row in alike])
            found.append(JointPaper(kind, sum(row.ballots for row in alike), counts))
    return found


def _added(rows: list[list[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


def _town_result(
    question: Question,
    round_: Round | None,
    standing: Mapping[int, Tally],
    papers: Mapping[int, list[dict[str, Any]]],
) -> TownResult:
    session = question.session
    if round_ is None:
        return TownResult(session.municipality, session.code, Round.State.DRAFT, 0, None)
    tally = standing[round_.pk]
    keys = [str(option.pk) for option in question.options.all()] or list(tally.counts)
    counts = [tally.counts[key] for key in keys]
    return TownResult(
        town=session.municipality,
        live_code=session.code,
        state=round_.state,
        ballots=tally.ballots,
        counts=counts if tally.revealed else None,
        paper=tuple(_paper(row, keys) for row in papers.get(round_.pk, ()) if tally.revealed),
    )


def _paper(row: Mapping[str, Any], keys: list[str]) -> JointPaper:
    counts = row["counts"] and [row["counts"].get(key, 0) for key in keys]
    return JointPaper(row["kind"], row["ballots"], counts)
