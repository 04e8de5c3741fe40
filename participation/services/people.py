"""Accounts and roles given by the town or the set-up (people sign up through allauth)."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import NotFound, RuleBroken
from participation.models import Membership, Municipality, User
from participation.models.access import Role, Scope


class LastAdmin(RuleBroken):
    code = "last_admin"
    message = _(
        "Das ist die letzte Leitung der Kommune. Laden Sie zuerst jemanden ein, der sie übernimmt."
    )


@transaction.atomic
def create_account(*, email: str, name: str, password: str) -> User:
    """An account with a verified address; an existing one is returned as it is."""
    user = User.objects.filter(email__iexact=email).first()
    if user is not None:
        return user
    user = User.objects.create_user(email, password, name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def grant_role(
    *,
    user: User,
    role: str,
    municipality: Municipality | None,
    now: datetime,
    granted_by: User | None = None,
) -> Membership:
    """Give a person a role in a town (in the network with None), from now on; twice is once."""
    membership, _created = Membership.objects.get_or_create(
        user=user,
        municipality=municipality,
        role=role,
        defaults={"valid_from_at": now, "granted_by": granted_by},
    )
    return membership


@transaction.atomic
def end_membership(*, actor: Actor, membership_id: int, now: datetime) -> Membership:
    """Take a role back from now on; what the person wrote stays. Ending it twice is once.

    Locks the town, so that two heads cannot end each other. Raises NotAllowed, NotFound, LastAdmin.
    """
    actor.require(Scope.ADMIN)
    Municipality.objects.select_for_update(no_key=True).get(pk=actor.town.pk)
    memberships = Membership.objects.of(actor.town)
    membership = memberships.select_related("user").filter(pk=membership_id).first()
    if membership is None:
        raise NotFound
    if membership.valid_until_at is not None and membership.valid_until_at <= now:
        return membership
    heads = memberships.filter(
        Q(valid_until_at=None) | Q(valid_until_at__gt=now), role=Role.ADMIN, valid_from_at__lte=now
    )
    if membership.role == Role.ADMIN and not heads.exclude(pk=membership.pk).exists():
        raise LastAdmin
    if membership.valid_from_at >= now:
        membership.delete()
        return membership
    membership.valid_until_at = now
    membership.save(update_fields=["valid_until_at"])
    return membership
