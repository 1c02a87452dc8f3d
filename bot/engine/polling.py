"""Following a task: polling by task id until a definite end, and fetching what it made."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot import errors, jobs, media, ports
from bot.engine import limits
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
        deadline does, or a day without any definite answer."""
        trail = _Trail(world=self._world, call=call, deadline=self._world.pace.deadline(job.request.kind))
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
        trail = _Trail(world=self._world, call=call, deadline=self._world.pace.watch_for)
        status = await trail.ask()
        if isinstance(status, ports.Status) and status.state is TaskState.SUCCEEDED:
            made = await self._fetch(trail, status, kind=kind)
            return made if isinstance(made, Made) else None
        if isinstance(status, ports.Status) and status.state is TaskState.FAILED:
            return Failed(failure=_failure(status.failure))
        return None

    async def source(self, call: jobs.Call) -> ports.Source | None:
        """A fresh place from which anybody can fetch the call's first output; None when there is none."""
        status = await _poll(self._world, call)
        sources = status.outputs[0] if status.outputs else ()
        return next((source for source in sources if not source.headers), None)

    async def _step(
        self, trail: "_Trail", status: ports.Status, *, kind: media.MediaKind, progress: Progress
    ) -> Made | Failed | None:
        if status.state is TaskState.SUCCEEDED:
            return await self._fetch(trail, status, kind=kind)
        if status.state is TaskState.FAILED:
            return Failed(failure=_failure(status.failure))
        await progress(status.progress)
        if self._world.clock.now() - trail.call.submitted_at > trail.deadline:
            return Failed(failure=Failure(kind=FailureKind.DEADLINE), watch=True)
        return None

    async def _fetch(self, trail: "_Trail", status: ports.Status, *, kind: media.MediaKind) -> Made | Failed | None:
        """The task's files; None: ask again, a fresh address may work."""
        made: list[jobs.Output] = []
        most = limits.EMPTY_IN_A_ROW
        for index, sources in enumerate(status.outputs):
            try:
                made.append(await self._fetch_one(trail.call, index, sources, kind=kind))
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
        self, call: jobs.Call, index: int, sources: Sequence[ports.Source], *, kind: media.MediaKind
    ) -> jobs.Output:
        async with self._downloads:
            into = f"results/{call.job}/{call.step}-{index}"
            path, facts = await self._world.files.fetch(sources, kind=kind, into=into)
        return jobs.Output(job=call.job, step=call.step, index=index, path=path, facts=facts)


class _Trail:
    """The memory of one pursuit: how often what went wrong, and how long to wait now."""

    def __init__(self, *, world: World, call: jobs.Call, deadline: timedelta) -> None:
        self.call = call
        self.deadline = deadline
        self.wait_s = world.pace.every_s
        self._world = world
        self._missing = self._silent = self._empty = self._polls = 0
        self._heard_at: datetime = world.clock.now()
        self._no_room_since: datetime | None = None

    async def ask(self) -> ports.Status | Failed | None:
        """One poll; None when the answer was no answer, Failed when it is time to give up."""
        try:
            status = await _poll(self._world, self.call)
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
        self.wait_s = min(self._world.pace.every_s * (1 + self._polls / 20), self._world.pace.every_s * 2)
        return status

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


async def _poll(world: World, call: jobs.Call) -> ports.Status:
    if (provider := world.providers.get(call.provider)) is None:
        raise errors.Unreachable(f"{call.provider} is not configured any more")
    return await provider.poll(call.poll_path, call.task_id or "")


def _failure(error: errors.Rejected | None) -> Failure:
    if error is None:
        return Failure(kind=FailureKind.FAILED)
    return Failure(kind=FailureKind(error.reason), words=error.words)
