"""How many statements a booking and a scan take, authentication included: eight at most, but for
the booking of a logged-in person with questions."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from participation.models import Municipality, User
from participation.models.access import Role
from tests.factories import make_user, member
from tests.workshops.conftest import client
from tests.workshops.factories import book, make_slot
from workshops.models import Question, Slot

# Committed for real: inside a test's own transaction there would be savepoints to count.
pytestmark = pytest.mark.django_db(transaction=True)
TOWN = "/api/v1/municipalities/menden"
MOST = 8


def statements(api: APIClient, path: str, body: dict[str, Any]) -> list[str]:
    """Of a POST that succeeds; where a transaction begins and ends is no question of its own."""
    with CaptureQueriesContext(connection) as captured:
        assert api.post(f"{TOWN}/{path}", body).status_code == 201
    asked = [row["sql"] for row in captured]
    return [sql for sql in asked if not sql.startswith(("BEGIN", "COMMIT"))]


@pytest.mark.parametrize("scopes", [(), ("desk",)], ids=["guest", "desk"])
@pytest.mark.parametrize("size", [1, 10])
def test_a_booking(town: Municipality, soon: datetime, scopes: tuple[str, ...], size: int) -> None:
    slot = make_slot(town, starts_at=soon, capacity=30)
    api = client(town, *scopes) if scopes else APIClient()
    body = {"party_size": size, "name": "Kim", "email": "kim@example.org"}
    asked = statements(api, f"slots/{slot.pk}/bookings/", body)
    assert len(asked) <= MOST, "\n".join(asked)


def test_a_booking_with_all_there_is_to_say(town: Municipality, soon: datetime) -> None:
    slot = make_slot(town, starts_at=soon)
    asked = [Question.objects.create(workshop=slot.workshop, text="Was?") for _ in range(3)]
    body = {
        "party_size": 2,
        "name": "Kim",
        "email": "kim@example.org",
        "access_needs": "Rampe",
        "answers": {str(question.pk): "Das" for question in asked},
    }
    needed = statements(APIClient(), f"slots/{slot.pk}/bookings/", body)
    assert len(needed) <= MOST, "\n".join(needed)


@pytest.mark.parametrize("shown", ["ticket", "booking"])
@pytest.mark.parametrize("who", ["key", "person"])
def test_a_scan(town: Municipality, slot: Slot, door: APIClient, who: str, shown: str) -> None:
    booking = book(slot, 4, now=slot.starts_at)
    if who == "person":
        door = logged_in(member(None, town, Role.DOOR))
    secret = booking.secret if shown == "booking" else booking.tickets.order_by("seq")[0].secret
    body = {"secret": secret, "client_uuid": str(uuid4()), "kind": "entry"}
    asked = statements(door, f"slots/{slot.pk}/scans/", body)
    assert len(asked) <= MOST, "\n".join(asked)


def logged_in(who: User) -> APIClient:
    api = APIClient()
    api.force_login(who)
    return api


@pytest.mark.parametrize(
    ("who", "plain", "answers", "access_needs"),
    [
        ("guest", 5, 7, 8),
        ("citizen", 8, 10, 11),
        ("key", 6, 8, 9),
        ("desk", 9, 11, 12),
    ],
)
def test_what_each_part_of_a_booking_takes(
    town: Municipality, soon: datetime, who: str, plain: int, answers: int, access_needs: int
) -> None:
    """The table of docs/performance.md, which says why some are above eight."""
    slot = make_slot(town, starts_at=soon, capacity=30)
    api = {
        "guest": APIClient(),
        "key": client(town, "desk"),
        "citizen": logged_in(make_user()),
        "desk": logged_in(member(None, town, Role.FACILITATOR)),
    }[who]

    def taken(**more: Any) -> int:
        body = {"party_size": 2, "name": "Kim", "email": f"kim-{len(more)}@example.org", **more}
        return len(statements(api, f"slots/{slot.pk}/bookings/", body))

    assert taken() == plain
    asked = [Question.objects.create(workshop=slot.workshop, text="Was?") for _ in range(3)]
    given = {str(question.pk): "Das" for question in asked}
    assert taken(answers=given) == answers
    assert taken(answers=given, access_needs="Rampe") == access_needs
