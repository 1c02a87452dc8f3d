"""The purse: what a member does with credits of their own, and what they see of where credits went.

A gift or a donation is asked first and done at the yes, in one transaction with the question's end: the transfer's id
follows from the question's, so that nothing is given twice. An allowance is a right to draw on a pool: it can't be
given away.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot import drawing, errors, jobs, money, ports, replies, requests
from bot.engine.means import means_of
from bot.engine.world import World
from bot.media import MediaKind
from bot.requests import AccountId
from bot.studio._communities import Communities
from bot.studio._history import Moved, here_first, history, name_of
from bot.studio._promises import Promises
from bot.studio._usage import DAYS, CommunityUsage, Usage
from bot.studio._values import Asked

GIFT: Final = "gift"  # promises' acts; also the kinds of their transfers
DONATION: Final = "donation"
MOST_GIVEN: Final = 1_000_000  # credits at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    """A gift or a donation, asked about or done."""

    promise: ports.Promise
    to: str  # the name of the member or community that gets it
    own: int  # the giver's own credits: before it when asked, after it when done


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """A gift that its receiver did not know of."""

    giver: str  # a name; "" where nothing is known of them any more
    promise: ports.Promise
    at: datetime  # when it was given


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a picture of a member's credits is measured against."""

    saved: int  # credits that the allowance saves up at most; 0: there is none
    zone: ZoneInfo  # of the days


