"""One way out for every mail: plain and HTML from two templates, once per event.

A service enqueues a task with ids inside its transaction; the task calls `send_once`. The receipt
and the hand-over to the mail server share one transaction: a worker killed before the hand-over
leaves no receipt and the retry mails; one killed after the commit has its receipt and the retry
does not. A fixed Message-ID per event lets the receiving server drop the one duplicate that a crash
in between can make.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils import translation

from participation.models import MailReceipt


@dataclass(frozen=True, slots=True)
class Mail:
    """`template` names `mail/<template>.txt` (its first line is the subject) and `.html`.

    `attachments` are (file name, content, MIME type).
    """

    event: str
    to: str
    template: str
    language: str = "de"
    context: dict[str, Any] = field(default_factory=dict)
    attachments: Sequence[tuple[str, bytes, str]] = ()


@transaction.atomic
def send_once(mail: Mail) -> bool:
    """Send, unless this event has mailed already. Returns whether a mail went out."""
    _receipt, created = MailReceipt.objects.get_or_create(event=mail.event)
    if not created:
        return False
    with translation.override(mail.language):
        context = {"site_url": settings.SITE_URL, "language": mail.language, **mail.context}
        subject, _newline, text = _plain(f"mail/{mail.template}.txt", context).partition("\n")
        subject = " ".join(subject.split())  # no line break, so no header of someone else's
        html = render_to_string(f"mail/{mail.template}.html", context | {"subject": subject})
    message = EmailMultiAlternatives(
        subject=subject,
        body=text.strip() + "\n",
        to=[mail.to],
        headers={
            "Message-ID": f"<{mail.event}@{urlsplit(settings.SITE_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(html, "text/html")
    for name, content, mimetype in mail.attachments:
        message.attach(name, content, mimetype)
    message.send()
    return True


def _plain(template: str, context: dict[str, Any]) -> str:
    """The template as plain text: an apostrophe in a name stays one."""
    text = Engine.get_default().get_template(template).render(Context(context, autoescape=False))
    return text.strip()
