"""Turns: everybody's updates one after the other, different people's at the same time, bounded in all."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import TypeAlias

import structlog

Work: TypeAlias = Callable[[], Awaitable[None]]

log = structlog.get_logger(__name__)

AT_ONCE = 64  # updates that are answered at the same time
WAITING = 500  # updates in all; more stay with Telegram


class Turns:
    """Queues, one per lane."""

    def __init__(self, *, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._lanes: dict[Hashable, deque[Work]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._free = asyncio.Semaphore(at_once)
        self._most = waiting
        self._count = 0
        self._room = asyncio.Event()
        self._room.set()

    def put(self, lane: Hashable, work: Work) -> None:
        """Done after whatever is in the lane already."""
        self._count += 1
        if self.is_full:
            self._room.clear()
        if (queue := self._lanes.get(lane)) is not None:
            queue.append(work)
            return
        self._lanes[lane] = deque([work])
        task = asyncio.create_task(self._serve(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def is_full(self) -> bool:
        """Whether nothing more should be fetched for now."""
        return self._count >= self._most

    async def room(self) -> None:
        """Wait until there is room."""
        await self._room.wait()

    async def stop(self, *, grace_s: float) -> None:
        """Let what is at work finish within that time, then break it off: it is done at the next start."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace_s)
        left = list(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _serve(self, lane: Hashable) -> None:
        queue = self._lanes[lane]
        try:
            while queue:
                work = queue.popleft()
                try:
                    async with self._free:
                        await work()
                except Exception:  # one update's trouble is nobody else's
                    log.exception("an update could not be answered")
                finally:
                    self._count -= 1
                    self._room.set()
        finally:
            self._count -= len(queue)
            self._lanes.pop(lane, None)
