"""Answers that need no asking: what a provider told at once or at our callback, kept before anything is recorded."""

from collections.abc import Sequence

import structlog

from bot import errors, jobs, media, ports
from bot.engine.world import World
from bot.errors import Reason
from bot.jobs import Failure, FailureKind
from bot.ports import TaskState

log = structlog.get_logger(__name__)


def place(call: jobs.Call, index: int) -> str:
    """Where an output of a call is kept, without its extension."""
    return f"results/{call.job}/{call.step}-{index}"


async def kept(world: World, call: jobs.Call, status: ports.Status, *, kind: media.MediaKind) -> jobs.Answer:
    """A finished status in the form that is recorded; files and words that came with it are on the disk by then."""
    outputs = [await _kept_one(world, call, index, origins, kind=kind) for index, origins in enumerate(status.outputs)]
    return jobs.Answer(
        outputs=tuple(outputs),
        usage=status.usage,
        actions=status.actions,
        partial=status.partial,
        failure=failure_of(status.failure) if status.state is TaskState.FAILED else None,
    )


async def _kept_one(
    world: World, call: jobs.Call, index: int, origins: Sequence[ports.Origin], *, kind: media.MediaKind
) -> tuple[str, ...]:
    """The addresses that are left to try; () when the content is kept.

    Headers are not recorded: they hold the key. What only they open is asked for again by its task.
    """
    inline = [origin for origin in origins if isinstance(origin, ports.Inline)]
    if inline:
        into = place(call, index)
        try:
            await world.surely(lambda: world.files.fetch(inline, kind=kind, into=into))
            return ()
        except errors.Rejected as error:
            log.warning("what came with the answer is no such file", job=call.job, step=call.step, words=str(error))
    return tuple(origin.url for origin in origins if isinstance(origin, ports.Source) and not origin.headers)


def status_of(answer: jobs.Answer) -> ports.Status:
    """What was recorded, as if it had just been asked for."""
    if (failure := answer.failure) is not None:
        refusal = errors.Rejected(Reason(failure.kind.value), failure.words)
        return ports.Status(state=TaskState.FAILED, failure=refusal, usage=answer.usage)
    return ports.Status(
        state=TaskState.SUCCEEDED,
        outputs=tuple(tuple(ports.Source(url=url) for url in urls) for urls in answer.outputs),
        usage=answer.usage,
        actions=answer.actions,
        partial=answer.partial,
    )


def failure_of(error: errors.Rejected | None) -> Failure:
    """Why a task failed, as a job says it."""
    if error is None:
        return Failure(kind=FailureKind.FAILED)
    return Failure(kind=FailureKind(error.reason), words=error.words)
