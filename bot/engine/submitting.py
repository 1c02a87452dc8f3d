"""Submitting a step, at most once: before the POST the call says so; what follows is read from the answer."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeAlias

import structlog

from bot import errors, jobs, media, ports, requests
from bot.engine import answers, limits
from bot.engine.unbroken import Unbroken
from bot.engine.world import Gates, World
from bot.engine.writing import Writing
from bot.jobs import CallState, Failure, FailureKind, JobState
from bot.ports import Taken, TaskState

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """Nothing was sent: the job ended or was hidden in the meantime."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The provider took it: its task is followed, its answer is here, or word of it will come."""

    call: jobs.Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """It ended for good without a task."""

    failure: Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What is sent for one step of a job."""

    job: jobs.Job
    step: int
    model: str
    kind: media.MediaKind  # what comes out
    wire: Callable[[], requests.Wire]  # made anew for each attempt: lent links expire while a provider is busy


Outcome: TypeAlias = Sent | Refused | Stopped | errors.Busy | errors.NotSent


class Submitter:
    """Sends the steps of jobs, a bounded number at once per provider.

    Requests whose answer is the result take minutes and have a bound of their own, so that they keep no quick ones
    waiting.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._quick = Gates(world.limits.submits, world.limits.submits_of)
        self._blocking = Gates(world.limits.blocking, world.limits.blocking_of)
        self._unbroken = Unbroken()
        self._open: dict[tuple[str, int], asyncio.Task[Any]] = {}  # by job and step

    async def submit(self, errand: Errand) -> Sent | Refused | Stopped:
        """Send until the provider took it or said no; waits and tries again only where nothing had started."""
        deadline = self._world.clock.now() + self._world.pace.deadline(errand.job.request.kind)
        tries = 0
        while True:
            outcome = await self._attempt(errand)
            if not isinstance(outcome, errors.Busy | errors.NotSent):
                return outcome
            tries += 1
            wait_s = max(limits.backoff_s(tries), getattr(outcome, "retry_after_s", None) or 0.0)
            retry_at = self._world.clock.now() + timedelta(seconds=wait_s)
            if retry_at > deadline:
                return Refused(failure=Failure(kind=FailureKind.CROWDED))
            crowded = isinstance(outcome, errors.Busy)
            await self._world.mention(self._world.delivery.busy(errand.job, retry_at=retry_at, crowded=crowded))
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

    async def _attempt(self, errand: Errand) -> Outcome:
        job, step, name = errand.job, errand.step, errand.job.request.provider
        if name not in self._world.providers:
            return Refused(failure=Failure(kind=FailureKind.KEY))
        try:
            wire = errand.wire()
        except errors.MemberError as error:  # nobody can mend it now: what a step was fed is too long, …
            log.error("no request can be made", job=job.id, step=step, words=str(error))
            return Refused(failure=Failure(kind=FailureKind.OURS))
        gates = self._quick if wire.poll_path else self._blocking
        async with gates.of(name):
            task = self._unbroken.begin(self._send(errand, wire))
            self._open[job.id, step] = task
            task.add_done_callback(lambda _: self._open.pop((job.id, step), None))
            return await asyncio.shield(task)

    async def _send(self, errand: Errand, wire: requests.Wire) -> Outcome:
        opened = await self._open_call(errand, wire)
        if opened is None:
            return Stopped()
        call, ready = opened
        try:
            await self._world.journal.sending(call)
        except errors.StorageFault as error:  # a kill now could not be told from one before: it does not leave
            log.error("can't note that a request leaves", job=call.job, step=call.step, words=str(error))
            await self._close(call, CallState.FAILED)
            return errors.NotSent(str(error))
        try:
            submitted = await self._ask(errand, ready)
        except (errors.Busy, errors.NotSent) as error:
            log.info("not taken", job=call.job, step=call.step, words=str(error))
            await self._refused(call)
            return error
        except errors.Rejected as error:
            return await self._refuse(call, answers.failure_of(error))
        except errors.StorageFault as error:  # an upload that can't be read: nothing was sent
            log.error("an upload is lost", job=call.job, step=call.step, words=str(error))
            failure = Failure(kind=FailureKind.OURS)
            await self._close(call, CallState.FAILED, failure=failure)
            return Refused(failure=failure)
        except Exception as error:  # errors.Unknown, and whatever else broke while bytes may have left
            return await self._unknown(call, str(error) or type(error).__name__)
        return await self._taken(call, submitted, kind=errand.kind)

    async def _ask(self, errand: Errand, ready: requests.Wire) -> ports.Submitted:
        provider = self._world.providers[errand.job.request.provider]
        with Writing(self._world, errand.job) as writing:
            return await provider.submit(ready, hearing=writing.hear)

    # --- what came of it

    async def _taken(self, call: jobs.Call, submitted: ports.Submitted, *, kind: media.MediaKind) -> Outcome:
        """Files and words that came with the answer are on the disk before the answer is noted, and then recorded."""
        status = submitted.status
        if status is not None and status.state is TaskState.FAILED:
            return await self._refuse(call, answers.failure_of(status.failure))
        finished = status is not None and status.state is TaskState.SUCCEEDED
        if not finished and submitted.task_id is None and not call.callback:
            return await self._unknown(call, "an answer without a task, a result or a callback")
        answer = await answers.kept(self._world, call, status, kind=kind) if finished and status is not None else None
        taken = Taken(task_id=submitted.task_id, poll_path=submitted.poll_path, answer=answer, usage=submitted.usage)
        self._world.journal.answered(call, taken)
        running = await self._close(call, CallState.RUNNING, **changes_of(taken))
        if running is None:
            raise errors.Fault(f"call {call.step} of job {call.job} is no longer open")
        return Sent(call=running)

    async def _refuse(self, call: jobs.Call, failure: Failure) -> Refused:
        await self._refused(call, failure=failure)
        return Refused(failure=failure)

    async def _refused(self, call: jobs.Call, **changes: object) -> None:
        """The provider said no: note it at once, then record it."""
        self._world.journal.answered(call, None)
        await self._close(call, CallState.FAILED, **changes)

    async def _unknown(self, call: jobs.Call, words: str) -> Outcome:
        """Never sent again; word of it may come all the same where its provider was given our address."""
        log.warning("unknown whether it arrived", job=call.job, step=call.step, words=words)
        if call.callback and (waiting := await self._close(call, CallState.RUNNING)) is not None:
            return Sent(call=waiting)
        failure = Failure(kind=FailureKind.UNKNOWN)
        await self._close(call, CallState.UNKNOWN, failure=failure)
        return Refused(failure=failure)

    # --- rows

    async def _open_call(self, errand: Errand, wire: requests.Wire) -> tuple[jobs.Call, requests.Wire] | None:
        """The call's row, and its request as it leaves; None when nothing is to be sent any more."""
        job, step = errand.job, errand.step
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
                model=errand.model,
                state=CallState.SUBMITTING,
                poll_path=wire.poll_path,
                session=self._world.journal.session,
                submitted_at=self._world.clock.now(),
            )
            addressed = self._addressed(call, wire)
            call = replace(call, callback=addressed is not None)
            await rows.jobs.add_call(call)
            return call, addressed or wire

    def _addressed(self, call: jobs.Call, wire: requests.Wire) -> requests.Wire | None:
        """The request with our address for its end; None where we can't be reached, or nobody is told."""
        url = self._world.addresses.url(call)
        provider = self._world.providers[call.provider]
        return None if url is None else provider.with_callback(wire, url, job=call.job)

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


def changes_of(taken: Taken) -> dict[str, object]:
    """The columns that an answer fills; what it does not say stays as it is."""
    said = {"task_id": taken.task_id, "poll_path": taken.poll_path, "answer": taken.answer, "usage": taken.usage}
    return {name: value for name, value in said.items() if value not in (None, "")}
