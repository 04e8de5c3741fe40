"""What the room writes, in this process: who was told what, and the reactions under way.

A hub hears only that something changed; it then reads the standing, which is bounded, and tells
each audience what differs from what it was told last. So a lost message heals with the next one.
Whose text somebody looked at hears besides what became of it: that seat, and nobody else.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import Error

from polls import queries
from polls.live.announcements import Message
from polls.live.frames import Frame, frame
from polls.live.throttle import Throttle
from polls.models.contributions import Reaction
from polls.queries import Audience, Entry

if TYPE_CHECKING:
    from polls.live.screen import Screen
    from polls.live.tallies import Surroundings

WALL_SECONDS = 0.5
PHONE_SECONDS = 1.0
REACTION_SECONDS = 0.5
READ_DELAY_SECONDS = 0.05
# More of one kind than this between two frames is a program, not a hall.
MOST_REACTIONS = 100_000

Standing = tuple[dict[str, Any], list[Entry]]


class Room:
    def __init__(
        self,
        code: str,
        session_id: int,
        process: "Surroundings",
        screens: Mapping[Audience, "set[Screen]"],
        may_show: Callable[[int], bool],
    ) -> None:
        """`may_show` says whether the room may see the answers of a round just now."""
        self.settings: dict[str, Any] = {}
        self._code = code
        self._session_id = session_id
        self._process = process
        self._screens = screens
        self._may_show = may_show
        self._entries: list[Entry] = []
        self._told: dict[Audience, dict[str, dict[str, Any]]] = {
            "voter": {},
            "wall": {},
            "facilitator": {},
        }
        self._settings_told: dict[Audience, dict[str, Any]] = {}
        self._reading = False
        self._unread = False
        self._pass_on = False
        self._authors: set[UUID] = set()
        self._unpassed_authors: set[str] = set()
        self._seen: Counter[str] = Counter()
        self._unpassed: Counter[str] = Counter()
        self._read = Throttle(self._start, WALL_SECONDS, READ_DELAY_SECONDS)
        self._to_phones = Throttle(lambda: self._tell("voter"), PHONE_SECONDS)
        self._reactions = Throttle(self._tell_reactions, REACTION_SECONDS)

    def stop(self) -> None:
        for timer in (self._read, self._to_phones, self._reactions):
            timer.cancel()

    # --- Questions and cards ---------------------------------------------------------------------

    async def load(self) -> None:
        """The standing everybody starts from."""
        self._keep(await self._process.in_thread(self._standing))
        for audience in self._told:
            self._told[audience] = self._seen_by(audience)
            self._settings_told[audience] = self.settings

    def body(self, audience: Audience) -> dict[str, Any]:
        """The snapshot's `room`, from which the frames that follow lead on."""
        now = self._seen_by(audience)
        told = self._told[audience]
        return {**self.settings, "items": [row for key, row in told.items() if key in now]}

    def whole(self, audience: Audience, own: dict[str, Any] | None) -> Frame:
        """For a screen that came back without a snapshot; `own`: what its seat wrote."""
        body = self.body(audience)
        items = body.pop("items")
        told = {"full": True, "changed": items, "gone": [], "settings": body}
        return frame("qa", told if own is None else {**told, "own": own})

    def hear(self, message: Message) -> None:
        """An announcement: something was written, or somebody reacted."""
        here = "origin" not in message
        if message["kind"] == "reactions":
            self._react(message["counts"], here=here)
            return
        seats = message.get("seats", ())
        self._authors |= {UUID(hex=seat) for seat in seats}
        if here:
            self._pass_on = True
            self._unpassed_authors.update(seats)
        self._read.call()

    def changed(self) -> None:
        """Look anew: a control event, or the clock."""
        self._read.call()

    def hide(self) -> None:
        """A round's answers may no longer be seen: nobody is told of them from now on."""
        for audience in self._told:
            self._tell(audience)

    def _standing(self) -> Standing:
        return queries.room_settings(self._session_id), queries.room_entries(self._session_id)

    def _keep(self, standing: Standing) -> None:
        self.settings, self._entries = standing

    def _start(self) -> None:
        if self._reading:
            self._unread = True
            return
        self._reading = True
        if self._pass_on:
            seats, self._unpassed_authors = sorted(self._unpassed_authors), set()
            self._pass_on = False
            self._process.to_others(self._code, {"kind": "room", "seats": seats})
        self._process.spawn(self._read_and_tell())

    async def _read_and_tell(self) -> None:
        try:
            self._keep(await self._process.in_thread(self._standing))
        finally:
            self._reading = False
            if self._unread:
                self._unread = False
                self._read.call()
        self._tell("wall")
        self._tell("facilitator")
        self._to_phones.call()
        await self._tell_authors()

    async def _tell_authors(self) -> None:
        authors, self._authors = self._authors, set()
        here = authors & {screen.seat for screen in self._screens["voter"]}
        if not here:
            return
        try:
            own = await self._process.in_thread(lambda: queries.own_rooms(self._session_id, here))
        except Error:
            self._authors |= authors  # the clock asks again
            raise
        for screen in tuple(self._screens["voter"]):
            if screen.seat in own:
                items = own[screen.seat]["items"]
                screen.send(frame("qa", {"changed": [], "gone": [], "own": {"items": items}}))

    def _seen_by(self, audience: Audience) -> dict[str, dict[str, Any]]:
        rows = queries.seen_by(self._entries, audience, self._shown)
        return {row["id"]: row for row in rows}

    def _shown(self, entry: Entry) -> bool:
        """Revealed when it was read, and not hidden since."""
        return bool(entry.revealed) and entry.round is not None and self._may_show(entry.round)

    def _tell(self, audience: Audience) -> None:
        now, before = self._seen_by(audience), self._told[audience]
        self._told[audience] = now
        body: dict[str, Any] = {
            "changed": [row for key, row in now.items() if before.get(key) != row],
            "gone": [key for key in before if key not in now],
        }
        if self._settings_told.get(audience) != self.settings:
            self._settings_told[audience] = self.settings
            body["settings"] = self.settings
        elif not body["changed"] and not body["gone"]:
            return
        told = frame("qa", body)
        for screen in tuple(self._screens[audience]):
            screen.send(told)

    # --- Reactions -------------------------------------------------------------------------------

    def react(self, kind: str) -> None:
        """One from a socket of this process."""
        self._react({kind: 1}, here=True)

    def _react(self, counts: Mapping[str, int], *, here: bool) -> None:
        for kind, n in counts.items():
            if kind in Reaction.values:
                self._seen[kind] = min(self._seen[kind] + n, MOST_REACTIONS)
                if here:
                    self._unpassed[kind] += n
        self._reactions.call()

    def _tell_reactions(self) -> None:
        if self._unpassed:
            counts, self._unpassed = dict(self._unpassed), Counter()
            self._process.to_others(self._code, {"kind": "reactions", "counts": counts})
        seen, self._seen = dict(self._seen), Counter()
        if not seen:
            return
        told = frame("reactions", {"counts": seen})
        for audience in ("wall", "facilitator"):
            for screen in tuple(self._screens[audience]):
                # Who lags does without: a thumb of half a minute ago says nothing.
                if not screen.lags:
                    screen.send(told)
