"""People: accounts, their identities on the platforms, their preferences, and the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import jobs, money, requests
from bot.requests import AccountId
from storage import tables


@dataclass(frozen=True, slots=True)
class SqlAccounts:
    """The ports.Accounts of one transaction."""

    connection: AsyncConnection

    async def of(self, person: requests.Person) -> jobs.Account | None:
        """The account behind a platform's user."""
        given = {"of_platform": person.platform, "of_user": person.user}
        return await self._whole((await self.connection.execute(_OF, given)).one_or_none())

    async def add(self, account: jobs.Account, person: requests.Person) -> None:
        """A new account with its first identity."""
        await self.connection.execute(sa.insert(tables.accounts), columns(account))
        await self.connection.execute(
            insert(tables.identities).values(
                platform=person.platform,
                user=person.user,
                account=account.id,
                name=person.name,
                handle=_handle(person.handle),
            )
        )

    async def get(self, id: AccountId) -> jobs.Account | None:
        """One account; when it became part of another, that one."""
        return await self._whole((await self.connection.execute(_GET, {"of": id})).one_or_none())

    async def called(self, platform: str, handle: str) -> jobs.Account | None:
        """The account of whom the platform calls by this name; of the one seen last where two had it in turn."""
        i = tables.identities
        query = sa.select(i.c.user).where(i.c.platform == platform, i.c.handle == _handle(handle))
        user = (await self.connection.execute(query.limit(1))).scalar_one_or_none()
        return None if user is None else await self.of(requests.Person(platform=platform, user=user, name=handle))

    async def identities(self, id: AccountId) -> Sequence[requests.Person]:
        """Who this account is on each platform, those of joined accounts included."""
        a, i = tables.accounts, tables.identities
        query = sa.select(i).join(a, a.c.id == i.c.account).where((a.c.id == id) | (a.c.joined_to == id))
        rows = (await self.connection.execute(query.order_by(a.c.created_at, i.c.platform))).all()
        return [requests.Person(platform=r.platform, user=r.user, name=r.name, handle=r.handle) for r in rows]

    async def meet(self, person: requests.Person) -> None:
        """Take over the name and the handle that a known person has now; nobody else has that handle any more."""
        i, handle = tables.identities, _handle(person.handle)
        if handle is not None:
            others = sa.update(i).where(i.c.platform == person.platform, i.c.handle == handle, i.c.user != person.user)
            await self.connection.execute(others.values(handle=None))
        theirs = sa.update(i).where(i.c.platform == person.platform, i.c.user == person.user)
        await self.connection.execute(theirs.values(name=person.name, handle=handle))

    async def all(self) -> Sequence[tuple[jobs.Account, str]]:
        """Every account with `platform:user` of its identity, oldest first."""
        t, i = tables.accounts, tables.identities
        query = sa.select(t, i.c.platform, i.c.user).join(i, i.c.account == t.c.id).order_by(t.c.created_at)
        rows = (await self.connection.execute(query)).all()
        return [(_account(row), f"{row.platform}:{row.user}") for row in rows]

    async def prefer(self, id: AccountId, preferences: jobs.Preferences) -> None:
        """Set preferences."""
        await self.connection.execute(
            sa.update(tables.accounts).where(tables.accounts.c.id == id).values(**_row(preferences))
        )

    async def settle(self, id: AccountId, home: str | None) -> None:
        """Whose pool pays in direct messages."""
        await self.connection.execute(sa.update(tables.accounts).where(tables.accounts.c.id == id).values(home=home))

    async def note(
        self,
        *,
        actor: str,
        action: str,
        subject: str,
        why: str,
        at: datetime,
        community: str | None = None,
        refused: bool = False,
        change: str = "",
        key: str | None = None,
    ) -> None:
        """A line in the audit log; `community` is the one that it is about."""
        row = {"actor": actor, "action": action, "subject": subject, "why": why, "at": at, "change": change}
        new = {**row, "community": community, "refused": refused, "key": key}
        await self.connection.execute(sa.insert(tables.audit), new)

    async def noted_by(self, key: str) -> bool:
        """Whether an event wrote into the audit log before."""
        query = sa.select(tables.audit.c.id).where(tables.audit.c.key == key).limit(1)
        return (await self.connection.execute(query)).one_or_none() is not None

    async def noted(self, community: str, *, limit: int, before: int | None = None) -> Sequence[money.Entry]:
        """A community's audit log, newest first; only lines numbered below `before`."""
        t = tables.audit
        query = sa.select(t.c.id, t.c.at, t.c.actor, t.c.action, t.c.subject, t.c.why, t.c.refused, t.c.change)
        query = query.where(t.c.community == community).order_by(t.c.id.desc()).limit(limit)
        rows = await self.connection.execute(query if before is None else query.where(t.c.id < before))
        return [money.Entry(**row) for row in rows.mappings()]

    async def _whole(self, row: sa.Row[tuple[object, ...]] | None) -> jobs.Account | None:
        """The account of a row with the accounts that are part of it, or the one that it is part of."""
        if row is None:
            return None
        if row.joined_to is not None:
            row = (await self.connection.execute(_GET, {"of": row.joined_to})).one()
        parts = (await self.connection.execute(_PARTS, {"of": row.id})).all()
        emptied = tuple(each.emptied_at for each in (row, *parts) if each.emptied_at is not None)
        return replace(_account(row), joined=tuple(AccountId(part.id) for part in parts), emptied=emptied)


_GET = sa.select(tables.accounts).where(tables.accounts.c.id == sa.bindparam("of"))
_PARTS = (
    sa.select(tables.accounts.c.id, tables.accounts.c.emptied_at)
    .where(tables.accounts.c.joined_to == sa.bindparam("of"))
    .order_by(tables.accounts.c.id)
)
_OF = (
    sa.select(tables.accounts)
    .join(tables.identities, tables.identities.c.account == tables.accounts.c.id)
    .where(
        tables.identities.c.platform == sa.bindparam("of_platform"), tables.identities.c.user == sa.bindparam("of_user")
    )
)


def columns(account: jobs.Account) -> dict[str, object]:
    """A new account as its table has it."""
    return {
        "id": account.id,
        "created_at": account.created_at,
        "began_at": account.began,
        "emptied_at": max(account.emptied, default=None),
        "home": account.home,
        **_row(account.preferences),
    }


def _row(preferences: jobs.Preferences) -> dict[str, object]:
    return {
        "language": preferences.language,
        "ask_above": preferences.ask_above,
        "models": dict(preferences.models),
    }


def _handle(handle: str | None) -> str | None:
    return handle.lower().removeprefix("@") if handle else None


def _account(row: sa.Row[tuple[object, ...]]) -> jobs.Account:
    preferences = jobs.Preferences(language=row.language, ask_above=row.ask_above, models=row.models)
    return jobs.Account(
        id=AccountId(row.id),
        created_at=row.created_at,
        preferences=preferences,
        began_at=row.began_at,
        emptied=() if row.emptied_at is None else (row.emptied_at,),
        home=row.home,
        erased_at=row.erased_at,
    )
