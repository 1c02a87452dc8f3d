"""The workshop: the state folder and everything that looks into it, for all providers together."""

import asyncio
import random
import time
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path

from bot.simulator import calling, faults, log, submits, tasks
from bot.simulator.arrivals import Arrival
from bot.simulator.families import Family
from bot.simulator.inputs import Inputs
from bot.simulator.judging import Verdict
from bot.simulator.links import Links
from bot.simulator.made import Clip, Made
from bot.simulator.maker import Maker
from bot.simulator.options import Options
from bot.simulator.providers import Provider, Task
from bot.simulator.reports import Report
from bot.simulator.submits import Submit

SHORTEST_S = 0.0001  # of any task, at whatever speed
EXPIRED_S = -1.0  # what is added to now for a URL that never worked


class Workshop:
    """What was taken, what becomes of it, and the files that are made."""

    def __init__(self, options: Options, folder: Path, providers: Mapping[str, Provider]) -> None:
        self.options = options
        self.providers = providers
        self.log = log.Log(folder)
        self.faults = faults.Faults(options.faults, options.seed)
        self.links = Links(folder)
        self._inputs = Inputs(folder)
        self._maker = Maker(folder, self._inputs, sketches=options.sketches)
        self.calls = calling.Calls(folder, options.speed)
        self._address = ""  # where results are fetched by those who are called back
        self._running: set[asyncio.Task[object]] = set()

    def open(self, address: str) -> None:
        """Go on where an earlier run was stopped: with reading inputs, and with calling back."""
        self._address = address
        for submit in self.log.all():
            if task := self.task(submit):
                self._attend(task)

    async def close(self) -> None:
        for running in self._running:
            running.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._inputs.close()

    def task(self, submit: Submit) -> Task | None:
        """A submission with its family and door; None where they aren't played any more."""
        provider = self.providers.get(submit.provider)
        return provider.task(submit) if provider else None

    def find(self, provider: Provider, task_id: str) -> Task | None:
        """A provider's task by its id."""
        submit = self.log.find(task_id)
        return provider.task(submit) if submit and submit.provider == provider.name else None

    def ids(self, family: Family) -> list[str]:
        """The ids of a family's models, those that are played as one of them among them."""
        return [*family.ids, *(id for id, known in self.options.like.items() if known in family.ids)]

    def taken(self, provider: Provider) -> list[Submit]:
        """What a provider has taken, oldest first."""
        return [one for one in self.log.all() if one.provider == provider.name]

    async def take(self, provider: Provider, verdict: Verdict, received_at: str, wrong: tuple[str, ...]) -> Task:
        """Accept a submission: once this returns, it is on disk and its task runs."""
        draft, body = verdict.draft, verdict.draft.logged_body
        for upload in draft.uploads:
            await self._inputs.keep(upload.data)
        submit = Submit(
            number=0,
            task_id=verdict.door.new_id(draft),
            received_at=received_at,
            at=log.now(),
            provider=provider.name,
            path=draft.path,
            model=draft.model,
            operation=verdict.operation,
            content_type=draft.content_type,
            body=body,
            body_sha256=submits.digest(body),
            length_s=self._length_s(verdict.family),
            faults=wrong,
        )
        task = Task(submit=await self.log.take(submit), family=verdict.family, door=verdict.door)
        self._attend(task)
        return task

    def state(self, task: Task) -> tasks.State:
        return tasks.state(task.submit, self._arrival(task), task.family.failure, time.time())

    async def finish(self, task: Task, gone: Callable[[], bool]) -> tasks.State:
        """Wait until a task is over, or whoever waits for its result is gone."""
        while (state := self.state(task)).phase not in ("done", "failed") and not gone():
            left_s = task.submit.at_s + task.submit.length_s - time.time()
            await asyncio.sleep(min(max(left_s, 0.02), 0.5))
        return state

    def made(self, task: Task) -> Made:
        """What a task makes, as far as its inputs are known."""
        arrival = self._arrival(task)
        return task.family.makes(task.submit, arrival.inputs if arrival else ())

    def begun(self, task: Task) -> Report:
        """A task at its very beginning, as the answer to its submission tells of it."""
        return Report(submit=task.submit, state=tasks.BEGUN, made=self.made(task))

    async def report(self, task: Task, base: str, *, expired: bool = False) -> Report:
        """A task as it stands; `base` is the address that results are fetched at."""
        state, made = self.state(task), self.made(task)
        if state.phase != "done":
            return Report(submit=task.submit, state=state, made=made)
        urls = self._urls(task, made.files, base, expired=expired)
        count = tasks.results(task.submit, 1 if isinstance(made, Clip) else len(urls))
        inline = task.door.inline(task.submit)
        return Report(
            submit=task.submit,
            state=state,
            made=made,
            urls=tuple(urls[:count]),
            cover=urls[1] if isinstance(made, Clip) and made.cover and count else "",
            paths=tuple([await self.file(task, index) for index in range(count)]) if inline else (),
        )

    async def file(self, task: Task, index: int) -> Path:
        """One of the files of a finished task."""
        arrival = self._arrival(task) or await self._read(task)
        return await self._maker.result(task.submit, task.family.makes(task.submit, arrival.inputs), arrival, index)

    async def sample(self, name: str) -> Path:
        """One of the samples, by its name."""
        return await self._maker.sample(name)

    def _urls(self, task: Task, files: tuple[str, ...], base: str, *, expired: bool) -> list[str]:
        ttl_s = EXPIRED_S if expired or "expired-url" in task.submit.faults else self.options.url_ttl_s
        signed = [self.links.sign(task.submit.task_id, index, time.time() + ttl_s) for index in range(len(files))]
        return [f"{base}/media/{name}.{ending}" for name, ending in zip(signed, files, strict=True)]

    def _arrival(self, task: Task) -> Arrival | None:
        return self._inputs.arrival(task.submit, task.family.inputs(task.submit.body))

    async def _read(self, task: Task) -> Arrival:
        return await self._inputs.read(task.submit, task.family.inputs(task.submit.body), task.family.inspect)

    def _length_s(self, family: Family) -> float:
        """Plausible, and the same for the same seed and place in the log."""
        dice = random.Random(f"{self.options.seed}/{len(self.log.all()) + 1}")
        return max(round(dice.uniform(*family.length_s) / self.options.speed, 4), SHORTEST_S)

    def _attend(self, task: Task) -> None:
        """Do what a task needs while nobody asks for it."""
        if self._arrival(task) is None:
            self._run(self._read(task))
        url = task.door.callback(task.submit.body)
        if url and not self.calls.over(task.submit.task_id) and "callback-lost" not in task.submit.faults:
            self._run(self._call_back(task, url))

    async def _call_back(self, task: Task, url: str) -> None:
        await self.finish(task, lambda: False)
        shape = task.door.called or task.door.answer
        times = 2 if "callback-twice" in task.submit.faults else 1
        body = shape(await self.report(task, self._address))
        await self.calls.post(task.submit.task_id, url, body, times=times)

    def _run(self, work: Coroutine[object, object, object]) -> None:
        running = asyncio.get_running_loop().create_task(work)
        self._running.add(running)
        running.add_done_callback(self._running.discard)
