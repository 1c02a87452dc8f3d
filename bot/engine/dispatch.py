"""Dispatch in this process: hands queued jobs to the runner in turn, resumes what a former process left."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import structlog

from bot import jobs, ports
from bot.credits.rules import Rules
from bot.engine import limits, recovery
from bot.engine.means import Terms, terms_of
from bot.engine.queue import FairQueue
from bot.engine.runner import Runner
from bot.engine.seats import Caps, Seat, room_of
from bot.engine.world import World
from bot.jobs import JobState
from bot.ports import Queued
from bot.requests import AccountId

log = structlog.get_logger(__name__)


class Dispatch:
    """Runs a bounded number of jobs at once, each supervised: storage trouble waits, a bug fails only its job."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._runner = Runner(world)
        self._queue = FairQueue(member_running=world.limits.member_running)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._watchers: dict[str, asyncio.Task[None]] = {}
        self._ended: dict[str, asyncio.Event] = {}
        self._recovered = self._stopping = False

    async def start(self) -> int:
        """Resume everything unfinished, await what is late, tell who was not told; answers how many jobs go on."""
        if not self._recovered:  # only what an earlier process left; ours is on its way
            await recovery.recover(self._world)
            self._recovered = True
        async with self._world.store.reading() as rows:
            unfinished = await rows.jobs.unfinished()
            untold = await rows.jobs.untold()
            watched = await rows.jobs.watched(self._world.clock.now())
            terms = await self._terms(rows, (*unfinished, *untold))
        for job in (*unfinished, *untold):  # what runs takes its seats before anybody else does
            if job.state is not JobState.QUEUED and job.id not in self._tasks:
                self._queue.began(self._seat(job, terms[job.id]))
                self._launch(job.id)
        for job in unfinished:
            if job.state is JobState.QUEUED:
                self.enqueue(job, terms[job.id])
        for job in watched:
            self._watch(job)
        return len(unfinished)

    def enqueue(self, job: jobs.Job, terms: Terms) -> None:
        """A new job waits in line until its member and its community may run one more, or starts at once; after a stop
        it waits for the next start.
        """
        if self._stopping or job.id in self._tasks:
            return
        self._ended.setdefault(job.id, asyncio.Event())
        self._queue.add(self._seat(job, terms))
        self._serve()

    def heed(self, community: jobs.Community, rules: Rules) -> None:
        """A community's rules are other ones now: whoever waits there may be let in at once."""
        self._queue.heed(room_of(community.pool, community.platform), Caps.of(rules, pool=community.pool))
        self._serve()

    def forget(self, id: str) -> None:
        """A job was cancelled before anything was sent: it makes room at once."""
        self._queue.remove(id)
        if (task := self._tasks.get(id)) is not None:
            task.cancel()
        self._mark_ended(id)

    def place(self, id: str) -> Queued | None:
        """Where a waiting job stands; None when it does not wait."""
        if (standing := self._queue.standing(id)) is None:
            return None
        place, here = standing
        return Queued(place=place, ready_at=None, own=self._queue.held_back(id), here=here)

    def would_wait(self, job: jobs.Job, terms: Terms) -> bool:
        """Whether a job that is about to come in would wait for its member's own."""
        return self._queue.would_wait(self._seat(job, terms)) > 0

    def waiting(self, *accounts: AccountId) -> int:
        """How many jobs of a member, who has these accounts, wait."""
        return self._queue.waiting(*accounts)

    @property
    def running(self) -> int:
        """How many jobs run right now."""
        return len(self._tasks)

    @property
    def stopping(self) -> bool:
        """Whether nothing new is begun."""
        return self._stopping

    async def ended(self, id: str) -> None:
        """Return when the job has ended and its member was told, or at once when this process does not have it."""
        if (event := self._ended.get(id)) is not None:
            await event.wait()

    async def idle(self) -> None:
        """Return when no job is waiting or running. Late results are not waited for."""
        while events := list(self._ended.values()):
            await asyncio.gather(*(event.wait() for event in events))

    async def stop(self, *, grace_s: float = 30.0) -> None:
        """Begin nothing new, let requests on the line be answered and recorded; the rest is resumed next time."""
        self._stopping = True
        tasks = [*self._tasks.values(), *self._watchers.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._runner.settle(grace_s)
        for event in self._ended.values():
            event.set()
        self._ended.clear()

    def _serve(self) -> None:
        while not self._stopping and len(self._tasks) < self._world.limits.running:
            taken = self._queue.take()
            if taken is None:
                return
            self._launch(taken.job)

    def _seat(self, job: jobs.Job, terms: Terms) -> Seat:
        """What it takes up, by what is known now of its member and its community."""
        self._queue.unite(terms.account, terms.everybody)
        seat = Seat.of(job, member=terms.account)
        self._queue.heed(seat.room, Caps.of(terms.rules, pool=job.pool))
        return seat

    async def _terms(self, rows: ports.Transaction, found: Sequence[jobs.Job]) -> dict[str, Terms]:
        """Those of each job; read once for each member and community, because there may be thousands."""
        known: dict[tuple[str, ...], Terms] = {}
        for job in found:
            if (of := _whose(job)) not in known:
                known[of] = await terms_of(self._world, rows, job)
        return {job.id: known[_whose(job)] for job in found}

    def _launch(self, id: str) -> None:
        self._ended.setdefault(id, asyncio.Event())
        task = asyncio.create_task(self._supervise(id), name=f"job {id}")
        self._tasks[id] = task
        task.add_done_callback(lambda _: self._done(id))

    def _done(self, id: str) -> None:
        self._tasks.pop(id, None)
        self._queue.done(id)
        self._mark_ended(id)
        self._serve()

    def _mark_ended(self, id: str) -> None:
        if (event := self._ended.pop(id, None)) is not None:
            event.set()

    async def _supervise(self, id: str) -> None:
        try:
            await self._run(id)
        except Exception:
            log.exception("a failed job could not be told to its member; it is tried again at the next start", job=id)
        await self._watch_if_wanted(id)

    async def _run(self, id: str) -> None:
        for crashes in range(1, limits.CRASHES_MOST + 1):
            try:
                return await self._world.surely(lambda: self._runner.run(id))
            except Exception:
                log.exception("a job tripped over a bug", job=id, crashes=crashes)
            await self._world.clock.sleep(limits.STORAGE_RETRY_S)
        await self._world.surely(lambda: self._runner.give_up(id))
        return await self._world.surely(lambda: self._runner.run(id))

    # --- late results

    async def _watch_if_wanted(self, id: str) -> None:
        async def read() -> jobs.Job | None:
            async with self._world.store.reading() as rows:
                return await rows.jobs.get(id)

        job = await self._world.surely(read)
        if job is not None and job.watch_until is not None:
            self._watch(job)

    def _watch(self, job: jobs.Job) -> None:
        if job.id in self._watchers:
            return
        task = asyncio.create_task(self._wait_for_late(job), name=f"watch {job.id}")
        self._watchers[job.id] = task
        task.add_done_callback(lambda _: self._watchers.pop(job.id))

    async def _wait_for_late(self, job: jobs.Job) -> None:
        while job.watch_until is not None and self._world.clock.now() < job.watch_until:
            await self._world.pause(self._world.pace.watch_every_s)
            if await self._safely(self._runner.look(job.id), job=job.id):
                return

    async def _safely(self, look: Coroutine[Any, Any, bool], *, job: str) -> bool:
        try:
            return await look
        except Exception:
            log.exception("a look at a late result failed; it is looked at again", job=job)
            return False


def _whose(job: jobs.Job) -> tuple[str, ...]:
    """What a member's terms for a job's seat depend on."""
    return job.account, job.pool, job.place.platform
