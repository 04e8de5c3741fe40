"""The demo's post office: mails become rows that the page /demo/mailbox/ shows."""

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from participation.models import DemoMail


class DemoMailBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            DemoMail.objects.bulk_create(
                DemoMail(
                    to=recipient,
                    subject=str(message.subject)[:200],
                    text=str(message.body),
                    html=_html_of(message),
                    attachments=[_name_of(part) for part in message.attachments],
                )
                for recipient in message.recipients()
            )
        return len(email_messages)


def _html_of(message: EmailMessage) -> str:
    if isinstance(message, EmailMultiAlternatives) and message.alternatives:
        return str(message.alternatives[0][0])
    return ""


def _name_of(attachment: object) -> str:
    if isinstance(attachment, tuple):
        return str(attachment[0] or "")
    return ""
