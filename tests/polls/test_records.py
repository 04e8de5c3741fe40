"""The public record: what it says, how it is checked, and how it is corrected."""

import hashlib
import json
from datetime import datetime
from typing import Any

import pytest

from participation import actors
from participation.actors import Actor
from participation.errors import InvalidInput, NotAllowed, NotFound
from participation.models import Idea, Municipality
from participation.models.access import Role
from participation.models.ideas import State
from participation.services import ideas
from participation.services.ideas import IdeaDraft
from polls import queries
from polls.errors import (
    IllegalStep,
    NeverARecord,
    NothingToCorrect,
    PaperUnsigned,
    RecordSuperseded,
)
from polls.models import LiveSession, ResultRecord
from polls.services import ballots, joint, papers, records, rounds, sessions, turnout
from polls.services.wording import Wording
from tests.factories import make_theme, member
from tests.polls.factories import Evening, make_evening
from tests.polls.test_papers import enter, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def evening(town: Municipality, now: datetime) -> Evening:
    return make_evening(town, now)


@pytest.fixture
def ada(town: Municipality, now: datetime) -> Actor:
    return actors.for_user(member(None, town, Role.FACILITATOR), town, now)


@pytest.fixture
def ben(town: Municipality, now: datetime) -> Actor:
    return actors.for_user(member(None, town, Role.FACILITATOR), town, now)


def end(evening: Evening, votes: tuple[int, ...] = (4, 3)) -> None:
    for option, n in zip(evening.options, votes, strict=True):
        for _vote in range(n):
            ballots.cast_one(evening.cast(value={"options": [option]}), evening.now)
    rounds.close_round(**evening.at())
    sessions.end_session(actor=evening.actor, code=evening.code, now=evening.now)


def publish(evening: Evening) -> ResultRecord:
    return records.publish_session(actor=evening.actor, code=evening.code, now=evening.now)


def correct(evening: Evening, record: ResultRecord, **more: Any) -> ResultRecord:
    given = {
        "actor": evening.actor,
        "code": evening.code,
        "supersedes": record.sha256,
        "reason": "Zahlendreher",
        "title": "Rathausgespräch",
        "eligible": None,
        "now": evening.now,
        **more,
    }
    return records.correct_record(**given)


def body_of(record: ResultRecord) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(record.body)
    return body


