"""Owners: what who manages a community may do there, each change in one transaction with its line in the audit log.

Credits are moved between the pool and a member and never issued: only the operator issues. Whoever tries without the
right is refused, and that is noted as well.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot import errors, jobs, money, ports, requests
from bot.credits import ruling
from bot.credits.rules import SETS, Rules
from bot.engine.world import World
from bot.money import TransferKind
from bot.requests import AccountId
from bot.studio._communities import Communities
from bot.studio._values import Asked

LOGGED: Final = 10  # lines of the audit log at once
SAID: Final = 200  # characters of what was said that the audit log keeps


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A community as who manages it sees it."""

    community: jobs.Community
    rules: Rules
    pool: int  # credits
    today: int  # credits that the pool paid or has set aside today
    month: int  # the same this month
    running: int  # jobs that have not ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """Credits that went between the pool and a member."""

    to: str  # the member's name
    moved: int  # credits: above zero to the member, below zero back to the pool
    given: int  # what the member has of the pool's by hand now
    own: int  # all credits of the member's own now
    pool: int  # what the pool has now


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the audit log with names in it."""

    entry: money.Entry
    actor: str
    subject: str


class Owners:
    """Gives, takes, sets rules, shuts out, and reads what was done."""

    def __init__(
        self,
        world: World,
        *,
        communities: Communities,
        operators: Collection[str] = (),
        changed: Callable[[jobs.Community, Rules], None],
    ) -> None:
        """`operators` are people by `platform:user` who may do all this in every community; `changed` is told of other
        rules.
        """
        self._world = world
        self._communities = communities
        self._operators = frozenset(operators)
        self._changed = changed

    def may(self, asked: Asked) -> bool:
        """Whether the asker manages the community where they ask."""
        operator = f"{asked.person.platform}:{asked.person.user}" in self._operators
        return asked.community is not None and (asked.person.steward or operator)

    async def check(self, asked: Asked, *, action: str, words: str = "") -> jobs.Community:
        """The community, when the asker may manage it. Raises NotNow, and notes that it was tried, in which `words`."""
        if asked.community is None:
            raise errors.NotNow("admin.nowhere")
        if not self.may(asked):
            async with self._world.store.transaction(awaited=True) as rows:
                if not await self._done(rows, asked):
                    await self._note(rows, asked, action, subject=asked.community.id, why=words[:SAID], refused=True)
            raise errors.NotNow("admin.not_yours", community=asked.community.title)
        return asked.community

    async def state(self, asked: Asked) -> State:
        """How the community stands. Raises NotNow."""
        found = await self.check(asked, action="look")
        async with self._world.store.reading() as rows:
            community = await rows.communities.get(found.id) or found
            rules, now = self._world.rules(community.platform, community), self._world.clock.now()
            return State(
                community=community,
                rules=rules,
                pool=await rows.ledger.balance(community.pool),
                today=await rows.ledger.paid(community.pool, since=rules.day_began(now)),
                month=await rows.ledger.paid(community.pool, since=rules.month_began(now)),
                running=len(await rows.usage.live(community.pool)),
            )

    # --- credits

    async def give(self, amount: int, to: requests.Person, *, why: str, asked: Asked) -> Handed:
        """From the pool to a member's own credits. Raises NotNow, NotFound, NotEnough."""
        return await self._hand("give", amount, to, why=why, asked=asked)

    async def take(self, amount: int, to: requests.Person, *, why: str, asked: Asked) -> Handed:
        """Back to the pool: at most what it gave the member by hand, and what they still have of their own."""
        return await self._hand("revoke", -amount, to, why=why, asked=asked)

    async def set(self, amount: int, to: requests.Person, *, why: str, asked: Asked) -> Handed:
        """Give or take until so many of the member's credits are the pool's gift."""
        return await self._hand("set", amount, to, why=why, asked=asked)

    async def _hand(self, action: str, amount: int, to: requests.Person, *, why: str, asked: Asked) -> Handed:
        community = await self.check(asked, action=action)
        if to.bot:
            raise errors.NotNow("admin.to_bot", name=to.name)
        async with self._world.store.transaction(awaited=True) as rows:
            member = await self._known(rows, to)
            left = await self._left(rows, member, pool=community.pool)
            moving = amount - left if action == "set" else amount
            if await self._done(rows, asked):
                moving = 0
            if moving > 0 and member.id == await self._own_id(rows, asked):
                raise errors.NotNow("admin.to_self")
            if moving:
                await self._check_purses(rows, moving, left=left, pool=community.pool)
                await rows.ledger.post(self._transfer(moving, member=member, pool=community.pool, asked=asked))
                change = [left, left + moving]
                await self._note(rows, asked, action, subject=member.id, why=why, change=change)
            return Handed(
                to=to.name,
                moved=moving,
                given=left + moving,
                own=await rows.ledger.balance(member.id),
                pool=await rows.ledger.balance(community.pool),
            )

    async def _left(self, rows: ports.Transaction, member: jobs.Account, *, pool: AccountId) -> int:
        """What the member still has of what the pool's owners gave by hand."""
        given = await rows.ledger.given(*member.ids, pool=pool)
        return max(0, min(given, await rows.ledger.balance(member.id)))

    async def _own_id(self, rows: ports.Transaction, asked: Asked) -> AccountId:
        """The asker's account, by what is joined at this moment."""
        account = await rows.accounts.get(asked.account.id)
        return asked.account.id if account is None else account.id

    async def _known(self, rows: ports.Transaction, who: requests.Person) -> jobs.Account:
        member = await rows.accounts.of(who)
        if member is None:
            raise errors.NotFound("admin.to_nobody", name=who.name)
        return member

    async def _check_purses(self, rows: ports.Transaction, moving: int, *, left: int, pool: AccountId) -> None:
        """Neither the pool nor the member may go below zero, and nobody loses what was theirs before."""
        if moving > 0 and (has := await rows.ledger.balance(pool)) < moving:
            raise errors.NotEnough(need_credits=moving, have_credits=has, key="admin.pool_short")
        if -moving > left:
            raise errors.NotEnough(need_credits=-moving, have_credits=left, key="admin.too_much_back")

    def _transfer(self, moving: int, *, member: jobs.Account, pool: AccountId, asked: Asked) -> money.Transfer:
        debit, credit = (pool, member.id) if moving > 0 else (member.id, pool)
        kind = TransferKind.GIVE if moving > 0 else TransferKind.TAKE
        id = f"hand:{_key(asked)}"
        return money.Transfer(
            id=id,
            debit=debit,
            credit=credit,
            amount=abs(moving),
            kind=kind,
            job=None,
            actor=asked.account.id,
            reason=kind,
            at=self._world.clock.now(),
        )

    # --- rules

    async def rule(self, word: str, said: str, *, asked: Asked) -> State:
        """Change one rule by its name and in words: a number, `off`, `auto`. Raises NotNow, Invalid."""
        community = await self.check(asked, action="rule", words=f"{word} {said}")
        rule = ruling.rule(word)
        now = self._world.rules(community.platform, community)
        value = ruling.value(
            rule,
            said,
            here=_here(asked.place),
            least_percent=self._world.communities.least_percent,
            bonuses=now.bonuses,
        )
        return await self._change({rule.field: value}, action="rule", subject=rule.word, asked=asked)

    async def preview(self, name: str, *, asked: Asked) -> Rules:
        """What would hold with one of the ready-made sets. Raises NotNow."""
        community = await self.check(asked, action="choose", words=name)
        return self._rules(community, _merged(community.rules, _set(name)))

    async def choose(self, name: str, *, asked: Asked) -> State:
        """Take one of the ready-made sets; rules that no set has stay as they are. Raises NotNow."""
        await self.check(asked, action="choose", words=name)
        return await self._change(_set(name), action="choose", subject=name, asked=asked)

    async def pause(self, asked: Asked, *, why: str = "") -> State:
        """Make nothing here for now; what runs goes on. Raises NotNow."""
        await self.check(asked, action="pause")
        return await self._change({"paused": True}, action="pause", subject="", why=why, asked=asked)

    async def resume(self, asked: Asked, *, why: str = "") -> State:
        """Make things again. Raises NotNow."""
        await self.check(asked, action="resume")
        return await self._change({"paused": ruling.AUTO}, action="resume", subject="", why=why, asked=asked)

    async def _change(
        self, changes: Mapping[str, object], *, action: str, subject: str, asked: Asked, why: str = ""
    ) -> State:
        """Keep what differs from the operator's defaults, with a line in the audit log where anything changes."""
        seen = await self.check(asked, action=action)
        async with self._world.store.transaction(awaited=True) as rows:
            community = await rows.communities.get(seen.id) or seen
            kept = _merged(community.rules, changes)
            if kept != dict(community.rules) and not await self._done(rows, asked):
                await rows.communities.rule(community.id, kept)
                change = [_plain(community.rules, changes), _plain(kept, changes)]
                await self._note(rows, asked, action, subject=subject, why=why, change=change)
        self._communities.forget(seen)
        state = await self.state(asked)
        self._changed(state.community, state.rules)
        return state

    def _rules(self, community: jobs.Community, changes: Mapping[str, object]) -> Rules:
        return self._world.rules(community.platform, replace(community, rules=changes))

    async def rules(self, asked: Asked) -> Rules:
        """What holds where the member asks, for everybody to read."""
        async with self._world.store.reading() as rows:
            return (await self._communities.terms_now(rows, asked)).rules

    # --- who may not

    async def ban(self, who: requests.Person, *, why: str, asked: Asked) -> None:
        """Shut a member out. Raises NotNow, NotFound."""
        community = await self.check(asked, action="ban")
        async with self._world.store.transaction(awaited=True) as rows:
            member = await self._known(rows, who)
            if member.id == await self._own_id(rows, asked):
                raise errors.NotNow("admin.ban_self")
            if not await self._done(rows, asked):
                now = self._world.clock.now()
                await rows.usage.ban(community.id, member.id, by=asked.account.id, why=why, at=now)
                await self._note(rows, asked, "ban", subject=member.id, why=why)

    async def unban(self, who: requests.Person, *, why: str, asked: Asked) -> bool:
        """Let a member in again; whether they were shut out. Raises NotNow, NotFound."""
        community = await self.check(asked, action="unban")
        async with self._world.store.transaction(awaited=True) as rows:
            member = await self._known(rows, who)
            if await self._done(rows, asked):
                return True
            lifted = [await rows.usage.unban(community.id, each) for each in member.ids]
            if any(lifted):
                await self._note(rows, asked, "unban", subject=member.id, why=why)
            return any(lifted)

    # --- what was done

    async def log(self, *, asked: Asked, before: int | None = None) -> tuple[Line, ...]:
        """The last lines of the audit log, newest first. Raises NotNow."""
        community = await self.check(asked, action="log")
        async with self._world.store.reading() as rows:
            entries = await rows.accounts.noted(community.id, limit=LOGGED, before=before)
            names = await self._names(rows, entries)
        return tuple(
            Line(entry=each, actor=names.get(each.actor, ""), subject=names.get(each.subject, "")) for each in entries
        )

    async def _names(self, rows: ports.Transaction, entries: Sequence[money.Entry]) -> dict[str, str]:
        """What accounts are called; those of whom nothing is known any more are left out."""
        found: dict[str, str] = {}
        for id in {each for entry in entries for each in (entry.actor, entry.subject)}:
            if known := await rows.accounts.identities(AccountId(id)):
                found[id] = known[0].name
        return found

    async def _done(self, rows: ports.Transaction, asked: Asked) -> bool:
        """Whether this very event was answered before."""
        return await rows.accounts.noted_by(_key(asked))

    async def _note(
        self,
        rows: ports.Transaction,
        asked: Asked,
        action: str,
        *,
        subject: str,
        why: str,
        change: object = None,
        refused: bool = False,
    ) -> None:
        await rows.accounts.note(
            actor=asked.account.id,
            action=action,
            subject=subject,
            why=why,
            at=self._world.clock.now(),
            community=asked.community.id if asked.community else None,
            refused=refused,
            change="" if change is None else json.dumps(change, ensure_ascii=False),
            key=_key(asked),
        )


_IN_SETS: Final = tuple(dict.fromkeys(field for changes in SETS.values() for field in changes))


def _set(name: str) -> dict[str, object]:
    """What a ready-made set changes: what other sets have and it has not follows the operator's defaults."""
    return {field: SETS[name].get(field, ruling.AUTO) for field in _IN_SETS}


def _merged(rules: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    """What is kept when a rule that follows the operator's default is none."""
    return {field: value for field, value in {**rules, **changes}.items() if value != ruling.AUTO}


def _plain(rules: Mapping[str, object], changes: Mapping[str, object]) -> object:
    """What these rules were or are; of one rule alone, its value."""
    found = [rules.get(field, ruling.AUTO) for field in changes]
    return found[0] if len(found) == 1 else dict(zip(changes, found, strict=True))


def _here(place: requests.Place) -> str:
    """A channel or topic as rules name it."""
    return f"{place.channel}/{place.thread}" if place.thread else place.channel


def _key(asked: Asked) -> str:
    """What the same event always has: a change that comes twice is made once."""
    return f"{asked.place.platform}:{asked.key}"
