"""One question in several towns: side by side, in sum where shown, never mixed."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from participation import actors
from participation.actors import Actor
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.models import Municipality
from participation.models.access import Role
from polls import queries, tickets
from polls.errors import IllegalStep, QuestionFrozen
from polls.models import JointPart, JointSession, PaperTally
from polls.queries.joint import JointPaper
from polls.services import ballots, joint, papers, questions, records, rounds, seats, sessions
from polls.services.wording import Wording
from tests.factories import make_town, make_user, member
from tests.polls.factories import BIKES

pytestmark = pytest.mark.django_db


def make_joint(host: Municipality, others: list[Municipality], now: datetime) -> JointSession:
    return joint.create_joint(
        actor=actors.system(host),
        title="Gemeinsam",
        wording=BIKES,
        towns=[town.slug for town in others],
        now=now,
    )


def put(actor: Actor, code: str, votes: tuple[int, ...], now: datetime) -> JointPart:
    """The town joins, opens its round and casts that many votes for each answer."""
    part = joint.join(actor=actor, code=code, now=now)
    assert part.question is not None
    live = part.question.session
    sessions.start_session(actor=actor, code=live.code, now=now)
    round_id = part.question.rounds.get().pk
    rounds.open_round(actor=actor, code=live.code, round_id=round_id, now=now)
    options = part.question.options.order_by("position")
    for option, count in zip(options, votes, strict=bool(votes)):
        for _number in range(count):
            seat = tickets.seat_of(seats.take_seat(code=live.code, now=now), live.code)
            assert seat is not None
            value = {"options": [option.pk]}
            ballots.cast_one(ballots.Cast(live.pk, round_id, seat, uuid4(), 1, value), now)
    return part


def reveal(actor: Actor, part: JointPart, now: datetime) -> None:
    assert part.question is not None
    round_id = part.question.rounds.get().pk
    code = part.question.session.code
    rounds.close_round(actor=actor, code=code, round_id=round_id, now=now)
    rounds.reveal_round(actor=actor, code=code, round_id=round_id, now=now)


def shown(found: JointSession) -> dict[str, list[int] | None]:
    return {row.town.slug: row.counts for row in queries.joint_results(found).towns}


def test_each_town_for_itself_and_in_sum_once_shown(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    found = make_joint(town, [other_town], now)
    ours, theirs = actors.system(town), actors.system(other_town)
    our_part = put(ours, found.code, (4, 1), now)
    their_part = put(theirs, found.code, (0, 5), now)
    assert shown(found) == {town.slug: None, other_town.slug: None}
    reveal(ours, our_part, now)
    result = queries.joint_results(found)
    assert shown(found) == {town.slug: [4, 1], other_town.slug: None}
    assert (result.total, result.summed, result.ballots) == ([4, 1], 1, 10)
    reveal(theirs, their_part, now)
    assert queries.joint_results(found).total == [4, 6]


def test_a_small_town_stands_there_as_it_shows_itself(
    api: APIClient, town: Municipality, other_town: Municipality, now: datetime
) -> None:
    """Its own result is no split: on its page, in its file and beside the others the same."""
    found = make_joint(town, [other_town], now)
    parts = []
    for place, votes in ((town, (4, 1)), (other_town, (2, 1))):
        actor = actors.system(place)
        parts.append(put(actor, found.code, votes, now))
    assert shown(found) == {town.slug: None, other_town.slug: None}
    for place, part in zip((town, other_town), parts, strict=True):
        reveal(actors.system(place), part, now)
    result = queries.joint_results(found)
    assert shown(found) == {town.slug: [4, 1], other_town.slug: [2, 1]}
    assert (result.total, result.summed, result.ballots) == ([6, 2], 2, 8)
    told = api.get(f"/api/v1/joint/{found.code}/").data
    assert {row["municipality"]: row["counts"] for row in told["towns"]} == shown(found)
    page = Client().get(f"/live/gemeinsam/{found.code}/").content.decode()
    assert ("2 · 67 %" in page, "unter 5" in page) == (True, False)
    small = parts[1].question
    assert small is not None
    live = small.session.code
    own = api.get(f"/api/v1/live/{live}/results/").data["questions"][0]["rounds"][0]
    assert list(own["counts"].values()) == [2, 1]
    assert "2 · 67 %" in Client().get(f"/live/{live}/ergebnisse/").content.decode()
    rows = Client().get(f"/api/v1/live/{live}/results.csv").content.decode("utf-8-sig")
    assert [line.split(";")[-2] for line in rows.splitlines()[-2:]] == ["2", "1"]


def by_hand(part: JointPart, kind: str, numbers: tuple[int, int], now: datetime) -> None:
    """Two people of the town count, and countersign."""
    question = part.question
    assert question is not None
    town, code = question.session.municipality, question.session.code
    people = [actors.for_user(member(None, town, Role.FACILITATOR), town, now) for _who in "ab"]
    keys = [str(pk) for pk in question.options.order_by("position").values_list("pk", flat=True)]
    tally = papers.enter_tally(
        actor=people[0],
        code=code,
        round_id=question.rounds.get().pk,
        kind=kind,
        ballots=sum(numbers),
        counts=dict(zip(keys, numbers, strict=True)),
        now=now,
    )
    stamp = queries.stamp_of(tally)
    papers.countersign_tally(actor=people[1], code=code, tally_id=tally.pk, stamp=stamp, now=now)


def test_hands_stand_beside_and_are_added_to_hands_alone(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    """From the published record where there is one, whatever is counted anew after it."""
    found = make_joint(town, [other_town], now)
    ours, theirs = actors.system(town), actors.system(other_town)
    our_part = put(ours, found.code, (4, 1), now)
    their_part = put(theirs, found.code, (1, 5), now)
    by_hand(our_part, "hands", (6, 2), now)
    by_hand(their_part, "hands", (1, 3), now)
    by_hand(their_part, "paper", (2, 1), now)
    assert [row.paper for row in queries.joint_results(found).towns] == [(), ()]
    for actor, part in ((ours, our_part), (theirs, their_part)):
        reveal(actor, part, now)
    question = our_part.question
    assert question is not None
    code = question.session.code
    sessions.end_session(actor=ours, code=code, now=now)
    records.publish_session(actor=ours, code=code, now=now)
    PaperTally.objects.filter(round=question.rounds.get()).update(counts={}, ballots=1)
    result = queries.joint_results(found)
    paper = {row.town.slug: row.paper for row in result.towns}
    assert paper == {
        town.slug: (JointPaper("hands", 8, [6, 2]),),
        other_town.slug: (JointPaper("hands", 4, [1, 3]), JointPaper("paper", 3, None)),
    }
    assert result.paper == [JointPaper("hands", 12, [7, 5])]
    assert (result.total, result.ballots) == ([5, 6], 11)
    page = " ".join(Client().get(f"/live/gemeinsam/{found.code}/").content.decode().split())
    assert [f"Handzeichen: {n}<" in page for n in (6, 1, 7, 2, 3, 5, 4)] == [True] * 6 + [False]
    assert "Stimmzettel: unter 5<" in page
    assert "Wo weniger als 5 Stimmzettel im Kasten lagen" in page


def test_few_ballot_papers_are_in_no_sum_to_be_taken_from(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    third = make_town("hemer")
    found = make_joint(town, [other_town, third], now)
    for place, numbers in ((town, (6, 2)), (other_town, (1, 5)), (third, (3, 1))):
        actor = actors.system(place)
        part = put(actor, found.code, (1, 0), now)
        by_hand(part, "paper", numbers, now)
        reveal(actor, part, now)
    result = queries.joint_results(found)
    assert {row.town.slug: row.paper[0].counts for row in result.towns} == {
        town.slug: [6, 2],
        other_town.slug: [1, 5],
        third.slug: None,
    }
    assert result.paper == [JointPaper("paper", 14, [7, 7])]


JOINT_CONFIGS: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    ("scale", {"min": 1, "max": 3, "low": "nie"}, []),
    ("points", {"total": 6}, [("A", ""), ("B", ""), ("C", "")]),
]


@pytest.mark.parametrize(("kind", "config", "options"), JOINT_CONFIGS)
def test_steps_and_points_stand_side_by_side(
    town: Municipality,
    now: datetime,
    kind: str,
    config: dict[str, Any],
    options: list[tuple[str, str]],
) -> None:
    wording = Wording(kind, "Wie oft?", options=options, config=config)
    actor, other = actors.system(town), make_town("hemer")
    found = joint.create_joint(
        actor=actor, title="Gemeinsam", wording=wording, towns=[other.slug], now=now
    )
    part = put(actor, found.code, (0,) * len(options), now)
    question = part.question
    assert question is not None
    ids = list(question.options.order_by("position").values_list("pk", flat=True))
    value = {"points": {str(ids[2]): 6}} if ids else {"number": 3}
    for _number in range(5):
        seat = tickets.seat_of(
            seats.take_seat(code=question.session.code, now=now), question.session.code
        )
        assert seat is not None
        round_id = question.rounds.get().pk
        ballots.cast_one(ballots.Cast(question.session_id, round_id, seat, uuid4(), 1, value), now)
    reveal(actor, part, now)
    assert shown(found) == {town.slug: [0, 0, 30 if ids else 5]}
    page = Client().get(f"/live/gemeinsam/{found.code}/").content.decode()
    assert "1 (nie)" in page or ids
    assert "100 %" in page


@pytest.mark.parametrize(
    "kind", ["quiz", "image", "rating", "ranking", "number", "words", "text", "pin"]
)
def test_what_cannot_be_asked_together(
    town: Municipality, other_town: Municipality, now: datetime, kind: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        joint.create_joint(
            actor=actors.system(town),
            title="Gemeinsam",
            wording=Wording(kind, "Wie?", options=[("A", ""), ("B", "")]),
            towns=[other_town.slug],
            now=now,
        )
    assert refused.value.code == "joint_type"


def test_who_leaves_keeps_its_votes_and_hurts_nobody(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    found = make_joint(town, [other_town], now)
    ours, theirs = actors.system(town), actors.system(other_town)
    our_part, their_part = (
        put(ours, found.code, (4, 1), now),
        put(theirs, found.code, (0, 4), now),
    )
    question = their_part.question
    assert question is not None
    joint.leave(actor=theirs, code=found.code)
    reveal(ours, our_part, now)
    assert shown(found) == {town.slug: [4, 1]}
    round_id = question.rounds.get().pk
    assert queries.tallies([round_id])[round_id].ballots == 4
    with pytest.raises(IllegalStep):
        joint.leave(actor=theirs, code=found.code)
    joint.invite_town(actor=ours, code=found.code, town=other_town.slug)
    assert joint.join(actor=theirs, code=found.code, now=now).state == JointPart.State.JOINED


def test_a_joint_wording_belongs_to_all(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    found = make_joint(town, [other_town], now)
    actor = actors.system(town)
    live = sessions.create_session(actor=actor, title="Abend", now=now)
    part = joint.join(actor=actor, code=found.code, live_code=live.code, now=now)
    question = part.question
    assert question is not None
    assert question.session == live
    with pytest.raises(QuestionFrozen):
        questions.change_question(
            actor=actor, code=live.code, question_id=question.pk, changes={"text": "Anders?"}
        )
    joint.leave(actor=actor, code=found.code)
    questions.change_question(
        actor=actor, code=live.code, question_id=question.pk, changes={"text": "Anders?"}
    )


def test_strangers(town: Municipality, other_town: Municipality, now: datetime) -> None:
    found = make_joint(town, [other_town], now)
    stranger, asked = actors.system(make_town("hemer")), actors.system(other_town)
    with pytest.raises(NotFound):
        joint.join(actor=stranger, code=found.code, now=now)
    for refused in (joint.decline, joint.leave):
        with pytest.raises(NotFound):
            refused(actor=stranger, code=found.code)
    with pytest.raises(NotFound):
        joint.invite_town(actor=asked, code=found.code, town="hemer")
    with pytest.raises(LoginRequired):
        joint.join(actor=actors.guest(town), code=found.code, now=now)
    ours = sessions.create_session(actor=actors.system(town), title="Abend", now=now)
    with pytest.raises(NotFound):
        joint.join(actor=asked, code=found.code, live_code=ours.code, now=now)
    joint.decline(actor=asked, code=found.code)
    with pytest.raises(IllegalStep):
        joint.join(actor=asked, code=found.code, now=now)


@pytest.mark.parametrize("towns", [[], ["nirgendwo"], ["menden"], [""]])
def test_whom_one_can_invite(town: Municipality, now: datetime, towns: list[str]) -> None:
    with pytest.raises(InvalidInput):
        joint.create_joint(
            actor=actors.system(town), title="Gemeinsam", wording=BIKES, towns=towns, now=now
        )
    assert not JointSession.objects.exists()


def test_the_same_statements_for_two_towns_and_for_eight(
    town: Municipality, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for others in (1, 7):
        names = [f"ort-{others}-{number}" for number in range(others)]
        found = make_joint(town, [make_town(name) for name in names], now)
        for name in (town.slug, *names):
            part = put(actors.system(Municipality.objects.get(slug=name)), found.code, (1, 0), now)
            reveal(actors.system(Municipality.objects.get(slug=name)), part, now)
        with django_assert_num_queries(9):
            assert len(queries.joint_results(found).towns) == others + 1


def test_by_the_pages(town: Municipality, other_town: Municipality, now: datetime) -> None:
    host, guest = Client(), Client()
    backend = "django.contrib.auth.backends.ModelBackend"
    host.force_login(member(make_user("a@example.org"), town, Role.FACILITATOR), backend=backend)
    guest.force_login(
        member(make_user("b@example.org"), other_town, Role.FACILITATOR), backend=backend
    )
    body = {"title": "Gemeinsam", "text": "Mehr Bänke?", "type": "single", "options": "Ja\nNein"}
    desk = f"/{town.slug}/verwaltung/live/gemeinsam/"
    assert host.post(desk, body).status_code == 422
    assert host.post(desk, {**body, "towns": [other_town.slug]}).status_code == 302
    code = JointSession.objects.get().code
    theirs = f"/{other_town.slug}/verwaltung/live/gemeinsam/"
    assert "Mehr Bänke?" in guest.get(theirs).content.decode()
    step = f"{theirs}{code}/schritt/"
    assert guest.post(step, {"action": "join"}).status_code == 302
    page = guest.get(f"{theirs}{code}/").content.decode()
    assert "Aussteigen" in page
    assert Client().get(f"/live/gemeinsam/{code}/").status_code == 200
    assert Client().get(f"/live/gemeinsam/{code}/stand/").status_code == 200


def test_by_the_api(
    api: APIClient, town: Municipality, other_town: Municipality, now: datetime
) -> None:
    api.force_authenticate(member(make_user("a@example.org"), town, Role.FACILITATOR))
    rows = f"/api/v1/municipalities/{town.slug}/joint/"
    wording = {"title": "Gemeinsam", "type": "single", "text": "Wohin?", "options": ["A", "B"]}
    made = api.post(rows, {**wording, "towns": [other_town.slug]}, format="json")
    assert (made.status_code, made.data["state"]) == (201, "invited")
    code = made.data["code"]
    joined = api.post(f"{rows}{code}/join/", {}, format="json")
    assert (joined.status_code, joined.data["state"]) == (200, "joined")
    assert api.post(f"{rows}{code}/join/", {}, format="json").status_code == 409
    sessions.start_session(actor=actors.system(town), code=joined.data["live"], now=now)
    api.force_authenticate(None)
    result = api.get(f"/api/v1/joint/{code}/").data
    assert [option["text"] for option in result["options"]] == ["A", "B"]
    assert result["towns"] == [
        {
            "municipality": town.slug,
            "live": joined.data["live"],
            "state": "draft",
            "ballots": 0,
            "counts": None,
            "paper": [],
        }
    ]
    assert result["paper"] == []
    assert result["total"] is None
