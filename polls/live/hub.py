"""One live session in this process: its screens, its newest events and its tallies."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from polls import queries
from polls.live.announcements import Message
from polls.live.frames import Frame, frame
from polls.live.leaders import Leaders
from polls.live.presence import Presence
from polls.live.room import Room
from polls.live.screen import Screen
from polls.live.tallies import Surroundings, Tallies
from polls.models import LiveSession, Round
from polls.queries import REPLAY_LIMIT, Audience, Tally

BANNED, NO_SESSION, ENDED, RESTARTED = 4403, 4404, 4410, 1012
# Within the grace of two seconds ballots under way still count.
GRACE_SECONDS = 2.1
ASK_AGAIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Event:
    seq: int
    type: str
    data: dict[str, Any]
    frame: Frame


@dataclass(frozen=True, slots=True)
class Picture:
    """A snapshot and the `seq` it was read at; later events follow it."""

    seq: int
    epoch: str
    state: str
    body: dict[str, Any]


class Hub:
    def __init__(self, session: LiveSession, process: Surroundings, presence: Presence) -> None:
        self.code = session.code
        self.session_id = session.pk
        self.municipality_id = session.municipality_id
        self.eligibility = session.eligibility
        self.screens: dict[Audience, set[Screen]] = {
            "voter": set(),
            "wall": set(),
            "facilitator": set(),
        }
        # Also those that have not said hello yet: a hub is stopped when the last one has left.
        self.connections = 0
        self.is_over = False
        self.banned: frozenset[UUID] = frozenset()
        self.ban_changes = 0
        self.events: deque[Event] = deque(maxlen=REPLAY_LIMIT)
        self.seq = 0
        self._process = process
        self.presence = presence
        self.tallies = Tallies(self.code, self.screens, process, self._numbers_changed)
        self.leaders = Leaders(session.pk, self.screens, process, self._numbers_changed)
        self._pictures: dict[Audience, Picture] = {}
        self._generation = 0
        self._numbers = 0
        self._loading: dict[Audience, asyncio.Task[Picture]] = {}
        self._due: dict[int, asyncio.TimerHandle] = {}
        self.room = Room(self.code, self.session_id, process, self.screens, self.tallies.is_shown)

    # --- Screens ---------------------------------------------------------------------------------

    def add(self, screen: Screen) -> None:
        self.screens[screen.audience].add(screen)
        if screen.audience == "voter":
            self.presence.arrive(screen)
        else:
            self.presence.changed()

    def remove(self, screen: Screen) -> None:
        self.screens[screen.audience].discard(screen)
        self.presence.leave(screen)

    def everyone(self) -> Iterable[Screen]:
        for screens in self.screens.values():
            yield from tuple(screens)

    def stop(self) -> None:
        self.is_over = True
        self.tallies.stop()
        self.leaders.stop()
        for due in self._due.values():
            due.cancel()
        self.room.stop()

    # --- Pictures --------------------------------------------------------------------------------

    async def load(self) -> None:
        """Start from the database: the last events, and which counts the room may see."""
        picture = await self.picture("facilitator")
        await self.room.load()
        rows = await self._process.in_thread(
            lambda: queries.events_after(self.session_id, picture.seq - REPLAY_LIMIT)
        )
        for seq, kind, data in rows:
            if seq <= picture.seq:  # later ones are fetched, and heard, like any other
                self._remember(seq, kind, data)
        self.seq = picture.seq
        self.leaders.start(picture.body["leaders"])
        # Who comes back with the newest events replayed needs the numbers that went with them.
        questions = picture.body["questions"]
        rounds = [round_ for question in questions for round_ in question["rounds"]]
        self.tallies.read(round_["id"] for round_ in rounds if round_["final"] or round_["hidden"])

    async def picture(self, audience: Audience) -> Picture:
        """The newest snapshot for this audience, read once for all who ask at the same time."""
        while True:
            generation = self._generation
            if (kept := self._pictures.get(audience)) is not None:
                return kept
            task = self._loading.get(audience)
            if task is None or task.done():
                task = asyncio.create_task(self._load_picture(audience))
                self._loading[audience] = task
            picture = await asyncio.shield(task)
            # An event came while it was read (counts may have been hidden): read again.
            if generation == self._generation:
                return picture

    async def _load_picture(self, audience: Audience) -> Picture:
        generation, numbers = self._generation, self._numbers
        picture: Picture = await self._process.in_thread(lambda: self._read_picture(audience))
        if generation == self._generation:
            if numbers == self._numbers:
                self._pictures[audience] = picture
            for question in picture.body["questions"]:
                for round_ in question["rounds"]:
                    is_open = round_["state"] == "open"
                    self.tallies.note(round_["id"], revealed=round_["revealed"], is_open=is_open)
                    runs = is_open and not round_["held"]
                    self._watch_clock(round_["id"], round_["closes_at"] if runs else None)
        return picture

    def snapshot(self, picture: Picture, audience: Audience) -> dict[str, Any]:
        """The picture with what leads on from frame to frame as the hub has told it."""
        return {**picture.body, **self.leaders.body(), "room": self.room.body(audience)}

    def _read_picture(self, audience: Audience) -> Picture:
        # `seq` is read first: an event that happens meanwhile is told twice, never lost.
        session = queries.session_by_code(self.code)
        body = queries.snapshot(session, now=timezone.now(), audience=audience)
        body["presence"] = None if audience == "voter" else self.presence.n
        return Picture(session.seq, session.epoch, session.state, body)

    # --- Events ----------------------------------------------------------------------------------

    def hear(self, message: Message) -> None:
        """An announcement of this process or another."""
        kind = message["kind"]
        if kind == "event":
            self._hear_event(message["seq"], message["type"], message["data"])
        elif kind == "ballots":
            self.tallies.read(message["rounds"])
        elif kind == "tally":
            self.tallies.apply(Tally(**message["tally"]))
        elif kind == "banned":
            self.ban(self.banned | {UUID(hex=seat) for seat in message["seats"]})
        elif kind == "unbanned":
            self.ban(self.banned - {UUID(hex=seat) for seat in message["seats"]})
        elif kind == "leaders":
            self.leaders.read()
        elif kind in {"room", "reactions"}:
            self.room.hear(message)
        elif kind == "prepared":
            self._changed()
            self.room.changed()
            self._process.spawn(self._refresh_facilitators())

    def ban(self, seats: frozenset[UUID]) -> None:
        """These seats, and no others, are kept out from now on."""
        self.banned = seats
        self.ban_changes += 1
        self.presence.ban(seats)
        for screen in self.everyone():
            if screen.seat in seats:
                screen.close(BANNED)

    def catch_up(self, seq: int) -> None:
        """The database is at `seq`: fetch what was not heard."""
        if seq > self.seq:
            self._process.spawn(self._fetch_missed())

    def missed(self, epoch: str, seq: int, picture: Picture) -> list[Event] | None:
        """The events after `seq`; None when they cannot be replayed."""
        oldest = self.events[0].seq if self.events else self.seq + 1
        if epoch != picture.epoch or not oldest - 1 <= seq <= self.seq:
            return None
        return [event for event in self.events if event.seq > seq]

    def _hear_event(self, seq: int, kind: str, data: dict[str, Any]) -> None:
        if seq <= self.seq:
            return
        if seq > self.seq + 1:
            self._process.spawn(self._fetch_missed())
            return
        event = self._remember(seq, kind, data)
        self._changed()
        self._note(kind, data)
        for screen in self.everyone():
            screen.send(event.frame)
        if kind == "session.published":
            for screen in self.everyone():
                screen.close(ENDED)
        elif kind == "session.settings":
            self.leaders.turn(on=bool(data.get("leaderboard")))
        self._tallies_after(kind, data)
        self.room.changed()

    async def _fetch_missed(self) -> None:
        rows = await self._process.in_thread(
            lambda: queries.events_after(self.session_id, self.seq)
        )
        if rows and rows[0][0] > self.seq + 1:
            # More than can be replayed: every screen sees the gap and says hello again.
            self.seq = rows[0][0] - 1
            self.events.clear()
        for seq, kind, data in rows:
            self._hear_event(seq, kind, data)

    def _remember(self, seq: int, kind: str, data: dict[str, Any]) -> Event:
        event = Event(seq, kind, data, frame(kind, data, seq=seq))
        self.events.append(event)
        self.seq = seq
        return event

    def _changed(self) -> None:
        self._generation += 1
        self._pictures.clear()
        self._loading.clear()

    def _note(self, kind: str, data: dict[str, Any]) -> None:
        """What an event changes in what may be shown, before anyone hears of it."""
        round_id = data.get("round")
        if round_id is None or "revealed" not in data:
            return
        self.tallies.note(
            round_id, revealed=data["revealed"], is_open=data.get("state") == Round.State.OPEN
        )
        if kind == "round.hidden":
            for screen in self.everyone():
                if screen.audience != "facilitator":
                    screen.forget_tally(round_id)
            self.room.hide()
        runs = data.get("state") == Round.State.OPEN and not data.get("held")
        self._watch_clock(round_id, data.get("closes_at") if runs else None)

    def _tallies_after(self, kind: str, data: dict[str, Any]) -> None:
        """Closed and revealed rounds tell their numbers at once; an opened question travels
        without counts, so those of its earlier rounds follow.
        """
        if kind in {"round.closed", "round.revealed", "words"}:
            self.tallies.read([data["round"]], at_once=True)
        elif kind == "round.opened":
            rounds = [round_["id"] for round_ in data["question"]["rounds"]]
            self.tallies.read(rounds, at_once=True)

    async def _refresh_facilitators(self) -> None:
        picture = await self.picture("facilitator")
        # Before the start a changed setting is no event.
        self.leaders.turn(on=picture.body["leaders"] is not None)
        if self.screens["facilitator"]:
            refreshed = self.welcome(picture, role="facilitator", token=None, now=timezone.now())
            for screen in tuple(self.screens["facilitator"]):
                screen.send(refreshed)

    def welcome(self, picture: Picture, *, role: str, token: str | None, now: datetime) -> Frame:
        """A welcome with the whole picture, for everyone in this role."""
        body = {**self.snapshot(picture, "facilitator"), "now": now.isoformat()}
        return frame(
            "welcome",
            {
                "epoch": picture.epoch,
                "seq": picture.seq,
                "now": now.isoformat(),
                "role": role,
                "token": token,
                "snapshot": body,
            },
        )

    # --- Clock -----------------------------------------------------------------------------------

    def _watch_clock(self, round_id: int, closes_at: str | None) -> None:
        if (old := self._due.pop(round_id, None)) is not None:
            old.cancel()
        if closes_at is None or self.is_over:
            return
        left = (datetime.fromisoformat(closes_at) - timezone.now()).total_seconds()
        self._due[round_id] = asyncio.get_running_loop().call_later(
            max(left + GRACE_SECONDS, 0), self._time_is_up, round_id
        )

    def _time_is_up(self, round_id: int) -> None:
        """Again until the close is heard: just now the database may be away."""
        self._process.close_due(self.code)
        self._due[round_id] = asyncio.get_running_loop().call_later(
            ASK_AGAIN_SECONDS, self._time_is_up, round_id
        )

    def _numbers_changed(self) -> None:
        """Snapshots hold numbers, too; those being read now are still good to send."""
        self._numbers += 1
        self._pictures.clear()

    # --- Presence --------------------------------------------------------------------------------

    def tick(self) -> None:
        """Every few seconds: numbers that nobody announced."""
        self._process.spawn(self.tallies.read_anew())
        self.leaders.read()
        self.room.changed()

    def show_presence(self) -> None:
        """How many are here has changed."""
        told = frame("presence", {"n": self.presence.n})
        for audience in ("wall", "facilitator"):
            for screen in tuple(self.screens[audience]):
                screen.send(told)
        self._pictures.pop("wall", None)
        self._pictures.pop("facilitator", None)
