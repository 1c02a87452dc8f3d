"""Work that a stop lets end: from the first byte sent to the recorded outcome nobody may let go."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Unbroken:
    """Runs pieces of work that go on when whoever waits for them is cancelled."""

    def __init__(self) -> None:
        self._open: set[asyncio.Task[Any]] = set()

    def begin(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Begin it; wait for it with `asyncio.shield`."""
        task = asyncio.create_task(work)
        self._open.add(task)
        task.add_done_callback(self._open.discard)
        return task

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Begin it and wait for its end."""
        return await asyncio.shield(self.begin(work))

    async def settle(self, timeout_s: float) -> None:
        """Wait for what is under way right now."""
        if self._open:
            await asyncio.wait(set(self._open), timeout=timeout_s)
