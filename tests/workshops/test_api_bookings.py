"""Bookings through the REST door: who gets what, and what bad input is told."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from rest_framework.test import APIClient

from participation.models import Municipality
from participation.models.access import Role
from tests.factories import member
from tests.workshops.conftest import client
from tests.workshops.factories import book, hold, make_slot, make_workshop
from workshops.models import Booking, Question, Slot, Workshop

BOOKING = {"party_size": 2, "name": "Kim", "email": "kim@example.org"}


def url(slot: Slot, rest: str = "bookings/", town: str = "menden") -> str:
    return f"/api/v1/municipalities/{town}/slots/{slot.pk}/{rest}"


def post(api: APIClient, path: str, body: object, **headers: Any) -> Any:
    return api.post(path, body, format="json", headers=headers or None)


def problem(answer: Any) -> tuple[int, str, list[tuple[str, str]]]:
    assert answer["Content-Type"].startswith("application/problem+json")
    body = answer.json()
    assert body["detail"]
    fields = [(error["attr"], error["code"]) for error in body.get("errors", [])]
    return answer.status_code, body["code"], fields


class TestBook:
    def test_a_guest_is_held_until_the_mail_confirms(self, api: APIClient, slot: Slot) -> None:
        answer = post(api, url(slot), BOOKING)
        body = answer.json()
        assert answer.status_code == 201
        assert (body["state"], body["seats"], body["tickets"]) == ("held", 2, [])
        assert datetime.fromisoformat(body["expires_at"]).tzinfo is not None
        token = Booking.objects.get(code=body["code"]).confirm_token
        confirmed = post(api, "/api/v1/bookings/confirm/", {"token": token}).json()
        assert (confirmed["state"], len(confirmed["tickets"])) == ("confirmed", 2)
        again = post(api, "/api/v1/bookings/confirm/", {"token": token})
        assert (again.status_code, again.json()) == (200, confirmed)
        picture = api.get(confirmed["tickets"][0]["qr_svg_url"].partition(":8000")[2])
        assert picture["Content-Type"] == "image/svg+xml; charset=utf-8"
        assert picture.content.startswith(b"<svg")
        assert b"style=" not in picture.content

    def test_the_same_answer_for_an_address_that_has_booked(
        self, api: APIClient, slot: Slot
    ) -> None:
        first = post(api, url(slot), BOOKING)
        second = post(api, url(slot), BOOKING)
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json().keys() == second.json().keys()
        assert (second.json()["state"], second.json()["seats"]) == ("held", 2)
        assert Booking.objects.count() == 1

    def test_a_hint_at_a_mistyped_address_blocks_nothing(self, api: APIClient, slot: Slot) -> None:
        typed = BOOKING | {"email": "kim@gmial.com"}
        answer = post(api, url(slot), typed)
        (hint,) = answer.json()["hints"]
        assert (answer.status_code, hint["attr"], hint["code"]) == (201, "email", "mistyped_domain")
        assert hint["suggestion"] == "kim@gmail.com"
        again = post(api, url(slot), typed | {"email_is_meant": True})
        assert (again.status_code, again.json()["hints"]) == (201, [])

    def test_all_wrong_answers_are_named_at_once(self, api: APIClient, slot: Slot) -> None:
        needed, number = (
            Question.objects.create(workshop=slot.workshop, text="Was?", **fields)
            for fields in ({"is_required": True}, {"kind": "number"})
        )
        given = {str(number.pk): "viele", "0": "x"}
        assert problem(post(api, url(slot), BOOKING | {"answers": given})) == (
            400,
            "invalid",
            [
                ("answers.0", "unknown_question"),
                (f"answers.{needed.pk}", "required"),
                (f"answers.{number.pk}", "invalid"),
            ],
        )
        given = {str(needed.pk): "Das", str(number.pk): "viele"}
        wrong = post(api, url(slot), BOOKING | {"answers": given})
        assert problem(wrong)[1:] == ("invalid", [(f"answers.{number.pk}", "invalid")])

    def test_the_desk_gets_tickets(self, desk: APIClient, slot: Slot) -> None:
        answer = post(desk, url(slot), {"party_size": 2, "name": "Erna"})
        body = answer.json()
        assert (answer.status_code, body["state"], body["expires_at"]) == (201, "confirmed", None)
        assert [ticket["seq"] for ticket in body["tickets"]] == [1, 2]
        post(desk, url(slot), BOOKING)
        assert problem(post(desk, url(slot), BOOKING)) == (409, "already_booked", [])

    def test_a_key_of_another_town_is_a_guest_here(
        self, other_town: Municipality, slot: Slot
    ) -> None:
        answer = post(client(other_town, "desk"), url(slot), {"party_size": 1, "name": "Erna"})
        assert problem(answer) == (400, "required", [("email", "required")])

    def test_a_repeated_post_books_once(self, desk: APIClient, slot: Slot) -> None:
        body = {"party_size": 1, "name": "Erna"}
        first = post(desk, url(slot), body, **{"Idempotency-Key": "k1"})
        second = post(desk, url(slot), body, **{"Idempotency-Key": "k1"})
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json() == second.json()
        other = post(desk, url(slot), {**body, "party_size": 2}, **{"Idempotency-Key": "k1"})
        assert problem(other)[:2] == (422, "idempotency_mismatch")
        assert Booking.objects.count() == 1

    def test_full(self, api: APIClient, slot: Slot) -> None:
        book(slot, 9, now=slot.starts_at - timedelta(minutes=5))
        answer = post(api, url(slot), BOOKING)
        assert problem(answer) == (409, "slot_full", [])
        assert answer.json()["seats_left"] == 1
        assert answer.json()["waiting_url"].endswith(url(slot, "waiting/"))

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({"party_size": 0}, ("min_value", "party_size")),
            ({"party_size": -1}, ("min_value", "party_size")),
            ({"party_size": 2.5}, ("invalid", "party_size")),
            ({"party_size": 1000}, ("max_value", "party_size")),
            ({"party_size": 10**30}, ("invalid", "party_size")),
            ({"party_size": True}, ("invalid", "party_size")),
            ({"party_size": None}, ("null", "party_size")),
            ({"party_size": [1]}, ("invalid", "party_size")),
            ({"email": "kim@"}, ("invalid", "email")),
            ({"email": "k" * 300 + "@example.org"}, ("max_length", "email")),
            ({"email": ""}, ("required", "email")),
            ({"name": ""}, ("required", "name")),
            ({"name": "x" * 10_000}, ("max_length", "name")),
            ({"name": "Kim\x07"}, ("invalid_characters", "name")),
            ({"name": "Kim\u202e"}, ("invalid_characters", "name")),
            ({"name": {"a": 1}}, ("invalid", "name")),
            ({"language": "fr"}, ("invalid_choice", "language")),
            ({"answers": [1]}, ("not_a_dict", "answers")),
            ({"access_needs": "x" * 501}, ("max_length", "access_needs")),
        ],
    )
    def test_bad_fields(
        self, api: APIClient, slot: Slot, fields: dict[str, object], expected: tuple[str, str]
    ) -> None:
        status, _code, errors = problem(post(api, url(slot), {**BOOKING, **fields}))
        code, attr = expected
        assert (status, errors) == (400, [(attr, code)])
        assert not Booking.objects.exists()

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"no json",
            b"[]",
            b'"x"',
            b"null",
            b"[" * 5000,
            b"\xff\xfe",
            b'{"a":',
            b'{"party_size": 1, "name": "Kim\\u0000"}',
        ],
    )
    def test_bad_bodies(self, api: APIClient, slot: Slot, raw: bytes) -> None:
        answer = api.post(url(slot), raw, content_type="application/json")
        assert problem(answer)[0] == 400
        assert not Booking.objects.exists()

    def test_a_sentence_that_says_what_to_do(self, api: APIClient, slot: Slot) -> None:
        answer = post(api, url(slot), {**BOOKING, "email": "kim@"}, **{"Accept-Language": "de"})
        assert answer.json()["detail"] == (
            "Bitte geben Sie eine E-Mail-Adresse an, zum Beispiel kim@example.org."
        )

    def test_slots_that_cannot_be_booked(
        self, api: APIClient, town: Municipality, soon: datetime
    ) -> None:
        closed = make_slot(town, starts_at=soon, state="closed")
        past = make_slot(town, starts_at=soon - timedelta(days=1))
        cancelled = make_slot(town, starts_at=soon, state="cancelled")
        draft = make_slot(town, starts_at=soon, state="draft")
        answers = [
            problem(post(api, url(one), BOOKING)) for one in (closed, past, cancelled, draft)
        ]
        assert answers == [
            (409, "booking_closed", []),
            (409, "booking_closed", []),
            (410, "slot_cancelled", []),
            (404, "not_found", []),
        ]
        assert not Booking.objects.exists()

    def test_ids_that_cannot_be(self, api: APIClient, slot: Slot, other_town: Municipality) -> None:
        paths = [
            url(slot, town=other_town.slug),
            url(slot, town="nirgendwo"),
            f"/api/v1/municipalities/menden/slots/{10**30}/bookings/",
            "/api/v1/municipalities/menden/slots/0/bookings/",
        ]
        assert [post(api, path, BOOKING).status_code for path in paths] == [404] * 4


class TestConfirm:
    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ({"token": "wrong"}, (404, "unknown_token", [])),
            ({"token": "x" * 201}, (400, "invalid", [("token", "max_length")])),
            ({"token": ""}, (400, "invalid", [("token", "blank")])),
            ({}, (400, "invalid", [("token", "required")])),
        ],
    )
    def test_bad_tokens(
        self, api: APIClient, slot: Slot, body: dict[str, str], expected: object
    ) -> None:
        assert problem(post(api, "/api/v1/bookings/confirm/", body)) == expected

    def test_expired(self, api: APIClient, slot: Slot) -> None:
        held = hold(slot, now=slot.starts_at - timedelta(hours=2))
        answer = post(api, "/api/v1/bookings/confirm/", {"token": held.confirm_token})
        assert problem(answer) == (409, "hold_expired", [])


class TestManage:
    @pytest.fixture
    def booking(self, slot: Slot) -> Booking:
        return book(slot, 3, now=slot.starts_at - timedelta(minutes=30))

    def test_by_the_token(self, api: APIClient, booking: Booking) -> None:
        path = f"/api/v1/bookings/{booking.code}/"
        token = {"X-Manage-Token": booking.manage_token}
        assert api.get(path, headers=token).json()["code"] == booking.code
        answer = post(api, f"{path}cancel/", {"seats": [3]}, **token)
        assert (answer.json()["seats"], answer.json()["state"]) == (2, "confirmed")
        assert [ticket["valid"] for ticket in answer.json()["tickets"]] == [True, True, False]
        assert post(api, f"{path}cancel/", {}, **token).json()["state"] == "cancelled"
        assert post(api, f"{path}cancel/", {}, **token).json()["state"] == "cancelled"

    def test_strangers(self, api: APIClient, booking: Booking, other_town: Municipality) -> None:
        path = f"/api/v1/bookings/{booking.code}/"
        moderator, neighbour = APIClient(), client(other_town, "admin")
        moderator.force_login(member(None, booking.slot.workshop.municipality, Role.MODERATOR))
        wrong = {"X-Manage-Token": booking.confirm_token}
        assert problem(api.get(path))[:2] == (401, "unauthenticated")
        assert problem(api.get("/api/v1/bookings/AAAAAA/"))[:2] == (401, "unauthenticated")
        assert problem(api.get(path, headers=wrong))[:2] == (404, "not_found")
        assert problem(neighbour.get(path))[:2] == (404, "not_found")
        assert problem(moderator.get(path))[:2] == (403, "forbidden")
        assert problem(post(api, f"{path}cancel/", {}))[0] == 401
        assert problem(post(neighbour, f"{path}cancel/", {}))[0] == 404
        booking.refresh_from_db()
        assert booking.state == Booking.State.CONFIRMED

    def test_staff(self, desk: APIClient, booking: Booking, town: Municipality) -> None:
        path = f"/api/v1/bookings/{booking.code}/"
        assert desk.get(path).json()["seats"] == 3
        person = APIClient()
        person.force_login(member(None, town, Role.CASE_WORKER))
        assert post(person, f"{path}cancel/", {}).json()["state"] == "cancelled"

    def test_unknown_seats(self, api: APIClient, booking: Booking) -> None:
        token = {"X-Manage-Token": booking.manage_token}
        path = f"/api/v1/bookings/{booking.code}/cancel/"
        assert problem(post(api, path, {"seats": [7]}, **token)) == (
            400,
            "unknown_seat",
            [("seats", "unknown_seat")],
        )
        assert problem(post(api, path, {"seats": []}, **token))[2] == [("seats", "empty")]

    def test_the_desks_list_takes_the_same_statements_for_1_and_30(
        self, desk: APIClient, slot: Slot, django_assert_num_queries: Any
    ) -> None:
        early = slot.starts_at - timedelta(minutes=30)
        slot.capacity = 100
        slot.save(update_fields=["capacity"])
        book(slot, 2, now=early)
        # The key with its town, the slot, its bookings, their tickets, their answers.
        with django_assert_num_queries(5):
            assert len(desk.get(url(slot)).json()["results"]) == 1
        for _ in range(29):
            book(slot, 2, now=early)
        with django_assert_num_queries(5):
            assert len(desk.get(url(slot), {"page_size": 30}).json()["results"]) == 30

    def test_the_list_is_the_desks(self, api: APIClient, door: APIClient, slot: Slot) -> None:
        assert problem(api.get(url(slot)))[0] == 401
        assert problem(door.get(url(slot)))[0] == 403


def test_nothing_is_mailed_before_the_task_runs(api: APIClient, slot: Slot) -> None:
    post(api, url(slot), BOOKING)
    assert mail.outbox == []


def test_unpublished_workshops_stay_unseen(
    api: APIClient, town: Municipality, soon: datetime
) -> None:
    hidden = make_slot(
        town, starts_at=soon, workshop=make_workshop(town, state=Workshop.State.DRAFT)
    )
    assert api.get(url(hidden, "")).status_code == 404
    assert problem(post(api, url(hidden, "waiting/"), BOOKING))[0] == 404
