"""Frames and ballots that fit nothing: refused with their stable code, and nothing is stored."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from rest_framework.test import APIClient

from polls.consumers import close_switchboard
from polls.services import seats
from tests.factories import make_town
from tests.polls.factories import Evening, make_evening
from tests.polls.phones import Phone
from tests.test_bad_input import explained, form_sender, refused, rows, sender


@pytest.fixture
def evening(transactional_db: None, now: datetime) -> Evening:
    return make_evening(make_town("menden"), now)


def ballot(evening: Evening, **fields: Any) -> dict[str, Any]:
    value = {"options": [evening.options[0]]}
    given = {"round": evening.round.pk, "ballot": str(uuid4()), "version": 1, "value": value}
    return given | fields


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"round": 2**40}, 404, "no_such_round"),
        ({"value": {"options": [2**40]}}, 400, "invalid_value"),
        ({"value": {"options": []}}, 400, "invalid_value"),
        ({"value": {"text": "Ja"}}, 400, "invalid_value"),
    ],
)
def test_ballots_over_rest(
    api: APIClient, evening: Evening, fields: dict[str, Any], status: int, code: str
) -> None:
    token = seats.take_seat(code=evening.code, now=evening.now)
    api.credentials(HTTP_AUTHORIZATION=f"Seat {token}")
    path = f"/api/v1/live/{evening.code}/ballots/"
    refused(sender(api, path, ballot(evening, **fields)), status, code)


def test_a_ballot_for_another_question_over_rest_and_page(
    api: APIClient, client: Client, evening: Evening, now: datetime
) -> None:
    other = make_evening(evening.session.municipality, now)
    token = seats.take_seat(code=evening.code, now=now)
    api.credentials(HTTP_AUTHORIZATION=f"Seat {token}")
    path = f"/api/v1/live/{evening.code}/ballots/"
    refused(sender(api, path, ballot(other)), 404, "no_such_round")
    answers = {"options": [other.options[0]]}
    refused(sender(api, path, ballot(evening, value=answers)), 400, "invalid_value")
    client.get(f"/live/{evening.code}/")
    body = ballot(evening) | {"options": [other.options[0]]}
    explained(form_sender(client, f"/live/{evening.code}/", body), 422)


async def test_frames_that_are_none_store_nothing(evening: Evening) -> None:
    before = await sync_to_async(rows)()
    frames: list[tuple[dict[str, Any], str]] = [
        ({"text": "no json"}, "bad_json"),
        ({"text": "[1, 2]"}, "bad_shape"),
        ({"bytes": b"\x00\xff"}, "bad_shape"),
        ({"text": '{"t":"vote.cast","d":{"x":"' + "x" * 17 * 1024 + '"}}'}, "bad_shape"),
    ]
    try:
        async with Phone(evening.code) as phone:
            await phone.hello()
            for message, code in frames:
                phone.raw(**message)
                assert (await phone.hear("error"))["d"] == {"code": code, "retry": False}
            phone.say("ping", "still-here")
            assert (await phone.hear("pong"))["re"] == "still-here"
        assert await sync_to_async(rows)() == before
    finally:
        await close_switchboard()
