"""What services tell the screens: handed to this process's hubs and, over Redis, to the others'.

One message goes to each process, never one to each connection. With the in-memory layer there is
one process, and nothing is published.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

Message = dict[str, Any]
Listener = Callable[[str, Message], None]

GROUP = "live.hubs"
LAYER_AWAY = (OSError, RedisError)
ORIGIN = secrets.token_hex(8)
ORIGIN_NUMBER = int(ORIGIN, 16)


class _Local:
    """The loop that runs this process's hubs, once the first phone has come."""

    loop: asyncio.AbstractEventLoop | None = None
    listener: Listener | None = None


def shared_layer() -> Any:
    """The layer between processes, or None where there is only this one."""
    layer = get_channel_layer()
    return None if layer is None or isinstance(layer, InMemoryChannelLayer) else layer


def listen(loop: asyncio.AbstractEventLoop, listener: Listener) -> None:
    """Hand every announcement of this process to `listener(code, message)` on `loop`."""
    _Local.loop, _Local.listener = loop, listener


def stop_listening() -> None:
    _Local.loop = _Local.listener = None


def is_listening() -> bool:
    """Whether this process has a loop that hears the announcements."""
    return _Local.loop is not None


def announce_here(code: str, message: Message) -> bool:
    """Tell this process's hubs alone. Returns whether it has any."""
    loop, listener = _Local.loop, _Local.listener
    if loop is None or listener is None or loop.is_closed():
        return False
    loop.call_soon_threadsafe(listener, code, message)
    return True


def announce_ballots(code: str, round_ids: list[int]) -> None:
    """Rounds have new ballots."""
    announce_soon(code, {"kind": "ballots", "rounds": round_ids})


def announce_soon(code: str, message: Message) -> None:
    """Cheap enough for what comes by the hundred: where there is a hub, it reads what changed at
    its own pace and passes that on to the other processes.
    """
    if not announce_here(code, message):
        announce(code, message)


def announce(code: str, message: Message) -> None:
    """Call after the commit, from any thread but the hubs' own; returns at once where it can."""
    here = announce_here(code, message)
    layer, loop = shared_layer(), _Local.loop
    if layer is None:
        return
    if here and loop is not None:
        asyncio.run_coroutine_threadsafe(publish(layer, code, message), loop)
    else:
        async_to_sync(publish)(layer, code, message)


async def publish(layer: Any, code: str, message: Message) -> None:
    """Send to every other process: the origin lets a process skip its own words.

    What is lost while the layer is away the others find in the database within seconds.
    """
    sent = {"type": "live", "origin": ORIGIN, "code": code, "message": message}
    try:
        await layer.group_send(GROUP, sent)
    except LAYER_AWAY as error:
        logger.warning("Not told to the other processes (%s): %s", message["kind"], error)
