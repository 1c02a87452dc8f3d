"""Promises: every change is a compare-and-set on its row, so that each is kept at most once."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports import Promise
from bot.requests import AccountId
from storage import tables


@dataclass(frozen=True, slots=True)
class SqlPromises:
    """The ports.Promises of one transaction."""

    connection: AsyncConnection

    async def add(self, promise: Promise) -> bool:
        """A new one; False when its id is taken."""
        added = await self.connection.execute(insert(tables.promises).values(asdict(promise)).on_conflict_do_nothing())
        return added.rowcount == 1

    async def get(self, id: str) -> Promise | None:
        """One of them, kept or not."""
        t = tables.promises
        row = (await self.connection.execute(sa.select(t).where(t.c.id == id))).mappings().one_or_none()
        return None if row is None else _promise(row)

    async def keep(self, id: str, *, at: datetime) -> bool:
        """Compare-and-set from open to kept; says whether it was open."""
        t = tables.promises
        query = sa.update(t).where(t.c.id == id, t.c.kept_at.is_(None)).values(kept_at=at)
        return (await self.connection.execute(query)).rowcount == 1

    async def drop(self, id: str) -> bool:
        """Take an open one away, at a no; says whether it was open."""
        t = tables.promises
        query = sa.delete(t).where(t.c.id == id, t.c.kept_at.is_(None))
        return (await self.connection.execute(query)).rowcount == 1

    async def untold(self, act: str, *subjects: str) -> Sequence[Promise]:
        """Kept ones of which these have not been told yet, oldest first."""
        t = tables.promises
        query = sa.select(t).where(t.c.subject.in_(subjects), t.c.act == act, t.c.kept_at.is_not(None))
        query = query.where(t.c.told_at.is_(None)).order_by(t.c.kept_at, t.c.id)
        return [_promise(row) for row in (await self.connection.execute(query)).mappings()]

    async def told(self, id: str, *, at: datetime) -> bool:
        """Compare-and-set from untold to told; says whether it was untold."""
        t = tables.promises
        query = sa.update(t).where(t.c.id == id, t.c.told_at.is_(None)).values(told_at=at)
        return (await self.connection.execute(query)).rowcount == 1

    async def forget(self, *accounts: AccountId) -> None:
        """Take away all that was asked of these accounts, and the words of what was promised to them."""
        t = tables.promises
        await self.connection.execute(sa.delete(t).where(t.c.account.in_(accounts)))
        await self.connection.execute(sa.update(t).where(t.c.subject.in_(accounts)).values(why=""))


def _promise(row: sa.RowMapping) -> Promise:
    return Promise(**{**row, "account": AccountId(row["account"])})
