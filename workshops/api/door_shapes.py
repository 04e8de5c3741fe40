"""What scanners send, and what they get."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from workshops.api.fields import AwareTimeField, PartySizeField
from workshops.api.shapes import BookingOut
from workshops.models import Booking, Gate, Question, RefusedWalkIn, Scan, Ticket
from workshops.services import door

MAX_BATCH = 500
MAX_PRESENTED = 4096


@extend_schema_field({"type": "string", "minLength": 1})
class PresentedField(serializers.CharField):
    """Whatever a scanner read, a bus ticket too: nobody here made it, so nothing is refused."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.validators = []

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data)[:MAX_PRESENTED]


def offline_field() -> serializers.BooleanField:
    return serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Taken without a network; told by the time where it is missing.",
    )


def sent_at_field() -> AwareTimeField:
    return AwareTimeField(
        required=False,
        allow_null=True,
        default=None,
        help_text="The scanner's clock as it sends this: a wrong one is put right by it.",
    )


def answers_field() -> serializers.DictField:
    return serializers.DictField(
        required=False,
        default=dict,
        help_text="To what is asked at the door, by the question's id. Repeat a scan to add them.",
    )


class ScanIn(serializers.Serializer[Any]):
    """`secret` (or the whole address in the QR code), `code` or `walk_in`: one of them."""

    secret = PresentedField(required=False)
    code = PresentedField(required=False, help_text="The six characters of a booking.")
    walk_in = serializers.UUIDField(
        required=False,
        allow_null=True,
        default=None,
        help_text="The `client_uuid` of this scanner's walk-in, whose code it does not know yet.",
    )
    client_uuid = serializers.UUIDField(
        help_text="Made by the scanner; the same again gives the first answer again."
    )
    kind = serializers.ChoiceField(choices=Scan.Kind.choices, required=False, default="entry")
    occurred_at = AwareTimeField(
        required=False, allow_null=True, default=None, help_text="By the scanner's clock."
    )
    sent_at = sent_at_field()
    gate = serializers.CharField(
        required=False, allow_blank=True, allow_null=True, max_length=60, default=""
    )
    force = serializers.CharField(
        required=False,
        allow_blank=True,
        allow_null=True,
        max_length=200,
        default="",
        help_text="A reason to admit although too early, too late or inside already.",
    )
    seats = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=100),
        required=False,
        allow_null=True,
        max_length=100,
        default=None,
        help_text="With a whole booking: these seats only.",
    )
    offline = offline_field()
    answers = answers_field()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not any(attrs.get(name) for name in ("secret", "code", "walk_in")):
            self.fields["secret"].fail("required")
        return attrs


class BatchIn(serializers.Serializer[Any]):
    scans = serializers.ListField(
        child=ScanIn(), allow_empty=False, max_length=MAX_BATCH, help_text="The oldest first."
    )


class ScannedTicketOut(serializers.Serializer[Ticket]):
    seq = serializers.IntegerField()
    name = serializers.SerializerMethodField()
    code = serializers.CharField(source="booking.code")
    party_size = serializers.IntegerField(source="booking.party_size")

    @extend_schema_field(str)
    def get_name(self, ticket: Ticket) -> str:
        return ticket.name or ticket.booking.name


class ScannedBookingOut(serializers.Serializer[Booking]):
    code = serializers.CharField()
    name = serializers.CharField()
    party_size = serializers.IntegerField()


class FirstScanOut(serializers.Serializer[Scan]):
    occurred_at = serializers.DateTimeField()
    gate = serializers.CharField(allow_blank=True)


class ScanOut(serializers.Serializer[door.ScanResult]):
    """`seats`: the numbers that this scan moved; `expected`: all with a valid ticket."""

    outcome = serializers.ChoiceField(choices=Scan.Outcome.choices)
    reason = serializers.ChoiceField(choices=Scan.Reason.choices)
    kind = serializers.ChoiceField(choices=Scan.Kind.choices)
    ticket = ScannedTicketOut(allow_null=True)
    booking = ScannedBookingOut(allow_null=True)
    seats = serializers.ListField(child=serializers.IntegerField())
    first_scan = FirstScanOut(allow_null=True)
    inside = serializers.IntegerField()
    expected = serializers.IntegerField()
    offline = serializers.BooleanField()
    skew_seconds = serializers.IntegerField(
        allow_null=True, help_text="By how much the scanner's time was moved."
    )


class BatchRowOut(ScanOut):
    client_uuid = serializers.UUIDField()
    replay = serializers.BooleanField()


class BatchOut(serializers.Serializer[Any]):
    results = BatchRowOut(many=True)


class DoorFilter(serializers.Serializer[Any]):
    since = AwareTimeField(
        required=False, help_text="Only what has changed since; `as_of` of the answer before."
    )


class WindowOut(serializers.Serializer[Any]):
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()


