"""A small house for tests of the engine: everything real but the provider, the files and the platform."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import catalogue, jobs, media, money, ports, requests
from bot.engine import means
from bot.engine.addresses import Addresses
from bot.engine.dispatch import Dispatch
from bot.engine.limits import Communities, Limits, Pace, Spending
from bot.engine.world import World
from bot.studio import Asked, Question, Studio
from storage.journal import CallJournal
from storage.store import SqlStore
from tests import factories
from tests.fakes import SetClock
from tests.scripted import PICTURE, CrashingStore, MadeUpFiles, RememberedDelivery, ScriptedProvider

SECONDS = 10.0  # the longest any wait here may take


class House:
    """A studio with one member, Anna, who has 100 credits."""

    def __init__(self, store: SqlStore, clock: SetClock, root: Path) -> None:
        self.store = store
        self.clock = clock
        self.provider = ScriptedProvider()
        self.files = MadeUpFiles(root)
        self._root = root
        self.delivery = RememberedDelivery()
        self.limits = Limits()
        self.pace = Pace()
        self.communities = Communities()  # of the next start, like the others
        self.spending: tuple[Spending, ...] = ()
        self.addresses = Addresses()
        self.cloning = False  # whether voices may be copied, from the next start on
        self.writing: Callable[[jobs.Job, str], Awaitable[None]] | None = None  # of the next start
        self._keys = 0
        self._build(store)

    def _build(self, store: ports.Store) -> None:
        """A process of its own, as far as the rows can tell."""
        self.journal = CallJournal(self._root / "atelier.db")
        self.world = world = World(
            store=store,
            providers={"uniall": self.provider},
            journal=self.journal,
            files=self.files,
            delivery=self.delivery,
            clock=self.clock,
            limits=self.limits,
            pace=self.pace,
            communities=self.communities,
            spending=self.spending,
            addresses=self.addresses,
            writing=self.writing,
        )
        self.dispatch = Dispatch(world)
        self.studio = Studio(world, dispatch=self.dispatch, welcome={}, ask_above={"console": 15}, cloning=self.cloning)

    def limits_with(self, **changes: Any) -> Limits:
        """Other limits, for the next start."""
        return replace(self.limits, **changes)

    def asked(self, key: str = "", *, interactive: bool = False) -> Asked:
        """Anna asks; each time anew unless a key is given."""
        self._keys += 1
        return Asked(
            account=factories.account(),
            person=factories.person(),
            place=factories.place(),
            key=key or f"event:{self._keys}",
            language="en",
            interactive=interactive,
        )

    def request(self, model: str, *, media_names: Sequence[str] = (), **said: Any) -> requests.Request:
        """A validated request, with made-up pictures for the media named."""
        found = catalogue.find(model)
        ref = media.MediaRef(path=self.files.lay("face.png"), facts=PICTURE, name="face.png")
        given = dict.fromkeys(media_names, (ref,))
        return self.studio.request(found.kind, found, {"prompt": "a red fox", **said}, media=given)

    async def submit(self, model: str, *, key: str = "", media: Sequence[str] = (), **said: Any) -> jobs.Job:
        """Anna's job, accepted and handed to the engine."""
        request = self.request(model, media_names=media, **said)
        accepted = await self.studio.submit(request, asked=self.asked(key), confirmed=True)
        assert not isinstance(accepted, Question)
        return accepted.job

    async def question(self, model: str, **said: Any) -> jobs.Draft:
        """What is asked before something dear."""
        asked = await self.studio.submit(self.request(model, **said), asked=self.asked(interactive=True))
        assert isinstance(asked, Question)
        return asked.draft

    async def submit_only(self, model: str, *, media: Sequence[str] = (), **said: Any) -> jobs.Job:
        """A job whose process died right after accepting it."""
        request = self.request(model, media_names=media, **said)
        new = factories.job(request=request, price=self.studio.quote(request))
        return await factories.accepted(self.store, new)

    async def run_until_crash(self, *, at: int, after: bool) -> bool:
        """Run until the nth write, where the process dies; False when everything had ended before."""
        store = CrashingStore(self.store, at=at, after=after)
        self._build(store)
        before = asyncio.all_tasks()
        await self.dispatch.start()
        await self.until(lambda: store.crashed or not self.dispatch.running)
        await self.killed(asyncio.all_tasks() - before)
        return store.crashed

    @staticmethod
    async def killed(tasks: set["asyncio.Task[Any]"]) -> None:
        """All of them, but for those that give a connection back."""
        for task in tasks:
            if not str(task.get_coro()).startswith("<coroutine object AsyncConnection.close"):
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def restart(self, store: ports.Store | None = None) -> None:
        """Start anew on the same rows."""
        self._build(store or self.store)
        await self.dispatch.start()

    async def settled(self) -> None:
        """Wait until every job has ended and was told."""
        async with asyncio.timeout(SECONDS):
            await self.studio.idle()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for something."""
        async with asyncio.timeout(SECONDS):
            while not true():  # noqa: ASYNC110  # the things waited for have no event of their own
                await asyncio.sleep(0.001)

    async def job(self, id: str) -> jobs.Job:
        """Its row."""
        async with self.store.reading() as rows:
            found = await rows.jobs.get(id)
        assert found is not None
        return found

    async def terms(self, job: jobs.Job) -> means.Terms:
        """The terms on which it was accepted."""
        async with self.store.reading() as rows:
            return await means.terms_of(self.world, rows, job)

    async def calls(self, id: str) -> Sequence[jobs.Call]:
        """Its calls."""
        async with self.store.reading() as rows:
            return await rows.jobs.calls(id)

    async def outputs(self, id: str) -> Sequence[jobs.Output]:
        """Its outputs."""
        async with self.store.reading() as rows:
            return await rows.jobs.outputs(id)

    async def balance(self) -> int:
        """Anna's credits."""
        async with self.store.reading() as rows:
            return await rows.ledger.balance(factories.ANNA)

    async def faults(self) -> list[str]:
        """What the audit finds."""
        async with self.store.reading() as rows:
            return list(await rows.ledger.faults())

    async def spend_down_to(self, credits: int) -> None:
        """Take Anna's credits away but for that many."""
        async with self.store.transaction() as rows:
            have = await rows.ledger.balance(factories.ANNA)
            back = factories.grant(
                money.ISSUER, have - credits, debit=factories.ANNA, id="back", kind=money.TransferKind.EXPIRE
            )
            await rows.ledger.post(back)

    @staticmethod
    def receipt(*, held: int, used: int, left: int) -> money.Receipt:
        """A receipt whose credits were all Anna's own."""
        return money.Receipt(held=held, used=used, left=left)


@pytest.fixture
async def house(store: SqlStore, clock: SetClock, tmp_path: Path) -> AsyncIterator[House]:
    """The house, with Anna in it."""
    await factories.member(store)
    built = House(store, clock, tmp_path)
    await built.dispatch.start()
    yield built
    await built.dispatch.stop(grace_s=1.0)
    built.journal.close()
