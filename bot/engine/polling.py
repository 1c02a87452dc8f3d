"""Following a task until a definite end, by polling or by what our callback was told, and fetching what it made."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot import errors, jobs, media, ports
from bot.engine import answers, limits, wiring
from bot.engine.world import World
from bot.jobs import Failure, FailureKind
from bot.ports import TaskState

log = structlog.get_logger(__name__)
Progress = Callable[[int | None], Awaitable[None]]
"""Told at every poll that finds the task running: percent, or None while the provider says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The task succeeded and its files are kept."""

    outputs: tuple[jobs.Output, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The task ended, or is given up on; `watch`: a late result is worth waiting for."""

    failure: Failure
    watch: bool = False


class Follower:
    """Follows the tasks of calls; a bounded number of downloads at once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._downloads = asyncio.Semaphore(world.limits.downloads)

    async def follow(
        self, call: jobs.Call, *, job: jobs.Job, kind: media.MediaKind, progress: Progress
    ) -> Made | Failed:
        """Poll until the end. An outage (theirs or ours) fails nobody: only a definite "still running" past the
        deadline does, or a day without any definite answer. What was answered already is fetched and no more asked."""
        usual = self._world.pace.deadline(job.request.kind)
        trail = _Trail(world=self._world, call=call, usual=usual, deadline=usual + wiring.waits(job.request))
        if call.answer is None:
            await self._world.pause(self._world.pace.first_s)
        while True:
            status = await trail.ask()
            if isinstance(status, Failed):
                return status
            if status is None:
                await self._world.pause(trail.wait_s)
                continue
            end = await self._step(trail, status, kind=kind, progress=progress)
            if end is not None:
                return end
            await self._world.pause(trail.wait_s)

    async def look(self, call: jobs.Call, *, kind: media.MediaKind) -> Made | Failed | None:
        """One look at a task that was given up on: its files when it succeeded after all; None: it may still."""
        watched = self._world.pace.watch_for
        trail = _Trail(world=self._world, call=call, usual=watched, deadline=watched)
        status = await trail.ask()
        if isinstance(status, ports.Status) and status.state is TaskState.SUCCEEDED:
            made = await self._fetch(trail, status, kind=kind)
            return made if isinstance(made, Made) else None
        if isinstance(status, ports.Status) and status.state is TaskState.FAILED:
            return Failed(failure=answers.failure_of(status.failure))
        return None

    async def source(self, call: jobs.Call) -> ports.Source | None:
        """A fresh place from which anybody can fetch the call's first output; None when there is none."""
        status = await _hear(self._world, call)
        origins = status.outputs[0] if status.outputs else ()
        return next((o for o in origins if isinstance(o, ports.Source) and not o.headers), None)

    async def _step(
        self, trail: "_Trail", status: ports.Status, *, kind: media.MediaKind, progress: Progress
    ) -> Made | Failed | None:
        if status.state is TaskState.SUCCEEDED:
            return await self._fetch(trail, status, kind=kind)
        if status.state is TaskState.FAILED:
            return Failed(failure=answers.failure_of(status.failure))
        await progress(status.progress)
        return trail.overdue()

    async def _fetch(self, trail: "_Trail", status: ports.Status, *, kind: media.MediaKind) -> Made | Failed | None:
        """The task's files; None: ask again, a fresh address may work."""
        made: list[jobs.Output] = []
        most = limits.EMPTY_IN_A_ROW
        for index in range(len(status.outputs)):
            try:
                made.append(await self._fetch_one(trail.call, index, status, kind=kind))
            except errors.StorageFault as error:
                return trail.no_room(str(error))
            except errors.Unreachable:
                most = limits.FETCH_TRIES
            except errors.Rejected as error:
                log.warning("unusable result", job=trail.call.job, step=trail.call.step, words=str(error))
        if made and len(made) == len(status.outputs):
            return Made(outputs=tuple(made))
        end = trail.no_file(most=most)  # a fresh address may do better; in the end what came is delivered
        return Made(outputs=tuple(made)) if end is not None and made else end

    async def _fetch_one(
        self, call: jobs.Call, index: int, status: ports.Status, *, kind: media.MediaKind
    ) -> jobs.Output:
        async with self._downloads:
            into = answers.place(call, index)
            path, facts = await self._world.files.fetch(status.outputs[index], kind=kind, into=into)
        return jobs.Output(
            job=call.job,
            step=call.step,
            index=index,
            path=path,
            facts=facts,
            usage=(status.usage or call.usage) if index == 0 else None,  # of the whole call: it counts once
            partial=status.partial,
            actions=status.actions if index == 0 else (),
        )


