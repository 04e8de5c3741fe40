"""Mails to people who work for a town."""

from django_tasks import task

from participation import secrets
from participation.emails import Mail, send_once
from participation.models import Invitation


@task()
def send_invitation(invitation_id: int) -> None:
    invitation = Invitation.objects.select_related("municipality", "invited_by").get(
        pk=invitation_id
    )
    send_once(
        Mail(
            event=f"invitation-{invitation.pk}",
            to=invitation.email,
            template="invitation",
            context={
                "invitation": invitation,
                "path": f"/konto/einladung/{secrets.derived('invitation', invitation.pk)}/",
            },
        )
    )
