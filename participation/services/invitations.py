"""Inviting people to work for a town."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from participation import secrets
from participation.actors import Actor
from participation.emails.people import send_invitation
from participation.errors import Gone, InvalidInput, NotAllowed, NotFound, RuleBroken
from participation.models import Invitation, Membership, User
from participation.models.access import NETWORK_ROLES, Role, Scope
from participation.queries import people

VALID_FOR = timedelta(days=14)


class NoSuchInvitation(NotFound):
    code = "invitation_unknown"
    message = _(
        "Diese Einladung kennen wir nicht. Bitte öffnen Sie den Link genau so, wie er in der "
        "E-Mail steht."
    )


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

    Raises NotAllowed, InvalidInput for a bad address, someone who has the role already, an unknown
    role or one of the network.
    """
    actor.require(Scope.ADMIN)
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvalidInput("email", "invalid", _("Bitte prüfen Sie die E-Mail-Adresse.")) from error
    if role not in Role.values or role in NETWORK_ROLES:
        raise InvalidInput("role", "unknown_role", _("Diese Rolle gibt es in der Kommune nicht."))
    if people.team(actor, now).filter(user__email=email, role=role).exists():
        message = _("Diese Person hat die Rolle schon.")
        raise InvalidInput("email", "already_member", message)
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
def withdraw_invitation(*, actor: Actor, invitation_id: int, now: datetime) -> Invitation:
    """End an invitation nobody has accepted: its link says that it is over.

    Locks it. Raises NotAllowed, NotFound, InvitationUsed.
    """
    actor.require(Scope.ADMIN)
    rows = Invitation.objects.of(actor.town).select_for_update()
    invitation = rows.filter(pk=invitation_id).first()
    if invitation is None:
        raise NotFound
    if invitation.accepted_at is not None:
        raise InvitationUsed
    invitation.expires_at = min(invitation.expires_at, now)
    invitation.save(update_fields=["expires_at"])
    return invitation


def find_invitation(*, user: User | None, token: str, now: datetime) -> Invitation:
    """What its link shows before anyone accepts; a guest (None) may still log in as the invited.

    Raises what `accept_invitation` raises.
    """
    return _valid(Invitation.objects.all(), user, token, now)


@transaction.atomic
def accept_invitation(*, user: User, token: str, now: datetime) -> Membership:
    """Take the offered role, once. Locks the invitation.

    Raises NoSuchInvitation, InvitationOfAnother, InvitationUsed, InvitationExpired.
    """
    invitation = _valid(Invitation.objects.select_for_update(of=("self",)), user, token, now)
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


def _valid(rows: QuerySet[Invitation], user: User | None, token: str, now: datetime) -> Invitation:
    invitation = (
        rows.select_related("municipality").filter(token_hash=secrets.hashed(token)).first()
    )
    if invitation is None:
        raise NoSuchInvitation
    if user is not None and invitation.email != user.email:
        raise InvitationOfAnother
    if invitation.accepted_at is not None:
        raise InvitationUsed
    if invitation.expires_at <= now:
        raise InvitationExpired
    return invitation
