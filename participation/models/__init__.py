"""Rows of the ground floor: municipalities, people, access, mail receipts."""

from participation.models.access import ApiKey, Device, IdempotencyRecord, Invitation, Membership
from participation.models.mail import DemoMail, MailReceipt
from participation.models.municipality import Accession, Municipality, Theme
from participation.models.tenant import TenantQuerySet
from participation.models.user import User

__all__ = [
    "Accession",
    "ApiKey",
    "DemoMail",
    "Device",
    "IdempotencyRecord",
    "Invitation",
    "MailReceipt",
    "Membership",
    "Municipality",
    "TenantQuerySet",
    "Theme",
    "User",
]
