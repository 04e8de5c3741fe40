"""The desk's guest list, messages to all, classes, and the waiting list by REST."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django_tasks_db.models import DBTaskResult
from rest_framework.test import APIClient

from participation import actors
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.models import Municipality
from participation.services import housekeeping
from tests.workshops.factories import NOW, book, make_slot, make_workshop, party, staff
from tests.workshops.mails import deliver, recipients, run_tasks
from workshops import emails
from workshops.errors import IllegalStep, OfferTooLate, SlotFull
from workshops.models import Booking, GuestMessage, Slot, WaitEntry
from workshops.services import bookings, messages, scheduling, waiting


@pytest.fixture
def evening(town: Municipality) -> Slot:
    return make_slot(town, workshop=make_workshop(town, title="Löten"), capacity=30)


def write(slot: Slot, text: str = "Bitte am Hof parken.", at: datetime = NOW) -> GuestMessage:
    town = slot.workshop.municipality
    return messages.write_to_guests(
        actor=staff(town), slot_id=slot.pk, subject="Parken", text=text, now=at
    )


# --- Messages ------------------------------------------------------------------------------------


def test_a_message_reaches_each_guest_once(evening: Slot) -> None:
    for name in ("ada", "kim"):
        book(evening, email=f"{name}@example.org")
    gone = book(evening, email="gone@example.org")
    bookings.cancel_booking(booking_id=gone.pk, now=NOW)
    deliver()
    message = write(evening)
    assert write(evening).pk == message.pk
    assert recipients() == ["ada@example.org", "kim@example.org"]
    assert mail.outbox[0].subject == "Parken"
    assert "Bitte am Hof parken." in mail.outbox[0].body
    assert write(evening, at=NOW + timedelta(minutes=10)).pk != message.pk


@pytest.mark.parametrize("killed_after", [0, 1, 2, 3])
def test_a_killed_worker_mails_nobody_twice_and_forgets_nobody(
    evening: Slot, killed_after: int
) -> None:
    for name in ("ada", "kim", "zoe"):
        book(evening, email=f"{name}@example.org")
    deliver()
    mail.outbox.clear()
    write(evening)
    run_tasks(most=killed_after)
    # The worker was killed after the mail had left and before the task was marked as done.
    emails.send_guest_message.enqueue(GuestMessage.objects.get().pk)
    run_tasks()
    assert sorted(to for message in mail.outbox for to in message.to) == [
        "ada@example.org",
        "kim@example.org",
        "zoe@example.org",
    ]


def test_a_task_left_running_is_tried_again(evening: Slot) -> None:
    booking = book(evening, email="ada@example.org")
    deliver()
    write(evening)
    job = DBTaskResult.objects.get()
    assert DBTaskResult.objects.filter(pk=job.pk).update(
        status="RUNNING", started_at=NOW, worker_ids=["killed"]
    )
    assert deliver() == []
    housekeeping.retry_failed_tasks(now=NOW + timedelta(minutes=10))
    assert recipients() == [booking.email]


def test_messages_are_refused(evening: Slot, town: Municipality, other_town: Municipality) -> None:
    given: dict[str, Any] = {"slot_id": evening.pk, "subject": "A", "text": "B", "now": NOW}
    for wrong in ({"subject": ""}, {"subject": "x" * 121}, {"text": " "}, {"text": "x" * 5001}):
        with pytest.raises(InvalidInput):
            messages.write_to_guests(actor=staff(town), **{**given, **wrong})
    with pytest.raises(NotFound):
        messages.write_to_guests(actor=staff(other_town), **given)
    with pytest.raises(LoginRequired):
        messages.write_to_guests(actor=actors.guest(town), **given)
    scheduling.cancel_slot(actor=staff(town), slot_id=evening.pk, now=NOW)
    with pytest.raises(IllegalStep):
        messages.write_to_guests(actor=staff(town), **given)


def test_messages_by_rest(desk: APIClient, api: APIClient, evening: Slot) -> None:
    url = f"/api/v1/municipalities/menden/slots/{evening.pk}/messages/"
    body = {"subject": "Parken", "text": "Am Hof."}
    assert api.post(url, body, format="json").status_code == 401
    assert desk.post(url, {"subject": "Parken"}, format="json").status_code == 400
    answer = desk.post(url, body, format="json")
    assert (answer.status_code, answer.json()["subject"]) == (201, "Parken")
    assert [row["text"] for row in desk.get(url).json()["results"]] == ["Am Hof."]


# --- Guests --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_by_rest_costs_the_same_for_all(
    desk: APIClient, evening: Slot, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        book(evening, name=f"Gast {number}", access_needs="Rampe")
    # Key and town, slot, guests.
    with django_assert_num_queries(3):
        page = desk.get(f"/api/v1/municipalities/menden/slots/{evening.pk}/guests/?page_size=100")
    assert len(page.json()["results"]) == rows
    assert page.json()["results"][0]["access_needs"] == "Rampe"


def test_guests_by_rest(desk: APIClient, api: APIClient, door: APIClient, evening: Slot) -> None:
    book(evening, 2, name="=Ada", access_needs="Rampe")
    book(evening, name="Kim")
    url = f"/api/v1/municipalities/menden/slots/{evening.pk}/guests"
    assert api.get(f"{url}/").status_code == 401
    assert door.get(f"{url}/").status_code == 403
    assert [row["name"] for row in desk.get(f"{url}/?q=ada").json()["results"]] == ["=Ada"]
    assert desk.get(f"{url}/?shown=held").json()["results"] == []
    assert desk.get(f"{url}/?shown=all").status_code == 400
    sheet = desk.get(f"{url}.csv")
    assert sheet["Content-Type"] == "text/csv; charset=utf-8"
    assert sheet.content.decode("utf-8-sig").splitlines()[1].startswith("'=Ada;;2;0;")
    assert b"Rampe" not in sheet.content
    assert b"Rampe" in desk.get(f"{url}.csv?needs=true").content
    assert desk.get(f"{url}.xlsx").content.startswith(b"PK")
    refused = api.get(f"{url}.xlsx")
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")


def test_a_class_by_rest(desk: APIClient, api: APIClient, soon: datetime, town: Any) -> None:
    slot = make_slot(town, starts_at=soon, capacity=40)
    url = f"/api/v1/municipalities/menden/slots/{slot.pk}/groups/"
    body = {"party_size": 28, "name": "Frau Yıldız", "organisation": "Schule am Park"}
    assert api.post(url, body, format="json").status_code == 401
    answer = desk.post(url, body, format="json")
    assert (answer.status_code, answer.json()["seats"]) == (201, 28)
    assert Booking.objects.get().source == "group"
    assert desk.post(url, body | {"party_size": 101}, format="json").status_code == 400
    assert desk.post(url, body, format="json").json()["code"] == "slot_full"


# --- Waiting list --------------------------------------------------------------------------------


@pytest.fixture
def full(town: Municipality) -> Slot:
    slot = make_slot(town, capacity=3)
    book(slot, 3)
    return slot


def join(slot: Slot, size: int = 1, **fields: Any) -> WaitEntry:
    guest = actors.guest(slot.workshop.municipality)
    who = party(size, **fields)
    return waiting.join(actor=guest, slot_id=slot.pk, party=who, now=NOW)


@pytest.mark.parametrize(
    ("hours_left", "minutes"),
    [(100, 24 * 60), (48, 24 * 60), (24, 12 * 60), (3, 90), (2, 60), (1.5, 30), (1.2, None)],
)
def test_offers_get_shorter_as_the_date_nears(
    town: Municipality, hours_left: float, minutes: int | None
) -> None:
    slot = make_slot(town, starts_at=NOW + timedelta(hours=hours_left))
    until = waiting.offer_ends_at(slot, NOW)
    assert until == (None if minutes is None else NOW + timedelta(minutes=minutes))


def test_the_place_in_line_is_told_as_it_is(full: Slot, api: APIClient, town: Municipality) -> None:
    first = join(full, 2)
    second = join(full, 1, email="zoe@example.org")
    sent = {message.to[0]: message for message in deliver() if "Warteliste" in message.subject}
    family, told = sent[first.email], sent["zoe@example.org"]
    assert "Zurzeit stehen Sie an Stelle 2." in told.body
    # Nobody needs less than one seat: only a family may be overtaken.
    assert ["Kleinere Gruppen" in mail.body for mail in (family, told)] == [True, False]
    url, token = f"/api/v1/waiting/{second.code}/", {"X-Manage-Token": second.token}
    assert api.get(url).status_code == 404
    assert api.get(url, headers=token).json()["place_in_line"] == 2
    waiting.set_priority(actor=staff(town), entry_id=second.pk, priority=1)
    assert api.get(url, headers=token).json()["place_in_line"] == 1
    waiting.leave(entry_id=second.pk, now=NOW)
    assert api.get(url, headers=token).json()["place_in_line"] is None


def test_an_offer_by_hand(full: Slot, town: Municipality, other_town: Municipality) -> None:
    first, second = join(full, 2), join(full, 1)

    def offer(entry: WaitEntry, actor: Any = None, at: datetime = NOW) -> WaitEntry:
        return waiting.offer_by_hand(actor=actor or staff(town), entry_id=entry.pk, now=at)

    with pytest.raises(SlotFull):
        offer(second)
    Slot.objects.filter(pk=full.pk).update(capacity=4)
    with pytest.raises(SlotFull):
        offer(first)
    with pytest.raises(NotFound):
        offer(second, staff(other_town))
    with pytest.raises(LoginRequired):
        offer(second, actors.guest(town))
    with pytest.raises(OfferTooLate):
        offer(second, at=full.starts_at - timedelta(minutes=70))
    assert offer(second).state == offer(second).state == "offered"
    assert Booking.objects.filter(source="waiting_list").count() == 1
    waiting.decline(entry_id=second.pk, now=NOW)
    with pytest.raises(IllegalStep):
        offer(second)


def test_a_lapsed_offer_is_told(full: Slot) -> None:
    entry = join(full, 3)
    booked = Booking.objects.get(state="confirmed")
    bookings.cancel_booking(booking_id=booked.pk, now=NOW)
    deliver()
    bookings.release_expired_holds(now=NOW + timedelta(hours=24))
    (message,) = deliver()
    assert message.to == [entry.email]
    assert message.subject.startswith("Das Angebot gilt nicht mehr")
    assert f"/menden/termine/{full.pk}/warteliste/" in message.body


def test_who_waits_for_what_is_over_is_told(full: Slot, town: Municipality) -> None:
    entry = join(full)
    deliver()
    scheduling.finish_slot(actor=staff(town), slot_id=full.pk, now=full.ends_at)
    entry.refresh_from_db()
    assert entry.state == "closed"
    (message,) = deliver()
    assert "ist vorbei" in message.body
    assert message.to == [entry.email]


def test_the_desk_steers_the_list_by_rest(
    desk: APIClient, api: APIClient, town: Municipality, soon: datetime
) -> None:
    slot = make_slot(town, capacity=1, starts_at=soon + timedelta(days=3))
    book(slot, now=soon)
    guest = actors.guest(town)
    entry = waiting.join(actor=guest, slot_id=slot.pk, party=party(1), now=soon)
    url = f"/api/v1/municipalities/menden/waiting/{entry.code}/"
    assert api.patch(url, {"priority": 5}, format="json").status_code == 401
    assert desk.patch(url, {"priority": 5}, format="json").json()["priority"] == 5
    assert desk.patch(url, {"priority": 101}, format="json").status_code == 400
    assert desk.post(f"{url}offer/").json()["code"] == "slot_full"
    Slot.objects.filter(pk=slot.pk).update(capacity=2)
    assert desk.post(f"{url}offer/").json()["state"] == "offered"
    assert desk.post(f"{url}remove/").json()["state"] == "left"
    assert desk.post("/api/v1/municipalities/menden/waiting/AAAAAAAA/offer/").status_code == 404


def test_a_thousand_guests_of_one_name_each_come_once(desk: APIClient, evening: Slot) -> None:
    """Pages sort by the name; within it, a page knows its place by counting."""
    Booking.objects.bulk_create(
        Booking(
            slot=evening,
            code=f"A{number:05}",
            party_size=1,
            name="Kim",
            state=Booking.State.CONFIRMED,
            confirm_token_hash=f"{number:064}",
            created_at=NOW,
        )
        for number in range(1150)
    )
    url: Any = f"/api/v1/municipalities/menden/slots/{evening.pk}/guests/?page_size=100"
    seen: list[str] = []
    for _hundred in range(12):
        page = desk.get(url).json()
        seen += [row["code"] for row in page["results"]]
        url = page["next"]
    assert url is None
    assert len(seen) == len(set(seen)) == 1150
