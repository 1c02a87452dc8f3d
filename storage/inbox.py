"""The inbox: what the platforms sent, kept before it is answered, so that a kill loses nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import ports
from storage import tables

ARRIVAL = sa.text("rowid")  # tells events of one moment apart


@dataclass(frozen=True, slots=True)
class SqlInbox:
    """The ports.Inbox of one transaction."""

    connection: AsyncConnection

    async def add(self, events: Sequence[ports.Event]) -> None:
        """Keep those that are not known yet."""
        if not events:
            return
        rows = [{"platform": e.platform, "key": e.key, "payload": e.payload, "at": e.at} for e in events]
        await self.connection.execute(insert(tables.inbox).on_conflict_do_nothing(), rows)

    async def waiting(self, platform: str, *, keys: Sequence[str] | None = None) -> Sequence[ports.Event]:
        """Those that are not done, oldest first; of these keys only, or all."""
        t = tables.inbox
        query = sa.select(t).where(t.c.platform == platform, t.c.done_at.is_(None)).order_by(t.c.at, ARRIVAL)
        if keys is not None:
            query = query.where(t.c.key.in_(keys))
        rows = (await self.connection.execute(query)).all()
        return [ports.Event(platform=r.platform, key=r.key, payload=r.payload, at=r.at) for r in rows]

    async def done(self, platform: str, key: str, at: datetime) -> None:
        """It was answered: its payload holds members' words and is emptied, its key stays known for a while."""
        t = tables.inbox
        query = sa.update(t).where(t.c.platform == platform, t.c.key == key, t.c.done_at.is_(None))
        await self.connection.execute(query.values(payload="", done_at=at))

    async def sweep(self, before: datetime) -> None:
        """Forget what was done before then."""
        await self.connection.execute(sa.delete(tables.inbox).where(tables.inbox.c.done_at < before))
