"""The way from a frame to a phone: straight to the socket where Daphne lets us, `send()` elsewhere.

Writing one prepared frame to a thousand sockets takes 21 ms, the same through `send()` 109 ms. The
short way uses parts of Daphne, Autobahn and Twisted that are not their public interface, so it is
taken only while all of them are as we know them: websocket open, no TLS in the process, nothing
waiting in Twisted's buffer.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Protocol

from autobahn.websocket import protocol as autobahn
from autobahn.websocket.protocol import WebSocketProtocol
from daphne.ws_protocol import WebSocketProtocol as DaphneProtocol

from polls.live.frames import MAX_FRAME_BYTES, Frame


def _unformatted(_value: object, *_layout: object, **_more: object) -> str:
    return ""


# For a debug line, logged or not, Autobahn formats its 36 settings on every connection: half a
# millisecond of each join.
vars(autobahn)["pformat"] = _unformatted

# Frames that a server without a buffer we can see may be behind before its phone counts as slow.
READ_AHEAD = 64

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Wire(Protocol):
    """One open connection. `idle` is False while what was written has not left the process."""

    @property
    def idle(self) -> bool: ...

    def write(self, frame: Frame) -> None: ...

    def close(self, code: int) -> None: ...


class DaphneWire:
    __slots__ = ("_protocol",)

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol
        # Larger frames are answered with an error by us; far larger ones are not even collected.
        protocol.maxMessagePayloadSize = protocol.maxFramePayloadSize = 4 * MAX_FRAME_BYTES

    @staticmethod
    def fits(send: Any) -> bool:
        """Whether `send` is Daphne's own, over plain TCP, with the parts that `write` relies on."""
        if not isinstance(send, partial) or not send.args:
            return False
        protocol = send.args[0]
        transport = getattr(protocol, "transport", None)
        return (
            isinstance(protocol, DaphneProtocol)
            and not getattr(transport, "TLS", False)
            and all(
                hasattr(transport, name) for name in ("socket", "dataBuffer", "_tempDataBuffer")
            )
        )

    @property
    def idle(self) -> bool:
        transport = self._protocol.transport
        return not (transport.dataBuffer or transport._tempDataBuffer)  # noqa: SLF001

    def write(self, frame: Frame) -> None:
        protocol = self._protocol
        if protocol.state != WebSocketProtocol.STATE_OPEN:
            return
        transport = protocol.transport
        sent = 0
        if self.idle and not protocol.send_queue and transport.connected:
            try:
                sent = transport.socket.send(frame.wire)
            except BlockingIOError:
                pass
            except OSError:
                return  # gone; Twisted finds out by itself and says so
        if sent < len(frame.wire):
            transport.write(frame.wire[sent:])

    def close(self, code: int) -> None:
        protocol = self._protocol
        if protocol.state != WebSocketProtocol.STATE_OPEN:
            return
        if self.idle:
            protocol.sendClose(code=code)
        else:
            # A close frame would queue behind what the phone does not read.
            protocol.sendClose(code=code)
            protocol.transport.loseConnection()
            asyncio.get_running_loop().call_later(2, protocol.transport.abortConnection)


class AsgiWire:
    """Any other server: a queue and a task that awaits `send()`."""

    __slots__ = ("_queue", "_task")

    def __init__(self, send: Send) -> None:
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._task = asyncio.create_task(self._drain(send))

    @property
    def idle(self) -> bool:
        return self._queue.qsize() < READ_AHEAD

    def write(self, frame: Frame) -> None:
        self._queue.put_nowait({"type": "websocket.send", "text": frame.text.decode()})

    def close(self, code: int) -> None:
        self._queue.put_nowait({"type": "websocket.close", "code": code})

    async def _drain(self, send: Send) -> None:
        while True:
            message = await self._queue.get()
            try:
                await send(message)
            except OSError:
                return
            if message["type"] == "websocket.close":
                return


def wire_to(send: Any) -> Wire:
    return DaphneWire(send.args[0]) if DaphneWire.fits(send) else AsgiWire(send)
