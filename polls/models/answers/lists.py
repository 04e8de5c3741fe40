"""Something about each of several options: rating, ranking, points."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from polls.errors import InvalidValue
from polls.models.answers.base import (
    Answer,
    Config,
    QuestionType,
    Spec,
    Value,
    bad_config,
    by_option,
    check_names,
    chosen_ids,
    label,
    only_member,
    setting,
)
from polls.models.answers.numbers import scale_config

MOST_RANKED = 12
MOST_POINTS = 1_000_000


class Rating(Answer):
    """`{"ratings": {"<option>": step}}` on one scale; who has no opinion on one leaves it out.

    The tally has a key `<option>:<step>` for each step that was given.
    """

    type = QuestionType.RATING
    fewest, most = 1, 20

    def clean_config(self, config: Config, options: int) -> Config:
        self.check_options(options)
        return scale_config(config)

    def clean(self, spec: Spec, value: Any) -> Value:
        low, high = spec.config["min"], spec.config["max"]
        ratings = by_option(spec, only_member(value, "ratings"), low, high)
        if not ratings:
            raise InvalidValue
        return {"ratings": {str(option): step for option, step in ratings.items()}}

    def adds(self, spec: Spec, value: Value) -> Iterable[tuple[str, int]]:
        return [(f"{option}:{step}", 1) for option, step in value["ratings"].items()]

    def counts(self, spec: Spec, sums: Any) -> dict[str, int]:
        steps = range(spec.config["min"], spec.config["max"] + 1)
        keys = [f"{option}:{step}" for option in spec.options for step in steps]
        return {key: sums.get(key, 0) for key in keys}


class Ranking(Answer):
    """`{"ranking": [id, …]}`: the first `places` (config; all unless said), best first.

    The tally has a key `<option>:<place>`; options have a mean place and, by Borda's count,
    points: places of the ranking minus place plus one.
    """

    type = QuestionType.RANKING
    fewest, most = 2, MOST_RANKED

    def clean_config(self, config: Config, options: int) -> Config:
        self.check_options(options)
        check_names(config, {"places"})
        return {"places": setting(config, "places", options, 1, options)}

    def clean(self, spec: Spec, value: Any) -> Value:
        places = spec.config["places"]
        return {"ranking": chosen_ids(spec, only_member(value, "ranking"), places, places)}

    def adds(self, spec: Spec, value: Value) -> Iterable[tuple[str, int]]:
        return [(f"{option}:{place}", 1) for place, option in enumerate(value["ranking"], start=1)]

    def counts(self, spec: Spec, sums: Any) -> dict[str, int]:
        places = range(1, spec.config["places"] + 1)
        keys = [f"{option}:{place}" for option in spec.options for place in places]
        return {key: sums.get(key, 0) for key in keys}


class Points(Answer):
    """`{"points": {"<option>": n}}`: dots, or a budget in some `unit`.

    Config `total` (1 to 1,000,000; 10 unless said) to give away, at most `max` to one option. The
    tally has the sum under `<option>` and how many gave to it under `<option>:givers`.
    """

    type = QuestionType.POINTS
    fewest, most = 2, 20

    def clean_config(self, config: Config, options: int) -> Config:
        self.check_options(options)
        check_names(config, {"total", "max", "unit"})
        total = setting(config, "total", 10, 1, MOST_POINTS)
        if "max" in config and type(config["max"]) is int and config["max"] > total:
            raise bad_config("max", _("Mehr als alle Punkte kann eine Antwort nicht bekommen."))
        highest = setting(config, "max", total, 1, MOST_POINTS)
        unit = label(config, "unit", 20)
        return {"total": total, "max": highest, **({"unit": unit} if unit else {})}

    def clean(self, spec: Spec, value: Any) -> Value:
        given = by_option(spec, only_member(value, "points"), 0, spec.config["max"])
        points = {str(option): n for option, n in given.items() if n}
        if not points or sum(points.values()) > spec.config["total"]:
            raise InvalidValue
        return {"points": points}

    def adds(self, spec: Spec, value: Value) -> Iterable[tuple[str, int]]:
        for option, n in value["points"].items():
            yield option, n
            yield f"{option}:givers", 1

    def counts(self, spec: Spec, sums: Any) -> dict[str, int]:
        keys = [key for option in spec.options for key in (str(option), f"{option}:givers")]
        return {key: sums.get(key, 0) for key in keys}
