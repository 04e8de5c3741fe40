"""Dates of the past months, with who came and who did not: what the figures are made of."""

from datetime import datetime, time, timedelta
from uuid import uuid4

from django.utils import timezone

from frontend.demo.people import PIONEERS
from participation import actors, queries
from participation.actors import Actor
from workshops import queries as workshop_queries
from workshops.models import Booking, Slot, Workshop
from workshops.queries import figures
from workshops.services import bookings, door, scheduling, walk_ins
from workshops.services.parties import Party

PARTIES = (2, 1, 3, 1, 2, 4, 1, 2)
SEATS = 16
WEEKS_AGO = (2, 5, 9, 14)
GUESTS = ("Ayla Demir", "Jonas Weber", "Familie Schröder", "Marta Nowak", "Ben Richter")


def load(now: datetime) -> None:
    for slug in PIONEERS:
        actor = actors.system(queries.municipality_by_slug(slug))
        long_ago = timezone.localdate(now) - timedelta(days=366)
        if figures.totals(actor, figures.Period(long_ago, timezone.localdate(now))).dates:
            continue
        offers = [row for row in workshop_queries.workshops(actor) if row.venue_id][:3]
        for number, workshop in enumerate(offers):
            for weeks in WEEKS_AGO[: 2 + (slug == "menden") * 2]:
                day = timezone.localdate(now) - timedelta(weeks=weeks, days=number)
                zone = timezone.get_default_timezone()
                starts_at = datetime.combine(day, time(15 + number), tzinfo=zone)
                _took_place(actor, workshop, starts_at, weeks + number)


def _took_place(actor: Actor, workshop: Workshop, starts_at: datetime, mix: int) -> None:
    details = scheduling.SlotDetails(
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), capacity=SEATS
    )
    slot = scheduling.create_slot(
        actor=actor, workshop_id=workshop.pk, details=details, state=Slot.State.OPEN
    )
    for number in range(4 + mix % 3):
        size = PARTIES[(number + mix) % len(PARTIES)]
        booking = bookings.book_slot(
            actor=actor,
            slot_id=slot.pk,
            party=Party(size=size, name=GUESTS[number % len(GUESTS)]),
            now=starts_at - timedelta(days=6),
            source="desk",
        )
        if (number + mix) % 6:
            _comes(actor, slot, booking, starts_at)
    if mix % 2:
        walk_ins.walk_in(actor=actor, slot_id=slot.pk, party_size=1, name="", now=starts_at)
    scheduling.finish_slot(actor=actor, slot_id=slot.pk, now=slot.ends_at)


def _comes(actor: Actor, slot: Slot, booking: Booking, at: datetime) -> None:
    door.scan(
        actor=actor, slot_id=slot.pk, secret_or_code=booking.code, client_uuid=uuid4(), now=at
    )
