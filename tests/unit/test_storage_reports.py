"""What operators' reports are made of: every job once with what came of it, and a reading a day of each provider."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

from bot import jobs, ports
from bot.jobs import CallState, JobState
from bot.money import HOUSE
from bot.ports import Balance, Reading, Record
from bot.requests import AccountId
from storage import reports
from storage.store import SqlStore
from tests import factories
from tests.factories import ANNA, BEN, NOON

POOL = AccountId("pool:one")


async def records(
    store: SqlStore, *, since: datetime | None = None, until: datetime | None = None, pool: AccountId | None = None
) -> list[Record]:
    async with store.reading() as rows:
        return [record async for record in rows.reports.records(since=since, until=until, pool=pool)]


async def keep(store: SqlStore, job: jobs.Job) -> None:
    async with store.transaction() as rows:
        await rows.jobs.add(job)


async def test_a_record_is_a_job_with_all_that_came_of_it(store: SqlStore) -> None:
    await factories.member(store, ANNA)
    job = factories.job(state=JobState.DELIVERING, charge=7, pool=POOL)
    call, output = factories.call(state=CallState.SUCCEEDED), factories.output()
    async with store.transaction() as rows:
        await rows.ledger.post(factories.grant(POOL, 4))
        await rows.jobs.add(job)
        await rows.ledger.hold(job.id, [factories.leg(POOL, 4), factories.leg(ANNA, 6)], at=NOON)
        await rows.jobs.add_call(call)
        await rows.jobs.add_output(output)
    expected = Record(job=job, member=ANNA, used=0, from_pool=0, calls=(call,), outputs=(output,))
    assert await records(store) == [expected]
    async with store.transaction() as rows:
        done = await rows.jobs.move(job.id, JobState.DELIVERING, to=JobState.DONE)
        await rows.ledger.capture(job.id, 7, at=NOON)
    assert done is not None
    settled = Record(job=done, member=ANNA, used=7, from_pool=4, calls=(call,), outputs=(output,))
    assert await records(store) == [settled]


async def test_records_come_in_pages_each_once(store: SqlStore) -> None:
    await factories.member(store, ANNA)
    made = [factories.job(f"J{n:04}", created_at=NOON + timedelta(hours=n // 3)) for n in range(2 * reports.PAGE + 1)]
    async with store.transaction() as rows:
        for job in reversed(made):
            await rows.jobs.add(job)
    assert [record.job for record in await records(store)] == made
    since, until = NOON + timedelta(hours=1), NOON + timedelta(hours=3)
    assert [record.job for record in await records(store, since=since, until=until)] == made[3:9]


async def test_records_of_one_pool(store: SqlStore) -> None:
    await factories.member(store, ANNA)
    await keep(store, factories.job("AAAA", pool=POOL))
    await keep(store, factories.job("BBBB"))
    assert [record.job.id for record in await records(store, pool=POOL)] == ["AAAA"]
    assert [record.job.id for record in await records(store, pool=HOUSE)] == ["BBBB"]
    assert await records(store, pool=AccountId("pool:two")) == []


async def test_a_reading_is_the_last_of_its_day(store: SqlStore) -> None:
    def reading(hours: float, amount: float, provider: str = "uniall") -> Reading:
        at = NOON + timedelta(hours=hours)
        return Reading(provider=provider, at=at, balance=Balance(words=f"¥{amount}", amount=amount))

    async def found(rows: ports.Transaction, since: datetime, provider: str | None = None) -> list[Reading]:
        return list(await rows.reports.readings(since=since, provider=provider))

    async with store.transaction() as rows:
        for each in (reading(0, 30), reading(11, 20), reading(13, 15), reading(13, 7, "pxz")):
            await rows.reports.read(each)
        assert await found(rows, NOON) == [reading(11, 20), reading(13, 7, "pxz"), reading(13, 15)]
        assert await found(rows, NOON, "pxz") == [reading(13, 7, "pxz")]
        assert await found(rows, NOON + timedelta(hours=12), "uniall") == [reading(13, 15)]


async def test_a_joined_members_jobs_are_the_whole_persons(store: SqlStore) -> None:
    await factories.member(store, ANNA)
    await factories.member(store, BEN)
    await keep(store, factories.job(account=BEN))
    assert [record.member for record in await records(store)] == [BEN]
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("UPDATE accounts SET joined_to = ? WHERE id = ?", (ANNA, BEN))
    assert [(record.member, record.job.account) for record in await records(store)] == [(ANNA, BEN)]
