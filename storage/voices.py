"""Voices that members had made."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import errors, voices
from bot.requests import AccountId
from storage import tables

ALIKE = 1000  # voices of one name that one member may have


@dataclass(frozen=True, slots=True)
class SqlVoices:
    """The ports.Voices of one transaction."""

    connection: AsyncConnection

    async def add(self, voice: voices.Voice) -> voices.Voice:
        """A new one, under a name that its owner has not given before; the same one twice is one."""
        if (known := await self.get(voice.provider, voice.id)) is not None:
            return known
        named = replace(voice, name=_free(voice.name, [each.name for each in await self.of(voice.account)]))
        row = {column.name: getattr(named, column.name) for column in tables.voices.columns}
        await self.connection.execute(insert(tables.voices).values(row))
        return named

    async def get(self, provider: str, id: str) -> voices.Voice | None:
        """One voice by its provider's id, a deleted one too."""
        t = tables.voices
        return await self._one(sa.select(t).where(t.c.provider == provider, t.c.id == id))

    async def made_by(self, job: str) -> voices.Voice | None:
        """The voice that a job made, a deleted one too."""
        return await self._one(sa.select(tables.voices).where(tables.voices.c.job == job))

    async def of(self, *accounts: AccountId) -> Sequence[voices.Voice]:
        """The voices of these accounts, newest first; deleted ones left out."""
        return await self._living(tables.voices.c.account.in_(accounts))

    async def all(self) -> Sequence[voices.Voice]:
        """Everybody's voices; deleted ones left out."""
        return await self._living(sa.true())

    async def delete(self, provider: str, id: str, *, at: datetime) -> bool:
        """Compare-and-set from there to deleted; says whether it was there."""
        t = tables.voices
        found = t.c.provider == provider, t.c.id == id, t.c.deleted_at.is_(None)
        return (await self.connection.execute(sa.update(t).where(*found).values(deleted_at=at))).rowcount == 1

    async def _living(self, which: sa.ColumnElement[bool]) -> Sequence[voices.Voice]:
        t = tables.voices
        query = sa.select(t).where(which, t.c.deleted_at.is_(None)).order_by(t.c.made_at.desc(), t.c.id)
        return [_voice(row) for row in (await self.connection.execute(query)).mappings()]

    async def _one(self, query: sa.Select[tuple[object, ...]]) -> voices.Voice | None:
        row = (await self.connection.execute(query.limit(1))).mappings().one_or_none()
        return None if row is None else _voice(row)


def _voice(row: sa.RowMapping) -> voices.Voice:
    return voices.Voice(**{**row, "account": AccountId(row["account"])})


def _free(name: str, taken: Sequence[str]) -> str:
    """The name, or with a number behind it."""
    known = {each.casefold() for each in taken}
    numbered = (name, *(f"{name} {n}" for n in range(2, ALIKE)))
    for each in numbered:
        if each.casefold() not in known:
            return each
    raise errors.Fault(f"too many voices are called {name}")
