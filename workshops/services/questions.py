"""What a workshop asks the people who come: the desk's questions, and the answers of a booking."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput, NotFound, SeveralInvalid
from workshops import policy, queries
from workshops.errors import QuestionAnswered, QuestionInUse
from workshops.models import Answer, Booking, Question, RefusedAnswer, RefusedWalkIn
from workshops.services.parties import clean_line
from workshops.services.programme import locked_workshop

Kind = Question.Kind
Asked = Question.Asked

MAX_QUESTIONS = 20
MAX_OPTIONS = 30
MAX_ANSWER = 1000
LARGEST_NUMBER = 10**12
YES, NO = "yes", "no"
WITH_OPTIONS = frozenset({Kind.CHOICE, Kind.SEVERAL})
# Questions whose answers are few enough to hang another question on.
CONDITIONS = WITH_OPTIONS | {Kind.YES_NO}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionDetails:
    """`depends_value` is an option of the question it depends on, or `yes` or `no`."""

    text: str
    kind: str = Kind.TEXT
    asked: str = Asked.BOOKING
    help_text: str = ""
    options: Sequence[str] = ()
    is_required: bool = False
    depends_on_id: int | None = None
    depends_value: str = ""
    keep_days: int = 30


FIELDS = tuple(field.name for field in fields(QuestionDetails))
# What answers were given to: fixed by the first of them.
MEANING = ("kind", "asked", "options", "depends_on_id", "depends_value")


# --- The desk's questions ------------------------------------------------------------------------


@transaction.atomic
def add_question(*, actor: Actor, workshop_id: int, details: QuestionDetails) -> Question:
    """Ask one more thing, last. Locks the workshop. Raises NotFound, InvalidInput."""
    policy.run_programme(actor)
    workshop = locked_workshop(actor, workshop_id)
    present = Question.objects.filter(workshop=workshop, retired_at=None)
    if present.count() >= MAX_QUESTIONS:
        raise InvalidInput("text", "max_length", _("Mehr als 20 Fragen sind zu viele."))
    last = present.aggregate(last=Max("position"))["last"] or 0
    question = Question(workshop=workshop, position=last + 1)
    _apply(question, details)
    question.save(force_insert=True)
    return question


@transaction.atomic
def change_question(*, actor: Actor, question_id: int, details: QuestionDetails) -> Question:
    """Reword a question. What its answers mean is fixed once there is one: retire it and ask anew.

    Locks the workshop, then the question, for which a new answer waits. Raises NotFound,
    InvalidInput, QuestionAnswered.
    """
    question = _locked(actor, question_id)
    before = [getattr(question, name) for name in MEANING]
    _apply(question, details)
    if [getattr(question, name) for name in MEANING] != before:
        if question.answers.exists() or question.refusedanswers.exists():
            raise QuestionAnswered
        if question.dependents.filter(retired_at=None).exists():
            raise QuestionInUse
    question.save(update_fields=FIELDS)
    return question


@transaction.atomic
def move_question(*, actor: Actor, question_id: int, up: bool) -> Question:
    """Change places with the one above or below; at the end of the list nothing happens.

    Locks the workshop. Raises NotFound, and QuestionInUse where a question would come before the
    one it depends on.
    """
    question = _locked(actor, question_id)
    rows = list(
        Question.objects.filter(workshop=question.workshop_id, retired_at=None).order_by(
            "position", "pk"
        )
    )
    here = [row.pk for row in rows].index(question.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return question
    if rows[max(here, there)].depends_on_id == rows[min(here, there)].pk:
        raise QuestionInUse
    rows[here], rows[there] = rows[there], rows[here]
    for position, row in enumerate(rows, start=1):
        row.position = position
    Question.objects.bulk_update(rows, ["position"])
    return rows[there]


@transaction.atomic
def retire_question(*, actor: Actor, question_id: int, now: datetime) -> Question:
    """Ask it no more; its answers stay until their time. Raises NotFound, QuestionInUse."""
    question = _locked(actor, question_id)
    if question.dependents.filter(retired_at=None).exists():
        raise QuestionInUse
    question.retired_at = now
    question.save(update_fields=["retired_at"])
    return question


def _locked(actor: Actor, question_id: int) -> Question:
    policy.run_programme(actor)
    rows = Question.objects.of(actor.town).filter(pk=question_id, retired_at=None)
    workshop_id = rows.values_list("workshop_id", flat=True).first()
    if workshop_id is None:
        raise NotFound
    locked_workshop(actor, workshop_id)
    question = rows.select_for_update(of=("self",)).first()
    if question is None:
        raise NotFound
    return question


def _apply(question: Question, details: QuestionDetails) -> None:
    """Raises InvalidInput."""
    for name in FIELDS:
        setattr(question, name, getattr(details, name))
    question.text = clean_line("text", details.text, required=True, longest=200)
    question.help_text = clean_line("help_text", details.help_text, longest=300)
    if details.kind not in Kind.values:
        raise InvalidInput("kind", "invalid_choice", _("Bitte wählen Sie aus der Liste."))
    if details.asked not in Asked.values:
        raise InvalidInput("asked", "invalid_choice", _("Bitte wählen Sie aus der Liste."))
    question.options = _clean_options(details) if details.kind in WITH_OPTIONS else []
    if not 0 <= details.keep_days <= 3650:
        raise InvalidInput("keep_days", "invalid", _("Möglich sind 0 bis 3650 Tage."))
    _check_condition(question)


def _clean_options(details: QuestionDetails) -> list[str]:
    options = [clean_line("options", option, longest=100) for option in details.options]
    options = [option for option in options if option]
    if not 2 <= len(options) <= MAX_OPTIONS:
        message = _("Bitte geben Sie 2 bis 30 Antworten zur Auswahl an, jede in einer Zeile.")
        raise InvalidInput("options", "invalid", message)
    if len(set(options)) < len(options):
        raise InvalidInput("options", "unique", _("Eine Antwort steht doppelt da."))
    return options


def _check_condition(question: Question) -> None:
    if question.depends_on_id is None:
        question.depends_value = ""
        return
    needed = Question.objects.filter(
        pk=question.depends_on_id, workshop=question.workshop_id, retired_at=None
    ).first()
    if needed is None or needed.kind not in CONDITIONS:
        message = _("Bitte wählen Sie eine Frage mit Auswahl oder mit Ja und Nein.")
        raise InvalidInput("depends_on", "unknown_question", message)
    comes_later = (needed.position, needed.pk or 0) >= (question.position, question.pk or math.inf)
    if comes_later or (needed.asked == Asked.DOOR and question.asked == Asked.BOOKING):
        message = _("Die Bedingung muss vorher gefragt werden. Bitte ordnen Sie die Fragen um.")
        raise InvalidInput("depends_on", "comes_later", message)
    if question.depends_value not in (needed.options or (YES, NO)):
        message = _("Bitte geben Sie eine der Antworten jener Frage an.")
        raise InvalidInput("depends_value", "invalid_choice", message)


# --- Answers -------------------------------------------------------------------------------------

Given = Mapping[str, Any]
Errors = dict[int, InvalidInput]


def clean_answers(
    rows: Sequence[Question],
    given: Given,
    *,
    known: Mapping[int, Any] | None = None,
    is_complete: bool = True,
) -> tuple[dict[int, Any], Errors]:
    """The answers to `rows` as they are stored, and what is wrong with the others, by question.

    `given` has question ids as text. An answer to a question whose condition does not hold is
    dropped; `known` are answers given earlier, for conditions. Unless `is_complete`, required
    questions may stay open. No statement.
    """
    cleaned: dict[int, Any] = {}
    errors: Errors = {}
    for question in rows:
        if not _is_asked(question, {**(known or {}), **cleaned}):
            continue
        try:
            answer = _clean(question, given.get(str(question.pk)))
        except InvalidInput as error:
            errors[question.pk] = error
            continue
        if not _is_blank(answer):
            cleaned[question.pk] = answer
        elif question.is_required and is_complete:
            message = _("Bitte beantworten Sie diese Frage.")
            errors[question.pk] = _wrong(question, "required", message)
    return cleaned, errors


def _clean(question: Question, value: Any) -> Any:
    return None if _is_blank(value) else CLEANERS[question.kind](question, value)


def check_answers(
    workshop_id: int, given: Given, *, asked: str, now: datetime, is_complete: bool = True
) -> dict[int, Any]:
    """What a new booking answers, ready to be written in the same transaction.

    Until its end the questions stay as they are. Raises InvalidInput for each `answers.<id>`.
    """
    rows = queries.asked_questions(workshop_id, asked=asked, now=now, stays=True)
    cleaned, errors = clean_answers(rows, given, is_complete=is_complete)
    _refuse(_unknown(rows, given), errors)
    return cleaned


def write_answers(booking: Booking, cleaned: Mapping[int, Any]) -> None:
    """Insert or replace; one statement, none without answers."""
    if cleaned:
        Answer.objects.bulk_create(
            [Answer(booking=booking, question_id=pk, value=value) for pk, value in cleaned.items()],
            update_conflicts=True,
            unique_fields=["question", "booking"],
            update_fields=["value"],
        )


def keep_answers(refused: RefusedWalkIn, given: Given, *, now: datetime) -> None:
    """What people at the door answered for whom there was no seat, as far as it is right: they are
    inside, so nothing wrong refuses them. At most two statements."""
    if not given:
        return
    rows = queries.asked_questions(refused.slot.workshop_id, asked=Asked.DOOR, now=now, stays=True)
    cleaned, _errors = clean_answers(rows, given, is_complete=False)
    RefusedAnswer.objects.bulk_create(
        RefusedAnswer(refused=refused, question_id=pk, value=value) for pk, value in cleaned.items()
    )


def carry_answers(refused: RefusedWalkIn, booking: Booking) -> None:
    """Into the booking they got, as they were given; three statements."""
    kept = RefusedAnswer.objects.filter(refused=refused)
    write_answers(booking, dict(kept.values_list("question_id", "value")))
    kept.delete()


@transaction.atomic
def store_answers(
    *, booking: Booking, given: Given, asked: str, now: datetime, is_complete: bool = True
) -> dict[int, Any]:
    """Change the answers of a booking: those in `given`; None or an empty one takes one back.

    What is asked no more because of another answer goes too. Who calls this holds the booking's
    lock. Returns all answers of that stage by question. Raises InvalidInput for each
    `answers.<id>`.
    """
    rows = queries.asked_questions(booking.slot.workshop_id, asked=asked, now=now, stays=True)
    own = {row.pk for row in rows}
    known = dict(Answer.objects.filter(booking=booking).values_list("question_id", "value"))
    present = {str(pk): value for pk, value in known.items() if pk in own}
    earlier = {pk: value for pk, value in known.items() if pk not in own}
    cleaned, errors = clean_answers(
        rows, {**present, **given}, known=earlier, is_complete=is_complete
    )
    _refuse(_unknown(rows, given), errors)
    Answer.objects.filter(booking=booking, question_id__in=own - cleaned.keys()).delete()
    write_answers(booking, cleaned)
    return cleaned


def _unknown(rows: Sequence[Question], given: Given) -> list[InvalidInput]:
    known = {str(row.pk) for row in rows}
    message = _("Diese Frage stellt das Angebot nicht.")
    return [
        InvalidInput(f"answers.{name[:20]}", "unknown_question", message)
        for name in given
        if name not in known
    ]


def _refuse(unknown: list[InvalidInput], errors: Errors) -> None:
    """All that is wrong at once. Raises InvalidInput, SeveralInvalid."""
    if wrong := [*unknown, *errors.values()]:
        raise wrong[0] if len(wrong) == 1 else SeveralInvalid(wrong)


def _is_asked(question: Question, answers: Mapping[int, Any]) -> bool:
    if question.depends_on_id is None:
        return True
    answer = answers.get(question.depends_on_id)
    if isinstance(answer, bool):
        return question.depends_value == (YES if answer else NO)
    if isinstance(answer, list):
        return question.depends_value in answer
    return bool(answer == question.depends_value)


def _is_blank(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _wrong(question: Question, code: str, message: Any) -> InvalidInput:
    return InvalidInput(f"answers.{question.pk}", code, message)


def _text(question: Question, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(question, "invalid", _("Bitte antworten Sie mit Text."))
    text = value.replace("\x00", "").strip()
    if len(text) > MAX_ANSWER:
        message = _("Bitte kürzen Sie auf höchstens %(max)s Zeichen.") % {"max": MAX_ANSWER}
        raise _wrong(question, "max_length", message)
    return text


def _number(question: Question, value: Any) -> float:
    try:
        number = float(value.strip().replace(",", ".") if isinstance(value, str) else value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if isinstance(value, bool) or not abs(number) <= LARGEST_NUMBER:
        raise _wrong(question, "invalid", _("Bitte geben Sie eine Zahl ein."))
    return int(number) if number.is_integer() else number


def _choice(question: Question, value: Any) -> str:
    if value not in question.options:
        raise _wrong(question, "invalid_choice", _("Bitte wählen Sie aus der Liste."))
    return str(value)


def _several(question: Question, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(one in question.options for one in value):
        raise _wrong(question, "invalid_choice", _("Bitte wählen Sie aus der Liste."))
    return [option for option in question.options if option in value]


def _yes_no(question: Question, value: Any) -> bool:
    if value in (YES, NO):
        return bool(value == YES)
    if not isinstance(value, bool):
        raise _wrong(question, "invalid", _("Bitte antworten Sie mit Ja oder Nein."))
    return value


def _date(question: Question, value: Any) -> str:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        day = date.min
    if not 1900 <= day.year <= 2200:
        raise _wrong(question, "invalid", _("Bitte geben Sie ein Datum an."))
    return day.isoformat()


CLEANERS: Mapping[str, Callable[[Question, Any], Any]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.CHOICE: _choice,
    Kind.SEVERAL: _several,
    Kind.YES_NO: _yes_no,
    Kind.DATE: _date,
}
