"""What a former process knew and had not recorded yet, when it was killed."""

import structlog

from bot.engine.world import World
from bot.jobs import CallState

log = structlog.get_logger(__name__)


async def record_answers(world: World) -> None:
    """Answers that were noted before their commit: their calls are not unknown after all."""
    noted = world.answers.noted()
    if not noted:
        return
    async with world.store.transaction() as rows:
        for answer in noted:
            call = next(
                (
                    call
                    for call in await rows.jobs.calls(answer.job)
                    if (call.step, call.attempt) == (answer.step, answer.attempt)
                ),
                None,
            )
            if call is None or call.state is not CallState.SUBMITTING:
                continue
            if answer.task_id is not None:
                await rows.jobs.move_call(call, CallState.SUBMITTING, to=CallState.RUNNING, task_id=answer.task_id)
            else:  # it said no: nothing had started, so it is asked once more and says why again
                await rows.jobs.move_call(call, CallState.SUBMITTING, to=CallState.FAILED, ended_at=world.clock.now())
            log.info("recovered an answer", job=call.job, step=call.step)
    world.answers.clear()
