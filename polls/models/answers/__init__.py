"""What a ballot may say and what it adds to the tally, one class per type of question.

A further type is one more class here and one more choice in `QuestionType`.
"""

from polls.models.answers.base import MAX_OPTIONS, Answer, QuestionType, Spec, Value
from polls.models.answers.choices import Image, Multiple, Quiz, Single, YesNo
from polls.models.answers.lists import Points, Ranking, Rating
from polls.models.answers.numbers import Number, Scale
from polls.models.answers.places import CELLS, Pin
from polls.models.answers.texts import Text
from polls.models.answers.words import LONGEST as LONGEST_WORD
from polls.models.answers.words import Words, same_word

__all__ = [
    "ANSWERS",
    "CELLS",
    "LONGEST_WORD",
    "MAX_OPTIONS",
    "Answer",
    "QuestionType",
    "Spec",
    "Value",
    "YesNo",
    "same_word",
]

ANSWERS: dict[str, Answer] = {
    kind.type: kind()
    for kind in (
        *(Single, Multiple, YesNo, Quiz, Image),
        *(Scale, Number, Rating, Ranking, Points),
        *(Words, Text, Pin),
    )
}
