"""The caller's address and scheme, where a proxy stands in front (`BEHIND_PROXY`).

Each proxy adds the address it saw at the end of `X-Forwarded-For`. One proxy is ours, so the last
entry is the caller's; everything before it the caller may have invented.
"""

from collections.abc import Callable, Coroutine
from typing import Any

AsgiApplication = Callable[[dict[str, Any], Any, Any], Coroutine[Any, Any, None]]
WsgiApplication = Callable[[dict[str, Any], Any], Any]


def last_entry(header: str) -> str:
    return header.rpartition(",")[2].strip()


def believe_proxy(application: AsgiApplication) -> AsgiApplication:
    """`application` with the proxy's word for `client`, for HTTP and websockets alike."""

    async def believing(scope: dict[str, Any], receive: Any, send: Any) -> None:
        for name, value in scope.get("headers", ()):
            if name == b"x-forwarded-for" and (address := last_entry(value.decode("latin1"))):
                scope = {**scope, "client": [address, 0]}
        await application(scope, receive, send)

    return believing


def believe_proxy_wsgi(application: WsgiApplication) -> WsgiApplication:
    def believing(environ: dict[str, Any], start_response: Any) -> Any:
        if address := last_entry(environ.get("HTTP_X_FORWARDED_FOR", "")):
            environ["REMOTE_ADDR"] = address
        return application(environ, start_response)

    return believing
