"""Collect what arrives within a few milliseconds and do it in one go, in a thread.

The ballot box and the look-up of a returning phone's own ballots work this way: one at a time, so
that what arrives while one batch is being written makes the next.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from typing import Generic, TypeVar

from django.db import Error, close_old_connections

logger = logging.getLogger(__name__)

Item = TypeVar("Item")
Answer = TypeVar("Answer")

WINDOW_SECONDS = 0.02
MAX_BATCH = 500
MAX_WAITING = 20_000


class Gathering(Generic[Item, Answer]):
    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Answer]], pool: Executor) -> None:
        self._work = work
        self._pool = pool
        self._waiting: list[tuple[Item, Callable[[Answer | None], None]]] = []
        self._busy = False
        self._put = self._written = 0
        self._settling: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._loop = asyncio.get_running_loop()

    def put(self, item: Item, answer: Callable[[Answer | None], None]) -> None:
        """`answer` is called on the loop: with the item's own answer, or None where the batch
        failed or too much waits already.
        """
        if len(self._waiting) >= MAX_WAITING:
            answer(None)
            return
        self._waiting.append((item, answer))
        self._put += 1
        if not self._busy:
            self._busy = True
            self._loop.call_later(WINDOW_SECONDS, self._start)

    async def settled(self) -> None:
        """Once all that was put in so far is done; what comes meanwhile is not waited for."""
        if self._written < self._put:
            done: asyncio.Future[None] = self._loop.create_future()
            self._settling.append((self._put, done))
            await done

    def _start(self) -> None:
        batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
        items = [item for item, _answer in batch]
        future = self._pool.submit(self._run, items)
        future.add_done_callback(
            lambda done: self._loop.call_soon_threadsafe(self._finish, batch, done)
        )

    def _run(self, items: Sequence[Item]) -> Sequence[Answer] | None:
        close_old_connections()
        try:
            return self._work(items)
        except Error as error:
            logger.error("A batch of %d could not be done: %s", len(items), error)  # noqa: TRY400
            return None
        finally:
            close_old_connections()

    def _finish(
        self,
        batch: list[tuple[Item, Callable[[Answer | None], None]]],
        done: "Future[Sequence[Answer] | None]",
    ) -> None:
        if self._waiting:
            self._start()
        else:
            self._busy = False
        self._written += len(batch)
        while self._settling and self._settling[0][0] <= self._written:
            waiter = self._settling.popleft()[1]
            if not waiter.done():  # whoever waited may have left
                waiter.set_result(None)
        # What nobody foresaw is answered, too: else who asked would wait for ever.
        if (error := done.exception()) is not None:
            logger.error("A batch of %d broke", len(batch), exc_info=error)
        answers = None if error else done.result()
        for index, (_item, answer) in enumerate(batch):
            answer(None if answers is None else answers[index])
