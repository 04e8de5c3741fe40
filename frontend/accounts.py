"""allauth's mails leave like all others: through the task queue, after the commit, once."""

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from participation.emails import Mail, send_once


@task()
def send_account_mail(event: str, to: str, heading: str, body: str, language: str) -> None:
    """`heading` becomes the subject; `body` is plain text, which the HTML part repeats."""
    send_once(
        Mail(
            event=event,
            to=to,
            template="account",
            language=language,
            context={"heading": heading, "body": body},
        )
    )


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    # Where allauth's German says „du“.
    error_messages = DefaultAccountAdapter.error_messages | {
        "cannot_remove_primary_email": _(
            "Das ist Ihre Hauptadresse. Bitte legen Sie erst eine andere als Hauptadresse fest."
        ),
        "enter_current_password": _("Bitte geben Sie Ihr jetziges Passwort ein."),
        "max_email_addresses": _("Mehr als %d E-Mail-Adressen sind nicht möglich."),
        "too_many_login_attempts": _(
            "Zu viele Versuche. Bitte warten Sie ein paar Minuten und versuchen Sie es dann wieder."
        ),
        "unverified_primary_email": _(
            "Bitte bestätigen Sie diese Adresse, bevor sie Ihre Hauptadresse wird."
        ),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        message = self.render_mail(template_prefix, email, {"email": email, **context})
        send_account_mail.enqueue(
            event=f"account-{uuid.uuid4()}",
            to=email,
            heading=str(message.subject),
            body=str(message.body),
            language=(get_language() or "de")[:2],
        )
