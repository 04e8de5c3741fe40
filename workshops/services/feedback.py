"""What guests say afterwards: stars and a text, once a booking, and by nobody in particular."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from workshops import policy, tickets
from workshops.errors import AlreadyAnswered, FeedbackClosed
from workshops.models import Feedback
from workshops.queries import feedback as answers
from workshops.services.parties import clean_text

OPEN_FOR = timedelta(days=30)
LONGEST_TEXT = 2000


@transaction.atomic
def give(*, token: str, stars: int, text: str, now: datetime) -> Feedback:
    """Store an answer: 1 to 5 stars. Nothing of it leads back to the booking.

    Raises NotFound for a token that is none, FeedbackClosed 30 days after the date or where nothing
    is asked, AlreadyAnswered, InvalidInput.
    """
    asked = answers.feedback_asked(token)
    if not asked.slot.workshop.feedback_question or now > asked.slot.ends_at + OPEN_FOR:
        raise FeedbackClosed
    if isinstance(stars, bool) or not isinstance(stars, int) or not 1 <= stars <= 5:
        raise InvalidInput("stars", "invalid", _("Bitte wählen Sie 1 bis 5 Sterne."))
    answer = Feedback(
        slot=asked.slot,
        token_hash=tickets.feedback_hash(token),
        stars=stars,
        text=clean_text("text", text, LONGEST_TEXT),
    )
    try:
        with transaction.atomic():
            answer.save(force_insert=True)
    except IntegrityError:
        raise AlreadyAnswered from None
    return answer


@transaction.atomic
def erase_text(*, actor: Actor, slot_id: int, feedback_id: int) -> Feedback:
    """Take a text away that names somebody or insults; the stars stay.

    Raises NotFound, LoginRequired, NotAllowed.
    """
    policy.run_programme(actor)
    rows = Feedback.objects.of(actor.town).filter(slot_id=slot_id, pk=feedback_id)
    answer = rows.select_for_update(of=("self",)).first()
    if answer is None:
        raise NotFound
    answer.text = ""
    answer.save(update_fields=["text"])
    return answer
