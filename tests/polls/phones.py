"""A phone for the tests: talks to the application itself, frame by frame."""

import asyncio
from collections.abc import Callable
from typing import Any, Self, TypeVar

import orjson

from polls.consumers import switchboard, websocket_application

Result = TypeVar("Result")
PATIENCE_SECONDS = 10


class Phone:
    """`closed` holds the close code once the server has closed."""

    def __init__(self, code: str, *, path: str = "", cookie: str = "", origin: str = "") -> None:
        headers = [(b"host", b"testserver")]
        if cookie:
            headers.append((b"cookie", cookie.encode()))
        if origin:
            headers.append((b"origin", origin.encode()))
        self._scope = {
            "type": "websocket",
            "path": path or f"/ws/live/{code}/",
            "headers": headers,
            "client": ("127.0.0.1", 5),
        }
        self._in: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._out: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.closed: int | None = None
        self.token: str | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._in.put_nowait({"type": "websocket.connect"})
        self._task = asyncio.create_task(
            websocket_application(self._scope, self._in.get, self._out.put)
        )
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._in.put_nowait({"type": "websocket.disconnect", "code": 1000})
        assert self._task is not None
        await asyncio.wait_for(self._task, PATIENCE_SECONDS)

    def say(self, kind: str, ident: str = "1", /, **data: Any) -> None:
        self.raw(text=orjson.dumps({"v": 1, "t": kind, "id": ident, "d": data}).decode())

    def raw(self, **message: Any) -> None:
        self._in.put_nowait({"type": "websocket.receive", **message})

    async def hear(self, *kinds: str) -> dict[str, Any]:
        """The next frame; with `kinds`, the next of these, others skipped."""
        while True:
            message = await asyncio.wait_for(self._out.get(), PATIENCE_SECONDS)
            if message["type"] == "websocket.close":
                self.closed = message["code"]
                return {"t": "closed", "d": {"code": message["code"]}}
            if message["type"] == "websocket.send":
                frame: dict[str, Any] = orjson.loads(message["text"])
                if not kinds or frame["t"] in kinds:
                    return frame

    async def hello(self, **data: Any) -> dict[str, Any]:
        """The welcome's data."""
        self.say("hello", "hello", **data)
        welcome: dict[str, Any] = (await self.hear("welcome"))["d"]
        self.token = welcome["token"] or self.token
        return welcome

    async def error(self) -> str:
        return str((await self.hear("error"))["d"]["code"])

    def rest(self) -> list[dict[str, Any]]:
        """What has come so far and was not heard."""
        frames = []
        while not self._out.empty():
            message = self._out.get_nowait()
            if message["type"] == "websocket.send":
                frames.append(orjson.loads(message["text"]))
        return frames


async def do(work: Callable[[], Result]) -> Result:
    """Call a service from a test on the loop."""
    return await switchboard().in_thread(work)
