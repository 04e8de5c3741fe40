"""Joint questions: the towns' results side by side and in sum."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from participation.actors import Actor
from participation.errors import NotFound
from participation.models import Municipality
from participation.secrets import normal_code
from polls import policy
from polls.models import JointPart, JointSession, Option, Question, Round
from polls.queries.sessions import Tally, tallies

# A closed group smaller than this is not split out: its votes could be guessed.
SMALLEST_GROUP = 5


@dataclass(frozen=True, slots=True)
class TownResult:
    """One town's standing. `counts` follow the order of `joint.lines_of`, None where they are not
    shown: not revealed yet, or (`small`) revealed with fewer than five ballots. `state` is that of
    its newest round that was opened, `draft` before.
    """

    town: Municipality
    live_code: str
    state: str
    ballots: int
    counts: list[int] | None
    small: bool = False


@dataclass(frozen=True, slots=True)
class JointResult:
    """`total` adds up the towns whose counts are shown, and no others (`summed` of them); `small`
    towns showed theirs to too few to be split out.
    """

    joint: JointSession
    towns: list[TownResult]
    ballots: int
    summed: int
    total: list[int] | None

    @property
    def small(self) -> int:
        return sum(town.small for town in self.towns)


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
    """What the public may see: six statements, whatever the number of towns.

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
    standing = tallies(round_.pk for round_ in newest.values())
    rows = [_town_result(question, newest.get(question.pk), standing) for question in asked]
    shown = [row.counts for row in rows if row.counts is not None]
    return JointResult(
        joint=joint,
        towns=rows,
        ballots=sum(row.ballots for row in rows),
        summed=len(shown),
        total=[sum(column) for column in zip(*shown, strict=True)] if shown else None,
    )


def _town_result(
    question: Question, round_: Round | None, standing: Mapping[int, Tally]
) -> TownResult:
    session = question.session
    if round_ is None:
        return TownResult(session.municipality, session.code, Round.State.DRAFT, 0, None)
    tally = standing[round_.pk]
    keys = [str(option.pk) for option in question.options.all()] or list(tally.counts)
    counts = [tally.counts[key] for key in keys]
    small = tally.revealed and tally.ballots < SMALLEST_GROUP
    return TownResult(
        town=session.municipality,
        live_code=session.code,
        state=round_.state,
        ballots=tally.ballots,
        counts=counts if tally.revealed and not small else None,
        small=small,
    )
