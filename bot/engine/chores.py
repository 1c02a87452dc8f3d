"""What a running bot does on the side: lists models and voices, looks at balances, removes what is past its time."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog

from bot import errors, ports
from bot.engine.balances import Balances
from bot.engine.notices import Notices
from bot.engine.world import World
from bot.voices import Speaker

MODELS_EVERY_S = 3600.0
BALANCES_EVERY_S = 3600.0
NOTICES_EVERY_S = 30.0  # an owner need not hear of a budget in the same second
SWEEP_EVERY_S = 6 * 3600.0
INBOX_KEEPS = timedelta(days=2)  # longer than any platform sends an event again
FIRST_LIST_S = 5.0  # the start does not wait longer than this for a provider's list

log = structlog.get_logger(__name__)


class Chores:
    """Runs from `start` to `stop`; trouble is logged and tried again at the next turn."""

    def __init__(
        self,
        world: World,
        *,
        listed: Callable[[str, frozenset[str]], None],
        keep: timedelta,
        heard: Callable[[str, Sequence[Speaker]], None] | None = None,
        balances: Balances | None = None,
    ) -> None:
        """`listed` is told a provider's models, `heard` its voices; `balances` looks at what is left; None: nobody."""
        self._world = world
        self._listed = listed
        self._heard = heard
        self._keep = keep
        self._balances = balances
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Ask for the lists once, then go on in the background."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FIRST_LIST_S):
                await self._try(self._ask_models)
        self._tasks = [
            asyncio.create_task(self._repeat(MODELS_EVERY_S, self._ask_models, first=False)),
            asyncio.create_task(self._repeat(BALANCES_EVERY_S, self._ask_balances, first=True)),
            asyncio.create_task(self._repeat(NOTICES_EVERY_S, self.send_notices, first=False)),
            asyncio.create_task(self._repeat(SWEEP_EVERY_S, self._sweep, first=True)),
            asyncio.create_task(self._repeat(SWEEP_EVERY_S, self.sweep_inbox, first=True)),
        ]

    async def stop(self) -> None:
        """Leave everything as it is."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _repeat(self, every_s: float, chore: Callable[[], Awaitable[None]], *, first: bool) -> None:
        if first:
            await self._try(chore)
        while True:
            await self._world.pause(every_s)
            await self._try(chore)

    async def _try(self, chore: Callable[[], Awaitable[None]]) -> None:
        try:
            await chore()
        except Exception:
            log.exception("a chore tripped over a bug; it is done again in its turn")

    async def _ask_models(self) -> None:
        await asyncio.gather(*(self._ask(provider) for provider in self._world.providers.values()))

    async def _ask_balances(self) -> None:
        if (balances := self._balances) is not None:
            await asyncio.gather(*(balances.look(provider) for provider in self._world.providers.values()))

    async def _ask(self, provider: ports.Provider) -> None:
        try:
            if (listed := await provider.models()) is not None:
                self._listed(provider.name, listed)
        except errors.ProviderError as error:
            log.warning("no list of models", provider=provider.name, words=str(error))
        try:
            if self._heard is not None and (speakers := await provider.voices()) is not None:
                self._heard(provider.name, speakers)
        except errors.ProviderError as error:
            log.warning("no list of voices", provider=provider.name, words=str(error))

    async def send_notices(self) -> None:
        """Tell owners of budgets what they are to know."""
        try:
            await Notices(world=self._world).send()
        except errors.Fault as fault:
            log.error("could not send notices", words=str(fault))

    async def sweep_inbox(self) -> None:
        """Forget events that were answered long ago, and who was erased long ago."""
        try:
            async with self._world.store.transaction() as rows:
                await rows.inbox.sweep(self._world.clock.now() - INBOX_KEEPS)
                await rows.privacy.sweep(self._world.clock.now())
        except errors.Fault as fault:
            log.error("could not forget what was answered", words=str(fault))

    async def _sweep(self) -> None:
        try:
            async with self._world.store.reading() as rows:
                live = await rows.jobs.unfinished()
                paths = {ref.path for job in live for refs in job.request.media.values() for ref in refs if ref.path}
                kept = [*(job.id for job in live), *(voice.job for voice in await rows.voices.all())]
                for id in kept:
                    paths |= {output.path for output in await rows.jobs.outputs(id)}
            removed = await self._world.files.sweep(self._world.clock.now() - self._keep, live=paths)
            log.info("swept", files=removed)
        except errors.Fault as fault:
            log.error("could not sweep", words=str(fault))
