"""Who is here: phones with an open socket, and seats that asked over plain HTTP a short while ago.

Where websockets are blocked a phone polls, and without JavaScript it asks for pages. All processes
are told of such seats once a second, by a keyed hash that lives in memory alone. A seat whose
socket is open is counted by the process that holds the socket, and by nobody else.
"""

import threading
from collections import Counter
from collections.abc import Callable
from uuid import UUID

from django.utils.crypto import salted_hmac

from polls.live import announcements
from polls.live.announcements import Message
from polls.live.screen import Screen
from polls.live.throttle import Throttle

# A poll that waits (`frontend/ts/live/http.ts`) and the pause after it, or some that do not.
POLL_SECONDS = 30
# Without JavaScript nothing comes between two questions: as long as one may take to talk about.
PAGE_SECONDS = 600
TOLD_SECONDS = 1.0
PROCESS_SECONDS = 15.0
# Of one session; more than any hall. Whoever floods us with seats of their own ends here.
MOST_SEEN = 20_000

KINDS = frozenset({"seen", "presence"})
# By code, those of the running switchboard.
known: "dict[str, Presence]" = {}
_lock = threading.Lock()
_unsaid: dict[str, dict[str, int]] = {}


def saw(code: str, seat: UUID | None, seconds: int) -> None:
    """This seat, known by a good token, asked over HTTP just now. From any thread; returns at once.

    `seconds`: POLL_SECONDS or PAGE_SECONDS, how long it counts as here. The last word holds.
    """
    if seat is None:
        return
    mark = mark_of(seat)
    with _lock:
        if not _unsaid:
            timer = threading.Timer(TOLD_SECONDS, _say)
            timer.daemon = True
            timer.start()
        seats = _unsaid.setdefault(code, {})
        if mark in seats or len(seats) < MOST_SEEN:
            seats[mark] = seconds


def _say() -> None:
    with _lock:
        said = dict(_unsaid)
        _unsaid.clear()
    for code, seats in said.items():
        announcements.announce(code, {"kind": "seen", "seats": seats})


def number(code: str) -> int | None:
    """How many are here, asked from any thread; None in a process that hears of nobody."""
    if not announcements.is_listening():
        return None
    found = known.get(code)
    return found.n if found else 0


def mark_of(seat: UUID) -> str:
    """What a seat is called here: neither its token nor its row can be found by it."""
    return salted_hmac("polls.presence", seat.hex, algorithm="sha256").hexdigest()[:16]


class Presence:
    """Of one session, as far as this process has heard."""

    def __init__(self, tell: Callable[[Message], None], show: Callable[[], None]) -> None:
        """`tell` speaks to the other processes; `show` is called, at most once a second, after the
        number has changed.
        """
        self._tell = tell
        self._show = show
        self._screens: dict[Screen, Screen | str] = {}
        self._sockets: Counter[Screen | str] = Counter()
        self._seen: dict[str, float] = {}
        self._banned: frozenset[str] = frozenset()
        self._elsewhere: dict[str, tuple[int, float]] = {}
        # Seats that the other processes may still count as seen, though their socket is here.
        self._taken: set[str] = set()
        self._told = 0
        self._telling = Throttle(self._run, TOLD_SECONDS)

    @property
    def n(self) -> int:
        """To be read from any thread."""
        elsewhere = sum(n for n, _at in tuple(self._elsewhere.values()))
        return len(self._sockets) + len(self._seen) + elsewhere

    @property
    def is_empty(self) -> bool:
        return not (self._sockets or self._seen or self._elsewhere)

    def arrive(self, screen: Screen) -> None:
        """A phone's socket; two of one seat are one phone."""
        key = mark_of(screen.seat) if screen.seat else screen
        self._screens[screen] = key
        self._sockets[key] += 1
        if isinstance(key, str) and self._seen.pop(key, 0.0):
            self._taken.add(key)
        self._telling.call()

    def leave(self, screen: Screen) -> None:
        key = self._screens.pop(screen, None)
        if key is not None:
            self._sockets[key] -= 1
            if not self._sockets[key]:
                del self._sockets[key]
        self._telling.call()

    def hear(self, message: Message, now: float) -> None:
        """`seen` from any process, `presence` from another."""
        if message["kind"] == "seen":
            for mark, seconds in message["seats"].items():
                self._see(mark, now + seconds)
            return
        self._elsewhere[message["origin"]] = (message["n"], now)
        for mark in message.get("taken", ()):
            self._seen.pop(mark, None)
        self._telling.call()

    def _see(self, mark: str, until: float) -> None:
        if mark in self._sockets:
            self._taken.add(mark)
            self._telling.call()
        elif mark in self._seen:
            self._seen[mark] = until
        elif mark not in self._banned and len(self._seen) < MOST_SEEN:
            self._seen[mark] = until
            self._telling.call()

    def ban(self, seats: frozenset[UUID]) -> None:
        """These, and no others, are not here, whatever they ask for."""
        self._banned = frozenset(mark_of(seat) for seat in seats)
        for mark in self._banned & self._seen.keys():
            del self._seen[mark]
            self._telling.call()

    def changed(self) -> None:
        """Show the number anew: a wall or a remote has come."""
        self._telling.call()

    def tick(self, now: float) -> None:
        """Every few seconds: forget who has gone silent, and tell where this process stands."""
        gone = [mark for mark, until in self._seen.items() if until <= now]
        silent = [
            origin for origin, (_n, at) in self._elsewhere.items() if now - at > PROCESS_SECONDS
        ]
        for mark in gone:
            del self._seen[mark]
        for origin in silent:
            del self._elsewhere[origin]
        if gone or silent:
            self._telling.call()
        if self._sockets or self._told:
            self._tell_others()

    def stop(self) -> None:
        self._telling.cancel()

    def _run(self) -> None:
        if self._taken or len(self._sockets) != self._told:
            self._tell_others()
        self._show()

    def _tell_others(self) -> None:
        self._told = len(self._sockets)
        taken, self._taken = sorted(self._taken), set()
        self._tell({"kind": "presence", "n": self._told, "taken": taken})
