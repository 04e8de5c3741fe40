"""How many are inside, and who came in where."""

from typing import Any, TypedDict

from django.core.cache import caches
from django.db import connection
from django.db.models import Func, IntegerField, Q, Sum
from django.db.models.functions import Coalesce

from participation.actors import Actor
from participation.errors import NotFound
from workshops import policy
from workshops.models import Scan, Slot

# Several open scanners ask for the same numbers all the time: each process counts them anew after
# this many seconds, for all of them. With a question every half second they agree within one.
FRESH_FOR = 0.3


# In words of SQL, because each scan asks it: making it from the models costs more than running it.
COUNT = """
    SELECT COUNT(entered_at), COUNT(*)
    FROM workshops_ticket AS ticket JOIN workshops_booking AS booking
      ON booking.id = ticket.booking_id
    WHERE booking.slot_id = %s AND booking.state IN ('confirmed', 'attended')
      AND ticket.revoked_at IS NULL AND ticket.released_at IS NULL
"""


class DoorCounts(TypedDict):
    """People inside, people with a valid ticket, seats of the slot."""

    inside: int
    expected: int
    seats: int


class GateCounts(TypedDict):
    """Seats that came in and went out (or were taken back) at one gate; empty: none was named."""

    gate: str
    entered: int
    left: int


class LiveCounts(DoorCounts):
    gates: list[GateCounts]


class SeatsMoved(Func):
    """How many seats a scan has moved."""

    function = "JSONB_ARRAY_LENGTH"
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSON_ARRAY_LENGTH", **context)


def door_counts(slot: Slot) -> DoorCounts:
    """One statement."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [slot.pk])
        inside, expected = cursor.fetchone()
    return {"inside": inside, "expected": expected, "seats": slot.capacity}


def live_counts(actor: Actor, slot_id: int) -> LiveCounts:
    """For every open scanner; at most a third of a second old. Three statements, or none.

    Raises LoginRequired, NotAllowed, NotFound.
    """
    policy.run_door(actor)
    key = f"{actor.town.pk}:{slot_id}"
    kept: LiveCounts | None = caches["door_counts"].get(key)
    if kept is not None:
        return kept
    slot = Slot.objects.of(actor.town).filter(pk=slot_id).first()
    if slot is None:
        raise NotFound
    counted: LiveCounts = {**door_counts(slot), "gates": gate_counts(slot)}
    caches["door_counts"].set(key, counted, FRESH_FOR)
    return counted


def gate_counts(slot: Slot) -> list[GateCounts]:
    """By gate, in alphabetical order. One statement."""
    moved = Scan.objects.filter(
        slot=slot, outcome__in=(Scan.Outcome.ADMITTED, Scan.Outcome.UNDONE)
    ).order_by("gate")
    entered = Q(kind=Scan.Kind.ENTRY)
    rows = moved.values("gate").annotate(
        entered=Coalesce(Sum(SeatsMoved("seats"), filter=entered), 0),
        left=Coalesce(Sum(SeatsMoved("seats"), filter=~entered), 0),
    )
    return [{"gate": row["gate"], "entered": row["entered"], "left": row["left"]} for row in rows]
