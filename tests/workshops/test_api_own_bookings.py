"""One booking through the REST door: see and change it, move it, have its link mailed again."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from participation.models import Municipality
from participation.models.access import Role
from tests.factories import member
from tests.workshops.conftest import client
from tests.workshops.factories import book, hold, make_slot, make_workshop, staff
from tests.workshops.test_api_bookings import BOOKING, post, problem, url
from tests.workshops.test_emails import deliver
from workshops.models import Booking, Question, Slot
from workshops.services import questions
from workshops.services.questions import QuestionDetails


@pytest.fixture
def other(slot: Slot) -> Slot:
    town = slot.workshop.municipality
    return make_slot(town, workshop=slot.workshop, starts_at=slot.starts_at + timedelta(days=7))


@pytest.fixture
def booking(slot: Slot) -> Booking:
    return book(slot, 2, now=slot.starts_at - timedelta(minutes=30))


def ask(slot: Slot, **details: Any) -> Question:
    return questions.add_question(
        actor=staff(slot.workshop.municipality),
        workshop_id=slot.workshop_id,
        details=QuestionDetails(**{"text": "Was?", **details}),
    )


def path(booking: Booking, step: str = "") -> str:
    return f"/api/v1/bookings/{booking.code}/{step}"


def by_token(booking: Booking) -> dict[str, str]:
    return {"X-Manage-Token": booking.manage_token}


def patch(api: APIClient, booking: Booking, body: object, **headers: str) -> Any:
    return api.patch(path(booking), body, format="json", headers=headers or None)


class TestChange:
    def test_all_that_a_party_says(self, api: APIClient, booking: Booking, slot: Slot) -> None:
        question = ask(slot, kind="several", options=["A", "B"])
        changes = {
            "name": "Toni",
            "language": "en",
            "organisation": "Verein",
            "phone": "02373 12345",
            "guardian_name": "Oma",
            "guardian_phone": "0151 99999",
            "access_needs": "Rampe",
            "answers": {str(question.pk): ["B"]},
        }
        answer = patch(api, booking, {**changes, "names": ["Ada"]}, **by_token(booking))
        assert answer.status_code == 200
        body = answer.json()
        assert {name: body[name] for name in changes} == changes
        assert [ticket["name"] for ticket in body["tickets"]] == ["Ada", ""]
        assert api.get(path(booking), headers=by_token(booking)).json() == body
        assert [message.subject for message in deliver()][-1] == (
            f"Your details have changed: {slot.workshop.title}"
        )
        taken_back = {"answers": {str(question.pk): None}, "access_needs": ""}
        body = patch(api, booking, taken_back, **by_token(booking)).json()
        assert (body["answers"], body["access_needs"], body["name"]) == ({}, "", "Toni")

    def test_nothing_changed_mails_nothing(self, api: APIClient, booking: Booking) -> None:
        deliver()
        for body in ({}, {"name": booking.name, "names": []}, {"email": "x@example.org"}):
            assert patch(api, booking, body, **by_token(booking)).status_code == 200
        assert deliver() == []

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({"name": ""}, ("required", "name")),
            ({"name": "Kim\x07"}, ("invalid_characters", "name")),
            ({"names": ["A", "B", "C"]}, ("max_length", "names")),
            ({"language": "fr"}, ("invalid_choice", "language")),
            ({"phone": "12"}, ("invalid", "phone")),
            ({"answers": {"0": "x"}}, ("unknown_question", "answers.0")),
            ({"answers": []}, ("not_a_dict", "answers")),
        ],
    )
    def test_bad_fields_change_nothing(
        self, api: APIClient, booking: Booking, fields: dict[str, Any], expected: tuple[str, str]
    ) -> None:
        body = {"organisation": "Verein", **fields}
        status, _code, errors = problem(patch(api, booking, body, **by_token(booking)))
        code, attr = expected
        assert (status, errors) == (400, [(attr, code)])
        booking.refresh_from_db()
        assert booking.organisation == ""

    def test_until_the_deadline_and_the_desk_after_it(
        self, api: APIClient, desk: APIClient, booking: Booking, other: Slot
    ) -> None:
        until = booking.slot.starts_at - timedelta(days=1)
        Slot.objects.filter(pk=booking.slot_id).update(cancel_until_at=until)
        late = patch(api, booking, {"name": "Toni"}, **by_token(booking))
        assert problem(late)[:2] == (409, "change_too_late")
        assert late.json()["cancel_until_at"] == until.isoformat()
        late = post(api, path(booking, "move/"), {"slot": other.pk}, **by_token(booking))
        assert problem(late)[:2] == (409, "change_too_late")
        assert patch(desk, booking, {"name": "Toni"}).json()["name"] == "Toni"
        assert post(desk, path(booking, "move/"), {"slot": other.pk}).json()["slot"] == other.pk

    def test_a_cancelled_booking_is_gone(self, api: APIClient, booking: Booking) -> None:
        post(api, path(booking, "cancel/"), {}, **by_token(booking))
        assert problem(patch(api, booking, {}, **by_token(booking)))[0] == 410

    def test_the_guardian_stays_where_the_workshop_asks(self, api: APIClient, slot: Slot) -> None:
        slot.workshop.asks_guardian = True
        slot.workshop.save(update_fields=["asks_guardian"])
        without = post(api, url(slot), BOOKING)
        assert problem(without)[2] == [("guardian_name", "required")]
        guardian = {"guardian_name": "Oma", "guardian_phone": "0151 99999"}
        held = post(api, url(slot), {**BOOKING, **guardian}).json()
        booking = Booking.objects.get(code=held["code"])
        gone = patch(api, booking, {"guardian_phone": ""}, **by_token(booking))
        assert problem(gone)[2] == [("guardian_phone", "required")]

    def test_who_comes_with_an_adult_needs_none(self, api: APIClient, slot: Slot) -> None:
        slot.workshop.asks_guardian = True
        slot.workshop.save(update_fields=["asks_guardian"])
        held = post(api, url(slot), {**BOOKING, "minor_alone": False})
        booking = Booking.objects.get(code=held.json()["code"])
        assert patch(api, booking, {"name": "Kim"}, **by_token(booking)).status_code == 200

    def test_the_door_sees_no_address(
        self, door: APIClient, desk: APIClient, booking: Booking
    ) -> None:
        assert "email" not in door.get(path(booking)).json()
        assert desk.get(path(booking)).json()["email"] == booking.email


class TestMove:
    def test_to_another_date(self, api: APIClient, booking: Booking, other: Slot) -> None:
        headers = {**by_token(booking), "Idempotency-Key": "m1"}
        first = post(api, path(booking, "move/"), {"slot": other.pk}, **headers)
        again = post(api, path(booking, "move/"), {"slot": other.pk}, **headers)
        assert (first.status_code, first.json()) == (200, again.json())
        assert (first.json()["slot"], first.json()["seats"]) == (other.pk, 2)

    def test_a_full_one_says_what_is_left(
        self, api: APIClient, booking: Booking, other: Slot
    ) -> None:
        book(other, 9, now=other.starts_at - timedelta(days=2))
        full = post(api, path(booking, "move/"), {"slot": other.pk}, **by_token(booking))
        assert problem(full)[:2] == (409, "slot_full")
        assert full.json()["seats_left"] == 1

    @pytest.mark.parametrize("slot_id", [0, -1, None, "x", 10**30, [1]])
    def test_ids_that_cannot_be(self, api: APIClient, booking: Booking, slot_id: object) -> None:
        bad = post(api, path(booking, "move/"), {"slot": slot_id}, **by_token(booking))
        assert (problem(bad)[0], problem(bad)[2][0][0]) == (400, "slot")

    def test_strangers(
        self, api: APIClient, booking: Booking, other: Slot, other_town: Municipality
    ) -> None:
        door = APIClient()
        door.force_login(member(None, booking.slot.workshop.municipality, Role.DOOR))
        body = {"slot": other.pk}
        for who, status in ((api, 401), (client(other_town, "admin"), 404), (door, 403)):
            assert problem(post(who, path(booking, "move/"), body))[0] == status
            assert problem(patch(who, booking, {"name": "Toni"}))[0] == status
        wrong = {"X-Manage-Token": booking.confirm_token}
        assert problem(post(api, path(booking, "move/"), body, **wrong))[0] == 404
        booking.refresh_from_db()
        assert (booking.name, booking.slot_id) == ("Kim", booking.slot_id)


class TestHold:
    def test_the_link_again_whatever_the_code(self, api: APIClient, booking: Booking) -> None:
        deliver()
        answers = [post(api, path(booking, "resend/"), {})]
        answers.append(post(api, "/api/v1/bookings/ZZZZZZ/resend/", {}))
        assert [(answer.status_code, answer.content) for answer in answers] == [(202, b"")] * 2
        assert [message.to for message in deliver()] == [[booking.email]]

    def test_another_address(self, api: APIClient, desk: APIClient, slot: Slot) -> None:
        held = post(api, url(slot), {**BOOKING, "email": "kim@gmial.com"}).json()
        booking = Booking.objects.get(code=held["code"])
        token = held["hold_token"]
        body = {"hold_token": token, "email": "kim@gmail.com"}
        answer = post(api, path(booking, "email/"), body)
        assert answer.status_code == 200
        assert (held["hints"][0]["suggestion"], answer.json()["hints"]) == ("kim@gmail.com", [])
        renewed = {"hold_token": "", "hints": []}
        assert answer.json() | renewed == held | renewed
        assert [message.to for message in deliver()] == [["kim@gmail.com"]]
        assert problem(post(api, path(booking, "email/"), body))[:2] == (404, "unknown_token")
        bad = {"hold_token": answer.json()["hold_token"], "email": "kim@"}
        assert problem(post(api, path(booking, "email/"), bad))[2] == [("email", "invalid")]
        elsewhere = hold(slot, now=slot.starts_at - timedelta(minutes=30))
        assert problem(post(api, path(elsewhere, "email/"), body))[0] == 404
        assert post(desk, url(slot), {"party_size": 1}).json()["hold_token"] is None

    def test_an_address_that_has_booked_gets_the_same_keys_and_steps(
        self, api: APIClient, slot: Slot
    ) -> None:
        book(slot, email="taken@example.org", now=slot.starts_at - timedelta(minutes=20))
        held = post(api, url(slot), {**BOOKING, "email": "taken@example.org"}).json()
        free = post(api, url(slot), BOOKING).json()
        assert held.keys() == free.keys()
        assert [type(value) for value in held.values()] == [type(value) for value in free.values()]
        body = {"hold_token": held["hold_token"], "email": "other@example.org"}
        answer = post(api, f"/api/v1/bookings/{held['code']}/email/", body)
        assert (answer.status_code, answer.json()["state"]) == (200, "held")
        assert Booking.objects.get(email="other@example.org").party_size == 2


class TestQuestions:
    def list_of(self, slot: Slot) -> str:
        return f"/api/v1/municipalities/menden/workshops/{slot.workshop_id}/questions/"

    def test_the_desk_keeps_them_and_guests_answer(
        self, api: APIClient, desk: APIClient, slot: Slot
    ) -> None:
        first = post(desk, self.list_of(slot), {"text": "Vegan?", "kind": "yes_no"}).json()
        given = {
            "text": "Was nicht?",
            "depends_on": first["id"],
            "depends_value": "yes",
            "help_text": "Allergien",
            "is_required": True,
        }
        then = post(desk, self.list_of(slot), given).json()
        at_door = post(desk, self.list_of(slot), {"text": "Schuhgröße?", "asked": "door"}).json()
        assert [row["id"] for row in desk.get(self.list_of(slot)).json()] == [
            first["id"],
            then["id"],
            at_door["id"],
        ]
        assert api.get(self.list_of(slot)).json() == [first, then]
        answers: dict[str, Any] = {str(first["id"]): True}
        missing = post(api, url(slot), {**BOOKING, "answers": answers})
        assert problem(missing)[2] == [(f"answers.{then['id']}", "required")]
        answers[str(then["id"])] = "Nüsse"
        held = post(api, url(slot), {**BOOKING, "answers": answers})
        assert held.status_code == 201
        one = f"/api/v1/municipalities/menden/questions/{first['id']}/"
        refused = desk.put(one, {"text": "Vegan?", "kind": "text"}, format="json")
        assert problem(refused)[:2] == (409, "question_answered")
        reworded = desk.put(one, {"text": "Nur vegan?", "kind": "yes_no"}, format="json")
        assert reworded.json() == {**first, "text": "Nur vegan?"}
        assert problem(desk.delete(one))[:2] == (409, "question_in_use")
        assert problem(post(desk, f"{one}move/", {"up": False}))[:2] == (409, "question_in_use")
        last = f"/api/v1/municipalities/menden/questions/{at_door['id']}/"
        assert post(desk, f"{last}move/", {"up": True}).json()["position"] == 2
        assert desk.delete(last).status_code == 204
        rows = desk.get(url(slot)).json()["results"]
        assert [row["answers"] for row in rows] == [answers]

    def test_strangers(
        self, api: APIClient, door: APIClient, slot: Slot, other_town: Municipality
    ) -> None:
        question = ask(slot)
        one = f"/api/v1/municipalities/menden/questions/{question.pk}/"
        neighbour = client(other_town, "desk")
        there = one.replace("menden", other_town.slug)
        body = {"text": "Was?"}
        assert [problem(who.put(one, body, format="json"))[0] for who in (api, door)] == [401, 403]
        assert problem(neighbour.put(there, body, format="json"))[0] == 404
        assert problem(neighbour.delete(there))[0] == 404
        draft = make_slot(other_town, workshop=make_workshop(other_town, state="draft"))
        hidden = self.list_of(draft).replace("menden", other_town.slug)
        assert api.get(hidden).status_code == 404
        bad = post(client(slot.workshop.municipality, "desk"), self.list_of(slot), {"kind": "x"})
        assert {attr for attr, _code in problem(bad)[2]} == {"text", "kind"}
