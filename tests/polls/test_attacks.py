"""What somebody with bad intentions tries against a live session."""

from datetime import datetime

from django.test import Client

from participation.models import Municipality
from polls.services import seats, sessions
from tests.polls.factories import make_evening


def test_who_guesses_codes_on_the_page_locks_nobody_else_out(
    town: Municipality, now: datetime
) -> None:
    evening = make_evening(town, now, eligibility="codes")
    (code,) = sessions.issue_access_codes(actor=evening.actor, code=evening.code, count=1)
    guesser, voter = Client(REMOTE_ADDR="10.0.0.1"), Client(REMOTE_ADDR="10.0.0.2")
    page = f"/live/{evening.code}/"
    for _try in range(seats.WRONG_TRIES + 1):
        guesser.post(page, {"action": "seat", "proof": "NIX"})
    slowed = guesser.post(page, {"action": "seat", "proof": code})
    assert "zu viele Anfragen" in slowed.content.decode()
    assert voter.post(page, {"action": "seat", "proof": code}).status_code == 302


def test_an_ipv6_network_is_one_guesser(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, eligibility="codes")
    (code,) = sessions.issue_access_codes(actor=evening.actor, code=evening.code, count=1)
    page = f"/live/{evening.code}/"
    for number in range(seats.WRONG_TRIES + 1):
        Client(REMOTE_ADDR=f"2001:db8::{number:x}").post(page, {"action": "seat", "proof": "NIX"})
    slowed = Client(REMOTE_ADDR="2001:db8::ffff").post(page, {"action": "seat", "proof": code})
    assert "zu viele Anfragen" in slowed.content.decode()
