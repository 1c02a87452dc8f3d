"""Codes that join accounts, and who became part of whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import jobs, requests
from bot.ports import LinkCode
from bot.requests import AccountId
from storage import accounts, tables


@dataclass(frozen=True, slots=True)
class SqlLinks:
    """The ports.Links of one transaction."""

    connection: AsyncConnection

    async def add(self, code: LinkCode) -> bool:
        """A new code; False when there is one of this digest."""
        row = {
            "digest": code.digest,
            "account": code.account,
            "platform": code.platform,
            "made_at": code.made_at,
            "expires_at": code.expires_at,
            "place": None if code.place is None else code.place.model_dump_json(),
            "language": code.language,
            "used_at": code.used_at,
        }
        added = await self.connection.execute(insert(tables.link_codes).on_conflict_do_nothing(), row)
        return added.rowcount == 1

    async def code(self, digest: str) -> LinkCode | None:
        """One code, used or not."""
        t = tables.link_codes
        row = (await self.connection.execute(sa.select(t).where(t.c.digest == digest))).mappings().one_or_none()
        return None if row is None else _code(row)

    async def use(self, digest: str, *, at: datetime) -> bool:
        """Compare-and-set from open to used; says whether it was open."""
        t = tables.link_codes
        query = sa.update(t).where(t.c.digest == digest, t.c.used_at.is_(None))
        return (await self.connection.execute(query.values(used_at=at, place=None))).rowcount == 1

    async def made(self, *accounts: AccountId, since: datetime) -> Sequence[datetime]:
        """When these accounts were given codes, oldest first."""
        t = tables.link_codes
        query = sa.select(t.c.made_at).where(t.c.account.in_(accounts), t.c.made_at > since).order_by(t.c.made_at)
        return (await self.connection.execute(query)).scalars().all()

    async def miss(self, account: AccountId, *, at: datetime) -> None:
        """A wrong try."""
        await self.connection.execute(sa.insert(tables.link_tries), {"account": account, "at": at})

    async def missed(self, *accounts: AccountId, since: datetime) -> Sequence[datetime]:
        """When these accounts tried codes in vain, oldest first."""
        t = tables.link_tries
        query = sa.select(t.c.at).where(t.c.account.in_(accounts), t.c.at > since).order_by(t.c.at)
        return (await self.connection.execute(query)).scalars().all()

    async def join(self, part: AccountId, root: AccountId) -> None:
        """An account and all that is part of it become part of another; where it is banned, the other is."""
        t, b = tables.accounts, tables.bans
        await self.connection.execute(
            sa.update(t).where((t.c.id == part) | (t.c.joined_to == part)).values(joined_to=root)
        )
        await self._ban(root, part)
        await self.connection.execute(sa.delete(b).where(b.c.account == part))

    async def leave(self, person: requests.Person, account: jobs.Account, *, parent: jobs.Account) -> None:
        """A person goes on with a new account; where the one that they leave is banned, the new one is."""
        i = tables.identities
        await self.connection.execute(sa.insert(tables.accounts), accounts.columns(account))
        theirs = sa.update(i).where(i.c.platform == person.platform, i.c.user == person.user)
        await self.connection.execute(theirs.values(account=account.id))
        await self._ban(account.id, *parent.ids)

    async def _ban(self, account: AccountId, *banned: AccountId) -> None:
        """Wherever one of these is banned, it is too."""
        b = tables.bans
        theirs = sa.select(b.c.community, sa.literal(account), b.c.by, b.c.why, b.c.at).where(b.c.account.in_(banned))
        copied = insert(b).from_select(["community", "account", "by", "why", "at"], theirs)
        await self.connection.execute(copied.on_conflict_do_nothing())


def _code(row: sa.RowMapping) -> LinkCode:
    place = row["place"]
    found = None if place is None else requests.Place.model_validate_json(place)
    return LinkCode(**{**row, "account": AccountId(row["account"]), "place": found})
