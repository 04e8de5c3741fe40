"""A banned seat says nothing more, in any process; what it said stays counted."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from participation import actors
from participation.errors import NotFound
from participation.models import Municipality
from polls import queries, tickets
from polls.consumers import close_switchboard, switchboard
from polls.errors import IllegalStep, SeatBanned
from polls.models import Contribution, LiveSession, Seat
from polls.services import access_codes, ballots, bans, reactions, seats
from polls.services.ballots import Ack
from polls.services.wording import Wording
from tests.factories import make_town
from tests.polls.factories import Evening, make_evening, seat_of
from tests.polls.phones import Phone, do


def written_by(evening: Evening, seat: UUID) -> Contribution:
    Seat.objects.get_or_create(
        pk=seat, defaults={"session": evening.session, "taken_at": evening.now}
    )
    return Contribution.objects.create(
        id=uuid4(),
        session=evening.session,
        kind="question",
        text="Unsinn",
        seat_id=seat,
        created_at=evening.now,
    )


def ban(evening: Evening, seat: UUID) -> Seat:
    card = written_by(evening, seat)
    return bans.ban_author(
        actor=evening.actor, code=evening.code, contribution=card.pk, now=evening.now
    )


def test_counted_ballots_stay_and_no_new_ones_come(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    seat = evening.seat()
    counted = evening.cast(seat=seat)
    ballots.cast_one(counted, now)
    ban(evening, seat)
    assert queries.tallies([evening.round.pk])[evening.round.pk].ballots == 1
    assert isinstance(ballots.cast_one(counted, now), Ack)
    changed = evening.cast(
        seat=seat, ballot=counted.ballot, version=2, value={"options": [evening.options[1]]}
    )
    outcomes = ballots.cast_ballots([changed, evening.cast(seat=seat), evening.cast()], now)
    assert [type(outcome) for outcome in outcomes] == [SeatBanned, SeatBanned, Ack]
    assert queries.tallies([evening.round.pk])[evening.round.pk].ballots == 2


def test_a_batch_costs_what_it_did(
    town: Municipality, now: datetime, django_assert_max_num_queries: CaptureQueriesContext
) -> None:
    evening = make_evening(town, now)
    ban(evening, evening.seat())
    ballots.cast_one(evening.cast(), now)
    batch = [evening.cast() for _n in range(50)]
    with django_assert_max_num_queries(8):  # type: ignore[operator]  # with BEGIN and COMMIT
        ballots.cast_ballots(batch, now)


def test_a_seat_is_let_in_again(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    seat = evening.seat()
    ban(evening, seat)
    assert [row.pk for row in queries.bans(evening.session)] == [seat]
    bans.unban(actor=evening.actor, code=evening.code, ban=bans.name_of(seat))
    assert isinstance(ballots.cast_one(evening.cast(seat=seat), now), Ack)
    with pytest.raises(NotFound):
        bans.unban(actor=evening.actor, code=evening.code, ban=bans.name_of(seat))


def test_whoever_put_a_word_into_the_cloud(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, wording=Wording("words", "Was fehlt?"))
    rude, kind = evening.cast(value={"words": ["Mist-Stadt"]}), evening.cast(value={"words": ["x"]})
    ballots.cast_ballots([rude, kind], now)
    at = evening.at()
    assert [seat.pk for seat in bans.ban_word(**at, word="miststadt")] == [rude.seat]
    for word in ("nie gesagt", "--"):
        with pytest.raises(NotFound):
            bans.ban_word(**at, word=word)


def test_a_printed_code_stays_banned(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, eligibility="codes")
    (code,) = access_codes.issue_access_codes(actor=evening.actor, code=evening.code, count=1)
    token = seats.take_seat(code=evening.code, access_code=code, now=now)
    ban(evening, seat_of(token, evening.code))
    with pytest.raises(SeatBanned):
        seats.take_seat(code=evening.code, access_code=code, now=now)


def test_whose_text_is_cut_cannot_be_banned(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    card = written_by(evening, evening.seat())
    Contribution.objects.update(seat=None, created_at=None)
    with pytest.raises(NotFound):
        bans.ban_author(actor=evening.actor, code=evening.code, contribution=card.pk, now=now)


def test_a_stranger_bans_nobody(
    town: Municipality, other_town: Municipality, now: datetime
) -> None:
    evening = make_evening(town, now)
    card = written_by(evening, evening.seat())
    with pytest.raises(NotFound):
        bans.ban_author(
            actor=actors.system(other_town), code=evening.code, contribution=card.pk, now=now
        )
    other = make_evening(other_town, now)
    with pytest.raises(NotFound):
        bans.ban_author(actor=other.actor, code=other.code, contribution=card.pk, now=now)


def test_a_banned_seat_sends_no_hearts(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now)
    LiveSession.objects.update(reactions=True)
    seat = evening.seat()
    reactions.react(code=evening.code, seat=seat, kind="heart")
    ban(evening, seat)
    with pytest.raises(SeatBanned):
        reactions.react(code=evening.code, seat=seat, kind="heart")


def test_before_the_start_nobody_is_banned(town: Municipality, now: datetime) -> None:
    evening = make_evening(town, now, state="draft")
    with pytest.raises(IllegalStep):
        bans.ban_author(actor=evening.actor, code=evening.code, contribution=uuid4(), now=now)


# --- Sockets -------------------------------------------------------------------------------------


@pytest_asyncio.fixture
async def _board() -> AsyncIterator[None]:
    yield
    await close_switchboard()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_board")
class TestSockets:
    @pytest.fixture
    def evening(self, transactional_db: None) -> Evening:
        return make_evening(make_town(), timezone.now())

    async def test_a_banned_phone_is_sent_away_for_good(self, evening: Evening) -> None:
        async with Phone(evening.code) as phone, Phone(evening.code) as other:
            await phone.hello()
            await other.hello()
            seat = tickets.seat_of(phone.token or "", evening.code)
            assert seat is not None
            await do(lambda: ban(evening, seat))
            await phone.hear("closed")
            assert phone.closed == 4403
            async with Phone(evening.code) as again:
                again.say("hello", token=phone.token)
                await again.hear("closed")
                assert again.closed == 4403
            await do(
                lambda: bans.unban(actor=evening.actor, code=evening.code, ban=bans.name_of(seat))
            )
            async with Phone(evening.code) as back:
                assert (await back.hello(token=phone.token))["role"] == "voter"
            other.say("ping")
            assert (await other.hear("pong"))["t"] == "pong"

    async def test_a_phone_that_poses_as_a_wall_is_sent_away_as_well(
        self, evening: Evening
    ) -> None:
        async with Phone(evening.code) as phone:
            await phone.hello()
            seat = tickets.seat_of(phone.token or "", evening.code)
            assert seat is not None
            assert (await phone.hello(role="wall"))["role"] == "wall"
            await do(lambda: ban(evening, seat))
            await phone.hear("closed")
            assert phone.closed == 4403

    async def test_a_process_that_starts_later_knows_it(self, evening: Evening) -> None:
        token = await do(lambda: seats.take_seat(code=evening.code, now=evening.now))
        await do(lambda: ban(evening, seat_of(token, evening.code)))
        await close_switchboard()
        async with Phone(evening.code) as phone:
            phone.say("hello", token=token)
            await phone.hear("closed")
            assert phone.closed == 4403

    async def test_a_look_begun_before_a_ban_takes_nothing_back(self, evening: Evening) -> None:
        """What was read before a ban, or before its end, and is told after it, is old."""
        async with Phone(evening.code) as phone:
            await phone.hello()
            seat = tickets.seat_of(phone.token or "", evening.code)
            assert seat is not None
            board = switchboard()
            hub = board.hubs[evening.code]

            async def heard_while_looking(kind: str) -> frozenset[UUID]:
                look = asyncio.create_task(board._compare([evening.code]))
                await asyncio.sleep(0)  # now it reads, in its thread
                hub.hear({"kind": kind, "seats": [seat.hex]})
                await look
                return hub.banned

            assert await heard_while_looking("banned") == {seat}
            await do(lambda: ban(evening, seat))
            assert await heard_while_looking("unbanned") == set()
            await board._compare([evening.code])
            assert hub.banned == {seat}
