"""Questions, cards and agreement of the room: each rule, and who sees what."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from participation import actors
from participation.errors import NotAllowed, NotFound, RuleBroken
from participation.models import Idea, Municipality
from participation.models.access import Role
from participation.models.ideas import Origin, State
from polls import queries
from polls.models import Contribution, Seat, Upvote
from polls.services import ballots, contributions, rounds, sessions
from polls.services.wording import Wording
from tests.factories import make_town, make_user, member
from tests.polls.factories import Evening
from tests.polls.rooms import CARDS, agree, ask, make_room, moderate, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def evening(town: Municipality, now: datetime) -> Evening:
    return make_room(town, now)


def texts(evening: Evening, audience: queries.Audience = "voter") -> list[str]:
    shown = queries.snapshot(evening.session, now=evening.now, audience=audience)
    return [item["text"] for item in shown["room"]["items"]]


def pass_on(evening: Evening, card: Contribution, theme: str = "kultur") -> Contribution:
    return contributions.pass_on(
        actor=evening.actor,
        code=evening.code,
        contribution_id=card.pk,
        now=evening.now,
        theme=theme,
    )


# --- Questions -----------------------------------------------------------------------------------


def test_a_question_is_shown_at_once_or_after_a_look(town: Municipality, now: datetime) -> None:
    assert ask(make_room(town, now, qa="after")).state == "shown"
    assert ask(make_room(town, now, qa="before")).state == "pending"


def test_rude_words_wait_even_where_all_else_is_shown(evening: Evening) -> None:
    assert ask(evening, "Was soll der Scheiss?").state == "pending"
    assert texts(evening) == []
    assert texts(evening, "facilitator") == ["Was soll der Scheiss?"]


def test_the_same_question_sent_twice_is_one(evening: Evening) -> None:
    seat, key = evening.seat(), uuid4()
    assert ask(evening, seat=seat, id=key) == ask(evening, seat=seat, id=key)
    assert Contribution.objects.count() == 1
    with pytest.raises(RuleBroken) as caught:
        ask(evening, id=key)
    assert caught.value.code == "conflict"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": ""}, "invalid_value"),
        ({"text": "x" * 501}, "invalid_value"),
        ({"text": "a\x00b"}, "invalid_value"),
        ({"kind": "answer"}, "invalid_value"),
    ],
)
def test_what_is_no_question(evening: Evening, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        ask(evening, **fields)
    assert caught.value.code == code
    assert Contribution.objects.count() == 0


def test_a_seat_asks_five_times_in_five_minutes(evening: Evening, now: datetime) -> None:
    seat = evening.seat()
    for number in range(5):
        ask(evening, f"Frage {number}?", seat=seat)
    with pytest.raises(RuleBroken) as caught:
        ask(evening, seat=seat)
    assert caught.value.code == "rate_limited"
    assert ask(evening).state == "shown"
    assert ask(evening, seat=seat, now=now + timedelta(minutes=6)).state == "shown"


@pytest.mark.parametrize(
    ("settings", "kind"), [({"qa": "off"}, "question"), ({"cards": 0}, "card")]
)
def test_what_the_session_does_not_take(
    town: Municipality, now: datetime, settings: dict[str, Any], kind: str
) -> None:
    with pytest.raises(RuleBroken) as caught:
        ask(make_room(town, now, **settings), kind=kind)
    assert caught.value.code == "room_closed"


def test_nothing_is_written_once_it_is_over_or_by_a_banned_seat(evening: Evening) -> None:
    seat = evening.seat()
    ask(evening, seat=seat)
    Seat.objects.filter(pk=seat).update(banned_at=evening.now)
    with pytest.raises(RuleBroken) as caught:
        ask(evening, seat=seat)
    assert caught.value.code == "banned"
    end(evening)
    with pytest.raises(RuleBroken) as caught:
        ask(evening)
    assert caught.value.code == "session_not_live"


def end(evening: Evening) -> None:
    rounds.close_round(**evening.at())
    sessions.end_session(actor=evening.actor, code=evening.code, now=evening.now)


# --- Agreement -----------------------------------------------------------------------------------


def test_a_seat_agrees_once_and_takes_it_back(evening: Evening) -> None:
    question, seat = ask(evening), evening.seat()
    for _twice in range(2):
        agree(evening, question, seat)
    question.refresh_from_db()
    assert (question.votes, Upvote.objects.count()) == (1, 1)
    for _twice in range(2):
        agree(evening, question, seat, up=False)
    question.refresh_from_db()
    assert (question.votes, Upvote.objects.count()) == (0, 0)


def test_agreement_needs_a_question_that_is_shown(evening: Evening, now: datetime) -> None:
    elsewhere = ask(make_room(make_town("olpe"), now))
    waiting = moderate(evening, ask(evening), state="archived")
    for question in (elsewhere, waiting, ask(evening, kind="card")):
        with pytest.raises(RuleBroken) as caught:
            agree(evening, question, evening.seat())
        assert caught.value.code == "no_such_contribution"


def test_pinned_come_first_then_votes_then_time(evening: Evening) -> None:
    later = evening.now + timedelta(seconds=1)
    third, second = ask(evening, "C?"), ask(evening, "B?", now=later)
    ask(evening, "D?", now=later)
    moderate(evening, ask(evening, "A?", now=later), pinned=True)
    agree(evening, second, evening.seat())
    assert texts(evening) == ["A?", "B?", "C?", "D?"]
    assert third.pinned is False


# --- Moderation ----------------------------------------------------------------------------------


def test_a_question_goes_its_way(evening: Evening) -> None:
    question = ask(evening)
    for state in ("answered", "shown", "archived", "shown", "shown"):
        assert moderate(evening, question, state=state).state == state
    assert moderate(evening, question, pinned=True).pinned
    assert not moderate(evening, question, state="archived").pinned


@pytest.mark.parametrize(
    ("kind", "first", "to"),
    [
        ("question", "pending", {"state": "answered"}),
        ("question", "archived", {"state": "answered"}),
        ("question", "shown", {"state": "pending"}),
        ("question", "archived", {"pinned": True}),
        ("card", "shown", {"state": "answered"}),
        ("card", "shown", {"pinned": True}),
    ],
)
def test_steps_there_are_not(evening: Evening, kind: str, first: str, to: dict[str, Any]) -> None:
    row = ask(evening, kind=kind)
    Contribution.objects.filter(pk=row.pk).update(state=first)
    with pytest.raises(RuleBroken) as caught:
        moderate(evening, row, **to)
    assert caught.value.code == "illegal_step"


def test_only_the_towns_own_staff_moderate(evening: Evening, now: datetime) -> None:
    question = ask(evening)
    olpe = make_town("olpe")
    for actor, error in (
        (actors.system(olpe), NotFound),
        (_actor(evening.session.municipality, Role.DOOR, now), NotAllowed),
    ):
        with pytest.raises(error):
            contributions.moderate(
                actor=actor, code=evening.code, contribution_id=question.pk, state="archived"
            )
    other = make_room(olpe, now)
    with pytest.raises(RuleBroken) as caught:
        moderate(other, question, state="archived")
    assert caught.value.code == "no_such_contribution"


def _actor(town: Municipality, role: Role, now: datetime) -> actors.Actor:
    return actors.for_user(member(make_user(f"{role}@example.org"), town, role), town, now)


# --- Cards of an open question -------------------------------------------------------------------


def test_a_ballots_card_follows_its_ballot(evening: Evening) -> None:
    first = say(evening, "Mehr Bänke")
    ballots.cast_one(first, evening.now)
    card = Contribution.objects.get()
    assert (card.text, card.state, card.kind) == ("Mehr Bänke", "shown", "answer")
    again = {"seat": first.seat, "ballot": first.ballot}
    ballots.cast_one(say(evening, "Mehr Bäume", version=2, **again), evening.now)
    assert [row.text for row in Contribution.objects.all()] == ["Mehr Bäume"]
    ballots.cast_one(evening.cast(value=None, version=3, **again), evening.now)
    assert not Contribution.objects.exists()
    ballots.cast_one(say(evening, "Doch Bänke", version=4, **again), evening.now)
    assert Contribution.objects.get().text == "Doch Bänke"


def test_a_changed_card_is_looked_at_again(town: Municipality, now: datetime) -> None:
    before = Wording("text", "Was fehlt?", config={"moderation": "before"})
    evening = make_room(town, now, wording=before)
    first = say(evening, "Bänke")
    ballots.cast_one(first, now)
    moderate(evening, Contribution.objects.get(), state="shown")
    again = {"seat": first.seat, "ballot": first.ballot}
    ballots.cast_one(say(evening, "Bänke", version=2, **again), now)
    assert Contribution.objects.get().state == "shown"
    ballots.cast_one(say(evening, "Etwas ganz anderes", version=3, **again), now)
    assert Contribution.objects.get().state == "pending"


def test_cards_are_seen_while_their_round_is_revealed(evening: Evening) -> None:
    ballots.cast_one(say(evening, "Mehr Bänke"), evening.now)
    assert (texts(evening), texts(evening, "wall")) == ([], [])
    assert texts(evening, "facilitator") == ["Mehr Bänke"]
    rounds.reveal_round(**evening.at())
    assert texts(evening) == texts(evening, "wall") == ["Mehr Bänke"]
    moderate(evening, Contribution.objects.get(), state="archived")
    assert texts(evening) == []


@pytest.mark.parametrize("size", [1, 40])
def test_cards_cost_a_batch_two_statements(
    evening: Evening, size: int, django_assert_max_num_queries: Any
) -> None:
    ballots.cast_one(say(evening, "Zuerst"), evening.now)
    batch = [say(evening, f"Karte {number}") for number in range(size)]
    with django_assert_max_num_queries(9):
        ballots.cast_ballots(batch, evening.now)
    assert Contribution.objects.count() == size + 1


def test_other_rounds_write_no_cards(town: Municipality, now: datetime) -> None:
    evening = make_room(town, now, wording=Wording("single", "A?", options=[("A", ""), ("B", "")]))
    ballots.cast_one(evening.cast(), now)
    assert not Contribution.objects.exists()


# --- Table cards ---------------------------------------------------------------------------------


def test_a_card_becomes_an_idea_once(evening: Evening) -> None:
    card = ask(evening, "Eine Bank am Bahnhof", kind="card", consent=True)
    first, again = pass_on(evening, card), pass_on(evening, card)
    idea = Idea.objects.get()
    assert first.idea == again.idea == idea
    assert (idea.title, idea.origin, idea.state) == (
        "Eine Bank am Bahnhof",
        Origin.WORKSHOP,
        State.SUBMITTED,
    )
    assert (idea.author, idea.display_name) == (None, "")
    assert queries.session_of_idea(idea, evening.actor) == evening.session
    nexts = ask(evening, "Und " + "ein langer Wunsch " * 20, kind="card", consent=True)
    assert pass_on(evening, nexts, theme="").idea.theme.slug == "kultur"  # type: ignore[union-attr]
    assert len(Idea.objects.order_by("pk").last().title) <= 120  # type: ignore[union-attr]


def test_without_consent_a_card_stays_a_card(evening: Evening) -> None:
    card = ask(evening, kind="card")
    with pytest.raises(RuleBroken) as caught:
        pass_on(evening, card)
    assert caught.value.code == "no_consent"
    idea = pass_on(evening, ask(evening, kind="card", consent=True)).idea
    Contribution.objects.exclude(idea=None).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Contribution.objects.filter(pk=card.pk).update(idea=idea)


def test_questions_and_rehearsals_make_no_ideas(evening: Evening) -> None:
    card = ask(evening, kind="card", consent=True)
    evening.session.kind = "rehearsal"
    evening.session.save(update_fields=["kind"])
    for row in (ask(evening), card):
        with pytest.raises(RuleBroken) as caught:
            pass_on(evening, row)
        assert caught.value.code == "illegal_step"
    assert not Idea.objects.exists()


# --- Lists ---------------------------------------------------------------------------------------


def test_authors_see_their_own_and_others_do_not(evening: Evening) -> None:
    seat = evening.seat()
    question = ask(evening, "Was soll der Scheiss?", seat=seat)
    shown = queries.snapshot(evening.session, now=evening.now, seat=seat)
    assert [item["id"] for item in shown["own_room"]["items"]] == [str(question.pk)]
    assert shown["room"]["items"] == []
    session = evening.session
    assert list(queries.room_contributions(session, staff=False, seat=seat)) == [question]
    assert not queries.room_contributions(session, staff=False, seat=evening.seat()).exists()


@pytest.mark.parametrize("size", [1, 150])
def test_the_standing_is_bounded_and_costs_the_same(
    evening: Evening, size: int, django_assert_num_queries: Any
) -> None:
    for number in range(size):
        ask(evening, f"Frage {number}?")
    session = queries.session_by_code(evening.code)
    seat = evening.seat()
    with django_assert_num_queries(9):
        shown = queries.snapshot(session, now=evening.now, seat=seat)
    assert len(shown["room"]["items"]) == min(size, 100)
    with django_assert_num_queries(1):
        rows = list(queries.export_rows(session, staff=True))
    assert len(rows) == size


def test_the_words_for_an_export(evening: Evening) -> None:
    ballots.cast_one(say(evening, "Mehr Bänke"), evening.now)
    rounds.close_round(**evening.at())
    assert list(queries.export_rows(evening.session, staff=False)) == []
    row = next(queries.export_rows(evening.session, staff=True))
    assert (row["question"], row["text"], row["kind"]) == (CARDS.text, "Mehr Bänke", "answer")
