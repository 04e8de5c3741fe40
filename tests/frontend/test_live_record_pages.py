"""Record, files and a frame for others' pages, for everyone."""

import hashlib
import io
import json
import zipfile
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from participation import actors
from participation.actors import Actor
from participation.models import Municipality
from participation.models.access import Role
from polls.models import ResultRecord
from polls.services import ballots, questions, rounds, sessions, turnout
from polls.services.wording import Wording
from tests.factories import member
from tests.frontend.test_live_pages import text
from tests.participation.print_probe import Printed
from tests.polls.factories import Evening, make_evening
from tests.polls.test_papers import enter, sign
from tests.polls.test_records import correct, end, publish

pytestmark = pytest.mark.django_db
RECORD_QUERIES = 3
EMBED_QUERIES = 7


@pytest.fixture
def evening(town: Municipality, now: datetime) -> Evening:
    return make_evening(town, now)


@pytest.fixture
def ada(town: Municipality, now: datetime) -> Actor:
    return actors.for_user(member(None, town, Role.FACILITATOR), town, now)


@pytest.fixture
def ben(town: Municipality, now: datetime) -> Actor:
    return actors.for_user(member(None, town, Role.FACILITATOR), town, now)


@pytest.fixture
def facilitator(client: Client, ada: Actor) -> Client:
    assert ada.user is not None
    client.force_login(ada.user)
    return client


@pytest.mark.parametrize("part", ["", "wand/"])
def test_counts_by_hand_stand_apart_from_the_bars(
    client: Client, evening: Evening, ada: Actor, ben: Actor, part: str
) -> None:
    ballots.cast_one(evening.cast(), evening.now)
    rounds.close_round(**evening.at())
    sign(evening, ben, enter(evening, ada, 6, 2))
    sign(evening, ben, enter(evening, ada, 5, 1, kind="hands"))
    url = f"/live/{evening.code}/{part}"
    assert "mw-papers__name" not in text(client.get(url))
    rounds.reveal_round(**evening.at())
    page = text(client.get(url))
    assert "Stimmzettel: 8, von zwei Menschen gezählt, nicht in den Balken" in page
    assert "Handzeichen: 6, von zwei Menschen gezählt, nicht in den Balken" in page
    assert "Wallstraße: 6 · Markt: 2" in page
    assert "1 · 100 %" in page


@pytest.fixture
def record(evening: Evening, ada: Actor, ben: Actor) -> ResultRecord:
    """Seven phones and eight ballot papers, of twenty people."""
    turnout.set_eligible(actor=ada, code=evening.code, eligible=20)
    end(evening)
    sign(evening, ben, enter(evening, ada, 6, 2))
    return publish(evening)


# --- For everyone --------------------------------------------------------------------------------


def test_the_record_is_checked_and_shown_with_all_its_versions(
    evening: Evening, record: ResultRecord
) -> None:
    guest = Client()
    url = f"/live/{evening.code}/protokoll/{record.sha256}/"
    assert guest.get(f"/live/{evening.code}/protokoll/").headers["Location"] == url
    page = text(guest.get(url))
    assert "Wir haben sie gerade nachgerechnet" in page
    assert "Stimmzettel: 8, von zwei Menschen gezählt." in page
    assert "35\xa0% von 20 Berechtigten" in page
    assert "<td" in page
    file = guest.get(f"{url}ergebnis.json")
    assert hashlib.sha256(file.content).hexdigest() == record.sha256
    new = correct(evening, record, title="Rathausgespräch im Mai", eligible=20)
    old_page = text(guest.get(url))
    assert "Diese Fassung wurde berichtigt" in old_page
    assert f"/live/{evening.code}/protokoll/{new.sha256}/" in old_page
    new_page = text(guest.get(f"/live/{evening.code}/protokoll/{new.sha256}/"))
    assert "Grund: Zahlendreher" in new_page
    assert "Rathausgespräch im Mai" in new_page


def test_a_record_that_was_tampered_with_is_called_so(
    evening: Evening, record: ResultRecord
) -> None:
    ResultRecord.objects.update(body=record.body.replace("Wallstraße", "Wallstrasse"))
    page = text(Client().get(f"/live/{evening.code}/protokoll/{record.sha256}/"))
    assert "passt nicht zu seiner Prüfsumme" in page


