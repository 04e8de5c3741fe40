"""Inviting people to work for a town."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from participation import secrets
from participation.actors import Actor
from participation.emails.people import send_invitation
from participation.errors import Gone, InvalidInput, NotAllowed, NotFound, RuleBroken
from participation.models import Invitation, Membership, User
from participation.models.access import NETWORK_ROLES, Role, Scope

VALID_FOR = timedelta(days=14)


class InvitationExpired(Gone):
    code = "invitation_expired"
    message = _("Diese Einladung ist abgelaufen. Bitte lassen Sie sich neu einladen.")


class InvitationUsed(RuleBroken):
    code = "invitation_used"
    message = _("Diese Einladung wurde schon angenommen.")


class InvitationOfAnother(NotAllowed):
    code = "invitation_of_another"
    message = _(
        "Diese Einladung gilt einer anderen E-Mail-Adresse. Bitte melden Sie sich damit an."
    )


@transaction.atomic
def invite(*, actor: Actor, email: str, role: str, now: datetime) -> Invitation:
    """Offer a role of the actor's town by mail, for 14 days; the link holds the only secret.

    Raises NotAllowed, InvalidInput for a bad address, an unknown role or one of the network.
    """
    actor.require(Scope.ADMIN)
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvalidInput("email", "invalid", _("Bitte prüfen Sie die E-Mail-Adresse.")) from error
    if role not in Role.values or role in NETWORK_ROLES:
        raise InvalidInput("role", "unknown_role", _("Diese Rolle gibt es in der Kommune nicht."))
    invitation = Invitation.objects.create(
        municipality=actor.town,
        email=email,
        role=role,
        token_hash=secrets.hashed(secrets.new_token()),
        invited_by=actor.user,
        expires_at=now + VALID_FOR,
    )
    invitation.token_hash = secrets.hashed(secrets.derived("invitation", invitation.pk))
    invitation.save(update_fields=["token_hash"])
    send_invitation.enqueue(invitation.pk)
    return invitation


@transaction.atomic
def accept_invitation(*, user: User, token: str, now: datetime) -> Membership:
    """Take the offered role, once. Locks the invitation.

    Raises NotFound, InvitationOfAnother, InvitationUsed, InvitationExpired.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("municipality")
        .filter(token_hash=secrets.hashed(token))
        .first()
    )
    if invitation is None:
        raise NotFound
    if invitation.email != user.email:
        raise InvitationOfAnother
    if invitation.accepted_at is not None:
        raise InvitationUsed
    if invitation.expires_at <= now:
        raise InvitationExpired
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    membership, _created = Membership.objects.update_or_create(
        user=user,
        municipality=invitation.municipality,
        role=invitation.role,
        defaults={
            "valid_from_at": now,
            "valid_until_at": None,
            "granted_by_id": invitation.invited_by_id,
        },
    )
    return membership
