"""The picture of an evening over plain HTTP, sent when it changes: for networks without websockets.

`GET /api/v1/live/<code>/` with `Prefer: wait=15` (RFC 7240) and the last `ETag` as `If-None-Match`
answers as soon as the picture is another one, or 304 when the time is over. It waits on the event
loop and takes the hub's own picture, read once for all: a hall that polls costs no more than one
that listens. Whatever is unusual (a log-in, a seat that is not good, a session that is not open, a
database that is away) is left to the ordinary view, which answers at once and says why.
"""

import asyncio
import hashlib
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import Error
from django.utils import timezone

from participation.errors import NotFound, TooManyRequests
from polls import tickets
from polls.consumers.process import may_come, switchboard
from polls.live import presence
from polls.live.frames import Frame
from polls.live.hub import Hub
from polls.live.screen import Screen
from polls.models import LiveSession

MOST_SECONDS = 20
# What belongs together comes within a moment: an event, and the numbers that follow it.
TOGETHER_SECONDS = 0.05
PATH = re.compile(r"/api/v1/live/([A-Z0-9]{1,16})/")
WAIT = re.compile(rb"(?:^|[,;\s])wait=([1-9]\d{0,3})(?:$|[,;\s])")
OPEN = {LiveSession.State.LIVE, LiveSession.State.ENDED}
# They say when, and change with every reader.
PASSING = {"now", "presence"}


async def long_poll(scope: Mapping[str, Any], send: Callable[[Any], Any]) -> bool:
    """Answer a request that wants to wait. False for any other: nothing has been sent then."""
    wish = wish_of(scope)
    board = switchboard()
    if wish is None or (wish.code not in board.hubs and not may_come(dict(scope), wish.code)):
        return False
    try:
        hub = await board.enter(wish.code)
    except (NotFound, TooManyRequests, Error):
        return False
    try:
        picture = await _next(hub, wish)
    except Error:
        return False
    finally:
        hub.connections -= 1
    if picture is None:
        return False
    tag = tag_of(picture)
    body = b"" if tag == wish.tag else orjson.dumps(picture)
    await send(_start(tag, same=not body))
    await send({"type": "http.response.body", "body": body})
    return True


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody waits for another picture than `tag`, at most so many seconds."""

    code: str
    seat: UUID | None
    tag: str
    seconds: int


class Ear:
    """The wire of a phone that waits: whatever would be written ends the waiting."""

    idle = True

    def __init__(self) -> None:
        self.heard = asyncio.Event()

    def write(self, _frame: Frame) -> None:
        self.heard.set()

    def close(self, _code: int) -> None:
        self.heard.set()


def wish_of(scope: Mapping[str, Any]) -> Wish | None:
    """What a guest's or a seat's request wants to wait for; None for one that does not wait."""
    headers = dict(scope["headers"])
    path, wait = PATH.fullmatch(scope["path"]), WAIT.search(headers.get(b"prefer", b""))
    logged_in = settings.SESSION_COOKIE_NAME.encode() in headers.get(b"cookie", b"")
    if scope["method"] != "GET" or path is None or wait is None or logged_in:
        return None
    code, seat = path[1], None
    if authorization := headers.get(b"authorization", b"").decode("latin1"):
        keyword, _space, token = authorization.partition(" ")
        seat = tickets.seat_of(token.strip(), code) if keyword.lower() == "seat" else None
        if seat is None:
            return None
    tag = headers.get(b"if-none-match", b"").decode("latin1")
    return Wish(code, seat, tag, min(int(wait[1]), MOST_SECONDS))


async def _next(hub: Hub, wish: Wish) -> dict[str, Any] | None:
    """The next picture; the same again when the time is over; None where the view is to say it."""
    presence.saw(hub.code, wish.seat, presence.POLL_SECONDS)
    ear = Ear()
    phone = Screen(ear, "voter", asyncio.get_running_loop().time())
    phone.seat = wish.seat
    hub.screens["voter"].add(phone)  # counted as one that polls, not as a socket
    try:
        common = hub.snapshot(await hub.picture("voter"), "voter")
        own = await _own(hub, wish)
        # What became of its own words since it last asked concerns this seat alone.
        if own is not None and wish.tag == tag_of({**common, **own}):
            with suppress(TimeoutError):
                async with asyncio.timeout(wish.seconds):
                    await ear.heard.wait()
                    await asyncio.sleep(TOGETHER_SECONDS)
            own = await _own(hub, wish)
        picture = await hub.picture("voter")
    finally:
        hub.screens["voter"].discard(phone)
    if own is None or picture.state not in OPEN or hub.is_over or wish.seat in hub.banned:
        return None
    present = hub.presence.n if wish.seat is None else None
    now = timezone.now().isoformat()
    return {**hub.snapshot(picture, "voter"), "now": now, "presence": present, **own}


async def _own(hub: Hub, wish: Wish) -> dict[str, Any] | None:
    """What only this seat sees; None while the database is busy."""
    return {} if wish.seat is None else await switchboard().own(hub.session_id, wish.seat)


def tag_of(picture: Mapping[str, Any]) -> str:
    """The same for the same picture, in every process: without what ballots change before anyone
    may see their numbers.
    """
    seen = {name: value for name, value in picture.items() if name not in PASSING}
    seen["questions"] = [
        {**question, "frozen": None, "rounds": [_as_seen(round_) for round_ in question["rounds"]]}
        for question in picture["questions"]
    ]
    dumped = orjson.dumps(seen, option=orjson.OPT_SORT_KEYS)
    return f'"{hashlib.blake2b(dumped, digest_size=9).hexdigest()}"'


def _as_seen(round_: Mapping[str, Any]) -> Mapping[str, Any]:
    if round_["counts"] is None and not round_["final"]:
        return {**round_, "rev": None, "ballots": None}
    return round_


def _start(tag: str, *, same: bool) -> dict[str, Any]:
    headers = [
        (b"etag", tag.encode()),
        (b"cache-control", b"no-store"),
        (b"vary", b"Authorization, Cookie, Prefer"),
        (b"preference-applied", b"wait"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if not same:
        headers.append((b"content-type", b"application/json"))
    return {"type": "http.response.start", "status": 304 if same else 200, "headers": headers}