class Purse:
    """Gifts, donations, history and usage of one member."""

    def __init__(self, world: World, *, communities: Communities, manages: Callable[[Asked], bool]) -> None:
        """`manages` is whether the asker may manage the community where they ask."""
        self._world = world
        self._communities = communities
        self._promises = Promises(world)
        self._usage = Usage(world, communities=communities, manages=manages)

    # --- giving

    async def ask_gift(self, amount: int, to: requests.Person, *, asked: Asked) -> Giving:
        """Ask whether to give a member so many credits. Raises NotFound, NotNow, Invalid or NotEnough."""
        if to.bot:
            raise errors.NotNow("gift.to_bot", name=to.name)
        async with self._world.store.transaction(awaited=True) as rows:
            receiver = await rows.accounts.of(to)
            if receiver is None:
                raise errors.NotFound("gift.to_nobody", name=to.name)
            await self._check_other(rows, receiver, to=to, asked=asked)
            own = await self._check_own(rows, amount, asked=asked)
            promise = await self._promises.ask(rows, GIFT, subject=receiver.id, amount=amount, asked=asked)
        return Giving(promise=promise, to=to.name, own=own)

    async def ask_donation(self, amount: int, *, asked: Asked) -> Giving:
        """Ask whether to give the community's pool so many credits. Raises NotNow, Invalid or NotEnough."""
        if (community := asked.community) is None:
            raise errors.NotNow("gift.no_community")
        async with self._world.store.transaction(awaited=True) as rows:
            own = await self._check_own(rows, amount, asked=asked)
            promise = await self._promises.ask(rows, DONATION, subject=community.id, amount=amount, asked=asked)
        return Giving(promise=promise, to=community.title, own=own)

    async def keep(self, promise_id: str, *, asked: Asked) -> Giving:
        """Yes to either. Raises NotFound, NotNow or NotEnough with nothing moved."""
        async with self._world.store.transaction(awaited=True) as rows:
            promise = await self._promises.open(rows, promise_id, GIFT, DONATION, asked=asked)
            find = self._receiver if promise.act == GIFT else self._community
            to, name = await find(rows, promise, asked=asked)
            own = await self._move(rows, promise, to=to, asked=asked)
        return Giving(promise=promise, to=name, own=own)

    async def decline(self, promise_id: str, *, asked: Asked) -> None:
        """No to either: nothing moves. Raises NotFound, NotNow when it was answered before."""
        await self._promises.drop(promise_id, GIFT, DONATION, asked=asked)

    async def presents(self, asked: Asked) -> Sequence[Present]:
        """Gifts to the member that they have not been told of, oldest first; each is told once."""
        async with self._world.store.reading() as rows:
            if not await rows.promises.untold(GIFT, *asked.account.ids):
                return ()
        async with self._world.store.transaction(awaited=True) as rows:
            found = await rows.promises.untold(GIFT, *asked.account.ids)
            for promise in found:
                await rows.promises.told(promise.id, at=self._world.clock.now())
            return tuple([await self._present(rows, each, asked) for each in found])

    # --- looking

    async def history(self, asked: Asked, *, limit: int) -> tuple[Moved, ...]:
        """The last movements of the member's credits, newest first."""
        async with self._world.store.reading() as rows:
            return await history(rows, asked, limit=limit)

    async def usage(self, asked: Asked, *, days: int = DAYS) -> tuple[money.UsageDay, ...]:
        """What all jobs of the member used, whoever paid, by the days of the place where they ask; oldest first."""
        return await self._usage.usage(asked, days=days)

    async def community_usage(self, asked: Asked, *, days: int = DAYS) -> CommunityUsage:
        """How the pool of the community goes, for who manages it. Raises NotNow."""
        return await self._usage.community_usage(asked, days=days)

    async def frame(self, asked: Asked) -> Frame:
        """What the member's credits are measured against where they ask."""
        async with self._world.store.reading() as rows:
            terms = await self._communities.terms_now(rows, asked)
        return Frame(saved=terms.figures.saved, zone=terms.rules.tz)

    async def picture(self, card: drawing.Card, *, name: str) -> replies.Attachment:
        """The card, drawn and kept as long as media are. Raises StorageFault."""
        content = await asyncio.to_thread(drawing.draw, card)
        into = f"fitted/cards/{hashlib.sha256(content).hexdigest()[:32]}"
        path, facts = await self._world.files.fetch([ports.Inline(content=content)], kind=MediaKind.IMAGE, into=into)
        return replies.Attachment(path=path, name=name, facts=facts)

    # --- inside

    async def _present(self, rows: ports.Transaction, promise: ports.Promise, asked: Asked) -> Present:
        giver = await name_of(rows, promise.account, asked)
        return Present(giver=giver, promise=promise, at=promise.kept_at or self._world.clock.now())

    async def _receiver(
        self, rows: ports.Transaction, promise: ports.Promise, *, asked: Asked
    ) -> tuple[AccountId, str]:
        """Whom a gift is for, by what is known of them now."""
        receiver = await rows.accounts.get(AccountId(promise.subject))
        known = await rows.accounts.identities(AccountId(promise.subject))
        if receiver is None or not known:
            raise errors.NotFound("gift.to_gone")
        to = here_first(known, asked)
        await self._check_other(rows, receiver, to=to, asked=asked)
        return receiver.id, to.name

    async def _community(
        self, rows: ports.Transaction, promise: ports.Promise, *, asked: Asked
    ) -> tuple[AccountId, str]:
        """Whose pool a donation is for."""
        if (community := await rows.communities.get(promise.subject)) is None:
            raise errors.NotFound("gift.to_gone")
        return community.pool, community.title

    async def _check_other(
        self, rows: ports.Transaction, receiver: jobs.Account, *, to: requests.Person, asked: Asked
    ) -> None:
        """Whether it is somebody else, by what is joined at this moment."""
        giver = await rows.accounts.get(asked.account.id)
        if giver is None or giver.id != receiver.id:
            return
        same = (to.platform, to.user) == (asked.person.platform, asked.person.user)
        raise errors.NotNow("gift.to_self" if same else "gift.to_own", name=to.name)

    async def _check_own(self, rows: ports.Transaction, amount: int, *, asked: Asked) -> int:
        """The member's own credits, when they are enough; what is only a right to draw is named."""
        if not 1 <= amount <= MOST_GIVEN:
            raise errors.Invalid(errors.Problem(field="amount", rule="range", value=amount, allowed=f"1–{MOST_GIVEN}"))
        terms = await self._communities.terms_now(rows, asked)
        means = await means_of(rows, terms, now=self._world.clock.now())
        if means.own < amount:
            key = "gift.allowance" if means.allowance else "gift.too_much"
            raise errors.NotEnough(need_credits=amount, have_credits=means.own, key=key, allowance=means.allowance)
        return means.own

    async def _move(self, rows: ports.Transaction, promise: ports.Promise, *, to: AccountId, asked: Asked) -> int:
        """Keep the promise and move the credits; what is left of the giver's own."""
        own = await self._check_own(rows, promise.amount, asked=asked)
        await self._promises.keep(rows, promise)
        giver = await rows.accounts.get(promise.account)
        account = asked.account.id if giver is None else giver.id
        transfer = money.Transfer(
            id=f"{promise.act}:{promise.id}",
            debit=account,
            credit=to,
            amount=promise.amount,
            kind=money.TransferKind(promise.act),
            job=None,
            actor=account,
            reason=promise.act,
            at=self._world.clock.now(),
        )
        if not await rows.ledger.post(transfer):
            raise errors.Fault(f"{transfer.id} was posted before its promise was kept")
        return own - promise.amount
