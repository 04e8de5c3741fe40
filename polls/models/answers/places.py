"""A place on a picture or on the map: `{"pin": [x, y]}`."""

from collections.abc import Iterable, Mapping
from math import cos, radians, sqrt
from typing import Any

from django.utils.translation import gettext_lazy as _

from participation.models import Municipality
from polls.errors import InvalidValue
from polls.models.answers.base import (
    Answer,
    Config,
    QuestionType,
    Spec,
    Value,
    bad_config,
    check_names,
    only_member,
    whole,
)

SIDE = 1000
CELLS = 40
KM_A_DEGREE = 111.32
# Land around a town is roughly a square; a little more of it than its area, so that its edge shows.
AROUND = 0.75
LEAST_KM = 3.0


def box_of(town: Municipality) -> list[float]:
    """The map of a town: west, south, east, north around its place."""
    half = max(LEAST_KM, sqrt(float(town.area_km2)) * AROUND)
    high = half / KM_A_DEGREE
    wide = high / cos(radians(town.lat))
    edges = (town.lon - wide, town.lat - high, town.lon + wide, town.lat + high)
    return [round(edge, 4) for edge in edges]


class Pin(Answer):
    """Thousandths of the width from the left and of the height from the top, 0 to 999.

    Config `on`: `image` (the question's picture) or `map`, with `box` [west, south, east, north]
    in degrees (WGS 84). The tally has a key `<column>:<row>` for each of 40 × 40 cells that was
    named, so it is no larger after ten thousand ballots, and nobody's house is pointed out.
    """

    type = QuestionType.PIN

    def clean_config(self, config: Config, options: int) -> Config:
        self.check_options(options)
        check_names(config, {"on", "box"})
        on = config.get("on", "image")
        if on not in {"image", "map"}:
            raise bad_config("on", _("Bitte wählen Sie ein Bild oder die Karte."))
        if on == "image":
            return {"on": "image"}
        return {"on": "map", "box": _box(config.get("box"))}

    def clean(self, spec: Spec, value: Any) -> Value:
        pin = only_member(value, "pin")
        if not isinstance(pin, list) or len(pin) != 2:
            raise InvalidValue
        return {"pin": [whole(at, 0, SIDE - 1) for at in pin]}

    def adds(self, spec: Spec, value: Value) -> Iterable[tuple[str, int]]:
        column, row = (at * CELLS // SIDE for at in value["pin"])
        return [(f"{column}:{row}", 1)]

    def counts(self, spec: Spec, sums: Mapping[str, int]) -> dict[str, int]:
        return {key: n for key, n in sorted(sums.items()) if n}


def _box(box: Any) -> list[float]:
    numbers = isinstance(box, list) and all(type(edge) in {int, float} for edge in box)
    if numbers and len(box) == 4:
        west, south, east, north = box
        if -180 <= west < east <= 180 and -90 <= south < north <= 90:
            return [float(edge) for edge in box]
    raise bad_config("box", _("Bitte geben Sie den Ausschnitt der Karte an."))
