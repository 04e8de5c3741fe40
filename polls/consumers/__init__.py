"""The two ways into a live session that stay on the event loop: the socket, and the long poll."""

from polls.consumers.long_poll import long_poll
from polls.consumers.process import close_switchboard, switchboard
from polls.consumers.socket import websocket_application

__all__ = ["close_switchboard", "long_poll", "switchboard", "websocket_application"]
