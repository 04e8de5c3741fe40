"""Live polls as pages: join, vote without JavaScript, wall, results, the facilitator's remote."""

import json
import re
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from participation.models import Municipality
from participation.models.access import Role
from polls.models import AccessCode, Ballot, LiveSession, Question, Round
from polls.services import ballots, rounds, sessions
from polls.services.sessions import Wording
from tests.factories import member
from tests.polls.factories import Evening, make_evening

VOTE_QUERIES = 6
WALL_QUERIES = 5
REMOTE_QUERIES = 9
COUNTS = re.compile(r'"counts": \{')


@pytest.fixture
def evening(town: Municipality, now: datetime) -> Evening:
    return make_evening(town, now)


@pytest.fixture
def facilitator(client: Client, town: Municipality) -> Client:
    client.force_login(member(None, town, Role.FACILITATOR))
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def ballot_form(evening: Evening, **fields: Any) -> dict[str, Any]:
    return {
        "action": "vote",
        "round": evening.round.pk,
        "ballot": str(uuid4()),
        "version": 1,
        "options": evening.options[1],
        **fields,
    }


def vote(client: Client, evening: Evening, **fields: Any) -> Any:
    """As a phone does: the page first, which brings the seat."""
    client.get(f"/live/{evening.code}/")
    return client.post(f"/live/{evening.code}/", ballot_form(evening, **fields))


# --- Join ----------------------------------------------------------------------------------------


def test_join_page_asks_for_the_code(client: Client, db: None) -> None:
    response = client.get("/live/")
    assert response.status_code == 200
    assert 'name="code"' in text(response)


@pytest.mark.parametrize("style", ["{}", " {} ", "{}-"])
def test_the_code_may_be_typed_in_any_way(client: Client, evening: Evening, style: str) -> None:
    typed = style.format(f"{evening.code[:3].lower()} {evening.code[3:]}")
    response = client.get("/live/", {"code": typed})
    assert response.headers["Location"] == f"/live/{evening.code}/"


@pytest.mark.parametrize("typed", ["", "AB", "A" * 30, "333333", "\x00\x01"])
def test_a_wrong_code_is_told_and_kept(client: Client, db: None, typed: str) -> None:
    response = client.get("/live/", {"code": typed})
    assert response.status_code == 422
    assert "kern-error" in text(response)


@pytest.mark.parametrize("part", ["", "wand/", "ergebnisse/", "qr.svg", "stand/"])
def test_unknown_codes_are_404(client: Client, db: None, part: str) -> None:
    assert client.get(f"/live/333333/{part}").status_code == 404


# --- Vote ----------------------------------------------------------------------------------------


def test_before_the_start(client: Client, town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="draft")
    page = text(client.get(f"/live/{evening.code}/"))
    assert "Gleich geht es los" in page
    assert evening.question.text not in page
    assert client.get(f"/live/{evening.code}/stand/").json() == {"state": "draft"}


def test_between_rounds(client: Client, town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="live")
    assert 'data-stage="between"' in text(client.get(f"/live/{evening.code}/"))


def test_a_vote_without_javascript_counts(client: Client, evening: Evening) -> None:
    response = vote(client, evening)
    assert response.headers["Location"] == f"/live/{evening.code}/"
    page = text(client.get(f"/live/{evening.code}/"))
    assert 'data-stage="counted"' in page
    assert Ballot.objects.get().value == {"options": [evening.options[1]]}


def test_a_vote_can_be_changed_while_open(client: Client, evening: Evening) -> None:
    ballot = str(uuid4())
    vote(client, evening, ballot=ballot)
    form = text(client.get(f"/live/{evening.code}/?aendern=1"))
    assert f'name="ballot" value="{ballot}"' in form
    assert 'name="version" value="2"' in form
    vote(client, evening, ballot=ballot, version=2, options=evening.options[0])
    assert Ballot.objects.get().value == {"options": [evening.options[0]]}


