"""Callbacks: what providers tell of the calls for which they were given an address of ours."""

import asyncio

import structlog

from bot import errors, jobs, ports
from bot.engine import answers, wiring
from bot.engine.world import World
from bot.jobs import CallState
from bot.ports import TaskState

TAKE_S = 30.0  # a provider waits for our answer

TAKEN, UNREADABLE, NOT_OURS, KNOWN_ALREADY, NOT_NOW = 200, 400, 404, 409, 503

log = structlog.get_logger(__name__)


class Receiver:
    """Takes callbacks. Their address proves who tells; an end is kept once, whatever else is told of it later.

    It is only kept here: the runner, which looks at its call's row, goes on from there, now or after a restart.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    async def take(self, token: str, body: bytes) -> int:
        """The HTTP status to answer what was posted to one of our addresses; `token` is its last part."""
        try:
            async with asyncio.timeout(TAKE_S):
                return await self._take(token, body)
        except (errors.StorageFault, TimeoutError) as fault:
            log.error("a callback could not be kept; its provider may try again", words=str(fault))
            return NOT_NOW

    async def _take(self, token: str, body: bytes) -> int:
        found = await self._found(token)
        if found is None:
            log.warning("a callback for no call of ours")
            return NOT_OURS
        job, call = found
        try:
            task_id, status = self._world.providers[call.provider].told(body)
        except errors.Unreachable as error:
            return self._said(call, UNREADABLE, str(error))
        if task_id is not None and call.task_id not in (None, task_id):
            return self._said(call, NOT_OURS, "it names another task")
        if status.state in {TaskState.QUEUED, TaskState.RUNNING}:
            return TAKEN  # on its way: the end is what is waited for
        return await self._end(job, call, status)

    async def _end(self, job: jobs.Job, call: jobs.Call, status: ports.Status) -> int:
        if call.answer is not None or not self._awaited(job, call):
            return self._said(call, KNOWN_ALREADY, "its end is known, or awaited no longer")
        answer = await answers.kept(self._world, call, status, kind=wiring.makes(job.request, call.step))
        async with self._world.store.transaction() as rows:
            fresh = await rows.jobs.note_call(call, answer)
        return TAKEN if fresh else self._said(call, KNOWN_ALREADY, "it was told twice at once")

    def _awaited(self, job: jobs.Job, call: jobs.Call) -> bool:
        if call.state in {CallState.SUBMITTING, CallState.RUNNING}:
            return True
        late = job.watch_until is not None and self._world.clock.now() < job.watch_until
        return late and call.state is CallState.FAILED and call.failure is not None

    async def _found(self, token: str) -> tuple[jobs.Job, jobs.Call] | None:
        """The call that an address stands for; None when there is none that was given it."""
        if (key := self._world.addresses.key(token)) is None:
            return None
        async with self._world.store.reading() as rows:
            job, calls = await rows.jobs.get(key[0]), await rows.jobs.calls(key[0])
        call = next((each for each in calls if (each.job, each.step, each.attempt) == key and each.callback), None)
        if job is None or call is None or call.provider not in self._world.providers:
            return None
        return job, call

    def _said(self, call: jobs.Call, answer: int, words: str) -> int:
        log.warning("a callback was not taken", job=call.job, step=call.step, answer=answer, words=words)
        return answer
