"""The editor of a question at the desk: each type has its fields, and keeps what was typed."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from participation.models import Municipality
from participation.models.access import Role
from polls.models import Question
from polls.models.answers import QuestionType
from tests.factories import member
from tests.frontend.test_live_pages import text
from tests.polls.factories import Evening, make_evening
from tests.workshops.test_images import bomb, picture

LINES = {"options": "Bänke\nBäume"}
ROWS = {"option_1": "Bänke", "option_2": "Bäume"}


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def evening(town: Municipality, now: datetime) -> Evening:
    return make_evening(town, now)


@pytest.fixture
def facilitator(client: Client, town: Municipality) -> Client:
    client.force_login(member(None, town, Role.FACILITATOR))
    return client


def upload(content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("x.png", picture() if content is None else content, "image/png")


def post(client: Client, evening: Evening, kind: str, **fields: Any) -> Any:
    url = f"/menden/verwaltung/live/{evening.code}/frage/neu/"
    return client.post(url, {"type": kind, "text": "Was fehlt?", **fields})


def newest() -> Question:
    found = Question.objects.order_by("pk").last()
    assert found is not None
    return found


KINDS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("single", LINES, {}),
    ("multiple", {**LINES, "config_max": "2"}, {"min": 1, "max": 2}),
    ("yes_no", {}, {}),
    ("quiz", {**ROWS, "option_4": "Wasser", "right_4": "on"}, {"right": [3], "many": False}),
    (
        "scale",
        {
            "config_min": "0",
            "config_max": "10",
            "config_low": "nie",
            "config_low_en": "never",
            "config_high_ar": "دائما",
            "config_low_leicht": "nie",
        },
        {
            "min": 0,
            "max": 10,
            "low": "nie",
            "low_en": "never",
            "low_leicht": "nie",
            "high_ar": "دائما",
        },
    ),
    ("rating", {**LINES, "config_max": "4"}, {"min": 1, "max": 4}),
    ("ranking", {**LINES, "config_places": "1"}, {"places": 1}),
    (
        "points",
        {**LINES, "config_total": "20", "config_unit": "Euro"},
        {"total": 20, "max": 20, "unit": "Euro"},
    ),
    ("words", {"config_max": "2"}, {"max": 2}),
    ("text", {"config_moderation": "after"}, {"length": 280, "moderation": "after"}),
    (
        "number",
        {"config_max": "9", "config_unit": "Jahre"},
        {"min": 0, "max": 9, "step": 1, "unit": "Jahre"},
    ),
]


@pytest.mark.parametrize("row", KINDS, ids=lambda row: row[0])
def test_every_type_has_its_editor(
    facilitator: Client,
    evening: Evening,
    row: tuple[Any, ...],
) -> None:
    kind, fields, config = row
    page = text(facilitator.get(f"/menden/verwaltung/live/{evening.code}/frage/neu/?type={kind}"))
    for name in fields:
        assert f'name="{name}"' in page
    assert post(facilitator, evening, kind, **fields).status_code == 302
    question = newest()
    assert (question.type, question.config) == (kind, config)
    url = f"/menden/verwaltung/live/{evening.code}/frage/{question.pk}/"
    again = text(facilitator.get(url))
    assert "Was fehlt?" in again
    assert all(str(value) in again for value in fields.values() if value != "on")


def test_the_types_are_there_to_choose_from(facilitator: Client, evening: Evening) -> None:
    for part in ("", "frage/neu/", "frage/neu/?type=essay"):
        page = text(facilitator.get(f"/menden/verwaltung/live/{evening.code}/{part}"))
        assert page.count('class="mw-type"') == len(QuestionType.values)


def test_a_choice_of_pictures(facilitator: Client, evening: Evening) -> None:
    missing = post(facilitator, evening, "image", **ROWS, picture_1=upload())
    assert missing.status_code == 422
    assert 'href="#id_picture_2"' in text(missing)
    given = {"option_1": "Bänke", "option_3": "Bäume", "picture_1": upload(), "option_2": "Wasser"}
    pictures = {"picture_2": upload(picture(color="blue")), "picture_3": upload()}
    assert post(facilitator, evening, "image", **given, **pictures).status_code == 302
    question = newest()
    red, blue, again = question.options.order_by("position").values_list("image", flat=True)
    assert red == again != blue
    url = f"/menden/verwaltung/live/{evening.code}/frage/{question.pk}/"
    assert text(facilitator.get(url)).count(f'src="/media/{red}"') == 2
    form = {"type": "image", "text": "Was?", "option_1": "Sitze", "option_2": "Wasser"}
    assert facilitator.post(url, {**form, "option_3": "Bäume"}).status_code == 302
    kept = question.options.order_by("position").values_list("text", "image")
    assert list(kept) == [("Sitze", red), ("Wasser", blue), ("Bäume", again)]


def test_a_pin_on_a_picture_and_on_the_map(
    facilitator: Client,
    evening: Evening,
    town: Municipality,
) -> None:
    assert post(facilitator, evening, "pin", config_on="image").status_code == 422
    alone = post(facilitator, evening, "pin", config_on="image", image=upload())
    assert 'href="#id_image_alt"' in text(alone)
    post(facilitator, evening, "pin", config_on="image", image=upload(), image_alt="Der Markt")
    assert (newest().config, newest().image_alt) == ({"on": "image"}, "Der Markt")
    assert post(facilitator, evening, "pin", config_on="map").status_code == 302
    question = newest()
    west, south, east, north = question.config["box"]
    assert west < town.lon < east
    assert south < town.lat < north
    assert question.image_alt == f"Karte von {town.name}"


@pytest.mark.parametrize("content", [b"", b"GIF89a", bomb()])
def test_no_picture_is_told_beside_its_field(
    facilitator: Client,
    evening: Evening,
    content: bytes,
) -> None:
    response = post(facilitator, evening, "single", **LINES, image=upload(content), image_alt="x")
    if content:
        assert response.status_code == 422
        assert 'href="#id_image"' in text(response)
    files = {"picture_1": upload(), "picture_2": upload(content or b"x")}
    wrong = post(facilitator, evening, "image", **ROWS, **files)
    assert 'href="#id_picture_2"' in text(wrong)


@pytest.mark.parametrize(
    ("kind", "fields", "field"),
    [
        ("quiz", ROWS, "option_1"),
        ("quiz", {"option_1": "A", "option_2": "A", "right_1": "on"}, "option_1"),
        ("scale", {"config_min": "5", "config_max": "5"}, "config_max"),
        ("multiple", {**LINES, "config_max": "9"}, "config_min"),
        ("points", {**LINES, "config_max": "99"}, "config_max"),
        ("number", {"config_min": "9", "config_max": "3"}, "config_max"),
        ("words", {"config_max": "9"}, "config_max"),
        ("text", {"config_length": "3"}, "config_length"),
        ("single", {"options": "Nur eine"}, "options"),
        ("single", {**LINES, "options_uk": "Одна"}, "options_uk"),
        ("single", {**LINES, "text_uk": "я" * 301}, "text_uk"),
        ("rating", {**LINES, "config_low": "x" * 41}, "config_low"),
        ("rating", {**LINES, "config_high_uk": "я" * 41}, "config_high_uk"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    facilitator: Client,
    evening: Evening,
    kind: str,
    fields: dict[str, Any],
    field: str,
) -> None:
    response = post(facilitator, evening, kind, **fields)
    assert response.status_code == 422
    assert f'href="#id_{field}"' in text(response)
    assert "Was fehlt?" in text(response)
    assert Question.objects.count() == 1


def test_further_languages_are_kept_when_something_else_changes(
    facilitator: Client,
    evening: Evening,
) -> None:
    further = {"text_uk": "Чого бракує?", "options_uk": "Лавки\nДерева", "text_en": "What?"}
    assert post(facilitator, evening, "single", **LINES, **further).status_code == 302
    question = newest()
    assert (question.texts, question.text_en) == ({"uk": "Чого бракує?"}, "What?")
    assert question.options.order_by("position")[1].texts == {"uk": "Дерева"}
    page = text(facilitator.get(f"/menden/verwaltung/live/{evening.code}/frage/{question.pk}/"))
    assert "Лавки\nДерева" in page


def test_another_type_keeps_what_was_typed(facilitator: Client, evening: Evening) -> None:
    page = text(post(facilitator, evening, "single", **LINES, retype="quiz"))
    assert 'name="option_2" value="Bäume"' in page
    assert "Was fehlt?" in page
    back = text(post(facilitator, evening, "quiz", **ROWS, retype="ranking"))
    assert "Bänke\nBäume" in back
    assert Question.objects.count() == 1


def test_two_who_change_the_same_question_learn_of_each_other(
    facilitator: Client, evening: Evening
) -> None:
    post(facilitator, evening, "single", **LINES)
    editor = f"/menden/verwaltung/live/{evening.code}/frage/{newest().pk}/"

    def seen_by(answer: Any) -> str:
        found = re.search(r'name="seen" value="(\w+)"', text(answer))
        assert found
        return found[1]

    def save(words: str, seen: str) -> Any:
        body = {"type": "single", "text": words, **LINES, "seen": seen}
        return facilitator.post(editor, body)

    both = seen_by(facilitator.get(editor))
    assert save("Die eine Fassung", both).status_code == 302
    assert seen_by(save("", both)) == both  # another mistake does not make it known
    refused = save("Die andere Fassung", both)
    assert refused.status_code == 422
    page = text(refused)
    assert "inzwischen geändert" in page
    assert "Die eine Fassung" in page
    assert 'value="Die andere Fassung"' in page
    assert newest().text == "Die eine Fassung"
    assert save("Die andere Fassung", seen_by(refused)).status_code == 302
    assert newest().text == "Die andere Fassung"
