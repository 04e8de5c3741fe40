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
        self._on = False
        self._told: list[dict[str, Any]] | None = None
        self._reading = Throttle(lambda: process.spawn(self._read()), SECONDS)

    def stop(self) -> None:
        self._reading.cancel()

    def start(self, leaders: list[dict[str, Any]] | None) -> None:
        """The list of the first snapshot; None where the session has none."""
        self._on, self._told = leaders is not None, leaders

    def turn(self, *, on: bool) -> None:
        """The session has a list from now on, or none any more."""
        self._on = on
        if not on:
            self._told = None
        self.read()

    def read(self) -> None:
        """It may have changed: somebody said so, or a while has passed."""
        if self._on:
            self._reading.call()

    def body(self) -> dict[str, Any]:
        """The snapshot's `leaders`, from which the frames that follow lead on."""
        return {} if self._told is None else {"leaders": self._told}

    def send_to(self, screen: Screen) -> None:
        """For a screen that came back without a snapshot."""
        if self._told is not None:
            screen.send(frame("leaders", self.body()))

    async def _read(self) -> None:
        found = await self._process.in_thread(lambda: queries.leaders(self._session_id))
        if found == self._told or not self._on:
            return
        self._told = found
        self._changed()
        for screens in self._screens.values():
            for screen in tuple(screens):
                self.send_to(screen)
