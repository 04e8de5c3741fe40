"""One process, two ways in: websockets to the event loop, HTTP in one hop to a small thread pool.

Django's own ASGI handler crosses between loop and threads twice for each synchronous middleware and
opens a thread (so a database connection) for every request. `OneHopHandler` keeps the whole
synchronous stack in one call on a fixed pool: about five times the requests a second.
"""

import gc
import os
from typing import Any

from config.startup import set_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
set_up()

from channels.routing import ProtocolTypeRouter  # noqa: E402  (needs the app registry)
from django.conf import settings  # noqa: E402  (like all below: after `set_up`)

from config.one_hop import OneHopHandler, Receive, Send  # noqa: E402
from config.proxy import believe_proxy  # noqa: E402
from polls.consumers import long_poll, switchboard, websocket_application  # noqa: E402

pages = OneHopHandler()


async def http_application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Who polls a live session is known in every process, even where no socket was ever opened."""
    switchboard()
    if not await long_poll(scope, send):
        await pages(scope, receive, send)


application = ProtocolTypeRouter({"http": http_application, "websocket": websocket_application})
if settings.BEHIND_PROXY:
    application = believe_proxy(application)

# What is loaded by now lives as long as the process: take it out of every later collection, and
# collect less often. Thousands of sockets make many objects that live long.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 100)
