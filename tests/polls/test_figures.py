"""From counts to figures: the numbers both sides draw, and their words."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from polls.queries.count_rows import average, count_rows
from polls.queries.figure_numbers import numbers
from polls.queries.figures import figure

SHARED = json.loads((Path(__file__).parent / "data" / "figures.json").read_text())
BY_NAME = {case["name"]: case for case in SHARED}


@pytest.mark.parametrize("case", SHARED, ids=lambda case: case["name"])
def test_the_numbers_that_typescript_finds_too(case: dict[str, Any]) -> None:
    found = numbers(case["question"], case["round"])
    # As JSON both sides speak of lists.
    assert json.loads(json.dumps(found, default=_fields)) == case["numbers"]


def _fields(thing: Any) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in thing.__slots__}


def labels(name: str) -> list[tuple[str, str]]:
    case = BY_NAME[name]
    return [(row.label, row.number) for row in figure(case["question"], case["round"]).rows]


def test_ends_of_a_scale_have_their_names() -> None:
    assert labels("scale")[0] == ("1 (gar nicht)", "1 · 10 %")
    assert labels("scale")[2] == ("3", "2 · 20 %")


def test_means_are_told_in_the_readers_language() -> None:
    case = BY_NAME["scale"]
    assert figure(case["question"], case["round"]).note == "Durchschnitt 3,8, mittlere Antwort 4"
    with override("en"):
        assert "3.8" in figure(case["question"], case["round"]).note


def test_a_mean_has_no_more_digits_than_its_scale_bears() -> None:
    case = BY_NAME["number on a long scale"]  # 64.998 by four
    question, round_ = case["question"], case["round"]
    middle = "mittlere Antwort 10.000 – 19.999 Euro"
    assert figure(question, round_).note == f"Durchschnitt 16.250 Euro, {middle}"
    assert average(question, round_["counts"], 4) == "16.250"
    assert count_rows(question, round_["counts"], 4)[1].label == "10.000 – 19.999 Euro"
    with override("en"):
        assert "16,250 Euro" in figure(question, round_).note
        assert average(question, round_["counts"], 4) == "16,250"
    percent = {**question, "config": {"min": 0, "max": 100, "step": 10}}
    assert average(percent, {"30": 3, "sum": 100}, 3) == "33,3"


def test_classes_and_units() -> None:
    assert labels("number in classes")[4] == ("20 – 24", "2 · 29 %")
    case = BY_NAME["number in classes"]
    assert "mittlere Antwort 35 – 39 Jahre" in figure(case["question"], case["round"]).note
    assert labels("points")[1] == ("Bus", "150 € · 63 %")


def test_a_ranking_stands_in_the_order_of_its_points() -> None:
    assert labels("ranking") == [("Bus", "11 Punkte"), ("Rad", "7 Punkte"), ("Auto", "6 Punkte")]


def test_every_row_of_a_table_has_a_cell_for_each_heading() -> None:
    for case in SHARED:
        found = figure(case["question"], case["round"])
        assert {len(row.cells) + 1 for row in found.rows} <= {len(found.columns)}


def test_picture_and_table_round_alike() -> None:
    counts = {"1": 1, "2": 4, "3": 3}
    question = {"type": "scale", "options": [], "config": {"min": 1, "max": 3}}
    found = figure(question, {"ballots": 8, "counts": counts})
    assert [row.number for row in found.rows] == ["1 · 13 %", "4 · 50 %", "3 · 38 %"]
    assert [row.percent for row in count_rows(question, counts, 8)] == [13, 50, 38]
    assert found.note.startswith(f"Durchschnitt {average(question, counts, 8)},")
    assert average(question, counts, 8) == "2,3"


def test_a_cloud_stands_by_the_alphabet_and_only_the_most_named_are_in_it() -> None:
    counts = {f"Wort {n:02}": 60 - n for n in range(60)}
    round_ = {"ballots": 60, "counts": counts}
    found = figure({"type": "words", "options": [], "config": {}}, round_)
    assert [word.text for word in found.cloud] == [f"Wort {n:02}" for n in range(40)]
    assert (found.crowd, len(found.rows)) == ("many", 60)


def test_what_the_reader_chose_is_marked() -> None:
    case = BY_NAME["multiple goes beyond a hundred percent"]
    rows = figure(case["question"], case["round"], chosen={12}).rows
    assert [row.chosen for row in rows] == [False, True, False]


@pytest.mark.parametrize(("answers", "image"), [(6, "a.jpg"), (7, "a.jpg"), (2, "")])
def test_few_answers_with_pictures_stand_side_by_side(answers: int, image: str) -> None:
    options = [{"id": n, "text": f"{n}", "text_en": "", "image": image} for n in range(answers)]
    question = {"type": "image", "options": options, "config": {}}
    found = figure(question, {"ballots": 0, "counts": None})
    assert found.tiles is (answers == 6)
