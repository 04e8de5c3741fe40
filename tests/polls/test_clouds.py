"""Words taken off the cloud and put back: service, API, replay."""

from datetime import datetime

import pytest
from django.test import Client
from rest_framework.test import APIClient

from participation import actors
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.models import Municipality
from participation.models.access import Role
from polls import queries
from polls.errors import IllegalStep, NoSuchRound, SessionNotLive
from polls.models import SessionEvent
from polls.services import ballots, clouds, records, rounds, sessions
from polls.services.wording import Wording
from tests.factories import make_town, make_user, member
from tests.polls.factories import Evening, make_evening

pytestmark = pytest.mark.django_db
CLOUD = Wording("words", "Was fehlt unserer Stadt?")


@pytest.fixture
def evening(town: Municipality, now: datetime) -> Evening:
    """Bänke twice in two spellings, Schatten once; revealed while open."""
    made = make_evening(town, now, wording=CLOUD, visibility="live")
    for words in (["Sitzbänke", "Schatten"], ["sitz-bänke"]):
        ballots.cast_one(made.cast(value={"words": words}), now)
    return made


def counts(evening: Evening) -> dict[str, int]:
    return queries.tallies([evening.round.pk])[evening.round.pk].counts


def rev(evening: Evening) -> int:
    return queries.tallies([evening.round.pk])[evening.round.pk].rev


def test_a_word_goes_in_all_its_spellings_and_comes_back(evening: Evening, now: datetime) -> None:
    before = counts(evening)
    assert before == {"Sitzbänke": 2, "Schatten": 1}
    clouds.hide_word(**evening.at(word=" SITZBÄNKE "))
    ballots.cast_one(evening.cast(value={"words": ["Sitzbänk"]}), now)
    assert counts(evening) == {"Schatten": 1}
    clouds.show_word(**evening.at(word="Sitz Bänke"))
    assert counts(evening) == {"Sitzbänke": 3, "Schatten": 1}


def test_rev_rises_with_each_step_and_outlives_a_rebuild(evening: Evening) -> None:
    first = rev(evening)
    clouds.hide_word(**evening.at(word="Schatten"))
    clouds.hide_word(**evening.at(word="schatten"))  # it is off already
    assert rev(evening) == first + 1
    clouds.show_word(**evening.at(word="Schatten"))
    assert rev(evening) == first + 2
    rounds.rebuild_tally(round_id=evening.round.pk)
    assert rev(evening) == first + 2


def test_the_log_says_that_words_went_and_not_which(evening: Evening) -> None:
    clouds.hide_word(**evening.at(word="Schatten"))
    event = SessionEvent.objects.filter(type="words").get()
    assert event.data == {"round": evening.round.pk, "hidden": 1}
    snapshot = queries.snapshot(evening.session, now=evening.now)
    assert snapshot["questions"][0]["rounds"][0]["hidden"] == 1
    assert "Schatten" not in str(snapshot)
    staff = queries.snapshot(evening.session, now=evening.now, audience="facilitator")
    assert staff["questions"][0]["rounds"][0]["hidden_words"] == ["Schatten"]


def test_after_the_close_yes_after_publishing_no(evening: Evening, now: datetime) -> None:
    rounds.close_round(**evening.at())
    clouds.hide_word(**evening.at(word="Schatten"))
    sessions.end_session(actor=evening.actor, code=evening.code, now=now)
    clouds.show_word(**evening.at(word="Schatten"))
    records.publish_session(actor=evening.actor, code=evening.code, now=now)
    with pytest.raises(SessionNotLive):
        clouds.hide_word(**evening.at(word="Schatten"))


@pytest.mark.parametrize("word", ["", "  ", "a" * 31, "\x00"])
def test_no_word(evening: Evening, word: str) -> None:
    with pytest.raises(InvalidInput):
        clouds.hide_word(**evening.at(word=word))


def test_strangers_and_other_rounds(evening: Evening, town: Municipality, now: datetime) -> None:
    with pytest.raises(NotFound):
        clouds.hide_word(**evening.at(word="x", actor=actors.system(make_town("hemer"))))
    with pytest.raises(LoginRequired):
        clouds.hide_word(**evening.at(word="x", actor=actors.guest(town)))
    with pytest.raises(NoSuchRound):
        clouds.hide_word(**evening.at(word="x", round_id=10**6))
    with pytest.raises(IllegalStep):
        clouds.hide_word(**make_evening(town, now).at(word="x"))


def test_over_the_api(evening: Evening, town: Municipality) -> None:
    client = APIClient()
    url = f"/api/v1/live/{evening.code}/rounds/{evening.round.pk}/words/"
    assert client.post(f"{url}hide/", {"word": "Schatten"}).status_code == 401
    client.force_login(member(make_user(), town, Role.FACILITATOR))
    hidden = client.post(f"{url}hide/", {"word": "Schatten"})
    assert hidden.json() == {"id": evening.round.pk, "hidden_words": ["Schatten"]}
    assert client.post(f"{url}show/", {"word": "schatten"}).json()["hidden_words"] == []
    assert client.post(f"{url}hide/", {}).status_code == 400


def test_buttons_without_javascript(client: Client, evening: Evening, town: Municipality) -> None:
    client.force_login(member(make_user(), town, Role.FACILITATOR))
    url = f"/{town.slug}/verwaltung/live/{evening.code}/schritt/"
    step = {"step": "hide_word", "round": evening.round.pk, "word": "Schatten"}
    assert client.post(url, step).status_code == 302
    assert counts(evening) == {"Sitzbänke": 2}
    page = client.get(f"/{town.slug}/verwaltung/live/{evening.code}/").content.decode()
    assert 'value="show_word"' in page
    client.post(url, {**step, "step": "show_word"})
    assert counts(evening) == {"Sitzbänke": 2, "Schatten": 1}
