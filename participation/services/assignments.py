"""What colleagues tell each other about an idea, and who deals with it."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput
from participation.models import Assignment, InternalNote, User
from participation.models.access import Scope
from participation.queries import ideas as queries
from participation.queries import inbox
from participation.services import statuses, wording


@transaction.atomic
def add_note(*, actor: Actor, reference: str, text: str, now: datetime) -> InternalNote:
    """Keep a note that only this town's staff reads. Raises NotFound, NotAllowed, InvalidInput."""
    idea = queries.idea(actor, reference)
    actor.require(Scope.MODERATE)
    return InternalNote.objects.create(
        municipality=actor.town,
        idea=idea,
        text=wording.paragraphs("text", text, wording.COMMENT_LENGTH, required=True),
        author=actor.user,
        created_at=now,
    )


@transaction.atomic
def assign(
    *,
    actor: Actor,
    reference: str,
    person_id: int | None = None,
    department: str = "",
    due_date: date | None = None,
    now: datetime,
) -> Assignment:
    """Say who deals with an idea; the last word counts. Locks the idea.

    Raises NotFound, NotAllowed, InvalidInput (`unknown_person`: nobody of this town's staff).
    """
    idea = statuses.locked(actor, reference)
    actor.require(Scope.IDEAS)
    person: User | None = None
    if person_id is not None:
        person = inbox.case_workers(actor, now).filter(pk=person_id).first()
        if person is None:
            raise InvalidInput(
                "person", "unknown_person", _("Bitte wählen Sie eine Person aus der Liste.")
            )
    assignment, _created = Assignment.objects.update_or_create(
        idea=idea,
        defaults={
            "person": person,
            "department": wording.line("department", department, 120),
            "due_date": due_date,
            "assigned_at": now,
        },
    )
    return assignment
