"""One connected phone, wall or remote, as its hub sees it."""

from collections.abc import Sequence
from uuid import UUID

from polls.live.frames import Frame
from polls.live.wire import Wire
from polls.queries import Audience

TOO_SLOW = 4508
MAX_WAITING = 64


class Screen:
    """A screen that does not read keeps the newest tally of each round and its control events; when
    those pile up it is closed with 4508. Nobody waits for it.
    """

    __slots__ = ("_most", "_tallies", "_waiting", "audience", "closed", "last_seen", "seat", "wire")

    def __init__(self, wire: Wire, audience: Audience, now: float) -> None:
        self.wire = wire
        self.audience: Audience = audience
        self.last_seen = now
        self.closed = False
        self.seat: UUID | None = None
        self._waiting: list[Frame] = []
        self._most = MAX_WAITING
        self._tallies: dict[int, Frame] | None = None

    @property
    def lags(self) -> bool:
        return bool(self._waiting or self._tallies)

    def send(self, frame: Frame) -> None:
        """A control event or an answer: in order, none left out."""
        if self.closed:
            return
        if not self.lags and self.wire.idle:
            self.wire.write(frame)
            return
        self._waiting.append(frame)
        if len(self._waiting) > self._most:
            self.close(TOO_SLOW)

    def replay(self, frames: Sequence[Frame]) -> None:
        """What was missed, at once: that it takes its time is no sign of a slow phone."""
        self._most = max(self._most, MAX_WAITING + len(frames))
        for frame in frames:
            self.send(frame)

    def tally(self, round_id: int, frame: Frame) -> None:
        """The newest replaces an older one that has not left yet."""
        if self.closed:
            return
        if not self.lags and self.wire.idle:
            self.wire.write(frame)
            return
        if self._tallies is None:
            self._tallies = {}
        self._tallies[round_id] = frame

    def forget_tally(self, round_id: int) -> None:
        """Its counts were hidden before they left."""
        if self._tallies is not None:
            self._tallies.pop(round_id, None)

    def flush(self) -> None:
        """Write what waits, if the wire has become free."""
        while self.wire.idle and self._waiting:
            self.wire.write(self._waiting.pop(0))
        if not self._waiting:
            self._most = MAX_WAITING
        while self.wire.idle and self._tallies:
            self.wire.write(self._tallies.pop(next(iter(self._tallies))))

    def close(self, code: int) -> None:
        if not self.closed:
            self.closed = True
            self._waiting.clear()
            self._tallies = None
            self.wire.close(code)
