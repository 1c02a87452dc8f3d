"""Words on their way: what a streamed answer has said so far, told while it is still being written."""

import asyncio
from types import TracebackType
from typing import Self

from bot import jobs
from bot.engine.limits import PROGRESS_EVERY_S
from bot.engine.world import World


class Writing:
    """Tells of one answer's words: always the latest, one telling at a time, every few seconds at most.

    `hear` returns at once, so that a slow platform never holds the stream up.
    """

    def __init__(self, world: World, job: jobs.Job) -> None:
        self._world = world
        self._job = job
        self._words = self._told = ""
        self._task: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()

    def hear(self, words: str) -> None:
        """All the words so far."""
        self._words = words
        if self._task is None and self._world.writing is not None:
            self._task = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        telling = self._world.writing
        while telling is not None and self._words != self._told:
            self._told = self._words
            await self._world.mention(telling(self._job, self._told))
            await self._world.pause(PROGRESS_EVERY_S)
        self._task = None
