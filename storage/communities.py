"""Communities: Discord servers and Telegram groups by their platform's id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import jobs
from storage import tables


@dataclass(frozen=True, slots=True)
class SqlCommunities:
    """The ports.Communities of one transaction."""

    connection: AsyncConnection

    async def of(self, platform: str, native: str) -> jobs.Community | None:
        """The community behind a platform's id."""
        t = tables.communities
        return await self._one(sa.select(t).where(t.c.platform == platform, t.c.native == native))

    async def add(self, community: jobs.Community) -> None:
        """A new one; a platform's id is unique."""
        row = {
            "id": community.id,
            "platform": community.platform,
            "native": community.native,
            "title": community.title,
            "language": community.language,
            "created_at": community.created_at,
            "rules": dict(community.rules),
        }
        await self.connection.execute(sa.insert(tables.communities).values(row))

    async def get(self, id: str) -> jobs.Community | None:
        """One community."""
        return await self._one(sa.select(tables.communities).where(tables.communities.c.id == id))

    async def all(self) -> Sequence[jobs.Community]:
        """Every community, oldest first."""
        t = tables.communities
        query = sa.select(t).order_by(t.c.created_at, t.c.id)
        return [jobs.Community(**row) for row in (await self.connection.execute(query)).mappings()]

    async def rename(self, id: str, title: str) -> None:
        """Take over what its platform calls it now."""
        t = tables.communities
        await self.connection.execute(sa.update(t).where(t.c.id == id).values(title=title))

    async def rule(self, id: str, changes: Mapping[str, object]) -> None:
        """What its owner changed of the rules, all of it."""
        t = tables.communities
        await self.connection.execute(sa.update(t).where(t.c.id == id).values(rules=dict(changes)))

    async def speak(self, id: str, language: str) -> None:
        """Take over the language of the first who spoke there."""
        t = tables.communities
        await self.connection.execute(sa.update(t).where(t.c.id == id).values(language=language))

    async def move(self, platform: str, old: str, new: str) -> bool:
        """Its platform knows it by another id now; one that was made for that id in the meantime keeps the old one."""
        moving, newcomer = await self.of(platform, old), await self.of(platform, new)
        if moving is None or (newcomer is not None and newcomer.created_at <= moving.created_at):
            return False  # the second time: what is known by the old id is the newcomer
        if newcomer is not None:
            await self._call(newcomer, f"{old} {newcomer.id}")  # no two may have one id, not for a moment
        await self._call(moving, new)
        if newcomer is not None:
            await self._call(newcomer, old)
        return True

    async def _call(self, community: jobs.Community, native: str) -> None:
        t = tables.communities
        await self.connection.execute(sa.update(t).where(t.c.id == community.id).values(native=native))

    async def _one(self, query: sa.Select[tuple[object, ...]]) -> jobs.Community | None:
        row = (await self.connection.execute(query)).mappings().one_or_none()
        return None if row is None else jobs.Community(**row)
