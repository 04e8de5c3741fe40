"""The map of the network as vectors: the districts' outlines and a point for each municipality.

Equirectangular projection, longitudes shrunk by the cosine of the middle latitude: at the size of
Südwestfalen (about 130 km) the error stays below the width of a point.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from math import cos, radians
from pathlib import Path

import participation
from participation.models import Accession, Municipality

OUTLINES = Path(participation.__file__).parent / "data" / "districts.geojson"
WIDTH = 720
MARGIN = 16
NAMES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Area:
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Point:
    """`kind` is pioneer, member or none; `named` points carry their name on the map."""

    town: Municipality
    x: float
    y: float
    kind: str
    found: bool
    named: bool


@dataclass(frozen=True, slots=True)
class Map:
    width: int
    height: int
    areas: tuple[Area, ...]
    points: list[Point]


@dataclass(frozen=True, slots=True)
class Projection:
    west: float
    north: float
    scale: float
    squeeze: float

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """Pixels from the map's upper left corner."""
        x = MARGIN + (lon - self.west) * self.squeeze * self.scale
        y = MARGIN + (self.north - lat) * self.scale
        return round(x, 1), round(y, 1)


def draw(towns: Iterable[Municipality], *, highlighted: Collection[int]) -> Map:
    """`towns` with their accessions fetched; `highlighted` are the keys of those searched for.

    Names stand beside the pioneers, and beside what a search found, if it is not too much.
    """
    few = len(highlighted) <= NAMES_SHOWN
    projection, height, areas = _ground()
    points = [
        Point(
            town,
            *projection.place(town.lon, town.lat),
            kind=partnership(town),
            found=town.pk in highlighted,
            named=town.pk in highlighted and (few or partnership(town) == "pioneer"),
        )
        for town in towns
    ]
    # Members over the others, pioneers on top: what overlaps, hides the less telling one.
    points.sort(key=lambda point: ("none", "member", "pioneer").index(point.kind))
    return Map(WIDTH, height, areas, points)


def partnership(town: Municipality) -> str:
    """How it joined the framework strategy: pioneer, member or none."""
    for accession in town.accessions.all():
        if accession.kind == Accession.Kind.STRATEGY:
            return accession.partner
    return "member" if town.accessions.all() else "none"


@cache
def _ground() -> tuple[Projection, int, tuple[Area, ...]]:
    features = json.loads(OUTLINES.read_text(encoding="utf-8"))["features"]
    corners = [corner for feature in features for ring in _rings(feature) for corner in ring]
    west, east = min(lon for lon, _ in corners), max(lon for lon, _ in corners)
    south, north = min(lat for _, lat in corners), max(lat for _, lat in corners)
    squeeze = cos(radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / ((east - west) * squeeze)
    projection = Projection(west, north, scale, squeeze)
    height = round((north - south) * scale) + 2 * MARGIN
    areas = tuple(_area(feature, projection) for feature in features)
    return projection, height, areas


def _area(feature: dict[str, dict[str, object]], projection: Projection) -> Area:
    rings = (
        "M" + "L".join("{:g} {:g}".format(*projection.place(lon, lat)) for lon, lat in ring) + "Z"
        for ring in _rings(feature)
    )
    return Area(str(feature["properties"]["name"]), "".join(rings))


def _rings(feature: dict[str, dict[str, object]]) -> Iterator[list[tuple[float, float]]]:
    geometry = feature["geometry"]
    shapes = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        shapes = [shapes]
    assert isinstance(shapes, list)  # noqa: S101  (GeoJSON's coordinates)
    for shape in shapes:
        yield from shape
