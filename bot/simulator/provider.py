"""The provider that is played: what it takes, and what it knows of it later."""

import asyncio
import random
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from bot.simulator import faults, log, models, submits, tasks
from bot.simulator.drafts import Draft
from bot.simulator.inputs import Arrival, Inputs
from bot.simulator.links import Links
from bot.simulator.maker import Maker, extension
from bot.simulator.options import Options
from bot.simulator.submits import Submit

EXPIRED_S = -1.0  # what is added to now for a URL that never worked


class Provider:
    """The state folder and everything that looks into it."""

    def __init__(self, options: Options, folder: Path) -> None:
        self.options = options
        self.log = log.Log(folder)
        self.faults = faults.Faults(options.faults, options.seed)
        self.inputs = Inputs(folder)
        self.maker = Maker(folder, self.inputs)
        self.links = Links(folder)
        self._reading: dict[str, asyncio.Task[Arrival]] = {}

    def resume(self) -> None:
        """Go on reading inputs where an earlier run was stopped."""
        for submit in self.log.all():
            self._read_inputs(submit)

    async def close(self) -> None:
        for reading in self._reading.values():
            reading.cancel()
        await asyncio.gather(*self._reading.values(), return_exceptions=True)
        await self.inputs.close()

    async def take(self, draft: Draft, operation: str, received_at: str, task_faults: tuple[str, ...]) -> Submit:
        """Accept a submission: once this returns, it is on disk and its task runs."""
        for upload in draft.uploads:
            await self.inputs.keep(upload.data)
        family = models.BY_ID[draft.model]
        body = draft.logged_body
        if draft.content_type == "multipart/form-data" and "n" in body:
            body["n"] = int(str(body["n"]))
        submit = Submit(
            number=0,
            task_id=f"task_{uuid.uuid4().hex}",
            received_at=received_at,
            at=log.now(),
            path=draft.path,
            model=draft.model,
            operation=operation,
            content_type=draft.content_type,
            body=body,
            body_sha256=submits.digest(body),
            length_s=self._length_s(family),
            faults=task_faults,
        )
        submit = await self.log.take(submit)
        self._read_inputs(submit)
        return submit

    def state(self, submit: Submit) -> tasks.State:
        return tasks.state(submit, self.inputs.arrival(submit), time.time())

    async def finish(self, submit: Submit, gone: Callable[[], bool]) -> tasks.State:
        """Wait until a task is over, or whoever waits for its result is gone."""
        while (state := self.state(submit)).phase not in ("done", "failed") and not gone():
            left_s = submit.at_s + submit.length_s - time.time()
            await asyncio.sleep(min(max(left_s, 0.02), 0.5))
        return state

    def urls(self, submit: Submit, base: str, *, expired: bool = False) -> list[str]:
        """Fresh URLs of a finished task's results."""
        ttl_s = EXPIRED_S if expired or "expired-url" in submit.faults else self.options.url_ttl_s
        ending = extension(submit)
        return [
            f"{base}/media/{self.links.sign(submit.task_id, index, time.time() + ttl_s)}.{ending}"
            for index in range(tasks.results(submit))
        ]

    async def file(self, submit: Submit, index: int) -> Path:
        """The file of a finished task's result."""
        arrival = self.inputs.arrival(submit) or await self.inputs.read(submit)
        return await self.maker.result(submit, arrival, index)

    def _length_s(self, family: models.Family) -> float:
        """Plausible, and the same for the same seed and place in the log."""
        dice = random.Random(f"{self.options.seed}/{len(self.log.all()) + 1}")
        return round(dice.uniform(*family.length_s) / self.options.speed, 4)

    def _read_inputs(self, submit: Submit) -> None:
        if self.inputs.arrival(submit) is not None:
            return
        reading = asyncio.get_running_loop().create_task(self.inputs.read(submit))
        self._reading[submit.task_id] = reading
        reading.add_done_callback(lambda _: self._reading.pop(submit.task_id, None))
