"""Each type of question: what it takes, what it counts, what it tells."""

from typing import Any

import pytest

from participation.errors import InvalidInput
from polls.errors import InvalidValue
from polls.models.answers import ANSWERS, Spec
from polls.models.answers.rude import is_rude
from polls.models.answers.words import alike, folded

IDS = (11, 12, 13)


def spec(kind: str, config: dict[str, Any] | None = None) -> Spec:
    options = IDS if ANSWERS[kind].most else ()
    return Spec(kind, ANSWERS[kind].clean_config(config or {}, len(options)), options)


GOOD = [
    ("single", {}, {"options": [12]}, {"12": 1}),
    ("quiz", {"right": [2]}, {"options": [12]}, {"12": 1}),
    ("quiz", {"right": [1, 2]}, {"options": [13, 11]}, {"11": 1, "13": 1}),
    ("image", {}, {"options": [13]}, {"13": 1}),
    ("scale", {}, {"number": 5}, {"5": 1}),
    ("number", {"max": 1000}, {"number": 77}, {"0": 1, "sum": 77}),
    ("number", {"min": -5, "max": 5}, {"number": -5}, {"-5": 1, "sum": -5}),
    ("rating", {}, {"ratings": {"12": 4, "11": 1}}, {"11:1": 1, "12:4": 1}),
    ("ranking", {}, {"ranking": [13, 11, 12]}, {"13:1": 1, "11:2": 1, "12:3": 1}),
    ("ranking", {"places": 1}, {"ranking": [13]}, {"13:1": 1}),
    ("points", {}, {"points": {"11": 7, "13": 3}}, _points := {}),
    ("words", {}, {"words": ["Grün", " mehr   Bäume "]}, {"Grün": 1, "mehr Bäume": 1}),
    ("text", {}, {"text": " Mehr\nBänke "}, {}),
    ("pin", {}, {"pin": [0, 999]}, {"0:39": 1}),
]
_points.update({"11": 7, "11:givers": 1, "13": 3, "13:givers": 1})


@pytest.mark.parametrize(("kind", "config", "value", "added"), GOOD)
def test_a_value_and_what_it_adds(
    kind: str, config: dict[str, Any], value: dict[str, Any], added: dict[str, int]
) -> None:
    asked, answer = spec(kind, config), ANSWERS[kind]
    clean = answer.clean(asked, value)
    assert answer.clean(asked, clean) == clean
    sums = dict(answer.adds(asked, clean))
    assert sums == added
    told = answer.counts(asked, sums)
    assert {key: n for key, n in told.items() if n} == sums


def each(
    kind: str, name: str, *values: Any, config: dict[str, Any] | None = None
) -> list[tuple[str, dict[str, Any], Any]]:
    return [(kind, config or {}, {name: value}) for value in values]


NO_VALUES: list[Any] = [[], 3, "x", {}, {"x": 1}]
BAD: list[tuple[str, dict[str, Any], Any]] = [
    *each("single", "options", [True], [11, 12]),
    *each("quiz", "options", [11, 12], [], config={"right": [2]}),
    *each("image", "options", [14]),
    *each("scale", "number", *[0, 6, "3", 2.5, True, None]),
    *each("number", "number", -1, 101, 10**30, 1e3),
    *each("rating", "ratings", {}, {"14": 1}, [1], {"11": 6}),
    *each("ranking", "ranking", [11, 12], [11, 11, 12], [11, 12, 14], "x", [[11], 12, 13]),
    *each("points", "points", {"11": 11}, {"11": 6, "12": 5}, {"11": -1}, {}, {"11": 0}),
    *each("points", "points", {"11": 4}, config={"max": 3}),
    *each("words", "words", [], ["a"] * 4, [""], ["x" * 31], ["a\x07"], [3], ["-"]),
    *each("text", "text", "", "  ", "x" * 281, "\x00", 3, None),
    *each("pin", "pin", [1], [1, 1000], [-1, 1], [1.5, 1], [True, 1], "11"),
    *((kind, {}, bad) for kind in ("scale", "text", "pin") for bad in NO_VALUES),
]


