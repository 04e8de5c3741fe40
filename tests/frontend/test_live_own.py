"""At everyone's own pace: which question an answered one leads to."""

import pytest

from frontend.pages.live_own import Row, next_of


def rows(done: str) -> list[Row]:
    return [Row(n, "", letter == "x", held=False, ballots=0) for n, letter in enumerate(done, 1)]


@pytest.mark.parametrize(
    ("done", "at", "after"),
    [
        ("x..", 1, 2),
        ("xx.", 1, 3),
        (".xx", 2, 1),
        ("xxx", 2, None),
        ("...", 2, None),
        ("x.", 9, None),
    ],
)
def test_the_next_one_is_open_and_comes_behind_an_answer(
    done: str, at: int, after: int | None
) -> None:
    assert next_of(rows(done), at) == after
