"""Promises: "give Mia 20 credits?" waits for its yes as a row; nothing is done before, and nothing is done twice."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot import errors, ports
from bot.engine import ids
from bot.engine.world import World
from bot.studio._values import Asked

PROMISE_LIFE: Final = timedelta(minutes=15)  # how long it may be answered


class Promises:
    """Asks, finds and drops them; whoever keeps one does it in the transaction that does what it says."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ask(
        self, rows: ports.Transaction, act: str, *, subject: str, amount: int = 0, why: str = "", asked: Asked
    ) -> ports.Promise:
        """Keep a question; the same event asks the same one."""
        new = ports.Promise(
            id="",
            account=asked.account.id,
            act=act,
            subject=subject,
            amount=amount,
            why=why,
            expires_at=self._world.clock.now() + PROMISE_LIFE,
        )
        for id in ids.draft_ids(asked.place.platform, f"{asked.key}#{act}"):
            promise = replace(new, id=id)
            if await rows.ledger.posted(f"{act}:{id}") and await rows.promises.get(id) is None:
                continue  # of a promise that was forgotten since: its transfer stays, and its id with it
            if await rows.promises.add(promise):
                return promise
            known = await rows.promises.get(id)
            if known is not None and _same(known, promise):
                return known
        raise errors.Fault("no free id for a promise was found")

    async def open(self, rows: ports.Transaction, id: str, *acts: str, asked: Asked) -> ports.Promise:
        """The member's own of one of these acts, still to be kept. Raises NotFound, NotNow."""
        promise = await self.read(rows, id, *acts, asked=asked)
        if promise.kept_at is not None:
            raise errors.NotNow("error.promise_kept")
        if promise.expires_at < self._world.clock.now():
            raise errors.NotNow("error.promise_late")
        return promise

    async def read(self, rows: ports.Transaction, id: str, *acts: str, asked: Asked) -> ports.Promise:
        """The member's own, kept or not, however old. Raises NotFound."""
        promise = await rows.promises.get(id.upper())
        if promise is None or promise.act not in acts or promise.account not in asked.account.ids:
            raise errors.NotFound("error.no_such_promise", promise=id)
        return promise

    async def keep(self, rows: ports.Transaction, promise: ports.Promise) -> None:
        """In the transaction that does what it says. Raises NotNow when it was done before."""
        if not await rows.promises.keep(promise.id, at=self._world.clock.now()):
            raise errors.NotNow("error.promise_kept")

    async def drop(self, id: str, *acts: str, asked: Asked) -> None:
        """No to a question. Raises NotFound, NotNow when it was kept or is too old."""
        async with self._world.store.transaction(awaited=True) as rows:
            promise = await self.open(rows, id, *acts, asked=asked)
            await rows.promises.drop(promise.id)


def _same(known: ports.Promise, new: ports.Promise) -> bool:
    """Whether the same event asked it before, whatever became of it."""
    return replace(known, expires_at=new.expires_at, kept_at=None, told_at=None) == new
