"""The map of a question: names stand whole, beside each other and beside every dot."""

from itertools import combinations, product

import pytest

from frontend import live_map
from participation.models import Municipality

WEST, SOUTH, EAST, NORTH = BOX = (7.0, 51.0, 8.0, 51.6)


def towns(*at: tuple[str, float, float]) -> list[Municipality]:
    return [Municipality(name=name, lon=lon, lat=lat) for name, lon, lat in at]


def area(place: live_map.Place) -> tuple[float, float, float, float]:
    half = len(place.name) * live_map.LETTERS * live_map.LETTER_WIDTH / 2
    tall = live_map.LETTERS / 2
    x, y = place.name_x, place.name_y
    return x - half, y - tall, x + half, y + tall


def test_names_at_the_edges_stand_whole() -> None:
    edges = product((WEST + 0.001, 7.5, EAST - 0.001), (SOUTH + 0.001, 51.3, NORTH - 0.001))
    drawn = live_map.draw(BOX, towns(*(("Sundern", lon, lat) for lon, lat in edges)))
    named = [place for place in drawn.places if place.name]
    assert len(named) == 7  # at the bottom stands the scale, too
    for left, top, right, bottom in map(area, named):
        assert (left >= 0, top >= 0) == (True, True)
        assert (right <= drawn.width, bottom <= drawn.height) == (True, True)


def test_no_name_lies_on_another_or_on_a_dot() -> None:
    near = [(f"Ort {n}", 7.4 + n * 0.02, 51.3 + (n % 3) * 0.01) for n in range(9)]
    drawn = live_map.draw(BOX, towns(*near))
    assert len(drawn.places) == 9
    named = [place for place in drawn.places if place.name]
    assert 2 <= len(named) < 9
    for (left, top, right, bottom), other in combinations(map(area, named), 2):
        apart = left >= other[2] or other[0] >= right or top >= other[3] or other[1] >= bottom
        assert apart
    for place, dot in product(named, drawn.places):
        left, top, right, bottom = area(place)
        assert not (left < dot.x < right and top < dot.y < bottom)


@pytest.mark.parametrize("name", ["Nachrodt-Wiblingwerde und Umgebung bis zur Lenne"])
def test_a_name_that_is_wider_than_the_map_is_left_out(name: str) -> None:
    drawn = live_map.draw(BOX, towns((name, 7.5, 51.3)))
    assert [(place.name, place.x) for place in drawn.places] == [("", 500.0)]
