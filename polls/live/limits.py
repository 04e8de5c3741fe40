"""How much one socket may say, and how often one address may come: generous for a full hall."""

MESSAGES_A_SECOND = 20.0
BURST = 60.0
# Nobody taps a heart faster for long.
REACTIONS_A_SECOND = 1.0
REACTIONS_BURST = 5.0
# Refused messages after which a socket that keeps on is closed.
PATIENCE = 100
# A hall shares one address: all of 5,000 phones may come back at once, and again within minutes.
ARRIVALS_A_SECOND = 100.0
ARRIVALS_BURST = 12_000.0


class Bucket:
    __slots__ = ("_a_second", "_at", "_burst", "_left", "_refused")

    def __init__(self, a_second: float = MESSAGES_A_SECOND, burst: float = BURST) -> None:
        self._a_second = a_second
        self._burst = burst
        self._left = burst
        self._at = 0.0
        self._refused = 0

    def take(self, now: float) -> bool:
        """One message at `now` (seconds of the loop's clock)."""
        self._left = min(self._burst, self._left + (now - self._at) * self._a_second)
        self._at = now
        if self._left < 1:
            self._refused += 1
            return False
        self._left -= 1
        return True

    @property
    def exhausted(self) -> bool:
        return self._refused > PATIENCE


class Arrivals:
    """Connections by (address, code). Those that have long been quiet are forgotten."""

    def __init__(self) -> None:
        self._left: dict[tuple[str, str], tuple[float, float]] = {}

    def admit(self, key: tuple[str, str], now: float) -> bool:
        left, at = self._left.get(key, (ARRIVALS_BURST, now))
        left = min(ARRIVALS_BURST, left + (now - at) * ARRIVALS_A_SECOND)
        if left < 1:
            return False
        if len(self._left) > 10_000:
            self._forget(now)
        self._left[key] = (left - 1, now)
        return True

    def __len__(self) -> int:
        return len(self._left)

    def _forget(self, now: float) -> None:
        full = ARRIVALS_BURST / ARRIVALS_A_SECOND
        self._left = {key: row for key, row in self._left.items() if now - row[1] < full}
