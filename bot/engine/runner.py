"""One job from queued to its end, resumable at any line: each step is a compare-and-set on its row."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import assert_never

import structlog

from bot import errors, jobs
from bot.catalogue import _spec
from bot.credits import settlement
from bot.engine import estimating, polling, submitting, wiring
from bot.engine.delivering import Deliverer
from bot.engine.late import Latecomers
from bot.engine.polling import Failed, Made
from bot.engine.steps import End, StepRunner, needs_of
from bot.engine.submitting import Stopped
from bot.engine.world import World
from bot.jobs import Failure, FailureKind, JobState

log = structlog.get_logger(__name__)


class Runner:
    """Takes jobs to their end. It may be killed between any two lines and started again on the same rows."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._submitter = submitting.Submitter(world)
        self._steps = StepRunner(world, submitter=self._submitter, follower=polling.Follower(world))
        self._deliverer = Deliverer(world)
        self._latecomers = Latecomers(world, steps=self._steps, deliverer=self._deliverer)

    async def run(self, id: str) -> None:
        """Go on with the job from wherever its row says, until it has ended."""
        job = await self._read(id)
        while job is not None:
            job = await self._step(job) or await self._changed(job)

    async def _step(self, job: jobs.Job) -> jobs.Job | None:
        """One state further: the job as it is then; None when its row says what it is now."""
        match job.state:
            case JobState.QUEUED:
                return await self._start(job)
            case JobState.RUNNING:
                return await self._produce(job)
            case JobState.DELIVERING:
                await self._deliver(job)
            case JobState.FAILED:
                await self._tell(job)
            case JobState.DONE | JobState.CANCELLED:
                pass
            case _:
                assert_never(job.state)
        return None

    async def _changed(self, job: jobs.Job) -> jobs.Job | None:
        """What somebody else made of a job; None when it has ended."""
        return None if job.state.ended else await self._read(job.id)

    async def give_up(self, id: str) -> None:
        """Fail a job that trips over a bug of ours, and give its credits back."""
        job = await self._read(id)
        if job is not None and job.state in {JobState.QUEUED, JobState.RUNNING}:
            await self._fail(job, Failed(failure=Failure(kind=FailureKind.OURS), watch=True))
        elif job is not None and job.state is JobState.DELIVERING:
            await self._finish(job, posted=False)

    async def look(self, id: str) -> bool:
        """One look at a job whose late results are awaited; True when there is nothing more to look for."""
        return await self._latecomers.look(id)

    async def settle(self, timeout_s: float) -> None:
        """Let the requests and posts that are on the line end, for a graceful stop."""
        await asyncio.gather(self._submitter.settle(timeout_s), self._deliverer.settle(timeout_s))

    # --- queued → running

    async def _start(self, job: jobs.Job) -> jobs.Job | None:
        async with self._world.store.transaction() as rows:
            now = self._world.clock.now()
            started = await rows.jobs.move(job.id, JobState.QUEUED, to=JobState.RUNNING, started_at=now)
            if started is None:
                return None  # cancelled while it waited
            ready_at = await estimating.ready_at(rows, started)
        await self._world.mention(self._world.delivery.running(started, ready_at=ready_at))
        return started

    # --- running → delivering | failed | cancelled

    async def _produce(self, job: jobs.Job) -> jobs.Job | None:
        try:
            options, rate = wiring.options_of(job.request), wiring.model_of(job.request).rate
        except errors.Invalid as error:  # its model or rules have changed since: what runs is awaited, and comes free
            log.error("the catalogue no longer has its like", job=job.id, words=str(error))
            return await self._fail(job, Failed(failure=Failure(kind=FailureKind.OURS), watch=True))
        steps = options.steps(job.request.model)
        ends = await self._run_steps(job, steps)
        produced = {n: end.outputs for n, end in ends.items() if isinstance(end, Made)}
        failures = [end for end in ends.values() if isinstance(end, Failed)]
        watch = any(failed.watch for failed in failures)
        if any(steps[n].shown for n in produced):
            charge = settlement.charge(options, rate=rate, produced=produced, price=job.price, percent=job.percent)
            return await self._move_on(job, charge=charge, watch=watch)
        if failures:
            return await self._fail(job, Failed(failure=failures[0].failure, watch=watch))
        return await self._stop(job)

    async def _run_steps(self, job: jobs.Job, steps: Sequence[_spec.Step]) -> Mapping[int, End]:
        """All steps, those that wait for nothing at once; a step whose feeder failed is not begun."""
        ends: dict[int, End] = {}
        waiting = dict(enumerate(steps))
        while waiting:
            ready = [n for n, step in waiting.items() if needs_of(step) <= ends.keys()]
            for n in ready:
                step = waiting.pop(n)
                if any(not isinstance(ends[need], Made) for need in needs_of(step)):
                    ends[n] = Stopped()
            runnable = [n for n in ready if n not in ends]
            # not a TaskGroup: when one trips over the storage, its siblings' tasks at the provider go on all the same
            results = await asyncio.gather(
                *(self._steps.run(job, n, steps[n]) for n in runnable), return_exceptions=True
            )
            for n, result in zip(runnable, results, strict=True):
                if isinstance(result, BaseException):
                    raise result
                ends[n] = result
        return ends

    async def _fail(self, job: jobs.Job, end: Failed) -> jobs.Job | None:
        now = self._world.clock.now()
        async with self._world.store.transaction() as rows:
            failed = await rows.jobs.move(
                job.id,
                JobState.QUEUED,
                JobState.RUNNING,
                to=JobState.FAILED,
                failure=end.failure,
                ended_at=now,
                watch_until=self._watch_until(watch=end.watch),
            )
            if failed is not None:
                await rows.ledger.release(job.id, at=now)
        log.info("failed", job=job.id, kind=end.failure.kind, words=end.failure.words)
        return failed

    async def _stop(self, job: jobs.Job) -> jobs.Job | None:
        """It was hidden before anything of its result was sent: free after all."""
        now = self._world.clock.now()
        async with self._world.store.transaction() as rows:
            stopped = await rows.jobs.move(job.id, JobState.RUNNING, to=JobState.CANCELLED, ended_at=now, told_at=now)
            if stopped is not None:
                await rows.ledger.release(job.id, at=now)
        return stopped

    # --- delivering → done

    async def _deliver(self, job: jobs.Job) -> None:
        """Post the result with the receipt that will be booked, then book it; `/jobs` is the rung that always holds."""
        if job.hidden_at is not None:
            await self._finish(job, posted=True)
        elif not await self._deliverer.result(job, book=lambda: self._finish(job, posted=True)):
            await self._world.surely(lambda: self._finish(job, posted=False))

    async def _finish(self, job: jobs.Job, *, posted: bool) -> None:
        async with self._world.store.transaction() as rows:
            now = self._world.clock.now()
            moved = await rows.jobs.move(job.id, JobState.DELIVERING, to=JobState.DONE, ended_at=now, told_at=now)
            if not moved:
                return
            await rows.ledger.capture(job.id, job.charge or 0, at=now)
            for output in await rows.jobs.outputs(job.id) if posted else ():
                await rows.jobs.mark_delivered(output, now)

    async def _tell(self, job: jobs.Job) -> None:
        if job.told_at is not None:
            return

        async def book() -> None:
            async with self._world.store.transaction() as rows:
                await rows.jobs.note(job.id, told_at=self._world.clock.now())

        if job.hidden_at is not None or not await self._deliverer.failed(job, book=book):
            await self._world.surely(book)

    async def _move_on(self, job: jobs.Job, *, charge: int, watch: bool) -> jobs.Job | None:
        """What will be charged is frozen; what may still come of other calls comes free."""
        async with self._world.store.transaction() as rows:
            until = self._watch_until(watch=watch)
            return await rows.jobs.move(
                job.id, JobState.RUNNING, to=JobState.DELIVERING, charge=charge, watch_until=until
            )

    def _watch_until(self, *, watch: bool) -> datetime | None:
        return self._world.clock.now() + self._world.pace.watch_for if watch else None

    async def _read(self, id: str) -> jobs.Job | None:
        async with self._world.store.reading() as rows:
            return await rows.jobs.get(id)
