"""Communities and their pools: made on first sight, followed when their platform moves them."""

from dataclasses import replace
from typing import Final

from bot import errors, jobs, money, ports, requests
from bot.credits import allowance
from bot.engine import ids
from bot.engine.means import Terms
from bot.engine.world import World
from bot.requests import AccountId
from bot.studio._homes import home_of
from bot.studio._values import Asked, Home

HOUSE_START: Final = "house:start"  # the transfer that opens the house pool, once


class Communities:
    """Finds, makes and moves them; what was seen lately is kept in memory, because every command asks."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[tuple[str, str], jobs.Community] = {}  # by platform and its id

    async def seen(self, seen: requests.CommunitySeen) -> jobs.Community:
        """The community, made on first sight with its pool; a new title is taken over, the first language kept."""
        known = self._known.get((seen.platform, seen.native))
        if known is None or _news(known, seen):
            async with self._world.store.transaction(awaited=True) as rows:
                known = await self._met(rows, seen)
            self._known[seen.platform, seen.native] = known
        return known

    async def moved(self, platform: str, old: str, new: str) -> None:
        """Its platform knows it by another id now: its row and the places of its jobs follow."""
        async with self._world.store.transaction(awaited=True) as rows:
            await rows.communities.move(platform, old, new)
            await rows.jobs.follow(platform, old, new)
        self._known.pop((platform, old), None)
        self._known.pop((platform, new), None)

    def forget(self, community: jobs.Community) -> None:
        """Something in its row was changed: it is read anew when it is seen next."""
        self._known.pop((community.platform, community.native), None)

    async def open_house(self, credits: int) -> None:
        """Give the house pool its first credits, once and for all."""
        async with self._world.store.transaction(awaited=True) as rows:
            if credits > 0 and not await rows.ledger.posted(HOUSE_START):
                await rows.ledger.post(self._start(HOUSE_START, money.HOUSE, credits))

    def terms(self, asked: Asked) -> Terms:
        """On what terms this member may spend here: the house takes a community's place where there is none."""
        community = asked.community
        rules = self._world.rules(asked.place.platform, community)
        if community is None:
            return Terms.of(asked.account, rules) if asked.home is None else self._at_home(asked, asked.home)
        bonus = rules.bonus(asked.person.roles, steward=asked.person.steward)
        opens = allowance.opens_at(
            rules.figures(),
            member_since=asked.person.member_since,
            steward=asked.person.steward,
            now=self._world.clock.now(),
        )
        return replace(
            Terms.of(asked.account, rules, bonus=bonus), pool=community.pool, community=community.title, pool_from=opens
        )

    def _at_home(self, asked: Asked, home: Home) -> Terms:
        """As at home, wherever its channels are; nobody knows which roles the member has there now."""
        community = home.community
        rules = replace(self._world.rules(asked.place.platform, community), channels=None)
        terms = Terms.of(asked.account, rules)
        return replace(terms, pool=community.pool, community=community.title, pool_from=home.pool_from)

    async def terms_now(self, rows: ports.Transaction, asked: Asked) -> Terms:
        """The same by what is kept at this moment: rules change, accounts are joined."""
        account = await rows.accounts.get(asked.account.id) or asked.account
        if account.erased_at is not None:
            raise errors.NotNow("privacy.erased_meanwhile")
        community = asked.community and await rows.communities.get(asked.community.id)
        if community is not None:
            self._known[community.platform, community.native] = community  # its owner may have changed its rules
        home = await home_of(rows, account) if community is None and asked.home is not None else None
        return self.terms(replace(asked, account=account, community=community, home=home))

    async def _met(self, rows: ports.Transaction, seen: requests.CommunitySeen) -> jobs.Community:
        known = await rows.communities.of(seen.platform, seen.native)
        if known is None:
            return await self._make(rows, seen)
        if _renamed(known, seen):
            await rows.communities.rename(known.id, seen.title)
            known = replace(known, title=seen.title)
        if known.language is None and seen.language is not None:
            await rows.communities.speak(known.id, seen.language)
            known = replace(known, language=seen.language)
        return known

    async def _make(self, rows: ports.Transaction, seen: requests.CommunitySeen) -> jobs.Community:
        community = jobs.Community(
            id=ids.new_community_id(),
            platform=seen.platform,
            native=seen.native,
            title=seen.title,
            language=seen.language,
            created_at=self._world.clock.now(),
        )
        await rows.communities.add(community)
        if (credits := self._world.communities.pool) > 0:
            await rows.ledger.post(self._start(f"{community.pool}:start", community.pool, credits))
        return community

    def _start(self, id: str, pool: AccountId, credits: int) -> money.Transfer:
        return money.Transfer(
            id=id,
            debit=money.ISSUER,
            credit=pool,
            amount=credits,
            kind=money.TransferKind.GRANT,
            job=None,
            actor="bot",
            reason="start",
            at=self._world.clock.now(),
        )


def _news(known: jobs.Community, seen: requests.CommunitySeen) -> bool:
    return _renamed(known, seen) or (known.language is None and seen.language is not None)


def _renamed(known: jobs.Community, seen: requests.CommunitySeen) -> bool:
    return bool(seen.title) and seen.title != known.title
