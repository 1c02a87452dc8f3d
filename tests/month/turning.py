"""A clock that is turned: whoever sleeps wakes in the order of time, and the next one only when all is quiet again."""

import asyncio
import heapq
import itertools
from datetime import datetime, timedelta
from typing import Final

QUIET_S: Final = 30.0  # of real time: the longest that the work between two moments may take
LOOK_S: Final = 0.0004  # of real time, between two looks whether all is quiet
AT_WORK: Final = ("job ", "watch ")  # how the names of the engine's tasks begin


class TurningClock:
    """A ports.Clock that moves only when `turn` is awaited."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._waiting: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    def now(self) -> datetime:
        """The moment that it shows."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Wait until it was turned that far."""
        wakes = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self._now + timedelta(seconds=seconds), next(self._numbers), wakes))
        await wakes

    async def turn(self, until: datetime) -> None:
        """Let time pass until then; everybody who wakes meanwhile does so at their own moment."""
        await self.quiet()
        while self._waiting and self._waiting[0][0] <= until:
            at, _, wakes = heapq.heappop(self._waiting)
            self._now = max(self._now, at)
            if not wakes.done():
                wakes.set_result(None)
                await self.quiet()
        self._now = max(self._now, until)

    async def quiet(self) -> None:
        """Return when every job that runs sleeps."""
        async with asyncio.timeout(QUIET_S):
            for looks in itertools.count():
                if self._asleep() >= at_work():
                    return
                await asyncio.sleep(0 if looks < 3 else LOOK_S)  # a commit waits for the disk, in a thread

    def _asleep(self) -> int:
        return sum(not wakes.done() for _, _, wakes in self._waiting)


def at_work() -> int:
    """How many jobs run or are watched."""
    return sum(task.get_name().startswith(AT_WORK) for task in asyncio.all_tasks())
