"""Hands and ballot papers: two people, plausible sums, never added to the phones."""

from datetime import datetime
from typing import Any

import pytest

from participation import actors
from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from participation.models import Municipality
from participation.models.access import Role
from polls import queries
from polls.errors import (
    IllegalStep,
    NoPaperForType,
    NoSuchRound,
    PaperChanged,
    PaperSigned,
    PersonNeeded,
    SecondPersonNeeded,
)
from polls.models import PaperTally
from polls.services import ballots, papers, records, rounds, sessions
from polls.services.wording import Wording
from tests.factories import member
from tests.polls.factories import Evening, make_evening

pytestmark = pytest.mark.django_db
SCALE = Wording("scale", "Wie zufrieden?", config={"min": 1, "max": 3})
TREES = Wording("multiple", "Was fehlt?", options=[("A", ""), ("B", ""), ("C", "")])


@pytest.fixture
def evening(town: Municipality, now: datetime) -> Evening:
    return make_evening(town, now, state="closed")


@pytest.fixture
def ada(town: Municipality, now: datetime) -> Actor:
    return actors.for_user(member(None, town, Role.FACILITATOR), town, now)


@pytest.fixture
def ben(town: Municipality, now: datetime) -> Actor:
    return actors.for_user(member(None, town, Role.FACILITATOR), town, now)


def enter(evening: Evening, actor: Actor, *counts: int, **more: Any) -> PaperTally:
    keys = [str(option) for option in evening.options]
    given = {
        "kind": "paper",
        "ballots": sum(counts),
        "counts": dict(zip(keys, counts, strict=False)),
        **more,
    }
    return papers.enter_tally(**evening.at(actor=actor, **given))


def sign(evening: Evening, actor: Actor, tally: PaperTally) -> PaperTally:
    return papers.countersign_tally(
        actor=actor,
        code=evening.code,
        tally_id=tally.pk,
        stamp=queries.stamp_of(tally),
        now=evening.now,
    )


def paper_of(evening: Evening, actor: Actor | None = None) -> list[dict[str, Any]]:
    told = queries.results(evening.session, actor or evening.actor)
    rows: list[dict[str, Any]] = told["questions"][0]["rounds"][0]["paper"]
    return rows


def test_two_people_count_and_the_phones_stay_as_they_are(
    evening: Evening, ada: Actor, ben: Actor
) -> None:
    tally = enter(evening, ada, 30, 12, ballots=45)
    assert paper_of(evening) == []
    assert sign(evening, ben, tally).countersigned_by == ben.user
    assert sign(evening, ben, tally).pk == tally.pk
    first, second = map(str, evening.options)
    shown = {"kind": "paper", "ballots": 45, "counts": {first: 30, second: 12}}
    assert paper_of(evening) == [shown]
    assert queries.tallies([evening.round.pk])[evening.round.pk].ballots == 0
    rounds.rebuild_tally(round_id=evening.round.pk)
    assert queries.tallies([evening.round.pk])[evening.round.pk].counts == {first: 0, second: 0}


def test_the_room_sees_it_with_the_result_and_not_before(
    evening: Evening, ada: Actor, ben: Actor
) -> None:
    sign(evening, ben, enter(evening, ada, 30, 12))
    assert paper_of(evening, actors.guest(evening.session.municipality)) == []
    rounds.reveal_round(**evening.at())
    assert len(paper_of(evening, actors.guest(evening.session.municipality))) == 1


@pytest.mark.parametrize("audience", ["voter", "wall"])
def test_phone_and_wall_are_told_with_the_result_and_not_before(
    evening: Evening, ada: Actor, ben: Actor, audience: queries.Audience
) -> None:
    def told() -> list[Any]:
        shown = queries.snapshot(evening.session, now=evening.now, audience=audience)
        tally = queries.tallies([evening.round.pk])[evening.round.pk]
        frame = tally.frame(with_counts=tally.revealed)
        return [shown["questions"][0]["rounds"][0]["paper"], frame["paper"]]

    tally = enter(evening, ada, 30, 12)
    rounds.reveal_round(**evening.at())
    assert told() == [[], []]  # nobody has countersigned it yet
    sign(evening, ben, tally)
    first, second = map(str, evening.options)
    assert told() == [[{"kind": "paper", "ballots": 42, "counts": {first: 30, second: 12}}]] * 2
    rounds.hide_round(**evening.at())
    assert told() == [None, None]


def test_a_correction_that_is_prepared_is_not_told(
    evening: Evening, ada: Actor, ben: Actor
) -> None:
    rounds.reveal_round(**evening.at())
    sessions.end_session(actor=ada, code=evening.code, now=evening.now)
    records.publish_session(actor=ada, code=evening.code, now=evening.now)
    sign(evening, ben, enter(evening, ada, 30, 12))
    shown = queries.snapshot(queries.session_by_code(evening.code), now=evening.now)
    assert shown["questions"][0]["rounds"][0]["paper"] == []


