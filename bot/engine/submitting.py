"""Submitting a step, at most once: before the POST the call says so; what follows is read from the answer."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from bot import errors, jobs, requests
from bot.engine import limits
from bot.engine.unbroken import Unbroken
from bot.engine.world import Gates, World
from bot.jobs import CallState, Failure, FailureKind, JobState

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """Nothing was sent: the job ended or was hidden in the meantime."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The provider has the task."""

    call: jobs.Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """It ended for good without a task."""

    failure: Failure


class Submitter:
    """Sends the steps of jobs, a bounded number at once per provider."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._gates = Gates(world.limits.submits)
        self._unbroken = Unbroken()
        self._open: dict[tuple[str, int], asyncio.Task[Any]] = {}  # by job and step

    async def submit(
        self, job: jobs.Job, step: int, *, model: str, wire: Callable[[], requests.Wire]
    ) -> Sent | Refused | Stopped:
        """Send until the provider took it or said no; waits and tries again only where nothing had started.

        `wire` is made anew for each attempt: lent links expire while a provider is busy.
        """
        deadline = self._world.clock.now() + self._world.pace.deadline(job.request.kind)
        tries = 0
        while True:
            outcome = await self._attempt(job, step, model=model, wire=wire)
            if not isinstance(outcome, errors.Busy | errors.NotSent):
                return outcome
            tries += 1
            wait_s = max(limits.backoff_s(tries), getattr(outcome, "retry_after_s", None) or 0.0)
            retry_at = self._world.clock.now() + timedelta(seconds=wait_s)
            if retry_at > deadline:
                return Refused(failure=Failure(kind=FailureKind.CROWDED))
            crowded = isinstance(outcome, errors.Busy)
            await self._world.mention(self._world.delivery.busy(job, retry_at=retry_at, crowded=crowded))
            await self._world.pause(wait_s)

    async def settle(self, timeout_s: float) -> None:
        """Wait for the requests that are on the line right now, so that a graceful stop leaves none unknown."""
        await self._unbroken.settle(timeout_s)

    async def on_the_line(self, job: str, step: int) -> bool:
        """Wait for this step's own open request, if this process has one: its call is not a left-over of a kill."""
        task = self._open.get((job, step))
        if task is None:
            return False
        await asyncio.wait({task})
        return True

    async def _attempt(
        self, job: jobs.Job, step: int, *, model: str, wire: Callable[[], requests.Wire]
    ) -> Sent | Refused | Stopped | errors.Busy | errors.NotSent:
        if job.request.provider not in self._world.providers:
            return Refused(failure=Failure(kind=FailureKind.KEY))
        async with self._gates.of(job.request.provider):
            try:
                ready = wire()
            except errors.MemberError as error:  # nobody can mend it now: what a step was fed is too long, …
                log.error("no request can be made", job=job.id, step=step, words=str(error))
                return Refused(failure=Failure(kind=FailureKind.OURS))
            task = self._unbroken.begin(self._send(job, step, model=model, wire=ready))
            self._open[job.id, step] = task
            task.add_done_callback(lambda _: self._open.pop((job.id, step), None))
            return await asyncio.shield(task)

    async def _send(
        self, job: jobs.Job, step: int, *, model: str, wire: requests.Wire
    ) -> Sent | Refused | Stopped | errors.Busy | errors.NotSent:
        call = await self._open_call(job, step, model=model, poll_path=wire.poll_path)
        if call is None:
            return Stopped()
        try:
            await self._world.journal.sending(call)
        except errors.StorageFault as error:  # a kill now could not be told from one before: it does not leave
            log.error("can't note that a request leaves", job=job.id, step=step, words=str(error))
            await self._close(call, CallState.FAILED)
            return errors.NotSent(str(error))
        try:
            task_id = await self._world.providers[job.request.provider].submit(wire)
        except (errors.Busy, errors.NotSent) as error:
            log.info("not taken", job=job.id, step=step, words=str(error))
            await self._answered(call, CallState.FAILED)
            return error
        except errors.Rejected as error:
            failure = Failure(kind=FailureKind(error.reason), words=error.words)
            await self._answered(call, CallState.FAILED, failure=failure)
            return Refused(failure=failure)
        except errors.StorageFault as error:  # an upload that can't be read: nothing was sent
            log.error("an upload is lost", job=job.id, step=step, words=str(error))
            failure = Failure(kind=FailureKind.OURS)
            await self._close(call, CallState.FAILED, failure=failure)
            return Refused(failure=failure)
        except Exception as error:  # errors.Unknown, and whatever else broke while bytes may have left
            log.warning("unknown whether it arrived", job=job.id, step=step, words=str(error) or type(error).__name__)
            failure = Failure(kind=FailureKind.UNKNOWN)
            await self._close(call, CallState.UNKNOWN, failure=failure)
            return Refused(failure=failure)
        taken = await self._answered(call, CallState.RUNNING, task_id=task_id)
        if taken is None:
            raise errors.Fault(f"call {call.step} of job {call.job} is no longer open")
        return Sent(call=taken)

    async def _open_call(self, job: jobs.Job, step: int, *, model: str, poll_path: str) -> jobs.Call | None:
        async with self._world.store.transaction() as rows:
            current = await rows.jobs.get(job.id)
            if current is None or current.state is not JobState.RUNNING or current.hidden_at:
                return None
            attempts = [call for call in await rows.jobs.calls(job.id) if call.step == step]
            if not all(call.state is CallState.FAILED and call.failure is None for call in attempts):
                raise errors.Fault(f"step {step} of job {job.id} was sent before")
            call = jobs.Call(
                job=job.id,
                step=step,
                attempt=len(attempts),
                provider=job.request.provider,
                model=model,
                state=CallState.SUBMITTING,
                poll_path=poll_path,
                session=self._world.journal.session,
                submitted_at=self._world.clock.now(),
            )
            await rows.jobs.add_call(call)
            return call

    async def _answered(
        self, call: jobs.Call, to: CallState, *, task_id: str | None = None, **changes: object
    ) -> jobs.Call | None:
        """Note the answer at once, then record it."""
        self._world.journal.answered(call, task_id)
        return await self._close(call, to, **({"task_id": task_id} if task_id else {}), **changes)

    async def _close(self, call: jobs.Call, to: CallState, **changes: object) -> jobs.Call | None:
        """Record the answer; until it is, only this process knows it."""
        if to is not CallState.RUNNING:
            changes["ended_at"] = self._world.clock.now()

        async def write() -> jobs.Call | None:
            async with self._world.store.transaction() as rows:
                return await rows.jobs.move_call(call, CallState.SUBMITTING, to=to, **changes)

        closed = await self._world.surely(write)
        self._world.journal.recorded(call)
        return closed
