"""HTTP under ASGI: the whole synchronous stack of Django in one call on a fixed pool of threads."""

import asyncio
import contextvars
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import IO, Any

from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, ASGIRequest, get_script_prefix
from django.http import FileResponse, HttpResponseBase
from django.urls import set_script_prefix

from config.request_size import limit_for

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class OneHopHandler(ASGIHandler):
    """Django's handler with `get_response` and its housekeeping in one thread of the pool.

    A thread keeps its database connection from request to request, so the pool's size
    (`HTTP_THREADS`) is also the number of connections. A request whose client has gone runs to its
    end: a thread cannot be stopped half-way, and its answer goes nowhere.
    """

    def __init__(self) -> None:
        # Not ASGIHandler's own: it would load the middleware for coroutines.
        super(ASGIHandler, self).__init__()
        self.load_middleware(is_async=False)
        self._pool = ThreadPoolExecutor(settings.HTTP_THREADS, thread_name_prefix="http")

    def close(self) -> None:
        """Let running requests end, then the threads."""
        self._pool.shutdown()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = tempfile.SpooledTemporaryFile(  # noqa: SIM115  (closed with the request)
            max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE, mode="w+b"
        )
        try:
            scope = await read_body(scope, receive, body)
        except RequestAborted:
            body.close()
            return
        # A fresh context: nothing of one request (its language, its URLs) reaches the next.
        answer = partial(contextvars.Context().run, self._answer, scope, body)
        response = await asyncio.get_running_loop().run_in_executor(self._pool, answer)
        await self.send_response(response, send)

    def _answer(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        """From the request's first signal to its last, in this thread."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        with body:
            request, refusal = self.create_request(scope, body)
            response: Any = refusal if request is None else self._respond(request)
        # Fires `request_finished`, with which Django puts its database connections in order.
        response.close()
        return response  # type: ignore[no-any-return]  # a refusal or Django's own

    def _respond(self, request: ASGIRequest) -> HttpResponseBase:
        response: Any = self.get_response(request)
        response._handler_class = self.__class__  # noqa: SLF001  (the sender of its last signal)
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if response.streaming:
            # Read here, where its file is open and its queries have their connection. What is
            # streamed are files of some megabytes.
            response.streaming_content = _in_parts(list(response.streaming_content))
        return response  # type: ignore[no-any-return]  # a refusal or Django's own


async def read_body(scope: Scope, receive: Receive, body: IO[bytes]) -> Scope:
    """Write the request's body to `body`, but never more than its kind may have.

    A longer one is not read to its end: the scope that comes back then declares its length, and
    `request_size.RequestSizeMiddleware` refuses it with all that an answer needs (language, style).
    Raises RequestAborted when the client leaves before its end.
    """
    headers = dict(scope["headers"])
    limit = limit_for(headers.get(b"content-type", b"").decode("latin1"))
    declared = headers.get(b"content-length", b"")
    if declared.isdigit() and int(declared) > limit:
        return scope
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestAborted
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            length = (b"content-length", str(size).encode())
            return {**scope, "headers": [*scope["headers"], length]}
        body.write(part)
        if not message.get("more_body", False):
            body.seek(0)
            return scope


async def _in_parts(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
