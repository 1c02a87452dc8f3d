"""The store's transactions: durable, all or nothing, one writer at a time; and its troubles, in a sentence each."""

import asyncio
import itertools
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot import errors
from storage.store import SqlStore, make_engine
from tests import factories
from tests.factories import ANNA, BEN

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 20.0  # for another process, on a slow machine


def opened(path: Path, *pragmas: str, busy_timeout_s: float = 10.0) -> SqlStore:
    """A store whose connections have some things otherwise."""

    def prepare(connection: Any, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    engine = make_engine(path, busy_timeout_s=busy_timeout_s)
    sa.event.listen(engine.sync_engine, "connect", prepare)
    return SqlStore(path, engine=engine)


async def accept(store: SqlStore, id: str = "K7Q2") -> None:
    await factories.accepted(store, factories.job(id))


async def kept(store: SqlStore) -> tuple[list[str], int]:
    """The ids of all jobs and Anna's balance, of books that are in order."""
    async with store.reading() as rows:
        assert await rows.ledger.faults() == []
        ids = [job.id for job in await rows.jobs.recent(state=None, limit=99)]
        return ids, await rows.ledger.balance(ANNA)


# --- in force on every connection --------------------------------------------------------------------------------


async def test_every_connection_is_durable_and_strict(database: Path) -> None:
    engine = make_engine(database)
    asked = ("journal_mode", "synchronous", "foreign_keys")
    found = []
    async with AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(engine.connect()) for _ in range(8)]
        for connection in connections:
            found.append([(await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one() for name in asked])
    await engine.dispose()
    assert found == [["wal", 2, 1]] * 8


async def test_a_writing_transaction_holds_the_write_lock_from_its_first_line(store: SqlStore) -> None:
    await factories.member(store)
    other = opened(store.path, busy_timeout_s=0.05)
    async with store.transaction():  # nothing is done in it yet
        with pytest.raises(errors.StorageFault, match="is locked by another program; close what has it open"):
            await accept(other)
        assert await kept(other) == ([], 100)  # reading goes on
    await accept(other)
    assert await kept(other) == await kept(store) == (["K7Q2"], 90)
    await other.close()


async def test_a_second_writer_waits_for_the_first(store: SqlStore) -> None:
    await factories.member(store)
    other = SqlStore.open(store.path)
    async with store.transaction() as rows:
        waiting = asyncio.create_task(accept(other))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await rows.ledger.post(factories.grant(ANNA, 5, id="grant:more"))
    await waiting
    assert await kept(store) == (["K7Q2"], 95)
    await other.close()


async def test_a_reader_sees_one_moment(store: SqlStore) -> None:
    await factories.member(store)
    async with store.reading() as rows:
        before = await rows.ledger.balance(ANNA)
        await accept(store)
        assert (before, await rows.ledger.balance(ANNA), await rows.jobs.get("K7Q2")) == (100, 100, None)
    assert await kept(store) == (["K7Q2"], 90)


async def test_nothing_written_while_reading_is_kept(store: SqlStore) -> None:
    async with store.reading() as rows:
        await rows.ledger.post(factories.grant())
    async with store.reading() as rows:
        assert await rows.ledger.balance(ANNA) == 0


# --- all or nothing ----------------------------------------------------------------------------------------------


class CrashError(Exception):
    """What a test throws into a transaction."""


async def test_a_transaction_that_breaks_off_leaves_nothing(store: SqlStore) -> None:
    await factories.member(store)

    async def break_off() -> None:
        async with store.transaction() as rows:
            await rows.jobs.add(factories.job(key="1"))
            await rows.ledger.hold("K7Q2", [factories.leg()], at=factories.NOON)
            raise CrashError

    with pytest.raises(CrashError):
        await break_off()
    assert await kept(store) == ([], 100)


def brittle(path: Path, *, at: int, event: str, act: Callable[[], object]) -> SqlStore:
    """A store that does `act` at its statement number `at`, counted from 0."""
    numbers = itertools.count()
    engine = make_engine(path)
    sa.event.listen(engine.sync_engine, event, lambda *_: act() if next(numbers) == at else None)
    return SqlStore(path, engine=engine)


def crash() -> None:
    raise CrashError


def cancel() -> None:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()


async def test_a_crash_between_any_two_statements_leaves_nothing(store: SqlStore) -> None:
    await factories.member(store)
    for at in range(6):  # BEGIN, job, legs and balance read, transfer, balances
        breaking = brittle(store.path, at=at, event="after_cursor_execute", act=crash)
        with pytest.raises(CrashError):
            await accept(breaking)
        await breaking.close()
        assert await kept(store) == ([], 100)


async def test_a_transaction_cancelled_at_any_statement_is_whole_or_nothing_and_lets_go_at_once(
    store: SqlStore,
) -> None:
    await factories.member(store)
    impatient = opened(store.path, busy_timeout_s=0.05)
    remembered: list[object] = []  # a task's exception keeps its frames alive, and in them whatever it had open
    for at in range(6):
        stopping = brittle(store.path, at=at, event="before_cursor_execute", act=cancel)
        task = asyncio.create_task(accept(stopping, f"J{at}"))
        remembered += await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()
        ids, balance = await kept(store)
        assert balance == 100 - 10 * len(ids)
        async with impatient.transaction() as rows:
            await rows.ledger.post(factories.grant(BEN, 5, id=f"grant:{at}"))
        await stopping.close()
    await impatient.close()


async def test_a_transaction_cancelled_at_any_time_is_kept_whole_or_not_at_all(store: SqlStore) -> None:
    await factories.member(store, credits=1000)
    finished = set()
    for n in range(40):
        task = asyncio.create_task(accept(store, f"J{n}"))
        await asyncio.sleep(n / 5000)
        task.cancel()
        if (await asyncio.gather(task, return_exceptions=True))[0] is None:
            finished.add(f"J{n}")
        ids, balance = await kept(store)
        assert balance == 1000 - 10 * len(ids)
        assert finished <= set(ids)


KILLED = """
import asyncio, sys
from pathlib import Path
from storage import lock
from storage.store import SqlStore
from tests import factories

async def main(path):
    taken = lock.take(path)
    store = SqlStore.open(path)
    async with store.transaction() as rows:
        await rows.jobs.add(factories.job(key="1"))
        await rows.ledger.hold("K7Q2", [factories.leg()], at=factories.NOON)
        print("in the middle", flush=True)
        await asyncio.sleep(60)

asyncio.run(main(Path(sys.argv[1])))
"""


async def test_a_process_killed_in_the_middle_leaves_nothing(store: SqlStore) -> None:
    await factories.member(store)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, str(store.path), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), WAIT_S) == b"in the middle\n"
    process.send_signal(signal.SIGKILL)
    assert await asyncio.wait_for(process.wait(), WAIT_S) == -signal.SIGKILL
    assert await kept(store) == ([], 100)
    await accept(store)
    assert await kept(store) == (["K7Q2"], 90)


