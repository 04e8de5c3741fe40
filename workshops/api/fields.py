"""Fields that several requests share."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers

from workshops.services.parties import MAX_ACCESS_NEEDS, MAX_NAME

# What a question may be answered with; the schema and the database know the same shapes.
ANSWER: dict[str, Any] = {
    "oneOf": [
        {"type": "string"},
        {"type": "number"},
        {"type": "boolean"},
        {"type": "array", "items": {"type": "string"}},
        {"type": "null"},
    ],
    "description": "Text, number, true or false, an ISO date, or a list of options.",
}
MANAGE_TOKEN = OpenApiParameter(
    "X-Manage-Token",
    str,
    OpenApiParameter.HEADER,
    description="The token of the mail's link; staff with the scope `desk` need none.",
)


def line(longest: int) -> serializers.CharField:
    return serializers.CharField(max_length=longest, required=False, allow_blank=True)


def row_id(**options: Any) -> serializers.IntegerField:
    return serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, required=False, allow_null=True, **options
    )


class AwareTimeField(serializers.DateTimeField):
    """An ISO 8601 time with its offset."""

    default_error_messages = {
        "no_offset": _("Bitte geben Sie die Zeit mit Abstand zu UTC an: 2026-11-28T14:00:00+01:00.")
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        if timezone.is_naive(value):
            self.fail("no_offset")
        return super().enforce_timezone(value)


@extend_schema_field(OpenApiTypes.STR)
class DayOrTimeField(AwareTimeField):
    """A day (2026-11-28) or a time with its offset."""

    def to_internal_value(self, value: Any) -> date | datetime:  # type: ignore[override]
        try:
            day = parse_date(value) if isinstance(value, str) and len(value) == 10 else None
        except ValueError:
            self.fail("invalid", format="2026-11-28")
        if day and not 1 < day.year < 9999:
            self.fail("invalid", format="2026-11-28")
        return day or super().to_internal_value(value)


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": 100})
class PartySizeField(serializers.IntegerField):
    """The service checks the limits, with a sentence that says what to do."""


@extend_schema_field({"type": "string", "format": "email", "maxLength": 254})
class AddressField(serializers.CharField):
    """Checked by the service."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, allow_blank=True, default="", **options)


@extend_schema_field(ANSWER)
class AnswerField(serializers.JSONField):
    """Checked by the service, by the kind of its question."""


class PartyIn(serializers.Serializer[Any]):
    """Who books, and for how many."""

    party_size = PartySizeField()
    name = serializers.CharField(
        required=False, allow_blank=True, default="", help_text=f"At most {MAX_NAME} characters."
    )
    email = AddressField(help_text="Required unless the desk books.")
    language = serializers.ChoiceField(choices=("de", "en"), required=False, default="de")
    organisation = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=MAX_NAME
    )
    phone = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)
    guardian_name = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=MAX_NAME,
        help_text="Required, with the phone, where the workshop `asks_guardian` and a `minor_alone`"
        " comes.",
    )
    guardian_phone = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=40
    )
    minor_alone = serializers.BooleanField(
        required=False,
        default=True,
        help_text="Whether somebody under 16 comes without an adult; not kept.",
    )
    access_needs = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=MAX_ACCESS_NEEDS
    )
    names = serializers.ListField(
        child=serializers.CharField(allow_blank=True, max_length=MAX_NAME),
        required=False,
        default=list,
        max_length=100,
        help_text="For the single tickets, in order.",
    )
    answers = serializers.DictField(
        child=AnswerField(allow_null=True),
        required=False,
        default=dict,
        help_text="Question id → answer.",
    )


def proof_field() -> serializers.CharField:
    return serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=4000,
        help_text="What solves the `challenge` of a `proof_required`, as altcha's solvers give it.",
    )


class BookingIn(PartyIn):
    email_is_meant = serializers.BooleanField(
        required=False,
        default=False,
        help_text="The address is right as it is, however odd: no hint about it.",
    )
    proof = proof_field()
