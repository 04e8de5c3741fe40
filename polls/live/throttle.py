"""Coalescing on the trailing edge: many calls, one run, at most once an interval."""

import asyncio
from collections.abc import Callable


class Throttle:
    def __init__(self, run: Callable[[], None], interval: float, delay: float = 0.0) -> None:
        """`interval` and `delay` (the least time from a call to its run) are in seconds."""
        self._run = run
        self._interval = interval
        self._delay = delay
        self._last = float("-inf")
        self._timer: asyncio.TimerHandle | None = None

    def call(self) -> None:
        if self._timer is None:
            loop = asyncio.get_running_loop()
            at = max(loop.time() + self._delay, self._last + self._interval)
            self._timer = loop.call_at(at, self._fire)

    def call_now(self) -> None:
        """Run at once: what waits goes with it."""
        self.cancel()
        self._fire()

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _fire(self) -> None:
        self._timer = None
        self._last = asyncio.get_running_loop().time()
        self._run()
