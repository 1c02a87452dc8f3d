"""Late results: what comes of a task after it was given up on is delivered all the same, free."""

from collections.abc import Sequence

from bot import jobs
from bot.engine import wiring
from bot.engine.delivering import Deliverer
from bot.engine.steps import StepRunner
from bot.engine.world import World


class Latecomers:
    """Looks at the calls of jobs that ended while a task of theirs still ran."""

    def __init__(self, world: World, *, steps: StepRunner, deliverer: Deliverer) -> None:
        self._world = world
        self._steps = steps
        self._deliverer = deliverer

    async def look(self, id: str) -> bool:
        """One look; True when nothing more is to be awaited or delivered."""
        job = await self._awaited(id)
        if job is None:
            return True
        over = [
            await self._steps.late(call, kind=wiring.makes(job.request, call.step)) for call in await self._calls(id)
        ]
        fresh = await self._fresh(job)
        if fresh and not await self._deliver(job, fresh):
            return False
        if all(over):
            await self._world.surely(lambda: self._note(job, fresh, watch_until=None))
        return all(over)

    async def _deliver(self, job: jobs.Job, fresh: Sequence[jobs.Output]) -> bool:
        async def book() -> None:
            await self._note(job, fresh, late_at=self._world.clock.now())

        if job.hidden_at is None:
            return await self._deliverer.late(job, fresh, book=book)
        await self._world.surely(book)
        return True

    async def _note(self, job: jobs.Job, outputs: Sequence[jobs.Output], **changes: object) -> None:
        async with self._world.store.transaction() as rows:
            for output in outputs:
                await rows.jobs.mark_delivered(output, self._world.clock.now())
            await rows.jobs.note(job.id, **changes)

    async def _awaited(self, id: str) -> jobs.Job | None:
        async with self._world.store.reading() as rows:
            job = await rows.jobs.get(id)
        return job if job is not None and job.watch_until is not None else None

    async def _calls(self, id: str) -> Sequence[jobs.Call]:
        """The latest call of each step."""
        async with self._world.store.reading() as rows:
            return tuple({call.step: call for call in await rows.jobs.calls(id)}.values())

    async def _fresh(self, job: jobs.Job) -> Sequence[jobs.Output]:
        async with self._world.store.reading() as rows:
            outputs = await rows.jobs.outputs(job.id)
        return [output for output in wiring.shown(job.request, outputs) if output.delivered_at is None]
