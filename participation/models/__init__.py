"""Rows of the ground floor: municipalities, people, access, mail receipts."""

from participation.models.access import ApiKey, Device, IdempotencyRecord, Invitation, Membership
from participation.models.campaigns import Campaign, Phase
from participation.models.ideas import Idea, ReferenceCounter
from participation.models.ideas_desk import (
    Assignment,
    CoSignature,
    InternalNote,
    Merge,
    OfficialResponse,
    Transfer,
    Transition,
)
from participation.models.ideas_people import Comment, Follow, Report, Support
from participation.models.mail import DemoMail, MailReceipt
from participation.models.municipality import Accession, Municipality, Theme
from participation.models.tenant import TenantQuerySet
from participation.models.user import User

__all__ = [
    "Accession",
    "ApiKey",
    "Assignment",
    "Campaign",
    "CoSignature",
    "Comment",
    "DemoMail",
    "Device",
    "Follow",
    "Idea",
    "IdempotencyRecord",
    "InternalNote",
    "Invitation",
    "MailReceipt",
    "Membership",
    "Merge",
    "Municipality",
    "OfficialResponse",
    "Phase",
    "ReferenceCounter",
    "Report",
    "Support",
    "TenantQuerySet",
    "Theme",
    "Transfer",
    "Transition",
    "User",
]
