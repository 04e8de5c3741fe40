"""Results of every type on the pages: wall, phone, results; nicknames without JavaScript."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from participation.models import Municipality
from participation.models.access import Role
from polls.models import LiveSession, Player
from polls.services import ballots, rounds
from polls.services.wording import Wording
from tests.factories import make_user, member
from tests.polls.factories import Evening, make_evening

ABC = [("Rad", "Bike"), ("Bus", ""), ("Auto", "")]


def text(response: Any) -> str:
    return str(response.content.decode())


def shown(town: Municipality, now: datetime, wording: Wording, values: list[Any]) -> Evening:
    """An evening whose round has these ballots and is closed and revealed."""
    evening = make_evening(town, now, wording=wording, visibility="after_close")
    for value in values:
        for name, given in value.items():
            if name in {"ratings", "points"}:
                value[name] = {evening.options[place]: n for place, n in given.items()}
            elif name in {"options", "ranking"}:
                value[name] = [evening.options[place] for place in given]
    for value in values:
        plain = {name: _with_text_keys(given) for name, given in value.items()}
        ballots.cast_one(evening.cast(value=plain), now)
    rounds.close_round(**evening.at())
    return evening


def _with_text_keys(given: Any) -> Any:
    return {str(key): n for key, n in given.items()} if isinstance(given, dict) else given


CASES = [
    ("scale", {"low": "nie", "high": "immer"}, [], [{"number": 5}], ["5 (immer)", "1 · 100 %"]),
    ("number", {"max": 9, "unit": "km"}, [], [{"number": 4}], ["Durchschnitt 4,0 km"]),
    ("rating", {}, ABC, [{"ratings": {0: 4, 1: 2}}], [">4,0<", ">2,0<", ">–<"]),
    ("ranking", {}, ABC, [{"ranking": [1, 0, 2]}], ["3 Punkte", "Mittlerer Platz"]),
    ("points", {"unit": "€"}, ABC, [{"points": {2: 10}}], ["10 € · 100 %", "Von wie vielen"]),
    ("words", {}, [], [{"words": ["Bäume"]}], ['data-word="Bäume"', 'data-crowd="few"']),
    ("text", {}, [], [{"text": "Mehr Bänke"}], ['data-kind="cards"', "1 Stimme"]),
    ("quiz", {"right": [2]}, ABC, [{"options": [0]}], ["✓ richtig", "data-right"]),
    ("image", {}, ABC, [{"options": [0]}], ["1 · 100 %"]),
    ("pin", {}, [], [{"pin": [130, 610]}], ['data-level="3"', ">B7<"]),
]


@pytest.mark.parametrize(
    ("kind", "config", "options", "values", "seen"), CASES, ids=[case[0] for case in CASES]
)
def test_every_type_has_its_picture(  # noqa: PLR0917  (one case)
    client: Client,
    town: Municipality,
    now: datetime,
    kind: str,
    config: dict[str, Any],
    options: list[tuple[str, str]],
    values: list[Any],
    seen: list[str],
) -> None:
    wording = Wording(kind, "Was meinen Sie?", options=options, config=config)
    evening = shown(town, now, wording, values)
    page = text(client.get(f"/live/{evening.code}/ergebnisse/"))
    assert [word for word in seen if word not in page] == []
    for part in ("", "wand/"):
        page = text(client.get(f"/live/{evening.code}/{part}"))
        assert f'data-kind="{_kind(kind)}"' in page


def _kind(kind: str) -> str:
    return {"words": "cloud", "text": "cards", "pin": "pins"}.get(kind, "bars")


def test_the_right_answer_is_not_told_before_the_result(
    client: Client, town: Municipality, now: datetime
) -> None:
    wording = Wording("quiz", "Wie viele?", options=ABC, config={"right": [2]})
    evening = make_evening(town, now, wording=wording, visibility="live")
    rounds.reveal_round(**evening.at())
    for part in ("", "wand/", "ergebnisse/"):
        page = text(client.get(f"/live/{evening.code}/{part}"))
        assert "✓" not in page
        assert not re.search(r'"right"', page)


def test_an_earlier_round_stands_beside_the_newer_one(
    client: Client, town: Municipality, now: datetime
) -> None:
    evening = shown(town, now, Wording("single", "Wohin?", options=ABC), [{"options": [0]}])
    second = rounds.again(**evening.at())
    rounds.open_round(**evening.at(round_id=second.pk))
    value = {"options": [evening.options[1]]}
    ballots.cast_one(evening.cast(round_id=second.pk, value=value), now)
    assert "vorher 1" not in text(client.get(f"/live/{evening.code}/wand/"))
    rounds.close_round(**evening.at(round_id=second.pk))
    for part in ("wand/", "ergebnisse/"):
        page = text(client.get(f"/live/{evening.code}/{part}"))
        assert "Zum Vergleich: Durchgang 1" in page
        assert "vorher 1 · 100 %" in page


# --- The quiz's list -----------------------------------------------------------------------------


@pytest.fixture
def quiz(town: Municipality, now: datetime) -> Evening:
    evening = make_evening(
        town, now, wording=Wording("quiz", "Wie viele?", options=ABC, config={"right": [1]})
    )
    LiveSession.objects.filter(pk=evening.session.pk).update(leaderboard=True)
    return evening


def test_a_nickname_without_javascript(client: Client, quiz: Evening) -> None:
    url = f"/live/{quiz.code}/spitzname/"
    assert url in text(client.get(f"/live/{quiz.code}/"))
    assert client.post(url, {"nickname": "Anna"}).headers["Location"] == f"/live/{quiz.code}/"
    assert "Anna" in text(client.get(f"/live/{quiz.code}/wand/"))
    assert client.post(url, {"action": "leave"}).status_code == 302
    assert not Player.objects.exists()


@pytest.mark.parametrize("name", ["", "Arschloch", "x" * 21, "a\x00"])
def test_a_refused_nickname_is_kept_in_the_field(client: Client, quiz: Evening, name: str) -> None:
    client.get(f"/live/{quiz.code}/")
    response = client.post(f"/live/{quiz.code}/spitzname/", {"nickname": name})
    assert response.status_code == 422
    assert "kern-error" in text(response)
    assert not Player.objects.exists()


def test_without_a_seat_or_a_list_there_is_no_nickname(
    client: Client, town: Municipality, quiz: Evening, now: datetime
) -> None:
    assert client.post(f"/live/{quiz.code}/spitzname/", {"nickname": "Anna"}).status_code == 422
    other = make_evening(town, now)
    assert client.get(f"/live/{other.code}/spitzname/").status_code == 404
    assert "spitzname" not in text(client.get(f"/live/{other.code}/"))


def test_facilitators_show_the_list_and_take_names_off(
    client: Client, town: Municipality, quiz: Evening
) -> None:
    phone = Client()
    phone.get(f"/live/{quiz.code}/")
    phone.post(f"/live/{quiz.code}/spitzname/", {"nickname": "Anna"})
    rounds.close_round(**quiz.at())
    client.force_login(member(make_user(), town, Role.FACILITATOR))
    steps = f"/{town.slug}/verwaltung/live/{quiz.code}/schritt/"
    assert "Anna" in text(client.get(f"/{town.slug}/verwaltung/live/{quiz.code}/"))
    client.post(steps, {"step": "show_list"})
    assert LiveSession.objects.get(pk=quiz.session.pk).focus_round is None
    assert client.post(steps, {"step": "remove_player", "player": "x"}).status_code == 302
    assert Player.objects.exists()
    client.post(steps, {"step": "remove_player", "player": Player.objects.get().pk})
    assert not Player.objects.exists()
