"""A mail server that keeps what it is given, and can be made to say nothing at a chosen mail."""

import socketserver
import threading
from email import message_from_bytes
from email.message import Message
from typing import Self


class MailServer(socketserver.ThreadingTCPServer):
    """`mails` are those it has taken in, `acknowledged` the ids of those it has said so of.

    With `silent_at = n` the n-th mail is taken in, but the sender hears nothing of it: `reached`
    is set, and whoever waits may kill the sender now.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails: list[Message] = []
        self.acknowledged: list[str] = []
        self.silent_at = 0
        self.reached = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]

    def take_in(self, mail: Message) -> bool:
        """Whether the sender hears of it."""
        self.mails.append(mail)
        if len(self.mails) == self.silent_at:
            self.reached.set()
            return False
        self.acknowledged.append(str(mail["Message-ID"]))
        return True


class _Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self._say("354 go on")
                mail = message_from_bytes(b"".join(iter(self._mail_line, b".\r\n")))
                if not self.server.take_in(mail):
                    self.rfile.read()  # nothing more is said; ends with the sender
                    return
            self._say("221 bye" if word == b"QUIT" else "250 ok")

    def _mail_line(self) -> bytes:
        return self.rfile.readline() or b".\r\n"

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
