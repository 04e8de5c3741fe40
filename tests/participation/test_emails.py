"""Every mail once, in its reader's language, with nobody else's headers."""

import threading
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import connection, transaction
from pytest_django import Settings

from participation import actors
from participation.demo_mail import DemoMailBackend
from participation.emails import Mail, send_once
from participation.models import DemoMail, MailReceipt, Municipality
from participation.services import invitations

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def letter(town: Municipality, language: str = "de") -> Mail:
    offered = invitations.invite(
        actor=actors.system(town), email="kim@example.org", role="door", now=NOW
    )
    return Mail(
        event="invitation-1",
        to="kim@example.org",
        template="invitation",
        language=language,
        context={"invitation": offered, "path": "/x/"},
        attachments=[("termin.ics", b"BEGIN:VCALENDAR", "text/calendar")],
    )


@pytest.mark.django_db
def test_text_html_headers_and_attachment(town: Municipality) -> None:
    town.name = "O'Brien & Söhne <b>"
    town.save(update_fields=["name"])
    assert send_once(letter(town)) is True
    [message] = mail.outbox
    assert isinstance(message, EmailMultiAlternatives)
    assert message.subject == "Einladung, in O'Brien & Söhne <b> mitzuarbeiten"
    assert "in O'Brien & Söhne <b> als „Einlass“" in str(message.body)
    assert "O&#x27;Brien &amp; Söhne &lt;b&gt;" in str(message.alternatives[0][0])
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert message.extra_headers["Message-ID"] == "<invitation-1@127.0.0.1>"
    assert message.attachments[0][0] == "termin.ics"
    assert message.recipients() == ["kim@example.org"]


@pytest.mark.django_db
def test_no_one_adds_a_header(town: Municipality) -> None:
    town.name = "Menden\r\nBcc: alle@example.org"
    town.save(update_fields=["name"])
    send_once(letter(town))
    [message] = mail.outbox
    raw = message.message()
    assert raw["Bcc"] is None
    assert message.recipients() == ["kim@example.org"]
    assert "\n" not in message.subject
    assert "\r" not in message.subject


@pytest.mark.django_db
def test_the_same_event_mails_once(town: Municipality) -> None:
    message = letter(town)
    assert [send_once(message), send_once(message)] == [True, False]
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_refuses_leaves_no_receipt(
    town: Municipality, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "tests.participation.test_emails.Refusing"
    message = letter(town)
    with pytest.raises(OSError, match="down"):
        send_once(message)
    assert not MailReceipt.objects.exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_once(message) is True


class Refusing(DemoMailBackend):
    def send_messages(self, email_messages: object) -> int:
        raise OSError("down")


@pytest.mark.django_db(transaction=True)
def test_a_rollback_mails_nothing(town: Municipality) -> None:
    def broken() -> None:
        with transaction.atomic():
            letter(town)
            raise LookupError

    with pytest.raises(LookupError):
        broken()
    assert not town.invitations.exists()
    assert mail.outbox == []


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_one(town: Municipality) -> None:
    message, sent = letter(town), []
    start = threading.Barrier(8)

    def work() -> None:
        start.wait()
        try:
            sent.append(send_once(message))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == [False] * 7 + [True]
    assert len(mail.outbox) == MailReceipt.objects.count() == 1


@pytest.mark.django_db
def test_the_demo_s_post_office_keeps_every_mail() -> None:
    message = EmailMultiAlternatives("S" * 300, "Text", to=["a@example.org"], cc=["b@example.org"])
    message.attach_alternative("<p>Text</p>", "text/html")
    message.attach("a.ics", b"x", "text/calendar")
    plain = EmailMessage("Kurz", "Nur Text", to=["c@example.org"])
    assert DemoMailBackend().send_messages([message, plain]) == 2
    kept = DemoMail.objects.order_by("pk").values_list("to", "text", "html", "attachments")
    assert list(kept) == [
        ("a@example.org", "Text", "<p>Text</p>", ["a.ics"]),
        ("b@example.org", "Text", "<p>Text</p>", ["a.ics"]),
        ("c@example.org", "Nur Text", "", []),
    ]
