"""HTTP through the ASGI handler as Daphne calls it: bodies, streams, signals, early ends."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.core.signals import request_finished, request_started
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from config.one_hop import OneHopHandler

MEGABYTE = 1024 * 1024


@csrf_exempt
def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.body, headers={"X-Seen": request.path})


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(f"{number};" for number in range(3))


def file(request: HttpRequest) -> FileResponse:
    return FileResponse(io.BytesIO(b"x" * 200_000), filename="bild.png")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


urlpatterns = [
    path("echo/", echo),
    path("api/v1/echo/", echo),
    path("stream/", stream),
    path("file/", file),
    path("broken/", broken),
    path("", include("config.urls")),  # what the pages that refuse link to
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def handler() -> Iterator[OneHopHandler]:
    handler = OneHopHandler()
    yield handler
    handler.close()


def scope(address: str, *headers: tuple[bytes, bytes], method: str = "POST") -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": address,
        "raw_path": address.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"testserver"), *headers],
        "client": ["127.0.0.1", 5000],
    }


async def answer(
    handler: OneHopHandler,
    address: str,
    *bodies: bytes,
    headers: tuple[tuple[bytes, bytes], ...] = (),
    method: str = "POST",
) -> tuple[int, dict[str, str], bytes]:
    """Send the bodies as parts of one request; status, headers and body of what comes back."""
    caller = ApplicationCommunicator(handler, scope(address, *headers, method=method))
    for number, body in enumerate(bodies, start=1):
        more = number < len(bodies)
        await caller.send_input({"type": "http.request", "body": body, "more_body": more})
    start = await caller.receive_output(5)
    sent = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    parts = []
    while True:
        message = await caller.receive_output(5)
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            await caller.wait(5)
            return start["status"], sent, b"".join(parts)


async def test_a_body_in_parts_arrives_whole(handler: OneHopHandler) -> None:
    status, headers, body = await answer(handler, "/echo/", b"eins, ", b"zwei")
    assert (status, headers["x-seen"], body) == (200, "/echo/", b"eins, zwei")


async def test_streams_and_files_arrive_whole(handler: OneHopHandler) -> None:
    assert await _body(handler, "/stream/") == b"0;1;2;"
    assert await _body(handler, "/file/") == b"x" * 200_000


async def _body(handler: OneHopHandler, address: str) -> bytes:
    return (await answer(handler, address, b"", method="GET"))[2]


async def test_an_error_of_ours_is_a_page(handler: OneHopHandler) -> None:
    status, _headers, body = await answer(handler, "/broken/", b"", method="GET")
    assert status == 500
    assert b"Traceback" not in body


async def test_signals_fire_once_and_in_order(handler: OneHopHandler) -> None:
    seen: list[str] = []

    def started(**_kwargs: Any) -> None:
        seen.append("started")

    def finished(**_kwargs: Any) -> None:
        seen.append("finished")

    request_started.connect(started)
    request_finished.connect(finished)
    try:
        await answer(handler, "/echo/", b"")
        await answer(handler, "/stream/", b"", method="GET")
    finally:
        request_started.disconnect(started)
        request_finished.disconnect(finished)
    assert seen == ["started", "finished"] * 2


async def test_a_declared_giant_is_refused_unread(handler: OneHopHandler) -> None:
    caller = ApplicationCommunicator(
        handler,
        scope(
            "/api/v1/echo/",
            (b"content-type", b"application/json"),
            (b"content-length", str(10 * MEGABYTE).encode()),
        ),
    )
    # Not one part of the body is sent: the answer does not wait for it.
    start = await caller.receive_output(5)
    body = json.loads((await caller.receive_output(5))["body"])
    await caller.wait(5)
    assert start["status"] == 413
    assert dict(start["headers"])[b"Content-Type"] == b"application/problem+json"
    assert (body["status"], body["code"]) == (413, "body_too_large")


async def test_a_giant_that_hides_its_length_is_read_only_to_the_limit(
    handler: OneHopHandler,
) -> None:
    parts = [b"x" * MEGABYTE for _ in range(10)]
    status, _headers, body = await answer(handler, "/api/v1/echo/", *parts)
    assert (status, json.loads(body)["code"]) == (413, "body_too_large")


async def test_a_form_with_files_may_be_larger_than_json(handler: OneHopHandler) -> None:
    kind = ((b"content-type", b"multipart/form-data; boundary=x"),)
    half = b"x" * (MEGABYTE // 2)
    assert (await answer(handler, "/echo/", half, half, half, headers=kind))[0] != 413
    status, headers, _body = await answer(handler, "/echo/", *[half * 2] * 13, headers=kind)
    assert (status, headers["content-type"]) == (413, "text/html; charset=utf-8")


async def test_the_refusal_speaks_the_callers_language(handler: OneHopHandler) -> None:
    for language in ("de", "en"):
        spoken = ((b"accept-language", language.encode()),)
        _status, headers, _body = await answer(
            handler, "/echo/", b"x" * 2 * MEGABYTE, headers=spoken
        )
        assert headers["content-language"] == language


async def test_a_client_that_leaves_while_sending_gets_nothing(handler: OneHopHandler) -> None:
    caller = ApplicationCommunicator(handler, scope("/echo/"))
    await caller.send_input({"type": "http.request", "body": b"halb", "more_body": True})
    await caller.send_input({"type": "http.disconnect"})
    await caller.wait(5)
    assert await caller.receive_nothing()
