"""Pages of preparing and steering, as plain forms."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from participation.models import Municipality
from participation.models.access import Role
from polls.models import Contribution, LiveSession, Round, Seat
from polls.services import ballots, copies, rounds, sessions, steering
from tests.factories import member
from tests.frontend.test_live_pages import text
from tests.polls.factories import Evening, make_evening
from tests.polls.rooms import ask, make_room, say


@pytest.fixture
def evening(town: Municipality, now: datetime) -> Evening:
    return make_evening(town, now)


@pytest.fixture
def staff(town: Municipality) -> Client:
    client = Client()
    client.force_login(member(None, town, Role.FACILITATOR))
    return client


def desk(evening: Evening, page: str = "") -> str:
    return f"/menden/verwaltung/live/{evening.code}/{page}"


def press(client: Client, evening: Evening, step: str, **fields: Any) -> str:
    body = {"step": step, **fields}
    return text(client.post(desk(evening, "schritt/"), body, follow=True))


def test_settings_say_what_is_wrong_and_keep_what_was_typed(
    staff: Client, evening: Evening
) -> None:
    page = desk(evening, "einstellungen/")
    assert "Wer darf abstimmen?" not in text(staff.get(page))
    typed = {"title": "", "visibility": "live", "pace": "own", "qa": "off", "eligible": "0"}
    refused = staff.post(page, typed)
    assert refused.status_code == 422
    staff.post(page, {**typed, "title": "Neu", "eligible": "80"})
    row = LiveSession.objects.get()
    assert (row.title, row.pace, row.eligible) == ("Neu", "own", 80)


def test_a_copy_a_template_and_what_others_see(
    staff: Client, evening: Evening, other_town: Municipality
) -> None:
    staff.post(desk(evening, "kopie/"), {"kind": "template", "title": "Rundgang 7"})
    template = LiveSession.objects.get(kind="template")
    stranger = Client()
    stranger.force_login(member(None, other_town, Role.FACILITATOR))
    there = f"/{other_town.slug}/verwaltung/live"
    assert "Rundgang 7" not in text(stranger.get(f"{there}/vorlagen/"))
    staff.post(f"/menden/verwaltung/live/{template.code}/schritt/", {"step": "share"})
    assert "Rundgang 7" in text(stranger.get(f"{there}/vorlagen/"))
    assert stranger.get(f"{there}/{template.code}/").status_code == 404
    assert stranger.post(f"{there}/{template.code}/kopie/", {"kind": "real"}).status_code == 302
    assert LiveSession.objects.get(municipality=other_town).title == "Rundgang 7"
    assert staff.post(desk(evening, "kopie/"), {"kind": "odd"}).status_code == 422


def test_steps_by_plain_forms(staff: Client, evening: Evening) -> None:
    at = {"round": evening.round.pk}
    assert "bleibt offen, bis Sie sie freigeben" in press(staff, evening, "hold", **at)
    assert "Eine Person braucht noch Zeit" in press(staff, evening, "close", **at)
    press(staff, evening, "release", **at)
    press(staff, evening, "close_soon", **at)
    seq = LiveSession.objects.get().seq
    press(staff, evening, "next", seq=seq)
    assert "Jemand war schneller" in press(staff, evening, "next", seq=seq)
    assert Round.objects.get().state == "closed"
    for odd in ("hold", "up", "duplicate", "ban", "unban", "voters"):
        answer = staff.post(desk(evening, "schritt/"), {"step": odd, "round": "9" * 40})
        assert answer.status_code in {302, 404}


def test_a_press_leads_back_to_its_question_and_a_refusal_to_its_reason(
    staff: Client, evening: Evening
) -> None:
    place = f"{desk(evening)}#frage-{evening.question.pk}"
    at = {"step": "close", "round": evening.round.pk, "next": place}
    assert f'value="{place}"' in text(staff.get(desk(evening)))
    assert staff.post(desk(evening, "schritt/"), at).headers["Location"] == place
    assert staff.post(desk(evening, "schritt/"), at).headers["Location"] == place
    refused = staff.post(desk(evening, "schritt/"), {**at, "step": "extend", "seconds": "30"})
    assert refused.headers["Location"] == desk(evening)


def test_a_banned_phone_is_told_in_words(client: Client, staff: Client, evening: Evening) -> None:
    client.get(f"/live/{evening.code}/")
    ballot = {
        "round": evening.round.pk,
        "ballot": str(uuid4()),
        "version": 1,
        "options": evening.options[0],
    }
    client.post(f"/live/{evening.code}/", ballot)
    card = Contribution.objects.create(
        id=uuid4(),
        session=evening.session,
        kind="question",
        text="Unsinn",
        seat=Seat.objects.get(),
        created_at=evening.now,
    )
    press(staff, evening, "ban", contribution=str(card.pk))
    banned = text(client.get(f"/live/{evening.code}/"))
    assert "kann hier nicht mehr mitmachen" in banned
    assert 'id="saal"' not in banned
    assert client.post(f"/live/{evening.code}/", {**ballot, "version": 2}).status_code == 403
    assert "Wieder zulassen" in text(staff.get(desk(evening, "einstellungen/")))


def test_whoever_wrote_is_banned_where_the_room_is_looked_at(
    staff: Client, town: Municipality, now: datetime
) -> None:
    evening = make_room(town, now)
    authors = {}
    for kind in ("question", "card"):
        seat = evening.seat()
        authors[ask(evening, kind=kind, seat=seat).pk] = seat
    cast = say(evening, "Mehr Bänke")
    ballots.cast_one(cast, now)
    authors[Contribution.objects.get(kind="answer").pk] = cast.seat
    listed = desk(evening, "saal/?status=shown")
    button = 'name="contribution" value="{}"'
    for page in (listed, desk(evening)):
        shown = text(staff.get(page))
        assert all(button.format(row) in shown for row in authors)
    for row, seat in authors.items():
        body = {"step": "ban", "contribution": str(row), "next": listed}
        assert staff.post(desk(evening, "schritt/"), body)["Location"] == listed
        assert Seat.objects.get(pk=seat).banned_at is not None
    elsewhere = {"step": "ban", "contribution": str(row), "next": "https://example.org/"}
    assert staff.post(desk(evening, "schritt/"), elsewhere)["Location"] == desk(evening)
    # Whose text is parted from its seat is nobody any more.
    rounds.close_round(**evening.at())
    assert text(staff.get(listed)).count('name="contribution"') == 2
    sessions.end_session(actor=evening.actor, code=evening.code, now=now)
    assert 'name="contribution"' not in text(staff.get(listed))


def test_keys_are_for_facilitators_alone(client: Client, staff: Client, evening: Evening) -> None:
    wall = f"/live/{evening.code}/wand/"
    assert "data-keys" in text(staff.get(wall))
    assert "data-keys" not in text(client.get(wall))


def test_every_screen_says_rehearsal(client: Client, staff: Client, evening: Evening) -> None:
    made = copies.copy_session(
        actor=evening.actor, code=evening.code, now=evening.now, kind="rehearsal"
    )
    sessions.start_session(actor=evening.actor, code=made.code, now=evening.now)
    base = f"/live/{made.code}/"
    for reader, page in ((client, ""), (client, "wand/"), (staff, "ergebnisse/")):
        assert "Probe: Nichts hiervon zählt." in text(reader.get(f"{base}{page}"))
    # Nothing of it is ever published, so a guest finds no results, in no form.
    for page in ("ergebnisse/", "ergebnisse.json", "einbetten/"):
        assert client.get(f"{base}{page}").status_code == 404
    assert client.get(f"/api/v1/live/{made.code}/results/").status_code == 404
    assert "Alle Ergebnisse ansehen" not in text(client.get(base))
    assert "Proben" in text(staff.get("/menden/verwaltung/live/"))


def test_own_pace_counts_what_this_phone_has_answered(client: Client, evening: Evening) -> None:
    at: dict[str, Any] = {"actor": evening.actor, "code": evening.code, "now": evening.now}
    sessions.change_settings(**at, changes={"pace": "own"})
    page = f"/live/{evening.code}/"
    assert "0 von 1 beantwortet" in text(client.get(page))
    for odd in ("x", "9" * 40, "0"):
        assert "0 von 1 beantwortet" in text(client.get(page, {"frage": odd}))
    assert "Stimme abgeben" in text(client.get(page, {"frage": evening.round.pk}))
    steering.close_all(**at)
    assert "von 1 beantwortet" not in text(client.get(page)).partition("<template")[0].replace(
        "{n} von {all} beantwortet", ""
    )