@pytest.mark.parametrize(("kind", "config", "value"), BAD)
def test_what_no_ballot_box_takes(kind: str, config: dict[str, Any], value: Any) -> None:
    with pytest.raises(InvalidValue):
        ANSWERS[kind].clean(spec(kind, config), value)


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("single", {"max": 2}),
        ("multiple", {"min": 2, "max": 1}),
        ("quiz", {}),
        *(("quiz", {"right": bad}) for bad in ([], [4], "1")),
        ("scale", {"min": 5, "max": 5}),
        ("scale", {"max": 11}),
        *(("scale", {"low": bad}) for bad in ("x" * 41, 3)),
        ("number", {"min": 5, "max": 5}),
        ("number", {"max": 10**10}),
        ("number", {"steps": 3}),
        ("ranking", {"places": 4}),
        ("points", {"max": 11}),
        *(("points", {"total": bad}) for bad in (0, 2.5)),
        ("words", {"min": 1}),
        *(("words", {"max": bad}) for bad in (6, 0)),
        ("text", {"length": 501}),
        ("text", {"moderation": "never"}),
        ("pin", {"on": "x"}),
        ("pin", {"on": "map"}),
        ("pin", {"on": "map", "box": [1, 2]}),
        ("pin", {"on": "map", "box": [8, 51, 7, 52]}),
    ],
)
def test_settings_that_make_no_question(kind: str, config: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        spec(kind, config)


@pytest.mark.parametrize("kind", sorted(ANSWERS))
def test_too_few_and_too_many_options(kind: str) -> None:
    answer = ANSWERS[kind]
    for count in {answer.fewest - 1, answer.most + 1}:
        with pytest.raises(InvalidInput):
            answer.clean_config({"right": [1]} if kind == "quiz" else {}, count)


def test_the_map_has_a_box() -> None:
    box = [7.7, 51.4, 7.9, 51.5]
    assert spec("pin", {"on": "map", "box": box}).config == {"on": "map", "box": box}


@pytest.mark.parametrize(
    ("low", "high", "width"), [(1, 10, 1), (0, 20, 2), (0, 60, 5), (0, 100, 10), (18, 99, 10)]
)
def test_the_classes_of_a_number_are_round(low: int, high: int, width: int) -> None:
    assert spec("number", {"min": low, "max": high}).config["step"] == width


def test_a_number_is_told_in_few_classes_whatever_its_range() -> None:
    for config in ({"max": 3}, {"max": 100}, {"max": 10**9}, {"min": -(10**9), "max": 10**9}):
        asked = spec("number", config)
        told = ANSWERS["number"].counts(asked, {})
        assert len(told) <= 16
        for number in (asked.config["min"], asked.config["max"]):
            (key, _one), _sum = ANSWERS["number"].adds(asked, {"number": number})
            assert key in told


def test_what_is_right_stays_with_the_staff() -> None:
    asked = spec("quiz", {"right": [3, 1]})
    answer = ANSWERS["quiz"]
    assert answer.public_config(asked.config) == {"many": True}
    assert answer.is_right(asked, {"options": [11, 13]})  # type: ignore[attr-defined]
    assert not answer.is_right(asked, {"options": [11]})  # type: ignore[attr-defined]


def test_spellings_of_one_word_are_one() -> None:
    said = {"Grün": 5, "grün": 2, "GRÜN": 1, "Radwege": 4, "Rad-Wege": 1, "Radweg": 2, "Haus": 1}
    said |= {"Maus": 1, "Bank": 0, "Straße": 1, "strasse": 2}
    assert dict(alike(said)) == {"Grün": 8, "Radwege": 7, "Haus": 1, "Maus": 1, "strasse": 3}
    assert folded("ÖPNV-Takt") == "öpnvtakt"


def test_a_word_is_the_same_from_a_keyboard_without_umlauts() -> None:
    decomposed = "Ho\N{COMBINING DIAERESIS}nne"
    said = {"Hönne": 2, "Hoenne": 1, decomposed: 1, "Baeume": 2, "Bäume": 1, "Bänke": 1, "Bäcke": 1}
    assert dict(alike(said)) == {"Hönne": 4, "Baeume": 3, "Bänke": 1, "Bäcke": 1}


def test_rude_words_are_not_told_but_counted() -> None:
    sums = {"Bäume": 2, "Fick dich": 3, "4rschloch": 1, "fu-ck": 1}
    told = ANSWERS["words"].counts(spec("words"), sums)
    assert told == {"Bäume": 2}
    for kind in ("Niggemann", "dicke Mauern", "Analyse", "Sexualberatung", "Assistenz"):
        assert not is_rude(kind), kind


def test_the_cloud_stays_small() -> None:
    many = {f"wort{number:05}x{number * 7919 % 10007}": 1 for number in range(2000)}
    assert len(ANSWERS["words"].counts(spec("words"), many)) == 100
