"""What the doors of one server process share: its switchboard, and who comes how often."""

import asyncio
from typing import Any

from django.utils import timezone

from participation import rates
from polls.live.limits import Arrivals
from polls.live.switchboard import Services, Switchboard
from polls.services import ballots, rounds, upvotes

_arrivals = Arrivals()
_boards: dict[asyncio.AbstractEventLoop, Switchboard] = {}


def switchboard() -> Switchboard:
    """The running loop's own; there is one in a server process."""
    loop = asyncio.get_running_loop()
    if loop not in _boards:
        _boards[loop] = Switchboard(
            Services(
                cast=lambda casts: ballots.cast_ballots(casts, timezone.now()),
                agree=lambda wishes: upvotes.cast_upvotes(wishes, timezone.now()),
                close_due=lambda code: rounds.close_due_rounds(now=timezone.now(), code=code),
            )
        )
    return _boards[loop]


async def close_switchboard() -> None:
    """End what `switchboard` began on this loop."""
    if (board := _boards.pop(asyncio.get_running_loop(), None)) is not None:
        board.stop()


def may_come(scope: dict[str, Any], code: str) -> bool:
    """Whether this address may come now. Codes that are not open here share one allowance: guessing
    is slow.
    """
    board = switchboard()
    address = rates.network(str((scope.get("client") or ("",))[0]))
    return _arrivals.admit((address, code if code in board.hubs else ""), board.loop.time())
