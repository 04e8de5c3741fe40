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


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    x: float
    y: float


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
        places=[
            Place(town.name, *place(town.lon, town.lat))
            for town in towns
            if west < town.lon < east and south < town.lat < north
        ],
        scale_km=scale_km,
        scale_width=round(scale_km * km),
    )


@cache
def _rings() -> tuple[tuple[tuple[float, float], ...], ...]:
    rings = []
    for feature in json.loads(OUTLINES.read_text(encoding="utf-8"))["features"]:
        shapes = feature["geometry"]["coordinates"]
        if feature["geometry"]["type"] == "Polygon":
            shapes = [shapes]
        rings += [tuple((lon, lat) for lon, lat in ring) for shape in shapes for ring in shape]
    return tuple(rings)
