"""Homes: the community whose pool pays where a member asks outside of any.

Only one in which they asked for something before, on whichever platform, and are not shut out; and never sooner than
its pool was open to them there.
"""

from dataclasses import replace

from bot import errors, jobs, ports
from bot.engine.world import World
from bot.studio._values import Asked, Home


class Homes:
    """Finds, lists and chooses them."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def of(self, account: jobs.Account) -> Home | None:
        """The member's home; None: the operator's pool pays."""
        if account.home is None:
            return None
        async with self._world.store.reading() as rows:
            return await home_of(rows, account)

    async def choices(self, asked: Asked) -> tuple[jobs.Community, ...]:
        """Where the member may be at home, by title."""
        async with self._world.store.reading() as rows:
            account = await rows.accounts.of(asked.person) or asked.account
            pools = await rows.usage.pools(*account.ids)
            found = [each for each in await rows.communities.all() if each.pool in pools]
            welcome = [each for each in found if await rows.usage.banned(each.id, *account.ids) is None]
        return tuple(sorted(welcome, key=lambda each: (each.title.casefold(), each.id)))

    async def choose(self, id: str | None, *, asked: Asked) -> jobs.Community | None:
        """Make a community the member's home; None: the operator's pool pays again. Raises NotFound."""
        async with self._world.store.transaction(awaited=True) as rows:
            account = await rows.accounts.of(asked.person) or asked.account
            home = None if id is None else await home_of(rows, replace(account, home=id))
            if id is not None and home is None:
                raise errors.NotFound("home.not_there")
            await rows.accounts.settle(account.id, id)
        return None if home is None else home.community


async def home_of(rows: ports.Transaction, account: jobs.Account) -> Home | None:
    """An account's home, where it still may be that."""
    community = await rows.communities.get(account.home) if account.home is not None else None
    if community is None or await rows.usage.banned(community.id, *account.ids) is not None:
        return None
    pools = await rows.usage.pools(*account.ids)
    return Home(community=community, pool_from=pools[community.pool]) if community.pool in pools else None
