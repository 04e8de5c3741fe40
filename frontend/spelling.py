"""Codes as one reads them aloud on the phone: by the German spelling alphabet, or NATO's."""

from django.utils.translation import get_language

# DIN 5009
GERMAN = (
    "Aachen", "Berlin", "Chemnitz", "Düsseldorf", "Essen", "Frankfurt", "Goslar", "Hamburg",
    "Ingelheim", "Jena", "Köln", "Leipzig", "München", "Nürnberg", "Offenbach", "Potsdam",
    "Quickborn", "Rostock", "Salzwedel", "Tübingen", "Unna", "Völklingen", "Wuppertal",
    "Xanten", "Ypsilon", "Zwickau",
)  # fmt: skip
NATO = (
    "Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India",
    "Juliett", "Kilo", "Lima", "Mike", "November", "Oscar", "Papa", "Quebec", "Romeo",
    "Sierra", "Tango", "Uniform", "Victor", "Whiskey", "X-ray", "Yankee", "Zulu",
)  # fmt: skip


def spelled(code: str) -> list[str]:
    """`["Köln", "7", …]`: a word for each letter, digits as they are."""
    words = NATO if get_language() == "en" else GERMAN
    by_letter = {word[0]: word for word in words}
    return [by_letter.get(character, character) for character in code]
