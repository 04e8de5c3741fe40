"""The order in which questions stand, and a second one like the first."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput
from polls.errors import IllegalStep, NoSuchQuestion, QuestionFrozen
from polls.models import LiveSession, Question, Round
from polls.services import copies, sessions
from polls.services.questions import MAX_QUESTIONS

# No question stands here: while two change places, one of them waits.
ASIDE = 0


@transaction.atomic
def move_question(*, actor: Actor, code: str, question_id: int, up: bool) -> Question:
    """Let a question that was not put yet change places with the one before or after it among
    those that were not put either; the first one stays first, the last one last.

    Locks the session, under which rounds open, too. Raises NotFound, NotAllowed, IllegalStep
    (ended), NoSuchQuestion, QuestionFrozen.
    """
    session, question = _of_session(actor, code, question_id)
    put = Round.objects.exclude(state=Round.State.DRAFT).values("question_id")
    waiting = list(
        Question.objects.filter(session=session)
        .exclude(pk__in=put)
        .order_by("position", "pk")
        .values_list("pk", "position")
    )
    places = [pk for pk, _position in waiting]
    if question.pk not in places:
        raise QuestionFrozen
    here = places.index(question.pk)
    there = here - 1 if up else here + 1
    if 0 <= there < len(waiting):
        _swap(waiting[here], waiting[there])
        sessions.tell_facilitators(session)
    question.refresh_from_db()
    return question


@transaction.atomic
def duplicate_question(*, actor: Actor, code: str, question_id: int) -> Question:
    """A second question with the same words, options, pictures and settings at the end, not put
    yet. Locks the session.

    Raises NotFound, NotAllowed, IllegalStep (ended), NoSuchQuestion, InvalidInput (too many).
    """
    session, question = _of_session(actor, code, question_id)
    if session.questions.count() >= MAX_QUESTIONS:
        raise InvalidInput("text", "too_many_questions", _("Höchstens 100 Fragen je Live-Runde."))
    last = session.questions.aggregate(last=Max("position"))["last"]
    (copy,) = copies.copy_questions([question], session, position=last + 1)
    sessions.tell_facilitators(session)
    return copy


def _of_session(actor: Actor, code: str, question_id: int) -> tuple[LiveSession, Question]:
    session = sessions.locked_session(actor, code)
    if session.state not in {LiveSession.State.DRAFT, LiveSession.State.LIVE}:
        raise IllegalStep
    question = Question.objects.filter(session=session, pk=question_id).first()
    if question is None:
        raise NoSuchQuestion
    return session, question


def _swap(one: tuple[int, int], other: tuple[int, int]) -> None:
    """Positions are unique, so one steps aside while the other moves."""
    for pk, position in ((one[0], ASIDE), (other[0], one[1]), (one[0], other[1])):
        Question.objects.filter(pk=pk).update(position=position)
