"""The caller's address behind a proxy, and that nobody else can invent one."""

import asyncio
from typing import Any

from config.proxy import believe_proxy, believe_proxy_wsgi


def client_seen(*forwarded: bytes) -> Any:
    seen: list[Any] = []

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        seen.append(scope["client"])

    scope = {
        "type": "websocket",
        "client": ["10.0.0.1", 443],
        "headers": [(b"x-forwarded-for", value) for value in forwarded],
    }
    asyncio.run(believe_proxy(application)(scope, None, None))
    return seen[0]


def test_the_proxys_own_entry_counts() -> None:
    assert client_seen(b"192.0.2.7") == ["192.0.2.7", 0]
    assert client_seen(b"1.1.1.1, 192.0.2.7") == ["192.0.2.7", 0]
    assert client_seen(b"1.1.1.1", b"192.0.2.7") == ["192.0.2.7", 0]
    assert client_seen(b"2001:db8::7") == ["2001:db8::7", 0]


def test_without_the_header_the_connection_counts() -> None:
    assert client_seen() == ["10.0.0.1", 443]
    assert client_seen(b"") == ["10.0.0.1", 443]


def test_the_same_under_wsgi() -> None:
    seen: list[str] = []

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.append(environ["REMOTE_ADDR"])
        return []

    believing = believe_proxy_wsgi(application)
    believing({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "1.1.1.1,192.0.2.7"}, None)
    believing({"REMOTE_ADDR": "10.0.0.1"}, None)
    assert seen == ["192.0.2.7", "10.0.0.1"]
