"""Answers on their way: what a streamed one has said so far, told while it is still being written."""

import asyncio
from types import TracebackType
from typing import Self

from bot import jobs
from bot.engine import estimating
from bot.engine.limits import PROGRESS_EVERY_S
from bot.engine.world import World


class Writing:
    """Tells of one answer's words or percentage: always the latest, one telling at a time, every few seconds at most.

    `hear` returns at once, so that a slow platform never holds the stream up.
    """

    def __init__(self, world: World, job: jobs.Job) -> None:
        self._world = world
        self._job = job
        self._said: str | int = ""
        self._told: str | int = ""
        self._task: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()

    def hear(self, said: str | int) -> None:
        """All the words so far, or how far it is in percent."""
        self._said = said
        if self._task is None:
            self._task = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        while self._said != self._told:
            self._told = self._said
            if isinstance(self._told, int):
                await self._world.mention(self._progressed(self._told))
            elif self._world.writing is not None:
                await self._world.mention(self._world.writing(self._job, self._told))
            await self._world.pause(PROGRESS_EVERY_S)
        self._task = None

    async def _progressed(self, percent: int) -> None:
        async with self._world.store.transaction() as rows:
            job = await rows.jobs.note(self._job.id, progress=percent)
            ready_at = await estimating.ready_at(rows, job) if job is not None else None
        if job is not None and job.hidden_at is None:
            await self._world.delivery.running(job, ready_at=ready_at)
