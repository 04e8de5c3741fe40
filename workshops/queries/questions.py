"""What a workshop asks, and what a booking has answered."""

from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from participation.actors import Actor
from participation.errors import NotFound
from workshops import policy
from workshops.models import Answer, Booking, Question, RefusedAnswer, Workshop


def questions(actor: Actor, workshop_id: int) -> QuerySet[Question]:
    """The desk's list, in order, each with `is_answered`; retired ones are gone. One statement.

    Raises NotFound, LoginRequired, NotAllowed.
    """
    policy.run_programme(actor)
    if not Workshop.objects.of(actor.town).filter(pk=workshop_id).exists():
        raise NotFound
    given = Answer.objects.filter(question=OuterRef("pk"))
    refused = RefusedAnswer.objects.filter(question=OuterRef("pk"))
    return (
        Question.objects.filter(workshop_id=workshop_id, retired_at=None)
        .select_related("depends_on")
        .annotate(is_answered=Exists(given) | Exists(refused))
        .order_by("position", "pk")
    )


def question(actor: Actor, question_id: int) -> Question:
    """For the desk. Raises NotFound, LoginRequired, NotAllowed."""
    policy.run_programme(actor)
    found = (
        Question.objects.of(actor.town)
        .select_related("workshop", "depends_on")
        .filter(pk=question_id, retired_at=None)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def asked_questions(
    workshop_id: int, *, asked: str, now: datetime, stays: bool = False
) -> list[Question]:
    """What is asked at booking or at the door, in order; one statement.

    `stays`: until the end of the transaction nobody changes what an answer to them means. Only the
    desk's change waits for that (it locks the question whole), no other answer does.
    """
    rows = Question.objects.filter(
        Q(retired_at=None) | Q(retired_at__gt=now), workshop_id=workshop_id, asked=asked
    ).order_by("position", "pk")
    if not stays or connection.vendor != "postgresql":
        return list(rows.select_related("depends_on"))
    # The weakest lock of PostgreSQL, for which Django has no word.
    sql, params = rows.query.sql_with_params()
    return list(Question.objects.raw(f"{sql} FOR KEY SHARE", params))


def answers(booking: Booking) -> list[Answer]:
    """What a booking has answered, in the order of the questions; one statement."""
    return list(
        Answer.objects.filter(booking=booking)
        .select_related("question")
        .order_by("question__position", "question", "pk")
    )