def test_sent_twice_is_counted_once(client: Client, evening: Evening) -> None:
    form = ballot_form(evening)
    client.get(f"/live/{evening.code}/")
    for _time in range(2):
        assert client.post(f"/live/{evening.code}/", form).status_code == 302
    assert Ballot.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"options": ""}, 422),
        ({"options": 999_999}, 422),
        ({"ballot": "x"}, 422),
        ({"version": "x"}, 422),
        ({"version": 0}, 422),
        ({"round": "x"}, 404),
        ({"round": 999_999}, 404),
        ({"round": "9" * 30}, 404),
    ],
)
def test_bad_ballots_are_refused_on_the_page(
    client: Client, evening: Evening, fields: dict[str, Any], status: int
) -> None:
    response = vote(client, evening, **fields)
    assert response.status_code == status
    assert evening.session.title in text(response)
    assert Ballot.objects.count() == 0


def test_too_late_is_told(client: Client, evening: Evening) -> None:
    client.get(f"/live/{evening.code}/")
    rounds.close_round(**evening.at())
    response = client.post(f"/live/{evening.code}/", ballot_form(evening))
    assert response.status_code == 409
    assert "nicht gezählt" in text(response)
    assert Ballot.objects.count() == 0


@pytest.mark.parametrize("cookie", [None, "forged", "x:y"])
def test_without_a_seat_nothing_is_counted(
    client: Client, evening: Evening, cookie: str | None
) -> None:
    if cookie:
        client.cookies[f"seat_{evening.code}"] = cookie
    response = client.post(f"/live/{evening.code}/", ballot_form(evening))
    assert response.status_code == 401
    assert Ballot.objects.count() == 0


def test_the_seat_is_kept_in_a_cookie_that_scripts_cannot_read(
    client: Client, evening: Evening
) -> None:
    cookie = client.get(f"/live/{evening.code}/").cookies[f"seat_{evening.code}"]
    assert (cookie["httponly"], cookie["path"]) == (True, f"/live/{evening.code}/")


def test_a_code_gives_a_seat(client: Client, town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, eligibility=LiveSession.Eligibility.CODES)
    [code] = sessions.issue_access_codes(actor=evening.actor, code=evening.code, count=1)
    url = f"/live/{evening.code}/"
    assert 'data-stage="seat"' in text(client.get(url))
    refused = client.post(url, {"action": "seat", "proof": "WRONGONE"})
    assert (refused.status_code, "WRONGONE" in text(refused)) == (422, True)
    typed = f"{code[:4].lower()} {code[4:]}"
    assert client.post(url, {"action": "seat", "proof": typed}).status_code == 302
    assert client.post(url, ballot_form(evening)).status_code == 302
    assert Ballot.objects.count() == 1


def test_multiple_choice_form(client: Client, town: Municipality, now: datetime) -> None:
    wording = Wording(
        "multiple", "Was fehlt?", options=[("A", ""), ("B", ""), ("C", "")], config={"max": 2}
    )
    evening = make_evening(town, now, wording=wording)
    page = text(client.get(f"/live/{evening.code}/"))
    assert page.count('type="checkbox" name="options"') == 3
    assert "Wählen Sie 1 bis 2 Antworten." in page
    assert vote(client, evening, options=evening.options).status_code == 422
    assert vote(client, evening, options=evening.options[:2]).status_code == 302


def test_english_wording(client: Client, evening: Evening) -> None:
    page = text(client.get(f"/live/{evening.code}/", headers={"accept-language": "en"}))
    assert "<span>Wall</span>" in page
    assert "<span>Markt</span>" in page


# --- Secrecy of counts ---------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["", "wand/", "ergebnisse/"])
@pytest.mark.parametrize("close", [False, True])
def test_unrevealed_counts_are_nowhere(
    client: Client, evening: Evening, part: str, *, close: bool
) -> None:
    ballots.cast_one(evening.cast(), evening.now)
    if close:
        rounds.close_round(**evening.at())
    page = text(client.get(f"/live/{evening.code}/{part}"))
    assert not COUNTS.search(page)
    assert "100 %" not in page


