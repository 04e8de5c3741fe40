"""The map that a question may be pinned on: a box of degrees as vectors, without tiles.

The districts' outlines, the municipalities' names and a scale, drawn so that a thousandth of the
width and of the height is what a pin says (`polls.models.answers.places`).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import cos, isfinite, radians

from frontend.network_map import OUTLINES
from participation.errors import NotFound
from participation.models import Municipality
from polls.models.answers.places import KM_A_DEGREE

WIDTH = 1000
WIDEST_DEGREES = 3.0
SCALES_KM = (1, 2, 5, 10, 20, 50)
# Large, because the map is seen small on a phone and from far on a wall.
LETTERS = 64
# Of whatever font an image finds: rather too much.
LETTER_WIDTH = 0.68
DOT, EDGE = 12, 10
# Above the scale's line stands its length.
SCALE_ROOM = 110

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """A dot and, where there is room, its name around (`name_x`, `name_y`)."""

    name: str
    x: float
    y: float
    name_x: float = 0
    name_y: float = 0


@dataclass(frozen=True, slots=True)
class BoxMap:
    width: int
    height: int
    outlines: list[str]
    places: list[Place]
    scale_km: int
    scale_width: int


def box_from(typed: str) -> tuple[float, float, float, float]:
    """`west,south,east,north` out of an address. Raises NotFound."""
    try:
        west, south, east, north = (float(edge) for edge in typed.split(","))
    except ValueError:
        raise NotFound from None
    known = all(isfinite(edge) for edge in (west, south, east, north))
    if not known or not (-180 <= west < east <= 180 and -85 <= south < north <= 85):
        raise NotFound
    if east - west > WIDEST_DEGREES or north - south > WIDEST_DEGREES or north - south < 0.001:
        raise NotFound
    return west, south, east, north


def draw(box: tuple[float, float, float, float], towns: Iterable[Municipality]) -> BoxMap:
    west, south, east, north = box
    squeeze = cos(radians((south + north) / 2))
    scale = WIDTH / ((east - west) * squeeze)
    height = min(4 * WIDTH, max(WIDTH // 4, round((north - south) * scale)))

    def place(lon: float, lat: float) -> tuple[float, float]:
        x = (lon - west) / (east - west) * WIDTH
        y = (north - lat) / (north - south) * height
        return round(x, 1), round(y, 1)

    km = WIDTH / ((east - west) * squeeze * KM_A_DEGREE)
    scale_km = max((step for step in SCALES_KM if step * km <= WIDTH / 3), default=1)
    return BoxMap(
        width=WIDTH,
        height=height,
        outlines=[
            "M" + "L".join("{:g} {:g}".format(*place(lon, lat)) for lon, lat in ring) + "Z"
            for ring in _rings()
        ],
        places=_named(
            [
                Place(town.name, *place(town.lon, town.lat))
                for town in towns
                if west < town.lon < east and south < town.lat < north
            ],
            height,
        ),
        scale_km=scale_km,
        scale_width=round(scale_km * km),
    )


def _named(places: list[Place], height: int) -> list[Place]:
    """Names stand whole on the map, and no name on another or on a dot: those in the middle first,
    one that finds no room is left out.
    """
    dots = {(p.x, p.y): (p.x - DOT, p.y - DOT, p.x + DOT, p.y + DOT) for p in places}
    taken: list[Box] = [(0, height - SCALE_ROOM, WIDTH / 2, height)]
    named = []
    for at in sorted(places, key=lambda p: (p.x - WIDTH / 2) ** 2 + (p.y - height / 2) ** 2):
        others = [box for key, box in dots.items() if key != (at.x, at.y)]
        half = len(at.name) * LETTERS * LETTER_WIDTH / 2
        for wanted, y in _beside(at):
            x = min(max(wanted, half + EDGE), WIDTH - half - EDGE)
            box = (x - half, y - LETTERS / 2, x + half, y + LETTERS / 2)
            inside = box[0] >= 0 and box[1] >= 0 and box[3] <= height
            if inside and not any(_meet(box, other) for other in (*taken, *others)):
                taken.append(box)
                named.append(Place(at.name, at.x, at.y, round(x, 1), round(y, 1)))
                break
        else:
            named.append(Place("", at.x, at.y))
    return named


def _beside(at: Place) -> list[tuple[float, float]]:
    """Where the middle of its name may be: above, below, right, left."""
    away = DOT + LETTERS * 0.6
    aside = DOT + 8 + len(at.name) * LETTERS * LETTER_WIDTH / 2
    return [(at.x, at.y - away), (at.x, at.y + away), (at.x + aside, at.y), (at.x - aside, at.y)]


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@cache
def _rings() -> tuple[tuple[tuple[float, float], ...], ...]:
    rings = []
    for feature in json.loads(OUTLINES.read_text(encoding="utf-8"))["features"]:
        shapes = feature["geometry"]["coordinates"]
        if feature["geometry"]["type"] == "Polygon":
            shapes = [shapes]
        rings += [tuple((lon, lat) for lon, lat in ring) for shape in shapes for ring in shape]
    return tuple(rings)
