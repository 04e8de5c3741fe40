"""What may still change, and when."""

from datetime import datetime
from typing import Any

import pytest

from participation import actors
from participation.errors import InvalidInput, NotFound, RuleBroken
from participation.models import Municipality
from polls.errors import IllegalStep, SettingFixed
from polls.models import LiveSession, SessionEvent
from polls.services import records, sessions
from tests.polls.factories import Evening, make_evening


def change(evening: Evening, **changes: Any) -> LiveSession:
    return sessions.change_settings(
        actor=evening.actor, code=evening.code, changes=changes, now=evening.now
    )


def test_everything_changes_before_the_start(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="draft")
    wanted = {
        "title": "Anders",
        "eligibility": "codes",
        "visibility": "live",
        "pace": "own",
        "qa": "before",
        "cards": True,
        "reactions": True,
        "leaderboard": True,
        "eligible": 120,
    }
    change(evening, **wanted)
    row = LiveSession.objects.get()
    assert {name: getattr(row, name) for name in wanted} == wanted
    assert not SessionEvent.objects.exists()


def test_screens_follow_while_it_is_live(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    change(evening, pace="own", qa="after")
    event = SessionEvent.objects.get(type="session.settings").data
    assert event == {
        "title": "Rathausgespräch",
        "pace": "own",
        "qa": "after",
        "cards": False,
        "reactions": False,
        "leaderboard": False,
        "at": now.isoformat(),
    }


def test_what_the_room_does_not_see_is_no_event(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    change(evening, eligible=80, visibility="live")
    assert not SessionEvent.objects.filter(type="session.settings").exists()


def test_who_may_vote_is_fixed_from_the_start(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="live")
    assert change(evening, eligibility="anyone", title="Gleich").title == "Gleich"
    with pytest.raises(SettingFixed):
        change(evening, eligibility="codes")


def test_after_the_end_only_the_title_and_the_eligible(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="closed")
    at: dict[str, Any] = {"actor": evening.actor, "code": evening.code, "now": now}
    sessions.end_session(**at)
    assert change(evening, title="Abend", eligible=40).eligible == 40
    with pytest.raises(IllegalStep):
        change(evening, qa="after")
    records.publish_session(**at)
    with pytest.raises(IllegalStep):
        change(evening, eligible=41)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": " "}, "required"),
        ({"eligibility": "friends"}, "unknown_eligibility"),
        ({"eligibility": "tickets"}, "slot_required"),
        ({"slot": 999_999}, "unknown_slot"),
        ({"pace": "fast"}, "unknown_pace"),
        ({"qa": "never"}, "unknown_qa"),
        ({"visibility": "soon"}, "unknown_visibility"),
        ({"eligible": 0}, "eligible_range"),
        ({"eligible": 1_000_001}, "eligible_range"),  # no correction could repeat it
        ({"state": "ended"}, "unknown_setting"),
    ],
)
def test_wrong_settings(
    town: Municipality, now: datetime, changes: dict[str, Any], code: str
) -> None:
    evening = make_evening(town, now, state="draft")
    with pytest.raises(InvalidInput) as refused:
        change(evening, **changes)
    assert refused.value.code == code


def test_a_stranger_changes_nothing(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    evening = make_evening(town, now)
    for actor in (actors.system(other_town), actors.guest(town)):
        with pytest.raises(RuleBroken):
            sessions.change_settings(
                actor=actor, code=evening.code, changes={"title": "Meins"}, now=now
            )
    with pytest.raises(NotFound):
        sessions.change_settings(
            actor=actors.system(other_town), code=evening.code, changes={}, now=now
        )