class DoorTicketOut(serializers.Serializer[Any]):
    """No names: `secret_hash` and `code_hash` are SHA-256 of the salt and what was read."""

    secret_hash = serializers.CharField()
    code_hash = serializers.CharField()
    seq = serializers.IntegerField()
    state = serializers.ChoiceField(choices=("valid", "cancelled", "revoked"))
    inside = serializers.BooleanField()


class DoorBookingOut(serializers.Serializer[Any]):
    """`hash`: the QR code of the whole booking; `answered`: nothing to ask at the door."""

    hash = serializers.CharField(allow_null=True)
    code_hash = serializers.CharField()
    seqs = serializers.ListField(child=serializers.IntegerField())
    answered = serializers.BooleanField()


class GateOut(serializers.ModelSerializer[Gate]):
    class Meta:
        model = Gate
        fields: tuple[str, ...] = ("id", "name")
        read_only_fields: tuple[str, ...] = fields


class DoorQuestionOut(serializers.ModelSerializer[Question]):
    class Meta:
        model = Question
        fields: tuple[str, ...] = (
            "id",
            "kind",
            "text",
            "help_text",
            "options",
            "is_required",
            "depends_on",
            "depends_value",
        )
        read_only_fields: tuple[str, ...] = fields


class DoorOut(serializers.Serializer[Any]):
    """Hashes are hexadecimal SHA-256 of `salt` followed by the secret or the code (upper case,
    letters and digits alone). A scanner forgets all of it at `wipe_at`."""

    as_of = serializers.DateTimeField()
    salt = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    wipe_at = serializers.DateTimeField()
    window = WindowOut()
    inside = serializers.IntegerField()
    expected = serializers.IntegerField()
    seats = serializers.IntegerField()
    gates = GateOut(many=True)
    questions = DoorQuestionOut(many=True)
    tickets = DoorTicketOut(many=True)
    bookings = DoorBookingOut(many=True)


class WalkInIn(serializers.Serializer[Any]):
    party_size = PartySizeField()
    name = serializers.CharField(required=False, allow_blank=True, default="", max_length=120)
    client_uuid = serializers.UUIDField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Made by the scanner; the same again gives the first booking again.",
    )
    occurred_at = AwareTimeField(required=False, allow_null=True, default=None)
    sent_at = sent_at_field()
    offline = offline_field()
    gate = serializers.CharField(required=False, allow_blank=True, default="", max_length=60)
    answers = answers_field()


class WalkInOut(BookingOut):
    """The party is inside at once."""

    inside = serializers.IntegerField()
    expected = serializers.IntegerField()

    class Meta(BookingOut.Meta):
        fields: tuple[str, ...] = (*BookingOut.Meta.fields, "inside", "expected")
        read_only_fields: tuple[str, ...] = fields


class GateCountsOut(serializers.Serializer[Any]):
    """Seats; `gate` is empty where none was named."""

    gate = serializers.CharField(allow_blank=True)
    entered = serializers.IntegerField()
    left = serializers.IntegerField()


class CountsOut(serializers.Serializer[Any]):
    inside = serializers.IntegerField()
    expected = serializers.IntegerField()
    seats = serializers.IntegerField()
    gates = GateCountsOut(many=True)


class ConflictScanOut(serializers.Serializer[Any]):
    """`by`: the name of the device, the person or the key."""

    occurred_at = serializers.DateTimeField()
    gate = serializers.CharField(allow_blank=True)
    by = serializers.CharField(allow_blank=True)


class SettleIn(serializers.Serializer[Any]):
    note = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=200, help_text="One line."
    )


class ConflictOut(serializers.Serializer[Any]):
    """`first` is the entry that stood already; `seat` None: the whole booking. `settled_at` None:
    nobody has seen to it."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Scan.Kind.choices)
    outcome = serializers.ChoiceField(choices=Scan.Outcome.choices)
    reason = serializers.ChoiceField(choices=Scan.Reason.choices)
    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    seat = serializers.IntegerField(allow_null=True)
    received_at = serializers.DateTimeField()
    skew_seconds = serializers.IntegerField(allow_null=True)
    scan = ConflictScanOut()
    first = ConflictScanOut(allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True)
    settled_by = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)


class GivenAtDoorOut(serializers.Serializer[Any]):
    """As people read it."""

    question = serializers.CharField()
    answer = serializers.CharField()


class RefusedWalkInOut(serializers.Serializer[Any]):
    """`by` and `settled_by` as in a conflict; `code` of the booking they have got since, which has
    their `answers` from then on."""

    id = serializers.IntegerField()
    party_size = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)
    gate = serializers.CharField(allow_blank=True)
    by = serializers.CharField(allow_blank=True)
    reason = serializers.ChoiceField(choices=RefusedWalkIn.Reason.choices)
    occurred_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)
    settled_by = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    answers = GivenAtDoorOut(many=True)
    code = serializers.CharField(allow_blank=True)
