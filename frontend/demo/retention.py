"""Two evenings that are over in Menden: one whose guests are forgotten soon, one on legal hold; and
the record of somebody who wanted to be forgotten at once."""

from datetime import datetime, timedelta

from participation import actors, queries
from participation.actors import Actor
from workshops import privacy
from workshops import queries as workshop_queries
from workshops.models import Slot, Workshop
from workshops.services import bookings, programme, scheduling
from workshops.services.parties import Party

TITLE = "Lesekreis am Abend"
TEXT = "Wir lesen vor und reden darüber. Im Herbst geht es weiter."
GUESTS = ("Ayla Demir", "Jonas Weber", "Marta Nowak")


def load(now: datetime) -> None:
    actor = actors.system(queries.municipality_by_slug("menden"))
    if any(one.title == TITLE for one in workshop_queries.workshops(actor, text=TITLE)):
        return
    details = programme.WorkshopDetails(title=TITLE, text=TEXT, theme="kultur")
    workshop = programme.create_workshop(
        actor=actor, details=details, state=Workshop.State.PUBLISHED
    )
    _evening(actor, workshop, now - timedelta(days=20))
    held = _evening(actor, workshop, now - timedelta(days=13))
    reason = "Versicherungsfall, Az. 32-114/26"
    privacy.set_hold(actor=actor, slot_id=held.pk, reason=reason, now=now)


def _evening(actor: Actor, workshop: Workshop, starts_at: datetime) -> Slot:
    starts_at = starts_at.replace(minute=0, second=0, microsecond=0)
    details = scheduling.SlotDetails(
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), capacity=12
    )
    slot = scheduling.create_slot(
        actor=actor, workshop_id=workshop.pk, details=details, state=Slot.State.OPEN
    )
    before = starts_at - timedelta(days=5)
    booked = [
        bookings.book_slot(
            actor=actor,
            slot_id=slot.pk,
            party=Party(size=1 + number, name=name),
            now=before,
            source="desk",
        )
        for number, name in enumerate(GUESTS)
    ]
    after = starts_at + timedelta(hours=3)
    scheduling.finish_slot(actor=actor, slot_id=slot.pk, now=after)
    privacy.erase_booking(booking_id=booked[-1].pk, now=after)
    return slot
