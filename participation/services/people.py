"""Accounts and roles given by the town or the set-up (people sign up through allauth)."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from participation.models import Membership, Municipality, User


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
