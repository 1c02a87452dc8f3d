"""What the engine works with, handed in by the composition root."""

import asyncio
import hmac
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

import structlog

from bot import errors, jobs, ports
from bot.credits.rules import Rules
from bot.engine.addresses import Addresses
from bot.engine.limits import MENTION_S, STORAGE_RETRY_S, Communities, Limits, Pace, Spending

log = structlog.get_logger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The ports and figures of one engine."""

    store: ports.Store
    providers: Mapping[str, ports.Provider]
    journal: ports.Journal
    files: ports.Files
    delivery: ports.Delivery
    clock: ports.Clock
    limits: Limits = field(default_factory=Limits)
    communities: Communities = field(default_factory=Communities)
    spending: tuple[Spending, ...] = ()  # the operator's own limits over everybody
    pace: Pace = field(default_factory=Pace)
    chance: random.Random = field(default_factory=random.Random)  # jitter only
    addresses: Addresses = field(default_factory=Addresses)
    keep: timedelta = timedelta(days=30)  # how long media are kept
    writing: Callable[[jobs.Job, str], Awaitable[None]] | None = (
        None  # tells the words so far of an answer; None: nobody
    )

    def rules(self, platform: str, community: jobs.Community | None) -> Rules:
        """What holds there: what the community's owner set, or where there is none, the operator's own defaults."""
        if community is not None:
            return self.communities.rules.with_changes(community.rules).at_least(self.communities.least_percent)
        if platform in self.communities.platforms:
            return self.communities.rules.at_least(self.communities.least_percent)
        return Rules.daily(self.limits.house_allowance)

    def keyed(self, purpose: str, words: str) -> bytes:
        """A digest of words that nobody can make without the installation's secret."""
        return hmac.digest(self.addresses.secret.encode(), f"{purpose}\0{words}".encode(), "sha256")

    async def pause(self, seconds: float) -> None:
        """Wait about that long: jitter keeps a thousand polls from falling on one moment."""
        await self.clock.sleep(seconds * self.chance.uniform(0.85, 1.15))

    async def mention(self, telling: Awaitable[None]) -> None:
        """Tell what need not arrive: neither a bug in telling nor a slow platform may harm the job."""
        try:
            async with asyncio.timeout(MENTION_S):
                await telling
        except Exception:
            log.exception("progress could not be told")

    async def surely(self, write: Callable[[], Awaitable[T]]) -> T:
        """Repeat a write until the storage takes it: for what is known only here and would be lost otherwise."""
        while True:
            try:
                return await write()
            except errors.StorageFault as fault:
                log.error("storage refused, trying again", words=str(fault), retry_s=STORAGE_RETRY_S)
                await self.clock.sleep(STORAGE_RETRY_S)


class Gates:
    """Named semaphores: one per provider, one per platform; of one size but for those named in `sizes`."""

    def __init__(self, size: int, sizes: Mapping[str, int] | None = None) -> None:
        self._size = size
        self._sizes = sizes or {}
        self._gates: dict[str, asyncio.Semaphore] = {}

    def of(self, name: str) -> asyncio.Semaphore:
        """The semaphore of that name."""
        if name not in self._gates:
            self._gates[name] = asyncio.Semaphore(self._sizes.get(name, self._size))
        return self._gates[name]
