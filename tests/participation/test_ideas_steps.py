"""The transition table, whole: every legal step, every illegal one, who may, what is mailed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult

from participation import actors, tickets
from participation.actors import Actor
from participation.errors import (
    InvalidInput,
    LoginRequired,
    NotAllowed,
    NotFound,
    VersionConflict,
)
from participation.models import Idea, Municipality, OfficialResponse, Transition
from participation.models.access import Role
from participation.models.ideas import State
from participation.policy import ANSWERED_BY, NEXT_STATE, By, IllegalStep
from participation.queries import ideas as queries
from participation.services import ideas, merges, statuses, supports, transfers
from participation.services.statuses import Step
from participation.services.transfers import TransferClosed, TransferOpen
from tests.participation.idea_factories import draft, make_idea, person, run_tasks, staff

pytestmark = pytest.mark.django_db

PAIRS = [(source, to) for source in State for to in State]
# These leave by their own doors: confirming, merging, undoing the merge.
OTHER_DOOR = [
    (source, to)
    for source, to in PAIRS
    if State.MERGED in (source, to) or (source == State.DRAFT and to != State.WITHDRAWN)
]
LEGAL = [pair for pair in PAIRS if pair[1] in NEXT_STATE[pair[0]] and pair not in OTHER_DOOR]
ILLEGAL = [pair for pair in PAIRS if pair not in LEGAL]
WORDS: dict[str, Any] = {"reason": "Darum.", "response": "Die Stadt antwortet."}


def prepared(town: Municipality, now: datetime, source: State, to: State) -> Idea:
    author = person(town, now).user
    extra: dict[str, Any] = {"author": author}
    if source == State.HIDDEN:
        extra["state_before"] = to if to in NEXT_STATE[State.HIDDEN] else State.PUBLISHED
    if source == State.MERGED:
        extra["merged_into"] = make_idea(town, now)
    return make_idea(town, now, source, **extra)


def allowed_actor(town: Municipality, idea: Idea, to: State, now: datetime) -> Actor:
    who = NEXT_STATE[State(idea.state)].get(to, frozenset({By.ADMIN}))
    if By.AUTHOR in who and By.CASE_WORKER not in who:
        return person(town, now, idea.author)
    return staff(town, now, Role.ADMIN)


@pytest.mark.parametrize(("source", "to"), LEGAL)
def test_every_legal_step_is_taken_and_kept(
    town: Municipality, now: datetime, source: State, to: State
) -> None:
    idea = prepared(town, now, source, to)
    actor = allowed_actor(town, idea, to, now)
    moved = statuses.change_status(
        actor=actor,
        reference=idea.reference,
        step=Step(to=to, version=idea.version, **WORDS),
        now=now,
    )
    assert (moved.state, moved.version) == (to, idea.version + 1)
    step = Transition.objects.get(idea=idea)
    assert (step.from_state, step.to_state, step.by) == (source, to, actor.user)
    answers = OfficialResponse.objects.filter(idea=idea).count()
    assert (answers == 1) or to not in ANSWERED_BY


@pytest.mark.parametrize(("source", "to"), ILLEGAL)
def test_every_illegal_step_is_refused_without_a_trace(
    town: Municipality, now: datetime, source: State, to: State
) -> None:
    idea = prepared(town, now, source, State.PUBLISHED)
    author = person(town, now, idea.author)
    actor = author if source == State.DRAFT else staff(town, now, Role.ADMIN)
    with pytest.raises(IllegalStep):
        statuses.change_status(
            actor=actor,
            reference=idea.reference,
            step=Step(to=to, version=idea.version, **WORDS),
            now=now,
        )
    idea.refresh_from_db()
    assert (idea.state, Transition.objects.count(), DBTaskResult.objects.count()) == (source, 0, 0)


@pytest.mark.parametrize(
    ("source", "to", "role"),
    [
        (State.PUBLISHED, State.IN_REVIEW, Role.MODERATOR),
        (State.DONE, State.IN_REVIEW, Role.CASE_WORKER),
        (State.SUBMITTED, State.WITHDRAWN, Role.ADMIN),
        (State.DECLINED, State.SUBMITTED, Role.ADMIN),
    ],
)
def test_a_role_too_small_is_told_so(
    town: Municipality, now: datetime, source: State, to: State, role: Role
) -> None:
    idea = make_idea(town, now, source)
    with pytest.raises(NotAllowed):
        statuses.change_status(
            actor=staff(town, now, role), reference=idea.reference, step=Step(to, 1), now=now
        )


def test_strangers_learn_nothing(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    idea = make_idea(town, now)
    step = Step(State.IN_REVIEW, 1)
    for actor, error in (
        (staff(other_town, now), NotFound),
        (actors.guest(town), LoginRequired),
        (person(town, now), NotAllowed),
    ):
        with pytest.raises(error):
            statuses.change_status(actor=actor, reference=idea.reference, step=step, now=now)
    with pytest.raises(InvalidInput, match="unknown_state"):
        statuses.change_status(
            actor=staff(town, now), reference=idea.reference, step=Step("verkauft", 1), now=now
        )


def test_two_people_at_one_idea_do_not_overwrite_each_other(
    town: Municipality, now: datetime
) -> None:
    idea = make_idea(town, now)
    worker = staff(town, now)
    statuses.change_status(
        actor=worker, reference=idea.reference, step=Step(State.IN_REVIEW, 1), now=now
    )
    with pytest.raises(VersionConflict):
        statuses.change_status(
            actor=worker, reference=idea.reference, step=Step(State.HIDDEN, 1), now=now
        )


@pytest.mark.parametrize("to", ANSWERED_BY)
def test_a_decision_needs_a_public_answer(town: Municipality, now: datetime, to: State) -> None:
    idea = make_idea(town, now, State.IN_REVIEW)
    with pytest.raises(InvalidInput) as refused:
        statuses.change_status(
            actor=staff(town, now), reference=idea.reference, step=Step(to, 1), now=now
        )
    assert refused.value.attr == "response"


def test_declining_says_why_and_the_author_tries_again(town: Municipality, now: datetime) -> None:
    author = person(town, now)
    idea = ideas.hand_in(actor=author, draft=draft(), now=now)
    worker = staff(town, now)
    with pytest.raises(InvalidInput):
        statuses.change_status(
            actor=worker, reference=idea.reference, step=Step(State.DECLINED), now=now
        )
    step = Step(State.DECLINED, rule="personal_data", reason="Ein Name steht im Text.")
    declined = statuses.change_status(actor=worker, reference=idea.reference, step=step, now=now)
    run_tasks()
    assert "Ein Name steht im Text." in str(mail.outbox[-1].body)
    again = ideas.revise_idea(
        actor=author,
        reference=idea.reference,
        changes={"text": "Ohne Namen."},
        version=declined.version,
        now=now,
    )
    assert (again.state, again.text) == (State.SUBMITTED, "Ohne Namen.")


def test_the_clock_rests_while_the_citizen_is_asked(town: Municipality, now: datetime) -> None:
    idea = make_idea(town, now, State.IN_REVIEW)
    worker = staff(town, now)
    asked = statuses.change_status(
        actor=worker,
        reference=idea.reference,
        step=Step(State.NEEDS_INFORMATION, reason="Wo genau?"),
        now=now,
    )
    assert not asked.is_overdue(now + timedelta(days=100))
    back = statuses.change_status(
        actor=worker,
        reference=idea.reference,
        step=Step(State.IN_REVIEW),
        now=now + timedelta(days=10),
    )
    assert back.due_at == now + timedelta(days=52)


def test_a_guest_withdraws_by_the_link_and_the_words_go(town: Municipality, now: datetime) -> None:
    idea = make_idea(town, now, guest_email="kim@example.org", display_name="Kim")
    token = tickets.link_token("author", idea.pk)
    gone = statuses.change_status(
        actor=actors.guest(town),
        reference=idea.reference,
        step=Step(State.WITHDRAWN),
        now=now,
        token=token,
    )
    assert (gone.text, gone.display_name, gone.guest_email) == ("", "", "")
    assert queries.idea(actors.guest(town), idea.reference).state == State.WITHDRAWN
    with pytest.raises(NotFound):
        statuses.change_status(
            actor=actors.guest(town),
            reference=idea.reference,
            step=Step(State.WITHDRAWN),
            now=now,
            token="falsch",
        )


def test_author_and_followers_hear_once_of_each_step(town: Municipality, now: datetime) -> None:
    author = person(town, now)
    idea = make_idea(town, now, author=author.user)
    follower = person(town, now)
    for reader in (author, follower):
        supports.follow_idea(actor=reader, reference=idea.reference, now=now)
    statuses.change_status(
        actor=staff(town, now), reference=idea.reference, step=Step(State.IN_REVIEW), now=now
    )
    run_tasks()
    assert author.user is not None
    assert follower.user is not None
    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        [author.user.email, follower.user.email]
    )


def test_responses_are_numbered_and_all_stay(town: Municipality, now: datetime) -> None:
    idea = make_idea(town, now)
    worker = staff(town, now)
    for text in ("Wir prüfen.", "Wir bauen."):
        statuses.publish_response(actor=worker, reference=idea.reference, text=text, now=now)
    assert [(row.number, row.text) for row in queries.responses(idea)] == [
        (2, "Wir bauen."),
        (1, "Wir prüfen."),
    ]
    hidden = make_idea(town, now, State.SUBMITTED)
    with pytest.raises(IllegalStep):
        statuses.publish_response(actor=worker, reference=hidden.reference, text="x", now=now)


def test_merging_counts_a_person_once_and_is_undone_exactly(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    one, two = make_idea(town, now, State.IN_REVIEW), make_idea(town, now)
    kim, lu = person(town, now), person(town, now)
    for actor, idea in ((kim, one), (kim, two), (lu, one)):
        supports.give_support(actor=actor, reference=idea.reference, now=now)
    worker = staff(town, now)
    merge = merges.merge_ideas(actor=worker, reference=one.reference, into=two.reference, now=now)
    two.refresh_from_db()
    assert two.support_count == 2
    with pytest.raises(NotFound):
        merges.undo_merge(
            actor=staff(other_town, now), reference=one.reference, merge_id=merge.pk, now=now
        )
    merges.undo_merge(actor=worker, reference=one.reference, merge_id=merge.pk, now=now)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, one.merged_into, one.support_count) == (State.IN_REVIEW, None, 2)
    assert two.support_count == 1
    with pytest.raises(IllegalStep):
        merges.undo_merge(actor=worker, reference=one.reference, merge_id=merge.pk, now=now)


def test_merging_needs_a_listed_idea_of_the_town(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    idea = make_idea(town, now)
    foreign, done = make_idea(other_town, now), make_idea(town, now, State.DONE)
    worker = staff(town, now)
    for into in (foreign.reference, idea.reference, "x", ""):
        with pytest.raises(InvalidInput, match="unknown_idea"):
            merges.merge_ideas(actor=worker, reference=idea.reference, into=into, now=now)
    with pytest.raises(IllegalStep):
        merges.merge_ideas(actor=worker, reference=done.reference, into=idea.reference, now=now)


def test_a_transfer_moves_the_idea_only_when_accepted(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    idea = make_idea(town, now)
    giver, taker = staff(town, now), staff(other_town, now)
    offer = transfers.offer_transfer(
        actor=giver, reference=idea.reference, to=other_town.slug, now=now
    )
    with pytest.raises(TransferOpen):
        transfers.offer_transfer(actor=giver, reference=idea.reference, to=other_town.slug, now=now)
    answer: dict[str, Any] = {"reference": idea.reference, "transfer_id": offer.pk, "now": now}
    with pytest.raises(type(offer).DoesNotExist):
        transfers.accept_transfer(actor=giver, **answer)
    transfers.accept_transfer(actor=taker, **answer)
    with pytest.raises(TransferClosed):
        transfers.refuse_transfer(actor=taker, reason="zu spät", **answer)
    idea.refresh_from_db()
    assert idea.municipality == other_town
    assert queries.handed_over(actors.guest(town), idea.reference) == idea


def test_a_transfer_is_refused_with_a_reason_or_runs_out(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    idea = make_idea(town, now)
    giver, taker = staff(town, now), staff(other_town, now)
    offer = transfers.offer_transfer(
        actor=giver, reference=idea.reference, to=other_town.slug, now=now
    )
    answer: dict[str, Any] = {"reference": idea.reference, "transfer_id": offer.pk}
    with pytest.raises(InvalidInput):
        transfers.refuse_transfer(actor=taker, reason="", now=now, **answer)
    with pytest.raises(TransferClosed):
        transfers.accept_transfer(actor=taker, now=now + timedelta(days=15), **answer)
    refused = transfers.refuse_transfer(actor=taker, reason="Nicht bei uns.", now=now, **answer)
    assert (refused.state, refused.answer) == ("refused", "Nicht bei uns.")
    with pytest.raises(InvalidInput, match="unknown_municipality"):
        transfers.offer_transfer(actor=giver, reference=idea.reference, to=town.slug, now=now)
