"""What `docs/live.md` tells programs of other people is what the socket knows."""

import re
from pathlib import Path

import pytest

from polls import room_door
from polls.consumers import socket
from polls.live import hub, screen

ROOT = Path(__file__).resolve().parents[2]
TOLD = set(re.findall(r"`([a-z_.]+)`", (ROOT / "docs/live.md").read_text()))
SAID = {"hello", "ping", "vote.cast", "vote.retract", *room_door.SEATED, *socket.COMMANDS}
# As the services write them, and as the hubs send them beside the log.
WRITTEN = re.compile(r"""(?:record|record_event)\([^()]*?"([a-z.]+)\"""")
SENT = re.compile(r"""frame\(\s*"([a-z_]+)\"""")
CLOSES = {
    socket.PROTOCOL,
    socket.AUTH,
    socket.AUTH,
    socket.TIMEOUT,
    socket.RATE,
    socket.AWAY,
    hub.BANNED,
    hub.NO_SESSION,
    hub.ENDED,
    hub.RESTARTED,
    screen.TOO_SLOW,
}


def found(pattern: re.Pattern[str], folder: str) -> set[str]:
    texts = [path.read_text() for path in (ROOT / folder).rglob("*.py")]
    return {kind for text in texts for kind in pattern.findall(text)}


@pytest.mark.parametrize("kind", sorted(SAID))
def test_each_frame_to_the_server_is_told(kind: str) -> None:
    assert kind in TOLD


def test_each_frame_of_the_server_is_told() -> None:
    events = found(WRITTEN, "polls/services")
    assert {"round.opened", "session.published", "focus", "timer"} <= events
    assert events | found(SENT, "polls/live") <= TOLD


@pytest.mark.parametrize("code", sorted(CLOSES))
def test_each_close_is_told(code: int) -> None:
    assert re.search(rf"^\|.*\b{code}\b", (ROOT / "docs/live.md").read_text(), re.MULTILINE)