def test_few_ballot_papers_are_not_split(evening: Evening, ada: Actor, ben: Actor) -> None:
    sign(evening, ben, enter(evening, ada, 3, 1))
    sign(evening, ben, enter(evening, ada, 3, 1, kind="hands"))
    hands, paper = paper_of(evening)
    assert (hands["ballots"], paper["ballots"], paper["counts"]) == (4, 4, None)
    assert sorted(hands["counts"].values()) == [1, 3]
    (told,) = queries.told_rounds(queries.results(evening.session, evening.actor))
    assert [source.kind for source in told.columns] == ["", "hands"]
    assert [line.total for line in told.lines] == [3, 1]


def test_who_counted_does_not_countersign(evening: Evening, ada: Actor, ben: Actor) -> None:
    tally = enter(evening, ada, 2, 1)
    with pytest.raises(SecondPersonNeeded):
        sign(evening, ada, tally)
    # Who corrects the numbers has counted: now the first person may look at them.
    tally = enter(evening, ben, 2, 2)
    with pytest.raises(SecondPersonNeeded):
        sign(evening, ben, tally)
    assert sign(evening, ada, tally).counts == tally.counts


def test_what_was_seen_is_what_is_signed(evening: Evening, ada: Actor, ben: Actor) -> None:
    seen = enter(evening, ada, 2, 1)
    enter(evening, ada, 9, 1)
    with pytest.raises(PaperChanged):
        sign(evening, ben, seen)


def test_a_signed_count_stands_until_it_is_withdrawn(
    evening: Evening, ada: Actor, ben: Actor
) -> None:
    tally = sign(evening, ben, enter(evening, ada, 2, 1))
    with pytest.raises(PaperSigned):
        enter(evening, ada, 2, 2)
    papers.withdraw_tally(actor=ada, code=evening.code, tally_id=tally.pk)
    assert enter(evening, ada, 2, 2).countersigned_at is None
    assert PaperTally.objects.count() == 1


@pytest.mark.parametrize(
    ("counts", "more", "code"),
    [
        ((2, 2), {"ballots": 3}, "paper_sum"),
        ((2, 2), {"ballots": 5, "kind": "hands"}, "paper_sum"),
        ((-1, 2), {"ballots": 5}, "paper_count"),
        ((True, 2), {"ballots": 5}, "paper_count"),
        ((1, 2), {"ballots": 0}, "paper_ballots"),
        ((1, 2), {"ballots": 10**7}, "paper_ballots"),
        ((1, 2), {"kind": "shouting"}, "unknown_kind"),
        ((1, 2), {"counts": {"0": 3}}, "unknown_option"),
        ((1, 2), {"counts": [3]}, "unknown_option"),
    ],
)
def test_numbers_that_cannot_be(
    evening: Evening, ada: Actor, counts: tuple[int, ...], more: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        enter(evening, ada, *counts, **more)
    assert caught.value.code == code


def test_several_answers_a_ballot_and_the_steps_of_a_scale(
    town: Municipality, now: datetime, ada: Actor
) -> None:
    several = make_evening(town, now, state="closed", wording=TREES)
    assert enter(several, ada, 5, 5, 5, ballots=5).ballots == 5
    with pytest.raises(InvalidInput):
        enter(several, ada, 6, 1, 1, ballots=5)
    scale = make_evening(town, now, state="closed", wording=SCALE)
    tally = enter(scale, ada, counts={"1": 2, "3": 4}, ballots=6)
    assert tally.counts == {"1": 2, "2": 0, "3": 4}


@pytest.mark.parametrize("kind", ["words", "text", "number"])
def test_types_that_nobody_counts_by_hand(
    town: Municipality, now: datetime, ada: Actor, kind: str
) -> None:
    evening = make_evening(town, now, state="closed", wording=Wording(kind, "Was noch?"))
    with pytest.raises(NoPaperForType):
        enter(evening, ada, counts={}, ballots=5)


def test_who_may_not(evening: Evening, ada: Actor, other_town: Municipality, now: datetime) -> None:
    with pytest.raises(PersonNeeded):
        enter(evening, evening.actor, 1, 1)
    with pytest.raises(NoSuchRound):
        enter(evening, ada, 1, 1, round_id=0)
    stranger = actors.for_user(member(None, other_town, Role.FACILITATOR), other_town, now)
    tally = enter(evening, ada, 1, 1)
    for step in (
        lambda: enter(evening, stranger, 1, 1),
        lambda: sign(evening, stranger, tally),
        lambda: papers.withdraw_tally(actor=stranger, code=evening.code, tally_id=tally.pk),
    ):
        with pytest.raises(NotFound):
            step()


def test_a_tally_of_another_session_is_not_there(
    town: Municipality, evening: Evening, now: datetime, ada: Actor, ben: Actor
) -> None:
    tally = enter(make_evening(town, now, state="closed"), ada, 1, 1)
    with pytest.raises(NotFound):
        sign(evening, ben, tally)
    with pytest.raises(NotFound):
        papers.withdraw_tally(actor=ben, code=evening.code, tally_id=tally.pk)


def test_a_round_that_was_not_opened(town: Municipality, now: datetime, ada: Actor) -> None:
    with pytest.raises(IllegalStep):
        enter(make_evening(town, now, state="live"), ada, 1, 1)


def test_beside_an_open_round(town: Municipality, now: datetime, ada: Actor) -> None:
    evening = make_evening(town, now)
    ballots.cast_one(evening.cast(), now)
    assert enter(evening, ada, 1, 1, kind="hands").ballots == 2
