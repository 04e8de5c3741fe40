"""A course in Menden that was yesterday: certificates to print, and what guests said about it."""

from datetime import datetime, time, timedelta
from uuid import uuid4

from django.utils import timezone

from participation import actors, queries
from workshops import queries as workshop_queries
from workshops import tickets
from workshops.models import Booking, Slot, Workshop
from workshops.services import bookings, door, feedback, programme, scheduling
from workshops.services.parties import Party

TITLE = "Grundkurs Calliope mini"
TEXT = (
    "Vom ersten Blinken bis zum eigenen Spiel: Wir programmieren den kleinen Rechner, den auch die"
    " Schulen nutzen. Am Ende gibt es eine Bescheinigung."
)
QUESTION = "Was nehmen Sie mit, und was fehlte Ihnen?"
GUESTS = ("Ayla Demir", "Jonas Weber", "Marta Nowak", "Ben Richter", "Lea Koch", "Kim Muster")
SAID = (
    (5, "Meine Tochter will jetzt jeden Tag weiterbauen. Danke!"),
    (4, "Sehr geduldig erklärt. Die Zeit für das eigene Spiel war etwas knapp."),
    (5, ""),
    (3, "Gut, aber der Raum war ziemlich warm."),
    (5, "Endlich verstehe ich, was eine Schleife ist."),
)


def load(now: datetime) -> None:
    actor = actors.system(queries.municipality_by_slug("menden"))
    if any(one.title == TITLE for one in workshop_queries.workshops(actor, text=TITLE)):
        return
    place = workshop_queries.venues(actor).first()
    workshop = programme.create_workshop(
        actor=actor,
        details=programme.WorkshopDetails(
            title=TITLE,
            text=TEXT,
            theme="bildung",
            audience="Ab 10 Jahren und Erwachsene",
            venue_id=place.pk if place else None,
            feedback_question=QUESTION,
            gives_certificate=True,
        ),
        state=Workshop.State.PUBLISHED,
    )
    zone = timezone.get_default_timezone()
    yesterday = timezone.localdate(now) - timedelta(days=1)
    starts_at = datetime.combine(yesterday, time(15), tzinfo=zone)
    slot = scheduling.create_slot(
        actor=actor,
        workshop_id=workshop.pk,
        details=scheduling.SlotDetails(
            starts_at=starts_at, ends_at=starts_at + timedelta(hours=3), capacity=12
        ),
        state=Slot.State.OPEN,
    )
    guests = [_guest(actor, slot, name) for name in GUESTS]
    scheduling.finish_slot(actor=actor, slot_id=slot.pk, now=slot.ends_at)
    for guest, (stars, text) in zip(guests, SAID, strict=False):
        feedback.give(token=tickets.feedback_token(guest), stars=stars, text=text, now=slot.ends_at)


def _guest(actor: actors.Actor, slot: Slot, name: str) -> Booking:
    """Booked last week, and came."""
    email = f"{name.lower().replace(' ', '.')}@example.org"
    booking = bookings.book_slot(
        actor=actor,
        slot_id=slot.pk,
        party=Party(size=1, name=name, email=email),
        now=slot.starts_at - timedelta(days=6),
        source=Booking.Source.DESK,
    )
    door.scan(
        actor=actor,
        slot_id=slot.pk,
        secret_or_code=booking.code,
        client_uuid=uuid4(),
        now=slot.starts_at,
    )
    return booking
