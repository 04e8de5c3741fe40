"""The standings of one session's rounds: read at a steady pace, shown to whom may see them."""

import logging
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import asdict
from typing import Any, Protocol

from django.db import Error

from polls import queries
from polls.live.announcements import Message
from polls.live.frames import Frame, frame
from polls.live.screen import Screen
from polls.live.throttle import Throttle
from polls.queries import Audience, Tally

logger = logging.getLogger(__name__)

WALL_SECONDS = 0.25
PHONE_SECONDS = 1.0
# Ballots that come together are read together: the trailing edge of a tally.
READ_DELAY_SECONDS = 0.05


class Surroundings(Protocol):
    """What the process lends its hubs."""

    async def in_thread(self, work: Callable[[], Any]) -> Any: ...

    def to_others(self, code: str, message: Message) -> None: ...

    def spawn(self, work: Coroutine[Any, Any, None]) -> None: ...

    def close_due(self, code: str) -> None: ...


class Tallies:
    def __init__(
        self,
        code: str,
        screens: dict[Audience, set[Screen]],
        process: Surroundings,
        changed: Callable[[], None],
    ) -> None:
        """`changed` is called whenever a number is another than before."""
        self._code = code
        self._screens = screens
        self._process = process
        self._changed = changed
        self._known: dict[int, Tally] = {}
        self._shown: dict[int, bool] = {}
        self._open: set[int] = set()
        self._unread: set[int] = set()
        self._unsent: dict[Audience, set[int]] = {"voter": set(), "wall": set()}
        self._reading = Throttle(self._start_reading, WALL_SECONDS, READ_DELAY_SECONDS)
        self._to_wall = Throttle(self._send_to_wall, WALL_SECONDS)
        self._to_phones = Throttle(self._send_to_phones, PHONE_SECONDS)

    def stop(self) -> None:
        for timer in (self._reading, self._to_wall, self._to_phones):
            timer.cancel()

    def note(self, round_id: int, *, revealed: bool, is_open: bool) -> None:
        """How the round stands now, before anyone hears of it."""
        self._shown[round_id] = revealed
        if is_open:
            self._open.add(round_id)
        else:
            self._open.discard(round_id)

    def read(self, round_ids: Iterable[int], *, at_once: bool = False) -> None:
        """These rounds have new numbers."""
        self._unread.update(round_ids)
        if at_once:
            self._reading.call_now()
        else:
            self._reading.call()

    async def read_anew(self) -> None:
        """Numbers of open rounds which an announcement was to bring, and did not."""
        if not self._open:
            return
        wanted = set(self._open)
        try:
            found = await self._process.in_thread(lambda: queries.tallies(wanted))
        except Error as error:
            logger.warning("Tallies could not be compared: %s", error)
            return
        for tally in found.values():
            if tally != self._known.get(tally.round_id):
                self.apply(tally)

    def apply(self, tally: Tally) -> None:
        known = self._known.get(tally.round_id)
        if known is not None and (tally.rev < known.rev or (known.final and not tally.final)):
            return
        if known is not None and tally.rev == known.rev and self._is_from_before(tally, known):
            return
        self._known[tally.round_id] = tally
        self._changed()
        for unsent in self._unsent.values():
            unsent.add(tally.round_id)
        if tally.final:
            self._to_wall.call_now()
            self._to_phones.call_now()
        else:
            self._to_wall.call()
            self._to_phones.call()

    def send_to(self, screen: Screen) -> None:
        """The standing of what is known here, for a screen that has just come."""
        for round_id, tally in self._known.items():
            if round_id not in self._shown:
                continue
            if screen.audience == "facilitator":
                screen.tally(round_id, frame("tally", tally.frame(with_counts=True)))
            elif self._may_show(tally) or tally.final or screen.audience == "wall":
                screen.tally(round_id, self._public_frame(tally))

    def _start_reading(self) -> None:
        wanted, self._unread = self._unread, set()
        if wanted:
            self._process.spawn(self._read_tallies(wanted))

    async def _read_tallies(self, round_ids: set[int]) -> None:
        try:
            found = await self._process.in_thread(lambda: queries.tallies(round_ids))
        except Error as error:
            logger.warning("Tallies are read again in a moment: %s", error)
            self.read(round_ids)
            return
        for tally in found.values():
            self.apply(tally)
            self._process.to_others(self._code, {"kind": "tally", "tally": asdict(tally)})

    def _send_to_wall(self) -> None:
        wanted, self._unsent["wall"] = self._unsent["wall"], set()
        # Of a round that this process has not heard of yet the screens know nothing, either: its
        # numbers are read again with the event that brings it.
        for round_id in wanted & self._shown.keys():
            tally = self._known[round_id]
            public = self._public_frame(tally)
            for screen in self._screens["wall"]:
                screen.tally(round_id, public)
            if self._screens["facilitator"]:
                full = frame("tally", tally.frame(with_counts=True))
                for screen in self._screens["facilitator"]:
                    screen.tally(round_id, full)

    def _send_to_phones(self) -> None:
        wanted, self._unsent["voter"] = self._unsent["voter"], set()
        for round_id in wanted:
            tally = self._known[round_id]
            # A phone has no use for the bare number of ballots until the round is over.
            if self._may_show(tally) or tally.final:
                public = self._public_frame(tally)
                for screen in self._screens["voter"]:
                    screen.tally(round_id, public)

    def _public_frame(self, tally: Tally) -> Frame:
        return frame("tally", tally.frame(with_counts=self._may_show(tally)))

    def _may_show(self, tally: Tally) -> bool:
        """Revealed when the tally was read, and not hidden since."""
        return tally.revealed and self.is_shown(tally.round_id)

    def _is_from_before(self, tally: Tally, known: Tally) -> bool:
        """The same numbers, read before the round was revealed or hidden, as we know it was."""
        return tally.revealed != self.is_shown(tally.round_id) == known.revealed

    def is_shown(self, round_id: int) -> bool:
        """As far as this process has heard."""
        return self._shown.get(round_id, False)