def test_records_that_are_not_there(
    evening: Evening, record: ResultRecord, town: Municipality, now: datetime
) -> None:
    other = make_evening(town, now)
    guest = Client()
    for path in (
        f"/live/{other.code}/protokoll/",
        f"/live/{other.code}/protokoll/{record.sha256}/",
        f"/live/{other.code}/protokoll/{record.sha256}/ergebnis.json",
        f"/live/{evening.code}/protokoll/0/",
        f"/live/{evening.code}/ergebnisse.exe",
    ):
        assert guest.get(path).status_code == 404, path


def test_the_results_page_shows_paper_apart_and_what_came_of_it(
    evening: Evening, record: ResultRecord
) -> None:
    turnout.tell_outcome(actor=evening.actor, code=evening.code, text="Der Rat hat zugestimmt.")
    page = text(Client().get(f"/live/{evening.code}/ergebnisse/"))
    assert "Dazu von Hand gezählt" in page
    assert "Summe" in page
    assert "Der Rat hat zugestimmt." in page
    assert f"/live/{evening.code}/protokoll/{record.sha256}/" in page
    assert f"/live/{evening.code}/einbetten/" in page


def sheet_cells(content: bytes) -> str:
    """The strings of an XLSX, as they lie in its archive."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    parts = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")]
    assert not any("<f>" in part for part in parts)
    return "".join(parts)


def test_files_to_take_away(evening: Evening, record: ResultRecord) -> None:
    guest, base = Client(), f"/live/{evening.code}/ergebnisse"
    csv = guest.get(f"{base}.csv").content.decode("utf-8-sig").splitlines()
    assert csv[0].startswith("Nr.;Frage;Art;Durchgang;Stand;Berechtigte;Quelle;Abgegeben;Antwort")
    asked = "1;Wohin mit den Rädern?;Eine Antwort;1;festgestellt;20"
    assert csv[1:] == [
        f"{asked};Handys;7;Wallstraße;4;57",
        f"{asked};Handys;7;Markt;3;43",
        f"{asked};Stimmzettel;8;Wallstraße;6;75",
        f"{asked};Stimmzettel;8;Markt;2;25",
    ]
    assert "Wallstraße" in sheet_cells(guest.get(f"{base}.xlsx").content)
    told = json.loads(guest.get(f"{base}.json").content)
    assert told["questions"][0]["rounds"][0]["paper"][0]["ballots"] == 8
    printed = Printed(guest.get(f"{base}.pdf").content)
    assert "Wohin mit den Rädern?" in printed.text
    assert "Stimmzettel: 8, von zwei Menschen gezählt." in printed.text
    assert record.sha256 in printed.text.replace(" ", "")


def test_files_of_what_the_room_has_not_seen(evening: Evening, facilitator: Client) -> None:
    end(evening, (4, 3))
    base = f"/live/{evening.code}/ergebnisse"
    secret = Client().get(f"{base}.csv").content.decode()
    assert "noch nicht gezeigt" in secret
    assert "Wallstraße" not in secret
    assert "Wallstraße;4" in facilitator.get(f"{base}.csv").content.decode()
    told = Client().get(f"{base}.json").json()
    assert told["questions"][0]["rounds"][0]["counts"] is None
    sheet = Printed(Client().get(f"{base}.pdf").content).text
    assert "Wallstraße" not in sheet
    assert "noch nicht gesehen" in Printed(facilitator.get(f"{base}.pdf").content).text


def test_nothing_in_a_table_runs(town: Municipality, now: datetime) -> None:
    wording = Wording("single", "=1+1?", options=[("=cmd|calc", ""), ("@SUM(A1)", "")])
    evening = make_evening(town, now, wording=wording, title="=HYPERLINK(1)")
    rounds.reveal_round(**evening.at())
    csv = Client().get(f"/live/{evening.code}/ergebnisse.csv").content.decode()
    assert ";'=1+1?;" in csv
    assert ";'=cmd|calc;" in csv
    assert ";'@SUM(A1);" in csv
    sheet_cells(Client().get(f"/live/{evening.code}/ergebnisse.xlsx").content)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf", "json"])
def test_files_of_every_type_of_question(town: Municipality, now: datetime, kind: str) -> None:
    evening = make_evening(town, now, state="live")
    abc = [("A", ""), ("B", "B too"), ("C", "")]
    wordings: list[tuple[Wording, dict[str, Any]]] = [
        (Wording("multiple", "m", options=abc), {"options": 2}),
        (Wording("yes_no", "y"), {"options": 1}),
        (Wording("scale", "s", config={"low": "schlecht", "high": "gut"}), {"number": 5}),
        (Wording("number", "n", config={"max": 200, "unit": "€"}), {"number": 7}),
        (Wording("rating", "r", options=abc), {"ratings": 3}),
        (Wording("ranking", "k", options=abc), {"ranking": 2}),
        (Wording("points", "p", options=abc), {"points": 4}),
        (Wording("words", "w"), {"words": ["=Bänke"]}),
        (Wording("text", "t"), {"text": "Ein Satz"}),
        (Wording("pin", "o", config={"on": "map", "box": [7, 51, 8, 52]}), {"pin": [500, 20]}),
    ]
    for wording, value in wordings:
        question = questions.add_question(actor=evening.actor, code=evening.code, wording=wording)
        round_id = question.rounds.get().pk
        rounds.open_round(**evening.at(round_id=round_id))
        ids = list(question.options.order_by("position").values_list("pk", flat=True))
        said: dict[str, Any] = dict(value)
        if "options" in said:
            said = {"options": sorted(ids[: value["options"]])}
        elif "ranking" in said:
            said = {"ranking": ids}
        elif "ratings" in said or "points" in said:
            name = next(iter(said))
            said = {name: {str(one): 3 for one in ids}}
        ballots.cast_one(evening.cast(round_id=round_id, value=said), now)
        rounds.close_round(**evening.at(round_id=round_id))
        rounds.reveal_round(**evening.at(round_id=round_id))
    response = Client().get(f"/live/{evening.code}/ergebnisse.{kind}")
    assert response.status_code == 200
    if kind == "csv":
        lines = response.content.decode()
        for label in ("5: gut;1", "0 – 19 €", "A – 3;1", "A – Platz 1;1", ";'=Bänke;1", "Spalte"):
            assert label in lines, label
        assert ";t;Freier Text;1;geschlossen;;Handys;1;;;" in lines, "no card was shown"
    framed = text(Client().get(f"/live/{evening.code}/einbetten/"))
    assert "A – Platz 1" not in framed
    assert [place in framed for place in ("3 Punkte", "2 Punkte", "5 (gut)", "3,0")] == [True] * 4


# --- In a frame ----------------------------------------------------------------------------------


def test_others_may_frame_the_results_and_only_them(evening: Evening, record: ResultRecord) -> None:
    guest = Client()
    framed = guest.get(f"/live/{evening.code}/einbetten/")
    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed.headers
    assert not framed.cookies
    assert "<script" not in text(framed)
    assert "Wallstraße" in text(framed)
    assert len(framed.content) < 10_000
    page = guest.get(f"/live/{evening.code}/ergebnisse/")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    none = guest.get(f"/live/{evening.code}/einbetten/?frage=0")
    assert "Wallstraße" not in text(none)


def test_a_frame_never_shows_what_the_room_has_not_seen(
    evening: Evening, facilitator: Client
) -> None:
    end(evening)
    assert "Wallstraße" not in text(facilitator.get(f"/live/{evening.code}/einbetten/"))


def test_a_draft_is_not_framed(town: Municipality, now: datetime, facilitator: Client) -> None:
    evening = make_evening(town, now, state="draft")
    assert facilitator.get(f"/live/{evening.code}/einbetten/").status_code == 404


def test_statements_stay_the_same_with_many_questions(
    town: Municipality, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    small, large = make_evening(town, now), make_evening(town, now)
    for number in range(10):
        wording = Wording("yes_no", f"Frage {number}?")
        made = questions.add_question(actor=large.actor, code=large.code, wording=wording)
        rounds.close_round(**large.at())
        large = Evening(large.actor, large.session, made, made.rounds.get(), [], now)
        rounds.open_round(**large.at())
    for evening in (small, large):
        rounds.close_round(**evening.at())
        sessions.end_session(actor=evening.actor, code=evening.code, now=now)
        sha = publish(evening).sha256
        with django_assert_num_queries(RECORD_QUERIES):
            Client().get(f"/live/{evening.code}/protokoll/{sha}/")
        with django_assert_num_queries(EMBED_QUERIES):
            Client().get(f"/live/{evening.code}/einbetten/")
