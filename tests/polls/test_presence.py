"""How many are here: open sockets, phones that poll, forms without JavaScript; each seat once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from django.test import Client
from django.utils import timezone

from participation.models.access import Role
from polls import tickets
from polls.consumers import close_switchboard, switchboard
from polls.live import presence
from polls.live.announcements import Message
from polls.live.presence import PAGE_SECONDS, POLL_SECONDS, Presence, mark_of
from polls.live.screen import Screen
from polls.services import seats
from tests.factories import make_town, member
from tests.polls.factories import Evening, make_evening, seat_of
from tests.polls.phones import PATIENCE_SECONDS, Phone, do

pytestmark = pytest.mark.django_db(transaction=True)


@pytest_asyncio.fixture(autouse=True)
async def _board(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    monkeypatch.setattr(presence, "TOLD_SECONDS", 0.0)
    monkeypatch.setattr(presence, "_unsaid", {})  # what an earlier test had still to say
    yield
    await close_switchboard()


@pytest.fixture
def evening(transactional_db: None) -> Evening:
    return make_evening(make_town(), timezone.now())


async def shows(screen: Phone, n: int) -> None:
    """Waits until this wall or remote is told of just so many."""
    while (await screen.hear("presence"))["d"]["n"] != n:
        pass


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not true():
            await asyncio.sleep(0.01)


def polled(evening: Evening, token: str) -> Any:
    headers = {"Authorization": f"Seat {token}"} if token else {}
    return Client().get(f"/api/v1/live/{evening.code}/", headers=headers).json()


# --- By the doors --------------------------------------------------------------------------------


async def test_a_phone_that_polls_is_here_and_its_socket_does_not_count_it_twice(
    evening: Evening,
) -> None:
    token = await do(lambda: seats.take_seat(code=evening.code, now=timezone.now()))
    async with Phone(evening.code) as wall, Phone(evening.code) as other:
        await wall.hello(role="wall")
        await do(lambda: polled(evening, token))
        await shows(wall, 1)
        await other.hello()
        await shows(wall, 2)
        async with Phone(evening.code) as phone:
            await phone.hello(token=token)
            await do(lambda: polled(evening, token))
            await do(lambda: polled(evening, other.token or ""))
            async with Phone(evening.code) as third:
                await third.hello()
                await shows(wall, 3)
            await shows(wall, 2)


async def test_walls_and_remotes_that_poll_read_the_number_and_phones_do_not(
    evening: Evening,
) -> None:
    """With no socket open anywhere: in this process nobody ever opened one."""
    assert (await asyncio.to_thread(presence.number, evening.code)) is None
    token = await do(lambda: seats.take_seat(code=evening.code, now=timezone.now()))
    assert (await do(lambda: polled(evening, token)))["presence"] is None
    await until(lambda: presence.number(evening.code) == 1)
    assert (await do(lambda: polled(evening, "")))["presence"] == 1
    assert not switchboard().hubs


async def test_the_pages_of_wall_and_remote_say_it_themselves(evening: Evening) -> None:
    """Without JavaScript nobody else would."""
    token = await do(lambda: seats.take_seat(code=evening.code, now=timezone.now()))
    await do(lambda: polled(evening, token))
    await until(lambda: presence.number(evening.code) == 1)

    def pages() -> list[bool]:
        client = Client()
        town = evening.session.municipality
        client.force_login(member(None, town, Role.FACILITATOR))
        addresses = f"/{town.slug}/verwaltung/live/{evening.code}/", f"/live/{evening.code}/wand/"
        return [">1 Person dabei" in client.get(each).content.decode() for each in addresses]

    assert await do(pages) == [True, True]


async def test_a_form_without_javascript_is_here_once_its_seat_comes_back(
    evening: Evening,
) -> None:
    browser, address = Client(), f"/live/{evening.code}/"
    async with Phone(evening.code) as wall:
        await wall.hello(role="wall")
        await do(lambda: browser.get(address))
        await do(lambda: Client().get(address))
        async with Phone(evening.code) as phone:
            await phone.hello()
            await shows(wall, 1)
        await shows(wall, 0)
        await do(lambda: browser.get(address))
        await shows(wall, 1)
        # Its socket says that it has JavaScript: gone with it.
        token = token_in(browser, evening)
        async with Phone(evening.code) as phone, Phone(evening.code) as other:
            await phone.hello(token=token)
            await other.hello()
            await shows(wall, 2)
        await shows(wall, 0)


def token_in(browser: Client, evening: Evening) -> str:
    """The cookie without its time and signature."""
    return browser.cookies[f"seat_{evening.code}"].value.rsplit(":", 2)[0]


async def test_invented_tokens_are_nobody(evening: Evening) -> None:
    other = tickets.new_seat_token("ANDERE")
    good = tickets.new_seat_token(evening.code)
    for token in ("x", "x" * 500, other, good[:-1], f"{evening.code}.x:y"):
        await do(partial(polled, evening, token))
    await do(lambda: polled(evening, good))
    await until(lambda: presence.number(evening.code) == 1)
    assert list(presence.known) == [evening.code]


async def test_who_is_banned_is_not_here(evening: Evening) -> None:
    token = await do(lambda: seats.take_seat(code=evening.code, now=timezone.now()))
    seat = seat_of(token, evening.code)
    async with Phone(evening.code) as wall:
        await wall.hello(role="wall")
        await do(lambda: polled(evening, token))
        await shows(wall, 1)
        switchboard().hubs[evening.code].ban(frozenset({seat}))
        await shows(wall, 0)
        await do(lambda: polled(evening, token))
        async with Phone(evening.code) as phone:
            await phone.hello()
            await shows(wall, 1)


# --- Among processes -----------------------------------------------------------------------------


class Process:
    """The presence of one session in one of several processes, which hear each other."""

    def __init__(self, name: str, others: "list[Process]") -> None:
        self.name, self.others, self.heard = name, others, list[Message]()
        self.presence = Presence(self.tell, lambda: None)
        self.now = 100.0
        others.append(self)

    def tell(self, message: Message) -> None:
        for other in self.others:
            if other is not self:
                other.hear({**message, "origin": self.name})

    def hear(self, message: Message) -> None:
        self.heard.append(message)
        self.presence.hear(message, self.now)

    def saw(self, seats: list[UUID], seconds: int = POLL_SECONDS) -> None:
        said = {"kind": "seen", "seats": {mark_of(seat): seconds for seat in seats}}
        self.presence.hear(said, self.now)
        self.tell(said)

    def tick(self, after: float) -> None:
        self.now += after
        self.presence.tick(self.now)


def socket_of(seat: UUID | None) -> Screen:
    screen = Screen(Nowhere(), "voter", 0.0)
    screen.seat = seat
    return screen


class Nowhere:
    idle = True

    def write(self, frame: Any) -> None: ...

    def close(self, code: int) -> None: ...


async def counts(processes: list[Process], *n: int) -> None:
    await until(lambda: [each.presence.n for each in processes] == list(n))


async def test_polls_here_and_a_socket_there_are_one_phone() -> None:
    here: list[Process] = []
    one, two = Process("a", here), Process("b", here)
    seat, other = uuid4(), uuid4()
    one.saw([seat, other])
    two.saw([seat])
    await counts(here, 2, 2)
    two.presence.arrive(socket_of(seat))
    await counts(here, 2, 2)
    one.saw([seat])
    await counts(here, 2, 2)
    one.presence.arrive(second := socket_of(other))
    one.presence.arrive(socket_of(None))
    await counts(here, 3, 3)
    one.presence.leave(second)
    await counts(here, 2, 2)


async def test_two_sockets_of_a_seat_are_one_phone() -> None:
    (one,) = here = [Process("a", [])]
    seat = uuid4()
    for screen in (first := socket_of(seat), socket_of(seat)):
        one.presence.arrive(screen)
    await counts(here, 1)
    one.presence.leave(first)
    await counts(here, 1)


async def test_everyone_is_gone_a_bounded_time_after_they_last_asked() -> None:
    here: list[Process] = []
    one, two = Process("a", here), Process("b", here)
    polling, paging, socket = uuid4(), uuid4(), uuid4()
    one.saw([polling])
    one.saw([paging], PAGE_SECONDS)
    two.presence.arrive(socket_of(socket))
    await counts(here, 3, 3)
    for process in here:
        process.tick(POLL_SECONDS - 1)
    await counts(here, 3, 3)
    one.saw([polling])
    for process in here:
        process.tick(POLL_SECONDS - 1)
    await counts(here, 3, 3)
    for process in here:
        process.tick(2)
    await counts(here, 2, 2)
    # A process that says nothing any more has no sockets, either; pages stay known elsewhere.
    one.tick(PAGE_SECONDS)
    assert (one.presence.n, one.presence.is_empty) == (0, True)


async def test_what_travels_names_no_seat_and_memory_has_a_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here: list[Process] = []
    one, two = Process("a", here), Process("b", here)
    crowd = [uuid4() for _each in range(12)]
    one.saw(crowd)
    two.presence.arrive(socket_of(crowd[0]))
    await until(lambda: bool(one.heard))
    await counts(here, 12, 12)
    said = str(one.heard + two.heard)
    assert [seat for seat in crowd if seat.hex in said or str(seat) in said] == []
    assert mark_of(crowd[0]) in said
    monkeypatch.setattr(presence, "MOST_SEEN", 20)
    one.saw([uuid4() for _each in range(100)])
    await counts(here, 21, 21)


def test_between_two_announcements_memory_has_a_bound_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(presence, "TOLD_SECONDS", 3600.0)
    monkeypatch.setattr(presence, "MOST_SEEN", 5)
    monkeypatch.setattr(presence, "_unsaid", unsaid := dict[str, dict[str, int]]())
    for _each in range(50):
        presence.saw("AB7K3M", uuid4(), POLL_SECONDS)
    assert len(unsaid["AB7K3M"]) == 5
    presence.saw("AB7K3M", None, POLL_SECONDS)
    assert len(unsaid["AB7K3M"]) == 5