class _Trail:
    """The memory of one pursuit: how often what went wrong, and how long to wait now."""

    def __init__(self, *, world: World, call: jobs.Call, usual: timedelta, deadline: timedelta) -> None:
        self.call = call
        self._usual = usual  # what is older may wait for hours, and is asked after less often
        self.deadline = deadline
        self.wait_s = world.pace.every_s
        self._world = world
        self._missing = self._silent = self._empty = self._polls = 0
        self._heard_at = self._began_at = world.clock.now()
        self._no_room_since: datetime | None = None

    async def ask(self) -> ports.Status | Failed | None:
        """One poll; None when the answer was no answer, Failed when it is time to give up."""
        try:
            status = await _hear(self._world, self.call)
        except errors.Missing:
            self._missing += 1
            self.wait_s = limits.backoff_s(self._missing)  # a task just made may not be known everywhere yet
            if self._missing >= limits.MISSING_IN_A_ROW:
                return Failed(failure=Failure(kind=FailureKind.FAILED), watch=True)
            return None
        except (errors.Unreachable, errors.Rejected) as error:  # Rejected: the operator's key, to be mended
            return self._no_answer(error)
        self._missing = self._silent = 0
        self._heard_at = self._world.clock.now()
        self._polls += 1
        pace = self._world.pace
        is_old = self._heard_at - self.call.submitted_at > self._usual
        self.wait_s = pace.watch_every_s if is_old else min(pace.every_s * (1 + self._polls / 20), pace.every_s * 2)
        return status

    def overdue(self) -> Failed | None:
        """A definite "still running" past the deadline.

        Where word of the end comes to us, none of it is no such answer: we may have been away. Then the time counts
        from when we were back.
        """
        told = is_told(self.call)
        now, sent_at = self._world.clock.now(), self.call.submitted_at
        since = max(sent_at, self._began_at) if told else sent_at
        if now - since <= self.deadline and now - sent_at <= max(limits.LONGEST, self.deadline):
            return None
        unknown = told and self.call.task_id is None  # not even whether the request had arrived
        return Failed(failure=Failure(kind=FailureKind.UNKNOWN if unknown else FailureKind.DEADLINE), watch=True)

    def no_file(self, *, most: int) -> Failed | None:
        """A finished task gave no usable file this time; after `most` times there is none."""
        self._empty += 1
        self.wait_s = limits.backoff_s(self._empty)
        log.info("no file yet", job=self.call.job, step=self.call.step, tries=self._empty)
        return Failed(failure=Failure(kind=FailureKind.NO_RESULT), watch=True) if self._empty >= most else None

    def no_room(self, words: str) -> Failed | None:
        """Our own disk refused the file."""
        log.error("can't keep a result", job=self.call.job, words=words)
        self.wait_s = limits.BACKOFF_MOST_S / 2
        now = self._world.clock.now()
        self._no_room_since = self._no_room_since or now
        if now - self._no_room_since > limits.OUTAGE:
            return Failed(failure=Failure(kind=FailureKind.OURS), watch=True)
        return None

    def _no_answer(self, error: errors.AtelierError) -> Failed | None:
        self._silent += 1
        self._missing = 0  # it counts in a row only
        self.wait_s = max(limits.backoff_s(self._silent), getattr(error, "retry_after_s", None) or 0.0)
        log.info("no answer", job=self.call.job, step=self.call.step, words=str(error), tries=self._silent)
        return self._given_up()

    def _given_up(self) -> Failed | None:
        now = self._world.clock.now()
        if now - self._heard_at > limits.OUTAGE or now - self.call.submitted_at > limits.LONGEST:
            return Failed(failure=Failure(kind=FailureKind.CROWDED), watch=True)
        return None


def may_be_heard_of(call: jobs.Call) -> bool:
    """Whether anything may still be learnt of a call: it has a task, an answer that was kept, or our address."""
    return call.task_id is not None or call.answer is not None or call.callback


def is_told(call: jobs.Call) -> bool:
    """Whether the call's end comes to our callback and can't be asked for."""
    return call.callback and (call.task_id is None or not call.poll_path)


async def _hear(world: World, call: jobs.Call) -> ports.Status:
    """What is known of a task: what we were told of it, else what its provider answers. Raises as `poll` does."""
    if call.answer is None and call.callback:
        call = await _row(world, call)
    if call.answer is not None:
        return answers.status_of(call.answer)
    if is_told(call):
        return ports.Status(state=TaskState.RUNNING)
    if (provider := world.providers.get(call.provider)) is None:
        raise errors.Unreachable(f"{call.provider} is not configured any more")
    return await provider.poll(call.poll_path, call.task_id or "")


async def _row(world: World, call: jobs.Call) -> jobs.Call:
    """The call as it is now: its callback may have come."""
    async with world.store.reading() as rows:
        found = await rows.jobs.calls(call.job)
    return next(each for each in found if (each.step, each.attempt) == (call.step, call.attempt))
