"""A line between the browser and the server that can be cut, for real: nobody listens then."""

import http.client
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

ONE_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class WeakLine:
    """Passes requests on to `target`, from a port of its own that stays the same.

    `down`: paths with one of these in them are answered by 503. `more` is appended to the service
    workers: another version of them.
    """

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target)
        self.down: tuple[str, ...] = ()
        self.more = b""
        self._port = 0
        self._server: ThreadingHTTPServer | None = None
        self.mend()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def mend(self) -> None:
        line = self

        class Passing(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                line.pass_on(self)

            def do_POST(self) -> None:
                line.pass_on(self)

            def log_message(self, *_args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Passing)
        self._server.daemon_threads = True
        self._port = self._server.server_port
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def cut(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cut()

    def pass_on(self, request: BaseHTTPRequestHandler) -> None:
        if any(part in request.path for part in self.down):
            request.send_error(503)
            return
        length = int(request.headers.get("Content-Length") or 0)
        upstream = http.client.HTTPConnection(self.target.hostname or "", self.target.port)
        headers = {name: value for name, value in request.headers.items() if name not in ONE_HOP}
        headers["Accept-Encoding"] = "identity"
        upstream.request(request.command, request.path, request.rfile.read(length), headers)
        answer = upstream.getresponse()
        body = answer.read()
        if request.path.endswith(("/sw.js", "/zaehler.js")):
            body += self.more
        request.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ONE_HOP:
                request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
        upstream.close()
