"""Every type of question as a plain form on the phone: shown, cast, refused, taken back."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from participation.models import Municipality
from polls import queries
from polls.models import Ballot
from polls.models.answers.places import box_of
from polls.services import rounds
from polls.services.wording import Wording
from tests.frontend.test_live_pages import text
from tests.polls.factories import Evening, make_evening

TWO = [("Bänke", "Benches"), ("Bäume", "Trees")]
SCALE = {"min": 1, "max": 5, "low": "gar nicht", "high": "sehr"}
BOX = [7.6, 51.3, 8.0, 51.6]

# type, config, what the form says, the value, in words; {0} and {1} are the options' ids
KINDS: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], str]] = [
    ("single", {}, {"options": "{1}"}, {"options": ["{1}"]}, "Bäume"),
    ("multiple", {}, {"options": ["{0}", "{1}"]}, {"options": ["{0}", "{1}"]}, "Bänke, Bäume"),
    ("quiz", {"right": [2]}, {"options": "{0}"}, {"options": ["{0}"]}, "Bänke"),
    ("image", {}, {"options": "{1}"}, {"options": ["{1}"]}, "Bäume"),
    ("scale", SCALE, {"number": "4"}, {"number": 4}, "4"),
    (
        "number",
        {"unit": "Euro", "max": 20_000},
        {"number": " 12000 "},
        {"number": 12000},
        "12.000 Euro",
    ),
    ("rating", SCALE, {"rating_{0}": "", "rating_{1}": "5"}, {"ratings": {"{1}": 5}}, "Bäume: 5"),
    (
        "ranking",
        {},
        {"place_1": "{1}", "place_2": "{0}"},
        {"ranking": ["{1}", "{0}"]},
        "1. Bäume, 2. Bänke",
    ),
    ("points", {}, {"points_{0}": "", "points_{1}": "7"}, {"points": {"{1}": 7}}, "Bäume: 7"),
    ("words", {}, {"words": ["grün", "", "still"]}, {"words": ["grün", "still"]}, "grün, still"),
    ("text", {}, {"text": "Mehr\r\nSchatten"}, {"text": "Mehr Schatten"}, "Mehr Schatten"),
    (
        "pin",
        {"on": "map", "box": BOX},
        {"pin_x": "42,5", "pin_y": "100"},
        {"pin": [425, 999]},
        "42 % von links, 100 % von oben",
    ),
]
WITHOUT_OPTIONS = {"scale", "number", "words", "text", "pin"}


def evening_of(town: Municipality, now: datetime, kind: str, config: dict[str, Any]) -> Evening:
    options = [] if kind in WITHOUT_OPTIONS else TWO
    texts = {"ar": "ما رأيكم؟"}
    wording = Wording(kind, "Was meinen Sie?", config=config, options=options, texts=texts)
    return make_evening(town, now, wording=wording)


def filled(value: Any, evening: Evening) -> Any:
    """With the ids of the options, as numbers where nothing else stands."""
    match value:
        case dict():
            return {
                key.format(*evening.options): filled(one, evening) for key, one in value.items()
            }
        case list():
            return [filled(one, evening) for one in value]
        case str() if value.startswith("{"):
            return int(value.format(*evening.options))
    return value


def cast(client: Client, evening: Evening, fields: dict[str, Any], **more: Any) -> Any:
    client.get(f"/live/{evening.code}/")
    form = {"action": "vote", "round": evening.round.pk, "ballot": str(uuid4()), "version": 1}
    return client.post(f"/live/{evening.code}/", {**form, **filled(fields, evening), **more})


@pytest.mark.parametrize("row", KINDS, ids=lambda row: row[0])
def test_every_type_votes_without_javascript(
    client: Client, town: Municipality, now: datetime, row: tuple[Any, ...]
) -> None:
    kind, config, fields, value, words = row
    evening = evening_of(town, now, kind, config)
    page = text(client.get(f"/live/{evening.code}/"))
    for name in filled(fields, evening):
        assert f'name="{name}"' in page
    assert cast(client, evening, fields).status_code == 302
    assert Ballot.objects.get().value == filled(value, evening)
    assert words in text(client.get(f"/live/{evening.code}/"))


BAD: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("multiple", {"min": 2, "max": 2}, {"options": "{1}"}, "genau 2 Antworten"),
    ("scale", SCALE, {"number": ""}, "eine Stufe"),
    ("scale", SCALE, {"number": "6"}, "eine Stufe"),
    ("number", {}, {"number": "viel"}, "von 0 bis 100"),
    ("number", {}, {"number": "9" * 40}, "von 0 bis 100"),
    ("rating", SCALE, {"rating_{0}": "", "rating_{1}": ""}, "mindestens einen Punkt"),
    ("rating", SCALE, {"rating_x": "3"}, "mindestens einen Punkt"),
    ("ranking", {}, {"place_1": "{1}", "place_2": "{1}"}, "eine andere Antwort"),
    ("ranking", {}, {"place_1": "{1}", "place_2": ""}, "eine andere Antwort"),
    ("points", {}, {"points_{0}": "6", "points_{1}": "5"}, "1 bis 10 Punkte"),
    ("points", {}, {"points_{0}": "-1", "points_{1}": "x"}, "1 bis 10 Punkte"),
    ("words", {}, {"words": ["", ""]}, "1 bis 3 Wörter"),
    ("words", {}, {"words": ["x" * 31]}, "1 bis 3 Wörter"),
    ("text", {}, {"text": " "}, "höchstens 280 Zeichen"),
    ("text", {}, {"text": "\x00"}, "höchstens 280 Zeichen"),
    ("pin", {}, {"pin_x": "nan", "pin_y": "1"}, "eine Stelle"),
    ("pin", {}, {"pin_x": "101", "pin_y": "1"}, "eine Stelle"),
    ("pin", {}, {"pin_x": "1"}, "eine Stelle"),
]


@pytest.mark.parametrize("row", BAD, ids=lambda row: row[0])
def test_what_is_wrong_is_told_beside_what_was_typed(
    client: Client, town: Municipality, now: datetime, row: tuple[Any, ...]
) -> None:
    kind, config, fields, words = row
    evening = evening_of(town, now, kind, config)
    response = cast(client, evening, fields)
    assert response.status_code == 422
    assert words in text(response)
    assert 'aria-invalid="true"' in text(response)
    assert Ballot.objects.count() == 0


def test_numbers_stand_in_the_groups_of_the_page_s_language(
    client: Client, town: Municipality, now: datetime
) -> None:
    evening = evening_of(town, now, "points", {"total": 20_000, "unit": "Euro"})
    page = client.get(f"/live/{evening.code}/", headers={"Accept-Language": "en"})
    assert "up to 20,000 Euro" in text(page)


def test_a_budget_is_told_in_groups_and_its_limit_only_where_there_is_one(
    client: Client, town: Municipality, now: datetime
) -> None:
    for config, told in (
        ({"total": 10_000, "unit": "Euro"}, "Verteilen Sie bis zu 10.000 Euro."),
        ({"total": 10, "max": 6}, "Verteilen Sie bis zu 10 Punkte, höchstens 6 je Antwort."),
    ):
        evening = evening_of(town, now, "points", config)
        page = client.get(f"/live/{evening.session.code}/")
        assert told in text(page)


def test_an_open_question_has_cards_and_pictures_have_named_fields(
    client: Client, town: Municipality, now: datetime
) -> None:
    evening = evening_of(town, now, "pin", {"on": "map", "box": BOX})
    page = text(client.get(f"/live/{evening.session.code}/wand/"))
    assert [f"<b>{field}</b>" in page for field in ("A", "J", "1", "10", "K", "11")] == [
        *[True] * 4,
        *[False] * 2,
    ]
    assert "Hier hängen gleich die Karten aus dem Saal." in page


def test_what_was_typed_stays(client: Client, town: Municipality, now: datetime) -> None:
    evening = evening_of(town, now, "words", {})
    page = text(cast(client, evening, {"words": ["grün", "x" * 31, ""]}))
    assert 'value="grün"' in page
    assert "x" * 31 in page


def test_a_vote_is_taken_back_and_cast_anew(
    client: Client, town: Municipality, now: datetime
) -> None:
    evening = evening_of(town, now, "scale", SCALE)
    ballot = str(uuid4())
    cast(client, evening, {"number": "4"}, ballot=ballot)
    assert 'value="retract"' in text(client.get(f"/live/{evening.code}/"))
    cast(client, evening, {}, ballot=ballot, version=2, action="retract")
    assert Ballot.objects.get().value is None
    page = text(client.get(f"/live/{evening.code}/"))
    assert 'data-stage="ballot"' in page
    assert 'name="version" value="3"' in page
    cast(client, evening, {"number": "5"}, ballot=ballot, version=3)
    assert Ballot.objects.get().value == {"number": 5}


def test_a_further_language_is_chosen_and_kept(
    client: Client, town: Municipality, now: datetime
) -> None:
    evening = evening_of(town, now, "scale", SCALE)
    plain = text(client.get(f"/live/{evening.code}/"))
    assert 'href="?sprache=ar" lang="ar"' in plain
    arabic = text(client.get(f"/live/{evening.code}/?sprache=ar"))
    assert 'lang="ar" dir="rtl">ما رأيكم؟' in arabic
    response = cast(client, evening, {"number": "4"}, sprache="ar")
    assert response.headers["Location"] == f"/live/{evening.code}/?sprache=ar"
    for odd in ("xx", "../", "\x00"):
        assert client.get(f"/live/{evening.code}/", {"sprache": odd}).status_code == 200


def test_the_ends_of_a_scale_are_told_in_the_chosen_language(
    client: Client, town: Municipality, now: datetime
) -> None:
    config = {**SCALE, "low_en": "not at all", "low_ar": "أبدا", "high_ar": "كثيرا"}
    evening = evening_of(town, now, "scale", config)
    url = f"/live/{evening.code}/"
    arabic = text(client.get(f"{url}?sprache=ar"))
    assert '<span lang="ar" dir="rtl">أبدا</span><span lang="ar" dir="rtl">كثيرا</span>' in arabic
    english = text(client.get(f"{url}?sprache=en"))
    assert '<span lang="en" dir="ltr">not at all</span><span lang="de" dir="ltr">sehr' in english
    for language in ("ar", "en", "de"):
        other = Client()
        assert cast(other, evening, {"number": "5"}, sprache=language).status_code == 302
    rounds.close_round(**evening.at())
    tally = queries.tallies([evening.round.pk])[evening.round.pk]
    assert tally.counts["5"] == 3


def test_nobodys_order_is_no_ranking(client: Client, town: Municipality, now: datetime) -> None:
    evening = evening_of(town, now, "ranking", {})
    assert "selected" not in text(client.get(f"/live/{evening.code}/"))
    assert cast(client, evening, {"place_1": "", "place_2": ""}).status_code == 422
    assert Ballot.objects.count() == 0


def test_what_is_right_is_no_voters_business_before_the_result(
    client: Client, town: Municipality, now: datetime
) -> None:
    evening = evening_of(town, now, "quiz", {"right": [2]})
    for path in (f"/live/{evening.code}/", f"/api/v1/live/{evening.code}/"):
        assert '"right"' not in text(client.get(path))
    cast(client, evening, {"options": "{0}"})
    assert '"right"' not in text(client.get(f"/live/{evening.code}/"))
    rounds.close_round(**evening.at())
    assert '"right"' not in text(client.get(f"/live/{evening.code}/"))
    rounds.reveal_round(**evening.at())
    assert '"right"' in text(client.get(f"/live/{evening.code}/"))


def test_a_question_on_the_map_shows_it(client: Client, town: Municipality, now: datetime) -> None:
    evening = evening_of(town, now, "pin", {"on": "map", "box": box_of(town)})
    address = client.get(f"/api/v1/live/{evening.code}/").json()["questions"][0]["image"]
    response = client.get(address)
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert town.name in text(response)


@pytest.mark.parametrize(
    "box", ["1", "a,b,c,d", "nan,1,2,3", "2,1,1,2", "-180,-85,180,85", "7,51,8,51", "1,2,3,4,5"]
)
def test_a_box_that_is_none_has_no_map(client: Client, db: None, box: str) -> None:
    assert client.get(f"/live/karte/{box}.svg").status_code == 404
