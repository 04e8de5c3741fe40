"""The quiz's list on the screens: read again when it changed, at most once a second."""

from collections.abc import Callable
from typing import Any

from polls import queries
from polls.live.frames import frame
from polls.live.screen import Screen
from polls.live.tallies import Surroundings
from polls.live.throttle import Throttle
from polls.queries import Audience

SECONDS = 1.0


class Leaders:
    """Not a control event: nicknames are in no log, and the snapshot has the list as it is now."""

    def __init__(
        self,
        session_id: int,
        screens: dict[Audience, set[Screen]],
        process: Surroundings,
        changed: Callable[[], None],
    ) -> None:
        """`changed` is called whenever the list is another than before."""
        self._session_id = session_id
        self._screens = screens
        self._process = process
        self._changed = changed
        self._told: list[dict[str, Any]] | None = None
        self._reading = Throttle(lambda: process.spawn(self._read()), SECONDS)

    def stop(self) -> None:
        self._reading.cancel()

    def read(self) -> None:
        self._reading.call()

    async def _read(self) -> None:
        found = await self._process.in_thread(lambda: queries.leaders(self._session_id))
        if found == self._told:
            return
        self._told = found
        self._changed()
        told = frame("leaders", {"leaders": found})
        for screens in self._screens.values():
            for screen in tuple(screens):
                screen.send(told)
