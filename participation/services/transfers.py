"""Handing an idea over: offered, then accepted, refused or expired; the reference stays."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation import policy
from participation.actors import Actor
from participation.errors import RuleBroken
from participation.models import Assignment, Idea, Transfer
from participation.models.access import Scope
from participation.queries.municipalities import other_town, theme_by_slug
from participation.services import statuses, wording

ANSWER_WITHIN = timedelta(days=14)


class TransferClosed(RuleBroken):
    code = "transfer_closed"
    message = _("Diese Übergabe ist schon beantwortet oder abgelaufen.")


class TransferOpen(RuleBroken):
    code = "transfer_open"
    message = _("Diese Idee ist schon einer anderen Kommune angeboten.")


@transaction.atomic
def offer_transfer(
    *, actor: Actor, reference: str, to: str, reason: str = "", now: datetime
) -> Transfer:
    """Offer a listed idea to another active municipality (its slug). Locks the idea.

    Raises NotFound, NotAllowed, IllegalStep (not public), TransferOpen, InvalidInput.
    """
    idea = statuses.locked(actor, reference)
    actor.require(Scope.IDEAS)
    if not idea.is_listed:
        raise policy.IllegalStep
    taker = other_town(actor, wording.line("to", to, 50, required=True))
    Transfer.objects.filter(idea=idea, state=Transfer.State.OFFERED, expires_at__lte=now).update(
        state=Transfer.State.EXPIRED
    )
    if Transfer.objects.filter(idea=idea, state=Transfer.State.OFFERED).exists():
        raise TransferOpen
    return Transfer.objects.create(
        idea=idea,
        giver=actor.town,
        taker=taker,
        reason=wording.paragraphs("reason", reason, wording.REASON_LENGTH),
        offered_at=now,
        expires_at=now + ANSWER_WITHIN,
    )


@transaction.atomic
def accept_transfer(
    *, actor: Actor, reference: str, transfer_id: int, theme: str = "", now: datetime
) -> Transfer:
    """Take the idea over, under its reference; assignment and campaign of the giver end.

    `theme` is needed where the idea has a theme of the giver's own. Locks the idea, so that of two
    at once one is told TransferClosed. Raises Transfer.DoesNotExist, NotAllowed, InvalidInput.
    """
    transfer, idea = _open_offer(actor, reference, transfer_id, now)
    if theme or idea.theme.municipality_id is not None:
        idea.theme = theme_by_slug(actor, wording.line("theme", theme, 50, required=True))
    idea.municipality = actor.town
    idea.campaign = None
    idea.version += 1
    idea.save(update_fields=("municipality", "campaign", "theme", "version"))
    Assignment.objects.filter(idea=idea).delete()
    return _answer(transfer, Transfer.State.ACCEPTED, "", now)


@transaction.atomic
def refuse_transfer(
    *, actor: Actor, reference: str, transfer_id: int, reason: str, now: datetime
) -> Transfer:
    """Leave the idea where it is, and say why. Locks the idea.

    Raises Transfer.DoesNotExist, NotAllowed, TransferClosed, InvalidInput.
    """
    transfer, _idea = _open_offer(actor, reference, transfer_id, now)
    answer = wording.paragraphs("reason", reason, wording.REASON_LENGTH, required=True)
    return _answer(transfer, Transfer.State.REFUSED, answer, now)


def _open_offer(
    actor: Actor, reference: str, transfer_id: int, now: datetime
) -> tuple[Transfer, Idea]:
    actor.require(Scope.IDEAS)
    reference = wording.line("reference", reference, 13)
    mine = Transfer.objects.filter(taker=actor.town, idea__reference=reference)
    idea_id = mine.values_list("idea", flat=True).get(pk=transfer_id)
    idea = Idea.objects.select_for_update().get(pk=idea_id)
    transfer = mine.get(pk=transfer_id)
    if transfer.state != Transfer.State.OFFERED or transfer.expires_at <= now:
        raise TransferClosed
    return transfer, idea


def _answer(transfer: Transfer, state: str, answer: str, now: datetime) -> Transfer:
    transfer.state, transfer.answer, transfer.answered_at = state, answer, now
    transfer.save(update_fields=("state", "answer", "answered_at"))
    return transfer
