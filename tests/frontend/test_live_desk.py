"""The facilitator's pages: create, prepare and run a live session by buttons."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from participation import actors
from participation.models import Municipality
from participation.models.access import Role
from polls.models import AccessCode, LiveSession, Question, Round
from polls.services import ballots, rounds, sessions
from polls.services.wording import Wording
from tests.factories import member
from tests.frontend.test_live_pages import more_questions, text
from tests.polls.factories import Evening, make_evening

REMOTE_QUERIES = 17


@pytest.fixture
def evening(town: Municipality, now: datetime) -> Evening:
    return make_evening(town, now)


@pytest.fixture
def facilitator(client: Client, town: Municipality) -> Client:
    client.force_login(member(None, town, Role.FACILITATOR))
    return client


def test_the_list_names_types_and_what_lacks_its_picture(
    facilitator: Client, town: Municipality, now: datetime
) -> None:
    wording = Wording("image", "Welcher Platz?", options=[("Brunnen", ""), ("Bäume", "")])
    evening = make_evening(town, now, state="live", wording=wording)
    page = text(facilitator.get(f"/menden/verwaltung/live/{evening.code}/"))
    assert "Frage 1 · Bild wählen" in page
    assert "Bild fehlt" in page
    assert "Frage öffnen" not in page
    assert "Weiter:" not in page


def test_an_evening_without_a_question_starts_only_on_purpose(
    facilitator: Client, town: Municipality, now: datetime
) -> None:
    made = sessions.create_session(actor=actors.system(town), title="Leer", now=now)
    page = text(facilitator.get(f"/menden/verwaltung/live/{made.code}/"))
    assert "Weiter:" not in page
    assert "Ohne Frage starten" in page


@pytest.mark.parametrize(("votes", "warned"), [(0, False), (4, True), (5, False)])
def test_before_few_votes_are_shown_the_remote_says_what_they_tell(
    facilitator: Client, evening: Evening, votes: int, *, warned: bool
) -> None:
    for _vote in range(votes):
        ballots.cast_one(evening.cast(), evening.now)
    page, words = f"/menden/verwaltung/live/{evening.code}/", "Weniger als fünf Stimmen"
    assert words not in text(facilitator.get(page))
    rounds.close_round(**evening.at())
    assert (words in text(facilitator.get(page))) == warned
    rounds.reveal_round(**evening.at())
    assert words not in text(facilitator.get(page))


PAGES = ["", "{code}/"]
POSTS = [
    "{code}/schritt/",
    "{code}/frage/",
    "{code}/frage/neu/",
    "{code}/frage/{question}/",
    "{code}/frage/{question}/entfernen/",
    "{code}/codes/",
]


@pytest.mark.parametrize("part", PAGES)
def test_guests_log_in_first(client: Client, evening: Evening, part: str) -> None:
    url = f"/menden/verwaltung/live/{part.format(code=evening.code)}"
    response = client.get(url)
    assert response.headers["Location"] == f"/konto/login/?next={url}"


@pytest.mark.parametrize("part", PAGES)
def test_other_roles_are_refused(
    client: Client, town: Municipality, evening: Evening, part: str
) -> None:
    client.force_login(member(None, town, Role.DOOR))
    url = f"/menden/verwaltung/live/{part.format(code=evening.code)}"
    assert client.get(url).status_code == 403


@pytest.mark.parametrize("part", [*PAGES[1:], *POSTS])
def test_strangers_from_another_town_find_nothing(
    client: Client, evening: Evening, other_town: Municipality, part: str
) -> None:
    client.force_login(member(None, other_town, Role.FACILITATOR))
    path = part.format(code=evening.code, question=evening.question.pk)
    url = f"/arnsberg/verwaltung/live/{path}"
    respond = client.post if part in POSTS else client.get
    assert respond(url).status_code == 404
    assert Question.objects.count() == 1


def test_a_session_is_created(facilitator: Client, town: Municipality) -> None:
    form = {"title": "Bürgerabend", "eligibility": "anyone", "visibility": "hidden", "slot": ""}
    response = facilitator.post("/menden/verwaltung/live/", form)
    session = LiveSession.objects.get()
    assert response.headers["Location"] == f"/menden/verwaltung/live/{session.code}/"
    assert "Bürgerabend" in text(facilitator.get("/menden/verwaltung/live/"))


@pytest.mark.parametrize(
    "fields",
    [{"title": ""}, {"title": "x" * 161}, {"eligibility": "all"}, {"eligibility": "tickets"}],
)
def test_a_bad_session_is_not_created(
    facilitator: Client, town: Municipality, fields: dict[str, str]
) -> None:
    form = {"title": "Bürgerabend", "eligibility": "anyone", "visibility": "hidden", **fields}
    response = facilitator.post("/menden/verwaltung/live/", form)
    assert response.status_code == 422
    assert LiveSession.objects.count() == 0


def test_a_question_is_added(facilitator: Client, town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="draft")
    form = {
        "type": "multiple",
        "text": "Was fehlt?",
        "options": "Bänke\n\nBäume\r\nWasser",
        "max": "2",
        "options_en": "Benches\nTrees\nWater",
    }
    url = f"/menden/verwaltung/live/{evening.code}/frage/"
    assert facilitator.post(url, form).status_code == 302
    question = Question.objects.order_by("pk").last()
    assert question is not None
    assert question.config == {"min": 1, "max": 2}
    assert list(question.options.order_by("position").values_list("text", "text_en")) == [
        ("Bänke", "Benches"),
        ("Bäume", "Trees"),
        ("Wasser", "Water"),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {"options": "Nur eine"},
        {"options": "A\nA"},
        {"type": "essay"},
        {"type": "multiple", "max": "9"},
        {"options_en": "Only one"},
    ],
)
def test_a_bad_question_is_shown_again(
    facilitator: Client, evening: Evening, fields: dict[str, str]
) -> None:
    form = {"type": "single", "text": "Was fehlt?", "options": "A\nB", **fields}
    response = facilitator.post(f"/menden/verwaltung/live/{evening.code}/frage/", form)
    assert response.status_code == 422
    assert "kern-error" in text(response) or "kern-alert--danger" in text(response)
    assert Question.objects.count() == 1


def test_the_whole_evening_by_buttons(
    facilitator: Client, town: Municipality, now: datetime
) -> None:
    evening = make_evening(town, now, state="draft")
    url = f"/menden/verwaltung/live/{evening.code}/"

    def press(step: str, round_id: int | None = None) -> str:
        data = {"step": step, **({"round": round_id} if round_id else {})}
        response = facilitator.post(f"{url}schritt/", data, follow=True)
        assert response.redirect_chain == [(url, 302)]
        return text(response)

    first = evening.round.pk
    assert "Live-Runde beenden" in press("start")
    assert "Abstimmung schließen" in press("open", first)
    assert "Ergebnis zeigen" in press("close", first)
    assert "Ergebnis verbergen" in press("reveal", first)
    assert "Ergebnis zeigen" in press("hide", first)
    assert "Durchgang 2" in press("again", first)
    assert "Alle Bildschirme" in press("focus", first)
    assert "Ergebnis veröffentlichen" in press("end")
    assert "veröffentlicht" in press("publish")
    states = Round.objects.order_by("n").values_list("state", flat=True)
    assert list(states) == [Round.State.CERTIFIED, Round.State.DRAFT]


def test_a_question_is_changed_and_removed_until_it_is_put(
    facilitator: Client, town: Municipality, now: datetime
) -> None:
    evening = make_evening(town, now, state="live")
    run = f"/menden/verwaltung/live/{evening.code}/"
    url = f"{run}frage/{evening.question.pk}/"
    assert url in text(facilitator.get(run))
    assert "Wallstraße\nMarkt" in text(facilitator.get(url))
    form = {"type": "multiple", "text": "Wohin?", "options": "A\nB\nC", "config_max": "2"}
    assert facilitator.post(url, form | {"options": "A"}).status_code == 422
    saved = facilitator.post(url, form).headers["Location"]
    assert saved == f"{run}#frage-{evening.question.pk}"
    question = Question.objects.get()
    assert (question.text, question.config, question.options.count()) == (
        "Wohin?",
        {"min": 1, "max": 2},
        3,
    )
    assert "Die Frage ist entfernt." in text(facilitator.post(f"{url}entfernen/", follow=True))
    assert Question.objects.count() == 0


def test_a_question_that_was_put_stands(facilitator: Client, evening: Evening) -> None:
    run = f"/menden/verwaltung/live/{evening.code}/"
    url = f"{run}frage/{evening.question.pk}/"
    assert url not in text(facilitator.get(run))
    refused = facilitator.post(url, {"type": "yes_no", "text": "Anders?"})
    assert refused.status_code == 422
    assert "lässt sich nicht mehr ändern" in text(refused)
    assert "nicht mehr ändern" in text(facilitator.post(f"{url}entfernen/", follow=True))
    assert Question.objects.get().text == "Wohin mit den Rädern?"


def test_a_question_is_open_for_a_time_and_a_while_longer(
    facilitator: Client, town: Municipality, now: datetime
) -> None:
    evening = make_evening(town, now, state="live")
    url = f"/menden/verwaltung/live/{evening.code}/"
    at: dict[str, Any] = {"round": evening.round.pk}

    def press(**data: Any) -> str:
        return text(facilitator.post(f"{url}schritt/", at | data, follow=True))

    for wrong in ("4", "3601", "bald", "9" * 30):
        assert "5 bis 3.600 Sekunden" in press(step="open", seconds=wrong)
    page = press(step="open", seconds="60")
    assert "30 Sekunden mehr" in page
    assert "data-clock=" in page
    first = Round.objects.get().closes_at
    press(step="extend", seconds="30")
    later = Round.objects.get().closes_at
    assert first is not None
    assert later is not None
    assert (later - first).total_seconds() == 30
    assert "5 bis 3.600 Sekunden" in press(step="extend")


@pytest.mark.parametrize(
    ("step", "round_id"), [("close", "x"), ("close", "999999"), ("fly", ""), ("start", "")]
)
def test_impossible_steps_are_explained(
    facilitator: Client, evening: Evening, step: str, round_id: str
) -> None:
    url = f"/menden/verwaltung/live/{evening.code}/"
    response = facilitator.post(f"{url}schritt/", {"step": step, "round": round_id}, follow=True)
    assert response.status_code == 200
    assert "kern-alert--danger" in text(response)


def test_steps_are_posts(facilitator: Client, evening: Evening) -> None:
    url = f"/menden/verwaltung/live/{evening.code}/schritt/"
    assert facilitator.get(url).status_code == 405


def test_the_facilitator_sees_counts_before_the_room(facilitator: Client, evening: Evening) -> None:
    ballots.cast_one(evening.cast(), evening.now)
    page = text(facilitator.get(f"/menden/verwaltung/live/{evening.code}/"))
    assert "1 · 100 %" in page


def test_codes_are_shown_once(facilitator: Client, town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, eligibility=LiveSession.Eligibility.CODES)
    url = f"/menden/verwaltung/live/{evening.code}/codes/"
    assert text(facilitator.post(url, {"count": 3})).count("mw-slips__code") == 3
    assert AccessCode.objects.count() == 3
    assert facilitator.post(url, {"count": 0}).status_code == 422


@pytest.mark.parametrize("count", [0, 29])
def test_query_count_of_the_remote(
    facilitator: Client, evening: Evening, django_assert_num_queries: Any, count: int
) -> None:
    more_questions(evening, count)
    url = f"/menden/verwaltung/live/{evening.code}/"
    facilitator.get(url)
    with django_assert_num_queries(REMOTE_QUERIES):
        facilitator.get(url)
