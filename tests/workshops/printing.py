"""A town, a date and guests to print for."""

from uuid import uuid4

from tests.workshops.factories import NOW
from workshops.models import Booking, Scan


def came(booking: Booking, *seats: int, state: str = Booking.State.ATTENDED) -> None:
    """These seats were let in, and the date is over."""
    Scan.objects.create(
        slot=booking.slot,
        booking=booking,
        seats=list(seats),
        principal="device-1",
        client_uuid=uuid4(),
        kind=Scan.Kind.ENTRY,
        outcome=Scan.Outcome.ADMITTED,
        reason=Scan.Reason.OK,
        occurred_at=NOW,
        received_at=NOW,
    )
    Booking.objects.filter(pk=booking.pk).update(state=state)
    booking.refresh_from_db(fields=["state"])
