"""A person's verdict about a job: its state and its money change together, or not at all."""

import pytest

from bot import errors, jobs
from bot.cli import _verdicts
from bot.jobs import CallState, JobState
from storage.store import SqlStore
from tests import factories
from tests.factories import ANNA, NOON


@pytest.fixture
async def job(store: SqlStore) -> jobs.Job:
    """Anna's job for 10 of her 100 credits."""
    await factories.member(store)
    return await factories.accepted(store, factories.job())


async def balances(store: SqlStore) -> tuple[int, int]:
    async with store.reading() as rows:
        assert await rows.ledger.faults() == []
        return await rows.ledger.balance(ANNA), await rows.ledger.held(ANNA)


async def now(store: SqlStore, job: jobs.Job) -> jobs.Job:
    async with store.reading() as rows:
        found = await rows.jobs.get(job.id)
    assert found is not None
    return found


async def test_what_was_seen_is_charged_as_announced(store: SqlStore, job: jobs.Job) -> None:
    async with store.transaction() as rows:
        await rows.jobs.move(job.id, JobState.QUEUED, to=JobState.DELIVERING, charge=7)
        await rows.jobs.add_output(factories.output())
    async with store.transaction() as rows:
        said = await _verdicts.deliver(rows, await now(store, job), at=NOON)
    assert said == "K7Q2 is done: 7 credits used, 3 returned."
    assert (await now(store, job)).state is JobState.DONE
    assert await balances(store) == (93, 0)
    async with store.reading() as rows:
        assert [output.delivered_at for output in await rows.jobs.outputs(job.id)] == [NOON]


async def test_what_is_given_up_is_returned_and_still_to_be_told(store: SqlStore, job: jobs.Job) -> None:
    async with store.transaction() as rows:
        await rows.jobs.move(job.id, JobState.QUEUED, to=JobState.RUNNING)
        await rows.jobs.add_call(factories.call())
    async with store.transaction() as rows:
        said = await _verdicts.release(rows, job, at=NOON)
    assert said.startswith("K7Q2 is given up: 10 credits returned.")
    ended = await now(store, job)
    assert (ended.state, ended.told_at) == (JobState.FAILED, None)
    assert await balances(store) == (100, 0)
    async with store.reading() as rows:
        assert [call.state for call in await rows.jobs.calls(job.id)] == [CallState.UNKNOWN]


async def test_only_what_is_being_delivered_can_have_been_seen(store: SqlStore, job: jobs.Job) -> None:
    async with store.transaction() as rows:
        with pytest.raises(errors.OperatorError, match=r"Job K7Q2 is queued: .* Nothing was changed\."):
            await _verdicts.deliver(rows, job, at=NOON)
    assert await balances(store) == (90, 10)


@pytest.mark.parametrize("verdict", [_verdicts.deliver, _verdicts.release])
async def test_what_has_ended_stays_as_it_is(store: SqlStore, job: jobs.Job, verdict: object) -> None:
    async with store.transaction() as rows:
        await rows.jobs.move(job.id, JobState.QUEUED, to=JobState.CANCELLED)
        await rows.ledger.release(job.id, at=NOON)
    cancelled = await now(store, job)
    async with store.transaction() as rows:
        with pytest.raises(errors.OperatorError, match=r"has ended already \(cancelled\)"):
            await verdict(rows, cancelled, at=NOON)  # type: ignore[operator]  # either of the two
    assert await balances(store) == (100, 0)
