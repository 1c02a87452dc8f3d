"""Batches of files that were sent, or may have been: Telegram can't tell afterwards, and a kill may fall in between.

A batch is noted before it leaves. One that was noted by an earlier process is not sent again: whether it arrived is not
known, so the receipt says so and offers to bring it.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from enum import StrEnum

from adapters.telegram.errors import Refused, Trouble
from adapters.telegram.options import NAME
from bot import errors, ports

PLATFORM = f"{NAME} batches"  # beside the updates, which are answered at every start
KEPT = timedelta(days=1)  # a delivery is tried for minutes, and once more at the next start


class Fate(StrEnum):
    """What became of a batch."""

    SENT = "sent"
    DOUBTFUL = "doubtful"  # it left, and nobody said whether it arrived


class Batches:
    """All batches of the last day, by job, kind and number."""

    def __init__(self, store: ports.Store, clock: ports.Clock) -> None:
        self._store = store
        self._clock = clock
        self._fates: dict[str, Fate] = {}
        self._tries: dict[str, int] = {}  # of those that certainly did not arrive: each is noted under its own key

    async def load(self) -> None:
        """Take over what an earlier process noted. Raises StorageFault."""
        now = self._clock.now()
        async with self._store.transaction() as rows:
            for event in await rows.inbox.waiting(PLATFORM):
                if event.at < now - KEPT:
                    await rows.inbox.done(PLATFORM, event.key, now)
                else:
                    self._fates.setdefault(event.key.rpartition("#")[0], Fate.DOUBTFUL)

    async def once(self, batch: str, send: Callable[[], Awaitable[None]]) -> Fate:
        """Send it unless it was sent, or may have been; what is known of it then. Raises what `send` raises."""
        if (known := self._fates.get(batch)) is not None:
            return known
        await self._begin(batch)
        try:
            await send()
        except Refused as refusal:
            if refusal.trouble is not Trouble.UNSURE:
                await self._refused(batch)
            raise
        except errors.Undelivered:  # every place said no
            await self._refused(batch)
            raise
        self._fates[batch] = Fate.SENT
        return Fate.SENT

    async def _begin(self, batch: str) -> None:
        event = ports.Event(platform=PLATFORM, key=self._key(batch), payload="{}", at=self._clock.now())
        async with self._store.transaction() as rows:
            await rows.inbox.add([event])
        self._fates[batch] = Fate.DOUBTFUL

    async def _refused(self, batch: str) -> None:
        """It certainly did not arrive, and may be sent again."""
        async with self._store.transaction() as rows:
            await rows.inbox.done(PLATFORM, self._key(batch), self._clock.now())
        self._tries[batch] = self._tries.get(batch, 0) + 1
        self._fates.pop(batch, None)

    def _key(self, batch: str) -> str:
        return f"{batch}#{self._tries.get(batch, 0)}"
