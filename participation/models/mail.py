"""Receipts that keep one event from mailing twice, and the demo's mailbox."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MailReceipt(models.Model):
    """One event that mailed; `event` names it, for example `booking-17-confirm`."""

    event = models.CharField(max_length=120, unique=True)
    sent_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("Versandbeleg")
        verbose_name_plural = _("Versandbelege")

    def __str__(self) -> str:
        return self.event


class DemoMail(models.Model):
    """A mail the demo did not send but shows in the browser."""

    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    attachments = models.JSONField(default=list, help_text=_("Namen der Anhänge"))
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("Demo-Mail")
        verbose_name_plural = _("Demo-Mails")
        ordering = ("-sent_at", "-pk")

    def __str__(self) -> str:
        return self.subject
