"""One job from queued to its end, resumable at any line: each step is a compare-and-set on its row."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import assert_never

import structlog

from bot import errors, jobs, money
from bot.catalogue import _spec
from bot.credits import settlement
from bot.engine import limits, polling, submitting, wiring
from bot.engine.means import means_of
from bot.engine.polling import Failed, Made
from bot.engine.steps import End, StepRunner, needs_of
from bot.engine.submitting import Stopped
from bot.engine.world import Gates, World
from bot.jobs import Failure, FailureKind, JobState

log = structlog.get_logger(__name__)


class Runner:
    """Takes jobs to their end. It may be killed between any two lines and started again on the same rows."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._submitter = submitting.Submitter(world)
        self._steps = StepRunner(world, submitter=self._submitter, follower=polling.Follower(world))
        self._deliveries = Gates(world.limits.deliveries)

    async def run(self, id: str) -> None:
        """Go on with the job from wherever its row says, until it has ended."""
        while (job := await self._read(id)) is not None:
            match job.state:
                case JobState.QUEUED:
                    await self._start(job)
                case JobState.RUNNING:
                    await self._produce(job)
                case JobState.DELIVERING:
                    await self._deliver(job)
                case JobState.FAILED:
                    return await self._tell(job)
                case JobState.DONE | JobState.CANCELLED:
                    return None
                case _:
                    assert_never(job.state)
        return None

    async def give_up(self, id: str) -> None:
        """Fail a job that trips over a bug of ours, and give its credits back."""
        job = await self._read(id)
        if job is not None and job.state in {JobState.QUEUED, JobState.RUNNING}:
            await self._fail(job, Failed(failure=Failure(kind=FailureKind.OURS), watch=True))
        elif job is not None and job.state is JobState.DELIVERING:
            await self._finish(job, posted=False)

    async def look(self, id: str) -> bool:
        """One look at a failed job whose late result is awaited; True when it was delivered, free."""
        job = await self._read(id)
        if job is None or job.late_at is not None:
            return True
        steps = wiring.options_of(job.request).steps(job.request.model)
        late = [await self._steps.late(job, n, step) for n, step in enumerate(steps) if step.shown]
        outputs = tuple(output for made in late if made is not None for output in made.outputs)
        if not outputs:
            return False
        if job.hidden_at is None:
            await self._post(job, outputs)
        async with self._world.store.transaction() as rows:
            now = self._world.clock.now()
            for output in outputs:
                await rows.jobs.mark_delivered(output, now)
            await rows.jobs.note(id, late_at=now, watch_until=None)
        return True

    async def settle(self, timeout_s: float) -> None:
        """Let the requests that are on the line end, for a graceful stop."""
        await self._submitter.settle(timeout_s)

    # --- queued → running

    async def _start(self, job: jobs.Job) -> None:
        async with self._world.store.transaction() as rows:
            now = self._world.clock.now()
            if not await rows.jobs.move(job.id, JobState.QUEUED, to=JobState.RUNNING, started_at=now):
                return  # cancelled while it waited
            typical_s = await rows.jobs.typical_s(job.request.model)
        started = await self._read(job.id)
        if started is not None:
            await self._world.delivery.running(started, ready_at=_ready_at(started, typical_s))

    # --- running → delivering | failed | cancelled

    async def _produce(self, job: jobs.Job) -> None:
        options = wiring.options_of(job.request)
        steps = options.steps(job.request.model)
        ends = await self._run_steps(job, steps)
        produced = {n: end.outputs for n, end in ends.items() if isinstance(end, Made)}
        if any(steps[n].shown for n in produced) or (produced and await self._is_hidden(job.id)):
            rate = wiring.model_of(job.request).rate
            charge = settlement.charge(options, rate=rate, produced=produced, price=job.price)
            await self._move(job, JobState.RUNNING, to=JobState.DELIVERING, charge=charge)
            return
        failures = [end for end in ends.values() if isinstance(end, Failed)]
        if failures:
            await self._fail(job, failures[0])
        else:
            await self._stop(job)

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

    async def _is_hidden(self, id: str) -> bool:
        job = await self._read(id)
        return job is not None and job.hidden_at is not None

    async def _fail(self, job: jobs.Job, end: Failed) -> None:
        now = self._world.clock.now()
        watch_until = now + self._world.pace.watch_for if end.watch else None
        async with self._world.store.transaction() as rows:
            moved = await rows.jobs.move(
                job.id,
                JobState.QUEUED,
                JobState.RUNNING,
                to=JobState.FAILED,
                failure=end.failure,
                ended_at=now,
                watch_until=watch_until,
            )
            if moved:
                await rows.ledger.release(job.id, at=now)
        log.info("failed", job=job.id, kind=end.failure.kind, words=end.failure.words)

    async def _stop(self, job: jobs.Job) -> None:
        """It was hidden before anything was sent: free after all."""
        now = self._world.clock.now()
        async with self._world.store.transaction() as rows:
            if await rows.jobs.move(job.id, JobState.RUNNING, to=JobState.CANCELLED, ended_at=now, told_at=now):
                await rows.ledger.release(job.id, at=now)

    # --- delivering → done

    async def _deliver(self, job: jobs.Job) -> None:
        """Post the result with the receipt that will be booked, then book it; `/jobs` is the rung that always holds."""
        posted = True
        if job.hidden_at is None:
            posted = await self._climb(job, lambda: self._post_result(job))
        await self._finish(job, posted=posted)

    async def _post_result(self, job: jobs.Job) -> None:
        async with self._world.store.reading() as rows:
            outputs = await rows.jobs.outputs(job.id)
        steps = wiring.options_of(job.request).steps(job.request.model)
        receipt = await self._receipt(job, used=job.charge or 0, settled=False)
        await self._world.delivery.result(job, wiring.shown(steps, outputs), receipt)

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
        if job.hidden_at is None:
            receipt = await self._receipt(job, used=0, settled=True)
            await self._climb(job, lambda: self._world.delivery.failed(job, receipt))
        async with self._world.store.transaction() as rows:
            await rows.jobs.note(job.id, told_at=self._world.clock.now())

    async def _post(self, job: jobs.Job, outputs: Sequence[jobs.Output]) -> None:
        await self._climb(job, lambda: self._world.delivery.late(job, outputs))

    async def _climb(self, job: jobs.Job, post: Callable[[], Awaitable[None]]) -> bool:
        """Post with patience; False when every rung broke: the job is found in `/jobs` all the same."""
        for tries in range(1, limits.DELIVERY_TRIES + 1):
            try:
                async with self._deliveries.of(job.place.platform):
                    await post()
            except errors.Undelivered as error:
                log.warning("not delivered yet", job=job.id, words=str(error), tries=tries)
                await self._world.pause(max(limits.backoff_s(tries), error.retry_after_s or 0.0))
            else:
                return True
        log.error("left to /jobs: its platform does not take it", job=job.id)
        return False

    async def _receipt(self, job: jobs.Job, *, used: int, settled: bool) -> money.Receipt:
        async with self._world.store.reading() as rows:
            legs = tuple(await rows.ledger.legs(job.id))
            means = await means_of(
                rows,
                job.account,
                allowance_a_day=self._world.limits.house_allowance,
                now=self._world.clock.now(),
            )
        return settlement.receipt(price=job.price, used=used, legs=legs, means=means, settled=settled)

    async def _move(self, job: jobs.Job, *states: JobState, to: JobState, **changes: object) -> None:
        async with self._world.store.transaction() as rows:
            await rows.jobs.move(job.id, *states, to=to, **changes)

    async def _read(self, id: str) -> jobs.Job | None:
        async with self._world.store.reading() as rows:
            return await rows.jobs.get(id)


def _ready_at(job: jobs.Job, typical_s: float | None) -> datetime | None:
    begun = job.started_at
    return begun + timedelta(seconds=typical_s) if begun is not None and typical_s is not None else None
