"""One date with all that the desk looks after: a class, answers, a minimum, a queue."""

from datetime import datetime, timedelta

from django.utils import timezone

from participation import actors, queries
from participation.actors import Actor
from workshops import queries as workshop_queries
from workshops.models import Booking, Slot, Workshop
from workshops.services import bookings, messages, programme, reconfirmations, scheduling, waiting
from workshops.services.parties import Party

TITLE = "Roboter für Anfänger"
FAMILIES = (("Familie Schröder", 4, 2), ("Ayla Demir", 2, 2), ("Ernst Vogel", 1, 1))


def load(now: datetime) -> None:
    actor = actors.system(queries.municipality_by_slug("menden"))
    if any(one.title == TITLE for one in workshop_queries.workshops(actor, text=TITLE)):
        return
    workshop = programme.create_workshop(
        actor=actor,
        details=programme.WorkshopDetails(
            title=TITLE,
            text="Kleine Roboter fahren, drehen und lernen sprechen. Ohne Vorwissen.",
            theme="bildung",
            venue_id=next(iter(workshop_queries.venues(actor))).pk,
            audience="Schulklassen und Familien",
            asks_reconfirmation=True,
        ),
        state=Workshop.State.PUBLISHED,
    )
    slot = _slot(actor, workshop, now + timedelta(days=2), 44)
    _slot(actor, workshop, now + timedelta(days=16), 44)
    _fill(actor, slot, now)


def _slot(actor: Actor, workshop: Workshop, day: datetime, capacity: int) -> Slot:
    starts_at = timezone.localtime(day).replace(minute=0, second=0, microsecond=0)
    details = scheduling.SlotDetails(
        starts_at=starts_at - timedelta(hours=1),
        ends_at=starts_at + timedelta(hours=1),
        capacity=capacity,
        min_seats=20,
        decides_at=starts_at - timedelta(days=1),
    )
    return scheduling.create_slot(
        actor=actor, workshop_id=workshop.pk, details=details, state=Slot.State.OPEN
    )


def _fill(actor: Actor, slot: Slot, now: datetime) -> None:
    school = Party(
        28,
        "Frau Yıldız",
        "klasse6b@example.org",
        organisation="Realschule Menden, Klasse 6b",
        access_needs="Ein Platz für einen Rollstuhl",
    )
    _book(actor, slot, school, now, source=Booking.Source.GROUP)
    asked = [
        _book(actor, slot, Party(size, name, email), now)
        for size, name, email in (
            (4, "Jonas Weber", "jonas.weber@example.org"),
            (3, "Marta Nowak", "marta.nowak@example.org"),
        )
    ]
    _book(actor, slot, Party(9, "Hannelore Brandt", phone="02373 903-0"), now)
    for name, size, least in FAMILIES:
        email = f"{name.split()[-1].lower().replace('ö', 'oe')}@example.org"
        waiting.join(
            actor=actor, slot_id=slot.pk, party=Party(size, name, email), min_party=least, now=now
        )
    reconfirmations.ask_who_comes(now=now)
    reconfirmations.answer(booking_id=asked[0].pk, seats=3, now=now)
    messages.write_to_guests(
        actor=actor,
        slot_id=slot.pk,
        subject="Parken",
        text="Der Hof ist wegen des Marktes gesperrt. Bitte parken Sie am Bahnhof.",
        now=now,
    )


def _book(
    actor: Actor, slot: Slot, party: Party, now: datetime, source: str = Booking.Source.DESK
) -> Booking:
    return bookings.book_slot(actor=actor, slot_id=slot.pk, party=party, now=now, source=source)