# --- troubles ----------------------------------------------------------------------------------------------------


async def trouble(store: SqlStore) -> str:
    """What writing a large row runs into."""
    with pytest.raises(errors.StorageFault) as refused:
        async with store.transaction() as rows:
            await rows.accounts.add(factories.account(BEN), factories.person(user="ben", name="n" * 100_000))
    await store.close()
    await asyncio.sleep(0.05)  # a connection that could not be opened ends its thread on its own
    return str(refused.value)


async def test_a_locked_database_is_named_with_the_cure(store: SqlStore) -> None:
    async with store.transaction():
        said = await trouble(opened(store.path, busy_timeout_s=0.05))
    assert said == f"The database {store.path} is locked by another program; close what has it open."


async def test_a_full_disk_is_named_with_the_cure_and_costs_nothing(store: SqlStore) -> None:
    await factories.member(store)
    full = opened(store.path, "max_page_count = 1")  # SQLite takes that for: not a page more than there are
    assert await trouble(full) == f"The disk with the database {store.path} is full; free some room."
    assert await kept(store) == ([], 100)
    await factories.member(store, BEN)  # and the store goes on as soon as there is room


async def test_a_write_that_is_not_allowed_is_named_with_the_cure(store: SqlStore) -> None:
    said = await trouble(opened(store.path, "query_only = ON"))
    assert said == (
        f"The database {store.path} is read-only; give the bot's user the right to write it and its folder."
    )


async def test_too_few_connections_are_a_trouble_like_others(store: SqlStore) -> None:
    url = sa.URL.create("sqlite+aiosqlite", database=str(store.path))
    narrow = SqlStore(store.path, engine=create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=0.05))
    async with narrow.reading() as rows:
        await rows.ledger.balance(ANNA)
        with pytest.raises(errors.StorageFault, match=r"atelier\.db is busy: no connection came free in time"):
            await kept(narrow)
    assert await kept(narrow) == ([], 0)
    await narrow.close()


async def test_a_missing_folder_is_named_with_the_cure(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "atelier.db"
    said = await trouble(SqlStore.open(path))
    assert said == f"The database {path} can't be opened; check that its folder exists and may be written."


async def test_a_file_that_is_no_database_is_named_with_the_cure(tmp_path: Path) -> None:
    path = tmp_path / "atelier.db"
    path.write_bytes(b"not a database " * 100)
    said = await trouble(SqlStore.open(path))
    assert said == f"The file {path} is not a database; restore a backup, or move it away to start anew."


async def test_a_file_that_was_never_upgraded_is_named_with_the_cure(tmp_path: Path) -> None:
    path = tmp_path / "atelier.db"
    said = await trouble(SqlStore.open(path))
    assert said == f"The database {path} lacks its tables; bring it up to date with `python -m bot db upgrade`."


async def test_a_damaged_file_is_named_with_the_cure(store: SqlStore) -> None:
    await factories.member(store)
    await store.close()
    size = store.path.stat().st_size
    with store.path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    said = await trouble(SqlStore.open(store.path))
    assert said == f"The database {store.path} is damaged; restore a backup."


READ_ONLY = """
import asyncio, json, os, sys
from pathlib import Path
from bot import errors
from storage.store import SqlStore
from tests import factories

async def attempt(path):
    store = SqlStore.open(path)
    try:
        async with store.transaction() as rows:
            await rows.ledger.post(factories.grant())
        return ""
    except errors.StorageFault as fault:
        return str(fault)
    finally:
        await store.close()

async def main(spare, path):
    assert await attempt(spare) == ""  # everything is imported now, and an ordinary write goes through
    for each in (path, path.parent):
        each.chmod(each.stat().st_mode & ~0o222)
    if os.geteuid() == 0:
        os.setuid(65534)  # root may write everything
    print(await attempt(path))

asyncio.run(main(*map(Path, sys.argv[1:])))
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users may look into, as pytest's own may not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


@pytest.mark.parametrize("used_before", [True, False])
async def test_a_read_only_file_is_named_with_the_cure(database: Path, open_folder: Path, used_before: bool) -> None:
    path = open_folder / "atelier.db"
    path.write_bytes(database.read_bytes())
    if used_before:
        before = SqlStore.open(path)
        await factories.member(before)
        await before.close()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", READ_ONLY, str(database), str(path), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await asyncio.wait_for(process.communicate(), WAIT_S)
    assert said.decode().strip() == (
        f"The database {path} is read-only; give the bot's user the right to write it and its folder."
    )
