"""The store: one SQLite file, many readers, one writer at a time."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot import errors, ports
from storage import driver
from storage.accounts import SqlAccounts
from storage.communities import SqlCommunities
from storage.inbox import SqlInbox
from storage.jobs import SqlJobs
from storage.ledger import SqlLedger
from storage.links import SqlLinks
from storage.privacy import SqlPrivacy
from storage.promises import SqlPromises
from storage.reports import SqlReports
from storage.turns import Turns
from storage.usage import SqlUsage
from storage.voices import SqlVoices

BUSY_TIMEOUT_S = 10.0  # how long a writer waits for another process (an operator's command) to finish


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlTransaction:
    """One transaction's view of the rows."""

    jobs: SqlJobs
    ledger: SqlLedger
    accounts: SqlAccounts
    communities: SqlCommunities
    inbox: SqlInbox
    voices: SqlVoices
    usage: SqlUsage
    reports: SqlReports
    promises: SqlPromises
    links: SqlLinks
    privacy: SqlPrivacy

    @classmethod
    def on(cls, connection: AsyncConnection) -> "SqlTransaction":
        """All of them on one connection."""
        return cls(
            jobs=SqlJobs(connection),
            ledger=SqlLedger(connection),
            accounts=SqlAccounts(connection),
            communities=SqlCommunities(connection),
            inbox=SqlInbox(connection),
            voices=SqlVoices(connection),
            usage=SqlUsage(connection),
            reports=SqlReports(connection),
            promises=SqlPromises(connection),
            links=SqlLinks(connection),
            privacy=SqlPrivacy(connection),
        )


class SqlStore:
    """The ports.Store on a SQLite file that storage.schema brought up to date."""

    def __init__(self, path: Path, *, engine: AsyncEngine) -> None:
        self.path = path
        self._engine = engine
        self._turns = Turns()  # SQLite has one writer: waiting here is fair, waiting in SQLite is not

    @classmethod
    def open(cls, path: Path) -> "SqlStore":
        """The store on an existing file."""
        return cls(path, engine=make_engine(path))

    @asynccontextmanager
    async def transaction(self, *, awaited: bool = False) -> AsyncIterator[ports.Transaction]:
        """A writing transaction: BEGIN IMMEDIATE, so that two can never both read before either writes."""
        async with self._turns.turn(awaited=awaited):
            with storage_errors(self.path):
                async with self._engine.execution_options(immediate=True).begin() as connection:
                    yield SqlTransaction.on(connection)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ports.Transaction]:
        """A snapshot to read from; nothing written in it is kept."""
        with storage_errors(self.path):
            async with self._engine.connect() as connection:
                yield SqlTransaction.on(connection)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def make_engine(path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> AsyncEngine:
    """An engine whose connections are durable, strict about foreign keys and explicit about transactions."""
    engine = create_async_engine(
        sa.URL.create("sqlite+aiosqlite", database=str(path)),
        async_creator=lambda: driver.connect(str(path), busy_timeout_s=busy_timeout_s),
    )
    sa.event.listen(engine.sync_engine, "connect", _prepare)
    sa.event.listen(engine.sync_engine, "begin", _begin)
    sa.event.listen(engine.sync_engine, "invalidate", _let_go)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    try:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()
    except BaseException:
        connection.close()  # nobody else would: it is not in the pool yet
        raise


def _begin(connection: sa.Connection) -> None:
    # the driver's own BEGIN is deferred and comes too late: two racing readers would both see the same credits
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _let_go(connection: Any, _record: object, _error: object) -> None:
    # a cancelled statement lives on in its task's traceback, and closing the connection waits for it: without this,
    # the write lock would stay with a task that is long gone
    connection.rollback()


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Map the driver's errors once: what may pass by itself or by the operator's hand is a StorageFault."""
    try:
        yield
    except sa.exc.TimeoutError as error:
        raise errors.StorageFault(f"The database {path} is busy: no connection came free in time.") from error
    except (sa.exc.IntegrityError, sa.exc.ProgrammingError):
        raise  # a bug of ours, not the database's trouble
    except sa.exc.DatabaseError as error:
        raise errors.StorageFault(explain(path, str(error.orig))) from error


def explain(path: Path, words: str) -> str:
    """SQLite's words as a sentence that names the file and the cure."""
    for sign, sentence in (
        ("locked", f"the database {path} is locked by another program; close what has it open"),
        ("readonly", f"the database {path} is read-only; give the bot's user the right to write it and its folder"),
        ("read-only", f"the database {path} is read-only; give the bot's user the right to write it and its folder"),
        ("full", f"the disk with the database {path} is full; free some room"),
        ("unable to open", f"the database {path} can't be opened; check that its folder exists and may be written"),
        ("disk I/O", f"the disk with the database {path} reports an error; check its room and health"),
        ("not a database", f"the file {path} is not a database; restore a backup, or move it away to start anew"),
        ("malformed", f"the database {path} is damaged; restore a backup"),
        ("no such table", f"the database {path} lacks its tables; bring it up to date with `python -m bot db upgrade`"),
    ):
        if sign in words:
            return f"{sentence[0].upper()}{sentence[1:]}."
    return f"The database {path} refused: {words}."
