"""The desk's page of a result; seats by printed code and by account."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from participation import actors
from participation.actors import Actor
from participation.models import Municipality
from participation.models.access import Role
from polls.models import AccessCode, PaperTally, ResultRecord, Seat
from polls.services import access_codes, rounds
from tests.factories import make_user, member
from tests.frontend.test_live_pages import text
from tests.participation.print_probe import Printed
from tests.polls.factories import Evening, make_evening
from tests.polls.test_papers import enter
from tests.polls.test_records import end, publish

pytestmark = pytest.mark.django_db
DESK = "/menden/verwaltung/live"


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


# --- The desk ------------------------------------------------------------------------------------


def form_of(evening: Evening, *counts: int, **more: Any) -> dict[str, Any]:
    numbers = {f"n_{option}": n for option, n in zip(evening.options, counts, strict=True)}
    return {"kind": "paper", "ballots": sum(counts), **numbers, **more}


def test_counted_by_one_signed_by_another_on_the_page(
    evening: Evening, facilitator: Client, ben: Actor
) -> None:
    rounds.close_round(**evening.at())
    result = f"{DESK}/{evening.code}/ergebnis/"
    count = f"{result}auszaehlung/{evening.round.pk}/"
    assert count in text(facilitator.get(result))
    assert facilitator.post(count, form_of(evening, 6, 2)).headers["Location"] == result
    tally = PaperTally.objects.get()
    page = text(facilitator.get(result))
    assert "gegenzeichnen muss jemand anderes" in page
    assert "noch nicht gegengezeichnet" in text(facilitator.get(f"{DESK}/{evening.code}/"))
    second = Client()
    assert ben.user is not None
    second.force_login(ben.user, backend="django.contrib.auth.backends.ModelBackend")
    page = text(second.get(result))
    stamp = page.partition('name="stamp" value="')[2].partition('"')[0]
    signed = {"tally": tally.pk, "stamp": stamp}
    assert "Gegengezeichnet." in text(second.post(f"{result}gegenzeichnen/", signed, follow=True))
    again = text(facilitator.post(f"{result}gegenzeichnen/", signed, follow=True))
    assert "nicht möglich" in again
    withdrawn = facilitator.post(f"{result}zurueckziehen/", {"tally": tally.pk}, follow=True)
    assert "zurückgezogen" in text(withdrawn)
    assert PaperTally.objects.count() == 0


def test_nothing_typed_is_lost_when_the_sums_are_wrong(
    evening: Evening, facilitator: Client
) -> None:
    count = f"{DESK}/{evening.code}/ergebnis/auszaehlung/{evening.round.pk}/"
    answer = facilitator.post(count, form_of(evening, 61, 2, ballots=5))
    assert answer.status_code == 422
    assert 'value="61"' in text(answer)
    assert "Bitte zählen Sie nach" in text(answer)
    answer = facilitator.post(count, form_of(evening, 1, 2, ballots="viele"))
    assert (answer.status_code, PaperTally.objects.count()) == (422, 0)


def test_a_count_is_changed_from_what_stands_there(
    evening: Evening, facilitator: Client, ada: Actor
) -> None:
    enter(evening, ada, 16, 2)
    count = f"{DESK}/{evening.code}/ergebnis/auszaehlung/{evening.round.pk}/"
    assert 'value="16"' in text(facilitator.get(f"{count}?art=paper"))
    assert 'value="16"' not in text(facilitator.get(f"{count}?art=hands"))


def test_eligible_outcome_and_correction_on_the_page(evening: Evening, facilitator: Client) -> None:
    result = f"{DESK}/{evening.code}/ergebnis/"
    assert facilitator.post(f"{result}berechtigte/", {"eligible": "0"}).status_code == 422
    assert facilitator.post(f"{result}berechtigte/", {"eligible": "20"}).status_code == 302
    assert facilitator.post(f"{result}folgen/", {"text": "Zu früh"}).status_code == 422
    end(evening)
    record = publish(evening)
    wrong = facilitator.post(f"{result}folgen/", {"text": "Ja", "url": "javascript:x"})
    assert (wrong.status_code, "javascript:x" in text(wrong)) == (422, True)
    assert facilitator.post(f"{result}folgen/", {"text": "Ja"}).status_code == 302
    form = {"supersedes": record.sha256, "title": evening.session.title, "eligible": "21"}
    assert facilitator.post(f"{result}berichtigen/", form).status_code == 422
    done = facilitator.post(f"{result}berichtigen/", {**form, "reason": "Verzählt"})
    newest = ResultRecord.objects.get(superseded_by=None)
    assert done.headers["Location"] == f"/live/{evening.code}/protokoll/{newest.sha256}/"
    stale = facilitator.post(f"{result}berichtigen/", {**form, "reason": "Noch einmal"})
    assert "inzwischen berichtigt" in text(stale)


@pytest.mark.parametrize("typed", ["", "x", "9" * 30, "-1", "²"])
def test_a_tally_that_is_none(evening: Evening, facilitator: Client, typed: str) -> None:
    result = f"{DESK}/{evening.code}/ergebnis/"
    for step in ("gegenzeichnen", "zurueckziehen"):
        answer = facilitator.post(f"{result}{step}/", {"tally": typed}, follow=True)
        assert "gibt es hier nicht" in text(answer)


# --- Codes and accounts --------------------------------------------------------------------------


def test_codes_come_as_a_sheet_whose_codes_open_the_vote(
    town: Municipality, now: datetime, facilitator: Client
) -> None:
    evening = make_evening(town, now, eligibility="codes")
    url = f"{DESK}/{evening.code}/codes/"
    answer = facilitator.post(url, {"count": 25, "als": "pdf"})
    assert "no-store" in answer.headers["Cache-Control"]
    printed = Printed(answer.content)
    assert printed.pages == 2
    assert AccessCode.objects.count() == 25
    figures = printed.tagged("Figure")
    assert len(figures) == 25
    code = figures[0].rpartition("Code ")[2]
    guest, page = Client(), f"/live/{evening.code}/"
    assert f'value="{code.replace(" ", "")}"' in text(
        guest.get(f"{page}?code={code.replace(' ', '')}")
    )
    assert guest.post(page, {"action": "seat", "proof": code}).headers["Location"] == page
    assert "25 Einmal-Codes gedruckt, 1 benutzt" in text(
        facilitator.get(f"{DESK}/{evening.code}/ergebnis/")
    )


def test_codes_are_not_stored_where_none_are_used(evening: Evening, facilitator: Client) -> None:
    answer = facilitator.post(f"{DESK}/{evening.code}/codes/", {"count": 2, "als": "pdf"})
    assert (answer.status_code, AccessCode.objects.count()) == (409, 0)


def test_who_logs_in_has_one_seat_on_every_device(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, eligibility="account")
    page, guest = f"/live/{evening.code}/", Client()
    assert "Anmelden und teilnehmen" in text(guest.get(page))
    sent = guest.post(page, {"action": "seat"})
    assert sent.headers["Location"] == f"/konto/login/?next={page}"
    kim = make_user()
    tokens = set()
    for _device in range(2):
        client = Client()
        client.force_login(kim, backend="django.contrib.auth.backends.ModelBackend")
        assert client.post(page, {"action": "seat"}).headers["Location"] == page
        tokens.add(client.cookies[f"seat_{evening.code}"].value.rpartition(":")[0])
        assert "Wallstraße" in text(client.get(page))
    assert Seat.objects.filter(session=evening.session).count() == 1


def test_an_account_before_the_start(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="draft", eligibility="account")
    client = Client()
    client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
    early = client.post(f"/live/{evening.code}/", {"action": "seat"})
    assert early.status_code == 422
    assert "läuft gerade nicht" in text(early)


def test_codes_that_were_made_before_stay_good(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, eligibility="codes")
    (code,) = access_codes.issue_access_codes(actor=evening.actor, code=evening.code, count=1)
    access_codes.print_access_codes(actor=evening.actor, code=evening.code, count=1, language="de")
    answer = Client().post(f"/live/{evening.code}/", {"action": "seat", "proof": code})
    assert answer.status_code == 302
