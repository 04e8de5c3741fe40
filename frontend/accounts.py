"""allauth's mails leave like all others: through the task queue, after the commit."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.mail import EmailMessage
from django_tasks import task


@task()
def send_account_mail(subject: str, body: str, to: list[str], html: str) -> None:
    message = EmailMessage(subject, body, to=to)
    message.send()


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        context = {"email": email, **context}
        message = self.render_mail(template_prefix, email, context)
        send_account_mail.enqueue(message.subject, str(message.body), [email], "")
