"""What guests were asked afterwards, and what they said, told so that nobody is recognised."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from participation.actors import Actor
from participation.errors import NotFound
from workshops import policy, tickets
from workshops.models import Feedback, Slot

# Of fewer answers nothing is told but their number: among two everybody knows who said what.
FEWEST_TOLD = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which date a link asks, and whether it was answered."""

    slot: Slot
    is_answered: bool


def feedback_asked(token: str) -> Asked:
    """Raises NotFound for a token we have not signed."""
    slot_id = tickets.feedback_slot(token)
    slots = Slot.objects.select_related("workshop__municipality", "workshop__venue", "room__venue")
    slot = slots.filter(pk=slot_id).first()
    if slot is None:
        raise NotFound
    answered = Feedback.objects.filter(token_hash=tickets.feedback_hash(token)).exists()
    return Asked(slot, answered)


@dataclass(frozen=True, slots=True)
class StarCount:
    stars: int
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class FeedbackResult:
    """`average`, `counts` (five stars first) and `texts` are empty while `is_small`. The texts come
    in no order that would tell when they were written."""

    answers: int
    is_small: bool
    average: float | None
    counts: Sequence[StarCount]
    texts: Sequence[Feedback]


def feedback_of(actor: Actor, slot_id: int) -> FeedbackResult:
    """One statement. Raises LoginRequired, NotAllowed."""
    policy.run_programme(actor)
    given = list(Feedback.objects.of(actor.town).filter(slot_id=slot_id))
    total = len(given)
    if total < FEWEST_TOLD:
        return FeedbackResult(total, bool(given), None, (), ())
    by_stars = Counter(answer.stars for answer in given)
    return FeedbackResult(
        answers=total,
        is_small=False,
        average=round(sum(answer.stars for answer in given) / total, 1),
        counts=[
            StarCount(stars, by_stars[stars], round(100 * by_stars[stars] / total))
            for stars in range(5, 0, -1)
        ],
        texts=sorted((one for one in given if one.text), key=lambda one: (-one.stars, one.text)),
    )
