"""Rude words: what a town does not put on the wall of its hall.

Beginnings and whole words, folded as `words.folded` does it; German and English. A short list
against jokes from the last row, not a judge of opinions: facilitators hide the rest by hand.
"""

import re

_BEGINNINGS = (
    *("arschl", "fick", "fotze", "hurensohn", "hurenk", "wichs", "schlampe", "missgeburt"),
    *("nutte", "schwuchtel", "kanake", "neger", "nigger", "nigga", "motherf", "fuck", "cunt"),
    *("whore", "bitch", "asshole", "faggot", "siegheil", "heilhitler", "scheiss", "kacke"),
)
_WHOLE = frozenset(
    (
        *("arsch", "hure", "huren", "penis", "pimmel", "titten", "porno", "spast", "spasti"),
        *("mongo", "nazi", "hitler", "shit", "pussy", "retard", "vergasen", "vergast", "1488"),
    )
)
_SIGNS = str.maketrans(
    {"1": "i", "3": "e", "4": "a", "0": "o", "5": "s", "7": "t", "$": "s", "@": "a", "!": "i"}
)


def is_rude(text: str) -> bool:
    """Whether one of its words is; digits that stand for letters do not help it."""
    plain = [re.sub(r"[\W_]+", "", part) for part in text.casefold().split()]
    spelled = [re.sub(r"[\W_]+", "", part) for part in text.casefold().translate(_SIGNS).split()]
    whole = [*plain, *spelled, "".join(plain), "".join(spelled)]
    return any(word in _WHOLE or word.startswith(_BEGINNINGS) for word in whole)
