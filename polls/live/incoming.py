"""What comes in: whose page it is, for which session, and a frame taken apart or refused."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import orjson
from django.conf import settings

from polls.live.frames import MAX_FRAME_BYTES

PATH = "/ws/live/"


class Refused(Exception):
    """An `error` frame. Protocol errors count towards the five that close the socket."""

    def __init__(self, code: str, *, protocol: bool = False, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.protocol = protocol
        self.extra = extra


def code_of(path: str) -> str:
    """The session's code in `/ws/live/<code>/`; empty, which no session has, in any other path."""
    if not path.startswith(PATH):
        return ""
    code = path.removeprefix(PATH).removesuffix("/").upper()
    return code if code.isascii() and code.isalnum() else ""


def own_origin(scope: dict[str, Any]) -> bool:
    """The page's origin is the host it talks to, or one of the site's. Programs send none."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin1")
    if not origin:
        return True
    own = urlsplit(origin).netloc == headers.get(b"host", b"").decode("latin1")
    return own or origin in {settings.SITE_URL, *settings.CSRF_TRUSTED_ORIGINS}


def parse(message: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """(type, id or empty, data) of a frame. Raises Refused for what is none."""
    text = message.get("text")
    if text is None:
        raise Refused("bad_shape", protocol=True)  # binary
    if len(text) > MAX_FRAME_BYTES or len(text.encode()) > MAX_FRAME_BYTES:
        raise Refused("bad_shape", protocol=True)
    try:
        body = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Refused("bad_json", protocol=True) from None
    if not isinstance(body, dict):
        raise Refused("bad_shape", protocol=True)
    kind, re, data = body.get("t"), body.get("id", ""), body.get("d", {})
    if not isinstance(kind, str) or not isinstance(re, str) or not isinstance(data, dict):
        raise Refused("bad_shape", protocol=True)
    if len(re) > 64:
        raise Refused("bad_shape", protocol=True)
    return kind, re, data


def uuid_of(value: Any) -> UUID:
    try:
        return UUID(value)
    except (ValueError, AttributeError, TypeError):
        raise Refused("bad_shape", protocol=True) from None
