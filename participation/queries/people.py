"""What people may see of themselves, and a town of those who work for it."""

from datetime import datetime

from django.db.models import Q, QuerySet

from participation.actors import Actor
from participation.errors import NotFound
from participation.models import Invitation, Membership, User
from participation.models.access import Scope


def roles_of(user: User, now: datetime) -> QuerySet[Membership]:
    """Someone's valid roles with their towns, the network's first."""
    return (
        Membership.objects.filter(_holds_at(now), user=user, valid_from_at__lte=now)
        .select_related("municipality")
        .order_by("municipality__name", "role", "pk")
    )


def team(actor: Actor, now: datetime) -> QuerySet[Membership]:
    """The town's roles, those that begin later too, with their people. Raises NotAllowed."""
    actor.require(Scope.ADMIN)
    return (
        Membership.objects.of(actor.town)
        .filter(_holds_at(now))
        .select_related("user")
        .order_by("user__name", "user__email", "role", "pk")
    )


def member_of_team(actor: Actor, membership_id: int, now: datetime) -> Membership:
    """Raises NotAllowed, NotFound."""
    membership = team(actor, now).filter(pk=membership_id).first()
    if membership is None:
        raise NotFound
    return membership


def open_invitations(actor: Actor, now: datetime) -> QuerySet[Invitation]:
    """Those nobody has accepted yet, the newest first. Raises NotAllowed."""
    actor.require(Scope.ADMIN)
    return (
        Invitation.objects.of(actor.town)
        .filter(accepted_at=None, expires_at__gt=now)
        .order_by("-expires_at", "-pk")
    )


def _holds_at(now: datetime) -> Q:
    return Q(valid_until_at=None) | Q(valid_until_at__gt=now)
