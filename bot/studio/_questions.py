"""Questions: "this costs 60, start?" waits for its answer as a row; nothing is set aside for it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot import errors, ports, requests
from bot.engine import ids
from bot.engine.world import World
from bot.jobs import Draft
from bot.studio._values import Asked, Priced

DRAFT_LIFE: Final = timedelta(minutes=15)  # how long it may be answered


class Questions:
    """Asks, finds and drops them."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ask(
        self,
        rows: ports.Transaction,
        request: requests.Request,
        priced: Priced,
        *,
        asked: Asked,
        own: int = 0,
        part: str = "",
    ) -> Draft:
        """Keep a question; the same event asks the same one, or the same one of each `part`.

        `own` is what it says that the member's own credits would pay.
        """
        new = Draft(
            id="",
            account=asked.account.id,
            place=asked.place,
            request=request,
            price=priced.credits,
            percent=priced.percent,
            own=own,
            expires_at=self._world.clock.now() + DRAFT_LIFE,
        )
        for id in ids.draft_ids(asked.place.platform, asked.key + part):
            draft = replace(new, id=id)
            if await rows.jobs.add_draft(draft):
                return draft
            known = await rows.jobs.draft(id)
            if known is not None and replace(known, expires_at=draft.expires_at, job=None, own=own) == draft:
                return known
        raise errors.Fault("no free id for a question was found")

    async def offer(
        self, made: Sequence[tuple[requests.Request, Priced]], *, asked: Asked, own: int = 0
    ) -> tuple[Draft, ...]:
        """Keep several to choose from; answering one leaves the others open."""
        async with self._world.store.transaction(awaited=True) as rows:
            return tuple(
                [
                    await self.ask(rows, request, priced, asked=asked, own=own, part=f"#{number}")
                    for number, (request, priced) in enumerate(made)
                ]
            )

    async def open(self, id: str, *, asked: Asked) -> Draft:
        """The member's own question, still to be answered. Raises NotFound, NotNow."""
        draft = await self.read(id, asked=asked)
        if draft.job is not None:
            raise errors.NotNow("error.draft_gone")
        return draft

    async def read(self, id: str, *, asked: Asked) -> Draft:
        """The member's own question, answered or not, while its time lasts. Raises NotFound, NotNow."""
        async with self._world.store.reading() as rows:
            draft = await rows.jobs.draft(id.upper())
        if draft is None or draft.account not in asked.account.ids:
            raise errors.NotFound("error.no_such_draft", draft=id)
        if draft.expires_at < self._world.clock.now():
            raise errors.NotNow("error.draft_gone")
        return draft

    async def dismiss(self, id: str, *, asked: Asked) -> None:
        """Drop it. Raises NotFound, NotNow when it was answered in the meantime."""
        draft = await self.open(id, asked=asked)
        async with self._world.store.transaction(awaited=True) as rows:
            if not await rows.jobs.dismiss_draft(draft.id):
                raise errors.NotNow("error.draft_gone")
