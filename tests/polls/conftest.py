"""What the tests of the live doors share."""

from collections.abc import AsyncIterator

import pytest_asyncio

from polls.consumers import close_switchboard


@pytest_asyncio.fixture
async def board() -> AsyncIterator[None]:
    """The process's switchboard ends with the loop of the test that began it."""
    yield
    await close_switchboard()
