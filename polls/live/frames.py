"""A frame of the live protocol, encoded once for everyone who gets it."""

from dataclasses import dataclass
from typing import Any

import orjson

MAX_FRAME_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class Frame:
    """`text` is the JSON; `wire` the same as an unmasked websocket text frame (RFC 6455, 5.2)."""

    text: bytes
    wire: bytes


def frame(kind: str, data: Any = None, *, re: str | None = None, seq: int | None = None) -> Frame:
    body: dict[str, Any] = {"v": 1, "t": kind}
    if re is not None:
        body["re"] = re
    if seq is not None:
        body["seq"] = seq
    body["d"] = {} if data is None else data
    text = orjson.dumps(body)
    return Frame(text, _header(len(text)) + text)


def _header(length: int) -> bytes:
    if length < 126:
        return bytes((0x81, length))
    if length < 65536:
        return b"\x81\x7e" + length.to_bytes(2, "big")
    return b"\x81\x7f" + length.to_bytes(8, "big")
