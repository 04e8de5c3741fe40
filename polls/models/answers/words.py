"""A few words each, shown as a cloud: `{"words": ["…"]}`.

Words count as they were typed; what is told folds spellings of the same word together and leaves
out rude ones. So nothing is lost where the folding is wrong, and it can be mended at any time.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from polls.errors import InvalidValue
from polls.models.answers.base import (
    Answer,
    Config,
    QuestionType,
    Spec,
    Value,
    check_names,
    only_member,
    setting,
)
from polls.models.answers.rude import is_rude
from polls.models.answers.texts import one_paragraph

LONGEST = 30
MOST_WORDS = 5
TOLD = 100
# Shorter words that differ in one letter are different words: Haus, Maus.
ALIKE_FROM = 6


class Words(Answer):
    """Config `max`: how many words a ballot has (1 to 5; 3 unless said). One key a word."""

    type = QuestionType.WORDS

    def clean_config(self, config: Config, options: int) -> Config:
        self.check_options(options)
        check_names(config, {"max"})
        return {"max": setting(config, "max", 3, 1, MOST_WORDS)}

    def clean(self, spec: Spec, value: Any) -> Value:
        typed = only_member(value, "words")
        if not isinstance(typed, list) or not 1 <= len(typed) <= spec.config["max"]:
            raise InvalidValue
        words = {folded(word): word for word in (one_paragraph(one, LONGEST) for one in typed)}
        if not all(words):
            raise InvalidValue
        return {"words": list(words.values())}

    def adds(self, spec: Spec, value: Value) -> Iterable[tuple[str, int]]:
        return [(word, 1) for word in value["words"]]

    def shown(self, sums: Mapping[str, int], hidden: Iterable[str]) -> Mapping[str, int]:
        """Without the hidden words, in all of their spellings."""
        taken = {shape for word in hidden for shape in _shapes(folded(word))}
        return {word: n for word, n in sums.items() if taken.isdisjoint(_shapes(folded(word)))}

    def counts(self, spec: Spec, sums: Mapping[str, int]) -> dict[str, int]:
        """The hundred named most, most first, each under its most common spelling."""
        told = [(word, n) for word, n in alike(sums) if not is_rude(word)]
        return dict(sorted(told, key=lambda pair: (-pair[1], pair[0]))[:TOLD])


def folded(word: str) -> str:
    """What two spellings of one word have in common: no case, no hyphens or blanks, ß as ss, ae as
    ä (not every keyboard has it), and an accent the same whether typed in one or after its letter.
    """
    plain = re.sub(r"[\W_]+", "", unicodedata.normalize("NFC", word).casefold())
    return plain.replace("ae", "ä").replace("oe", "ö").replace("ue", "ü")


def same_word(one: str, other: str) -> bool:
    """Whether the two are spellings of one word."""
    return not set(_shapes(folded(one))).isdisjoint(_shapes(folded(other)))


def alike(sums: Mapping[str, int]) -> list[tuple[str, int]]:
    """Spellings of one word as one: by `folded`, and from six letters on with one letter's
    difference, where it goes to the more common one.
    """
    names: dict[str, str] = {}
    totals: dict[str, int] = {}
    for word, n in sorted(sums.items(), key=lambda pair: (-pair[1], pair[0])):
        if n > 0:
            key = folded(word)
            names.setdefault(key, word)
            totals[key] = totals.get(key, 0) + n
    merged: dict[str, int] = {}
    near: dict[str, str] = {}
    for key in sorted(totals, key=lambda key: (-totals[key], key)):
        shapes = _shapes(key)
        home = next((near[shape] for shape in shapes if shape in near), key)
        if home == key:
            near.update(dict.fromkeys(shapes, key))
        merged[home] = merged.get(home, 0) + totals[key]
    return [(names[key], n) for key, n in merged.items()]


def _shapes(key: str) -> list[str]:
    """The word and it less each one letter: two words that share a shape differ by one letter."""
    if len(key) < ALIKE_FROM:
        return [f"={key}"]
    return [key, *(key[:at] + key[at + 1 :] for at in range(len(key)))]
