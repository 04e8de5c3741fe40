"""What guests say afterwards: once, by nobody in particular, told to staff with care."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from participation import actors
from participation.errors import InvalidInput, LoginRequired, NotFound
from participation.models import Municipality
from participation.models.access import Role
from tests.factories import member
from tests.workshops.factories import book, make_slot, make_workshop, staff
from workshops import tickets
from workshops.errors import AlreadyAnswered, FeedbackClosed
from workshops.models import Booking, Feedback, Slot, Workshop
from workshops.queries import feedback as answers
from workshops.services import feedback

QUESTION = "Was nehmen Sie mit?"
RESULT_STATEMENTS = 1
# Session, person, municipality, roles, slot, answers.
PAGE_STATEMENTS = 6


@pytest.fixture
def slot(town: Municipality) -> Slot:
    return make_slot(town, workshop=make_workshop(town, title="Löten", feedback_question=QUESTION))


@pytest.fixture
def token(slot: Slot) -> str:
    return tickets.feedback_token(book(slot))


@pytest.fixture
def desk(client: Client, town: Municipality) -> Client:
    client.force_login(
        member(None, town, Role.CASE_WORKER), "django.contrib.auth.backends.ModelBackend"
    )
    return client


def said(slot: Slot, *given: tuple[int, str]) -> None:
    for stars, text in given:
        token = tickets.feedback_token(book(slot))
        feedback.give(token=token, stars=stars, text=text, now=slot.ends_at)


# --- Give ----------------------------------------------------------------------------------------


def test_an_answer_is_given_once(slot: Slot, token: str) -> None:
    answer = feedback.give(token=token, stars=4, text="  Löten!  ", now=slot.ends_at)
    assert (answer.slot, answer.stars, answer.text) == (slot, 4, "Löten!")
    with pytest.raises(AlreadyAnswered):
        feedback.give(token=token, stars=1, text="", now=slot.ends_at)
    assert Feedback.objects.get().stars == 4


def test_nothing_stored_leads_to_the_booking(slot: Slot, token: str) -> None:
    feedback.give(token=token, stars=4, text="", now=slot.ends_at)
    booking = Booking.objects.values().get()
    kept = Feedback.objects.values_list("token_hash", flat=True).get()
    assert kept not in map(str, booking.values())
    assert {field.name for field in Feedback._meta.fields} == {
        *("id", "slot", "token_hash", "stars", "text")
    }


def test_each_booking_has_a_link_of_its_own(slot: Slot) -> None:
    one, two = book(slot), book(slot)
    assert tickets.feedback_token(one) == tickets.feedback_token(one)
    assert tickets.feedback_token(one) != tickets.feedback_token(two)


@pytest.mark.parametrize("stars", [0, 6, -1, True, "5"])
def test_one_to_five_stars(slot: Slot, token: str, stars: Any) -> None:
    with pytest.raises(InvalidInput):
        feedback.give(token=token, stars=stars, text="", now=slot.ends_at)


def test_a_text_is_not_endless(slot: Slot, token: str) -> None:
    with pytest.raises(InvalidInput):
        feedback.give(token=token, stars=5, text="a" * 2001, now=slot.ends_at)


def test_when_it_is_closed(slot: Slot, token: str) -> None:
    late = slot.ends_at + timedelta(days=30, seconds=1)
    with pytest.raises(FeedbackClosed):
        feedback.give(token=token, stars=5, text="", now=late)
    Workshop.objects.update(feedback_question="")
    with pytest.raises(FeedbackClosed):
        feedback.give(token=token, stars=5, text="", now=slot.ends_at)


@pytest.mark.parametrize("forged", ["", "x", "WzEsImEiXQ:abc"])
def test_a_link_of_our_own_alone(slot: Slot, forged: str) -> None:
    with pytest.raises(NotFound):
        feedback.give(token=forged, stars=5, text="", now=slot.ends_at)


# --- Read ----------------------------------------------------------------------------------------


def test_the_results(slot: Slot, town: Municipality) -> None:
    said(slot, (5, "Toll"), (3, ""), (5, "Danke"), (1, "Zu laut"))
    result = answers.feedback_of(staff(town), slot.pk)
    assert (result.answers, result.is_small, result.average) == (4, False, 3.5)
    assert [(row.stars, row.count, row.percent) for row in result.counts] == [
        *((5, 2, 50), (4, 0, 0), (3, 1, 25), (2, 0, 0), (1, 1, 25))
    ]
    assert [answer.text for answer in result.texts] == ["Danke", "Toll", "Zu laut"]


def test_of_few_only_how_many(slot: Slot, town: Municipality) -> None:
    said(slot, (5, "Toll"), (1, "Zu laut"))
    result = answers.feedback_of(staff(town), slot.pk)
    assert (result.answers, result.is_small) == (2, True)
    assert (result.average, list(result.counts), list(result.texts)) == (None, [], [])


def test_results_are_for_staff_of_the_town(
    slot: Slot, town: Municipality, other_town: Municipality
) -> None:
    said(slot, *[(5, "Toll")] * 3)
    with pytest.raises(LoginRequired):
        answers.feedback_of(actors.guest(town), slot.pk)
    assert answers.feedback_of(staff(other_town), slot.pk).answers == 0


@pytest.mark.parametrize("count", [1, 8])
def test_results_take_one_statement(
    slot: Slot, town: Municipality, count: int, django_assert_num_queries: Any
) -> None:
    said(slot, *[(5, "Toll")] * count)
    with django_assert_num_queries(RESULT_STATEMENTS):
        answers.feedback_of(staff(town), slot.pk)


def test_a_text_that_names_somebody_goes(
    slot: Slot, town: Municipality, other_town: Municipality
) -> None:
    said(slot, (2, "Herr Müller ist …"))
    answer = Feedback.objects.get()
    with pytest.raises(NotFound):
        feedback.erase_text(actor=staff(other_town), slot_id=slot.pk, feedback_id=answer.pk)
    with pytest.raises(LoginRequired):
        feedback.erase_text(actor=actors.guest(town), slot_id=slot.pk, feedback_id=answer.pk)
    feedback.erase_text(actor=staff(town), slot_id=slot.pk, feedback_id=answer.pk)
    answer.refresh_from_db()
    assert (answer.stars, answer.text) == (2, "")


# --- The page ------------------------------------------------------------------------------------


@pytest.fixture
def past(town: Municipality) -> Slot:
    """By the real clock: over since yesterday."""
    from django.utils import timezone

    workshop = make_workshop(town, title="Löten", feedback_question=QUESTION)
    return make_slot(town, workshop=workshop, starts_at=timezone.now() - timedelta(days=1))


def link(slot: Slot) -> str:
    return f"/rueckmeldung/{tickets.feedback_token(book(slot, now=slot.starts_at))}/"


def test_the_page_of_the_mails_link(client: Client, past: Slot) -> None:
    path = link(past)
    page = client.get(path).content.decode()
    assert QUESTION in page
    assert "Löten" in page
    assert client.post(path, {"text": "Hm"}).status_code == 422
    assert client.post(path, {"stars": "4", "text": "Schön"}, follow=True).status_code == 200
    assert Feedback.objects.get().text == "Schön"
    assert "Vielen Dank" in client.get(path).content.decode()
    assert client.post(path, {"stars": "1"}).status_code == 409
    assert client.get("/rueckmeldung/falsch/").status_code == 404


def test_the_page_when_it_is_closed(client: Client, past: Slot) -> None:
    path = link(past)
    Workshop.objects.update(feedback_question="")
    assert client.get(path).status_code == 410
    assert client.post(path, {"stars": "4"}).status_code == 410


def test_the_desks_page(desk: Client, past: Slot, django_assert_max_num_queries: Any) -> None:
    path = f"/menden/verwaltung/termine/{past.pk}/rueckmeldungen/"
    assert "Noch keine Rückmeldung" in desk.get(path).content.decode()
    for n in range(2):
        Feedback.objects.create(slot=past, token_hash=str(n), stars=5, text="Toll")
    page = desk.get(path).content.decode()
    assert "Toll" not in page
    assert "ab drei Antworten" in page
    Feedback.objects.create(slot=past, token_hash="c", stars=2, text="Zu laut")
    with django_assert_max_num_queries(PAGE_STATEMENTS):
        page = desk.get(path).content.decode()
    for words in ("Toll", "Zu laut", "4,0", "67&#8239;%"):
        assert words in page
    answer = Feedback.objects.get(stars=2)
    desk.post(f"{path}{answer.pk}/entfernen/")
    assert "Zu laut" not in desk.get(path).content.decode()


# --- REST ----------------------------------------------------------------------------------------


def test_over_the_api(api: APIClient, past: Slot) -> None:
    token = tickets.feedback_token(book(past, now=past.starts_at))
    path = f"/api/v1/feedback/{token}/"
    asked = api.get(path).json()
    assert asked["question"] == QUESTION
    assert asked["is_answered"] is False
    assert api.post(path, {"stars": 9}).json()["code"] == "invalid"
    answer = api.post(path, {"stars": 5, "text": "Toll"})
    assert (answer.status_code, answer.json()) == (201, {"stars": 5, "text": "Toll"})
    assert api.get(path).json()["is_answered"] is True
    assert api.post(path, {"stars": 5}).json()["code"] == "already_answered"
    assert api.get("/api/v1/feedback/falsch/").status_code == 404


def test_results_over_the_api(api: APIClient, town: Municipality, slot: Slot) -> None:
    from tests.workshops.conftest import client as with_key

    said(slot, (5, "Toll"), (5, ""), (2, "Zu laut"))
    path = f"/api/v1/municipalities/menden/slots/{slot.pk}/feedback/"
    assert api.get(path).status_code == 401
    desk = with_key(town, "desk")
    result = desk.get(path).json()
    assert (result["answers"], result["average"], result["is_small"]) == (3, 4.0, False)
    assert [row["text"] for row in result["texts"]] == ["Toll", "Zu laut"]
    text = result["texts"][1]["id"]
    assert with_key(town, "door").delete(f"{path}{text}/").status_code == 403
    assert desk.delete(f"{path}{text}/").status_code == 204
    assert [row["text"] for row in desk.get(path).json()["texts"]] == ["Toll"]
    assert desk.delete(f"{path}{text + 99}/").status_code == 404