@pytest.mark.parametrize("part", ["", "wand/", "ergebnisse/"])
def test_revealed_counts_are_shown(client: Client, evening: Evening, part: str) -> None:
    ballots.cast_one(evening.cast(), evening.now)
    rounds.close_round(**evening.at())
    rounds.reveal_round(**evening.at())
    page = text(client.get(f"/live/{evening.code}/{part}"))
    assert "1 · 100 %" in page
    assert "0 · 0 %" in page


# --- Wall and results ----------------------------------------------------------------------------


def test_the_wall_shows_how_to_join(client: Client, evening: Evening) -> None:
    page = text(client.get(f"/live/{evening.code}/wand/"))
    assert f'src="/live/{evening.code}/qr.svg"' in page
    assert evening.code in page
    assert evening.question.text in page


def test_the_qr_code_is_an_svg(client: Client, evening: Evening) -> None:
    response = client.get(f"/live/{evening.code}/qr.svg")
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.content.startswith(b"<svg")


def test_results_are_labelled_and_carry_the_hash(
    client: Client, evening: Evening, now: datetime
) -> None:
    ballots.cast_one(evening.cast(), evening.now)
    rounds.close_round(**evening.at())
    sessions.end_session(actor=evening.actor, code=evening.code, now=now)
    record = sessions.publish_session(actor=evening.actor, code=evening.code, now=now)
    page = text(client.get(f"/live/{evening.code}/ergebnisse/"))
    assert "Meinungsbild, keine rechtsverbindliche Abstimmung" in page
    assert record.sha256 in page
    assert 'data-stage="ended"' in text(client.get(f"/live/{evening.code}/"))


def test_results_of_a_draft_are_404(client: Client, town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="draft")
    assert client.get(f"/live/{evening.code}/ergebnisse/").status_code == 404


# --- The facilitator -----------------------------------------------------------------------------

PAGES = ["", "{code}/"]
POSTS = ["{code}/schritt/", "{code}/frage/", "{code}/codes/"]


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
    url = f"/arnsberg/verwaltung/live/{part.format(code=evening.code)}"
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


# --- Query counts --------------------------------------------------------------------------------


def more_questions(evening: Evening, count: int) -> None:
    for number in range(count):
        wording = Wording("single", f"Frage {number}", options=[("A", ""), ("B", "")])
        sessions.add_question(actor=evening.actor, code=evening.code, wording=wording)


@pytest.mark.parametrize("count", [0, 29])
@pytest.mark.parametrize(("part", "queries"), [("", VOTE_QUERIES), ("wand/", WALL_QUERIES)])
def test_query_count_of_phones_and_wall(
    client: Client,
    evening: Evening,
    django_assert_num_queries: Any,
    count: int,
    part: str,
    queries: int,
) -> None:
    more_questions(evening, count)
    client.get(f"/live/{evening.code}/{part}")
    with django_assert_num_queries(queries):
        client.get(f"/live/{evening.code}/{part}")


@pytest.mark.parametrize("count", [0, 29])
def test_query_count_of_the_remote(
    facilitator: Client, evening: Evening, django_assert_num_queries: Any, count: int
) -> None:
    more_questions(evening, count)
    url = f"/menden/verwaltung/live/{evening.code}/"
    facilitator.get(url)
    with django_assert_num_queries(REMOTE_QUERIES):
        facilitator.get(url)


def test_the_embedded_snapshot_is_what_the_socket_would_say(
    client: Client, evening: Evening
) -> None:
    page = text(client.get(f"/live/{evening.code}/"))
    found = re.search(r'<script id="snapshot" type="application/json">(.*?)</script>', page)
    assert found is not None
    assert json.loads(found[1])["focus"] == evening.round.pk
