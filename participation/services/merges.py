"""Merging links two ideas; a person counts once, and undoing gives everything back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation import policy
from participation.actors import Actor
from participation.errors import InvalidInput, NotFound, VersionConflict
from participation.models import Idea, Merge
from participation.models.access import Scope
from participation.models.ideas import State
from participation.queries import ideas as queries
from participation.services import statuses
from participation.services.supports import recount


@transaction.atomic
def merge_ideas(
    *, actor: Actor, reference: str, into: str, version: int | None = None, now: datetime
) -> Merge:
    """Let one idea carry on for another. Locks both, in the order of their keys.

    Raises NotFound, NotAllowed, IllegalStep, VersionConflict, InvalidInput (`unknown_idea`: the
    target is not a listed idea of this town, or the idea itself).
    """
    source_id = queries.idea(actor, reference).pk
    actor.require(Scope.MODERATE)
    try:
        target_id = queries.idea(actor, into).pk
    except NotFound as error:
        raise _unknown_target() from error
    rows = {
        row.pk: row
        for row in Idea.objects.of(actor.town)
        .filter(pk__in=(source_id, target_id))
        .order_by("pk")
        .select_for_update()
    }
    # Either may have been handed to another town since it was looked up.
    if source_id not in rows:
        raise NotFound
    if target_id not in rows:
        raise _unknown_target()
    source, target = rows[source_id], rows[target_id]
    if version is not None and version != source.version:
        raise VersionConflict
    policy.require_step(actor, source, State.MERGED)
    if source.pk == target.pk or not target.is_listed:
        raise _unknown_target()
    if Idea.objects.filter(merged_into=source).exists():
        raise policy.IllegalStep(_("In diese Idee sind schon andere aufgegangen."))
    source.merged_into = target
    statuses.move(source, State.MERGED, words=statuses.Step(State.MERGED), actor=actor, now=now)
    recount(target)
    return Merge.objects.create(idea=source, into=target, merged_by=actor.user, merged_at=now)


@transaction.atomic
def undo_merge(*, actor: Actor, reference: str, merge_id: int, now: datetime) -> Merge:
    """Take a merge back: state, link and counts are as if it had not been. Locks both ideas.

    Raises Merge.DoesNotExist (also for another town's), NotAllowed, IllegalStep (undone before).
    """
    actor.require(Scope.MODERATE)
    merged = queries.idea(actor, reference)
    merge = Merge.objects.of(actor.town).get(pk=merge_id, idea=merged)
    rows = {
        row.pk: row
        for row in Idea.objects.filter(pk__in=(merge.idea_id, merge.into_id))
        .order_by("pk")
        .select_for_update()
    }
    merge.refresh_from_db()
    source = rows[merge.idea_id]
    if merge.undone_at or source.state != State.MERGED:
        raise policy.IllegalStep
    back = State(source.state_before)
    statuses.move(source, back, words=statuses.Step(back), actor=actor, now=now)
    recount(rows[merge.into_id])
    recount(source)
    merge.undone_at = now
    merge.save(update_fields=("undone_at",))
    return merge


def _unknown_target() -> InvalidInput:
    return InvalidInput(
        "into", "unknown_idea", _("Bitte nennen Sie das Aktenzeichen einer öffentlichen Idee hier.")
    )
