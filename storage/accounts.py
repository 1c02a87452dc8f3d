"""People: accounts, their identities on the platforms, their preferences, and the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import jobs, requests
from bot.requests import AccountId
from storage import tables


@dataclass(frozen=True, slots=True)
class SqlAccounts:
    """The ports.Accounts of one transaction."""

    connection: AsyncConnection

    async def of(self, person: requests.Person) -> jobs.Account | None:
        """The account behind a platform's user."""
        given = {"of_platform": person.platform, "of_user": person.user}
        return _account((await self.connection.execute(_OF, given)).one_or_none())

    async def add(self, account: jobs.Account, person: requests.Person) -> None:
        """A new account with its first identity."""
        await self.connection.execute(
            sa.insert(tables.accounts).values(id=account.id, created_at=account.created_at, **_row(account.preferences))
        )
        await self.connection.execute(
            insert(tables.identities).values(
                platform=person.platform, user=person.user, account=account.id, name=person.name
            )
        )

    async def get(self, id: AccountId) -> jobs.Account | None:
        """One account."""
        return _account((await self.connection.execute(_GET, {"of": id})).one_or_none())

    async def all(self) -> Sequence[tuple[jobs.Account, str]]:
        """Every account with `platform:user` of its identity, oldest first."""
        t, i = tables.accounts, tables.identities
        query = sa.select(t, i.c.platform, i.c.user).join(i, i.c.account == t.c.id).order_by(t.c.created_at)
        rows = (await self.connection.execute(query)).all()
        return [(a, f"{row.platform}:{row.user}") for row in rows if (a := _account(row)) is not None]

    async def prefer(self, id: AccountId, preferences: jobs.Preferences) -> None:
        """Set preferences."""
        await self.connection.execute(
            sa.update(tables.accounts).where(tables.accounts.c.id == id).values(**_row(preferences))
        )

    async def note(self, *, actor: str, action: str, subject: str, why: str, at: datetime) -> None:
        """A line in the audit log."""
        await self.connection.execute(
            sa.insert(tables.audit).values(actor=actor, action=action, subject=subject, why=why, at=at)
        )


_GET = sa.select(tables.accounts).where(tables.accounts.c.id == sa.bindparam("of"))
_OF = (
    sa.select(tables.accounts)
    .join(tables.identities, tables.identities.c.account == tables.accounts.c.id)
    .where(
        tables.identities.c.platform == sa.bindparam("of_platform"), tables.identities.c.user == sa.bindparam("of_user")
    )
)


def _row(preferences: jobs.Preferences) -> dict[str, object]:
    return {
        "language": preferences.language,
        "ask_above": preferences.ask_above,
        "models": dict(preferences.models),
    }


def _account(row: sa.Row[tuple[object, ...]] | None) -> jobs.Account | None:
    if row is None:
        return None
    preferences = jobs.Preferences(language=row.language, ask_above=row.ask_above, models=row.models)
    return jobs.Account(id=AccountId(row.id), created_at=row.created_at, preferences=preferences)
