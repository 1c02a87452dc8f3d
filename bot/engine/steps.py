"""One step of a job, from wherever its rows say to its end: submit, follow, record."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot import errors, jobs, media
from bot.catalogue import _spec
from bot.engine import estimating, limits, owning, polling, submitting, wiring
from bot.engine.polling import Failed, Made
from bot.engine.submitting import Refused, Sent, Stopped
from bot.engine.world import World
from bot.jobs import CallState, Failure, FailureKind

log = structlog.get_logger(__name__)
End = Made | Failed | Stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """What was last told of a job that runs."""

    at: datetime | None = None  # None: nothing by this process
    percent: int | None  # None while the provider says nothing
    late: bool = False  # whether it was told that it takes longer than usual
    ready_at: datetime | None  # when it is likely to be ready; None where nobody knows


class StepRunner:
    """Runs single steps; resumable at any line."""

    def __init__(self, world: World, *, submitter: submitting.Submitter, follower: polling.Follower) -> None:
        self._world = world
        self._submitter = submitter
        self._follower = follower
        self._shown: dict[str, _Shown] = {}  # by job, while it is followed

    async def run(self, job: jobs.Job, number: int, step: _spec.Step) -> End:
        """Take the step to its end and answer what came of it."""
        call = await self._latest(job.id, number)
        if call is not None:
            end = await self._resume(job, number, step, call)
            if end is not None:
                return end
        try:
            fed = await self._fed(job, step)
        except errors.StorageFault:
            raise  # it waits for the storage
        except (errors.ProviderError, errors.Fault) as error:
            log.warning("can't feed a step", job=job.id, step=number, words=str(error))
            return Failed(failure=Failure(kind=FailureKind.NO_RESULT))
        errand = submitting.Errand(
            job=job,
            step=number,
            model=step.model,
            kind=step.kind,
            wire=lambda: wiring.wire_of(
                step, job.request, fed=fed, files=self._world.files, now=self._world.clock.now()
            ),
        )
        match sent := await self._submitter.submit(errand):
            case Sent():
                return await self._follow(job, step, sent.call)
            case Refused():
                return Failed(failure=sent.failure)
            case Stopped():
                return sent

    async def _resume(self, job: jobs.Job, number: int, step: _spec.Step, call: jobs.Call) -> End | None:
        """What the latest call already means; None: nothing had started, so it may be sent."""
        match call.state:
            case CallState.SUBMITTING if await self._submitter.on_the_line(job.id, number):
                return await self.run(job, number, step)
            case CallState.SUBMITTING if call.callback:  # whether it arrived is not known: word of it may come
                return await self._follow(job, step, await self._await(call))
            case CallState.SUBMITTING:  # found at start: whether it arrived is not known, and never asked by a POST
                failure = Failure(kind=FailureKind.UNKNOWN)
                await self._end(call, CallState.SUBMITTING, to=CallState.UNKNOWN, failure=failure)
                return Failed(failure=failure)
            case CallState.RUNNING:
                return await self._follow(job, step, call)
            case CallState.SUCCEEDED:
                return Made(outputs=await self._outputs(job.id, number))
            case CallState.FAILED | CallState.UNKNOWN:
                # its task may have been given up on rather than failed: one look will tell
                return Failed(failure=call.failure, watch=polling.may_be_heard_of(call)) if call.failure else None

    async def _follow(self, job: jobs.Job, step: _spec.Step, call: jobs.Call) -> Made | Failed:
        async def progress(percent: int | None) -> None:
            await self._progress(job, percent)

        end = await self._follower.follow(call, job=job, kind=step.kind, progress=progress)
        self._shown.pop(job.id, None)
        if isinstance(end, Made):
            await self._record(call, CallState.RUNNING, made=end)
        else:
            await self._end(call, CallState.RUNNING, to=CallState.FAILED, failure=end.failure)
        return end

    async def late(self, call: jobs.Call, *, kind: media.MediaKind) -> bool:
        """A look at a call of a job that ended: what it made is recorded; True when no more may come of it."""
        if not polling.may_be_heard_of(call) or call.state not in {CallState.RUNNING, CallState.FAILED}:
            return True
        end = await self._follower.look(call, kind=kind)
        if isinstance(end, Made):
            await self._record(call, call.state, made=end)
        elif isinstance(end, Failed):
            await self._end(call, call.state, to=CallState.FAILED, failure=end.failure)
        return end is not None

    async def _progress(self, job: jobs.Job, percent: int | None) -> None:
        """Tell of a new figure, at most every few seconds, and once that it takes longer than usual."""
        now = self._world.clock.now()
        shown = self._shown.get(job.id) or await self._begun(job)
        late = shown.ready_at is not None and now >= shown.ready_at
        figure = shown.percent if percent is None else percent
        recent = shown.at is not None and now - shown.at < timedelta(seconds=limits.PROGRESS_EVERY_S)
        if recent or (figure, late) == (shown.percent, shown.late):
            self._shown[job.id] = shown
            return
        self._shown[job.id] = replace(shown, at=now, percent=figure, late=late)
        async with self._world.store.transaction() as rows:
            current = await rows.jobs.note(job.id, progress=figure)
        if current is not None and current.hidden_at is None:
            await self._world.mention(self._world.delivery.running(current, ready_at=shown.ready_at))

    async def _begun(self, job: jobs.Job) -> "_Shown":
        async with self._world.store.reading() as rows:
            return _Shown(percent=job.progress, ready_at=await estimating.ready_at(rows, job))

    async def _fed(self, job: jobs.Job, step: _spec.Step) -> Mapping[str, tuple[str, media.Facts]]:
        """URL and facts of what earlier steps made for this one."""
        fed: dict[str, tuple[str, media.Facts]] = {}
        for name, number in step.feeds.items():
            call, outputs = await self._latest(job.id, number), await self._outputs(job.id, number)
            if call is None or not outputs:
                raise errors.Fault(f"step {number} of job {job.id} made nothing to go on with")
            deadline = self._world.pace.deadline(job.request.kind)
            fed[name] = (await self._address(call, outputs[0], deadline=deadline), outputs[0].facts)
        return fed

    async def _address(self, call: jobs.Call, output: jobs.Output, *, deadline: timedelta) -> str:
        """Where the provider can fetch what it made itself: its own fresh URL, else ours."""
        lent = self._world.files.lend(media.MediaRef(path=output.path, facts=output.facts))
        patience = self._world.clock.now() + deadline
        tries = 0
        while tries < limits.FETCH_TRIES or (lent is None and self._world.clock.now() < patience):
            tries += 1
            try:
                if (source := await self._follower.source(call)) is not None:
                    return source.url
                break
            except errors.ProviderError as error:
                log.info("no fresh address yet", job=call.job, words=str(error), tries=tries)
                await self._world.pause(limits.backoff_s(tries))
        if lent is None:
            raise errors.Fault(f"no way to hand {output.path} on to the provider")
        return lent

    async def _latest(self, job: str, number: int) -> jobs.Call | None:
        async with self._world.store.reading() as rows:
            calls = [call for call in await rows.jobs.calls(job) if call.step == number]
        return calls[-1] if calls else None

    async def _outputs(self, job: str, number: int) -> tuple[jobs.Output, ...]:
        async with self._world.store.reading() as rows:
            return tuple(output for output in await rows.jobs.outputs(job) if output.step == number)

    async def _record(self, call: jobs.Call, *states: CallState, made: Made) -> None:
        async with self._world.store.transaction() as rows:
            for output in made.outputs:
                await rows.jobs.add_output(output)
                await owning.keep(rows, call, output.actions, now=self._world.clock.now())
            await rows.jobs.move_call(
                call, *states, to=CallState.SUCCEEDED, ended_at=self._world.clock.now(), failure=None
            )

    async def _await(self, call: jobs.Call) -> jobs.Call:
        async with self._world.store.transaction() as rows:
            return await rows.jobs.move_call(call, CallState.SUBMITTING, to=CallState.RUNNING) or call

    async def _end(self, call: jobs.Call, *states: CallState, to: CallState, failure: Failure) -> None:
        async with self._world.store.transaction() as rows:
            now = self._world.clock.now()
            await rows.jobs.move_call(call, *states, to=to, ended_at=now, failure=failure)
            if call.answer is not None:  # a voice that was made is there, whatever became of its sample
                await owning.keep(rows, call, call.answer.actions, now=now)


def needs_of(step: _spec.Step) -> frozenset[int]:
    """The steps that must have made something before this one can go."""
    return frozenset(step.feeds.values())
