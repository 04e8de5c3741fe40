"""The web server killed (-9): what it has answered stands, the rest is whole or not there."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db.models import Sum
from django.utils import timezone

from participation.models import Municipality
from tests.faults.conftest import Start, web_server
from tests.faults.services import free_port
from tests.workshops.factories import make_key, make_slot
from workshops.models import Booking, Slot, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
GUESTS = 60
THREADS = 8


def post(port: int, path: str, body: dict[str, Any], **headers: str) -> tuple[int, dict[str, Any]]:
    """Raises OSError or HTTPException where the server is gone."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    sent = {"Content-Type": "application/json", **headers}
    line.request("POST", f"/api/v1/{path}", json.dumps(body), sent)
    answer = line.getresponse()
    return answer.status, json.loads(answer.read())


def seats_add_up(slot: Slot) -> int:
    slot.refresh_from_db()
    booked = Booking.objects.seated().filter(slot=slot).aggregate(n=Sum("party_size"))["n"] or 0
    assert slot.seats_taken == booked <= slot.capacity
    return slot.seats_taken


def test_a_hold_survives_the_server_and_is_confirmed(town: Municipality, start: Start) -> None:
    slot = make_slot(town, capacity=4, starts_at=timezone.now() + timedelta(days=3))
    port = free_port()
    server = web_server(start, port)
    body = {"party_size": 3, "name": "Kim", "email": "kim@example.org"}
    status, held = post(port, f"municipalities/menden/slots/{slot.pk}/bookings/", body)
    assert (status, held["state"]) == (201, "held")
    server.kill()

    token = Booking.objects.get().confirm_token  # what the mail says
    web_server(start, port)
    status, booking = post(port, "bookings/confirm/", {"token": token})
    assert (status, booking["state"], len(booking["tickets"])) == (200, "confirmed", 3)
    assert post(port, "bookings/confirm/", {"token": token}) == (200, booking)
    assert seats_add_up(slot) == 3
    assert Ticket.objects.count() == 3


class Guests:
    """Each books one seat under a key of their own, once or again."""

    def __init__(self, slot: Slot, port: int) -> None:
        self.path = f"municipalities/menden/slots/{slot.pk}/bookings/"
        self.port = port
        self.key = make_key(slot.workshop.municipality, "desk")
        self.answered: list[str] = []
        self.some = Event()

    def book(self, number: int) -> int | None:
        name = f"Kim {number}"
        headers = {"Authorization": self.key, "Idempotency-Key": f"key-{number}"}
        try:
            status, _answer = post(self.port, self.path, {"party_size": 1, "name": name}, **headers)
        except (OSError, http.client.HTTPException):
            return None
        self.answered.append(name)
        if len(self.answered) == 5:
            self.some.set()
        return status


def test_a_server_killed_while_many_book(town: Municipality, start: Start) -> None:
    """A retry with the same key gives each guest one booking at most, whatever was answered."""
    slot = make_slot(town, capacity=2 * GUESTS, starts_at=timezone.now() + timedelta(days=3))
    port = free_port()
    server, guests = web_server(start, port), Guests(slot, port)
    with ThreadPoolExecutor(THREADS) as pool:
        jobs = [pool.submit(guests.book, number) for number in range(GUESTS)]
        assert guests.some.wait(60), server.log.read_text()
        server.kill()
        assert None in [job.result(timeout=60) for job in jobs]
    stored = set(Booking.objects.values_list("name", flat=True))
    assert set(guests.answered) <= stored
    assert seats_add_up(slot) == len(stored) == Ticket.objects.count()

    web_server(start, port)
    again = [guests.book(number) for number in range(GUESTS)]
    # 409: the first was cut off between its key and its answer; it may be sent with a new key.
    assert set(again) <= {201, 409}
    assert again.count(201) >= GUESTS - THREADS
    names = Booking.objects.values_list("name", flat=True)
    assert len(names) == len(set(names)) == seats_add_up(slot)
