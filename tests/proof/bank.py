"""The bank: the real studio on the real store, where the process can die between any two statements."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import sqlalchemy as sa

from bot import errors, jobs, ports, requests
from bot.engine.addresses import Addresses
from bot.engine.dispatch import Dispatch
from bot.engine.limits import Communities
from bot.engine.means import Terms
from bot.engine.world import World
from bot.requests import AccountId
from bot.studio import Asked, Studio
from storage.journal import CallJournal
from storage.store import SqlStore, make_engine
from tests import factories
from tests.fakes import SetClock
from tests.scripted import MadeUpFiles, RememberedDelivery, ScriptedProvider

T = TypeVar("T")

WELCOME: Final = 7  # credits that a new member gets once, on Telegram
HOUSE_START: Final = 300
POOL_START: Final = 200
CLUB: Final = requests.CommunitySeen(platform="discord", native="100", title="Club")


class CrashError(Exception):
    """Thrown in between two statements, or before the commit."""


@dataclass(frozen=True, kw_only=True)
class Said(Generic[T]):
    """What came of an act: its value, a refusal, or a crash."""

    value: T | None = None
    refusal: errors.MemberError | None = None
    crashed: bool = False


class Still(Dispatch):
    """Begins nothing."""

    def enqueue(self, job: jobs.Job, terms: Terms) -> None:
        """It waits until it is told to end."""


class Bank:
    """A studio whose engine runs nothing: jobs end when they are told to."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "atelier.db"
        self.clock = SetClock()
        self.crashes = 0
        self._folder = folder
        self._fuse: int | None = None
        self._loop = asyncio.Runner()
        self._open()
        self.sure(lambda: self.studio.open_house(HOUSE_START))
        self.club = self.sure(lambda: self.studio.community(CLUB))

    def close(self) -> None:
        """Let everything go."""
        self._close()
        self._loop.close()

    def restart(self) -> None:
        """A process of its own, as far as the rows can tell."""
        self._close()
        self._open()

    def act(self, act: Callable[[], Awaitable[T]], *, fuse: int | None = None) -> Said[T]:
        """Do it; after so many statements the process dies and another one starts."""
        self._fuse = fuse
        try:
            return Said(value=self._loop.run(_awaited(act)))
        except errors.MemberError as refusal:
            return Said(refusal=refusal)
        except CrashError:
            self._fuse = None
            self.crashes += 1
            self.restart()
            return Said(crashed=True)
        finally:
            self._fuse = None

    def sure(self, act: Callable[[], Awaitable[T]]) -> T:
        """What goes well."""
        return self._loop.run(_awaited(act))

    async def asked(self, person: requests.Person, key: str, *, club: bool = False) -> Asked:
        """Somebody asks, in a direct message or in the club."""
        where: dict[str, Any] = {"community": CLUB.native, "channel": "1"} if club else {"channel": f"dm{person.user}"}
        account = await self.studio.account(person)
        return Asked(
            account=account,
            person=person,
            place=factories.place(platform=person.platform, user=person.user, **where),
            key=key,
            language="en",
            interactive=False,
            community=await self.studio.community(CLUB) if club else None,
            home=None if club else await self.studio.homes.of(account),
        )

    async def write(self, act: Callable[[ports.Transaction], Awaitable[T]]) -> T:
        """One transaction, as of the engine or of an operator's command."""
        async with self.store.transaction() as rows:
            return await act(rows)

    def account(self, person: requests.Person) -> AccountId | None:
        """Who somebody is right now; None: not known."""

        async def read() -> jobs.Account | None:
            async with self.store.reading() as rows:
                return await rows.accounts.of(person)

        found = self.sure(read)
        return None if found is None else found.id

    def faults(self) -> list[str]:
        """What an audit finds."""

        async def read() -> list[str]:
            async with self.store.reading() as rows:
                return list(await rows.ledger.faults())

        return self.sure(read)

    def standing(self) -> dict[AccountId, int]:
        """Every account that has or owes something, as it lies in the file."""
        with closing(sqlite3.connect(self.path)) as connection:
            return dict(connection.execute("SELECT account, balance FROM balances WHERE balance <> 0").fetchall())

    # --- inside

    def _open(self) -> None:
        engine = make_engine(self.path)
        sa.event.listen(engine.sync_engine, "after_cursor_execute", self._burn)
        sa.event.listen(engine.sync_engine, "commit", self._burn)
        self.store = SqlStore(self.path, engine=engine)
        self._journal = CallJournal(self.path)
        world = World(
            store=self.store,
            providers={"uniall": ScriptedProvider()},
            journal=self._journal,
            files=MadeUpFiles(self._folder),
            delivery=RememberedDelivery(),
            clock=self.clock,
            communities=Communities(pool=POOL_START),
            addresses=Addresses(secret="proof"),
        )
        welcome = {"telegram": WELCOME}
        self.studio = Studio(world, dispatch=Still(world), welcome=welcome, ask_above={})

    def _close(self) -> None:
        self._journal.close()
        self._loop.run(self.store.close())

    def _burn(self, *_: object) -> None:
        if self._fuse is not None:
            self._fuse -= 1
            if self._fuse < 0:
                raise CrashError


async def _awaited(act: Callable[[], Awaitable[T]]) -> T:
    return await act()