def test_the_record_says_what_was_asked_of_whom_and_answered(
    evening: Evening, ada: Actor, ben: Actor
) -> None:
    evening.question.texts = {"tr": "Bisikletler nereye?"}
    evening.question.save()
    turnout.set_eligible(actor=ada, code=evening.code, eligible=20)
    end(evening)
    sign(evening, ben, enter(evening, ada, 6, 2))
    record = publish(evening)
    assert record.sha256 == hashlib.sha256(record.body.encode()).hexdigest()
    assert (
        json.dumps(body_of(record), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        == record.body
    )
    body = body_of(record)
    question = body["questions"][0]
    round_ = question["rounds"][0]
    first, second = map(str, evening.options)
    assert (body["eligible"], body["eligibility"], body["supersedes"]) == (20, "anyone", None)
    assert body["note"].startswith("Informelles Meinungsbild")
    assert (question["texts"], question["config"]) == ({"tr": "Bisikletler nereye?"}, {})
    assert [option["text_en"] for option in question["options"]] == ["Wall", ""]
    assert (round_["ballots"], round_["counts"]) == (7, {first: 4, second: 3})
    assert round_["turnout"] == {"eligible": 20, "percent": 35}
    (paper,) = round_["paper"]
    assert (paper["ballots"], paper["counts"]) == (8, {first: 6, second: 2})
    assert str(ada.user) not in record.body
    assert str(ben.user) not in record.body


def test_every_round_of_a_question_is_compared(evening: Evening) -> None:
    ballots.cast_one(evening.cast(), evening.now)
    rounds.close_round(**evening.at())
    again = rounds.again(**evening.at())
    rounds.open_round(**evening.at(round_id=again.pk))
    rounds.close_round(**evening.at(round_id=again.pk))
    sessions.end_session(actor=evening.actor, code=evening.code, now=evening.now)
    told = body_of(publish(evening))["questions"][0]["rounds"]
    assert [(row["n"], row["ballots"]) for row in told] == [(1, 1), (2, 0)]


def test_what_the_moderation_took_away_is_counted(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, wording=Wording("words", "Was fehlt?"))
    ballots.cast_one(evening.cast(value={"words": ["Bänke"]}), now)
    evening.round.refresh_from_db()
    evening.round.hidden_words = ["Quatsch", "Unsinn"]
    evening.round.save()
    end(evening, ())
    (round_,) = body_of(publish(evening))["questions"][0]["rounds"]
    assert (round_["counts"], round_["hidden_words"]) == ({"Bänke": 1}, 2)


def test_a_joint_question_names_its_towns(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    host, guest = actors.system(town), actors.system(other_town)
    made = joint.create_joint(
        actor=host,
        title="Unsere Mitte",
        wording=Wording("yes_no", "Mehr Bänke?"),
        towns=[other_town.slug],
        now=now,
    )
    for actor in (host, guest):
        part = joint.join(actor=actor, code=made.code, now=now)
    question = part.question
    assert question is not None
    code = question.session.code
    at: dict[str, Any] = {"actor": guest, "code": code, "now": now}
    sessions.start_session(**at)
    rounds.open_round(**at, round_id=question.rounds.get().pk)
    rounds.close_round(**at, round_id=question.rounds.get().pk)
    sessions.end_session(**at)
    (told,) = body_of(records.publish_session(**at))["questions"]
    names = sorted([town.name, other_town.name])
    assert told["joint"] == {"code": made.code, "title": "Unsere Mitte", "municipalities": names}


def test_a_rehearsal_never_becomes_a_record(evening: Evening) -> None:
    end(evening)
    LiveSession.objects.update(kind="rehearsal")
    with pytest.raises(NeverARecord):
        publish(evening)


def test_an_unsigned_count_holds_the_record_up(evening: Evening, ada: Actor) -> None:
    end(evening)
    enter(evening, ada, 6, 2)
    with pytest.raises(PaperUnsigned):
        publish(evening)


def test_a_correction_supersedes_and_the_phones_stay(
    evening: Evening, ada: Actor, ben: Actor
) -> None:
    end(evening)
    old = publish(evening)
    sign(evening, ben, enter(evening, ada, 5, 1))
    # What is being prepared does not show.
    before = queries.results(evening.session, evening.actor)
    assert before["questions"][0]["rounds"][0]["paper"] == []
    new = correct(evening, old, title="Rathausgespräch 2026", eligible=40)
    body, was = body_of(new), body_of(old)
    assert (new.supersedes, new.reason, body["supersedes"]) == (old, "Zahlendreher", old.sha256)
    assert (body["title"], body["eligible"]) == ("Rathausgespräch 2026", 40)
    now_round, old_round = (one["questions"][0]["rounds"][0] for one in (body, was))
    assert now_round["counts"] == old_round["counts"]
    assert now_round["paper"][0]["ballots"] == 6
    assert ResultRecord.objects.get(pk=old.pk).body == old.body
    assert queries.superseding(old) == new.sha256
    evening.session.refresh_from_db()
    shown = queries.results(evening.session, Actor(None))
    assert (shown["record"], shown["title"]) == (new.sha256, "Rathausgespräch 2026")
    assert shown["questions"][0]["rounds"][0]["paper"][0]["ballots"] == 6
    assert [one.pk for one in queries.versions(evening.session)] == [new.pk, old.pk]


def test_the_phones_counts_are_never_counted_anew_in_a_correction(evening: Evening) -> None:
    end(evening)
    old = publish(evening)
    evening.round.tallies.all().delete()
    new = correct(evening, old, title="Ein Tippfehler weniger")
    assert body_of(new)["questions"] == body_of(old)["questions"]


@pytest.mark.parametrize("reason", ["", " ", "x" * 301])
def test_a_correction_says_why(evening: Evening, reason: str) -> None:
    end(evening)
    with pytest.raises(InvalidInput):
        correct(evening, publish(evening), reason=reason, title="Neu")


def test_corrections_that_are_none(evening: Evening, ada: Actor) -> None:
    end(evening)
    with pytest.raises(IllegalStep):
        correct(evening, ResultRecord(sha256="x"))
    old = publish(evening)
    with pytest.raises(NothingToCorrect):
        correct(evening, old)
    correct(evening, old, title="Neu")
    with pytest.raises(RecordSuperseded):
        correct(evening, old, title="Noch neuer")
    tally = enter(evening, ada, 5, 1)
    newest = queries.versions(evening.session)[0]
    with pytest.raises(PaperUnsigned):
        correct(evening, newest, title="Am neuesten")
    papers.withdraw_tally(actor=ada, code=evening.code, tally_id=tally.pk)
    assert ResultRecord.objects.count() == 2


def test_strangers_correct_nothing(evening: Evening, other_town: Municipality) -> None:
    end(evening)
    old = publish(evening)
    with pytest.raises(NotFound):
        correct(evening, old, actor=actors.system(other_town), title="Neu")
    with pytest.raises(NotFound):
        turnout.set_eligible(actor=actors.system(other_town), code=evening.code, eligible=3)
    with pytest.raises(NotFound):
        turnout.tell_outcome(actor=actors.system(other_town), code=evening.code, text="Nein")


# --- Turnout -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("eligible", "votes", "told", "percent"),
    [
        (20, (4, 3), 20, 35),
        (20, (1, 1), 20, None),  # too few ballots
        (4, (4, 3), None, None),  # too few people
        (7, (7, 0), None, None),  # all of them, and all the same
        (7, (6, 1), 7, 100),
    ],
)
def test_turnout_gives_nobody_away(
    evening: Evening, eligible: int, votes: tuple[int, int], told: int | None, percent: int | None
) -> None:
    turnout.set_eligible(actor=evening.actor, code=evening.code, eligible=eligible)
    end(evening, votes)
    publish(evening)
    evening.session.refresh_from_db()
    shown = queries.results(evening.session, Actor(None))
    rate = shown["questions"][0]["rounds"][0]["turnout"]
    assert (shown["eligible"], rate and rate["percent"]) == (told, percent)


@pytest.mark.parametrize("eligible", [0, -1, 1_000_001])
def test_how_many_may_vote_is_a_number_of_people(evening: Evening, eligible: int) -> None:
    with pytest.raises(InvalidInput):
        turnout.set_eligible(actor=evening.actor, code=evening.code, eligible=eligible)


def test_after_publication_only_a_correction_changes_it(evening: Evening) -> None:
    end(evening)
    publish(evening)
    with pytest.raises(IllegalStep):
        turnout.set_eligible(actor=evening.actor, code=evening.code, eligible=20)


def test_the_door_may_not(evening: Evening, town: Municipality, now: datetime) -> None:
    door = actors.for_user(member(None, town, Role.DOOR), town, now)
    with pytest.raises(NotAllowed):
        turnout.set_eligible(actor=door, code=evening.code, eligible=20)
    with pytest.raises(NotAllowed):
        enter(evening, door, 1, 1)


# --- What came of it -----------------------------------------------------------------------------


@pytest.fixture
def idea(town: Municipality, now: datetime) -> Idea:
    make_theme("kultur")
    draft = IdeaDraft("Mehr Bänke", "Am Markt fehlen Bänke.", "kultur", origin="paper")
    made = ideas.hand_in(actor=actors.system(town), draft=draft, now=now)
    Idea.objects.filter(pk=made.pk).update(state=State.PUBLISHED, published_at=now)
    return made


def test_what_happened_next_leaves_the_record_alone(evening: Evening, idea: Idea) -> None:
    end(evening)
    record = publish(evening)
    turnout.tell_outcome(
        actor=evening.actor,
        code=evening.code,
        text="Der Rat hat zugestimmt.",
        url="https://rat.example.org/vorlage/7",
        idea=idea.reference.lower(),
    )
    evening.session.refresh_from_db()
    assert queries.results(evening.session, Actor(None))["outcome"] == {
        "text": "Der Rat hat zugestimmt.",
        "url": "https://rat.example.org/vorlage/7",
        "idea": {"reference": idea.reference, "title": "Mehr Bänke"},
    }
    assert ResultRecord.objects.get().sha256 == record.sha256
    turnout.tell_outcome(actor=evening.actor, code=evening.code)
    evening.session.refresh_from_db()
    assert queries.outcome(evening.session) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "javascript:alert(1)"},
        {"url": "https://"},
        {"url": "http://[::1"},
        {"url": "https://example.org/" + "x" * 200},
        {"text": "x" * 2001},
        {"text": "a\x00b"},
        {"idea": "ZZ-2026-00001"},
    ],
)
def test_an_outcome_that_leads_nowhere(evening: Evening, wrong: dict[str, str]) -> None:
    end(evening)
    with pytest.raises(InvalidInput):
        turnout.tell_outcome(actor=evening.actor, code=evening.code, **wrong)


def test_another_town_s_idea_is_no_outcome(
    other_town: Municipality, idea: Idea, now: datetime
) -> None:
    evening = make_evening(other_town, now)
    with pytest.raises(IllegalStep):
        turnout.tell_outcome(actor=evening.actor, code=evening.code, text="Zu früh.")
    end(evening)
    with pytest.raises(InvalidInput):
        turnout.tell_outcome(actor=evening.actor, code=evening.code, idea=idea.reference)
