"""Operators' reports: jobs with all that came of them, and what was left with each provider."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import jobs
from bot.money import HOUSE, POOL_PREFIX, TransferKind
from bot.ports import Balance, Reading, Record
from bot.requests import AccountId
from storage import readers, tables

PAGE = 200  # jobs that are read at once


@dataclass(frozen=True, slots=True)
class SqlReports:
    """The ports.Reports of one transaction."""

    connection: AsyncConnection

    async def records(
        self, *, since: datetime | None = None, until: datetime | None = None, pool: AccountId | None = None
    ) -> AsyncIterator[Record]:
        """Jobs asked for from `since` on and before `until`, oldest first; those that may draw on `pool`, or all."""
        j = tables.jobs
        bounds = [] if since is None else [j.c.created_at >= since]
        bounds += [] if until is None else [j.c.created_at < until]
        bounds += [] if pool is None else [j.c.pool == pool]
        query = sa.select(j).where(*bounds).order_by(j.c.created_at, j.c.id).limit(PAGE)
        page = await self._page(query)
        while page:
            for record in await self._records(page):
                yield record
            last = page[-1]
            page = await self._page(query.where(sa.tuple_(last.created_at, last.id) < _PLACE))

    async def read(self, reading: Reading) -> None:
        """Keep what was left with a provider; the last one of each day (UTC) counts."""
        new = {"words": reading.balance.words, "amount": reading.balance.amount, "at": reading.at}
        day = f"{reading.at.astimezone(UTC):%Y-%m-%d}"
        query = insert(tables.provider_balances).values(provider=reading.provider, day=day, **new)
        await self.connection.execute(query.on_conflict_do_update(index_elements=["provider", "day"], set_=new))

    async def readings(self, *, since: datetime, provider: str | None = None) -> Sequence[Reading]:
        """What was left since then, oldest first; with one provider, or with all."""
        t = tables.provider_balances
        query = sa.select(t).where(t.c.at >= since).order_by(t.c.at, t.c.provider)
        rows = await self.connection.execute(query if provider is None else query.where(t.c.provider == provider))
        return [
            Reading(provider=row.provider, at=row.at, balance=Balance(words=row.words, amount=row.amount))
            for row in rows
        ]

    async def _page(self, query: sa.Executable) -> Sequence[jobs.Job]:
        return [readers.job(row) for row in (await self.connection.execute(query)).mappings()]

    async def _records(self, page: Sequence[jobs.Job]) -> list[Record]:
        given = {"of": [job.id for job in page]}
        calls, outputs = await self._calls(given), await self._outputs(given)
        used = {row.job: row for row in await self.connection.execute(_USED, given)}
        members = await self.connection.execute(_MEMBERS, {"of": [job.account for job in page]})
        joined = {row.id: AccountId(row.joined_to) for row in members}
        return [
            Record(
                job=job,
                member=joined.get(job.account, job.account),
                used=int(used[job.id].used) if job.id in used else 0,
                from_pool=int(used[job.id].from_pool) if job.id in used else 0,
                calls=tuple(calls[job.id]),
                outputs=tuple(outputs[job.id]),
            )
            for job in page
        ]

    async def _calls(self, given: Mapping[str, Any]) -> Mapping[str, list[jobs.Call]]:
        found: defaultdict[str, list[jobs.Call]] = defaultdict(list)
        for row in (await self.connection.execute(_CALLS, given)).mappings():
            found[row["job"]].append(readers.call(row))
        return found

    async def _outputs(self, given: Mapping[str, Any]) -> Mapping[str, list[jobs.Output]]:
        found: defaultdict[str, list[jobs.Output]] = defaultdict(list)
        for row in (await self.connection.execute(_OUTPUTS, given)).mappings():
            found[row["job"]].append(readers.output(row))
        return found


_PLACE = sa.tuple_(tables.jobs.c.created_at, tables.jobs.c.id)
_OF: sa.BindParameter[list[str]] = sa.bindparam("of", expanding=True)
_CALLS = (
    sa.select(tables.calls)
    .where(tables.calls.c.job.in_(_OF))
    .order_by(tables.calls.c.job, tables.calls.c.step, tables.calls.c.attempt)
)
_OUTPUTS = (
    sa.select(tables.outputs)
    .where(tables.outputs.c.job.in_(_OF))
    .order_by(tables.outputs.c.job, tables.outputs.c.step, tables.outputs.c.index)
)
_MEMBERS = sa.select(tables.accounts.c.id, tables.accounts.c.joined_to).where(
    tables.accounts.c.id.in_(_OF), tables.accounts.c.joined_to.is_not(None)
)
_TAKEN, _HELD = tables.transfers.alias("taken"), tables.transfers.alias("held")
_POOLS = (_HELD.c.debit == HOUSE) | _HELD.c.debit.startswith(POOL_PREFIX)
_USED = (
    sa.select(
        _TAKEN.c.job,
        sa.func.sum(_TAKEN.c.amount).label("used"),
        sa.func.sum(sa.case((_POOLS, _TAKEN.c.amount), else_=0)).label("from_pool"),
    )
    # a leg's capture is named like its hold: job:<id>:hold:<leg>, job:<id>:capture:<leg>
    .join(_HELD, _HELD.c.id == sa.func.replace(_TAKEN.c.id, f":{TransferKind.CAPTURE}:", f":{TransferKind.HOLD}:"))
    .where(_TAKEN.c.job.in_(_OF), _TAKEN.c.kind == TransferKind.CAPTURE)
    .group_by(_TAKEN.c.job)
)
