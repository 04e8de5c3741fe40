"""The socket door of a live session: parse, one call, answer.

A plain ASGI application rather than a Channels consumer class: no channel layer and no database
look-up per connection, and twice the ballots a second.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import Error
from django.utils import timezone

from participation.actors import Actor
from participation.errors import LoginRequired, NotAllowed, NotFound, RuleBroken, TooManyRequests
from polls import room_door, tickets
from polls.consumers.process import may_come, switchboard
from polls.live.frames import frame
from polls.live.hub import BANNED, ENDED, NO_SESSION, RESTARTED, Hub, Picture
from polls.live.incoming import Refused, code_of, own_origin, parse
from polls.live.limits import REACTIONS_A_SECOND, REACTIONS_BURST, Bucket
from polls.live.screen import Screen
from polls.live.wire import Wire, wire_to
from polls.models import LiveSession
from polls.queries import Audience
from polls.services import upvotes
from polls.services.ballots import Ack, Outcome
from polls.staff_door import COMMANDS as STAFF_COMMANDS
from polls.staff_door import facilitator_of

logger = logging.getLogger(__name__)

PROTOCOL, AUTH, TIMEOUT, RATE = 4400, 4401, 4408, 4429
AWAY = 1011  # the database; come back
HELLO_SECONDS = 15
MAX_ERRORS = 5
ROLES: dict[Any, Audience] = {
    None: "voter",
    "voter": "voter",
    "wall": "wall",
    "facilitator": "facilitator",
}
COMMANDS = STAFF_COMMANDS | room_door.COMMANDS
CLOSING = {"round.close", "rounds.close", "next"}
RETRY_CODES = {"busy", "rate_limited"}


async def websocket_application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """`/ws/live/<code>/` for pages of our own origins. Unknown paths are closed with 4404."""
    await receive()
    if not own_origin(scope):
        await send({"type": "websocket.close", "code": 4403})
        return
    await send({"type": "websocket.accept"})
    wire = wire_to(send)
    board = switchboard()
    code = code_of(scope["path"])
    if not may_come(scope, code):
        wire.close(RATE)
        return
    try:
        hub = await board.enter(code)
    except NotFound:
        wire.close(NO_SESSION)
        return
    except TooManyRequests:
        wire.close(RATE)
        return
    except Error as error:
        logger.warning("A session could not be opened: %s", error)
        wire.close(AWAY)
        return
    connection = Connection(hub, wire, scope)
    try:
        await connection.run(receive)
    finally:
        connection.leave()


class Connection:
    """One socket from its first frame to its last."""

    __slots__ = (
        "_bucket",
        "_errors",
        "_loop",
        "_reactions",
        "_scope",
        "_seat",
        "_token",
        "hub",
        "screen",
        "wire",
    )

    def __init__(self, hub: Hub, wire: Wire, scope: dict[str, Any]) -> None:
        self.hub = hub
        self.wire = wire
        self.screen: Screen | None = None
        self._seat: UUID | None = None
        self._token: str | None = None
        self._errors = 0
        self._bucket = Bucket()
        self._reactions: Bucket | None = None
        self._loop = asyncio.get_running_loop()
        self._scope = {"cookie": dict(scope["headers"]).get(b"cookie", b"").decode("latin1")}

    async def run(self, receive: Callable[[], Any]) -> None:
        waiting = self._loop.call_later(HELLO_SECONDS, self._no_hello)
        try:
            while True:
                message = await receive()
                if message["type"] == "websocket.disconnect":
                    return
                await self._hear(message)
        finally:
            waiting.cancel()

    def leave(self) -> None:
        self.hub.connections -= 1
        if self.screen is not None:
            self.screen.closed = True
            self.hub.remove(self.screen)

    def _no_hello(self) -> None:
        if self.screen is None:
            self.wire.close(TIMEOUT)

    async def _hear(self, message: dict[str, Any]) -> None:
        now = self._loop.time()
        in_time = self._bucket.take(now)
        if self._bucket.exhausted:
            self._close(RATE)
            return
        if self.screen is not None:
            self.screen.last_seen = now
        if self.hub.is_over:
            self._close(RESTARTED)  # nobody speaks to it any more
            return
        re: str | None = None
        try:
            kind, re, data = parse(message)
            await (self._do(kind, re, data) if in_time else self._slow_down())
            self._errors = 0
        except Refused as error:
            self._error(error, re or None)
        except RuleBroken as error:
            self._not_done(re or "", error)
        except Error as error:
            logger.warning("A frame could not be answered: %s", error)
            self._error(Refused("busy"), re or None)

    async def _slow_down(self) -> None:
        await asyncio.sleep(0)  # a full queue never lets go of the loop by itself
        raise Refused("rate_limited")

    async def _do(self, kind: str, re: str, data: dict[str, Any]) -> None:
        if kind == "ping":  # answered before the database is asked for anything
            pong = {"now": timezone.now().isoformat(), "seq": self.hub.seq}
            self._send(frame("pong", pong, re=re or None))
        if self._steers and kind not in COMMANDS and kind != "hello":
            await self._as_facilitator(lambda _actor: None)
        if kind in {"vote.cast", "vote.retract"}:
            self._cast(re, data, retract=kind == "vote.retract")
        elif kind == "hello":
            await self._hello(re, data)
        elif kind in room_door.SEATED:
            await self._in_room(kind, re, data)
        elif kind in COMMANDS:
            await self._command(kind, re, data)
        elif kind != "ping":
            raise Refused("unknown_type", protocol=True)

    # --- Hello -----------------------------------------------------------------------------------

    async def _hello(self, re: str, data: dict[str, Any]) -> None:
        role = data.get("role")
        if not isinstance(role, str | None) or role not in ROLES:
            raise Refused("bad_shape", protocol=True)
        audience = ROLES[role]
        if audience == "facilitator":
            await self._as_facilitator(lambda _actor: None)
        picture = await self.hub.picture(audience)
        if picture.state == LiveSession.State.DRAFT and audience != "facilitator":
            self.wire.close(NO_SESSION)
            return
        if picture.state == LiveSession.State.PUBLISHED:
            self.wire.close(ENDED)
            return
        token, own = await self._take_seat(data, picture) if audience == "voter" else (None, {})
        # The look-up of the own ballots may have taken a moment in which counts were hidden.
        picture = await self.hub.picture(audience)
        if self.hub.is_over or self._seat in self.hub.banned:
            self._close(RESTARTED if self.hub.is_over else BANNED)
            return
        self._welcome(re, data, audience, picture, (token, own))

    def _welcome(
        self,
        re: str,
        data: dict[str, Any],
        audience: Audience,
        picture: Picture,
        seat: tuple[str | None, dict[str, Any]],
    ) -> None:
        """No await in here: between the picture and the later events nothing can slip through."""
        screen = self._join(audience)
        epoch, seq = data.get("epoch"), data.get("seq")
        missed = None
        if isinstance(epoch, str) and type(seq) is int:
            missed = self.hub.missed(epoch, seq, picture)
        token, own = seat
        now = timezone.now().isoformat()
        welcome = {
            "epoch": picture.epoch,
            "seq": picture.seq if missed is None else self.hub.seq,
            "now": now,
            "role": audience,
            "token": token,
        }
        if missed is None:
            welcome["snapshot"] = {**self.hub.snapshot(picture, audience), "now": now, **own}
            missed = [event for event in self.hub.events if event.seq > picture.seq]
        self._send(frame("welcome", welcome, re=re or None))
        screen.replay([event.frame for event in missed])
        if "snapshot" not in welcome:
            self._send(self.hub.room.whole(audience, own.get("own_room")))
            self.hub.leaders.send_to(screen)
        self.hub.tallies.send_to(screen)

    def _join(self, audience: Audience) -> Screen:
        if self.screen is not None:
            self.hub.remove(self.screen)
        if self.screen is None or self.screen.audience != audience:
            self.screen = Screen(self.wire, audience, self._loop.time())
        self.screen.seat = self._seat
        self.hub.add(self.screen)
        return self.screen

    async def _take_seat(
        self, data: dict[str, Any], picture: Picture
    ) -> tuple[str | None, dict[str, Any]]:
        token = data.get("token") or self._token
        if token is None:
            open_to_all = self.hub.eligibility == LiveSession.Eligibility.ANYONE
            if open_to_all and picture.state == LiveSession.State.LIVE:
                token = self._token = tickets.new_seat_token(self.hub.code)
                self._seat = tickets.seat_of(token, self.hub.code)
            return token, {}
        self._seat = tickets.seat_of(token, self.hub.code) if isinstance(token, str) else None
        if self._seat is None:
            raise Refused("unauthenticated")
        self._token = token  # a hello without one is the same phone's
        own = await switchboard().own(self.hub.session_id, self._seat)
        if own is None:
            raise Refused("busy")
        return token, own

    # --- Ballots ---------------------------------------------------------------------------------

    def _cast(self, re: str, data: dict[str, Any], *, retract: bool) -> None:
        if self.screen is None:
            raise Refused("unauthenticated")
        if self._seat is None:
            raise Refused("not_eligible")
        cast = room_door.cast(self.hub.session_id, self._seat, data, retract=retract)
        switchboard().ballot_box.put(cast, lambda outcome: self._answer(re, outcome))

    def _answer(self, re: str, outcome: Outcome | None) -> None:
        if isinstance(outcome, Ack):
            self._send(frame("ack", room_door.counted(outcome), re=re or None))
        else:
            self._not_done(re, outcome)

    def _not_done(self, re: str, broken: RuleBroken | None) -> None:
        error = Refused(broken.code, **broken.extra) if broken else Refused("busy")
        self._error(error, re or None)

    # --- The room --------------------------------------------------------------------------------

    async def _in_room(self, kind: str, re: str, data: dict[str, Any]) -> None:
        """A question, a card, an agreement or a reaction of this seat."""
        seat = self._seat
        if self.screen is None:
            raise Refused("unauthenticated")
        if seat is None:
            raise Refused("not_eligible")
        if kind == "react":
            self._react(re, room_door.reaction(data))
        elif kind == "qa.upvote":
            wish = room_door.wish(self.hub.session_id, seat, data)
            switchboard().upvote_box.put(wish, lambda outcome: self._agreed(re, outcome))
        else:
            kept = await switchboard().in_thread(lambda: room_door.ask(self.hub.code, seat, data))
            self._send(frame("ack", kept, re=re or None))

    def _react(self, re: str, kind: str) -> None:
        if not self.hub.room.settings["reactions"]:
            raise Refused("room_closed")
        if self._reactions is None:
            self._reactions = Bucket(REACTIONS_A_SECOND, REACTIONS_BURST)
        if not self._reactions.take(self._loop.time()):
            raise Refused("rate_limited")
        self.hub.room.react(kind)
        self._send(frame("ack", {"kind": kind}, re=re or None))

    def _agreed(self, re: str, outcome: upvotes.Outcome | None) -> None:
        if isinstance(outcome, upvotes.Agreed):
            agreed = {"id": str(outcome.contribution), "up": outcome.up}
            self._send(frame("ack", agreed, re=re or None))
        else:
            self._not_done(re, outcome)

    # --- Facilitator -----------------------------------------------------------------------------

    async def _command(self, kind: str, re: str, data: dict[str, Any]) -> None:
        if self.screen is None:
            raise Refused("unauthenticated")
        if not self._steers:
            raise Refused("forbidden")
        command = COMMANDS[kind]
        if kind in CLOSING:
            await switchboard().ballot_box.settled()  # whoever pressed later must not come first
        done = await self._as_facilitator(lambda actor: command(actor, self.hub.code, data))
        self._send(frame("ack", done, re=re or None))

    @property
    def _steers(self) -> bool:
        return self.screen is not None and self.screen.audience == "facilitator"

    async def _as_facilitator(self, work: Callable[[Actor], Any]) -> Any:
        """`work` for whoever is logged in there now. A remote whose log-in or role has ended is
        closed: it hears counts that the room does not.
        """
        try:
            return await switchboard().in_thread(
                lambda: work(facilitator_of(self._scope, self.hub.code))
            )
        except (NotFound, LoginRequired, NotAllowed):
            if self._steers:
                self._close(AUTH)
            raise

    # --- Answers ---------------------------------------------------------------------------------

    def _send(self, answer: Any) -> None:
        if self.screen is not None:
            self.screen.send(answer)
        else:
            self.wire.write(answer)

    def _error(self, error: Refused, re: str | None) -> None:
        body = {"code": error.code, "retry": error.code in RETRY_CODES, **error.extra}
        self._send(frame("error", body, re=re))
        if error.protocol:
            self._errors += 1
            if self._errors >= MAX_ERRORS:
                self._close(PROTOCOL)

    def _close(self, code: int) -> None:
        if self.screen is not None:
            self.screen.close(code)
        else:
            self.wire.close(code)
