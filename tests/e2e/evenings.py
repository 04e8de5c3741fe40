"""A date whose door is open, with guests; its workshop asks something at the door where wanted."""

import json
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.conftest import Server
from tests.e2e.test_booking_and_door import open_door

SLOW = 20_000

EVENING = """
import json
from datetime import timedelta
from django.utils import timezone
from participation import actors
from participation.models import Municipality
from workshops.models import Gate, Question, Slot, Workshop
from workshops.services import bookings
from workshops.services.parties import Party
now = timezone.now()
actor = actors.system(Municipality.objects.get(slug="menden"))
workshop = Workshop.objects.of(actor.town).filter(title__startswith="Repair").first()
workshop.pk, workshop.title = None, "Abend am Einlass"
workshop.staff_only = True  # no page that another test looks at shows it
workshop.save()
Gate.objects.get_or_create(venue=workshop.venue, name="Garten")
if {asks}:
    bus = Question.objects.create(
        workshop=workshop, asked="door", kind="choice", text="Wie sind Sie hier?",
        options=["Bus", "Rad"], position=1,
    )
    Question.objects.create(
        workshop=workshop, asked="door", text="Welche Linie?", position=2,
        depends_on=bus, depends_value="Bus",
    )
slot = Slot.objects.create(
    workshop=workshop, starts_at=now + timedelta(minutes=5), ends_at=now + timedelta(hours=2),
    capacity=60, state="open",
)
guests = []
for name, size in {guests}:
    booked = bookings.book_slot(
        actor=actor, slot_id=slot.pk, party=Party(size, name, ""), now=now, source="desk"
    )
    guests.append({{
        "name": name, "code": booked.code, "secret": booked.secret,
        "tickets": [ticket.secret for ticket in booked.tickets.order_by("seq")],
    }})
print(json.dumps({{"slot": slot.pk, "ends_at": slot.ends_at.isoformat(), "guests": guests}}))
"""
ANSWERS = """
import json
from workshops.models import Answer
rows = Answer.objects.filter(booking__slot_id={slot}).order_by("booking_id", "question_id")
print(json.dumps([row.value for row in rows]))
"""
SCANS = """
import json
from workshops.models import Scan
rows = Scan.objects.filter(slot_id={slot}).order_by("pk")
print(json.dumps([[row.kind, row.outcome, row.seats, row.offline] for row in rows]))
"""


class Evening:
    """One date, its door and its guests."""

    def __init__(
        self, server: Server, guests: list[tuple[str, int]], *, asks: bool = False
    ) -> None:
        self._server = server
        made = self._shell(EVENING.format(guests=guests, asks=asks))
        self.slot: int = made["slot"]
        self.ends_at: str = made["ends_at"]
        self.guests: list[dict[str, Any]] = made["guests"]
        self.door = f"/menden/einlass/{self.slot}/"

    def scans(self) -> list[list[Any]]:
        return self._shell(SCANS.format(slot=self.slot))  # type: ignore[no-any-return]

    def answers(self) -> list[Any]:
        return self._shell(ANSWERS.format(slot=self.slot))  # type: ignore[no-any-return]

    def _shell(self, code: str) -> Any:
        return json.loads(self._server.manage("shell", "--verbosity", "0", "-c", code))


# --- At the door ---------------------------------------------------------------------------------


def ready_door(context: BrowserContext, evening: Evening) -> Page:
    """Opened once, with a network: from now on it can do without."""
    page = open_door(context, evening.door)
    expect(page.locator("[data-ready]")).to_be_visible(timeout=SLOW)
    return page


def result(page: Page) -> Locator:
    return page.locator("[data-door-result]")


def waiting(page: Page) -> Locator:
    return page.locator("[data-waiting-count]")


def uploaded(page: Page) -> None:
    expect(page.locator("[data-waiting]")).to_be_hidden(timeout=SLOW)
    expect(page.locator("[data-live]")).to_be_visible(timeout=SLOW)


def scan_by_camera(page: Page) -> None:
    page.get_by_role("button", name="Mit der Kamera scannen").click()
