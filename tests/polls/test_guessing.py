"""Join codes tried out over sockets: the look-ups do not pile up before a room that is open."""

import asyncio

import pytest
from django.utils import timezone

from polls.live.switchboard import MAX_OPENING
from tests.factories import make_town
from tests.polls.factories import Evening, make_evening
from tests.polls.phones import Phone

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("board")]


@pytest.fixture
def evening(transactional_db: None) -> Evening:
    return make_evening(make_town(), timezone.now())


async def guess(number: int) -> int | None:
    async with Phone(f"WRONG{number}") as phone:
        await phone.hear()
        return phone.closed


async def test_many_wrong_codes_at_once_wait_for_nobody(evening: Evening) -> None:
    async with Phone(evening.code) as there:
        await there.hello()
        codes = await asyncio.gather(*(guess(number) for number in range(MAX_OPENING + 20)))
        assert set(codes) == {4404, 4429}
        assert codes.count(4404) >= MAX_OPENING
        async with Phone(evening.code) as phone:
            assert (await phone.hello())["role"] == "voter"


async def test_one_wrong_code_is_looked_up_once_for_all_who_try_it(evening: Evening) -> None:
    codes = await asyncio.gather(*(guess(7) for _try in range(MAX_OPENING + 20)))
    assert set(codes) == {4404}
