"""Several towns answer together: one writes the answer, others are asked to sign it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import NotFound, RuleBroken
from participation.models import CoSignature, OfficialResponse
from participation.models.access import Scope
from participation.queries.municipalities import other_town
from participation.services import statuses, wording


class AlreadyAsked(RuleBroken):
    code = "already_asked"
    message = _("Diese Kommune ist schon gefragt.")


class AlreadyAnswered(RuleBroken):
    code = "already_answered"
    message = _("Diese Anfrage ist schon beantwortet.")


@transaction.atomic
def ask_to_sign(
    *, actor: Actor, reference: str, number: int, to: str, now: datetime
) -> CoSignature:
    """Ask another active town (its slug) to stand behind the answer with this number.

    A later version of the answer has to be signed anew. Locks the idea. Raises NotFound,
    NotAllowed, AlreadyAsked, InvalidInput.
    """
    idea = statuses.locked(actor, reference)
    actor.require(Scope.IDEAS)
    response = OfficialResponse.objects.filter(idea=idea, number=number).first()
    if response is None:
        raise NotFound
    town = other_town(actor, wording.line("to", to, 50, required=True))
    asked, created = CoSignature.objects.get_or_create(
        response=response, municipality=town, defaults={"asked_at": now}
    )
    if not created:
        raise AlreadyAsked
    return asked


def sign(*, actor: Actor, signature_id: int, now: datetime) -> CoSignature:
    """Stand behind the answer, in public. Raises NotFound, NotAllowed, AlreadyAnswered."""
    return _answer(actor, signature_id, CoSignature.State.SIGNED, "", now)


def refuse(*, actor: Actor, signature_id: int, reason: str, now: datetime) -> CoSignature:
    """Do not; the reason is for the colleagues who asked.

    Raises NotFound, NotAllowed, AlreadyAnswered, InvalidInput.
    """
    actor.require(Scope.IDEAS)
    reason = wording.paragraphs("reason", reason, wording.REASON_LENGTH, required=True)
    return _answer(actor, signature_id, CoSignature.State.REFUSED, reason, now)


@transaction.atomic
def _answer(
    actor: Actor, signature_id: int, state: CoSignature.State, reason: str, now: datetime
) -> CoSignature:
    """Locks the signature, so that of two answers at once one counts."""
    actor.require(Scope.IDEAS)
    found = CoSignature.objects.of(actor.town).select_for_update().filter(pk=signature_id).first()
    if found is None:
        raise NotFound
    if found.state != CoSignature.State.ASKED:
        raise AlreadyAnswered
    found.state, found.reason, found.answered_at = state, reason, now
    found.save(update_fields=["state", "reason", "answered_at"])
    return found
