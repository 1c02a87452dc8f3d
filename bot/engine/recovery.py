"""What a former process knew and had not recorded when it was killed."""

import structlog

from bot import jobs, ports
from bot.engine import submitting
from bot.engine.world import World
from bot.jobs import CallState

log = structlog.get_logger(__name__)


async def recover(world: World) -> None:
    """Settle the calls whose answer is not recorded, as far as the journal knows; the rest stays unknown."""
    left = world.journal.left()
    async with world.store.reading() as rows:
        open_calls = [
            c for c in await rows.jobs.submitting() if c.session != world.journal.session
        ]  # ours is no leftover
    for call in open_calls:
        if taken := left.answers.get(_key(call)):
            await _move(world, call, CallState.RUNNING, **submitting.changes_of(taken))
        elif _nothing_started(call, left):
            await _move(world, call, CallState.FAILED, ended_at=world.clock.now())  # no failure named: tried again
    world.journal.begin()


def _nothing_started(call: jobs.Call, left: ports.Left) -> bool:
    """The provider said no, or the request had not left and the journal would know if it had."""
    return _key(call) in left.answers or (call.session in left.sessions and _key(call) not in left.sent)


async def _move(world: World, call: jobs.Call, to: CallState, **changes: object) -> None:
    async with world.store.transaction() as rows:
        await rows.jobs.move_call(call, CallState.SUBMITTING, to=to, **changes)
    log.info("recovered a call", job=call.job, step=call.step, state=to)


def _key(call: jobs.Call) -> ports.CallKey:
    return (call.job, call.step, call.attempt)
