"""Live polls as pages: join, vote without JavaScript, wall, results."""

import json
import re
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from participation.models import Municipality
from polls.models import Ballot, LiveSession
from polls.services import access_codes, ballots, questions, records, rounds, sessions
from polls.services.wording import Wording
from tests.polls.factories import Evening, make_evening
from tests.workshops.factories import book, make_slot
from workshops.models import Ticket

VOTE_QUERIES = 11
WALL_QUERIES = 7
COUNTS = re.compile(r'"counts": \{')


@pytest.fixture
def evening(town: Municipality, now: datetime) -> Evening:
    return make_evening(town, now)


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


def test_a_vote_taken_back_without_javascript_is_told(client: Client, evening: Evening) -> None:
    ballot = str(uuid4())
    vote(client, evening, ballot=ballot)
    taken = {"ballot": ballot, "version": 2, "action": "retract"}
    page = text(client.post(f"/live/{evening.code}/", ballot_form(evening, **taken), follow=True))
    assert "Ihre Stimme ist zurückgenommen. Sie können neu abstimmen." in page
    assert 'data-stage="ballot"' in page


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
    [code] = access_codes.issue_access_codes(actor=evening.actor, code=evening.code, count=1)
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
    assert '<span lang="en" dir="ltr">Wall</span>' in page
    assert '<span lang="de" dir="ltr">Markt</span>' in page


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
    record = records.publish_session(actor=evening.actor, code=evening.code, now=now)
    page = text(client.get(f"/live/{evening.code}/ergebnisse/"))
    assert "Meinungsbild, keine rechtsverbindliche Abstimmung" in page
    assert record.sha256 in page
    assert 'data-stage="ended"' in text(client.get(f"/live/{evening.code}/"))


def test_results_of_a_draft_are_404(client: Client, town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="draft")
    assert client.get(f"/live/{evening.code}/ergebnisse/").status_code == 404


# --- Query counts --------------------------------------------------------------------------------


def more_questions(evening: Evening, count: int) -> None:
    for number in range(count):
        wording = Wording("single", f"Frage {number}", options=[("A", ""), ("B", "")])
        questions.add_question(actor=evening.actor, code=evening.code, wording=wording)


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


def test_the_embedded_snapshot_is_what_the_socket_would_say(
    client: Client, evening: Evening
) -> None:
    page = text(client.get(f"/live/{evening.code}/"))
    found = re.search(r'<script id="snapshot" type="application/json">(.*?)</script>', page)
    assert found is not None
    assert json.loads(found[1])["focus"] == evening.round.pk


def test_an_admitted_ticket_leads_to_its_vote(client: Client, town: Municipality) -> None:
    now, slot = timezone.now(), make_slot(town)
    secret = book(slot, now=now).tickets.get().secret
    other = make_evening(town, now, eligibility="tickets", slot_id=make_slot(town).pk)
    evening = make_evening(town, now, eligibility="tickets", slot_id=slot.pk)
    page = client.get(f"/t/{secret}/").content.decode()
    assert f'action="/live/{evening.code}/"' in page
    assert other.code not in page
    sent = {"action": "seat", "proof": secret}
    refused = client.post(f"/live/{evening.code}/", sent)
    assert refused.status_code == 422
    assert "Bitte lassen Sie es zuerst am Einlass" in refused.content.decode()
    Ticket.objects.update(entered_at=now)
    assert client.post(f"/live/{evening.code}/", sent).status_code == 302
    assert "Stimme abgeben" in client.get(f"/live/{evening.code}/").content.decode()
    rounds.close_round(**evening.at())
    sessions.end_session(actor=evening.actor, code=evening.code, now=now)
    assert "/live/" not in client.get(f"/t/{secret}/").content.decode().partition("<main")[2]
