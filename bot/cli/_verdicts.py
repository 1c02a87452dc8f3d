"""A person's verdicts about jobs that don't end by themselves; each a compare-and-set with its money, or nothing."""

from datetime import datetime

from bot import errors, jobs, ports


async def deliver(rows: ports.Transaction, job: jobs.Job, *, at: datetime) -> str:
    """delivering → done with the charge that its receipt announced; what was done. Raises OperatorError."""
    state = jobs.JobState
    if not await rows.jobs.move(job.id, state.DELIVERING, to=state.DONE, ended_at=at, told_at=at):
        raise errors.OperatorError(_refusal(job, "only a job that is delivering has a result to have been seen"))
    await rows.ledger.capture(job.id, job.charge or 0, at=at)
    for output in await rows.jobs.outputs(job.id):
        await rows.jobs.mark_delivered(output, at)
    return f"{job.id} is done: {job.charge or 0} credits used, {job.price - (job.charge or 0)} returned."


async def release(rows: ports.Transaction, job: jobs.Job, *, at: datetime) -> str:
    """Any live state → failed with everything returned, its open calls closed as unknown; what was done.

    Raises OperatorError. Its member is told by the bot, as of every failure that was not told yet.
    """
    state, call_state = jobs.JobState, jobs.CallState
    live = [each for each in state if not each.ended]
    failure = jobs.Failure(kind=jobs.FailureKind.OURS)
    if not await rows.jobs.move(job.id, *live, to=state.FAILED, failure=failure, ended_at=at):
        raise errors.OperatorError(_refusal(job, "nothing is set aside for it"))
    await rows.ledger.release(job.id, at=at)
    closed = jobs.Failure(kind=jobs.FailureKind.UNKNOWN)  # a call that ended without one counts as never sent
    for call in await rows.jobs.calls(job.id):
        await rows.jobs.move_call(
            call, call_state.SUBMITTING, call_state.RUNNING, to=call_state.UNKNOWN, failure=closed, ended_at=at
        )
    return f"{job.id} is given up: {job.price} credits returned. The bot tells its member."


def _refusal(job: jobs.Job, because: str) -> str:
    if job.state.ended:
        return f"Job {job.id} has ended already ({job.state}); nothing was changed."
    return f"Job {job.id} is {job.state}: {because}. Nothing was changed."
