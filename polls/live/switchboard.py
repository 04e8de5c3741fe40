"""This process's hubs, its one subscription to the other processes, and its database threads."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db import Error, close_old_connections

from participation.errors import NotFound, TooManyRequests
from polls import queries
from polls.live import announcements, presence
from polls.live.announcements import GROUP, LAYER_AWAY, ORIGIN, Message
from polls.live.gathering import Gathering
from polls.live.hub import NO_SESSION, RESTARTED, Hub
from polls.live.presence import Presence

logger = logging.getLogger(__name__)

Result = TypeVar("Result")
TICK_SECONDS = 5.0
FLUSH_SECONDS = 0.1
SILENT_SECONDS = 75.0
# Sessions looked up at once. A room asks for one; more at a time is somebody trying codes.
MAX_OPENING = 50
TIMEOUT = 4408
# What a hub passes on to the other processes at its own pace; without one it goes as it came.
PASSED_ON = {"ballots", "room", "reactions"}


@dataclass(frozen=True, slots=True)
class Services:
    """What stands above this level and is lent to it."""

    cast: Callable[[Sequence[Any]], Sequence[Any]]
    agree: Callable[[Sequence[Any]], Sequence[Any]]
    close_due: Callable[[str], Any]


class Switchboard:
    """Made on the loop by the first connection; lives as long as the process."""

    def __init__(self, services: Services) -> None:
        self.loop = asyncio.get_running_loop()
        self.hubs: dict[str, Hub] = {}
        self._services = services
        self._opening: dict[str, asyncio.Task[Hub]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        # Ballots have a thread of their own: no reader makes them wait.
        self._ballot_pool = ThreadPoolExecutor(1, thread_name_prefix="ballots")
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="live")
        self.ballot_box: Gathering[Any, Any] = Gathering(services.cast, self._ballot_pool)
        self.upvote_box: Gathering[Any, Any] = Gathering(services.agree, self._pool)
        self.own_ballots: Gathering[tuple[int, UUID], dict[str, Any]] = Gathering(
            _own_ballots, self._pool
        )
        presence.known.clear()
        announcements.listen(self.loop, self.hear)
        self._layer = announcements.shared_layer()
        if self._layer is not None:
            self.spawn(self._listen())
        self.spawn(self._tick())
        self.spawn(self._flush())

    async def enter(self, code: str) -> Hub:
        """The hub of this session, kept until whoever entered has left.

        Raises NotFound, TooManyRequests.
        """
        while True:
            hub = self.hubs.get(code) or await self._opened(code)
            # While nobody was in it, it may have been stopped.
            if self.hubs.get(code) is hub:
                hub.connections += 1
                return hub

    async def own(self, session_id: int, seat: UUID) -> dict[str, Any] | None:
        """The snapshot's `own` and `own_room` of this seat; None while the database is busy."""
        found: asyncio.Future[dict[str, Any] | None] = self.loop.create_future()
        self.own_ballots.put(
            (session_id, seat), lambda own: None if found.done() else found.set_result(own)
        )
        return await found

    async def in_thread(self, work: Callable[[], Result]) -> Result:
        """Read or write the database without stopping the loop."""
        return await self.loop.run_in_executor(self._pool, _with_fresh_connections, work)

    def hear(self, code: str, message: Message) -> None:
        """An announcement from this process, or (by `_listen`) from another."""
        hub = self.hubs.get(code)
        if message["kind"] in presence.KINDS:
            self._presence(code).hear(message, self.loop.time())
        elif hub is not None:
            hub.hear(message)
        elif message["kind"] in PASSED_ON and "origin" not in message:
            self.to_others(code, message)

    def to_others(self, code: str, message: Message) -> None:
        if self._layer is not None:
            self.spawn(announcements.publish(self._layer, code, message))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def close_due(self, code: str) -> None:
        self.spawn(self._close_due(code))

    def stop(self) -> None:
        """For tests and a process that ends its loop before itself."""
        announcements.stop_listening()
        for task in tuple(self._tasks):
            task.cancel()
        for hub in self.hubs.values():
            hub.stop()
        for here in presence.known.values():
            here.stop()
        self._pool.shutdown(wait=True)
        self._ballot_pool.shutdown(wait=True)

    async def _opened(self, code: str) -> Hub:
        """Opened once for all who ask at the same time."""
        task = self._opening.get(code)
        if task is None:
            if len(self._opening) >= MAX_OPENING:
                raise TooManyRequests(1)
            task = asyncio.create_task(self._open(code))
            self._opening[code] = task
            task.add_done_callback(lambda _task: self._opening.pop(code, None))
        return await asyncio.shield(task)

    async def _open(self, code: str) -> Hub:
        session = await self.in_thread(lambda: queries.session_by_code(code))
        if session.code != code:
            raise NotFound  # found by what it begins with; announcements know one code alone
        hub = Hub(session, self, self._presence(code))
        await hub.load()
        self.hubs[code] = hub
        await self._compare([code])  # what was announced while it loaded
        hub.room.changed()
        hub.leaders.read()
        return hub

    def _presence(self, code: str) -> Presence:
        """Of a session with or without a hub: phones that poll have none."""
        if (found := presence.known.get(code)) is None:
            found = presence.known[code] = Presence(
                lambda message: self.to_others(code, message), lambda: self._show_presence(code)
            )
        return found

    def _show_presence(self, code: str) -> None:
        if (hub := self.hubs.get(code)) is not None:
            hub.show_presence()

    async def _close_due(self, code: str) -> None:
        await self.ballot_box.settled()  # what came in time counts, however much waits
        await self.in_thread(lambda: self._services.close_due(code))

    async def _listen(self) -> None:
        """One channel and one group for the whole process, whatever the number of phones."""
        while True:
            try:
                channel = await self._layer.new_channel("live")
                await self._layer.group_add(GROUP, channel)
                while True:
                    sent = await self._layer.receive(channel)
                    # A turn of its own: a message of another version must not end the listening.
                    self.loop.call_soon(self._hear_other, sent)
            except LAYER_AWAY as error:
                logger.warning("The channel layer is away, listening again in a second: %s", error)
                await asyncio.sleep(1)

    def _hear_other(self, sent: Message) -> None:
        if sent["origin"] != ORIGIN:
            self.hear(sent["code"], {**sent["message"], "origin": sent["origin"]})

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            # A task of its own: where one look fails, the next still comes.
            self.spawn(self._look_round())

    async def _look_round(self) -> None:
        """End hubs that everyone has left and screens gone silent; compare with the database."""
        now = self.loop.time()
        for code, hub in tuple(self.hubs.items()):
            if not hub.connections and code not in self._opening:
                hub.stop()
                del self.hubs[code]
                continue
            hub.tick()
            for screen in hub.everyone():
                if now - screen.last_seen > SILENT_SECONDS:
                    screen.close(TIMEOUT)
        for code, here in tuple(presence.known.items()):
            here.tick(now)
            if here.is_empty and code not in self.hubs and code not in self._opening:
                presence.known.pop(code).stop()
        if self.hubs:
            await self._compare(list(self.hubs))

    async def _compare(self, codes: list[str]) -> None:
        """Whatever was not heard (another process, a lost message) shows in `seq`; who is banned is
        read along. A session that is gone ends its hub, and so does a log that went back: the
        database is a restored one.
        """
        before = {
            code: (hub, hub.seq, hub.ban_changes)
            for code in codes
            if (hub := self.hubs.get(code)) is not None
        }
        try:
            newest = await self.in_thread(lambda: queries.seqs(codes))
            banned = await self.in_thread(lambda: queries.banned_seats(codes))
        except Error as error:
            logger.warning("The sessions could not be compared: %s", error)
            return
        for code, (hub, seq, ban_changes) in before.items():
            if self.hubs.get(code) is not hub:
                continue
            if code not in newest:
                self._end(hub, NO_SESSION)
            elif newest[code] < seq:
                logger.warning("The log of %s went back from %d to %d", code, seq, newest[code])
                self._end(hub, RESTARTED)
            else:
                hub.catch_up(newest[code])
                # Whoever was banned or let in since is not in what was read: the next look has it.
                if hub.ban_changes == ban_changes:
                    hub.ban(banned[code])

    def _end(self, hub: Hub, close_code: int) -> None:
        """Its screens are told to come back, or not to; who asks next opens another."""
        del self.hubs[hub.code]
        hub.stop()
        for screen in hub.everyone():
            screen.close(close_code)

    async def _flush(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            for hub in self.hubs.values():
                for screen in hub.everyone():
                    if screen.lags:
                        screen.flush()

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("A task of the live hubs failed", exc_info=error)


def _own_ballots(asked: Sequence[tuple[int, UUID]]) -> list[dict[str, Any]]:
    """The snapshot's members `own` and `own_room` of each seat."""
    by_session: dict[int, set[UUID]] = {}
    for session_id, seat in asked:
        by_session.setdefault(session_id, set()).add(seat)
    found = {
        session_id: (queries.own_ballots(session_id, seats), queries.own_rooms(session_id, seats))
        for session_id, seats in by_session.items()
    }
    return [
        {"own": found[session_id][0][seat], "own_room": found[session_id][1][seat]}
        for session_id, seat in asked
    ]


def _with_fresh_connections(work: Callable[[], Result]) -> Result:
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()
